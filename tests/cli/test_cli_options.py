"""Options: none is lost where it is given twice, and those of every command stand before it or after it."""

import json
import subprocess
import sys
from typing import Any

import pytest

from flowroute_async.cli.groups import GROUPS
from flowroute_async.sandbox import Sandbox


@pytest.mark.parametrize(
    "arguments",
    [
        ("numbers", "search", "--state", "WA", "--state", "OR"),
        ("numbers", "search", "--state=WA", "--max-items", "1", "--state=WA"),
        ("numbers", "search", "--output", "json", "-o", "csv"),
        ("messages", "send", "--from", "12065550100", "--to", "12065550101", "--to", "12065550102", "--yes"),
        ("messages", "send", "--from", "12065550100", "--to", "12065550101", "--mms", "--sms", "--yes"),
        ("numbers", "purchase-many", "--count", "1", "--max-cost", "1", "--max-cost", "9", "--yes"),
        ("--profile", "one", "--profile", "two", "numbers", "list"),
        ("e911", "list", "--state", "WA", "--state", "OR"),
    ],
)
def test_an_option_that_takes_one_value_refuses_a_second_and_sends_nothing(
    flowroute: Any, sandbox: Sandbox, arguments: tuple[str, ...]
) -> None:
    before = len(sandbox.control.requests())

    ended = flowroute(*arguments)

    assert (ended.code, ended.out) == (2, "")
    assert "is given more than once, and takes one value" in ended.err
    assert len(sandbox.control.requests()) == before


def test_an_option_that_takes_many_values_takes_them_all(flowroute: Any) -> None:
    ended = flowroute("numbers", "bulk-search", "--state-codes", "WA", "--state-codes", "OR", "--output", "json")

    assert {found["state"] for found in json.loads(ended.out)} == {"wa", "or"}


def test_a_search_of_many_states_has_no_second_option_for_one(flowroute: Any) -> None:
    ended = flowroute("numbers", "bulk-search", "--state", "WA", "--state", "OR")

    assert (ended.code, ended.out) == (2, "")
    assert "No such option: --state" in ended.err
    assert "--state-codes" in ended.err


def test_the_options_of_every_command_stand_before_it_or_after_it(flowroute: Any) -> None:
    before = flowroute(
        "--output", "json", "--max-retries", "1", "numbers", "search", "--state", "WA", "--max-items", "2"
    )
    after = flowroute(
        "numbers", "search", "--state", "WA", "--max-items", "2", "--output", "json", "--max-retries", "1"
    )

    assert before == after
    assert len(json.loads(before.out)) == 2


@pytest.mark.parametrize("option", [("--output", "json"), ("--profile", "work"), ("--deadline", "5")])
def test_an_option_that_stands_before_and_after_is_refused(flowroute: Any, option: tuple[str, str]) -> None:
    ended = flowroute(*option, "numbers", "list", *option)

    assert (ended.code, ended.out) == (2, "")
    assert f"{option[0]} stands before the command and after it" in ended.err


@pytest.mark.parametrize(
    "arguments",
    [
        ("--base-url", "http://127.0.0.1:1", "numbers", "list", "--sandbox"),
        ("--sandbox", "numbers", "list", "--base-url", "http://127.0.0.1:1"),
        ("numbers", "list", "--sandbox-state", "x.db", "--base-url", "http://127.0.0.1:1"),
    ],
)
def test_an_address_and_a_sandbox_exclude_each_other_wherever_they_stand(
    flowroute: Any, arguments: tuple[str, ...]
) -> None:
    ended = flowroute(*arguments)

    assert (ended.code, ended.out) == (2, "")
    assert "exclude each other" in ended.err


def test_verbose_shows_each_request_and_nothing_of_its_contents(flowroute: Any, number: str) -> None:
    ended = flowroute(
        "--verbose", "messages", "send", "--from", number, "--to", "12065550142", "--body", "secret", "--yes"
    )

    assert "send_message: HTTP 202 in" in ended.err
    assert "secret" not in ended.err
    assert "2065550142" not in ended.err


def test_a_variable_shows_the_requests_of_any_program() -> None:
    program = """
import anyio
from flowroute_async.sandbox import Sandbox
from flowroute_async.testing import client_of

async def main():
    async with client_of(Sandbox(numbers=10)) as client:
        await client.numbers.search(max_items=1)

anyio.run(main)
"""
    run = subprocess.run(
        [sys.executable, "-c", program], env={"FLOWROUTE_LOG": "debug"}, capture_output=True, text=True, check=True
    )
    assert "search_available_numbers: HTTP 200 in" in run.stderr


def test_the_list_of_groups_says_what_each_group_says_of_itself(flowroute: Any) -> None:
    listed = flowroute("--help").out
    for name, group in GROUPS.items():
        assert f"  {name}" in listed
        assert group.text.split(":")[0].split(",")[0] in flowroute(name, "--help").out


def test_no_help_imports_the_http_library_models_jobs_or_the_client() -> None:
    program = """
import sys
from importlib import import_module
from flowroute_async.cli import main
from flowroute_async.cli.groups import GROUPS

LATE = ("httpx", "pydantic", "rich", "flowroute_async.client", "flowroute_async.jobs", "flowroute_openapi.models")

def show(*words):
    sys.argv[1:] = [*words, "--help"]
    try:
        main()
    except SystemExit as ended:
        assert not ended.code, words
    for late in LATE:
        assert late not in sys.modules, (late, words)

show()
from typer.main import get_command
for name, group in GROUPS.items():
    show(name)
    for command in getattr(get_command(import_module(f"flowroute_async.cli.{group.modules[0]}").app), "commands", {}):
        show(name, command)
    print(f"shown: {name}")
"""
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert run.stderr == ""
    assert [name for name in GROUPS if f"shown: {name}\n" not in run.stdout] == []
