"""Accounts that begin with a past: one that was lived in, and those of seed files; and clocks that begin at a time."""

import gzip
import json
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from flowroute_async.sandbox import Sandbox, SandboxClock
from tests.sandbox.sandbox_in_process import InProcess, client_of, pages

NOW = datetime(2024, 1, 1, tzinfo=UTC)


def lived_in(**options: str) -> Sandbox:
    return Sandbox(numbers=4_000, account="lived-in", clock=SandboxClock.frozen(), **options)  # type: ignore[arg-type] # options of any kind


def everything(api: httpx.Client, path: str, **filters: str | int) -> list[Mapping[str, object]]:
    return [item for page in pages(api, path, 200, **filters) for item in page]


def test_a_lived_in_account_has_numbers_with_every_relation_and_with_none() -> None:
    with client_of(lived_in()) as api:
        numbers = [str(item["id"]) for item in everything(api, "/v2/numbers")]
        details = [api.get(f"/v2/numbers/{number}").json() for number in numbers]
        related = [
            {name for name, value in detail["data"]["relationships"].items() if value["data"] is not None}
            for detail in details
        ]
        assert {"cnam_preset", "e911_address", "failover_route", "primary_route"} in related
        assert set[str]() in related
        assert {len(detail.get("included", [])) for detail in details} >= {0, 1, 4}
        aliases = {detail["data"]["attributes"]["alias"] for detail in details}
        assert {None, "", "Front desk"} <= aliases
        assert {detail["data"]["attributes"]["number_type"] for detail in details} == {"longcode", "toll-free"}


def test_a_lived_in_account_has_every_kind_of_record_old_and_new() -> None:
    with client_of(lived_in()) as api:
        routes = [item["attributes"] for item in api.get("/v2/routes").json()["data"]]
        assert {route["route_type"] for route in routes} == {"sip-reg", "host", "uri", "number"}
        assert any("edge_strategy_id" in route for route in routes)
        names = {item["attributes"]["value"]: item["attributes"] for item in api.get("/v2/cnams").json()["data"]}
        legacy = names["ACME OLD"]
        assert (legacy["is_approved"], legacy["approval_datetime"], legacy["creation_datetime"]) == (True, None, None)
        assert legacy["rejection_reason"] == ""
        assert names["SEATTLE POLICE"]["rejection_reason"] == "Misleading name"
        assert Counter(name["is_approved"] for name in names.values()) == {True: 3, False: 2}
        addresses = [item["attributes"] for item in api.get("/v2/e911s").json()["data"]]
        assert {address["country"] for address in addresses} == {"US", "USA", "CA"}
        assert {address["address_type"] for address in addresses} == {"", "Suite", "Floor", "Building"}
        orders = api.get("/v2/portorders").json()["data"]["attributes"]["orders"]["data"]
        assert [item["attributes"]["status"] for item in orders] == ["pending", "rejected", "cancelled"]
        span = {"start_call_start_time": "2023-11-01 00:00:00", "start_call_end_time": "2024-01-01 00:00:00"}
        body = {"data": {"type": "cdrexport", "attributes": {"filter_parameters": span}}}
        assert api.post("/v2/cdrs/exports", json=body).status_code == 201


def test_a_lived_in_account_has_months_of_messages_with_receipts_and_failures() -> None:
    with client_of(lived_in()) as api:
        messages = [item["attributes"] for item in everything(api, "/v2.1/messages", start_date="2023-01-01")]
    kinds = Counter(attributes["direction"] for attributes in messages if isinstance(attributes, dict))
    assert (kinds["inbound"] > 100, kinds["outbound"] > 200) == (True, True)
    statuses = {attributes["status"] for attributes in messages if isinstance(attributes, dict)}
    assert statuses == {"message buffered", "delivery success", "delivery failure", "delivered", ""}
    times = [attributes["timestamp"] for attributes in messages if isinstance(attributes, dict)]
    assert times == sorted(times, reverse=True)
    assert (times[0] > "2023-12", times[-1] < "2023-09") == (True, True)
    codes = {
        receipt["status_code"]
        for attributes in messages
        if isinstance(attributes, dict)
        for receipt in attributes["delivery_receipts"]
    }
    assert {None, 1003, 1004, 1007, 1110} <= codes


def test_a_lived_in_account_has_what_the_vendors_samples_take_for_granted() -> None:
    with client_of(lived_in()) as api:
        # Messages of the months in which the samples look for some, an address that no number has in the first place of
        # its list, and an approved name in the first place of that one.
        for start, end in (("2017-12-01", "2018-01-08"), ("2018-01-01", "2018-06-08")):
            found = api.get("/v2.1/messages", params={"start_date": start, "end_date": end}).json()["data"]
            assert found
            assert all(start <= item["attributes"]["timestamp"] < end for item in found)
        address = api.get("/v2/e911s").json()["data"][0]
        assert api.delete(f"/v2/e911s/{address['id']}").status_code == 204
        assert api.get("/v2/cnams").json()["data"][0]["attributes"]["is_approved"] is True
        # The labels under which the samples keep their addresses are free.
        labels = {item["attributes"]["label"] for item in api.get("/v2/e911s").json()["data"]}
        assert not labels & {"Home", "Work", "E911 Test", "New Address", "Funeral Homes", "Belfry Oddities II"}


def test_a_lived_in_account_has_exports_to_download_expired_and_failed() -> None:
    sandbox = lived_in()
    with client_of(sandbox) as api:
        exports = [item["data"]["attributes"] for item in api.get("/v2/cdrs/exports").json()["data"]]
        assert [export["status"] for export in exports] == ["completed", "failed", "completed"]
        assert exports[0]["num_calls"] > 0
        with httpx.Client(transport=InProcess(sandbox)) as store:
            table = gzip.decompress(store.get(exports[0]["download_url"]).content).decode().splitlines()
            assert len(table) == exports[0]["num_calls"] + 1
            assert store.get(exports[2]["download_url"]).status_code == 403


def test_a_lived_in_account_that_begins_before_the_samples_has_no_messages_of_the_future() -> None:
    with client_of(Sandbox(numbers=400, account="lived-in", now="2018-03-01")) as api:
        found = api.get("/v2.1/messages", params={"start_date": "2018-03-02"}).json()["data"]
        assert found == []


def test_a_lived_in_account_has_blocks_for_sale_and_sells_again_what_is_given_back() -> None:
    with client_of(lived_in()) as api:
        block = [item["id"] for item in api.get("/v2/numbers/available?starts_with=1206720&limit=200").json()["data"]]
        assert block == [f"12067205{line:03}" for line in range(100)]
        own = api.get("/v2/numbers").json()["data"][0]["id"]
        assert api.delete(f"/v2/numbers/{own}").status_code == 204
        assert api.post(f"/v2/numbers/{own}").status_code == 201


def test_a_lived_in_account_is_the_same_each_time_and_after_a_reset() -> None:
    first, second = lived_in(), lived_in()
    state = first.control.state()
    assert state == second.control.state()
    with client_of(first) as api:
        number = api.get("/v2/numbers").json()["data"][0]["id"]
        api.delete(f"/v2/numbers/{number}")
    assert first.control.state() != state
    first.control.reset()
    assert first.control.state() == state


def test_a_lived_in_account_can_be_kept_in_a_file_and_belongs_to_it(tmp_path: Path) -> None:
    file = str(tmp_path / "state")
    first = lived_in(state=file)
    with client_of(first) as api:
        own = api.get("/v2/numbers").json()["data"][0]["id"]
        api.delete(f"/v2/numbers/{own}")
        state = first.control.state()
    first.close()
    second = lived_in(state=file)
    assert second.control.state() == state
    with client_of(second) as api:
        assert api.post(f"/v2/numbers/{own}").status_code == 201
    second.close()
    with pytest.raises(ValueError, match="another past: lived-in"):
        Sandbox(numbers=4_000, clock=SandboxClock.frozen(), state=file)


YAML_SEED = """
balance: 12.5
for_sale: [12065551000-12065551002, "+1 (206) 555-2000"]
routes:
  - {alias: office, route_type: host, value: sip.example.com}
e911s:
  - {label: Home, first_name: J, last_name: D, street_number: 1, street_name: Main, city: Tacoma, state: WA, zip: 98407}
cnams:
  - {value: Acme, status: approved, created: 2023-05-01T12:00:00Z, approved: 2023-05-02}
numbers:
  - {number: 206-555-0100, alias: Desk, primary_route: office, e911: Home, cnam: ACME, messaging_enabled: true}
  - {number: 12065550101, primary_route: null, callbacks: {sms_callback: "http://127.0.0.1:9/"}}
callbacks: {sms_dlr_callback: "http://127.0.0.1:9/dlr"}
messages:
  - {from: "12065550100", to: "12065550199", body: hi, at: 2023-12-24T18:00:00Z, status_code: 1007}
  - {from: "12065550199", to: "12065550100", media_urls: ["https://x.example/a.png"], at: 2023-12-25T18:00:00}
calls:
  - {from: "12065550100", to: "12065550199", duration: 60, at: 2023-12-24T19:00:00Z}
port_orders:
  - {numbers: ["12065550300"], status: processing, created: 2023-12-01}
cdr_exports:
  - {start: 2023-12-01, end: 2023-12-31, requested: 2023-12-31T23:00:00Z}
"""


def test_a_seed_file_says_what_an_account_begins_with(tmp_path: Path) -> None:
    path = tmp_path / "seed.yaml"
    path.write_text(YAML_SEED)
    sandbox = Sandbox(numbers=4_000, seed_file=path, now="2024-01-01")
    assert sandbox.control.balance() == 12.5
    with client_of(sandbox) as api:
        detail = api.get("/v2/numbers/12065550100").json()
        assert [item["type"] for item in detail["included"]] == ["route", "e911", "cnam"]
        assert detail["data"]["attributes"]["alias"] == "Desk"
        assert detail["included"][2]["attributes"]["approval_datetime"] == "2023-05-02 00:00:00.000000+00:00"
        assert "included" not in api.get("/v2/numbers/12065550101").json()
        assert api.get("/v2/numbers/12065550101/relationships/sms_callback").status_code == 200
        assert api.get("/v2.1/messages/sms_dlr_callback").status_code == 200
        mms, sms = api.get("/v2.1/messages?start_date=2023-12-01").json()["data"]
        assert sms["attributes"]["timestamp"] == "2023-12-24T18:00:00.00Z"
        assert sms["attributes"]["delivery_receipts"][0]["status_code"] == 1007
        assert (mms["attributes"]["direction"], mms["attributes"]["is_mms"]) == ("inbound", True)
        sale = api.get("/v2/numbers/available?starts_with=1206555").json()["data"]
        assert [item["id"] for item in sale] == ["12065551000", "12065551001", "12065551002", "12065552000"]
        assert api.get("/v2/numbers?starts_with=12065550300").json()["data"][0]["id"] == "12065550300"
        orders = api.get("/v2/portorders").json()["data"]["attributes"]["orders"]["data"]
        assert orders[0]["attributes"]["status"] == "processing"
        export = api.get("/v2/cdrs/exports").json()["data"][0]["data"]["attributes"]
        assert (export["status"], export["num_calls"]) == ("completed", 1)


def test_json_is_as_good_and_a_reset_reads_nothing_again(tmp_path: Path) -> None:
    path = tmp_path / "seed.json"
    path.write_text(json.dumps({"numbers": [{"number": "12065550100"}]}))
    sandbox = Sandbox(numbers=400, seed_file=path)
    path.unlink()
    with client_of(sandbox) as api:
        api.delete("/v2/numbers/12065550100")
        sandbox.control.reset()
        assert api.get("/v2/numbers/12065550100").status_code == 200


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("numbers: [{number: nobody}]", "numbers.0.number: Value error, it must be a phone number"),
        ("numbers: [{number: true}]", "numbers.0.number"),
        ("numbers: [{number: '12065550100', colour: red}]", "numbers.0.colour: Extra inputs are not permitted"),
        ("numbers: [{number: '12065550100', primary_route: lost}]", "numbers: 12065550100: there is no route lost"),
        ("numbers: [{number: '12065550100', cnam: Lost}]", "there is no cnam LOST"),
        ("numbers: [{number: '12065550100', callbacks: {sms: 'http://x/'}}]", "sms must be one of sms_callback"),
        ("callbacks: {sms_callback: nowhere}", "callbacks: sms_callback must be one of"),
        ("messages: [{from: '12065550100', to: '12065550101', at: soon}]", "messages.0.at"),
        ("port_orders: [{numbers: ['12065550100'], status: lost}]", "there is no status lost"),
        ("port_orders: [{numbers: ['12065550100'], details: &d {x: *d}}]", "port_orders.0.details"),
        (f"port_orders: [{{numbers: ['12065550100'], details: {{x: {'[' * 700}{']' * 700}}}}}]", "nested too deeply"),
        ("numbers: [{number: '12065550100'}, {number: 206-555-0100}]", "numbers: there are two with the number 1206"),
        ("routes: [{alias: sip-reg, route_type: host, value: x}]", "routes: there are two with the alias sip-reg"),
        ("cnams: [{value: Acme}, {value: ACME}]", "cnams: there are two with the value ACME"),
        ("messages: [{from: '12065550100', to: '12065550101', at: 9999-12-31T23:59:59-12:00}]", "messages.0.at"),
        ("messages: [{from: '12065550100', to: '12065550101', status_code: -5}]", "messages.0.status_code"),
        ("calls: [{from: '12065550100', to: '12065550101', duration: 1, rate: 1.0e+300}]", "calls.0.rate"),
        (f"balance: {'9' * 5000}", "seed.yaml: the file cannot be read"),
        ("balance: !!python/object/apply:os.getpid []", "seed.yaml: the file cannot be read"),
        ("for_sale: [00000000000-00000000009]", "for_sale must be a phone number"),
        ("numbers: ['0206-555-0100']", "numbers.0"),
        ("for_sale: [12065551009-12065551000]", "is no block of up to"),
        ("cdr_exports: [{start: 2023-12-01}]", "cdr_exports.0.end"),
        ("cdr_exports: [{start: 2023-12-01, end: 2023-11-01}]", "cdr_exports.0: Value error, it must end after"),
        ("cnams: [{value: A, status: perhaps}]", "cnams.0.status"),
        ("balance: -1", "balance"),
        ("[]", "the file"),
        ("{", "the file cannot be read"),
    ],
)
def test_a_seed_file_that_makes_no_sense_is_refused_by_the_place(tmp_path: Path, content: str, words: str) -> None:
    path = tmp_path / "seed.yaml"
    path.write_text(content)
    with pytest.raises(ValueError, match=words.replace("(", r"\(")):
        Sandbox(numbers=400, seed_file=path)


def test_a_file_of_aliases_that_would_fill_the_memory_is_refused_at_once(tmp_path: Path) -> None:
    path = tmp_path / "seed.yaml"
    doubled = "".join(f"- &a{level + 1} [{', '.join([f'*a{level}'] * 10)}]\n" for level in range(30))
    path.write_text(f"messages:\n- &a0 [x]\n{doubled}")
    with pytest.raises(ValueError, match=r"messages\.0"):
        Sandbox(numbers=400, seed_file=path)


def test_json_may_begin_with_a_byte_order_mark(tmp_path: Path) -> None:
    path = tmp_path / "seed.json"
    path.write_bytes(b'\xef\xbb\xbf{"balance": 5}')
    assert Sandbox(numbers=400, seed_file=path).control.balance() == 5


def test_the_page_shows_a_name_that_waits_since_nobody_knows_when(tmp_path: Path) -> None:
    path = tmp_path / "seed.yaml"
    path.write_text("cnams: [{value: Old}]")
    with client_of(Sandbox(numbers=400, seed_file=path)) as api:
        assert "OLD" in api.get("/_sandbox/names").text


def test_a_seed_file_takes_the_place_of_another_account_and_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        Sandbox(numbers=400, seed_file=tmp_path / "nowhere.yaml")
    (tmp_path / "seed.yaml").write_text("")
    with pytest.raises(ValueError, match="give one of the two"):
        Sandbox(numbers=400, seed_file=tmp_path / "seed.yaml", account="lived-in")
    with pytest.raises(ValueError, match="new or lived-in"):
        Sandbox(numbers=400, account="loved")  # type: ignore[arg-type] # wrong on purpose


def test_the_time_can_begin_anywhere_and_goes_on_from_there() -> None:
    for now in ("2031-05-01T12:00:00", "2031-05-01T14:00:00+02:00", datetime(2031, 5, 1, 12, tzinfo=UTC)):
        sandbox = Sandbox(numbers=400, now=now)
        told = sandbox.clock.now() - datetime(2031, 5, 1, 12, tzinfo=UTC)
        assert timedelta(0) <= told < timedelta(minutes=1)
        sandbox.control.advance(3600)
        assert sandbox.clock.now().hour == 13
        sandbox.control.reset()
        assert sandbox.clock.now().hour == 12
    for wrong in ("soon", datetime(2031, 5, 1)):  # noqa: DTZ001 - wrong on purpose
        with pytest.raises(ValueError, match=r"aware|no time"):
            Sandbox(numbers=400, now=wrong)
    with pytest.raises(ValueError, match="either a clock"):
        Sandbox(numbers=400, now="2031-05-01", clock=SandboxClock())


def test_a_message_arrives_at_the_time_that_it_is_told(api: httpx.Client, number: str, sandbox: Sandbox) -> None:
    sandbox.control.receive_message(from_="12065550199", to=number, body="now")
    old = sandbox.control.receive_message(from_="12065550199", to=number, body="old", at="2023-05-01T12:00:00Z")
    sandbox.control.receive_message(from_="12065550199", to=number, body="between", at="2023-06-01")
    found = api.get("/v2.1/messages?start_date=2023-01-01").json()["data"]
    assert [item["attributes"]["body"] for item in found] == ["now", "between", "old"]
    assert api.get(f"/v2.1/messages/{old}").json()["data"]["attributes"]["timestamp"] == "2023-05-01T12:00:00.00Z"
    body = {"from": "12065550199", "to": number, "body": "soon", "at": "soon"}
    assert api.post("/_sandbox/api/messages", json=body).status_code == 400


@pytest.mark.parametrize(
    ("code", "status"), [(1003, "message buffered"), (1004, "delivery success"), (1110, "delivery failure")]
)
def test_messages_end_as_the_options_say(
    api: httpx.Client, number: str, sandbox: Sandbox, code: int, status: str
) -> None:
    sandbox.control.set_options(receipt_code=code)
    sent = api.post("/v2.1/messages", json={"from": number, "to": "12065550199", "body": "x"}).json()["data"]["id"]
    attributes = api.get(f"/v2.1/messages/{sent}").json()["data"]["attributes"]
    assert (attributes["status"], attributes["delivery_receipts"][0]["status_code"]) == (status, code)
    with pytest.raises(ValueError, match="receipt_code"):
        sandbox.control.set_options(receipt_code=12_345)
