"""The command as a process: pipes, signals, a sandbox of its own, and what an installation may lack."""

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest

from flowroute_async.sandbox import Sandbox
from tests.patience import HANGS_AFTER

NO_KEYS = {"FR_ACCESS_KEY": "", "FR_SECRET_KEY": "", "FR_BASE_URL": ""}


def first_line(process: "subprocess.Popen[str]") -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def stopped(process: "subprocess.Popen[str]", number: int = signal.SIGINT) -> tuple[str, str]:
    process.send_signal(number)
    return process.communicate(timeout=HANGS_AFTER)


@pytest.fixture
def closed(environment: dict[str, str | None], sandbox: Sandbox) -> Any:
    """Run a command from a shell that has closed some of its streams."""
    variables = {name: value for name, value in {**os.environ, **environment}.items() if value is not None}

    def run(streams: str, *arguments: str) -> "subprocess.CompletedProcess[str]":
        shell = ["sh", "-c", f'exec "$0" -m flowroute_async.cli "$@" {streams}', sys.executable, *arguments]
        return subprocess.run(shell, capture_output=True, text=True, env=variables, timeout=HANGS_AFTER, check=False)

    return run


def test_anything_can_be_tried_without_an_account(start: Any) -> None:
    search = ["--sandbox", "numbers", "search", "--state", "WA", "--max-items", "3", "--output", "json"]
    process = start(search, **NO_KEYS)
    out, err = process.communicate(timeout=HANGS_AFTER)
    assert (process.returncode, err) == (0, "")
    assert {one["state"].upper() for one in json.loads(out)} == {"WA"}


def test_a_sandbox_is_kept_between_commands(flowroute: Any, tmp_path: Path) -> None:
    state = ("--sandbox-state", str(tmp_path / "state"))
    created = json.loads(flowroute(*state, "cnam", "create", "Acme", "--yes", "-o", "json").out)
    assert flowroute(*state, "cnam", "get", created["id"]).code == 0
    assert flowroute("--sandbox", "cnam", "get", created["id"]).code == 4


def test_a_reader_that_has_had_enough_ends_a_list_quietly(start: Any, sandbox: Sandbox) -> None:
    process = start(["numbers", "search", "--output", "jsonl"])
    assert first_line(process).startswith("{")
    process.stdout.close()
    assert process.stderr.read() == ""
    assert process.wait(timeout=HANGS_AFTER) == 0


@pytest.mark.parametrize("form", ["json", "table"])
def test_a_reader_that_is_gone_is_no_failure(start: Any, sandbox: Sandbox, form: str) -> None:
    process = start(["numbers", "search", "--max-items", "5", "--output", form])
    process.stdout.close()
    assert process.stderr.read() == ""
    assert process.wait(timeout=HANGS_AFTER) == 0


@pytest.mark.parametrize("form", ["table", "json", "jsonl", "csv"])
def test_a_closed_output_is_no_failure(closed: Any, form: str) -> None:
    ended = closed(">&-", "numbers", "search", "--contains", "7", "--max-items", "5", "--output", form)
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "", "")


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("--version",), 1),
        (("--help",), 1),
        (("numbers", "search", "--help"), 1),
        (("numbers", "search", "--max-items", "5"), 1),
        (("numbers", "search", "--max-items", "5", "--output", "json"), 1),
        (("numbers", "search", "--max-items", "5", "--output", "csv"), 1),
        (("cnam", "create", "Acme", "--yes"), 5),
        (("cnam", "create", "Acme", "--yes", "--output", "jsonl"), 5),
    ],
)
def test_a_disk_that_is_full_is_said_and_what_was_done_is_not_to_be_repeated(
    closed: Any, sandbox: Sandbox, arguments: tuple[str, ...], code: int
) -> None:
    ended = closed(">/dev/full", *arguments)
    assert ended.returncode == code
    sentence, *hint = ended.stderr.splitlines()
    assert sentence == "The output cannot be written: No space left on device."
    assert hint == (["What the command did stands: look before you repeat it."] if code == 5 else [])
    assert sandbox.control.effects() == ({"create_cnam_record": {"ACME": 1}} if code == 5 else {})


def test_where_nothing_can_be_said_the_exit_code_says_it(closed: Any, sandbox: Sandbox, number: str) -> None:
    assert closed("2>/dev/full", "cnam", "get", "7").returncode == 4
    assert closed("2>/dev/full", "numbers", "release", number, "--yes").returncode == 0
    assert closed("2>/dev/full", "cnam", "create", "Acme").returncode == 2


def test_the_version_needs_no_output(closed: Any) -> None:
    ended = closed(">&-", "--version")
    assert (ended.returncode, ended.stderr) == (0, "")


def test_no_color_is_obeyed_by_failures_too(start: Any, terminal: tuple[int, int], sandbox: Sandbox) -> None:
    for variables, colored in (({"NO_COLOR": "1"}, False), ({}, True)):
        process = start(["numbers", "get", "12065550100"], stderr=terminal[1], TERM="xterm", **variables)
        assert process.wait(timeout=HANGS_AFTER) == 4
        assert (b"\x1b[31m" in os.read(terminal[0], 4096)) is colored


def test_the_log_shows_each_line_once_where_it_is_asked_for_twice(start: Any, sandbox: Sandbox) -> None:
    process = start(["numbers", "list", "--verbose", "--output", "json"], FLOWROUTE_LOG="debug")
    _, err = process.communicate(timeout=HANGS_AFTER)
    assert [line.partition(" in ")[0] for line in err.splitlines()] == ["list_numbers: HTTP 200"]


def test_what_is_done_does_not_depend_on_open_streams(closed: Any, sandbox: Sandbox) -> None:
    assert closed(">&- 2>&- <&-", "routes", "create", "host", "192.0.2.1", "--alias", "pbx").returncode == 0
    assert sandbox.control.effects() == {"create_route": {"pbx": 1}}


def test_a_closed_input_says_yes_to_nothing(closed: Any, sandbox: Sandbox) -> None:
    ended = closed("<&-", "cnam", "create", "Acme")
    assert (ended.returncode, ended.stdout) == (2, "")
    assert "Nobody is here to say yes." in ended.stderr
    assert sandbox.control.effects() == {}


def test_ctrl_c_ends_with_130_and_no_traceback(start: Any, sandbox: Sandbox) -> None:
    sandbox.control.add_fault("search_available_numbers", delay=0)
    sandbox.control.add_fault("search_available_numbers", delay=30)
    process = start(["numbers", "search", "--page-size", "5", "--output", "jsonl"])
    assert first_line(process)
    _, err = stopped(process)
    assert (process.returncode, err) == (130, "Interrupted.\n")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_served_sandbox_tells_its_url_first_and_ends_quietly(start: Any, flowroute: Any, number: int) -> None:
    process = start(["sandbox", "--numbers", "1000"])
    url = first_line(process)
    answer = httpx.get(f"{url}/v2/numbers", auth=("sandbox", "sandbox"), trust_env=False, timeout=HANGS_AFTER)
    assert answer.status_code == 200
    out, err = stopped(process, number)
    assert (process.returncode, out) == (0, "")
    use = f"Use it: FR_ACCESS_KEY=sandbox FR_SECRET_KEY=sandbox FR_BASE_URL={url} flowroute ..."
    assert err.splitlines() == [f"Look at it: {url}/_sandbox/", use]


def test_a_served_sandbox_wants_the_keys_it_was_given_and_does_not_repeat_them(start: Any) -> None:
    process = start(["sandbox", "--numbers", "1000", "--access-key", "mine", "--secret-key", "hidden"])
    url = first_line(process)
    for keys, status in ((("sandbox", "sandbox"), 401), (("mine", "hidden"), 200)):
        assert httpx.get(f"{url}/v2/numbers", auth=keys, trust_env=False, timeout=HANGS_AFTER).status_code == status
    _, err = stopped(process)
    assert "hidden" not in err


def test_the_command_takes_the_options_of_the_module(flowroute: Any) -> None:
    def options(text: str) -> set[str]:
        return set(re.findall(r"--[a-z-]+", text)) - {"--help"}

    module = [sys.executable, "-m", "flowroute_async.sandbox", "--help"]
    taken = subprocess.run(module, capture_output=True, text=True, check=True, timeout=HANGS_AFTER).stdout
    assert options(flowroute("sandbox", "--help").out) == options(taken)


@pytest.mark.parametrize(
    "arguments",
    [
        ("--numbers", "-1"),
        ("--latency", "-1"),
        ("--port", "99999"),
        ("--max-page", "0"),
        ("--state", "/dev/null/state"),
    ],
)
def test_a_sandbox_that_cannot_be_is_refused(flowroute: Any, arguments: tuple[str, str]) -> None:
    assert flowroute("sandbox", *arguments).code == 2


def test_a_sandbox_whose_port_is_taken_says_so(flowroute: Any, served: tuple[Sandbox, str]) -> None:
    url = httpx.URL(served[1])
    ended = flowroute("sandbox", "--port", str(url.port))
    sentence = f"{url.host}:{url.port} cannot be listened on: Address already in use\n"
    hint = "Take another --port, or 0 for a free one.\n"
    assert (ended.code, ended.out, ended.err) == (2, "", sentence + hint)


def test_an_address_that_is_not_there_is_not_blamed_on_the_port(flowroute: Any) -> None:
    ended = flowroute("sandbox", "--host", "no.such.invalid")
    assert (ended.code, ended.err) == (2, "no.such.invalid:0 cannot be listened on: there is no such address\n")


def test_a_terminal_that_lacks_a_sign_gets_its_code(start: Any, sandbox: Sandbox, number: str) -> None:
    sandbox.control.receive_message(from_="12065550100", to=number, body="née 😀")
    process = start(["messages", "list", "--start-date", "2020-01-01"], PYTHONIOENCODING="ascii")
    out, err = process.communicate(timeout=HANGS_AFTER)
    assert (process.returncode, err) == (0, "")
    assert "n\\xe9e \\U0001f600" in out


def test_the_shell_completes_commands_and_known_values(start: Any) -> None:
    def completed(words: str, place: int) -> str:
        variables = {"_FLOWROUTE_COMPLETE": "complete_bash", "COMP_WORDS": words, "COMP_CWORD": str(place)}
        out, _ = start([], **variables).communicate(timeout=HANGS_AFTER)
        return str(out)

    assert "numbers" in completed("flowroute num", 1)
    assert "toll-free" in completed("flowroute numbers search --number-type to", 4)
    assert completed("flowroute numbers search --output j", 4).split() == ["json", "jsonl"]
    assert "number" in completed("flowroute routes create nu", 3)


@pytest.mark.parametrize("package", ["typer", "rich"])
def test_without_the_extra_the_command_says_which_to_install(package: str) -> None:
    program = (
        f"import sys; sys.modules[{package!r}] = None; sys.argv[1:] = ['--sandbox', 'routes', 'list']; "
        "from flowroute_async.cli import main; main()"
    )
    ended = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=HANGS_AFTER, check=False
    )
    assert (ended.returncode, ended.stdout) == (3, "")
    assert ended.stderr == 'this needs the extra "cli": pip install "flowroute-async[cli]"\n'


@pytest.mark.parametrize(
    ("package", "arguments"),
    [("keyring", ("--profile", "work", "numbers", "list")), ("starlette", ("webhooks", "listen"))],
)
def test_a_package_that_a_command_lacks_is_named(
    flowroute: Any, monkeypatch: pytest.MonkeyPatch, package: str, arguments: tuple[str, ...]
) -> None:
    for name in [name for name in sys.modules if name.partition(".")[0] == package]:
        monkeypatch.setitem(sys.modules, name, None)
    ended = flowroute(*arguments)
    assert ended.code == 3
    assert 'this needs the extra "cli"' in ended.err
