"""A purchase whose answer was lost is settled by looking whether the number is on the account."""

import json
from collections.abc import Awaitable, Callable

import anyio
import anyio.lowlevel
import httpx
import pytest

from flowroute_async import (
    FlowrouteClient,
    InvalidResponseError,
    OutcomeUnknownError,
    PermissionDeniedError,
    ResponseTooLargeError,
)
from tests.faults.fault_calls import ACCESS_KEY, BY_NAME, NUMBER, SECRET_KEY
from tests.virtual_time import LoopClock

Answer = Callable[[], Awaitable[httpx.Response]]


async def _lost() -> httpx.Response:
    raise httpx.ReadError("lost")


async def _stalled() -> httpx.Response:
    await anyio.sleep_forever()
    raise AssertionError


def _says(status: int, content: bytes = b"{}") -> Answer:
    async def answer() -> httpx.Response:
        return httpx.Response(status, content=content)

    return answer


OWNED = _says(200, BY_NAME["get_number"].body)


class Account(httpx.AsyncBaseTransport):
    """Answers purchases and look-ups as it is told."""

    def __init__(self, purchase: Answer, details: Answer) -> None:
        self._answers = {"POST": purchase, "GET": details}
        self.methods: list[str] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.methods.append(request.method)
        return await self._answers[request.method]()


def _client(account: Account, *, timeout: float = 5, deadline: float = 5) -> FlowrouteClient:
    return FlowrouteClient(
        access_key=ACCESS_KEY,
        secret_key=SECRET_KEY,
        base_url="http://127.0.0.1",
        http_transport=account,
        timeout=timeout,
        deadline=deadline,
        max_retries=0,
        clock=LoopClock(),
    )


@pytest.mark.anyio
@pytest.mark.parametrize(
    "purchase", [_lost, _says(500), _says(302), _says(201, b"{"), _says(201, b" " * (1 << 26) + b"{}")]
)
async def test_a_number_that_is_on_the_account_was_bought(purchase: Answer) -> None:
    account = Account(purchase, OWNED)
    bought = await _client(account).numbers.purchase(NUMBER)
    assert bought.id == json.loads(BY_NAME["get_number"].body)["data"]["id"]
    assert account.methods == ["POST", "GET"]


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("purchase", "kind"),
    [(_lost, OutcomeUnknownError), (_says(201, b"{"), InvalidResponseError)],
)
async def test_a_number_that_is_not_on_the_account_stays_unknown_and_says_so(
    purchase: Answer, kind: type[Exception]
) -> None:
    account = Account(purchase, _says(404))
    with pytest.raises(kind) as caught:
        await _client(account).numbers.purchase(NUMBER)
    assert caught.value.__notes__ == [
        "The number was not on the account when asked afterwards; ask again before buying it."
    ]
    assert account.methods == ["POST", "GET"]


@pytest.mark.anyio
async def test_a_failed_look_is_told_in_a_note() -> None:
    account = Account(_lost, _lost)
    with pytest.raises(OutcomeUnknownError) as caught:
        await _client(account).numbers.purchase(NUMBER)
    assert caught.value.__notes__ == ["Whether the number is on the account could not be told: NoAnswerError."]


@pytest.mark.anyio
async def test_purchase_and_look_share_one_deadline() -> None:
    for timeout in (0.6, 5):
        account = Account(_stalled, _stalled)
        began = anyio.current_time()
        with pytest.raises(OutcomeUnknownError) as caught:
            await _client(account, timeout=timeout, deadline=1).numbers.purchase(NUMBER)
        assert anyio.current_time() - began == pytest.approx(1)
        assert len(caught.value.__notes__) == 1


@pytest.mark.anyio
async def test_a_refused_purchase_is_not_looked_up() -> None:
    account = Account(_says(403), OWNED)
    with pytest.raises(PermissionDeniedError):
        await _client(account).numbers.purchase(NUMBER)
    assert account.methods == ["POST"]


@pytest.mark.anyio
async def test_an_answer_past_the_limit_says_that_the_call_most_likely_took_effect() -> None:
    account = Account(_says(202, b" " * (1 << 26) + b"{}"), OWNED)
    with pytest.raises(ResponseTooLargeError, match="most likely took effect"):
        await _client(account).send(BY_NAME["send_message"].operation)


@pytest.mark.anyio
async def test_a_purchase_that_is_cancelled_while_it_is_looked_up_is_told_as_one_that_may_be_carried_out() -> None:
    account = Account(_lost, _stalled)
    notes: list[str] = []

    async def buy() -> None:
        try:
            await client.numbers.purchase(NUMBER)
        except BaseException as error:
            notes.extend(error.__notes__)
            raise

    async with _client(account) as client, anyio.create_task_group() as group:
        group.start_soon(buy)
        while account.methods != ["POST", "GET"]:
            await anyio.lowlevel.checkpoint()
        group.cancel_scope.cancel()
    assert notes[-1] == "flowroute_async: purchase_number: it may have been carried out"
