"""Through proxies that clients are told to use: nothing twice, the truth about what was sent, and no password shown."""

import ssl
from collections.abc import Iterator
from pathlib import Path

import anyio
import pytest

from flowroute_async import FlowrouteClient, FlowrouteError, NotSentError, OutcomeUnknownError, Rates
from flowroute_async.testing import InstantClock
from tests.faults.fault_calls import BY_NAME
from tests.proxies.backend import FAILURES, Backend, backend
from tests.proxies.forward_proxies import FORWARD, PASSWORD, USER, Forward, forward_proxy
from tests.proxies.real_proxies import free_port

pytestmark = pytest.mark.anyio

PURCHASE, MESSAGE, READ = (BY_NAME[name].operation for name in ("purchase_number", "send_message", "get_number"))


@pytest.fixture(scope="module", params=FORWARD)
def name(request: pytest.FixtureRequest) -> str:
    chosen: str = request.param
    return chosen


@pytest.fixture(scope="module")
def served() -> Iterator[Backend]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(Path(__file__).parents[1] / "fixtures/tls/server.pem")
    with backend(context) as served:
        yield served


@pytest.fixture(scope="module")
def proxy(name: str) -> Iterator[Forward]:
    with forward_proxy(name) as proxy:
        yield proxy


def client_through(proxy: Forward, url: str, *, user: str = "") -> FlowrouteClient:
    return FlowrouteClient(
        access_key="a",
        secret_key="b",
        base_url=url,
        proxy=f"http://{user}127.0.0.1:{proxy.port}",
        ssl_context=proxy.trusted,
        timeout=3,
        deadline=100_000,  # the waits of all calls add up on this clock
        rates=Rates(sms=None, mms=None),
        clock=InstantClock(),
    )


@pytest.mark.parametrize("failure", FAILURES)
async def test_what_must_not_be_repeated_is_carried_out_once_and_told_as_it_is(
    proxy: Forward, served: Backend, failure: str, anyio_backend: str
) -> None:
    case = f"{failure}~{proxy.port}-{anyio_backend}"
    async with client_through(proxy, f"https://127.0.0.1:{served.port}/{case}") as client:
        for operation in (PURCHASE, MESSAGE):
            outcome = "value"
            try:
                await client.send(operation)
            except FlowrouteError as error:
                outcome = type(error).__name__
            assert served.effects[case, operation.name] == 1
            if failure in {"none", "two-answers"}:
                assert outcome == "value"
            elif failure == "half-a-body":  # a tunnel lets the status through; it is a success that cannot be read
                assert outcome in {"InvalidResponseError", "OutcomeUnknownError"}
            else:
                assert outcome == "OutcomeUnknownError"
        if failure != "stall":
            assert (await client.send_raw(READ)).status_code == 200


async def test_a_server_that_cannot_be_reached_was_sent_nothing(proxy: Forward) -> None:
    async with client_through(proxy, f"https://127.0.0.1:{free_port()}") as client:
        with pytest.raises(NotSentError, match=r"the proxy refused the connection \(HTTP 50[0-4]\)") as caught:
            await client.send(PURCHASE)
    assert caught.value.attempts == 5


@pytest.mark.parametrize("user", ["", f"{USER}:wrong-{PASSWORD}@"], ids=["no password", "a wrong password"])
async def test_a_proxy_that_wants_a_password_is_asked_once_and_the_error_says_so(
    name: str, served: Backend, user: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    before = served.effects.total()
    with forward_proxy(name, asks=True) as asking:
        url = f"https://127.0.0.1:{served.port}/none"
        async with client_through(asking, url, user=user) as client:
            with pytest.raises(NotSentError, match=r"HTTP 40[17]\): it asks for a user name and a password") as caught:
                await client.send(PURCHASE)
        async with client_through(asking, url, user=f"{USER}:{PASSWORD}@") as client:
            assert (await client.send_raw(READ)).status_code == 200
    assert caught.value.attempts == 1
    assert served.effects.total() == before + 1
    assert PASSWORD not in caplog.text + f"{caught.value!r}{caught.value}{caught.value.__cause__!r}"


async def test_a_proxy_that_dies_before_the_answer_leaves_the_outcome_unknown(
    name: str, served: Backend, anyio_backend: str
) -> None:
    with forward_proxy(name) as dying:
        case = f"stall~{dying.port}-{anyio_backend}"
        async with client_through(dying, f"https://127.0.0.1:{served.port}/{case}") as client:

            async def kill() -> None:
                while not served.effects[case, PURCHASE.name]:  # noqa: ASYNC110 - it is counted in a thread
                    await anyio.sleep(0.01)
                dying.process.kill()

            async with anyio.create_task_group() as group:
                group.start_soon(kill)
                with pytest.raises(OutcomeUnknownError, match="the connection broke"):
                    await client.with_options(timeout=60).send(PURCHASE)
    assert served.effects[case, PURCHASE.name] == 1
