"""The documentation's pictures of the page, always the same for the same page."""

from base64 import b64decode
from itertools import accumulate, cycle
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from flowroute_async.sandbox.attempts import Attempt
from flowroute_async.sandbox.courier import _send as send_webhook
from flowroute_async.sandbox.records import Delivery
from tests.browser.page_in_browser import Page

MOST_BYTES = 150_000
SUNSET = (
    "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' width='240' height='135'%3E"
    "%3Crect width='240' height='135' fill='%23f6c56f'/%3E%3Ccircle cx='120' cy='88' r='34' fill='%23e2603f'/%3E"
    "%3Crect y='88' width='240' height='47' fill='%23306a86'/%3E%3C/svg%3E"
)

# What differs from run to run: the port, and ids of messages and errors.
STEADY = """
const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
while (texts.nextNode()) {
  const text = texts.currentNode.data;
  const whole = text.replaceAll(arguments[0], ":8900").replace(/mdr2-[0-9a-f]{32}/g, arguments[1]);
  const steady = whole.replace(/mdr2-[0-9a-f]{8,31}(?=…)/g, (cut) => arguments[1].slice(0, cut.length));
  if (steady !== text) texts.currentNode.data = steady;
}
"""


def receive_webhook(request: httpx.Request) -> httpx.Response:
    """Answer as an application does that forgets the kitchen."""
    if b"lemons" in request.content:
        return httpx.Response(500, text="Internal Server Error")
    return httpx.Response(200, json={"seen": True})


async def send_to_application(_client: httpx.AsyncClient, delivery: Delivery) -> Attempt:
    async with httpx.AsyncClient(transport=httpx.MockTransport(receive_webhook)) as client:
        return await send_webhook(client, delivery)


@pytest.fixture
def story(page: Page, monkeypatch: pytest.MonkeyPatch) -> Page:
    """A restaurant's account, in use; requests last as long on every machine."""
    steps = accumulate(cycle((1.0, 0.0006, 1.0, 0.0011, 1.0, 0.0004, 1.0, 0.0017)))
    monkeypatch.setattr("flowroute_async.sandbox.api.perf_counter", lambda: next(steps))
    monkeypatch.setattr("flowroute_async.sandbox.courier._send", send_to_application)
    control = page.sandbox.control
    control.set_callback("sms_callback", "http://127.0.0.1:8080/flowroute")
    control.set_callback("sms_dlr_callback", "http://127.0.0.1:8080/flowroute")
    desk, kitchen = page.buy_number(), page.buy_number()
    for number, alias in ((desk, "Front desk"), (kitchen, "Kitchen")):
        page.api.patch(f"/v2/numbers/{number}", json={"data": {"type": "number", "attributes": {"alias": alias}}})
    route = page.create("/v2/routes", "route", route_type="host", value="pbx.example.com", alias="Office")
    where = {"data": {"type": "route", "id": route}}
    page.api.patch(f"/v2/numbers/{desk}/relationships/primary_route", json=where)
    person = {"label": "Restaurant", "first_name": "Janet", "last_name": "Doe", "country": "US"}
    place = {"street_number": "3910", "street_name": "N Vassault", "city": "Tacoma", "state": "WA", "zip": "98407"}
    address = page.create("/v2/e911s", "e911", **person, **place)
    page.api.patch(f"/v2/numbers/{desk}/relationships/e911s/{address}")
    name = page.create("/v2/cnams", "cnam", value="JANETS KITCHEN")
    control.approve_cnam(name)
    page.api.patch(f"/v2/numbers/{desk}/relationships/cnam/{name}")
    page.create("/v2/cnams", "cnam", value="JANETS BAR")
    page.create("/v2/cnams", "cnam", value="JANETS GARDEN")
    control.advance(42 * 60)

    def is_settled() -> bool:
        now = page.sandbox.clock.now().timestamp()
        return all(one.status != "pending" or one.due > now for one in control.deliveries())

    def later(seconds: float) -> None:
        page.until(is_settled)
        control.advance(seconds)

    def send(body: str, *media: str) -> None:
        files = {"media_urls": media, "is_mms": True} if media else {}
        page.create("/v2.1/messages", "message", **{"from": desk}, to="12065550100", body=body, **files)

    control.receive_message(from_="12065550177", to=kitchen, body="Two boxes of lemons at the back door.")
    later(65)
    send("Your table for two is booked for 7 pm.")
    later(48)
    control.receive_message(from_="12065550100", to=desk, body="Thank you! Could we make it 7:30, and sit outside?")
    later(31)
    send("7:30 on the terrace it is. Here is the menu:", "https://files.example.com/menu.pdf")
    later(12)
    control.receive_message(from_="12065550100", to=desk, body="Lovely, for this view!", media_urls=[SUNSET])
    control.add_fault("purchase_number", times=3, status=503, retry_after=2)
    control.add_fault("send_message", drop="after")
    page.api.post("/v2/numbers/12065550100")
    page.api.get("/v2/numbers", params={"limit": 10})
    page.until(is_settled)
    return page


@pytest.mark.parametrize(
    ("name", "view", "size", "dark"),
    [
        ("messages", "", (1280, 830), False),
        ("messages-dark", "", (1280, 830), True),
        ("numbers", "numbers", (1280, 560), False),
        ("names", "names", (1280, 560), False),
        ("requests", "requests", (1280, 710), False),
        ("request", "requests?show={message}", (1280, 720), False),
        ("webhooks", "webhooks", (1280, 900), False),
        ("account", "account", (1280, 460), False),
        ("narrow", "", (360, 760), False),
    ],
)
def test_a_picture_is_taken(
    story: Page, pictures: Path, *, name: str, view: str, size: tuple[int, int], dark: bool
) -> None:
    story.resize(*size, dark=dark)
    sent = [request.number for request in story.sandbox.control.requests() if request.operation == "send_message"]
    story.open(view.format(message=sent[0]))
    story.until(lambda: story.run("return [...document.images].every((image) => image.complete)"))
    story.run(STEADY, f":{urlsplit(story.url).port}", "mdr2-39cadeace66e11e7aff806cd7f24ba2d")
    picture = b64decode(story.cdp("Page.captureScreenshot", format="png")["data"])
    assert len(picture) < MOST_BYTES
    (pictures / f"sandbox-{name}.png").write_bytes(picture)
