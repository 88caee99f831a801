"""Runs every operation against every fault, and judges what the caller was told against what the server did."""

import ssl
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import anyio
import anyio.lowlevel

from flowroute_async import FlowrouteClient, FlowrouteError, Hooks
from tests.faults.fault_calls import ACCESS_KEY, BY_NAME, CALLS, SECRET_KEY, Call
from tests.faults.fault_kinds import FAULTS
from tests.faults.fault_server import Case, Fault, Server

ALLOWANCE = 0.3
"""Seconds by which a call may outlive its deadline besides the tenth, for a machine that is busy with other things."""

_ALWAYS = 1000
_AT_ONCE = 48
_SLOW_DEADLINE = 2.0
# Seconds: so long that a tenth of it is more than what the machine adds, and a deadline kept badly is seen.
_NO_TLS = ssl.create_default_context()  # made once: each client would load the root certificates anew


class SkippingClock:
    """The machine's time, but for pauses, which are over at once."""

    def __init__(self) -> None:
        self._skipped = 0.0

    def time(self) -> float:
        return time.monotonic() + self._skipped

    async def sleep(self, seconds: float) -> None:
        self._skipped += max(seconds, 0.0)
        await anyio.lowlevel.checkpoint()


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
        """Say which promises were broken."""
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
        if self.overrun > ALLOWANCE:
            found.append(f"{self.overrun:.2f} s past its deadline")
        if not self.works_afterwards:
            found.append("the lane does not work any more")
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
        ssl_context=_NO_TLS,
        clock=SkippingClock(),
        hooks=hooks,
    )


async def run_case(server: Server, call: Call, fault: Fault, *, always: bool) -> Result:
    """Send one call to a server with one fault, then another one to see that the lane still works."""
    case = server.case(call, fault, _ALWAYS if always else 1)
    operation = call.operation
    deadline = _SLOW_DEADLINE if fault.slow and always else 60.0
    timeout = 1.0 if fault.slow and not always else 10.0
    async with client_for(server, case, timeout=timeout, deadline=deadline, max_retries=1 if always else 4) as client:
        if fault.idle:
            await client.send_raw(BY_NAME["get_number"].operation)
            case.effects = case.requests = 0
        clock = client._transport._clock
        started = clock.time()
        try:
            await client.send(operation)
            outcome = "value"
        except FlowrouteError as error:
            outcome = type(error).__name__
        took = clock.time() - started
        effects, requests = case.effects, case.requests
        case.fault = None
        try:  # after the longest cool-down
            again = client.with_options(timeout=10, deadline=100, max_retries=2)
            works = (await again.send_raw(BY_NAME["get_number"].operation)).status_code == call.status
        except FlowrouteError:
            works = False
    return Result(
        operation.name,
        operation.repeatable,
        fault.name,
        "always" if always else "once",
        _expected(call, fault, always=always),
        outcome,
        effects,
        requests,
        took - deadline * 1.1,
        works,
    )


def _expected(call: Call, fault: Fault, *, always: bool) -> str:
    outcome = (fault.always if always else fault.once)[not call.operation.repeatable]
    reads_nothing = call.operation.response is type(None)
    # A call that is answered without a body cannot see that a body is cut; a web page it does see.
    return "value" if outcome == "InvalidResponseError" and reads_nothing and fault.name != "a web page" else outcome


async def run_table(server: Server, *, calls: Sequence[Call] = CALLS, faults: Iterable[Fault] = FAULTS) -> list[Result]:
    """Run every call against every fault, once and always, some at a time."""
    results: list[Result] = []
    chosen = list(faults)
    # The slow ones by themselves: they mostly wait, and are held against the clock, which the others would keep busy.
    for slow in (True, False):
        # Where the first answer decides, it makes no difference that the next one would be the same.
        waiting = [
            (call, fault, always)
            for fault in chosen
            for always in (False, True)
            if fault.slow is slow and (not always or fault.idle or fault.once != fault.always)
            for call in calls
        ]
        results += await _run_some_at_a_time(server, waiting, spread=_SLOW_DEADLINE if slow else 0.0)
    return results


async def _run_some_at_a_time(
    server: Server, waiting: list[tuple[Call, Fault, bool]], *, spread: float
) -> list[Result]:
    results: list[Result] = []

    async def work(place: int) -> None:
        await anyio.sleep(place * spread / _AT_ONCE)  # else all deadlines would come at once, and wait for each other
        while waiting:
            call, fault, always = waiting.pop()
            results.append(await run_case(server, call, fault, always=always))

    async with anyio.create_task_group() as group:
        for place in range(_AT_ONCE):
            group.start_soon(work, place)
    return results


def summary(results: dict[str, list[Result]]) -> str:
    """Give the table of the results, by event loop, as Markdown."""
    lines = [
        "| event loop | operations | faults | cases | done twice that must not be | untrue words | past the deadline |",
        "|---|---|---|---|---|---|---|",
    ]
    for loop, found in results.items():
        doubled = sum(one.effects > 1 for one in found if not one.repeatable)
        untrue = sum(any("instead of" in text or "reported" in text for text in one.problems) for one in found)
        late = sum(one.overrun > ALLOWANCE for one in found)
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
