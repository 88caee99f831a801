"""Port orders from the check to the signature, against the sandbox over a real socket, on both event loops."""

import json
import logging
import traceback
from collections.abc import Iterator
from datetime import date
from typing import Any

import httpx
import pytest

from flowroute_async import (
    FlowrouteClient,
    FlowrouteError,
    InvalidArgumentError,
    NotFoundError,
    OutcomeUnknownError,
    StatusError,
)
from flowroute_async.sandbox import Sandbox, SandboxClock, running

pytestmark = pytest.mark.anyio

DETAILS: Any = {
    "billing_name": "Janet Doe",
    "street": "3910 N Vassault",
    "city": "Tacoma",
    "state": "Washington",
    "zip": "98407",
    "country": "us",
    "provider": "Losing Carrier",
    "usage_type": "Residential",
    "pin": "canary-pin-93117",
    "last_4_ssn": "8642",
    "provider_account": "canary-account-5501",
    "alias": "home",
}
CANARIES = ("canary-pin-93117", "8642", "canary-account-5501")


@pytest.fixture(scope="module")
def served() -> Iterator[tuple[Sandbox, str]]:
    sandbox = Sandbox(numbers=3_000, clock=SandboxClock.frozen())
    with running(sandbox) as url:
        yield sandbox, url
    sandbox.close()


@pytest.fixture
def sandbox(served: tuple[Sandbox, str]) -> Sandbox:
    served[0].control.reset()
    return served[0]


@pytest.fixture
def client(sandbox: Sandbox, served: tuple[Sandbox, str]) -> FlowrouteClient:
    return FlowrouteClient(access_key="sandbox", secret_key="sandbox", base_url=served[1], max_retries=0)


async def portable(client: FlowrouteClient, count: int = 2) -> list[str]:
    numbers = [f"1206555{place:04}" for place in range(100, 100 + count)]
    found = await client.porting.check(*numbers)
    assert {*found.portable, *found.hypernetwork_enabled} == {f"+{number}" for number in numbers}
    return numbers


async def test_an_order_goes_from_the_check_to_the_signature(client: FlowrouteClient, sandbox: Sandbox) -> None:
    async with client:
        assert [order async for order in client.porting.list()] == []
        numbers = await portable(client)
        (summary,) = await client.porting.create(*numbers, **DETAILS)
        order = await client.porting.get(summary)
        assert order.status == "pending"
        assert order.numbers == tuple(f"+{number}" for number in numbers)
        assert order.pin is not None
        assert order.pin.get_secret_value() == "canary-pin-93117"

        changed = await client.porting.update(order, alias="moved", desired_completion_date=date(2024, 1, 20))
        assert (changed.alias, changed.billing_name) == ("moved", "Janet Doe")
        assert [one.id async for one in client.porting.list(status="pending")] == [order.id]

        changed = await client.porting.change_numbers(order, add=["206-555-0142"], remove=numbers[:1])
        assert changed.numbers == (f"+{numbers[1]}", "+12065550142")

        letter = await client.porting.loa(order)
        assert letter.billing_name == "Janet Doe"
        await client.porting.sign_loa(order, letter, name="Janet Doe", title="Owner")
        assert (await client.porting.status(order)).status == "processing"
        with pytest.raises(StatusError):
            await client.porting.cancel(order)
        assert sandbox.control.effects()["sign_letter_of_authorization"] == {order.id: 1}


async def test_an_order_is_set_up_documented_and_cancelled(client: FlowrouteClient) -> None:
    async with client:
        numbers = await portable(client, 1)
        (summary,) = await client.porting.create(*numbers, **DETAILS)
        order = await client.porting.get(summary)
        route = await client.routes.create(alias="desk", route_type="host", value="sip.example.com")
        assert (await client.porting.set_presets(order, primary_route_id=route)).presets is not None
        removed = await client.porting.remove_preset(order, "primary_route_id")
        assert removed.presets is None or removed.presets.primary_route_id is None

        file = await client.porting.add_document(order, "https://example.com/bill.pdf?filename=bill.pdf")
        assert file.id is not None
        assert (await client.porting.document(order, file.id)).url
        assert (await client.porting.upload_url(order, "bill.pdf")).url

        assert order.group_id is not None
        group = await client.porting.group(order.group_id)
        assert [one.id for one in group.data] == [order.id]
        assert (await client.porting.cancel(order)).status in {"cancelled", "canceled"}


async def test_a_lost_answer_to_an_order_or_a_signature_is_never_sent_again(
    client: FlowrouteClient, sandbox: Sandbox
) -> None:
    async with client.with_options(max_retries=3) as patient, client:
        numbers = await portable(client)
        sandbox.control.add_fault("create_port_order", drop="after")
        with pytest.raises(OutcomeUnknownError):
            await patient.porting.create(*numbers, **DETAILS)
        (order,) = [one async for one in patient.porting.list()]
        letter = await patient.porting.loa(order)
        sandbox.control.add_fault("sign_letter_of_authorization", drop="after")
        with pytest.raises(OutcomeUnknownError):
            await patient.porting.sign_loa(order, letter, name="Janet Doe", title="Owner")
        assert (await patient.porting.status(order)).status == "processing"
        effects = sandbox.control.effects()
        assert sum(effects["create_port_order"].values()) == sum(effects["sign_letter_of_authorization"].values()) == 1


@pytest.mark.parametrize(
    ("argument", "wrong"),
    [
        ("state", "Atlantis"),
        ("country", "MX"),
        ("last_4_ssn", "12345"),
        ("pin", ""),
        ("desired_completion_date", "2026-01-01"),
        ("status_url", "ftp://example.com"),
        ("billing_number", "12"),
        ("enable_cnam_lookups", "yes"),
        ("business_documents", "https://example.com/a.pdf"),
        ("presets", {"primary_route_id": ""}),
    ],
)
async def test_a_wrong_detail_is_refused_before_anything_is_sent(
    client: FlowrouteClient, sandbox: Sandbox, argument: str, wrong: object
) -> None:
    async with client:
        with pytest.raises(InvalidArgumentError) as caught:
            await client.porting.create("12065550142", **{**DETAILS, argument: wrong})
    assert caught.value.argument.partition("[")[0] in {argument, "primary_route_id"}
    assert not [canary for canary in (*CANARIES, "12345") if canary in str(caught.value)]
    assert not sandbox.control.requests()


@pytest.mark.parametrize("missing", ["billing_name", "street", "city", "state", "country", "provider"])
async def test_a_missing_detail_is_named(client: FlowrouteClient, missing: str) -> None:
    async with client:
        with pytest.raises(InvalidArgumentError, match=missing):
            await client.porting.create("12065550142", **{name: DETAILS[name] for name in DETAILS if name != missing})


async def test_secrets_of_an_order_are_in_no_text(
    client: FlowrouteClient, caplog: pytest.LogCaptureFixture, sandbox: Sandbox
) -> None:
    caplog.set_level(logging.DEBUG)
    told: list[str] = []
    async with client:
        numbers = await portable(client)
        (summary,) = await client.porting.create(*numbers, **DETAILS)
        order = await client.porting.get(summary)
        told += [repr(order), str(order), order.model_dump_json()]
        sandbox.control.add_fault("update_port_order", status=422)
        for failing in (
            client.porting.update(order, pin="canary-pin-93117"),
            client.porting.update(order, last_4_ssn="canary"),
        ):
            try:
                await failing
            except FlowrouteError as error:
                told += traceback.format_exception(error)
    told.append(caplog.text)
    assert not [canary for canary in CANARIES for text in told if canary in text]


async def test_what_the_account_does_not_have_is_not_found(client: FlowrouteClient) -> None:
    async with client:
        for call in (client.porting.get("99999"), client.porting.status("99999"), client.porting.loa("99999")):
            with pytest.raises(NotFoundError):
                await call


async def test_a_letter_must_have_been_read(client: FlowrouteClient) -> None:
    async with client:
        with pytest.raises(InvalidArgumentError, match="letter must be the letter that `loa` returned"):
            await client.porting.sign_loa("1", None, name="a", title="b")  # type: ignore[arg-type]  # what is tested


async def test_an_order_goes_out_as_the_vendor_documents_it() -> None:
    sent: list[httpx.Request] = []

    async def answer(request: httpx.Request) -> httpx.Response:
        sent.append(request)
        body = {"data": {"type": "portorder", "id": "1", "attributes": {"status": "pending"}}}
        return httpx.Response(201, json=body)

    client = FlowrouteClient(access_key="a", secret_key="b", http_transport=httpx.MockTransport(answer))
    async with client:
        (order,) = await client.porting.create("206 555 0142", **DETAILS, presets={"alias": "main"})
    assert (order.id, order.status) == ("1", "pending")
    (request,) = sent
    assert (request.method, request.url.path) == ("POST", "/v2/portorders")
    attributes = json.loads(request.content)["data"]["attributes"]
    assert attributes["numbers"] == ["+12065550142"]
    assert (attributes["state"], attributes["country"], attributes["pin"]) == ("WA", "US", "canary-pin-93117")
    assert attributes["presets"] == {"alias": "main"}
