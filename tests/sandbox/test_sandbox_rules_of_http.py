from uuid import UUID

import httpx
import pytest

from flowroute_async.sandbox import Sandbox, SandboxClock
from tests.sandbox.sandbox_in_process import ADDRESS, BASE_URL, InProcess, buy, error_of, wrap


def test_calls_without_keys_or_with_wrong_ones_are_unauthorized(sandbox: Sandbox) -> None:
    with httpx.Client(transport=InProcess(sandbox), base_url=BASE_URL) as stranger:
        for auth in (None, ("sandbox", "wrong"), ("wrong", "sandbox"), ("sandböx", "sandbox")):
            answer = stranger.get("/v2/routes", auth=auth)
            error = error_of(answer)
            assert (answer.status_code, error["title"]) == (401, "Unauthorized")
            assert error["detail"] == "Authentication failed."
            assert str(UUID(error["id"])) == error["id"]
        assert stranger.get("/v2/routes", headers={"authorization": "Bearer sandbox"}).status_code == 401


def test_the_keys_can_be_chosen_and_never_show() -> None:
    sandbox = Sandbox(numbers=400, access_key="mine-access", secret_key="mine-secret")
    with httpx.Client(transport=InProcess(sandbox), base_url=BASE_URL, auth=("mine-access", "mine-secret")) as api:
        assert api.get("/v2/routes").status_code == 200
        log = api.get("/_sandbox/api/requests")
    assert "mine-" not in repr(sandbox)
    assert "authorization" not in log.text.lower()
    assert "bWluZS" not in log.text


def test_an_unknown_path_is_not_found_and_a_known_one_with_another_method_not_allowed(api: httpx.Client) -> None:
    unknown = api.get("/v2/nothing")
    (error,) = unknown.json()["errors"]
    # As seen on the vendor's: a text in place of the status, and no id, title or detail.
    assert (unknown.status_code, list(error)) == (404, ["status"])
    assert error["status"].startswith("404 Not Found: The requested URL was not found on the server.")
    answer = api.put("/v2/numbers")
    assert error_of(answer)["detail"] == "The method is not allowed for the requested URL."
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD")
    assert api.post("/v2/numbers/available").status_code == 405


def test_a_slash_at_the_end_of_a_path_changes_nothing(api: httpx.Client) -> None:
    assert api.get("/v2/routes/").json() == api.get("/v2/routes").json()


JSON_BODIES = [
    '{"value": "Bob Law"}',
    ' \n{"data": {"type": "cnam", "attributes": {"value": "Bob Law"}}}',
    '\ufeff{"value": "Bob Law"}',
]


@pytest.mark.parametrize("content", JSON_BODIES)
@pytest.mark.parametrize(
    "content_type",
    [
        "application/vnd.api+json",
        "application/json; charset=utf-8",
        "application/x-www-form-urlencoded",
        "text/plain; charset=utf-8",
        "text/xml",
        "multipart/form-data; boundary=x",
        None,
    ],
)
def test_what_begins_as_json_is_json_whatever_its_label(
    api: httpx.Client, content_type: str | None, content: str
) -> None:
    headers = {} if content_type is None else {"content-type": content_type}
    answer = api.post("/v2/cnams", content=content, headers=headers)
    assert (answer.status_code, answer.json()["data"]["attributes"]["value"]) == (201, "BOB LAW")
    assert answer.headers["content-type"] == "application/vnd.api+json"


@pytest.mark.parametrize("content_type", ["application/x-www-form-urlencoded", "text/plain", None])
def test_a_form_is_a_form_with_its_label_or_without(api: httpx.Client, content_type: str | None) -> None:
    headers = {} if content_type is None else {"content-type": content_type}
    answer = api.post("/v2/cnams", content="value=Bob+Law&other=%2B1", headers=headers)
    assert (answer.status_code, answer.json()["data"]["attributes"]["value"]) == (201, "BOB LAW")


@pytest.mark.parametrize(
    ("content_type", "content"),
    [
        ("text/xml", b"<value>Bob</value>"),
        ("text/plain", b"Bob Law"),
        ("multipart/form-data; boundary=x", b'--x\r\nContent-Disposition: form-data; name="value"\r\n\r\nBob\r\n--x--'),
        ("application/octet-stream", b"\xff\xfe"),
        (None, b"<value>Bob</value>"),
        (None, b"Bob Law"),
    ],
)
def test_what_is_neither_json_nor_a_form_is_unsupported(
    api: httpx.Client, content_type: str | None, content: bytes
) -> None:
    headers = {} if content_type is None else {"content-type": content_type}
    answer = api.post("/v2/cnams", content=content, headers=headers)
    assert error_of(answer)["status"] == 415


@pytest.mark.parametrize("content_type", ["application/json", "application/x-www-form-urlencoded", "text/plain"])
@pytest.mark.parametrize("broken", [b'{"value": ', b"[" * 100_000, b'{"data"=>{:value=>"Bob"}}', b"{:value=>1}"])
def test_broken_json_is_refused_whatever_its_label(api: httpx.Client, content_type: str, broken: bytes) -> None:
    answer = api.post("/v2/cnams", content=broken, headers={"content-type": content_type})
    assert error_of(answer)["status"] == 400


def test_json_of_another_encoding_is_refused_and_json_that_is_no_object_too(api: httpx.Client) -> None:
    headers = {"content-type": "application/json"}
    assert error_of(api.post("/v2/cnams", content=b"\xff\xfe", headers=headers))["status"] == 400
    assert error_of(api.post("/v2/cnams", content=b"Bob", headers=headers))["status"] == 400
    for value in ("value", ["value"], 5, None):
        assert error_of(api.post("/v2/cnams", json=value))["status"] == 422


def test_a_body_that_no_operation_reads_is_not_looked_at(api: httpx.Client, number: str) -> None:
    headers = {"content-type": "text/xml"}
    for method, path, status in (
        ("GET", "/v2/routes", 200),
        ("DELETE", f"/v2/numbers/{number}/relationships/e911s/", 204),
    ):
        assert api.request(method, path, content=b"<no json/>", headers=headers).status_code == status


@pytest.mark.parametrize("text", ["-1", "x", "1.5", "0x1", "٣", "9" * 400])
@pytest.mark.parametrize("name", ["limit", "offset"])
def test_negative_and_non_integer_windows_are_refused(api: httpx.Client, name: str, text: str) -> None:
    answer = api.get("/v2/routes", params={name: text})
    assert (answer.status_code, list(error_of(answer)["detail"])) == (422, [name])


@pytest.mark.parametrize(
    ("path", "maximum"),
    [
        ("/v2/numbers", 200),
        ("/v2/numbers/available", 200),
        ("/v2/numbers/available/areacodes", 400),
        ("/v2/numbers/available/exchanges", 200),
        ("/v2/routes", 200),
        ("/v2/e911s", 2000),
    ],
)
def test_pages_are_ten_long_unless_told_and_never_longer_than_the_maximum(
    api: httpx.Client, path: str, maximum: int
) -> None:
    assert api.get(path).json()["links"]["self"] == f"{BASE_URL}{path}?limit=10&offset=0"
    links = api.get(path, params={"limit": 5000, "offset": 1}).json()["links"]
    assert links["self"] == f"{BASE_URL}{path}?limit={maximum}&offset=1"


def test_a_lower_maximum_holds_for_every_list() -> None:
    sandbox = Sandbox(numbers=4_000, provisioning_delay=0, max_page=50)
    with httpx.Client(transport=InProcess(sandbox), base_url=BASE_URL, auth=("sandbox", "sandbox")) as api:
        for path in ("/v2/numbers/available", "/v2/numbers/available/areacodes"):
            page = api.get(path, params={"limit": 200}).json()
            assert len(page["data"]) == 50
            assert page["links"]["next"].endswith("limit=50&offset=50")
        assert "limit=50&" in api.get("/v2/cnams?limit=900").json()["links"]["self"]


def test_links_show_the_filters_by_name_then_limit_and_offset_and_next_only_if_there_is_more(
    api: httpx.Client,
) -> None:
    page = api.get("/v2/numbers/available", params={"starts_with": 646, "limit": 3, "contains": 3, "ends_with": 7})
    prefix = f"{BASE_URL}/v2/numbers/available?contains=3&ends_with=7&starts_with=1646&limit=3&offset="
    assert page.json()["links"]["self"] == prefix + "0"
    both = api.get("/v2/numbers/available?state=NY&starts_with=646&rate_center=albany&limit=1").json()
    assert "?rate_center=albany&starts_with=1646&state=NY&limit=1&offset=0" in both["links"]["self"]
    last = api.get("/v2/numbers/available", params={"starts_with": 646, "limit": 3, "offset": 3000}).json()
    assert (last["data"], list(last["links"])) == ([], ["self"])


def full_lists(api: httpx.Client, number: str) -> dict[str, int]:
    """Fill every list with at least two rows, and count them."""
    for index in range(2):
        route = wrap("route", alias=f"r{index}", route_type="host", value="a.example")
        assert api.post("/v2/routes", json=route).is_success
        address = api.post("/v2/e911s", json=wrap("e911", **(ADDRESS | {"label": f"l{index}"}))).json()["data"]["id"]
        assert api.post("/v2/cnams", json={"value": f"NAME {index}"}).is_success
        assert api.post("/v2.1/messages", json={"from": number, "to": "12065550199", "body": "x"}).is_success
        span = {"start_call_start_time": "2023-12-01", "start_call_end_time": "2023-12-02"}
        assert api.post("/v2/cdrs/exports", json=wrap("cdrexport", filter_parameters=span)).is_success
    other = buy(api, starts_with=206)
    for one in (number, other):
        assert api.patch(f"/v2/numbers/{one}/relationships/e911s/{address}").is_success
    available = len(api.get("/v2/numbers/available?starts_with=1206&limit=200").json()["data"])
    codes = len(api.get("/v2/numbers/available/areacodes?limit=400").json()["data"])
    assert min(available, codes) > 1
    return {
        "/v2/routes?": 3,
        "/v2/e911s?": 2,
        f"/v2/e911s/{address}/relationships/numbers?": 2,
        "/v2/cnams?": 2,
        "/v2/numbers?": 2,
        "/v2/cdrs/exports?": 2,
        "/v2.1/messages?start_date=2023-01-01&": 2,
        "/v2/numbers/available?starts_with=1206&": available,
        "/v2/numbers/available?starts_with=1206&order_by=state&": available,
        "/v2/numbers/available/areacodes?": codes,
        "/v2/numbers/available/tiers?": 2,
    }


def test_a_last_page_that_is_exactly_full_has_no_next_one(api: httpx.Client, number: str) -> None:
    for path, count in full_lists(api, number).items():
        whole = api.get(f"{path}limit={count}").json()
        assert (len(whole["data"]), "next" in whole["links"]) == (count, False), path
        most = api.get(f"{path}limit={count - 1}").json()
        assert (len(most["data"]), "next" in most["links"]) == (count - 1, True), path
        last = api.get(f"{path}limit=1&offset={count - 1}").json()
        assert (last["data"], "next" in last["links"]) == (whole["data"][-1:], False), path
        beyond = api.get(f"{path}limit=1&offset={count}").json()
        assert (beyond["data"], "next" in beyond["links"]) == ([], False), path


def test_links_can_have_another_host() -> None:
    sandbox = Sandbox(numbers=400, base_url="https://api.flowroute.com/")
    with httpx.Client(transport=InProcess(sandbox), base_url=BASE_URL, auth=("sandbox", "sandbox")) as api:
        assert api.get("/v2/routes").json()["links"]["self"].startswith("https://api.flowroute.com/v2/routes?")


def test_requests_beyond_the_rate_are_too_many_until_a_second_has_passed() -> None:
    sandbox = Sandbox(numbers=400, rate=3, clock=SandboxClock.frozen())
    with httpx.Client(transport=InProcess(sandbox), base_url=BASE_URL, auth=("sandbox", "sandbox")) as api:
        assert [api.get("/v2/routes").status_code for _ in range(5)] == [200, 200, 200, 429, 429]
        sandbox.clock.advance(0.9)
        answer = api.get("/v2/routes")
        assert (error_of(answer)["title"], "retry-after" in answer.headers) == ("Too Many Requests", False)
        sandbox.clock.advance(0.2)
        assert api.get("/v2/routes").status_code == 200


@pytest.mark.anyio
async def test_the_application_runs_on_both_event_loops(sandbox: Sandbox) -> None:
    transport = httpx.ASGITransport(app=sandbox.app)
    async with httpx.AsyncClient(transport=transport, base_url=BASE_URL, auth=("sandbox", "sandbox")) as api:
        sandbox.control.set_options(latency=0.001)
        answer = await api.post("/v2/routes", json=wrap("route", alias="a", route_type="host", value="a.example"))
        assert answer.status_code == 201
        assert (await api.get("/_sandbox/api/effects")).json() == {"create_route": {"a": 1}}
