"""What is built and installed: the wheel's contents, and the plugin in a project of its own."""

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

from tests.docs.documentation_page import PYTEST
from tests.patience import HANGS_AFTER

PROJECT = Path(__file__).parents[2]


def python(installed: Path, *arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(installed), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
        timeout=HANGS_AFTER,
    )


def test_the_wheel_holds_facade_generated_layer_and_type_markers(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    assert {
        "flowroute_async/__init__.py",
        "flowroute_async/py.typed",
        "flowroute_async/sandbox/__main__.py",
        "flowroute_async/testing/plugin.py",
        "flowroute_openapi/__init__.py",
        "flowroute_openapi/models/__init__.py",
        "flowroute_openapi/py.typed",
    } <= names
    assert not {name for name in names if name.startswith(("tests/", "scripts/", "spec/"))}


def test_the_plugins_example_project_passes_with_the_built_wheel(installed: Path, tmp_path: Path) -> None:
    project = shutil.copytree(
        PROJECT / "examples/testing_your_code", tmp_path / "project", ignore=shutil.ignore_patterns("__pycache__")
    )
    (project / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
    where = python(installed, "-c", "import flowroute_async.testing as t; print(t.__file__)", cwd=project)
    assert where.stdout.startswith(str(installed)), where.stderr
    result = python(installed, *PYTEST, cwd=project)
    assert result.returncode == 0, result.stdout + result.stderr
    assert "3 passed" in result.stdout
