"""What costs money or reaches a person is shown first, and done only when somebody says yes."""

import os
import re
import signal
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
