"""Behind real proxies, what must not be repeated is carried out once at the most, and told as it is."""

import itertools
import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

import anyio
import pytest

from flowroute_async import FlowrouteClient, FlowrouteError, Rates
from flowroute_async.testing import InstantClock
from flowroute_openapi.models import AvailableNumber
from tests.faults.fault_calls import BY_NAME, CALLS, NUMBER, Call
from tests.proxies.backend import FAILURES, Backend, backend
from tests.proxies.real_proxies import PROXIES, proxy

pytestmark = pytest.mark.anyio

ONCE_ONLY = [call for call in CALLS if not call.operation.repeatable]
READS = [call for call in CALLS if call.operation.method == "GET"]


_cases = itertools.count()


@pytest.fixture(scope="module", params=PROXIES)
def name(request: pytest.FixtureRequest) -> str:
    chosen: str = request.param
    return chosen


@pytest.fixture(scope="module")
def served() -> Iterator[Backend]:
    with backend() as served:
        yield served


@pytest.fixture(scope="module")
def url(name: str, served: Backend) -> Iterator[str]:
    # Not pytest's folder: the path of a socket in it must be short.
    with TemporaryDirectory(prefix=name) as folder, proxy(name, Path(folder), served.port) as port:
        yield f"http://127.0.0.1:{port}"


def case_of(failure: str) -> str:
    """Name a case of its own, so that its effects can be counted."""
    return f"{failure}~{next(_cases)}"


def client_at(url: str) -> FlowrouteClient:
    # The waits of all calls add up on this clock, so a deadline would come early.
    return FlowrouteClient(
        access_key="a",
        secret_key="b",
        base_url=url,
        timeout=10,
        deadline=100_000,
        rates=Rates(sms=None, mms=None),
        clock=InstantClock(),
        max_concurrency=50,
    )


async def _outcomes(url: str, calls: list[Call]) -> dict[str, str]:
    outcomes: dict[str, str] = {}
    async with client_at(url) as client, anyio.create_task_group() as group:

        async def one(call: Call) -> None:
            try:
                await client.send(call.operation)
                outcomes[call.operation.name] = "value"
            except FlowrouteError as error:
                outcomes[call.operation.name] = type(error).__name__

        for call in calls:
            group.start_soon(one, call)
    return outcomes


@pytest.mark.parametrize("failure", FAILURES)
async def test_what_must_not_be_repeated_has_one_effect_and_a_true_outcome(
    url: str, served: Backend, failure: str
) -> None:
    case = case_of(failure)
    outcomes = await _outcomes(f"{url}/{case}", ONCE_ONLY)
    for call in ONCE_ONLY:
        operation = call.operation.name
        assert served.effects[case, operation] == 1
        if failure in {"none", "two-answers"}:
            assert outcomes[operation] == "value"
        elif failure == "half-a-body":  # the status may come through: then it is a success that cannot be read
            assert outcomes[operation] in {"InvalidResponseError", "OutcomeUnknownError"}
        else:
            assert outcomes[operation] == "OutcomeUnknownError"


@pytest.mark.parametrize("failure", [failure for failure in FAILURES if failure != "stall"])
async def test_what_may_be_repeated_comes_through(url: str, served: Backend, failure: str) -> None:
    case = case_of(failure)
    outcomes = await _outcomes(f"{url}/{case}", READS)
    assert set(outcomes.values()) == {"value"}, outcomes
    assert min(served.asked[case, call.operation.name] for call in READS) >= 1


async def test_a_proxy_without_its_server_leaves_the_outcome_unknown(name: str) -> None:
    with backend() as gone:
        pass
    with TemporaryDirectory(prefix=name) as folder, proxy(name, Path(folder), gone.port) as port:
        outcomes = await _outcomes(f"http://127.0.0.1:{port}/none", ONCE_ONLY)
    assert set(outcomes.values()) == {"OutcomeUnknownError"}


@pytest.mark.parametrize("failure", ["hang-up", "reset", "garbage", "503-later", "two-answers"])
async def test_a_purchase_that_took_effect_is_settled(url: str, served: Backend, failure: str) -> None:
    case = case_of(failure)
    async with client_at(f"{url}/{case}") as client:
        bought = await client.numbers.purchase(NUMBER)
    assert bought.id == NUMBER
    assert served.effects[case, "purchase_number"] == 1


async def test_a_purchase_of_many_counts_what_was_bought(url: str, served: Backend) -> None:
    case = case_of("503-later")
    body = json.loads(BY_NAME["search_available_numbers"].body)["data"][0]
    offer = AvailableNumber.model_validate_json(json.dumps({**body, "id": NUMBER}))
    async with client_at(f"{url}/{case}") as client:
        report = await client.numbers.purchase_many([offer], count=1, max_cost=Decimal(100))
    assert (len(report.bought), len(report.refused), len(report.unknown)) == (1, 0, 0)
    assert report.spent > 0
    assert served.effects[case, "purchase_number"] == 1
