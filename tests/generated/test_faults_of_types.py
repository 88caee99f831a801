"""A fault of types that an earlier run's leavings make is not told as one of the document."""

import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from regeneration import proof

FAULT = "generated/flowroute_openapi/a.py:1: error: This is wrong  [misc]"
CRASH = "INTERNAL ERROR"


class Mypy:
    """A type checker that says what it is told to, run by run, and remembers what each found in its cache."""

    def __init__(self, answers: Sequence[str]) -> None:
        self._answers = iter(answers)
        self.found: list[set[str]] = []

    def run(self, command: Sequence[str], **_: Any) -> subprocess.CompletedProcess[str]:
        cache = Path(command[command.index("--cache-dir") + 1])
        self.found.append({folder.name for folder in cache.glob("*/*")})
        answer = next(self._answers)
        return subprocess.CompletedProcess(command, 1 if answer else 0, stdout=answer, stderr="")


@pytest.mark.parametrize(
    ("answers", "told", "runs"),
    [
        ([""], [], 1),
        ([FAULT, FAULT], ["generated flowroute_openapi/a.py:1: This is wrong"], 2),
        ([FAULT, ""], [], 2),
        ([CRASH, CRASH, ""], [], 3),
        ([CRASH, CRASH, CRASH], ["the type checker failed: INTERNAL ERROR"], 3),
    ],
)
def test_a_fault_is_told_where_a_run_without_what_earlier_ones_left_of_our_modules_finds_it_too(
    answers: list[str], told: list[str], runs: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for package in ("pydantic", "flowroute_openapi", "flowroute_async"):
        (tmp_path / ".mypy_cache/proof-alone/3.11" / package).mkdir(parents=True)
    checker = Mypy(answers)
    monkeypatch.setattr(proof, "__file__", str(tmp_path / "scripts/regeneration/proof.py"))
    monkeypatch.setattr("regeneration.proof.subprocess.run", checker.run)
    faults = proof.type_faults(tmp_path / "generated", None)
    assert faults == told
    everything = {"pydantic", "flowroute_openapi", "flowroute_async"}
    assert checker.found == [everything, {"pydantic"}, set()][:runs]
