"""Transports of the user's own under every fault: nothing twice, nothing untrue, with as much evidence as they give."""

from collections.abc import Callable
from functools import partial

import anyio
import httpx
import pytest
from httpx_aiohttp import AiohttpTransport

from flowroute_async import OutcomeUnknownError
from tests.faults.fault_calls import BY_NAME
from tests.faults.fault_kinds import FAULTS
from tests.faults.fault_runner import NO_TLS, Result, client_for, run_case
from tests.faults.fault_server import Fault, Server
from tests.virtual_time import VIRTUAL_TIME

CALLS = [BY_NAME[name] for name in ("purchase_number", "send_message", "get_number")]
_AT_ONCE = 50
_KEPT = httpx.Limits(keepalive_expiry=None)  # httpx counts real seconds


class Auditing(httpx.AsyncHTTPTransport):
    """Builds a new request, as transports that sign or log do; what came with the old one is lost."""

    def __init__(self) -> None:
        super().__init__(limits=_KEPT, verify=NO_TLS)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        content = await request.aread()
        return await super().handle_async_request(
            httpx.Request(request.method, request.url, headers=request.headers, content=content)
        )


class Wrapping(httpx.AsyncBaseTransport):
    """Hands everything to another transport."""

    def __init__(self) -> None:
        self._inner = httpx.AsyncHTTPTransport(limits=_KEPT, verify=NO_TLS)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        return await self._inner.handle_async_request(request)

    async def aclose(self) -> None:
        await self._inner.aclose()


def plain() -> httpx.AsyncBaseTransport:
    return httpx.AsyncHTTPTransport(limits=_KEPT, verify=NO_TLS)


def aiohttp() -> httpx.AsyncBaseTransport:
    return AiohttpTransport(verify=NO_TLS)


async def _run(server: Server, make: Callable[[], httpx.AsyncBaseTransport], *, is_httpx: bool) -> list[Result]:
    waiting = [(call, fault) for fault in FAULTS for call in CALLS]
    results: list[Result] = []

    async def work() -> None:
        while waiting:
            call, fault = waiting.pop()
            expected = _expected(fault, repeatable=call.operation.repeatable)
            result = await run_case(server, call, fault, always=False, http_transport=make(), expected=expected)
            # Of a library with a parser of its own, what counts is that it is true.
            results.append(result if is_httpx else _judged_by_truth(result))

    async with anyio.create_task_group() as group:
        for _ in range(_AT_ONCE):
            group.start_soon(work)
    return results


def _expected(fault: Fault, *, repeatable: bool) -> str | None:
    # Connections are the transport's, so what must not be repeated may go over one that was idle.
    return "OutcomeUnknownError" if fault.name == "an idle connection reset" and not repeatable else None


def _judged_by_truth(result: Result) -> Result:
    return Result(
        **{**{name: getattr(result, name) for name in Result.__dataclass_fields__}, "expected": result.outcome}
    )


# The body of a request that is built anew is a generator of httpx, half-read where a server hangs up.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning", "ignore:Async generator:ResourceWarning")
@pytest.mark.anyio
@pytest.mark.parametrize("make", [plain, Auditing, Wrapping])
async def test_a_transport_of_the_users_own_doubles_nothing_and_tells_the_truth(
    server: Server, make: Callable[[], httpx.AsyncBaseTransport]
) -> None:
    results = await _run(server, make, is_httpx=True)
    assert [problem for result in results for problem in result.problems] == []
    assert await server.settled(), f"{server.open_connections} connections were left open"


def test_another_library_doubles_nothing_and_tells_the_truth() -> None:
    async def run() -> None:
        async with Server().serving() as server:
            results = await _run(server, aiohttp, is_httpx=False)
            assert [problem for result in results for problem in result.problems] == []

    anyio.run(partial(run), backend_options=VIRTUAL_TIME["asyncio"]())  # aiohttp knows asyncio only


class Resending(Wrapping):
    """Sends a second time what failed, as transports that retry do."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        try:
            return await super().handle_async_request(request)
        except httpx.TransportError:
            return await super().handle_async_request(request)


class Failing(httpx.AsyncBaseTransport):
    """Raises what has nothing to do with a network."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        raise LookupError(request.url)


@pytest.mark.anyio
async def test_what_a_transport_of_the_users_own_does_is_not_put_down_to_the_connection(server: Server) -> None:
    fault = next(fault for fault in FAULTS if fault.name == "reset after the effect")
    case = server.case(CALLS[0], fault, 1000)
    async with client_for(server, case, http_transport=Resending()) as client:
        with pytest.raises(OutcomeUnknownError, match=r": the transport was about to send it a second time \("):
            await client.send(CALLS[0].operation)
    assert case.requests == 1
    async with client_for(server, server.case(CALLS[0]), http_transport=Failing()) as client:
        with pytest.raises(OutcomeUnknownError, match=r"the transport failed \(LookupError\)"):
            await client.send(CALLS[0].operation)
