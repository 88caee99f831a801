"""The documentation site in a browser, from disk and from a server: pages lead to pages, and the search finds."""

from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

from tests.docs.built_site import build_site

# The search is drawn by a script, out of reach for selectors of the page.
_SHADOWS = "[...document.querySelectorAll('div')].find(one => one.shadowRoot).shadowRoot"
PATIENCE = 120  # seconds until a state is given up; a busy machine needs many of them


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name in the library
        pass


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_site(tmp_path_factory.mktemp("site"))


@pytest.fixture(params=["disk", "server"])
def address(request: pytest.FixtureRequest, site: Path) -> Iterator[str]:
    if request.param == "disk":
        yield site.as_uri()
        return
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(site))) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_the_pages_lead_to_each_other(browser: Chrome, address: str) -> None:
    browser.set_window_size(1400, 900)
    browser.get(f"{address}/index.html")
    browser.find_element(By.CSS_SELECTOR, "nav a[href$='tutorial.html']").click()

    WebDriverWait(browser, PATIENCE).until(lambda one: one.current_url == f"{address}/tutorial.html")
    assert "sandbox" in browser.find_element(By.CSS_SELECTOR, "article").text


def test_the_search_finds_a_page_from_any_page(browser: Chrome, address: str) -> None:
    browser.get(f"{address}/guides/network.html")
    browser.find_element(By.CSS_SELECTOR, "[data-md-component=search] button").click()
    wait = WebDriverWait(browser, PATIENCE)
    wait.until(lambda one: one.execute_script(f"return {_SHADOWS}.querySelector('input')")).send_keys(
        "what is repeated"
    )

    links = f"return [...{_SHADOWS}.querySelectorAll('a')].map(link => link.href.split('#')[0])"
    assert wait.until(lambda one: f"{address}/retries.html" in one.execute_script(links))
