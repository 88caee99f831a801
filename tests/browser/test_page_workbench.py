"""The page as a workbench in a real browser: opening, copying, sending again, buying."""

from selenium.webdriver.common.keys import Keys

from tests.browser.page_in_browser import Page


def test_the_printed_address_leads_to_the_page(page: Page) -> None:
    page.browser.get(page.url)
    assert page.browser.current_url == f"{page.url}/_sandbox/"
    assert page.browser.title == "Messages | Flowroute sandbox"


def test_a_request_is_opened_by_keyboard_and_copied_as_curl(page: Page) -> None:
    page.cdp("Browser.grantPermissions", permissions=["clipboardReadWrite", "clipboardSanitizedWrite"], origin=page.url)
    page.create("/v2/cnams", "cnam", value="Acme")
    page.open("requests")
    page.run("document.querySelector('#requests a').focus()")
    page.press(Keys.ENTER)
    page.until_shown("#detail", "create_cnam_record")
    assert page.browser.switch_to.active_element.text.startswith("Request 1: POST /v2/cnams")
    page.find("[data-copies=curl]").click()
    page.until_shown("#detail [role=status]", "Copied.")
    copied = page.browser.execute_async_script("navigator.clipboard.readText().then(arguments[0])")
    assert copied == page.run("return document.getElementById('curl').textContent")
    assert copied.startswith(f'curl {page.url}/v2/cnams \\\n  -u "$FR_ACCESS_KEY:$FR_SECRET_KEY"')


def test_where_the_clipboard_is_out_of_reach_the_command_is_selected(page: Page) -> None:
    page.api.get("/v2/routes")
    page.open("requests?show=1")
    page.run("navigator.clipboard.writeText = () => Promise.reject(new Error('no'))")
    page.find("[data-copies=curl]").click()
    page.until_shown("#detail [role=status]", "Selected: copy it.")
    assert page.run("return getSelection().toString().trim()") == page.text("#curl").strip()


def test_requests_are_searched_and_new_ones_that_match_arrive_while_one_looks(page: Page) -> None:
    page.api.get("/v2/routes")
    page.open("requests")
    page.find("#q").send_keys("cnams", Keys.ENTER)
    page.until_shown("#requests", "None like that.")
    page.run("window.isSame = true")
    page.api.get("/v2/cnams")
    page.until_shown("#requests", "GET /v2/cnams")
    assert "routes" not in page.text("#requests")
    assert page.run("return window.isSame === true")


def test_a_webhook_is_opened_and_sent_again(page: Page) -> None:
    number = page.buy_number()
    page.sandbox.control.set_callback("sms_callback", "http://127.0.0.1:9/hook")
    page.sandbox.control.receive_message(from_="12065550100", to=number, body="lemons")
    page.open("webhooks")
    page.find("#webhooks a").click()
    page.until_shown("#attempts", "Attempt 1: no answer")
    assert '"body": "lemons"' in page.text("#detail")
    page.find("#detail form button").click()
    page.until_shown("[role=status][autofocus]", "The webhook was sent again.")
    assert len(page.sandbox.control.deliveries()) == 2
    page.sandbox.control.advance(30)
    page.until_shown("#attempts", "Attempt 2")


def test_a_number_is_bought_and_a_route_created(page: Page) -> None:
    page.open()
    page.find("#start a").click()
    page.until_shown("#buy", "a month")
    page.find("#starts_with").send_keys("206", Keys.ENTER)
    page.until_shown(".offers", "1206")
    page.find(".offers button").click()
    page.until_shown("[autofocus]", "The number is yours.")
    (number,) = page.sandbox.control.snapshot().numbers
    assert number.id.startswith("1206")
    assert number.id in page.text("#numbers")
    page.find("#alias").send_keys("Office")
    page.find("#value").send_keys("pbx.example.com", Keys.ENTER)
    page.until_shown("#routes", "Office")


def test_the_first_steps_are_open_on_a_new_account_and_fold_by_keyboard(page: Page) -> None:
    page.open()
    assert page.run("return document.getElementById('start').open")
    assert page.url in page.text("#start")
    page.run("document.querySelector('#start summary').focus()")
    page.press(Keys.ENTER)
    assert not page.run("return document.getElementById('start').open")
