"""Signing a letter of authorization is a legal act: by its own method alone, and sent once whatever comes of it."""

import inspect
import json
from typing import Any

import httpx
import pytest

from flowroute_async import FlowrouteClient, FlowrouteError, OutcomeUnknownError
from flowroute_async.resources.porting import Porting
from flowroute_async.testing import InstantClock
from flowroute_openapi import sign_letter_of_authorization
from flowroute_openapi.models import LetterOfAuthorization
from tests.described_calls import described_call
from tests.facade.test_changes_of_numbers_and_routes import Recorder

pytestmark = pytest.mark.anyio

NUMBER = "12065550100"
PARTS: dict[str, Any] = {"billing_name": "J", "street": "S", "city": "C", "state": "WA", "provider": "P"}
LETTER = LetterOfAuthorization.model_validate_json(
    json.dumps(json.loads(described_call("get_letter_of_authorization").body)["data"])
)
CALLS: dict[str, Any] = {
    "check": lambda porting: porting.check(NUMBER),
    "create": lambda porting: porting.create([NUMBER], **PARTS),
    "list": lambda porting: porting.list(),
    "get": lambda porting: porting.get("1"),
    "update": lambda porting: porting.update("1", alias="x"),
    "set_presets": lambda porting: porting.set_presets("1", alias="x"),
    "remove_preset": lambda porting: porting.remove_preset("1", "cnam_id"),
    "cancel": lambda porting: porting.cancel("1"),
    "status": lambda porting: porting.status("1"),
    "group": lambda porting: porting.group("1"),
    "change_numbers": lambda porting: porting.change_numbers("1", add=[NUMBER]),
    "add_numbers": lambda porting: porting.add_numbers("1", NUMBER),
    "loa": lambda porting: porting.loa("1"),
    "add_document": lambda porting: porting.add_document("1", url="https://example.com/b.pdf"),
    "document": lambda porting: porting.document("1", "0"),
    "sign_loa": lambda porting: porting.sign_loa("1", LETTER, signature_name="Janet Doe", signature_title="Owner"),
}


def test_every_method_is_here() -> None:
    assert CALLS.keys() == {name for name, _ in inspect.getmembers(Porting, callable) if not name.startswith("_")}


@pytest.mark.parametrize("name", CALLS)
async def test_no_method_signs_but_the_one_that_is_named_so(name: str) -> None:
    sender = Recorder()
    await CALLS[name](Porting(sender, None))  # type: ignore[arg-type]  # no file is fetched
    signs = [one.name for one in sender.sent if one.name == sign_letter_of_authorization.__name__]
    assert len(signs) == (name == "sign_loa")
    assert sender.sent
    if signs:
        (operation,) = sender.sent
        assert (operation.repeatable, operation.charges) == (False, True)
        signed = json.loads(operation.encode_body() or b"")["data"]["attributes"]
        assert (signed.pop("signature_name"), signed.pop("signature_title")) == ("Janet Doe", "Owner")
        assert signed["billing_name"] == LETTER.billing_name


def broken(request: httpx.Request) -> httpx.Response:
    raise httpx.ReadError("lost", request=request)


def slow(request: httpx.Request) -> httpx.Response:
    raise httpx.ReadTimeout("slow", request=request)


@pytest.mark.parametrize(
    "answer",
    [
        broken,
        slow,
        *(lambda _, status=status: httpx.Response(status) for status in (302, 408, 500, 502, 504)),
        lambda _: httpx.Response(503, headers={"retry-after": "1"}),
        lambda _: httpx.Response(200, content=b"{"),
        lambda _: httpx.Response(400),
        lambda _: httpx.Response(403),
        lambda _: httpx.Response(422),
    ],
)
async def test_a_signature_is_sent_once_whatever_comes_of_it(answer: Any) -> None:
    sent: list[httpx.Request] = []

    def count(request: httpx.Request) -> httpx.Response:
        sent.append(request)
        answered: httpx.Response = answer(request)
        return answered

    transport = httpx.MockTransport(count)
    client = FlowrouteClient(
        access_key="a", secret_key="s", http_transport=transport, max_retries=5, clock=InstantClock()
    )
    async with client:
        with pytest.raises(FlowrouteError) as caught:
            await CALLS["sign_loa"](client.porting)
    assert [request.method for request in sent] == ["POST"]
    if isinstance(caught.value, OutcomeUnknownError):
        assert "status" in str(caught.value)


async def test_an_answer_without_a_body_is_a_signature_too() -> None:
    transport = httpx.MockTransport(lambda _: httpx.Response(201))
    async with FlowrouteClient(access_key="a", secret_key="s", http_transport=transport) as client:
        assert await CALLS["sign_loa"](client.porting) is None
