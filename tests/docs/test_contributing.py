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

WALKS = dict(
    part.split("\n", 1)
    for part in (PROJECT / "CONTRIBUTING.md").read_text(encoding="utf-8").split("\n## ")
    if "```diff" in part
)
OF_EVERY_OPERATION = (
    "tests/generated/test_completeness.py::test_every_operation_has_examples_a_method_a_test_and_a_line",
    "tests/docs/test_sandbox_page.py::test_the_page_says_of_every_operation_with_a_handler_what_it_rests_on",
    "tests/sandbox/test_sandbox_whole_description.py",
)
"""Tests that name an operation which lacks something."""


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("clone")
    for part in ("docs", "generated", "scripts", "spec", "src", "tests"):
        shutil.copytree(PROJECT / part, root / part, ignore=shutil.ignore_patterns("__pycache__", ".*_cache"))
    shutil.copy(PROJECT / "pyproject.toml", root)
    return root


def follow(walk: str, copy: Path) -> None:
    for diff in re.findall(r"^```diff\n(.*?)^```$", WALKS[walk], re.MULTILINE | re.DOTALL):
        subprocess.run(["git", "apply", "--recount"], input=diff, cwd=copy, check=True, text=True, timeout=30)  # noqa: S607 - git is where the machine has it


def run(copy: Path, *arguments: str) -> str:
    path = os.pathsep.join((str(copy / "src"), str(copy / "generated")))
    environment = {**os.environ, "PYTHONPATH": path}
    command = [sys.executable, *arguments]
    ran = subprocess.run(command, cwd=copy, env=environment, capture_output=True, text=True, timeout=120, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout


def passes(copy: Path, tests: Sequence[str]) -> None:
    run(copy, *PYTEST, "--rootdir", str(copy), *tests)


def is_in_shape(copy: Path, *places: str) -> None:
    run(copy, "-m", "ruff", "check", "--no-cache", *places)
    run(copy, "-m", "ruff", "format", "--no-cache", "--check", *places)


def test_there_are_three_walks() -> None:
    assert list(WALKS) == ["Add a field", "Add an operation", "Change a template"]


def test_a_field_of_the_overlay_is_on_the_object(copy: Path) -> None:
    follow("Add a field", copy)

    report = run(copy, "scripts/regenerate.py")

    assert report.splitlines()[0].split("; ")[0] in WALKS["Add a field"]
    passes(copy, ["tests/generated/test_sms_enabled.py"])
    is_in_shape(copy, "generated", "tests/generated/test_sms_enabled.py")


def test_an_operation_of_the_overlay_is_on_the_facade(copy: Path) -> None:
    follow("Add an operation", copy)

    report = run(copy, "scripts/regenerate.py")

    assert report.splitlines()[0].split("; ")[0] in WALKS["Add an operation"]
    passes(copy, ["tests/facade/test_number_details_of_many.py", *OF_EVERY_OPERATION])
    is_in_shape(copy, "generated", "src/flowroute_async/resources", "tests/facade/test_number_details_of_many.py")


def test_a_changed_template_changes_every_operation(copy: Path) -> None:
    follow("Change a template", copy)

    run(copy, "scripts/regenerate.py")

    modules = [file for file in copy.glob("generated/flowroute_openapi/api/*/*.py") if file.name != "__init__.py"]
    assert modules
    assert all("The call, `" in module.read_text(encoding="utf-8") for module in modules)
    is_in_shape(copy, "generated")
