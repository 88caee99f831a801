"""Every `flowroute` command that the pages show runs as it stands, against the sandbox that the page serves."""

import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from string import Template

import httpx
import pytest

from flowroute_async.cli import main
from tests.docs.documentation_page import PROJECT, blocks

PAGE = PROJECT / "docs/guides/command_line.md"
LINES = [line for block in blocks(PAGE, "sh") for line in block.code.splitlines()]
SERVED = "http://127.0.0.1:8900"
"""Where the page has its sandbox; the test takes a free port."""
WALK = (
    *("numbers search", "numbers purchase", "routes create", "routes set-primary", "messages send", "messages list"),
    *("cnam create", "cnam associate", "e911 create", "e911 associate", "numbers get"),
)


@pytest.fixture
def served() -> Iterator[str]:
    command = [sys.executable, "-m", "flowroute_async.cli", "sandbox", "--port", "0", "--provisioning-delay", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        assert process.stdout is not None
        yield process.stdout.readline().strip()
        process.terminate()


def flowroute(words: list[str], monkeypatch: pytest.MonkeyPatch) -> int:
    monkeypatch.setattr(sys, "argv", words)
    with pytest.raises(SystemExit) as ended:
        main()
    assert isinstance(ended.value.code, int)
    return ended.value.code


def test_each_command_of_the_page_runs_in_its_order(
    served: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("FR_ACCESS_KEY", "FR_SECRET_KEY", "FR_BASE_URL", "FR_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    variables: dict[str, str] = {}
    for line in LINES:
        words = shlex.split(Template(line.replace(SERVED, served)).substitute(variables), comments=True)
        if words[0] == "export":
            for name, _, value in (word.partition("=") for word in words[1:]):
                monkeypatch.setenv(name, value)
        elif "=" in words[0]:
            name, value = words[0].split("=")
            assert re.search(rf"\b{value}\b", capsys.readouterr().out), line  # the page says where it comes from
            variables[name] = value
        elif line == "flowroute sandbox --port 8900":
            assert httpx.get(f"{served}/_sandbox/", trust_env=False).status_code == 200
        elif words[0] == "flowroute":
            words += ["--help"] if line.startswith("flowroute webhooks listen") else []
            assert flowroute(words, monkeypatch) == 0, f"{line}: {capsys.readouterr().err}"
        else:
            assert words[0] == "pip", line
    state = httpx.get(f"{served}/_sandbox/api/state", trust_env=False).json()
    assert [len(state[kind]) for kind in ("numbers", "addresses", "names", "messages")] == [1, 1, 1, 2]


def test_the_walk_takes_a_number_from_the_search_to_its_address_and_name() -> None:
    commands = [line.removeprefix("flowroute ") for line in LINES if line.startswith("flowroute ")]
    places = [next(place for place, line in enumerate(commands) if line.startswith(step)) for step in WALK]
    assert places == sorted(places)
    assert sum(line.startswith("sandbox ") for line in commands) == 3, "one serves it, two act on it"
