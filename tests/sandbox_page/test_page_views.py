"""What the views show, and that it can be read without eyes, mouse or script."""

from collections.abc import Iterator
from itertools import pairwise

import httpx
import pytest

from flowroute_async.sandbox import Sandbox
from flowroute_async.sandbox.records import Record
from flowroute_async.sandbox.state import Table
from tests.sandbox_page.page_reader import ROOT, VIEWS, Element, read

pytestmark = pytest.mark.anyio


def named(control: Element, page: Element) -> bool:
    id_ = control.attributes.get("id")
    return any(label.attributes.get("for") == id_ and label.text for label in page.all("label"))


@pytest.fixture
async def busy(api: httpx.AsyncClient, sandbox: Sandbox, number: str) -> str:
    """A number with all there is, on an account that has been used."""

    async def create(path: str, kind: str, **attributes: str) -> str:
        answer = await api.post(path, json={"data": {"type": kind, "attributes": attributes}})
        assert answer.status_code == 201, answer.text
        created: str = answer.json()["data"]["id"]
        return created

    route = await create("/v2/routes", "route", route_type="host", value="pbx.example.com", alias="office")
    where = {"type": "route", "id": route}
    await api.patch(f"/v2/numbers/{number}/relationships/primary_route", json={"data": where})
    address = {"street_number": "3910", "street_name": "N Vassault", "city": "Tacoma", "state": "WA", "zip": "98407"}
    person = {"label": "Home", "first_name": "Janet", "last_name": "Doe", "country": "US"}
    address_id = await create("/v2/e911s", "e911", **address, **person)
    await api.patch(f"/v2/numbers/{number}/relationships/e911s/{address_id}")
    name = await create("/v2/cnams", "cnam", value="ACME")
    sandbox.control.approve_cnam(name)
    await api.patch(f"/v2/numbers/{number}/relationships/cnam/{name}")
    await create("/v2/cnams", "cnam", value="WAITS")
    message = {"from": number, "to": "12065550100", "body": "hello"}
    await api.post("/v2.1/messages", json={"data": {"type": "message", "attributes": message}})
    sandbox.control.receive_message(from_="12065550177", to=number, media_urls=["http://127.0.0.1:9/cat.png"])
    sandbox.control.add_fault("purchase_number", status=503)
    return number


@pytest.mark.usefixtures("busy")
@pytest.mark.parametrize("view", VIEWS)
async def test_a_view_can_be_read_aloud(client: httpx.AsyncClient, view: str) -> None:
    page = read(await client.get(f"{ROOT}{view}"))
    assert page.one("html").attributes["lang"] == "en"
    assert page.one("title").text == f"{page.one('h1').text} | Flowroute sandbox"
    for landmark in ("header", "nav", "main"):
        assert len(page.all(landmark)) == 1
    assert page.one("a", href="#content").parent is page.one("body"), "the skip link comes first"
    assert page.one("main").attributes["id"] == "content"
    ids = [element.attributes["id"] for element in page.all() if "id" in element.attributes]
    assert len(ids) == len(set(ids))
    for element in page.all():
        for attribute in ("aria-labelledby", "aria-describedby", "for"):
            for id_ in element.attributes.get(attribute, "").split():
                assert id_ in ids
    for control in page.all("input", "select", "textarea"):
        assert control.attributes.get("type") == "hidden" or named(control, page)
    assert all(button.text for button in page.all("button"))
    assert all(image.attributes["alt"] for image in page.all("img"))
    levels = [int(heading.tag[1]) for heading in page.all("h1", "h2", "h3")]
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    for table in page.all("table"):
        assert table.one("caption").text
        assert all("scope" in cell.attributes for cell in table.all("th"))
    (current,) = [link for link in page.all("a") if link.attributes.get("aria-current") == "page"]
    assert current.attributes["href"] == f"{ROOT}{view}"


@pytest.mark.parametrize("view", VIEWS)
async def test_a_view_of_an_unused_account_says_so(client: httpx.AsyncClient, view: str) -> None:
    assert (await client.get(f"{ROOT}{view}")).status_code == 200


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.usefixtures("busy")
async def test_what_is_live_can_be_found_again(client: httpx.AsyncClient, view: str) -> None:
    page = read(await client.get(f"{ROOT}{view}"))
    live = [element for element in page.all() if "data-live" in element.attributes]
    assert live
    for element in live:
        assert element.attributes["id"]
        assert not any("data-live" in inner.attributes for inner in element.all() if inner is not element)
        if element.attributes["data-live"] == "items":
            assert all("id" in item.attributes for item in element.children)


async def test_a_number_is_shown_with_route_address_and_name(client: httpx.AsyncClient, busy: str) -> None:
    row = read(await client.get(f"{ROOT}/numbers")).one("tr", id=f"number-{busy}").text
    for shown in (busy, "office pbx.example.com", "Home", "ACME"):
        assert shown in row
    assert "3910 N Vassault, Tacoma, WA 98407, US" in read(await client.get(f"{ROOT}/numbers")).text


async def test_conversations_are_kept_apart_and_chosen(client: httpx.AsyncClient, busy: str) -> None:
    page = read(await client.get(f"{ROOT}/", params={"own": busy, "peer": "12065550100"}))
    thread = page.one("ol", id="thread")
    assert "hello" in thread.text
    assert "accepted by Carrier" in thread.text
    assert thread.all("img") == []
    assert len(page.one("ul", id="conversations").all("a")) == 2
    other = read(await client.get(f"{ROOT}/", params={"own": busy, "peer": "12065550177"}))
    assert other.one("ol", id="thread").one("img").attributes["src"] == "http://127.0.0.1:9/cat.png"


async def test_a_long_history_is_cut_and_says_so(client: httpx.AsyncClient, sandbox: Sandbox, number: str) -> None:
    for index in range(103):
        sandbox.control.receive_message(from_="5550100", to=number, body=f"number {index}")
    page = read(await client.get(f"{ROOT}/"))
    items = page.one("ol", id="thread").all("li")
    assert items[0].text == "3 older messages are not shown."
    assert (len(items), "number 102" in items[-1].text) == (101, True)


@pytest.mark.parametrize("view", [*VIEWS, "/?q=hello", "/numbers?q=206", "/webhooks?q=hook", "/webhooks?only=pending"])
async def test_a_view_that_was_drawn_once_is_drawn_again_without_walking_through_all_records(
    client: httpx.AsyncClient, sandbox: Sandbox, busy: str, view: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    sandbox.control.set_callback("sms_callback", "http://127.0.0.1:9/hook")
    sandbox.control.receive_message(from_="12065550177", to=busy, body="hello")
    await client.get(f"{ROOT}{view}")
    kinds = ("OwnedNumber", "Message", "Delivery", "Route", "Address", "CallerName")

    def walk(table: Table[Record]) -> Iterator[Record]:
        assert table._kind.__name__ not in kinds, "each drawing would take as long as there are records"
        return iter(table.rows.values())

    monkeypatch.setattr(Table, "__iter__", walk)
    assert (await client.get(f"{ROOT}{view}")).status_code == 200
    sandbox.control.receive_message(from_="12065550177", to=busy, body="hello again")
    fresh = (await client.get(f"{ROOT}{view}")).text
    assert "q=hello" not in view or "hello again" in fresh


async def test_conversations_come_by_their_latest_message_however_it_came(
    client: httpx.AsyncClient, sandbox: Sandbox, number: str
) -> None:
    async def peers() -> list[str]:
        links = read(await client.get(f"{ROOT}/")).one("ul", id="conversations").all("a")
        return [link.attributes["href"].rpartition("=")[2] for link in links]

    for peer, at in (("12065550111", "2023-01-01"), ("12065550112", "2023-01-03"), ("12065550113", "2023-01-02")):
        sandbox.control.receive_message(from_=peer, to=number, body="x", at=at)
    assert await peers() == ["12065550112", "12065550113", "12065550111"]
    sandbox.control.receive_message(from_="12065550111", to=number, body="x", at="2022-01-01")
    assert await peers() == ["12065550112", "12065550113", "12065550111"], "an older one changes nothing"
    sandbox.control.receive_message(from_="12065550111", to=number, body="x", at="2023-01-04")
    assert await peers() == ["12065550111", "12065550112", "12065550113"]
    sandbox.control.reset()
    assert await peers() == []


async def test_what_became_of_a_message_is_said_in_words(
    client: httpx.AsyncClient, api: httpx.AsyncClient, sandbox: Sandbox, number: str
) -> None:
    words = {1003: "accepted by Carrier", 1004: "delivered", 1005: "failed: rejected"}
    for code in words:
        sandbox.control.set_options(receipt_code=code, sms_rate=None)
        await api.post("/v2.1/messages", json={"from": number, "to": f"1206555{code}", "body": "x"})
    for code, said in words.items():
        page = read(await client.get(f"{ROOT}/", params={"own": number, "peer": f"1206555{code}"}))
        assert said in page.one("ol", id="thread").text


async def test_requests_come_newest_first_with_status_and_duration(
    client: httpx.AsyncClient, api: httpx.AsyncClient
) -> None:
    await api.get("/v2/routes?limit=1")
    await api.get("/v2/nothing")
    first, second = read(await client.get(f"{ROOT}/requests")).one("tbody", id="requests").all("tr")
    assert first.text.startswith("404 GET /v2/nothing unknown")
    assert second.text.startswith("200 GET /v2/routes?limit=1 list_routes")
    assert first.text.endswith(" ms")


async def test_the_page_leaves_the_control_interface_and_the_api_alone(
    client: httpx.AsyncClient, api: httpx.AsyncClient
) -> None:
    assert (await client.get("/_sandbox/api/faults")).json() == []
    assert (await api.get("/v2/routes")).status_code == 200
    assert (await client.get("/_sandbox/nothing")).status_code == 404
    assert read(await client.get("/_sandbox/")).one("h1").text == "Messages"
