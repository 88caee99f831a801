"""The public surface: all of it has docstrings, and what breaks it since the last tag is found."""

import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import griffe
import pytest

from public_api import load, surface
from tests.docs.documentation_page import PROJECT
from tests.patience import HANGS_AFTER


def git(project: Path, *arguments: str) -> None:
    author = ("-c", "user.name=nobody", "-c", "user.email=nobody@example.com", "-c", "commit.gpgsign=false")
    subprocess.run(["git", *author, *arguments], cwd=project, check=True, capture_output=True, timeout=HANGS_AFTER)  # noqa: S607 - git is where the machine has it


def compare(project: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "scripts/public_api.py", "--quiet"]
    return subprocess.run(command, cwd=project, capture_output=True, text=True, timeout=HANGS_AFTER, check=False)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for part in ("generated", "scripts", "src"):
        shutil.copytree(PROJECT / part, tmp_path / part, ignore=shutil.ignore_patterns("__pycache__", ".*_cache"))
    git(tmp_path, "init", "--quiet")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "--quiet", "--message", "All")
    return tmp_path


def change(project: Path, module: str, old: str, new: str) -> None:
    file = project / module
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


@pytest.fixture(scope="module")
def public() -> Sequence[tuple[griffe.Object, str]]:
    return list(surface(load()))


def test_each_public_module_class_and_function_has_a_docstring(public: Sequence[tuple[griffe.Object, str]]) -> None:
    # Magic methods are documented by Python.
    without = [
        line
        for member, line in public
        if (member.is_module or member.is_class or member.is_function)
        and not member.name.startswith("__")
        and not member.has_docstring
    ]
    assert not without


def test_each_property_has_a_docstring(public: Sequence[tuple[griffe.Object, str]]) -> None:
    without = [line for member, line in public if "property" in member.labels and not member.has_docstring]
    assert not without


def test_without_a_tag_there_is_nothing_to_compare_with(project: Path) -> None:
    ran = compare(project)
    assert (ran.returncode, ran.stdout) == (0, "")
    assert "no tag yet" in ran.stderr


def test_an_addition_and_a_change_inside_break_nothing(project: Path) -> None:
    git(project, "tag", "v0.1.0")
    change(project, "src/flowroute_async/webhooks.py", "def repeat_key(", "another = 1\n\n\ndef repeat_key(")
    change(
        project,
        "src/flowroute_async/webhooks.py",
        "repeat_key(webhook: Webhook)",
        "repeat_key(webhook: Webhook | bytes)",
    )
    change(
        project,
        "src/flowroute_async/client.py",
        "proxy: str | None = None,",
        "proxy: str | None = None, more: int = 0,",
    )
    change(project, "src/flowroute_async/retry.py", "def pause(attempt: int,", "def pause(")
    change(
        project,
        "scripts/public_api.py",
        '"flowroute_async.webhooks",',
        '"flowroute_async.webhooks", "flowroute_async.retry",',
    )
    ran = compare(project)
    assert ran.returncode == 0, ran.stderr
    assert "Nothing breaks what v0.1.0 offers" in ran.stderr


BREAKS = (
    ("webhooks.py", "repeat_key", "repeating_key", "flowroute_async.webhooks.repeat_key: it is gone"),
    ("webhooks.py", "webhook: Webhook) -> bool", "webhook: Webhook) -> bytes", "it gave bool, and gives bytes"),
    ("webhooks.py", "def forget(self, webhook: Webhook)", "def forget(self, webhook: bytes)", "and takes bytes"),
    ("__init__.py", '    "Rates",\n', "", "flowroute_async.Rates: it is gone"),
    ("client.py", "async def aclose(", "def aclose(", "called without await"),
    (
        "client.py",
        "async def send_raw(self, operation: Operation[T], /)",
        "async def send_raw(self)",
        "send_raw(operation)",
    ),
    ("client.py", "timeout: float = Options.timeout,", "timeout: float,", "__init__(timeout)"),
    ("errors.py", "class NotSentError(CallError)", "class NotSentError(FlowrouteError)", "it is no CallError any more"),
    (
        "sandbox/control/world.py",
        "def advance(self, seconds: float)",
        "def advance(self, *, by: float)",
        "advance(seconds)",
    ),
)
"""The module, what is in it, what comes in its place, and what must be named then."""


def test_each_break_is_named(project: Path) -> None:
    git(project, "tag", "v0.1.0")
    for module, old, new, _ in BREAKS:
        change(project, f"src/flowroute_async/{module}", old, new)
    ran = compare(project)
    assert ran.returncode == 1, ran.stderr
    assert [name for _, _, _, name in BREAKS if name not in ran.stderr] == []
