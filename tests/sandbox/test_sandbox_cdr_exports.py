import csv
import gzip
import io
from collections.abc import Iterator
from urllib.parse import urlsplit

import httpx
import pytest

from flowroute_async.sandbox import Sandbox, SandboxClock, running
from tests.patience import HANGS_AFTER
from tests.sandbox.sandbox_in_process import BASE_URL, InProcess, error_of, wrap

SPAN = {"start_call_start_time": "2023-12-01 00:00:00", "start_call_end_time": "2024-01-02 00:00:00"}
OTHER = "12065550199"


def ask(api: httpx.Client, **filters: object) -> httpx.Response:
    return api.post("/v2/cdrs/exports", json=wrap("cdrexport", filter_parameters=SPAN | filters))


def rows_of(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(gzip.decompress(content).decode(), newline="")))


@pytest.fixture
def store(sandbox: Sandbox) -> Iterator[httpx.Client]:
    """A client without keys."""
    with httpx.Client(transport=InProcess(sandbox)) as client:
        yield client


@pytest.fixture
def calls(api: httpx.Client, number: str, sandbox: Sandbox) -> str:
    """Three calls of one number: one out, one in, one before the span."""
    api.patch(f"/v2/numbers/{number}", json={"type": "number", "alias": "Office 221"})
    sandbox.control.add_call(from_=number, to=OTHER, duration=37, at="2023-12-31T18:18:54")
    sandbox.control.add_call(from_=OTHER, to=number, duration=61, at="2023-12-02T00:00:00Z", rate=0.012)
    sandbox.control.add_call(from_=number, to=OTHER, duration=5, at="2023-11-30T23:59:59Z")
    return number


def finished(api: httpx.Client, sandbox: Sandbox, **filters: object) -> dict[str, object]:
    id_ = ask(api, **filters).json()["data"]["id"]
    sandbox.control.advance(1)
    found: dict[str, object] = api.get(f"/v2/cdrs/exports/{id_}").json()["data"]["attributes"]
    return found


def test_an_export_begins_with_its_filters_laid_flat_and_nothing_known_yet(api: httpx.Client) -> None:
    answer = ask(api, number_aliases=["Office 221"])
    body = answer.json()
    assert answer.status_code == 201
    data, attributes = body["data"], body["data"]["attributes"]
    assert body["links"] == data["links"] == {"self": f"{BASE_URL}/v2/cdrs/exports/{data['id']}"}
    assert (data["type"], isinstance(data["id"], str)) == ("cdrexport", True)
    assert attributes["start_call_start_time"] == "2023-12-01T00:00:00+00:00"
    assert attributes["number_aliases"] == ["Office 221"]
    assert (attributes["filter_parameters"], attributes["status"]) == ({}, "processing")
    assert attributes["requested_at"] == attributes["created_at"] == "2024-01-01T00:00:00+00:00"
    for name in ("download_url", "expires_at", "total_cost", "call_subtotal", "connect_fees", "usf_fees", "ccrf"):
        assert attributes[name] is None


def test_an_export_is_ready_after_a_while_and_its_file_is_there_without_keys(
    api: httpx.Client, sandbox: Sandbox, store: httpx.Client, calls: str
) -> None:
    id_ = ask(api).json()["data"]["id"]
    detail = api.get(f"/v2/cdrs/exports/{id_}").json()
    assert (detail["data"]["id"], detail["data"]["attributes"]["status"]) == (int(id_), "processing")
    assert detail["links"] == {"self": f"http://cdr-api/cdrs/exports/{id_}"}
    sandbox.control.advance(1)
    done = api.get(f"/v2/cdrs/exports/{id_}").json()["data"]["attributes"]
    assert (done["status"], done["num_calls"], done["billed_minutes"]) == ("completed", 2, 2)
    assert done["expires_at"] == "2024-01-04T00:00:01+00:00"
    # 42 s at 0.0098 and 66 s at 0.012 dollars a minute.
    assert done["total_cost"] == done["call_subtotal"] == "0.020060"
    answer = store.get(done["download_url"])
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/x-gzip")
    first, second = rows_of(answer.content)
    assert first["direction"] == "Inbound"
    assert (second["direction"], second["start_time"], second["end_time"]) == (
        "Outbound",
        "2023-12-31 18:18:54+00",
        "2023-12-31 18:19:31+00",
    )
    assert (second["destination"], second["callerid"], second["number_alias"]) == (OTHER, f"+{calls}", "Office 221")
    assert (second["duration"], second["billed_duration"], second["total_cost"]) == ("37", "42", "0.00686000")
    assert (second["result"], second["call_fail_sip_code"], second["call_fail_reason"]) == ("completed", "200", "OK")


def test_the_store_refuses_keys_and_changed_and_old_addresses(
    api: httpx.Client, sandbox: Sandbox, store: httpx.Client, calls: str
) -> None:
    url = str(finished(api, sandbox)["download_url"])
    keys = store.get(url, auth=("sandbox", "sandbox"))
    assert (keys.status_code, "<Code>InvalidArgument</Code>" in keys.text) == (400, True)
    assert keys.headers["content-type"] == "application/xml"
    plain, _, query = url.partition("?")
    assert store.get(plain).status_code == 403
    other = ask(api).json()["data"]["id"]
    sandbox.control.advance(1)
    assert "SignatureDoesNotMatch" in store.get(f"{plain.rpartition('/')[0]}/{other}.csv.gz?{query}").text
    assert store.get(url.replace("X-Amz-Expires=", "X-Amz-Expires=9")).status_code == 403
    assert store.get(url).status_code == 200
    sandbox.control.advance(259_200)
    assert "Request has expired" in store.get(url).text
    # Who asks again gets no address that lives longer.
    again = api.get(f"/v2/cdrs/exports/{other}").json()["data"]["attributes"]["download_url"]
    assert store.get(again).status_code == 403


@pytest.mark.parametrize(
    ("filters", "durations"),
    [
        ({}, ["61", "37"]),
        ({"number_aliases": ["Office 221"]}, ["61", "37"]),
        ({"number_aliases": ["Office"]}, []),
        ({"number_aliases_contains": ["fice"]}, ["61", "37"]),
        ({"destination_numbers": [OTHER]}, ["37"]),
        ({"destination_numbers": [f"+{OTHER}"]}, ["37"]),
        ({"callerid_numbers": [f"+{OTHER}"]}, ["61"]),
        ({"custom_x_tags": ["none"]}, []),
        ({"caller_ip": "192.0.2.10"}, ["61", "37"]),
        ({"duration_greater_than": 37}, ["61"]),
        ({"start_call_end_time": "2023-12-31T18:18:54Z"}, ["61"]),
        ({"start_call_start_time": "2023-12-02 00:00:00"}, ["61", "37"]),
    ],
)
@pytest.mark.usefixtures("calls")
def test_an_export_holds_the_calls_that_its_filters_name(
    api: httpx.Client, sandbox: Sandbox, store: httpx.Client, filters: dict[str, object], durations: list[str]
) -> None:
    attributes = finished(api, sandbox, **filters)
    assert [row["duration"] for row in rows_of(store.get(str(attributes["download_url"])).content)] == durations
    assert attributes["num_calls"] == len(durations)


@pytest.mark.parametrize(
    ("filters", "name"),
    [
        ({"start_call_start_time": None}, "start_call_start_time"),
        ({"start_call_end_time": "soon"}, "start_call_end_time"),
        ({"start_call_end_time": 5}, "start_call_end_time"),
        ({"start_call_end_time": "2023-12-01 00:00:00"}, "start_call_end_time"),
        ({"start_call_end_time": "2024-03-03 00:00:00"}, "start_call_end_time"),
        ({"number_aliases": "Office"}, "number_aliases"),
        ({"custom_x_tags": [1]}, "custom_x_tags"),
        ({"caller_ip": ["192.0.2.1"]}, "caller_ip"),
        ({"duration_greater_than": "5"}, "duration_greater_than"),
    ],
)
def test_filters_that_mean_nothing_are_refused_by_name(
    api: httpx.Client, sandbox: Sandbox, filters: dict[str, object], name: str
) -> None:
    detail = error_of(ask(api, **filters))["detail"]
    assert list(detail["data"]["attributes"]["filter_parameters"]) == [name]
    assert "create_cdr_export" not in sandbox.control.effects()
    assert error_of(api.post("/v2/cdrs/exports", json=wrap("cdrexport")))["status"] == 422


def test_the_list_wraps_each_item_twice_and_links_to_a_host_inside(api: httpx.Client, sandbox: Sandbox) -> None:
    ids = [ask(api, number_aliases=["A"]).json()["data"]["id"] for _ in range(3)]
    sandbox.control.advance(1)
    last = ask(api).json()["data"]["id"]
    page = api.get("/v2/cdrs/exports", params={"limit": 2, "status": "completed"}).json()
    assert [item["data"]["id"] for item in page["data"]] == [int(ids[2]), int(ids[1])]
    assert page["data"][0]["data"]["attributes"]["filter_parameters"]["number_aliases"] == ["A"]
    assert page["links"] == {
        "self": "http://cdr-api/cdrs/exports?status=completed&limit=2&offset=0",
        "next": "http://cdr-api/cdrs/exports?status=completed&limit=2&offset=2",
    }
    assert [item["data"]["id"] for item in api.get("/v2/cdrs/exports?status=processing").json()["data"]] == [int(last)]
    assert error_of(api.get("/v2/cdrs/exports?status=lost"))["status"] == 422
    # As in the vendor's sample, one export shows a list as the text that Python makes of it.
    detail = api.get(f"/v2/cdrs/exports/{ids[0]}").json()["data"]["attributes"]
    assert detail["filter_parameters"]["number_aliases"] == "['A']"
    assert api.get("/v2/cdrs/exports/1").status_code == 404


def test_an_export_can_fail_on_the_control_interface_s_word(api: httpx.Client, sandbox: Sandbox) -> None:
    id_ = ask(api).json()["data"]["id"]
    sandbox.control.fail_export(id_)
    sandbox.control.advance(600)
    attributes = api.get(f"/v2/cdrs/exports/{id_}").json()["data"]["attributes"]
    assert (attributes["status"], attributes["download_url"]) == ("failed", None)
    with pytest.raises(ValueError, match="has failed"):
        sandbox.control.fail_export(id_)
    with pytest.raises(LookupError):
        sandbox.control.fail_export("1")


@pytest.mark.anyio
async def test_the_end_of_an_export_is_posted_to_its_callback() -> None:
    posted: list[httpx.Request] = []

    def receive(request: httpx.Request) -> httpx.Response:
        posted.append(request)
        return httpx.Response(200)

    sandbox = Sandbox(numbers=400, clock=SandboxClock.frozen(), webhook_transport=httpx.MockTransport(receive))
    transport = httpx.ASGITransport(app=sandbox.app)
    async with httpx.AsyncClient(transport=transport, base_url=BASE_URL, auth=("sandbox", "sandbox")) as api:
        body = wrap("cdrexport", filter_parameters=SPAN, callback_url="http://127.0.0.1:9/cdrs")
        id_ = (await api.post("/v2/cdrs/exports", json=body)).json()["data"]["id"]
        assert await sandbox.deliver_due() == 0
        sandbox.clock.advance(1)
        assert await sandbox.deliver_due() == 1
    assert f'"resource_id": "{id_}"' in posted[0].content.decode()
    assert '"status": "completed"' in posted[0].content.decode()


def test_over_a_socket_the_file_lies_under_another_name_of_the_machine() -> None:
    sandbox = Sandbox(numbers=400, clock=SandboxClock.frozen())
    with (
        running(sandbox) as url,
        httpx.Client(base_url=url, auth=("sandbox", "sandbox"), trust_env=False, timeout=HANGS_AFTER) as api,
    ):
        attributes = finished(api, sandbox)
        address = urlsplit(str(attributes["download_url"]))
        assert (urlsplit(url).hostname, address.hostname) == ("127.0.0.1", "localhost")
        answer = httpx.get(str(attributes["download_url"]), trust_env=False, timeout=HANGS_AFTER)
        assert (answer.status_code, rows_of(answer.content)) == (200, [])


def test_the_newer_file_has_more_columns(api: httpx.Client, sandbox: Sandbox, store: httpx.Client, calls: str) -> None:
    sandbox.control.set_options(shape="today")
    row = rows_of(store.get(str(finished(api, sandbox)["download_url"])).content)[0]
    assert list(row)[-4:] == ["sip_callid", "cdr_id", "sip_from_tag", "sip_to_tag"]
    assert calls in {row["destination"], row["callerid"].lstrip("+")}
