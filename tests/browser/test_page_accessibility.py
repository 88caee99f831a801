"""The page can be used with a keyboard, read by a screen reader, and seen in light, in the dark and on a phone."""

from typing import Any

import pytest
from selenium.webdriver.common.keys import Keys

from tests.browser.page_in_browser import VIEWS, Page

OPENED = (*VIEWS, "requests?show=1", "webhooks?show={webhook}", "numbers?find=1", "account?ask=reset")
CONTROLS = {"button", "checkbox", "combobox", "link", "radio", "searchbox", "spinbutton", "textbox"}
MUST_HAVE_NAMES = CONTROLS | {"img", "image", "table", "region", "log", "navigation"}

FOCUSABLE = """
const kinds = "a[href], button, summary, input:not([type=hidden]), select, textarea, [tabindex='0']";
const start = document.activeElement;
const follows = (element) => start === document.body || start.compareDocumentPosition(element) & 4;
return [...document.querySelectorAll(kinds)].filter((element) => element.checkVisibility() && follows(element));
"""

# Colour and background of every text that is seen, with the ratio of their luminances.
CONTRASTS = """
const channel = (value) => (value /= 255) <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
const colour = (text) => text.match(/[0-9.]+/g).map(Number);
const luminance = ([red, green, blue]) => 0.2126 * channel(red) + 0.7152 * channel(green) + 0.0722 * channel(blue);
const ground = (element) => {
  for (; element; element = element.parentElement) {
    const found = colour(getComputedStyle(element).backgroundColor);
    if (found.length === 3 || found[3] === 1) return found;
  }
  return [255, 255, 255];
};
const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
const found = [];
while (texts.nextNode()) {
  const element = texts.currentNode.parentElement;
  if (!texts.currentNode.data.trim() || element.tagName === "SCRIPT" || !element.checkVisibility()) continue;
  const [low, high] = [colour(getComputedStyle(element).color), ground(element)].map(luminance).sort((a, b) => a - b);
  found.push([texts.currentNode.data.trim(), (high + 0.05) / (low + 0.05)]);
}
return found;
"""


@pytest.fixture
def busy(page: Page) -> Page:
    """A page with everything on it."""
    number = page.buy_number()
    page.create("/v2/cnams", "cnam", value="WAITS")
    page.sandbox.control.reject_cnam(page.create("/v2/cnams", "cnam", value="NAMES"), "no proof")
    page.sandbox.control.approve_cnam(page.create("/v2/cnams", "cnam", value="ACME"))
    page.sandbox.control.set_callback("sms_callback", "http://127.0.0.1:9/hook")
    page.create("/v2.1/messages", "message", **{"from": number}, to="12065550100", body="hello")
    media = [f"{page.url}/_sandbox/icon.svg", "https://files.example.com/menu.pdf"]
    page.sandbox.control.receive_message(from_="12065550100", to=number, body="Hi", media_urls=media)
    page.sandbox.control.receive_message(from_="12065550100", to=number, body="Hello?")
    page.sandbox.control.add_fault("purchase_number", status=503)
    page.api.get("/v2/nothing")
    return page


def open_view(page: Page, view: str) -> None:
    page.open(view.format(webhook=page.sandbox.control.deliveries()[0].id))


def tree(page: Page) -> list[tuple[str, str]]:
    """Return role and name of everything that a screen reader meets."""
    nodes: list[dict[str, Any]] = page.cdp("Accessibility.getFullAXTree")["nodes"]
    return [
        (node["role"]["value"], node.get("name", {}).get("value", "").strip()) for node in nodes if not node["ignored"]
    ]


@pytest.mark.parametrize("view", OPENED)
def test_everything_has_a_name_for_a_screen_reader(busy: Page, view: str) -> None:
    open_view(busy, view)
    met = tree(busy)
    roles = [role for role, _ in met]
    assert [role for role, name in met if role in MUST_HAVE_NAMES and not name] == []
    for landmark in ("banner", "navigation", "main"):
        assert roles.count(landmark) == 1
    names = [name for role, name in met if role == "button"]
    assert len(names) == len(set(names)), "each button says which one it is"


@pytest.mark.parametrize("view", OPENED)
def test_a_keyboard_reaches_everything_in_order_and_shows_where_it_is(busy: Page, view: str) -> None:
    open_view(busy, view)
    wanted = busy.run(FOCUSABLE)
    for expected in wanted:
        busy.press(Keys.TAB)
        focused = busy.browser.switch_to.active_element
        assert focused == expected, f"{focused.tag_name} instead of {expected.tag_name}"
        style = busy.run(
            "const s = getComputedStyle(arguments[0]); return [s.outlineStyle, parseFloat(s.outlineWidth)]", focused
        )
        assert style == ["solid", 3]
        assert busy.run(
            "const r = arguments[0].getBoundingClientRect(); return r.bottom > 0 && r.top < innerHeight", focused
        )
    assert len(wanted) >= 2


def test_the_skip_link_is_first_is_seen_and_skips_the_menu(busy: Page) -> None:
    busy.open()
    busy.press(Keys.TAB)
    link = busy.browser.switch_to.active_element
    assert link.text == "Skip to the content"
    busy.until(lambda: busy.run("return arguments[0].getBoundingClientRect().top >= 0", link))
    busy.press(Keys.ENTER)
    assert busy.run("return document.activeElement.id") == "content"
    busy.press(Keys.TAB)
    inside = busy.run("return document.getElementById('content').contains(document.activeElement)")
    assert inside
    assert not busy.run("return document.querySelector('nav').contains(document.activeElement)")


def test_a_name_is_rejected_by_keyboard_alone(busy: Page) -> None:
    busy.open("names")
    busy.press(*[Keys.TAB] * 8)
    focused = busy.browser.switch_to.active_element
    assert focused.text.startswith("Approve")
    busy.press(Keys.TAB, "not yours", Keys.TAB, Keys.SPACE)
    busy.until_shown("#decided", "not yours")
    assert busy.browser.switch_to.active_element.text == "The name is rejected.", "what happened is read out"


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("view", OPENED)
def test_texts_stand_out_from_their_ground(busy: Page, view: str, *, dark: bool) -> None:
    busy.resize(1400, 900, dark=dark)
    open_view(busy, f"{view}{'&' if '?' in view else '?'}done=clock")
    assert busy.run("return matchMedia('(prefers-color-scheme: dark)').matches") == dark
    contrasts = busy.run(CONTRASTS)
    assert len(contrasts) > 20
    assert [found for found in contrasts if found[1] < 4.5] == []


@pytest.mark.parametrize("view", OPENED)
def test_a_view_fits_a_narrow_phone(busy: Page, view: str) -> None:
    busy.resize(360, 700)
    open_view(busy, view)
    assert busy.run("return document.documentElement.scrollWidth") <= 360
