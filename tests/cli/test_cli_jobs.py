"""The commands of jobs: what they do, what they say, and that they go on."""

import json
from pathlib import Path
from typing import Any

import pytest

from flowroute_async.sandbox import Sandbox


@pytest.fixture(name="flowroute")
def flowroute_with_paths(flowroute: Any) -> Any:
    """Run a command whose arguments may be paths."""
    return lambda *arguments: flowroute(*map(str, arguments))


@pytest.fixture
def numbers(flowroute: Any, sandbox: Sandbox) -> list[str]:
    bought = flowroute(
        "numbers",
        "purchase-many",
        "--state-codes",
        "WA",
        "--count",
        "2",
        "--max-cost",
        "20",
        "--yes",
        "--output",
        "json",
    )
    return [one["number"] for one in json.loads(bought.out)]


def texts(folder: Path, number: str, count: int) -> Path:
    file = folder / "campaign.csv"
    lines = [f"{number},1206555{place:04},text {place}" for place in range(count)]
    file.write_text("from,to,body\n" + "\n".join(lines) + "\n")
    return file


def sent(sandbox: Sandbox) -> int:
    return len([one for one in sandbox._account.messages if one.direction == "outbound"])


def test_messages_are_sent_from_a_file_once_and_found_in_the_history(
    flowroute: Any, sandbox: Sandbox, numbers: list[str], tmp_path: Path
) -> None:
    file = texts(tmp_path, numbers[0], 4)
    assert flowroute("messages", "enable", *numbers, "--wait", "60", "--yes").code == 0
    for _ in range(2):
        ended = flowroute("messages", "send-many", file, "--journal", tmp_path / "c.db", "--yes", "--output", "json")
        assert ended.code == 0, ended.err
        assert [one["outcome"] for one in json.loads(ended.out)] == ["done"] * 4
        assert "4 of 4 messages sent, 0 refused, 0 unknown" in ended.err
    assert sent(sandbox) == 4
    day = f"{sandbox.clock.now():%Y-%m-%d}"
    ended = flowroute("messages", "history", day, "--output", "jsonl")
    assert ended.code == 0, ended.err
    assert {json.loads(line)["body"] for line in ended.out.splitlines()} == {f"text {place}" for place in range(4)}
    export = ("--checkpoint", tmp_path / "h.db", "--export", tmp_path / "h.csv")
    ended = flowroute("messages", "history", day, day, "--time-zone", "UTC", *export)
    assert ended.code == 0, ended.err
    assert "4 messages are in" in ended.err
    assert len((tmp_path / "h.csv").read_text().splitlines()) == 5


def test_a_job_that_was_begun_with_another_key_is_refused_and_goes_on_once_it_is_adopted(
    flowroute: Any, environment: dict[str, str | None], sandbox: Sandbox, numbers: list[str], tmp_path: Path
) -> None:
    file, journal = tmp_path / "numbers.csv", tmp_path / "job.db"
    file.write_text("number,alias\n" + "\n".join(f"{number},desk" for number in numbers))
    update = ("numbers", "update-many", file, "--journal", journal, "--yes")
    assert flowroute(*update).code == 0
    sandbox.control.clear_requests()
    environment["FR_ACCESS_KEY"] = "another"
    ended = flowroute(*update)
    assert ended.code == 2
    assert "--journal must be a file that was begun with this access key" in ended.err
    assert "`flowroute config adopt-job FILE`" in ended.err
    ended = flowroute("config", "adopt-job", journal)
    assert (ended.code, "must be of the account that it was begun on" in ended.err) == (2, True)
    assert flowroute(*update).code == 2
    assert flowroute("config", "adopt-job", journal, "--yes").code == 0
    ended = flowroute(*update)
    assert (ended.code, "2 of 2 numbers updated" in ended.err) == (0, True)
    assert sandbox.control.requests() == []
    ended = flowroute("config", "adopt-job", file, "--yes")
    assert (ended.code, "must be a job file of this kind, not another file" in ended.err) == (2, True)


def test_nothing_is_sent_without_a_yes_and_a_bad_row_is_named(
    flowroute: Any, sandbox: Sandbox, numbers: list[str], tmp_path: Path
) -> None:
    file = texts(tmp_path, numbers[0], 2)
    ended = flowroute("messages", "send-many", file)
    assert (ended.code, "2 messages will be sent" in ended.err) == (2, True)
    file.write_text(file.read_text() + f"{numbers[0]},12,x\n")
    ended = flowroute("messages", "send-many", file, "--yes")
    assert ended.code == 2
    assert "messages[2].to must be" in ended.err
    assert sent(sandbox) == 0


def test_a_message_that_may_have_been_sent_ends_with_5(
    flowroute: Any, sandbox: Sandbox, numbers: list[str], tmp_path: Path
) -> None:
    sandbox.control.add_fault("send_message", status=500)
    ended = flowroute("messages", "send-many", texts(tmp_path, numbers[0], 2), "--yes")
    assert ended.code == 5
    assert "may have been sent" in ended.err


def test_details_of_the_whole_account_or_of_some_numbers(flowroute: Any, numbers: list[str]) -> None:
    ended = flowroute("numbers", "get-many", "--output", "json")
    assert ended.code == 0, ended.err
    assert sorted(one["id"] for one in json.loads(ended.out)) == sorted(numbers)
    ended = flowroute("numbers", "get-many", numbers[1], "12065550000", "--output", "json")
    assert [one["id"] for one in json.loads(ended.out)] == [numbers[1]]
    assert ended.code == 1
    assert "1 numbers could not be looked up" in ended.err


def test_a_plan_is_shown_and_bought_by_groups(flowroute: Any, sandbox: Sandbox, tmp_path: Path) -> None:
    file = tmp_path / "groups.csv"
    file.write_text("name,state,count,max_price,prefer_ends_with\nwest,WA,2,20,7\nsouth,TX,1,20,\n")
    shown = flowroute("numbers", "purchase-plan", file, "--max-cost", "50", "--output", "json")
    assert shown.code == 0, shown.err
    planned = json.loads(shown.out)
    assert [one["group"] for one in planned] == ["west", "west", "south"]
    assert "3 of 3 numbers for " in shown.err
    assert not sandbox.control.effects().get("purchase_number")
    buy = (
        "numbers",
        "purchase-many",
        "--groups",
        file,
        "--max-cost",
        "50",
        "--journal",
        tmp_path / "g.db",
        "--output",
        "json",
    )
    assert flowroute(*buy).code == 2
    for _ in range(2):
        ended = flowroute(*buy, "--yes")
        assert ended.code == 0, ended.err
    assert sorted(one["number"] for one in json.loads(ended.out)) == sorted(one["number"] for one in planned)
    assert len(sandbox.control.effects()["purchase_number"]) == 3


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ("state,count\nWA,none\n", "FILE[0] must be made of"),
        ("state\nWA\nWashingtonia\n", "FILE[1].state must be"),
        ("planet\nMars\n", "FILE[0] must be made of"),
    ],
)
def test_a_row_that_is_no_group_is_named(flowroute: Any, tmp_path: Path, lines: str, said: str) -> None:
    (tmp_path / "groups.csv").write_text(lines)
    ended = flowroute("numbers", "purchase-plan", tmp_path / "groups.csv", "--max-cost", "50")
    assert (ended.code, said in ended.err) == (2, True), ended.err


def test_addresses_are_created_from_a_file(flowroute: Any, numbers: list[str], tmp_path: Path) -> None:
    file = tmp_path / "offices.csv"
    header = "label,first_name,last_name,street_number,street_name,city,state,zip,number"
    rows = [f"Office {place},Ada,Lovelace,{place + 1},3rd Ave,Seattle,WA,98104,{numbers[place]}" for place in range(2)]
    file.write_text("\n".join([header, *rows]) + "\n")
    create = ("e911", "create-many", file, "--journal", tmp_path / "o.db", "--output", "json")
    assert flowroute(*create).code == 2
    for _ in range(2):
        ended = flowroute(*create, "--yes")
        assert ended.code == 0, ended.err
        assert [one["outcome"] for one in json.loads(ended.out)] == ["done", "done"]
    file.write_text("\n".join([header, rows[0].replace("98104", "1"), rows[1].replace("WA", "Nowhere")]) + "\n")
    ended = flowroute("e911", "create-many", file, "--yes")
    assert ended.code == 2
    assert "rows[0].zip" in ended.err
    assert "rows[1].state" in ended.err
