"""Every `flowroute` command that the pages show runs as it stands."""

import shlex
import sys
from pathlib import Path
from string import Template

import pytest

from flowroute_async.cli import main
from tests.docs.documentation_page import PROJECT, blocks

PAGE = PROJECT / "docs/guides/command_line.md"
LINES = [line for block in blocks(PAGE, "sh") for line in block.code.splitlines()]
SERVES = ("flowroute sandbox", "flowroute webhooks listen")


def test_each_command_of_the_page_runs_in_its_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("FR_ACCESS_KEY", "FR_SECRET_KEY", "FR_BASE_URL", "FR_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    variables: dict[str, str] = {}
    for line in LINES:
        words = shlex.split(Template(line).substitute(variables), comments=True)
        if "=" in words[0]:
            name, value = words[0].split("=")
            assert value in capsys.readouterr().out  # the page says where it comes from
            variables[name] = value
        if words[0] == "flowroute":
            words += ["--help"] if line.startswith(SERVES) else []
            monkeypatch.setattr(sys, "argv", words)
            with pytest.raises(SystemExit) as ended:
                main()
            assert ended.value.code == 0, f"{line}: {capsys.readouterr().err}"
