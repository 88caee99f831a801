"""The page does what its forms say, and keeps itself as the sandbox is, without disturbing who uses it."""

import httpx
from selenium.webdriver import Chrome
from selenium.webdriver.common.keys import Keys

from flowroute_async.sandbox import Sandbox, running
from tests.browser.page_in_browser import Page


def mark(page: Page) -> None:
    """Leave a mark on the document that a reload would wipe away."""
    page.run("window.isSame = true")


def is_same(page: Page) -> bool:
    return page.run("return window.isSame === true") is True


def test_an_sms_sent_through_the_form_is_in_the_inbox(page: Page) -> None:
    number = page.buy_number()
    page.open()
    page.find("#from").send_keys("12065550100")
    page.choose("#to", number)
    page.find("#body").send_keys("Is the shop open?")
    page.find("[aria-labelledby=receive-heading] button").click()
    page.until_shown("#thread", "Is the shop open?")
    assert page.text("[autofocus]") == "The message has arrived."
    assert page.text("#thread-title").split() == ["12065550100", "with", number]
    assert page.browser.title == "Messages | Flowroute sandbox"


def test_a_message_arrives_while_one_looks_and_only_it_is_new(page: Page) -> None:
    number = page.buy_number()
    page.sandbox.control.receive_message(from_="12065550100", to=number, body="first")
    page.open()
    mark(page)
    page.run("document.querySelector('#thread li').isOld = true")
    page.sandbox.control.receive_message(from_="12065550100", to=number, body="second")
    page.until_shown("#thread", "second")
    assert page.text("#thread").index("first") < page.text("#thread").index("second")
    assert page.run("return document.querySelector('#thread li').isOld"), "a screen reader reads out the new one only"
    assert page.run("return [...document.querySelectorAll('#thread li')].length") == 2
    assert is_same(page)


def test_a_message_that_is_sent_is_shown_and_its_picture_too(page: Page) -> None:
    number = page.buy_number()
    page.open()
    mark(page)
    media = [f"{page.url}/_sandbox/icon.svg", "https://files.example.com/menu.png"]
    page.create("/v2.1/messages", "message", **{"from": number}, to="12065550100", is_mms=True, media_urls=media)
    page.until(lambda: page.run("const i = document.querySelector('#thread img'); return i && i.naturalWidth > 0"))
    assert page.find("#thread a").get_attribute("href") == media[1]
    assert is_same(page)


def test_a_picture_of_another_local_service_is_asked_for_when_it_is_opened_and_stays_open(page: Page) -> None:
    number = page.buy_number()
    with running(Sandbox(numbers=0)) as other:
        picture = f"{other}/_sandbox/icon.svg"
        page.sandbox.control.receive_message(from_="12065550100", to=number, body="look", media_urls=[picture])
        page.open()
        asked = "return performance.getEntriesByName(arguments[0]).length"
        assert page.run(asked, picture) == 0
        page.find("#thread summary").click()
        page.until(lambda: page.run(asked, picture) == 1)
        page.run("document.activeElement.blur()")
        page.sandbox.control.receive_message(from_="12065550100", to=number, body="and?")
        page.until_shown("#thread", "and?")
        assert page.run("return document.querySelector('#thread details').open")


def test_a_number_bought_meanwhile_can_be_written_to(page: Page) -> None:
    page.open()
    number = page.buy_number()
    page.until(lambda: page.find(f"#to option[value='{number}']"))
    page.until_shown("#to-hint", "A number of the account.")


def test_what_one_types_is_left_alone(page: Page) -> None:
    number, other = page.buy_number(), page.buy_number()
    page.open()
    page.choose("#to", other)
    field = page.find("#body")
    field.send_keys("half a sen")
    page.sandbox.control.receive_message(from_="12065550100", to=number, body="in between")
    page.until_shown("#thread", "in between")
    assert page.browser.switch_to.active_element == field
    field.send_keys("tence")
    assert field.get_property("value") == "half a sentence"
    assert page.find("#to").get_property("value") == other


def test_a_reason_half_written_outlives_changes_around_it_and_of_it(page: Page) -> None:
    record = page.create("/v2/cnams", "cnam", value="ACME")
    page.open("names")
    field = page.find(f"#reason-{record}")
    field.send_keys("No proo")
    page.run("document.activeElement.blur()")
    page.create("/v2/cnams", "cnam", value="WIDGETS")
    page.until_shown("#waiting", "WIDGETS")
    change = {"data": {"type": "cnam", "attributes": {"value": "ACMES"}}}
    assert page.api.patch(f"/v2/cnams/{record}", json=change).status_code == 200
    page.create("/v2/cnams", "cnam", value="GADGETS")
    page.until_shown("#waiting", "GADGETS")
    field.send_keys("f", Keys.ENTER)
    page.until_shown("#decided", "No proof")
    assert page.run("return document.querySelector('#decided th').innerText") == "ACMES"


def test_a_name_is_approved_with_its_button(page: Page) -> None:
    page.open("names")
    assert page.text("#waiting-count") == "No name waits."
    record = page.create("/v2/cnams", "cnam", value="ACME")
    page.until_shown("#waiting-count", "1 name waits.")
    page.find(f"#name-{record} button").click()
    page.until_shown("#decided", "approved")
    assert page.text("[autofocus]") == "The name is approved."
    assert page.api.get(f"/v2/cnams/{record}").json()["data"]["attributes"]["is_approved"] is True


def test_a_fault_is_switched_on_and_the_next_request_is_seen_to_fail(page: Page) -> None:
    page.open("requests")
    page.choose("#operation", "list_routes")
    page.choose("#kind", "503")
    page.find("#times").clear()
    page.find("#times").send_keys("2", Keys.ENTER)
    page.until_shown("#faults", "list_routes answers 503, Retry-After: 2 2 times")
    mark(page)
    assert page.api.get("/v2/routes").status_code == 503
    page.until_shown("#requests tr", "503")
    assert "GET /v2/routes" in page.text("#requests tr")
    page.until_shown("#faults", "1 time")
    assert is_same(page)


def test_the_clock_and_the_balance_are_moved(page: Page) -> None:
    page.open("account")
    page.find("#amount").send_keys(Keys.BACKSPACE, "90", Keys.ENTER)
    page.until_shown("#facts", "2024-01-01 01:30:00")
    page.find("#dollars").send_keys("12.5", Keys.ENTER)
    page.until_shown("#facts", "$12.5000")
    page.sandbox.control.set_balance(3)
    page.until_shown("#facts", "$3.0000")


def test_the_forms_work_without_scripts(page: Page) -> None:
    number = page.buy_number()
    page.cdp("Emulation.setScriptExecutionDisabled", value=True)
    try:
        page.open()
        page.find("#from").send_keys("12065550100")
        page.find("#body").send_keys("no script", Keys.TAB, Keys.TAB, Keys.ENTER)
        page.until(lambda: page.sandbox.control.state()["messages"])
        page.until(lambda: "no script" in page.find("#thread").text)
    finally:
        page.cdp("Emulation.setScriptExecutionDisabled", value=False)
    assert number in page.find("#thread-title").text


def test_a_sandbox_that_is_gone_is_told(browser: Chrome, page: Page) -> None:
    with running(Sandbox(numbers=4_000)) as url, httpx.Client(base_url=url) as api:
        gone = Page(page.sandbox, url, browser, api)
        gone.open()
        assert gone.text("#connection") == ""
    gone.until_shown("#connection", "The sandbox does not answer.")
    assert all("ERR_CONNECTION_REFUSED" in message for message in page.console())


def test_an_address_for_webhooks_is_set_and_the_sandbox_begins_anew(page: Page) -> None:
    page.buy_number()
    page.open("webhooks")
    page.choose("#callback", "mms_callback")
    page.find("#url").send_keys("http://127.0.0.1:9/hook", Keys.ENTER)
    page.until_shown("#callbacks", "http://127.0.0.1:9/hook")
    assert page.text("[autofocus]") == "The address is set."
    page.open("account")
    page.find("button.danger").click()
    page.until_shown("[autofocus]", "Forget everything (numbers: 1")
    assert len(page.sandbox.control.snapshot().numbers) == 1
    page.find("button.danger").click()
    page.until_shown("[autofocus]", "The sandbox is as it was at the start.")
    assert page.sandbox.control.snapshot().callbacks == []
    assert page.sandbox.control.snapshot().numbers == []


def test_an_address_that_is_set_elsewhere_is_shown(page: Page) -> None:
    page.open("webhooks")
    mark(page)
    page.sandbox.control.set_callback("sms_callback", "http://127.0.0.1:9/other")
    page.until_shown("#callbacks", "http://127.0.0.1:9/other")
    assert is_same(page)
