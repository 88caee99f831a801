"""`make update-spec`: a newer document is tried and reported, and nothing is changed unasked."""

import json
import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path

import httpx
import pytest

import update_spec
from regeneration.reading import DocumentError

PROJECT = Path(__file__).parents[2]


def answering(*answers: httpx.Response) -> httpx.Client:
    left = list(answers)
    return httpx.Client(transport=httpx.MockTransport(lambda _request: left.pop(0)))


@pytest.mark.parametrize("url", ["http://example.com/a.yaml", "ftp://example.com/a", "file:///etc/passwd"])
def test_only_https_is_fetched(url: str) -> None:
    with pytest.raises(DocumentError, match="is not https"):
        update_spec.fetched(url)


def test_a_redirect_to_another_scheme_is_not_followed() -> None:
    with (
        answering(httpx.Response(302, headers={"location": "http://example.com/b.yaml"})) as client,
        pytest.raises(DocumentError, match=r"http://example\.com/b\.yaml is not https"),
    ):
        update_spec._downloaded(client, "https://example.com/a.yaml")


def test_a_document_without_an_end_is_cut_off() -> None:
    with (
        answering(httpx.Response(200, content=b"a" * (update_spec.MAX_BYTES + 1))) as client,
        pytest.raises(DocumentError, match="more than"),
    ):
        update_spec._downloaded(client, "https://example.com/a.yaml")


def test_the_lock_says_source_digest_and_date(tmp_path: Path) -> None:
    update_spec.write_lock(tmp_path / "lock", "https://example.com/a.yaml", b"content", date(2026, 1, 31))
    assert json.loads((tmp_path / "lock").read_text(encoding="utf-8")) == {
        "source": "https://example.com/a.yaml",
        "sha256": "ed7002b439e9ac845f22357d822bac1444730fbdb6016d3ec9432297b9ec9f73",
        "date": "2026-01-31",
    }


def test_the_difference_applies_to_a_branch(tmp_path: Path) -> None:
    standing, fresh = tmp_path / "standing", tmp_path / "fresh"
    for folder, text in ((standing, "one\ntwo\n"), (fresh, "one\nthree\n")):
        (folder / "spec").mkdir(parents=True)
        (folder / "spec/flowroute.yaml").write_text(text, encoding="utf-8")
    (fresh / "spec/flowroute.lock").write_text("{}\n", encoding="utf-8")
    (tmp_path / "change.patch").write_text("".join(update_spec.difference(standing, fresh)), encoding="utf-8")
    subprocess.run(
        [shutil.which("git") or "git", "apply", str(tmp_path / "change.patch")], check=True, cwd=standing, timeout=30
    )
    assert (standing / "spec/flowroute.yaml").read_text(encoding="utf-8") == "one\nthree\n"
    assert (standing / "spec/flowroute.lock").exists()


def test_what_is_no_document_is_refused_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "odd.yaml").write_text("- a list", encoding="utf-8")
    ended = subprocess.run(
        [sys.executable, str(PROJECT / "scripts/update_spec.py"), str(tmp_path / "odd.yaml")],
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert ended.returncode == 1
    assert ended.stderr.startswith("the document was not taken: ")
    assert len(ended.stderr.splitlines()) == 1
