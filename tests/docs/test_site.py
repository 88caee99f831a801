"""The site builds strictly, and nothing of it comes from another host."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from public_api import PUBLIC_MODULES
from tests.docs.built_site import build_site
from tests.docs.documentation_page import PROJECT

ELSEWHERE = re.compile(r"^\s*(?:[a-z][a-z0-9+.-]*:)?//", re.IGNORECASE)


class Assets(HTMLParser):
    """Gathers what a browser fetches for a page by itself: not the links that a reader may follow."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        names = {"a": (), "link": ("href",)}.get(tag, ("src", "srcset", "data", "poster", "href"))
        if tag == "link" and values.get("rel") in {"canonical", "next", "prev"}:
            return
        self.found += [value for name in names if (value := values.get(name))]
        self.found += re.findall(r"url\(['\"]?([^)'\"]+)", values.get("style") or "")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_site(tmp_path_factory.mktemp("site"))


def test_no_page_fetches_anything_from_another_host(site: Path) -> None:
    pages = list(site.rglob("*.html"))
    assert len(pages) > 20
    for page in pages:
        assets = Assets()
        assets.feed(page.read_text(encoding="utf-8"))
        assert assets.found, page
        assert not [asset for asset in assets.found if ELSEWHERE.match(asset)], page


def test_no_stylesheet_or_picture_fetches_anything_from_another_host(site: Path) -> None:
    for file in (*site.rglob("*.css"), *site.rglob("*.svg")):
        text = file.read_text(encoding="utf-8")
        fetched = re.findall(r"(?:url\(|@import\s+(?:url\()?|\b(?:xlink:)?href=)\s*['\"]?([^)'\"\s;]+)", text)
        assert not [place for place in fetched if ELSEWHERE.match(place)], file


def test_no_page_asks_for_a_diagram_that_the_theme_would_fetch_a_script_for(site: Path) -> None:
    assert not [page for page in site.rglob("*.html") if 'class="mermaid"' in page.read_text(encoding="utf-8")]


def test_the_picture_says_what_it_shows() -> None:
    picture = (PROJECT / "docs/architecture.svg").read_text(encoding="utf-8")
    assert 'role="img" aria-labelledby="title description"' in picture
    assert all(f'<{name} id="{name_id}">' in picture for name, name_id in (("title", "title"), ("desc", "description")))


def test_every_public_module_is_in_the_reference() -> None:
    reference = "".join(page.read_text(encoding="utf-8") for page in (PROJECT / "docs/reference").glob("*.md"))
    shown = re.findall(r"^::: ([\w.]+)", reference, re.MULTILINE)
    missing = [module for module in PUBLIC_MODULES[1:] if not any(name.startswith(module) for name in shown)]
    assert not missing


def test_every_page_that_llms_txt_names_is_there() -> None:
    text = (PROJECT / "llms.txt").read_text(encoding="utf-8")
    places = re.findall(r"\]\(([^)]+)\)", text)
    assert places
    assert not [place for place in places if not (PROJECT / place).exists()]


def test_llms_txt_names_every_page_but_the_reference() -> None:
    text = (PROJECT / "llms.txt").read_text(encoding="utf-8")
    pages = [page.relative_to(PROJECT).as_posix() for page in (PROJECT / "docs").rglob("*.md")]
    own = {f"docs/{name}.md" for name in ("index", "changes", "contributing", "releasing", "security", "versions")}
    assert not [
        page
        for page in pages
        if page not in own and not {"reference", "decisions"} & {*page.split("/")} and page not in text
    ]
