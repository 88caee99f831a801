"""The page as a workbench: requests and webhooks opened, found and repeated; numbers bought and routes created."""

import re
import shlex
from urllib.parse import urlsplit

import httpx
import pytest

from flowroute_async.sandbox import Sandbox, running
from flowroute_async.sandbox.page.inspection import curl_of_request, curl_of_webhook, readable
from flowroute_async.sandbox.records import Delivery
from flowroute_async.sandbox.request_log import RequestRecord
from tests.patience import HANGS_AFTER
from tests.sandbox_page.page_reader import BASE_URL, ROOT, Element, notice, read, submit

pytestmark = pytest.mark.anyio
HOOK = "http://127.0.0.1:9/hook"


async def detail(client: httpx.AsyncClient, path: str) -> Element:
    return read(await client.get(f"{ROOT}{path}")).one("section", id="detail")


def rows(page: Element, table: str) -> list[str]:
    return [row.text for row in page.one("tbody", id=table).all("tr")]


async def test_a_request_opens_to_headers_body_time_and_answer(
    client: httpx.AsyncClient, api: httpx.AsyncClient, sandbox: Sandbox
) -> None:
    await api.post("/v2/cnams?a=1", json={"value": "Acme"}, headers={"x-mine": "yes"})
    page = read(await client.get(f"{ROOT}/requests"))
    (link,) = [one.attributes["href"] for one in page.one("tbody", id="requests").all("a")]
    opened = await detail(client, link.removeprefix(ROOT))
    assert opened.one("h2", id="detail-heading").text == "Request 1: POST /v2/cnams?a=1"
    for text in ("create_cnam_record", "2024-01-01 00:00:00 UTC", " ms", "201", "x-mine yes", '"value": "Acme"'):
        assert text in opened.text
    assert '"value": "ACME"' in opened.text, "what it was answered"
    assert "content-type application/vnd.api+json" in opened.text
    assert "authorization" not in opened.text.lower()
    assert sandbox.control.request(1).at == sandbox.clock.now().timestamp()


async def test_a_dropped_request_opens_too(client: httpx.AsyncClient, api: httpx.AsyncClient, sandbox: Sandbox) -> None:
    sandbox.control.add_fault("list_routes", drop="after")
    with pytest.raises(httpx.RemoteProtocolError):
        await api.get("/v2/routes")
    opened = await detail(client, "/requests?show=1")
    assert "The connection was dropped without one." in opened.text


@pytest.mark.parametrize("show", ["", "0", "2", "-1", "x", "1" * 30, "\u0661"])
async def test_a_request_that_there_is_not_opens_nothing(
    client: httpx.AsyncClient, api: httpx.AsyncClient, show: str
) -> None:
    await api.get("/v2/routes")
    page = read(await client.get(f"{ROOT}/requests", params={"show": show}))
    assert all(element.attributes.get("id") != "detail" for element in page.all("section"))


async def test_requests_keep_their_number_when_the_oldest_are_forgotten(
    sandbox: Sandbox, api: httpx.AsyncClient
) -> None:
    for _ in range(3):
        await api.get("/v2/routes")
    sandbox.control.clear_requests()
    await api.get("/v2/cnams")
    assert [request.number for request in sandbox.control.requests()] == [4]
    assert sandbox.control.request("4").path == "/v2/cnams"
    answer = sandbox.control.answer(4)
    assert answer is not None
    assert answer.status == 200


async def test_requests_are_filtered_and_searched(client: httpx.AsyncClient, api: httpx.AsyncClient) -> None:
    await api.get("/v2/routes")
    await api.post("/v2/cnams", json={"value": "Acme"})
    await api.get("/v2/cnams/99999")
    page = read(await client.get(f"{ROOT}/requests", params={"q": "acme POST"}))
    assert [row.split()[:3] for row in rows(page, "requests")] == [["201", "POST", "/v2/cnams"]]
    assert page.one("input", id="q").attributes["value"] == "acme POST"
    page = read(await client.get(f"{ROOT}/requests", params={"only": "failed"}))
    assert [row.split()[0] for row in rows(page, "requests")] == ["404"]
    assert page.one("p", id="request-count").text == "1 of 3 shown."
    page = read(await client.get(f"{ROOT}/requests", params={"q": "nothing like it"}))
    assert rows(page, "requests") == ["None like that."]


async def test_a_webhook_opens_to_its_body_and_every_attempt_and_is_sent_again(
    client: httpx.AsyncClient, sandbox: Sandbox, number: str
) -> None:
    sandbox.control.set_callback("sms_callback", HOOK)
    sandbox.control.receive_message(from_="12065550100", to=number, body="lemons")
    await sandbox.deliver_due()
    (delivery,) = sandbox.control.deliveries()
    page = read(await client.get(f"{ROOT}/webhooks", params={"q": "lemons"}))
    assert "message, delivered, mdr2-" in rows(page, "webhooks")[0]
    (link,) = [one.attributes["href"] for one in page.one("tbody", id="webhooks").all("a")]
    opened = await detail(client, link.removeprefix(ROOT))
    assert '"body": "lemons"' in opened.text
    assert "content-type application/json" in opened.text
    assert "Attempt 1: no answer 2024-01-01 00:00:00 UTC," in opened.text
    assert "failed" in opened.text.rpartition("ms,")[2]
    answer = await submit(client, link.removeprefix(ROOT), "resend", webhook=delivery.id)
    again = sandbox.control.deliveries()[1]
    assert answer.headers["location"] == f"{ROOT}/webhooks?show={again.id}&done=resend"
    assert notice(await client.get(answer.headers["location"])) == "The webhook was sent again."
    assert (again.payload, again.attempts) == (delivery.payload, 1)


async def test_webhooks_are_filtered_by_what_became_of_them(
    client: httpx.AsyncClient, api: httpx.AsyncClient, number: str
) -> None:
    for callback in (HOOK, "https://example.com/hook"):
        message = {"from": number, "to": "12065550100", "body": "x", "dlr_callback": callback}
        await api.post("/v2.1/messages", json=message)
    page = read(await client.get(f"{ROOT}/webhooks", params={"only": "refused"}))
    assert len(rows(page, "webhooks")) == 2
    assert all(row.startswith("refused") for row in rows(page, "webhooks"))
    assert page.one("p", id="webhook-count").text == "2 of 4 shown."


def offered(page: Element) -> list[str]:
    inputs = page.one("section", id="buy").all("input")
    return [one.attributes["value"] for one in inputs if one.attributes["name"] == "number"]


async def test_a_number_is_found_and_bought(client: httpx.AsyncClient, sandbox: Sandbox) -> None:
    sandbox.control.set_balance(100)
    page = read(await client.get(f"{ROOT}/numbers", params={"find": "1", "starts_with": "206", "state": "wa"}))
    offers = [
        one.attributes["value"]
        for one in page.one("section", id="buy").all("input")
        if one.attributes["name"] == "number"
    ]
    assert len(offers) == 10
    assert all(offer.startswith("1206") for offer in offers)
    answer = await client.post(
        f"{ROOT}/numbers", data={"form": "buy", "number": f"+{offers[0]}"}, headers={"origin": BASE_URL}
    )
    assert notice(await client.get(answer.headers["location"])) == "The number is yours."
    assert [number.id for number in sandbox.control.snapshot().numbers] == [offers[0]]
    assert sandbox.control.effects()["purchase_number"] == {offers[0]: 1}
    assert (sandbox.control.balance() or 100) < 100


async def test_what_cannot_be_bought_or_found_is_explained(client: httpx.AsyncClient, sandbox: Sandbox) -> None:
    own = {"origin": BASE_URL}
    refused = await client.post(f"{ROOT}/numbers", data={"form": "buy", "number": "12065550100"}, headers=own)
    assert (refused.status_code, notice(refused)) == (422, "Could not find that resource on your account.")
    sandbox.control.set_balance(0)
    page = read(await client.get(f"{ROOT}/numbers", params={"find": "1"}))
    poor = {"form": "buy", "number": offered(page)[0]}
    refused = await client.post(f"{ROOT}/numbers", data=poor, headers=own)
    assert (refused.status_code, "funds" in notice(refused)) == (422, True)
    wrong = read(await client.get(f"{ROOT}/numbers", params={"find": "1", "starts_with": "abc"}))
    assert "starts_with" in wrong.one("section", id="buy").text
    none = read(await client.get(f"{ROOT}/numbers", params={"find": "1", "starts_with": "999"}))
    assert "None like that is for sale." in none.one("section", id="buy").text
    assert sandbox.control.snapshot().numbers == []


async def test_a_route_is_created_by_the_rules_of_the_api(client: httpx.AsyncClient, sandbox: Sandbox) -> None:
    fields = {"alias": "Office", "route_type": "host", "value": "pbx.example.com:5060"}
    answer = await submit(client, "/numbers", "route", **fields)
    shown = await client.get(answer.headers["location"])
    assert notice(shown) == "The route is there."
    assert "Office host pbx.example.com:5060" in read(shown).one("tbody", id="routes").text
    refused = await submit(client, "/numbers", "route", alias="Desk", route_type="number", value="not a number")
    assert (refused.status_code, "value:" in notice(refused).lower()) == (422, True)
    assert read(refused).one("input", id="alias").attributes["value"] == "Desk"
    assert [route.alias for route in sandbox.control.snapshot().routes] == ["sip-reg", "Office"]


async def test_a_request_whose_answer_rests_on_inference_is_marked(
    client: httpx.AsyncClient, api: httpx.AsyncClient
) -> None:
    await api.get("/v2/routes")
    await api.get("/v2/routes?limit=x")
    page = read(await client.get(f"{ROOT}/requests?show=2"))
    refused, done = page.one("tbody", id="requests").all("tr")
    assert ("inferred" in refused.text, "inferred" in done.text) == (True, False)
    assert "rests on inference: the refusal's status and text" in page.one("section", id="detail").text


async def test_conversations_are_searched(client: httpx.AsyncClient, sandbox: Sandbox, number: str) -> None:
    sandbox.control.receive_message(from_="12065550100", to=number, body="lemons")
    sandbox.control.receive_message(from_="12065550177", to=number, body="oranges")
    page = read(await client.get(f"{ROOT}/", params={"q": "lemon"}))
    (conversation,) = page.one("ul", id="conversations").all("a")
    assert conversation.text.startswith("12065550100")
    assert conversation.attributes["href"].endswith("&q=lemon")


@pytest.mark.parametrize("form", ["+1 (206) 555-0100", "206-555-0100", "1.206.555.0100", "tel:+12065550100"])
async def test_a_sender_may_stand_in_any_usual_form(
    client: httpx.AsyncClient, sandbox: Sandbox, number: str, form: str
) -> None:
    assert (await submit(client, "/", "message", **{"from": form}, to=number, body="x")).status_code == 303
    assert sandbox.control.snapshot().messages[0].sender == "12065550100"


@pytest.mark.parametrize("form", ["+1 (206) 555-0100", "206-555-0100", "1.206.555.0100", "tel:+12065550100"])
async def test_a_number_is_searched_for_in_any_usual_form(
    client: httpx.AsyncClient, sandbox: Sandbox, number: str, form: str
) -> None:
    sandbox.control.receive_message(from_="12065550100", to=number, body="lemons")
    sandbox.control.receive_message(from_="12065550177", to=number, body="oranges")
    page = read(await client.get(f"{ROOT}/", params={"q": form}))
    assert [one.text[:11] for one in page.one("ul", id="conversations").all("a")] == ["12065550100"]
    written = f"+{number[0]} ({number[1:4]}) {number[4:7]}-{number[7:]}"
    assert number in read(await client.get(f"{ROOT}/numbers", params={"q": written})).one("tbody", id="numbers").text


@pytest.mark.parametrize("form", ["206", "1206", "+1 (206)", "(206)", "1-206", " 206 "])
async def test_the_beginning_of_a_number_for_sale_may_be_written_in_any_usual_form(
    client: httpx.AsyncClient, form: str
) -> None:
    page = read(await client.get(f"{ROOT}/numbers", params={"find": "1", "starts_with": form}))
    offers = offered(page)
    assert len(offers) == 10
    assert all(offer.startswith("1206") for offer in offers)


async def test_recipient_and_route_take_a_number_in_any_usual_form(
    client: httpx.AsyncClient, sandbox: Sandbox, number: str
) -> None:
    written = f"({number[1:4]}) {number[4:7]}-{number[7:]}"
    assert (await submit(client, "/", "message", **{"from": "206-555-0100"}, to=written, body="x")).status_code == 303
    assert sandbox.control.snapshot().messages[0].recipient == number
    desk = {"alias": "Desk", "route_type": "number", "value": "+1 (206) 555-0142"}
    assert (await submit(client, "/numbers", "route", **desk)).status_code == 303
    route = sandbox.control.snapshot().routes[-1]
    assert str(route.value).lstrip("+") == "12065550142"


async def test_the_first_page_says_how_to_use_the_sandbox_and_its_lines_run(number: str) -> None:
    sandbox = Sandbox(numbers=4_000)
    with running(sandbox) as url:
        async with httpx.AsyncClient(base_url=url, trust_env=False, timeout=HANGS_AFTER) as browser:
            page = read(await browser.get(f"{ROOT}/"))
            start = page.one("details", id="start")
            assert "open" in start.attributes
            assert start.text.count("sandbox") >= 3
            assert f"Base URL {url}" in start.text
            python, shell = (start.one("pre", id=name).all("code")[0].raw_text for name in ("python", "shell"))
            assert len(python.splitlines()) == len(shell.splitlines()) == 3
            body = python.replace("print(", "found.append(")
            scope: dict[str, object] = {}
            exec(  # noqa: S102 - the page's own lines
                "async def run(found):\n" + "\n".join(f"    {line}" for line in body.splitlines()), scope
            )
            found: list[object] = []
            run: object = scope["run"]
            assert callable(run)
            await run(found)
            assert len(found) == 1
            curl = next(line for line in shell.splitlines() if "curl" in line)
            path = re.search(r"FR_BASE_URL(/\S+)\"", curl)
            assert path is not None
            assert (await browser.get(path[1], auth=("sandbox", "sandbox"))).status_code == 200
    sandbox.close()


async def test_the_first_steps_fold_away_once_there_is_a_number_and_show_no_key_that_was_chosen(
    client: httpx.AsyncClient, number: str
) -> None:
    assert "open" not in read(await client.get(f"{ROOT}/")).one("details", id="start").attributes
    own = Sandbox(numbers=400, access_key="mine", secret_key="very-secret")
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=own.app), base_url=BASE_URL) as browser:
        text = (await browser.get(f"{ROOT}/")).text
    assert "very-secret" not in text
    assert "the one that you chose" in text


def test_the_curl_command_of_a_request_is_one_of_the_shell_with_placeholders_for_the_keys() -> None:
    headers = {"host": "x", "content-length": "1", "accept": "*/*", "content-type": "text/plain", "x-mine": "it's"}
    request = RequestRecord("PATCH", "/v2/numbers/+1 206?#", "a=$b&c", "update_number", 200, 0.0, headers, "it's `id`")
    words = shlex.split(curl_of_request(request, BASE_URL).replace("\\\n", ""))
    assert words == [
        *("curl", "-X", "PATCH", f"{BASE_URL}/v2/numbers/+1%20206%3F%23?a=$b&c"),
        *("-u", "$FR_ACCESS_KEY:$FR_SECRET_KEY"),
        *("-H", "content-type: text/plain", "-H", "x-mine: it's", "--data-raw", "it's `id`"),
    ]
    assert '-u "$FR_ACCESS_KEY:$FR_SECRET_KEY"' in curl_of_request(request, BASE_URL)


def test_the_curl_command_of_a_webhook_names_its_address_and_body() -> None:
    delivery = Delivery("1", 0, "http://127.0.0.1:9/it's", '{"a": "it\'s"}', 0.0)
    assert curl_of_webhook(delivery) == (
        """curl 'http://127.0.0.1:9/it'"'"'s' \\\n  -H 'content-type: application/json' \\\n"""
        """  --data-raw '{"a": "it'"'"'s"}'"""
    )
    assert urlsplit(delivery.url).hostname == "127.0.0.1"


@pytest.mark.parametrize("body", ["", "plain", "{", "[" * 100_000, '"\\ud800"', "x" * 100_000])
def test_any_body_is_readable(body: str) -> None:
    assert len(readable(body)) <= 20_010
    record = RequestRecord("POST", "/x", "", "unknown", 404, 0.0, {}, body)
    assert curl_of_request(record, BASE_URL)
