"""The page is for browsers on this machine, takes its own forms only, runs nobody's code and asks no other host."""

import re
from base64 import b64encode

import httpx
import pytest

from flowroute_async.sandbox import Sandbox
from tests.sandbox_page.page_reader import BASE_URL, ROOT, VIEWS, addresses, is_foreign, read

pytestmark = pytest.mark.anyio

HOSTILE = "\"'><script>alert(1)</script><img src=x onerror=alert(1)>{{ 7*7 }}</textarea></title>\u202e\ud800"
ASSETS = ("/page.css", "/live.js", "/icon.svg")


async def post(client: httpx.AsyncClient, **headers: str) -> int:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    answer = await client.post(f"{ROOT}/account", data={"form": "balance", "dollars": "5"}, headers=named)
    return answer.status_code


@pytest.fixture
async def hostile(api: httpx.AsyncClient, sandbox: Sandbox, number: str) -> None:
    """An account full of texts that want to be code."""

    async def create(path: str, kind: str, **attributes: str) -> str:
        answer = await api.post(path, json={"data": {"type": kind, "attributes": attributes}})
        assert answer.status_code == 201, answer.text
        created: str = answer.json()["data"]["id"]
        return created

    await create("/v2/routes", "route", route_type="host", value="pbx.example.com", alias=HOSTILE[:-1])
    address = {"street_number": "1", "street_name": "N", "city": "Tacoma", "state": "WA", "zip": "98407"}
    await create("/v2/e911s", "e911", **address, label=HOSTILE[:-1], first_name="A", last_name="B", country="US")
    alias = {"data": {"type": "number", "attributes": {"alias": HOSTILE[:60]}}}
    assert (await api.patch(f"/v2/numbers/{number}", json=alias)).status_code == 200
    await api.get("/v2/%3Cscript%3Ealert(1)", params={"q": "<script>alert(1)</script>"})
    await create("/v2/cnams", "cnam", value="A'B\"&")
    sandbox.control.reject_cnam(await create("/v2/cnams", "cnam", value="O'R\"&"), HOSTILE)
    media = ["data:text/html,<script>alert(1)</script>", 'http://x/"onerror="alert(1)', f"https://x/{HOSTILE}"]
    sandbox.control.receive_message(from_="12065550100", to=number, body=HOSTILE, media_urls=media)
    sandbox.control.add_fault(status=500, body=HOSTILE, retry_after=HOSTILE[:-2], times=9)
    sandbox.control.set_callback("sms_callback", f"http://127.0.0.1:9/{HOSTILE[:-1]}")
    sandbox.control.receive_message(from_="12065550100", to=number, body=HOSTILE)
    await sandbox.deliver_due()
    script = {"x-hostile": "<script>alert(1)</script>{{ 7*7 }}"}
    await api.post("/v2/routes?<script>", content=HOSTILE[:-1].encode(), headers=script)


@pytest.mark.usefixtures("hostile")
@pytest.mark.parametrize("view", [*VIEWS, "/requests?show=2", "/requests?show=5&q=%22%3E", "/webhooks?show=20005"])
async def test_hostile_texts_stay_texts(client: httpx.AsyncClient, view: str) -> None:
    answer = await client.get(f"{ROOT}{view}")
    page = read(answer)
    (script,) = page.all("script")
    assert script.attributes["src"] == f"{ROOT}/live.js"
    assert not script.text
    assert not any(name.startswith("on") for element in page.all() for name in element.attributes)
    assert not any(address.lower().startswith(("javascript:", "data:text")) for address in addresses(page))
    assert page.all("style") == []
    assert not any("style" in element.attributes for element in page.all())
    if view != "/account":
        assert "{{ 7*7 }}" in page.text, "shown as it came"


@pytest.mark.usefixtures("hostile")
async def test_hostile_queries_and_fields_stay_texts(client: httpx.AsyncClient) -> None:
    shown = read(await client.get(f"{ROOT}/", params={"own": HOSTILE[:-1], "peer": HOSTILE[:-1], "done": HOSTILE[:-1]}))
    assert len(shown.all("script")) == 1
    assert shown.one("input", id="from").attributes["value"] == HOSTILE[:-1]
    fields = {"form": "message", "from": HOSTILE[:-1], "to": HOSTILE[:-1], "body": HOSTILE[:-1]}
    refused = await client.post(f"{ROOT}/", data=fields, headers={"origin": BASE_URL})
    assert refused.status_code == 422
    assert read(refused).one("textarea", id="body").raw_text == f"\n{HOSTILE[:-1]}"
    assert len(read(refused).all("script")) == 1


@pytest.mark.parametrize("path", [*VIEWS, *ASSETS, "/nothing"])
async def test_every_answer_forbids_all_but_the_page_itself(client: httpx.AsyncClient, path: str) -> None:
    headers = (await client.get(f"{ROOT}{path}")).headers
    policy = dict(part.split(" ", 1) for part in headers["content-security-policy"].split("; "))
    assert policy.pop("img-src") == "'self' data: http://127.0.0.1:* http://localhost:*"
    assert set(policy.values()) == {"'none'", "'self'"}
    assert policy["default-src"] == policy["frame-ancestors"] == policy["base-uri"] == "'none'"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cache-control"] == "no-store", "messages do not stay on the disk"
    assert headers["referrer-policy"] == "same-origin"


@pytest.mark.parametrize("view", VIEWS)
async def test_a_view_loads_nothing_from_another_host(client: httpx.AsyncClient, number: str, view: str) -> None:
    assert not any(map(is_foreign, addresses(read(await client.get(f"{ROOT}{view}")))))


@pytest.mark.parametrize("asset", ASSETS)
async def test_an_asset_names_no_other_host(client: httpx.AsyncClient, asset: str) -> None:
    answer = await client.get(f"{ROOT}{asset}")
    assert answer.status_code == 200
    text = answer.text.replace('xmlns="http://www.w3.org/2000/svg"', "")
    assert not re.search(r"https?:|//[a-z0-9]+\.|@import|url\(", text)


async def test_pictures_of_other_hosts_are_links_that_say_nothing_of_this_page(
    client: httpx.AsyncClient, sandbox: Sandbox, number: str
) -> None:
    urls = (
        "https://files.example.com/a.png",
        "http://127.0.0.1.example.com/b.png",
        "http://user@localhost@evil.test/c.png",
    )
    for url in (*urls, "https://127.0.0.1/d.png"):
        sandbox.control.receive_message(from_="5550100", to=number, media_urls=[url])
    sandbox.control.receive_message(from_="5550100", to=number, media_urls=["http://localhost:9/cat.png"])
    sandbox.control.receive_message(from_="5550100", to=number, media_urls=["data:image/gif;base64,R0lGOD"])
    page = read(await client.get(f"{ROOT}/"))
    shown = [(image.attributes["src"], image.attributes.get("loading")) for image in page.all("img")]
    assert shown == [("http://localhost:9/cat.png", "lazy"), ("data:image/gif;base64,R0lGOD", None)]
    assert page.one("ol", id="thread").all("details")[0].text == "cat.png on localhost"
    links = page.one("ol", id="thread").all("a")
    assert [link.attributes["href"] for link in links] == [*urls, "https://127.0.0.1/d.png"]
    assert all(link.attributes["referrerpolicy"] == "no-referrer" for link in links)


async def test_forms_of_other_sites_are_refused(client: httpx.AsyncClient, sandbox: Sandbox) -> None:
    assert await post(client) == 403, "no browser"
    assert await post(client, origin="http://evil.test") == 403
    assert await post(client, origin="null") == 403
    assert await post(client, origin=f"{BASE_URL}1") == 403, "another port is another site"
    assert await post(client, origin=BASE_URL.replace("http", "https")) == 403
    assert await post(client, sec_fetch_site="cross-site") == 403
    assert await post(client, sec_fetch_site="same-site", origin=BASE_URL) == 403
    assert await post(client, sec_fetch_site="none") == 403
    assert sandbox.control.balance() is None
    assert await post(client, sec_fetch_site="same-origin") == 303
    assert await post(client, origin=BASE_URL, sec_fetch_site="same-origin") == 303
    assert sandbox.control.balance() == 5


@pytest.mark.parametrize(
    "host", ["evil.test", "127.0.0.1.evil.test", "localhost.evil.test:8900", "10.0.0.1", "", "[::1"]
)
async def test_a_foreign_name_for_this_machine_is_refused(client: httpx.AsyncClient, host: str) -> None:
    for path in ("/", "/live.js", "/nothing"):
        assert (await client.get(f"{ROOT}{path}", headers={"host": host})).status_code == 403
    assert await post(client, host=host, origin=f"http://{host}") == 403


@pytest.mark.parametrize("host", ["localhost", "localhost:8900", "127.0.0.1", "127.0.0.1:1", "[::1]:8900"])
async def test_the_names_of_this_machine_are_answered(client: httpx.AsyncClient, host: str) -> None:
    assert (await client.get(f"{ROOT}/", headers={"host": host})).status_code == 200
    assert await post(client, host=host, origin=f"http://{host}") == 303


async def test_the_address_without_its_last_slash_leads_to_the_page(client: httpx.AsyncClient) -> None:
    answer = await client.get(ROOT, headers={"host": "localhost:8900"})
    assert (answer.status_code, answer.headers["location"]) == (307, f"{ROOT}/")
    assert (await client.get(ROOT, headers={"host": "[::1"})).status_code == 403


async def test_another_machine_is_refused(sandbox: Sandbox) -> None:
    transport = httpx.ASGITransport(app=sandbox.app, client=("10.0.0.7", 5000))
    async with httpx.AsyncClient(transport=transport, base_url=BASE_URL) as client:
        assert (await client.get(f"{ROOT}/")).status_code == 403


@pytest.mark.parametrize("view", [*VIEWS, "/requests?show=1"])
async def test_keys_are_not_shown(client: httpx.AsyncClient, sandbox: Sandbox, view: str) -> None:
    transport = httpx.ASGITransport(app=sandbox.app)
    auth = ("ACCESS-KEY-OF-ACME", "SECRET-KEY-OF-ACME")
    async with httpx.AsyncClient(transport=transport, base_url=BASE_URL, auth=auth) as other:
        await other.get("/v2/routes")
    answer = await client.get(f"{ROOT}{view}")
    assert b64encode(":".join(auth).encode()).decode() not in answer.text
    assert not re.search(r"KEY-OF-ACME|>authorization<", answer.text, re.IGNORECASE)
