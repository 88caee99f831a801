"""Type checkers say about the facade what its users rely on."""

import os
import subprocess
import sys
from pathlib import Path

from tests.patience import HANGS_AFTER

PROJECT = Path(__file__).parents[2]


def test_mypy_agrees_with_every_asserted_type(type_cache: str) -> None:
    result = subprocess.run(
        [
            sys.executable,
            "-m",
            "mypy",
            "--config-file",
            str(PROJECT / "pyproject.toml"),
            "--cache-dir",
            type_cache,
            str(PROJECT / "tests/typing/facade_types.py"),
        ],
        check=False,
        capture_output=True,
        text=True,
        env={**os.environ, "MYPYPATH": os.pathsep.join((str(PROJECT / "src"), str(PROJECT / "generated")))},
        timeout=HANGS_AFTER,
    )
    assert result.returncode == 0, result.stdout
