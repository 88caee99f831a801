"""A life of an account that meets every operation of the description by commands alone, on asyncio and on trio."""

import json
import re
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import anyio
import pytest

from flowroute_async.sandbox import Sandbox
from flowroute_async.sandbox.request_log import RequestRecord
from flowroute_async.sandbox.snapshot import Snapshot
from regeneration import document
from regeneration.api import Api, OperationNode

DOCUMENT = Path(__file__).parents[2] / "spec/flowroute.complete.yaml"
PRIVATE = re.compile(r"1?\d{10}|Janet|Doe|Vassault|Tacoma|98407|example\.com|Acme|ACME|PDF|desk")
"""What stands in the calls of this life and never in a line of the log."""
CALLBACK = "https://example.com/messages"
ADDRESS = (
    *("--label", "Home", "--first-name", "Janet", "--last-name", "Doe", "--street-number", "3910"),
    *("--street-name", "N Vassault", "--city", "Tacoma", "--state", "WA", "--zip", "98407"),
)
BILL = (
    *("--billing-name", "Janet Doe", "--street", "3910 N Vassault", "--city", "Tacoma", "--state", "WA"),
    *("--zip", "98407", "--provider", "Other Telecom", "--yes"),
)


class Person:
    """Types commands, each of which has to succeed, and looks at the account."""

    def __init__(self, flowroute: Callable[..., Any], sandbox: Sandbox, folder: Path) -> None:
        self._flowroute = flowroute
        self.sandbox = sandbox
        self.folder = folder
        self._operations = Api(document.read(DOCUMENT)).operations
        self.not_met = {one.python_name for one in self._operations}

    def does(self, *words: str) -> Any:
        """Run a command, and return what its output is as JSON; one that takes --yes does nothing without it."""
        if "--yes" in words:
            refused = self._flowroute(*(word for word in words if word != "--yes"))
            assert (refused.code, refused.out) == (2, ""), words
            assert "Add --yes to do it." in refused.err
            assert {one.method for one in self.sandbox.control.requests()} <= {"GET"}, words
        self.sandbox.control.clear_requests()
        ended = self._flowroute(*words, "--output", "json", "--verbose")
        assert ended.code == 0, (words, ended.err)
        logged = "\n".join(
            line for line in ended.err.splitlines() if re.match(r"\w+: (HTTP|no answer|gave up|retry)", line)
        )
        assert logged, words
        assert PRIVATE.search(logged) is None, logged
        of_the_api = [one for one in self.sandbox.control.requests() if one.path.startswith("/v2")]
        met = [self._met(request) for request in of_the_api]
        self.not_met -= {one.python_name for one in met}
        charged = {one.name for one in met if one.node.get("x-charges")}
        assert "--yes" in words or not charged, (words, charged)
        self.sandbox.control.clear_requests()
        return json.loads(ended.out) if ended.out else None

    def _met(self, request: RequestRecord) -> OperationNode:
        """Return the operation of the description that a request met: of two whose paths fit, the plainer one."""
        assert request.status is not None
        assert 200 <= request.status < 300
        fitting = [
            one
            for one in self._operations
            if one.method == request.method and re.fullmatch(re.sub(r"{\w+}", "[^/]+", one.path), request.path)
        ]
        return min(fitting, key=lambda one: one.path.count("{"))

    def names(self, *words: str) -> set[str]:
        """Run a command that lists, and return the ids."""
        return {one["id"] for one in self.does(*words)}

    @property
    def account(self) -> Snapshot:
        return self.sandbox.control.snapshot()


def buys_and_connects_a_number(person: Person) -> str:
    assert person.names("numbers", "area-codes", "--max-items", "3")
    assert person.names("numbers", "exchanges", "--areacode", "206", "--max-items", "3")
    assert person.names("numbers", "tiers")
    (offer,) = person.does("numbers", "search", "--starts-with", "1206", "--max-items", "1")
    number: str = person.does("numbers", "purchase", offer["id"], "--yes")["id"]
    assert (
        person.does("numbers", "update", number, "--alias", "desk", "--cnam-lookups-enabled", "--yes")["alias"]
        == "desk"
    )
    host = person.does("routes", "create", "host", "sip.example.com", "--alias", "host")["id"]
    phone = person.does("routes", "create", "number", "12065550100", "--alias", "phone")["id"]
    assert person.names("routes", "edge-strategies")
    assert person.does("routes", "update", host, "--value", "sip2.example.com")["value"] == "sip2.example.com"
    person.does("routes", "set-primary", number, host)
    person.does("routes", "set-failover", number, phone)
    assert person.does("numbers", "get", number)["relationships"]["failover_route"]["data"]["id"] == phone
    person.does("numbers", "routes", "remove", number, "--primary", "--failover", "--yes")
    (owned,) = person.account.numbers
    assert (owned.alias, owned.failover_route) == ("desk", None)
    person.does("routes", "delete", phone, "--yes")
    assert host in person.names("routes", "list")
    assert phone not in {route.id for route in person.account.routes}
    person.does("numbers", "callbacks", "set", number, "sms", CALLBACK)
    assert person.does("numbers", "callbacks", "get", number, "sms")["callback_url"] == CALLBACK
    person.does("numbers", "callbacks", "delete", number, "sms")
    assert person.account.numbers[0].callbacks == {}
    assert person.names("numbers", "list") == {number}
    task = person.does("messages", "enable", number, "--yes")["id"]
    assert person.does("messages", "provisioning", task)["status"] == "successful"
    return number


def sends_and_reads_messages(person: Person, number: str, version: str) -> None:
    does = partial(person.does, "--messages-version", version)
    sent = does("messages", "send", "--from", number, "--to", "12065550101", "--body", version, "--yes")["id"]
    person.sandbox.control.advance(60)
    assert does("messages", "get", sent)["body"] == version
    start = (person.account.now - timedelta(days=1)).date().isoformat()
    assert sent in {one["id"] for one in does("messages", "list", "--start-date", start)}
    does("messages", "callbacks", "set", "sms", CALLBACK)
    assert does("messages", "callbacks", "get", "sms")["callback_url"] == CALLBACK
    does("messages", "callbacks", "delete", "sms")
    assert [one.url for one in person.account.callbacks] == []


def keeps_addresses_and_names(person: Person, number: str) -> None:
    person.does("e911", "validate", *ADDRESS)
    address = person.does("e911", "create", *ADDRESS, "--yes")["id"]
    assert person.does("e911", "get", address)["id"] == address
    assert person.does("e911", "update", address, "--first-name", "Jane", "--yes")["first_name"] == "Jane"
    person.does("e911", "associate", number, address, "--yes")
    assert len(person.does("e911", "numbers", address)) == 1
    assert person.account.numbers[0].e911 == address
    person.does("e911", "unassociate", number, "--yes")
    assert person.names("e911", "list") == {address}
    person.does("e911", "delete", address, "--yes")
    record = person.does("cnam", "create", "Acme", "--yes")["id"]
    assert person.does("cnam", "update", record, "Acme Home")["value"] == "ACME HOME"
    person.sandbox.control.approve_cnam(record)
    person.does("cnam", "associate", number, record, "--yes")
    assert person.does("cnam", "get", record)["is_approved"]
    assert person.account.numbers[0].cnam == record
    assert person.names("cnam", "list") == {record}
    person.does("cnam", "unassociate", number, "--yes")
    person.does("cnam", "delete", record, "--yes")
    owned, account = person.account.numbers[0], person.account
    assert (owned.e911, owned.cnam, account.addresses, account.names) == (None, None, [], [])


def ports_numbers(person: Person) -> None:
    assert person.does("porting", "check", "12065550101")["portable"] == ["+12065550101"]
    group = person.does("porting", "create", "12065550101", "12065550102", *BILL)["id"]
    (order,) = person.names("porting", "group", group)
    assert person.names("porting", "list") == {order}
    assert person.does("porting", "update", order, "--alias", "mine")["alias"] == "mine"
    assert person.does("porting", "get", order)["alias"] == "mine"
    route = person.does("routes", "create", "host", "sip3.example.com", "--alias", "office")["id"]
    person.does("porting", "presets", order, "--primary-route-id", route)
    person.does("porting", "presets", order, "--remove", "primary_route_id")
    assert person.does("porting", "numbers", order, "--remove", "12065550102")["numbers"] == ["+12065550101"]
    person.does("porting", "add-numbers", group, "12065550102", "--yes")
    bill, copy = person.folder / "bill.pdf", person.folder / "copy.pdf"
    bill.write_bytes(b"%PDF")
    added = person.does("porting", "add-document", order, str(bill))["id"]
    person.does("porting", "add-document", order, "https://example.com/b.pdf?filename=my.pdf")
    person.does("porting", "document", order, added, "--file", str(copy))
    assert copy.read_bytes() == b"%PDF"
    assert person.does("porting", "loa", "show", order)["billing_name"] == "Janet Doe"
    person.does("porting", "loa", "sign", order, "--name", "Janet Doe", "--title", "Owner", "--yes")
    assert person.does("porting", "status", order)["status"] == "processing"
    other_group = person.does("porting", "create", "12065550103", *BILL)["id"]
    (other,) = person.names("porting", "group", other_group)
    assert person.does("porting", "cancel", other, "--yes")["status"] == "cancelled"


def exports_call_records(person: Person) -> None:
    export = person.does("cdr", "create", "2026-01-01", "2026-01-31")["id"]
    person.sandbox.control.advance(3600)
    assert person.does("cdr", "get", export)["status"] == "completed"
    assert person.names("cdr", "list", "--status", "completed") == {export}
    calls = person.folder / "calls.csv"
    person.does("cdr", "download", export, str(calls))
    assert calls.read_text(encoding="utf-8").startswith("direction,")


@pytest.mark.parametrize("loop", ["asyncio", "trio"])
def test_every_operation_of_the_description_is_met_by_a_command(
    flowroute: Any, sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, loop: str
) -> None:
    monkeypatch.setattr("flowroute_async.cli.command.anyio.run", partial(anyio.run, backend=loop))
    person = Person(flowroute, sandbox, tmp_path)

    number = buys_and_connects_a_number(person)
    for version in ("2.1", "2.2"):
        sends_and_reads_messages(person, number, version)
    keeps_addresses_and_names(person, number)
    ports_numbers(person)
    exports_call_records(person)
    person.does("numbers", "release", number, "--yes")

    assert number not in {one.id for one in person.account.numbers}
    assert person.not_met == set(), "add a command to this life for each of them"
