"""What costs money or reaches a person is shown first, and done only when somebody says yes."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from flowroute_async.sandbox import Sandbox
from tests.cli.conftest import asked
from tests.patience import HANGS_AFTER

ADDRESS = (
    *("--label", "Office", "--first-name", "Janet", "--last-name", "Doe", "--street-number", "3910"),
    *("--street-name", "N Vassault", "--city", "Tacoma", "--state", "WA", "--zip", "98407"),
)


@pytest.mark.parametrize(
    ("arguments", "shown"),
    [
        (("numbers", "purchase", "12065550100"), "12065550100"),
        (("numbers", "purchase-many", "--count", "2", "--max-cost", "9.5"), "2 numbers will be bought"),
        (("messages", "send", "--from", "12065550101", "--to", "12065550100", "--body", "hi"), "12065550100"),
        (
            ("messages", "send", "--from", "12065550101", "--to", "12065550100", "--body", "a" * 161),
            "An SMS of 161 characters, charged as 2, will go from 12065550101 to 12065550100",
        ),
        (("e911", "create", *ADDRESS), "Office"),
        (("e911", "associate", "12065550101", "7"), "charged"),
        (("e911", "unassociate", "12065550101"), "no longer be located"),
        (("cnam", "create", "Acme"), "ACME"),
        (("cnam", "associate", "12065550101", "7"), "12065550101"),
    ],
)
def test_without_a_terminal_and_without_yes_it_is_refused(
    flowroute: Any, sandbox: Sandbox, arguments: tuple[str, ...], shown: str
) -> None:
    ended = flowroute(*arguments, typed="y\n")
    assert (ended.code, ended.out) == (2, "")
    assert shown in ended.err
    assert "--yes" in ended.err
    assert not any(one.method != "GET" for one in sandbox.control.requests())


@pytest.fixture
def offered(flowroute: Any, sandbox: Sandbox) -> str:
    offer: str = flowroute("numbers", "search", "--max-items", "1", "--output", "csv").out.splitlines()[1].split(",")[0]
    return offer


@pytest.mark.parametrize(("answer", "code", "bought"), [(b"y\n", 0, 1), (b"\n", 1, 0), (b"\x04", 1, 0)])
def test_on_a_terminal_it_shows_the_price_and_waits_for_yes(
    start: Any, sandbox: Sandbox, terminal: tuple[int, int], offered: str, *, answer: bytes, code: int, bought: int
) -> None:
    process = start(["numbers", "purchase", offered, "--output", "csv"], stdin=terminal[1])
    question = asked(process)
    assert offered in question
    assert re.search(r"for US\$\d+\.\d\d and US\$\d+\.\d\d a month", question)
    os.write(terminal[0], answer)
    out, err = process.communicate(timeout=HANGS_AFTER)
    assert process.returncode == code, err
    assert len(sandbox.control.effects().get("purchase_number", {})) == bought
    assert out.startswith("id,") if bought else out == ""


def test_ctrl_c_at_the_question_ends_with_130(
    start: Any, sandbox: Sandbox, terminal: tuple[int, int], offered: str
) -> None:
    process = start(["numbers", "purchase", offered], stdin=terminal[1])
    asked(process)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=HANGS_AFTER)
    assert process.returncode == 130
    assert "Traceback" not in err
    assert sandbox.control.effects().get("purchase_number") is None


@pytest.fixture
def on_terminal(
    environment: dict[str, str | None], terminal: tuple[int, int]
) -> Iterator[Callable[..., "subprocess.Popen[bytes]"]]:
    """Start a command in a session without a terminal of its own but for its streams, as that of another window."""
    variables = {name: value for name, value in {**os.environ, **environment}.items() if value is not None}
    processes: list[subprocess.Popen[bytes]] = []

    def run(*arguments: str) -> "subprocess.Popen[bytes]":
        command = [sys.executable, "-m", "flowroute_async.cli", *arguments]
        streams: Any = {"stdin": terminal[1], "stderr": terminal[1], "stdout": subprocess.PIPE}
        processes.append(subprocess.Popen(command, **streams, env=variables, start_new_session=True))
        return processes[-1]

    yield run
    for process in processes:
        process.kill()
        process.communicate()


def shown(terminal: int, wanted: bytes) -> bytes:
    """Read what appears on a terminal up to some text."""
    seen = b""
    while wanted not in seen:
        seen += os.read(terminal, 1024)
    return seen


@pytest.mark.parametrize(
    ("arguments", "questions"),
    [
        (("porting", "update", "1", "--ask", "pin"), [b"PIN: "]),
        (("porting", "update", "1", "--ask", "pin", "--ask", "last_4_ssn"), [b"PIN: ", b"SSN: "]),
        (("config", "set-keys"), [b"Access key: "]),
        (("config", "set-keys"), [b"Access key: ", b"Secret key: "]),
        (("cnam", "create", "Acme"), [b"[y/N] "]),
        (("numbers", "release", "12065550100"), [b"[y/N] "]),
    ],
)
def test_ctrl_c_ends_every_question_at_once_and_nothing_was_done(
    on_terminal: Any, terminal: tuple[int, int], sandbox: Sandbox, arguments: tuple[str, ...], questions: list[bytes]
) -> None:
    process = on_terminal(*arguments)
    for place, question in enumerate(questions):
        shown(terminal[0], question)
        if place < len(questions) - 1:
            os.write(terminal[0], b"canary\n")
    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=HANGS_AFTER) == 130
    said = shown(terminal[0], b"Interrupted.")
    assert b"canary" not in said
    assert b"Traceback" not in said
    assert [one for one in sandbox.control.requests() if one.method != "GET"] == []
