import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx
import pytest
from selenium.webdriver import Chrome, ChromeOptions
from selenium.webdriver.chrome.service import Service

from flowroute_async.sandbox import Sandbox, SandboxClock, running
from tests.browser.page_in_browser import Page

FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--hide-scrollbars",
    "--lang=en-GB",
)


@pytest.fixture(scope="session")
def browser() -> Iterator[Chrome]:
    """The distribution's Chromium, without a window."""
    with chromium() as browser:
        yield browser


@pytest.fixture(scope="module")
def rebinding_browser() -> Iterator[Chrome]:
    """A Chromium for which evil.test is this machine."""
    with chromium("--host-resolver-rules=MAP evil.test 127.0.0.1") as browser:
        yield browser


@contextmanager
def chromium(*more: str) -> Iterator[Chrome]:
    program, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if program is None or driver is None:
        pytest.fail("The browser tests need chromium and chromedriver: say make test-browser, which installs them.")
    options = ChromeOptions()
    options.binary_location = program
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    # Not pytest's folder: the browser may still write for a moment after it was told to quit.
    with TemporaryDirectory(prefix="browser", ignore_cleanup_errors=True) as profile:
        for flag in (*FLAGS, *more, f"--user-data-dir={profile}"):
            options.add_argument(flag)
        browser = Chrome(options=options, service=Service(driver))
        try:
            yield browser
        finally:
            browser.quit()


@pytest.fixture
def page(browser: Chrome) -> Iterator[Page]:
    """A fresh sandbox's page; at the end, nothing was wrong on the console and no other host was asked."""
    sandbox = Sandbox(numbers=4_000, clock=SandboxClock.frozen(), sms_rate=None, mms_rate=None, provisioning_delay=0)
    with running(sandbox) as url, httpx.Client(base_url=url, auth=("sandbox", "sandbox")) as api:
        page = Page(sandbox, url, browser, api)
        page.resize(1400, 900)
        page.console()
        page.hosts_asked()
        yield page
        console, hosts = page.console(), page.hosts_asked()
        browser.get("about:blank")
        page.cdp("Emulation.clearDeviceMetricsOverride")
        page.cdp("Emulation.setEmulatedMedia", features=[])
    sandbox.close()
    assert console == []
    assert hosts <= {"127.0.0.1"}


@pytest.fixture(scope="session")
def pictures() -> Path:
    """Where the documentation's pictures are kept."""
    folder = Path(__file__).parents[2] / "docs" / "images"
    folder.mkdir(parents=True, exist_ok=True)
    return folder
