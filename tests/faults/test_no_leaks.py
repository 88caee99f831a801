"""Marked keys and marked personal data go through every operation and every failure, and are found nowhere."""

import asyncio
import logging
import pickle
import traceback
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace

import anyio
import pytest

from flowroute_async import FlowrouteClient, FlowrouteError, Hooks
from tests.faults.fault_calls import ACCESS_KEY, BY_NAME, CALLS, MARKS, NUMBER, SECRET_KEY, Call
from tests.faults.fault_kinds import FAULTS
from tests.faults.fault_runner import client_for
from tests.faults.fault_server import Fault, Server
from tests.virtual_time import VIRTUAL_TIME

PERSONAL = (*MARKS, NUMBER[1:-2])
KEYS = MARKS[:3]

_FEW = ("reset in the body", "redirect to another host", "500 after the effect", "422", "404", "truncated JSON", "gzip")


class _Everything(logging.Handler):
    """Keeps every line that any library logs, at any level."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.lines: list[str] = []
        self.levels: list[tuple[str, int]] = []
        self.setFormatter(logging.Formatter("%(name)s %(message)s %(args)s"))

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))
        self.levels.append((record.name, record.levelno))


@pytest.fixture
def log() -> Iterator[_Everything]:
    handler, root = _Everything(), logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield handler
    root.setLevel(level)
    root.removeHandler(handler)


def _shown(error: BaseException) -> list[str]:
    """Yield everything that somebody may print of an error, with all that hangs on it."""
    texts = ["".join(traceback.format_exception(error))]
    waiting: list[BaseException | None] = [error]
    while waiting:
        if (one := waiting.pop()) is not None:
            texts += [str(one), repr(one), *getattr(one, "__notes__", ())]
            waiting += [one.__cause__, one.__context__]
    return texts


def _survives_a_pickle(error: FlowrouteError) -> None:
    pickled = pickle.dumps(error)
    assert not any(key.encode() in pickled for key in KEYS)
    assert str(pickle.loads(pickled)) == str(error)  # noqa: S301 - what was pickled a line above


async def _fail(server: Server, call: Call, fault: Fault, seen: list[str]) -> None:
    case = server.case(call, fault, 1000)
    views: list[object] = []
    hooks = Hooks(on_request=views.append, on_response=views.append, on_retry=views.append)
    async with client_for(server, case, max_retries=1, hooks=hooks) as client:
        try:
            raw = await client.send_raw(call.operation)
            seen.append(repr(raw))
            await client.send(call.operation)
        except FlowrouteError as error:
            seen += _shown(error)
            _survives_a_pickle(error)
        seen += [repr(client), repr(client._transport._connections.pool().__dict__), repr(views), repr(call.operation)]
        with pytest.raises(TypeError):
            pickle.dumps(client)


@pytest.mark.anyio
async def test_no_mark_is_found_in_any_log_text_or_view(server: Server, log: _Everything) -> None:
    few = [fault for fault in FAULTS if fault.name in _FEW]
    waiting = [(BY_NAME[name], fault) for name in ("send_message", "create_e911_address") for fault in FAULTS]
    waiting += [(call, fault) for call in CALLS for fault in few]
    await _look_for_marks(server, log, waiting)


def test_no_mark_is_found_in_the_log_of_asyncio_in_debug_mode(log: _Everything) -> None:
    async def main() -> None:
        asyncio.get_running_loop().slow_callback_duration = 0  # each step is logged
        async with Server().serving() as server:
            await _look_for_marks(server, log, [(BY_NAME["purchase_number"], fault) for fault in FAULTS])

    anyio.run(main, backend="asyncio", backend_options={"debug": True, **VIRTUAL_TIME["asyncio"]()})


async def _look_for_marks(server: Server, log: _Everything, waiting: list[tuple[Call, Fault]]) -> None:
    seen: list[str] = []

    async def work() -> None:
        while waiting:
            await _fail(server, *waiting.pop(), seen)

    async with anyio.create_task_group() as group:
        for _ in range(16):
            group.start_soon(work)
    assert len(log.lines) > 1000
    assert any(line.startswith("httpcore") for line in log.lines), "the HTTP library's log was not looked at"
    texts = "\n".join([*seen, *log.lines])
    for mark in PERSONAL:
        at = texts.find(mark)
        assert at < 0, f"{mark} was found: {texts[max(0, at - 300) : at + 100]}"


@pytest.mark.anyio
async def test_the_log_has_one_line_for_each_retry_and_each_surrender(server: Server, log: _Everything) -> None:
    fault = next(fault for fault in FAULTS if fault.name == "500 after the effect")
    seen: list[str] = []
    await _fail(server, BY_NAME["get_number"], fault, seen)
    ours = [
        (line, level) for line, (name, level) in zip(log.lines, log.levels, strict=True) if name == "flowroute_async"
    ]
    loud = [(line, level) for line, level in ours if level > logging.DEBUG]
    assert [level for _, level in loud] == [logging.INFO, logging.WARNING]
    assert "get_number: HTTP 500, retry 1 in" in loud[0][0]
    assert "get_number: gave up after 2 attempts: ServerError" in loud[1][0]
    assert not [name for name, level in log.levels if level > logging.DEBUG and name != "flowroute_async"]


@pytest.mark.anyio
async def test_a_refused_argument_shows_nothing_of_itself() -> None:
    client = FlowrouteClient(access_key=ACCESS_KEY, secret_key=SECRET_KEY, base_url="http://127.0.0.1:9")
    seen: list[str] = []
    for attempt in (
        lambda: client.numbers.get(f"{NUMBER}55"),
        lambda: client.numbers.purchase(f"{MARKS[5]} {NUMBER}"),
        lambda: client.messages.send(from_=NUMBER, to=f"{NUMBER}9", body=MARKS[5]),
        lambda: client.messages.send(from_=NUMBER, to=NUMBER, body=MARKS[5], media_urls=["Streetmark"]),
        lambda: client.messages.get(f"{MARKS[5]}"),
        lambda: client.routes.create(alias="aliasmark", route_type="host", value="hostmark.example.com/x y"),
        lambda: client.routes.create(alias="aliasmark", route_type="Streetmark", value="hostmark.example.com"),  # type: ignore[arg-type] # at run time too
        lambda: client.numbers.search(starts_with=f"{NUMBER}55555"),
        lambda: client.numbers.search(contains=f"{NUMBER}55555"),
        lambda: client.numbers.search(contains=f"x{NUMBER}"),
        lambda: client.numbers.search(ends_with=f"{NUMBER}55555"),
        lambda: client.numbers.search(ends_with=f"{NUMBER[1:]} {MARKS[5]}"),
        lambda: client.numbers.search(state="Citymark"),
        lambda: client.numbers.exchanges(areacode=NUMBER),
        lambda: client.numbers.list(alias="aliasmark" * 8),
        lambda: client.messages.list(start_date=NUMBER),  # type: ignore[arg-type] # as above
        lambda: client.e911.list(state="Streetmark"),
        lambda: client.e911.get("Streetmark x"),
        lambda: client.cnam.get("NAMEMARK x"),
    ):
        with suppress(FlowrouteError):
            try:
                await attempt()
            except FlowrouteError as error:
                seen.append(f"{error} {error!r}")
                raise
    assert len(seen) == 19
    assert not [text for text in seen for mark in PERSONAL if mark in text]


@pytest.mark.anyio
async def test_keys_go_to_no_other_host(server: Server) -> None:
    fault = next(fault for fault in FAULTS if fault.name == "redirect to another host")
    for call in CALLS:
        case = server.case(replace(call), fault, 1000)
        async with client_for(server, case) as client:
            with pytest.raises(FlowrouteError):
                await client.send(call.operation)
        assert case.requests == case.authorized == 1
