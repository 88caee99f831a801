"""Small programs in other languages, written from the documentation, run to their end and read what it says."""

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.foreign.account_in_use import KEYS, AccountInUse
from tests.patience import HANGS_AFTER

PROGRAMS = Path(__file__).parent / "programs"
LANGUAGES = {"node": "scenario.mjs", "ruby": "scenario.rb", "php": "scenario.php", "perl": "scenario.pl"}
STEPS = [
    ("search", 200, 1),
    ("buy", 201, True),
    ("alias", 200, "Desk"),
    ("route", 201, "pbx.example.com"),
    ("primary", 204, None),
    ("address", 201, "Suite"),
    ("associate", 204, None),
    ("name", 201, "DESK"),
    ("send", 202, "mdr2-"),
    ("lookup", 200, "Grüße 😀"),
    ("messages", 200, 1),
    ("wrong keys", 401, "Unauthorized"),
    ("unassociate", 204, None),
    ("release", 204, None),
]


def run(language: str, url: str) -> list[tuple[str, int, Any]]:
    """Run a language's program, and give what each step was answered and what it got out of that."""
    program = shutil.which(language)
    assert program is not None, f"{language} is not installed: say make test-foreign, which installs it"
    ended = subprocess.run(
        [program, str(PROGRAMS / LANGUAGES[language])],
        env={**os.environ, "FR_BASE_URL": url, "FR_ACCESS_KEY": KEYS[0], "FR_SECRET_KEY": KEYS[1], "NO_PROXY": "*"},
        check=False,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=HANGS_AFTER,
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    steps = [json.loads(line) for line in ended.stdout.splitlines()]
    return [(step["step"], step["status"], step["got"]) for step in steps]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_program_runs_to_its_end(account: AccountInUse, language: str) -> None:
    assert run(language, account.url) == STEPS
    effects = account.sandbox.control.effects()
    assert sum(effects["send_message"].values()) == 1
    assert sum(effects["associate_e911_address"].values()) == 1
