"""Tables on a terminal: whatever its width, no id, number or word is broken, and nothing is cut off."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, TypeAlias

import pytest

from flowroute_async.cli.terminal_text import shown
from flowroute_async.money import dollars
from flowroute_async.sandbox import Sandbox

OnTerminal: TypeAlias = Callable[..., list[str]]
BODY = "A longer text, of words that may stand in several lines where there is no room for them in one"
MESSAGES = ("messages", "list", "--start-date", "2020-01-01")


@pytest.fixture
def on_terminal(flowroute: Any, environment: dict[str, str | None]) -> OnTerminal:
    """Return the lines that a command shows on a terminal of some width."""

    def run(width: int, *arguments: str) -> list[str]:
        environment.update({"COLUMNS": str(width), "FORCE_COLOR": "1", "TERM": "xterm"})
        ended = flowroute(*arguments)
        assert ended.code == 0, ended.err
        return re.sub(r"\x1b\[[0-9;]*m", "", ended.out).splitlines()

    return run


@pytest.fixture
def message(sandbox: Sandbox, number: str) -> str:
    return sandbox.control.receive_message(from_="12065550100", to=number, body=BODY)


@pytest.mark.parametrize("width", [20, 40, 60, 80, 100, 120, 140, 160, 200, 300])
def test_ids_and_numbers_stay_whole_at_any_width(
    on_terminal: OnTerminal, message: str, number: str, width: int
) -> None:
    for arguments in (MESSAGES, ("messages", "get", message), ("numbers", "list"), ("numbers", "get", number)):
        words = " ".join(on_terminal(width, *arguments)).split()
        wanted = {number} if arguments[0] == "numbers" else {message, number, "12065550100", *BODY.split()}
        assert wanted <= set(words)


@pytest.mark.parametrize(("width", "lines_of_text"), [(150, 4), (300, 1)])
def test_a_table_that_fits_has_a_line_of_titles_and_keeps_to_the_terminal(
    on_terminal: OnTerminal, message: str, width: int, lines_of_text: int
) -> None:
    lines = on_terminal(width, *MESSAGES)
    assert lines[0].split() == ["timestamp", "direction", "from", "to", "status", "amount", "display", "body", "id"]
    assert message in lines[1]
    assert len(lines) == 1 + lines_of_text
    assert all(len(line) <= width for line in lines)


@pytest.mark.parametrize("width", [40, 100])
def test_a_list_that_does_not_fit_is_shown_record_by_record(
    on_terminal: OnTerminal, sandbox: Sandbox, message: str, number: str, width: int
) -> None:
    other = sandbox.control.receive_message(from_="12065550177", to=number, body="Hi")
    lines = on_terminal(width, *MESSAGES)
    assert lines.count("") == 1, "between the records"
    first, second = lines[: lines.index("")], lines[lines.index("") + 1 :]
    assert (other in " ".join(first), message in " ".join(second)) == (True, True)
    assert "direction       inbound" in second
    place = next(place for place, line in enumerate(second) if line.startswith("id"))
    assert second[place:] == (["id", f"  {message}"] if width == 40 else [f"id              {message}"])


def test_without_a_terminal_a_table_is_as_wide_as_it_need_be(flowroute: Any, sandbox: Sandbox, number: str) -> None:
    sandbox.control.receive_message(from_="12065550100", to=number, body="word " * 500)
    _, line = flowroute(*MESSAGES).out.splitlines()
    assert "word " * 500 in line


def test_times_are_shown_to_the_second(on_terminal: OnTerminal, message: str) -> None:
    moment = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
    for arguments in (MESSAGES, ("messages", "get", message)):
        (line,) = [line for line in on_terminal(100, *arguments) if line.startswith("timestamp")]
        assert moment.fullmatch(line.split()[1])


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        (True, "true"),
        (7, "7"),
        (Decimal("2.5"), "2.50"),
        (datetime(2026, 1, 31, 12, 0, 0, 123456, UTC), "2026-01-31T12:00:00Z"),
        ([{"at": datetime(2026, 1, 31, tzinfo=UTC), "none": None}], '[{"at": "2026-01-31T00:00:00Z"}]'),
    ],
)
def test_values_are_written_for_people(value: object, text: str) -> None:
    assert shown(value) == text


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        ("0", "0.00"),
        ("2.5", "2.50"),
        ("10.0", "10.00"),
        ("7.49", "7.49"),
        ("0.0040", "0.0040"),
        ("1E+3", "1000.00"),
        ("1E+40", f"1{'0' * 40}.00"),
    ],
)
def test_an_amount_has_two_decimals_at_least(amount: str, text: str) -> None:
    assert dollars(Decimal(amount)) == text
