"""What rests on inference is marked: in the log of requests always, and with a header on request."""

import httpx
import pytest

from flowroute_async.sandbox import Sandbox, SandboxClock
from tests.sandbox.sandbox_in_process import ADDRESS, client_of, for_sale, wrap

HEADER = "flowroute-sandbox-inferred"


@pytest.fixture
def strict(sandbox: Sandbox, api: httpx.Client) -> httpx.Client:
    sandbox.control.set_options(strict=True)
    return api


def test_what_is_documented_or_was_seen_has_no_mark(strict: httpx.Client) -> None:
    number = for_sale(strict, starts_with=206, limit=1)[0]
    assert strict.post(f"/v2/numbers/{number}").headers.get(HEADER) is None
    for answer in (
        strict.get("/v2/numbers/12065550199"),
        strict.get("/v2/nothing"),
        strict.put("/v2/numbers"),
        strict.get("/v2.1/messages"),
        strict.post("/v2/e911s/validate", json=wrap("e911", **(ADDRESS | {"zip": "1"}))),
        strict.post("/v2/e911s/validate", json=wrap("e911", **(ADDRESS | {"street_name": "Nowhere"}))),
        strict.get("/v2/portorders"),
        strict.delete("/v2/cnams/1"),
    ):
        assert (answer.is_error, answer.headers.get(HEADER)) == (True, None)


def test_what_is_inferred_says_what_of_it(strict: httpx.Client, number: str) -> None:
    sms = {"from": number, "to": "12065550199", "body": "x"}
    refusal = "the refusal's status and text"
    for answer, words in (
        (strict.post("/v2/e911s/validate", json=wrap("e911", **(ADDRESS | {"state": "XX"}))), refusal),
        (strict.get("/v2/routes?limit=x"), refusal),
        (
            strict.post("/v2.1/messages", json=sms | {"from": "12065550199"}),
            "the refusal's status, 403 rather than 422",
        ),
        (strict.post("/v2/cnams", content=b"<x/>"), "the body of the refusal"),
        (strict.post(f"/v2/numbers/{number}"), "that a number cannot be bought twice, and the refusal's status"),
        (strict.post("/v2/portorders/portability", json={"numbers": ["+14254445555"]}), "which numbers can be ported"),
        (
            strict.post("/v2.2/messages", json=sms),
            "where price_details stand, their types, and that there is no surcharge",
        ),
    ):
        assert answer.headers[HEADER] == words
    assert HEADER not in strict.post("/v2.1/messages", json=sms).headers


def test_the_log_marks_it_whether_anybody_asked_for_the_header_or_not(api: httpx.Client) -> None:
    assert HEADER not in api.get("/v2/routes?limit=x").headers
    api.get("/v2/routes")
    told = [record["inferred"] for record in api.get("/_sandbox/api/requests").json()]
    assert told == ["the refusal's status and text", ""]


def test_a_fault_on_request_is_no_inference(strict: httpx.Client, sandbox: Sandbox) -> None:
    sandbox.control.add_fault(status=422)
    assert HEADER not in strict.get("/v2/routes?limit=x").headers


def test_a_sandbox_can_be_strict_from_the_start() -> None:
    with client_of(Sandbox(numbers=400, clock=SandboxClock.frozen(), strict=True)) as api:
        assert HEADER in api.get("/v2/routes?limit=x").headers
