"""Runs every operation against every fault, and judges what the caller was told against what the server did."""

import ssl
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import anyio
import httpx

from flowroute_async import FlowrouteClient, FlowrouteError, Hooks
from tests.faults.fault_calls import ACCESS_KEY, BY_NAME, CALLS, SECRET_KEY, Call
from tests.faults.fault_kinds import FAULTS
from tests.faults.fault_server import Case, Fault, Server
from tests.virtual_time import LoopClock

_ALWAYS = 1000
_AT_ONCE = 100
_LATE = 0.001
# Seconds past the deadline, of the event loop's time, which does not pass while anything is under way.
NO_TLS = ssl.create_default_context()  # made once: each client would load the root certificates anew


@dataclass(frozen=True)
class Result:
    """What became of one call under one fault."""

    operation: str
    repeatable: bool
    fault: str
    when: str
    expected: str
    outcome: str
    effects: int
    requests: int
    overrun: float
    works_afterwards: bool

    @property
    def problems(self) -> list[str]:
        """Name the promises that were broken."""
        found: list[str] = []
        if not self.repeatable and self.effects > 1:
            found.append(f"carried out {self.effects} times")
        if self.outcome != self.expected and not (self.requests == 0 and self.outcome == "DeadlineExceededError"):
            found.append(f"{self.outcome} instead of {self.expected}")
        if self.outcome == "value" and self.effects < 1:
            found.append("reported as done, but not done")
        if self.outcome in {"NotSentError", "RateLimitedError"} and self.effects:
            found.append("reported as not done, but done")
        if self.fault.startswith("redirect") and self.requests != 1:
            found.append("the redirect was followed")
        if self.overrun > _LATE:
            found.append(f"{self.overrun:.3f} s past its deadline")
        if not self.works_afterwards:
            found.append("the connection does not work any more")
        return [f"{self.operation} / {self.fault} / {self.when}: {problem}" for problem in found]


def client_for(
    server: Server,
    case: Case,
    *,
    timeout: float = 10,
    deadline: float = 60,
    max_retries: int = 4,
    max_concurrency: int = 1,
    hooks: Hooks | None = None,
    http_transport: httpx.AsyncBaseTransport | None = None,
) -> FlowrouteClient:
    return FlowrouteClient(
        access_key=ACCESS_KEY,
        secret_key=SECRET_KEY,
        base_url=server.url(case),
        timeout=timeout,
        deadline=deadline,
        max_retries=max_retries,
        max_concurrency=max_concurrency,
        max_response_bytes=1 << 20,
        ssl_context=NO_TLS if http_transport is None else None,
        clock=LoopClock(),
        hooks=hooks,
        http_transport=http_transport,
    )


async def run_case(
    server: Server,
    call: Call,
    fault: Fault,
    *,
    always: bool,
    http_transport: httpx.AsyncBaseTransport | None = None,
    expected: str | None = None,
) -> Result:
    """Send one call to a server with one fault, then another one to see that the connection still works."""
    case = server.case(call, fault, _ALWAYS if always else 1)
    operation = call.operation
    deadline = 5.0 if fault.slow and always else 60.0
    retries = 1 if always else 4
    async with client_for(
        server, case, deadline=deadline, max_retries=retries, http_transport=http_transport
    ) as client:
        # Cases that fail together wait together, so that there are fewer points in time to jump to.
        client._transport._random = lambda: 0.5
        if fault.idle:
            await client.send_raw(BY_NAME["list_routes"].operation)
            await anyio.sleep(0.1)  # what comes later has come
            case.effects = case.requests = 0
        started = anyio.current_time()
        try:
            await client.send(operation)
            outcome = "value"
        except FlowrouteError as error:
            outcome = type(error).__name__
        overrun = anyio.current_time() - started - deadline
        effects, requests = case.effects, case.requests
        case.fault = None
        if fault.idle:
            await anyio.sleep(0.1)
        try:  # after the longest cool-down
            again = client.with_options(timeout=10, deadline=100, max_retries=2)
            works = (await again.send_raw(BY_NAME["list_routes"].operation)).status_code == call.status
        except FlowrouteError:
            works = False
    return Result(
        operation.name,
        operation.repeatable,
        fault.name,
        "always" if always else "once",
        expected or _expected(call, fault, always=always),
        outcome,
        effects,
        requests,
        overrun,
        works,
    )


def _expected(call: Call, fault: Fault, *, always: bool) -> str:
    outcome = (fault.always if always else fault.once)[not call.operation.repeatable]
    reads_nothing = call.operation.response is type(None)
    # A call that is answered without a body cannot see that a body is cut; a web page it does see.
    if call.operation.may_be_empty and fault.name.startswith("204"):
        return "value"
    unread = outcome == "InvalidResponseError" or fault.once == ("value", "InvalidResponseError")
    return "value" if unread and reads_nothing and fault.name != "a web page" else outcome


async def run_table(server: Server, *, calls: Sequence[Call] = CALLS, faults: Iterable[Fault] = FAULTS) -> list[Result]:
    """Run every call against every fault, once and always, some at a time."""
    # Where the first answer decides, it makes no difference that the next one would be the same.
    waiting = [
        (call, fault, always)
        for fault in faults
        for always in (False, True)
        if not always or fault.idle or fault.once != fault.always
        for call in calls
    ]
    results: list[Result] = []

    async def work() -> None:
        while waiting:
            call, fault, always = waiting.pop()
            results.append(await run_case(server, call, fault, always=always))

    async with anyio.create_task_group() as group:
        for _ in range(_AT_ONCE):
            group.start_soon(work)
    return results


def summary(results: dict[str, list[Result]]) -> str:
    """Return the table of the results, by event loop, as Markdown."""
    lines = [
        "| event loop | operations | faults | cases | done twice that must not be | untrue words | past the deadline |",
        "|---|---|---|---|---|---|---|",
    ]
    for loop, found in results.items():
        doubled = sum(one.effects > 1 for one in found if not one.repeatable)
        untrue = sum(any("instead of" in text or "reported" in text for text in one.problems) for one in found)
        late = sum(one.overrun > _LATE for one in found)
        operations, faults = len({one.operation for one in found}), len({one.fault for one in found})
        lines.append(f"| {loop} | {operations} | {faults} | {len(found)} | {doubled} | {untrue} | {late} |")
    every = [one for found in results.values() for one in found]
    lines += [
        "",
        "| what must not be repeated | cases | not carried out | carried out once | more often | told it is unknown |",
        "|---|---|---|---|---|---|",
    ]
    for name in sorted({one.operation for one in every if not one.repeatable}):
        effects = Counter(min(one.effects, 2) for one in every if one.operation == name)
        unknown = sum(one.outcome == "OutcomeUnknownError" for one in every if one.operation == name)
        cases = effects.total()
        lines.append(f"| `{name}` | {cases} | {effects[0]} | {effects[1]} | {effects[2]} | {unknown} |")
    return "\n".join(lines)
