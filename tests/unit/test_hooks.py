"""Hooks are told of every attempt, in pairs, and can do no harm."""

import logging
from collections.abc import Generator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import UTC, datetime

import anyio
import httpx
import pytest

from flowroute_async import (
    CallView,
    ConfigurationError,
    CoolDownView,
    FlowrouteClient,
    Hooks,
    NotFoundError,
    Rates,
    RequestView,
    ResponseView,
    RetryView,
)
from flowroute_async.testing import InstantClock
from flowroute_openapi import get_number, send_message
from flowroute_openapi.models import NewMessage


class _Server(httpx.AsyncBaseTransport):
    def __init__(self, *statuses: int, retry_after: str = "") -> None:
        self._statuses = list(statuses)
        self._headers = {"retry-after": retry_after}

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if not self._statuses:
            await anyio.sleep_forever()
        return httpx.Response(self._statuses.pop(0), headers=self._headers, json={"data": {}})


class _Instant:
    def time(self) -> float:
        return 0.0

    def now(self) -> datetime:
        return datetime(2024, 1, 1, tzinfo=UTC)

    async def sleep(self, seconds: float) -> None:
        return


def _client(server: _Server, hooks: Hooks) -> FlowrouteClient:
    return FlowrouteClient(
        access_key="key",
        secret_key="secret",
        base_url="http://127.0.0.1",
        http_transport=server,
        hooks=hooks,
        clock=_Instant(),
    )


@pytest.mark.anyio
async def test_hooks_see_each_attempt_and_each_retry_without_values() -> None:
    seen: list[object] = []
    hooks = Hooks(on_request=seen.append, on_response=seen.append, on_retry=seen.append)
    await _client(_Server(500, 200), hooks).send_raw(get_number("12065550147"))
    first = RequestView("get_number", "GET", "/v2/numbers/{id}", 1, "api", None, 0.0)
    second = RequestView("get_number", "GET", "/v2/numbers/{id}", 2, "api", None, 0.0)
    retried = seen.pop(2)
    assert seen == [first, ResponseView(first, 500, 0.0), second, ResponseView(second, 200, 0.0)]
    assert isinstance(retried, RetryView)
    assert (retried.request, retried.reason) == (first, "HTTP 500")
    assert "12065550147" not in repr(seen)


@pytest.mark.anyio
async def test_the_log_has_a_line_for_each_request_and_each_retry(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG, "flowroute_async"):
        await _client(_Server(500, 200), Hooks()).send_raw(get_number("12065550147"))
    assert [(record.levelname, record.getMessage().partition(", retry")[0]) for record in caplog.records] == [
        ("DEBUG", "get_number: HTTP 500 in 0.000 s"),
        ("INFO", "get_number: HTTP 500"),
        ("DEBUG", "get_number: HTTP 200 in 0.000 s"),
    ]


@pytest.mark.anyio
async def test_a_cancelled_attempt_is_seen_to_end() -> None:
    requests: list[RequestView] = []
    responses: list[ResponseView] = []
    client = _client(_Server(), Hooks(on_request=requests.append, on_response=responses.append))
    async with anyio.create_task_group() as group:
        group.start_soon(client.send_raw, get_number("12065550147"))
        await anyio.wait_all_tasks_blocked()
        group.cancel_scope.cancel()
    assert [view.status_code for view in responses] == [None]
    assert responses[0].request is requests[0]


@pytest.mark.anyio
async def test_a_hook_that_raises_does_no_harm(caplog: pytest.LogCaptureFixture) -> None:
    def broken(view: object) -> None:
        raise RuntimeError("broken")

    client = _client(_Server(500, 200), Hooks(on_request=broken, on_response=broken, on_retry=broken))
    with caplog.at_level(logging.DEBUG, "flowroute_async"):
        assert (await client.send_raw(get_number("12065550147"))).attempts == 2
    assert caplog.text.count("a hook raised") == 5
    assert {record.levelno for record in caplog.records if "hook" in record.message} == {logging.DEBUG}


def test_a_coroutine_function_is_refused_since_it_would_never_run() -> None:
    async def hook(view: object) -> None:
        return

    with pytest.raises(ConfigurationError, match="on_retry must be a plain function"):
        Hooks(on_retry=hook)  # type: ignore[arg-type] # the mistake that is refused


@pytest.mark.anyio
async def test_hooks_see_the_queue_time_the_rate_and_the_cool_down() -> None:
    requests: list[RequestView] = []
    cool_downs: list[CoolDownView] = []
    client = FlowrouteClient(
        access_key="key",
        secret_key="secret",
        base_url="http://127.0.0.1",
        http_transport=_Server(429, 200, 200),
        hooks=Hooks(on_request=requests.append, on_cool_down=cool_downs.append),
        rates=Rates(api=2),
        clock=InstantClock(),
    )
    await client.send_raw(get_number("12065550147"))
    await client.send_raw(get_number("12065550147"))
    first, second, third = requests
    assert [view.rate_group for view in requests] == ["api"] * 3
    assert [view.rate for view in requests] == [pytest.approx(2 * 0.98)] * 3
    assert [view.request for view in cool_downs] == [first]
    assert cool_downs[0].seconds == pytest.approx(second.queue_time)
    assert first.queue_time == 0
    assert 1 <= second.queue_time < 2
    assert third.queue_time == pytest.approx(1 / (2 * 0.98))


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("retry_after", "held", "queued"),
    [
        ("", 1 + 0.5 / 4, 1 + 0.5 / 4),  # a second and a jittered pause, lest all come back at once
        ("5", 5, 5),
        ("60", 60, 60),
        ("90", 60, 0),  # the others are held for a minute; this call pauses for all of it
    ],
)
async def test_a_refusal_holds_everyone_for_as_long_as_it_says_up_to_a_minute(
    retry_after: str, held: float, queued: float
) -> None:
    requests: list[RequestView] = []
    cool_downs: list[CoolDownView] = []
    client = FlowrouteClient(
        access_key="key",
        secret_key="secret",
        http_transport=_Server(429, 200, retry_after=retry_after),
        hooks=Hooks(on_request=requests.append, on_cool_down=cool_downs.append),
        deadline=200,
        clock=InstantClock(),
    )
    client._transport._random = lambda: 1.0
    raw = await client.send_raw(get_number("12065550147"))
    assert [view.seconds for view in cool_downs] == [held]
    assert [view.queue_time for view in requests] == [0, queued]
    assert raw.elapsed == max(held, float(retry_after or 0))


@pytest.mark.anyio
async def test_a_hook_around_a_call_sees_its_end_once_whatever_happens_between() -> None:
    told: list[str] = []

    @contextmanager
    def around(view: CallView) -> Generator[None]:
        told.append(f"{view.operation} {view.method} {view.route} {view.rate_group}")
        try:
            yield
        except BaseException as error:
            told.append(type(error).__name__)
            raise
        told.append("done")

    async with _client(_Server(500, 404), Hooks(around_call=around)) as client:
        with pytest.raises(NotFoundError):
            await client.send(get_number("12065550100"))
    assert told == ["get_number GET /v2/numbers/{id} api", "NotFoundError"]


@pytest.mark.anyio
async def test_a_hook_around_a_call_is_told_by_which_limit_it_goes() -> None:
    told: list[CallView] = []

    def around(view: CallView) -> AbstractContextManager[None]:
        told.append(view)
        return nullcontext()

    message = send_message(NewMessage(from_="12065550100", to="12065550101", body="hello"))
    async with _client(_Server(202), Hooks(around_call=around)) as client:
        await client.send_raw(message)
    assert told == [CallView("send_message", "POST", "/v2.1/messages", "sms")]


class _Swallowing(AbstractContextManager[None]):
    def __exit__(self, *_: object) -> bool:
        return True


@contextmanager
def _raising_late(_: CallView) -> Generator[None]:
    yield
    raise RuntimeError("late")


@contextmanager
def _raising_instead(_: CallView) -> Generator[None]:
    try:
        yield
    except NotFoundError:
        raise RuntimeError("instead") from None


def _raising_early(_: CallView) -> AbstractContextManager[None]:
    raise RuntimeError("early")


@pytest.mark.anyio
@pytest.mark.parametrize("hook", [lambda _: _Swallowing(), _raising_late, _raising_instead, _raising_early])
async def test_a_hook_around_a_call_can_neither_break_it_nor_keep_its_error(hook: object) -> None:
    async with _client(_Server(404, 404), Hooks(around_call=hook)) as client:  # type: ignore[arg-type]  # one each
        with pytest.raises(NotFoundError):
            await client.send(get_number("12065550100"))
