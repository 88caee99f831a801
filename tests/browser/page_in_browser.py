"""The sandbox's page in a real browser: opening it, waiting for it, and what the browser itself noted."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import urlsplit

import httpx
from selenium.webdriver import Chrome
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.ui import Select, WebDriverWait

from flowroute_async.sandbox import Sandbox

VIEWS = ("", "numbers", "names", "requests", "webhooks", "account")
_BOUND = 10.0
_T = TypeVar("_T")


@dataclass
class Page:
    """A served sandbox, the browser on its page, and a program on its API."""

    sandbox: Sandbox
    url: str
    browser: Chrome
    api: httpx.Client

    def open(self, view: str = "") -> None:
        self.browser.get(f"{self.url}/_sandbox/{view}")

    def find(self, css: str) -> WebElement:
        return self.browser.find_element(By.CSS_SELECTOR, css)

    def text(self, css: str) -> str:
        return str(self.run("return document.querySelector(arguments[0])?.innerText ?? ''", css))

    def run(self, script: str, *arguments: object) -> Any:
        return self.browser.execute_script(script, *arguments)

    def cdp(self, command: str, **parameters: object) -> dict[str, Any]:
        answer: dict[str, Any] = self.browser.execute_cdp_cmd(command, parameters)
        return answer

    def press(self, *keys: str) -> None:
        ActionChains(self.browser).send_keys(*keys).perform()

    def choose(self, css: str, value: str) -> None:
        Select(self.find(css)).select_by_value(value)

    def until(self, condition: Callable[[], _T]) -> _T:
        return WebDriverWait(self.browser, _BOUND, poll_frequency=0.05).until(lambda _browser: condition())

    def until_shown(self, css: str, text: str) -> None:
        self.until(lambda: text in self.text(css))

    def resize(self, width: int, height: int, *, dark: bool = False) -> None:
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.cdp("Emulation.setEmulatedMedia", features=[scheme])
        self.cdp("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)

    def console(self) -> list[str]:
        """Return what the console has said since the last time."""
        return [str(entry["message"]) for entry in self._log("browser")]

    def hosts_asked(self) -> set[str]:
        """Return the hosts that were asked for anything since the last time."""
        events = [json.loads(entry["message"])["message"] for entry in self._log("performance")]
        urls = [event["params"]["request"]["url"] for event in events if event["method"] == "Network.requestWillBeSent"]
        return {urlsplit(url).hostname or "" for url in urls if urlsplit(url).scheme != "data"}

    def _log(self, kind: str) -> list[dict[str, Any]]:
        entries: list[dict[str, Any]] = self.browser.get_log(kind)  # type: ignore[no-untyped-call] # selenium's gap
        return entries

    def buy_number(self, index: int = 0) -> str:
        found = self.api.get("/v2/numbers/available", params={"starts_with": "1206", "limit": index + 1}).json()
        number: str = found["data"][index]["id"]
        assert self.api.post(f"/v2/numbers/{number}", json={"messaging_enabled": True}).status_code == 201
        return number

    def create(self, path: str, kind: str, **attributes: object) -> str:
        answer = self.api.post(path, json={"data": {"type": kind, "attributes": attributes}})
        assert answer.is_success, answer.text
        created: str = answer.json()["data"]["id"]
        return created
