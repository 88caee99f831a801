"""The command line, run in process against a sandbox that is served over a socket."""

import os
import pty
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.errors import PasswordDeleteError
from typer.testing import CliRunner

from flowroute_async.cli.app import app
from flowroute_async.sandbox import Sandbox, running

ACCESS_KEY, SECRET_KEY = "canaryaccess", "canarysecret"


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    code: int
    out: str
    err: str


Flowroute: TypeAlias = Callable[..., Ended]
Start: TypeAlias = Callable[..., "subprocess.Popen[str]"]


class MemoryKeyring(KeyringBackend):
    """A keyring that forgets."""

    priority = 1

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # the library has no types
        self.passwords: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.passwords.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.passwords[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        if self.passwords.pop((service, username), None) is None:
            raise PasswordDeleteError("not found")


@pytest.fixture(autouse=True)
def memory_keyring() -> Iterator[MemoryKeyring]:
    before, memory = keyring.get_keyring(), MemoryKeyring()
    keyring.set_keyring(memory)
    yield memory
    keyring.set_keyring(before)


@pytest.fixture(scope="session")
def served() -> Iterator[tuple[Sandbox, str]]:
    sandbox = Sandbox(access_key=ACCESS_KEY, secret_key=SECRET_KEY, provisioning_delay=0)
    with running(sandbox) as url:
        yield sandbox, url


@pytest.fixture
def sandbox(served: tuple[Sandbox, str]) -> Sandbox:
    served[0].control.reset()
    return served[0]


@pytest.fixture
def environment(served: tuple[Sandbox, str], tmp_path: Path) -> dict[str, str | None]:
    """Of the variables that a command reads, only those of the sandbox, and a home without a file of profiles."""
    cleared: dict[str, str | None] = {name: None for name in os.environ if name.startswith("FR_")}
    home = {"XDG_CONFIG_HOME": str(tmp_path / "config"), "COLUMNS": "120"}
    return {**cleared, **home, "FR_ACCESS_KEY": ACCESS_KEY, "FR_SECRET_KEY": SECRET_KEY, "FR_BASE_URL": served[1]}


@pytest.fixture
def flowroute(environment: dict[str, str | None]) -> Flowroute:
    """Run a command in process; whatever it does, it shows no key and no traceback."""

    def run(*arguments: str, typed: str | None = None) -> Ended:
        result = CliRunner().invoke(app, arguments, env=environment, input=typed)
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        shown = result.stdout + result.stderr
        assert "canary" not in shown
        assert "Traceback" not in shown
        return Ended(result.exit_code, result.stdout, result.stderr)

    return run


@pytest.fixture
def start(environment: dict[str, str | None]) -> Iterator[Start]:
    """Start a command as a process of its own, which ends with the test."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # as in the background; children inherit it
        signal.signal(signal.SIGINT, signal.default_int_handler)
    processes: list[subprocess.Popen[str]] = []
    variables = {name: value for name, value in {**os.environ, **environment}.items() if value is not None}

    def run(
        arguments: Sequence[str], *, stdin: int = subprocess.DEVNULL, stderr: int = subprocess.PIPE, **more: str
    ) -> "subprocess.Popen[str]":
        command = [sys.executable, "-m", "flowroute_async.cli", *arguments]
        process = subprocess.Popen(
            command, stdin=stdin, stdout=subprocess.PIPE, stderr=stderr, text=True, env={**variables, **more}
        )
        processes.append(process)
        return process

    yield run
    for process in processes:
        process.kill()
        process.communicate()


@pytest.fixture
def number(sandbox: Sandbox, flowroute: Flowroute) -> str:
    """Buy a number that can send messages, and return it."""
    found = flowroute("numbers", "search", "--state", "WA", "--max-items", "1", "--output", "csv").out
    bought = found.splitlines()[1].partition(",")[0]
    assert flowroute("numbers", "purchase", bought, "--messaging-enabled", "--yes").code == 0
    sandbox.control.clear_requests()
    return bought


@pytest.fixture
def terminal() -> Iterator[tuple[int, int]]:
    person, program = pty.openpty()
    yield person, program
    os.close(person)
    os.close(program)


def asked(process: "subprocess.Popen[str]") -> str:
    """Read up to the end of the question."""
    assert process.stderr is not None
    question = ""
    while not question.endswith("[y/N] "):
        sign = process.stderr.read(1)
        assert sign, question
        question += sign
    return question
