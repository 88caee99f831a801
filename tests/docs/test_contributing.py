"""CONTRIBUTING.md is right: its three walks, followed as written in a copy of the project, end where they say."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.docs.documentation_page import PROJECT, PYTEST
from tests.patience import HANGS_AFTER

WALKS = dict(
    part.split("\n", 1)
    for part in (PROJECT / "CONTRIBUTING.md").read_text(encoding="utf-8").split("\n## ")
    if "```diff" in part
)
OF_EVERY_OPERATION = (
    "tests/docs/test_sandbox_page.py::test_the_page_says_of_every_operation_with_a_handler_what_it_rests_on",
    "tests/sandbox/test_sandbox_whole_description.py",
    "tests/socket/test_every_operation.py",
)
"""Tests that an operation without a handler in the sandbox passes."""


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("clone")
    for part in ("docs", "generated", "scripts", "spec", "src", "tests"):
        shutil.copytree(PROJECT / part, root / part, ignore=shutil.ignore_patterns("__pycache__", ".*_cache"))
    shutil.copy(PROJECT / "pyproject.toml", root)
    known_types = PROJECT / ".mypy_cache"
    known_types.mkdir(exist_ok=True)
    (root / ".mypy_cache").symlink_to(known_types)
    return root


@pytest.fixture(scope="module")
def report(copy: Path) -> str:
    """What is said by the regeneration after all three walks: one, since each takes long."""
    for walk in WALKS:
        follow(walk, copy)
    return run(copy, "scripts/regenerate.py")


def follow(walk: str, copy: Path) -> None:
    for diff in re.findall(r"^```diff\n(.*?)^```$", WALKS[walk], re.MULTILINE | re.DOTALL):
        subprocess.run(["git", "apply", "--recount"], input=diff, cwd=copy, check=True, text=True, timeout=HANGS_AFTER)  # noqa: S607 - git is where the machine has it


def run(copy: Path, *arguments: str) -> str:
    path = os.pathsep.join((str(copy / "src"), str(copy / "generated")))
    environment = {**os.environ, "PYTHONPATH": path}
    command = [sys.executable, *arguments]
    ran = subprocess.run(
        command, cwd=copy, env=environment, capture_output=True, text=True, timeout=HANGS_AFTER, check=False
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout


def passes(copy: Path, tests: Sequence[str]) -> None:
    run(copy, *PYTEST, "--rootdir", str(copy), *tests)


def test_there_are_three_walks() -> None:
    assert list(WALKS) == ["Add a field", "Add an operation", "Change a template"]


@pytest.mark.parametrize("walk", ["Add a field", "Add an operation"])
def test_the_regeneration_says_what_a_walk_quotes(report: str, walk: str) -> None:
    (quoted,) = re.findall(r"# says: (.*)", WALKS[walk])
    assert [line for line in report.splitlines() if line.split("; ")[0] == quoted]


def test_a_field_of_the_overlay_is_on_the_object_and_an_operation_on_the_facade(copy: Path, report: str) -> None:
    new = ["tests/generated/test_sms_enabled.py", "tests/facade/test_number_details_of_many.py"]
    passes(copy, [*new, *OF_EVERY_OPERATION])


def test_a_changed_template_changes_every_operation(copy: Path, report: str) -> None:
    modules = [file for file in copy.glob("generated/flowroute_openapi/api/*/*.py") if file.name != "__init__.py"]
    assert modules
    assert all("The call, `" in module.read_text(encoding="utf-8") for module in modules)


def test_what_the_walks_leave_is_in_shape(copy: Path, report: str) -> None:
    added = ("tests/generated/test_sms_enabled.py", "tests/facade/test_number_details_of_many.py")
    places = ("generated", "src/flowroute_async/resources", *added)
    run(copy, "-m", "ruff", "check", "--no-cache", *places)
    run(copy, "-m", "ruff", "format", "--no-cache", "--check", *places)
