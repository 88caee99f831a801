"""A copy of what regeneration reads and writes, with another document in it."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from regeneration.document import Object
from regeneration.pipeline import Proving, regenerate
from regeneration.proof import FILES_AS_CACHE
from regeneration.report import Report

PROJECT = Path(__file__).parents[2]
_PARTS = ("scripts", "spec", "generated", "src", "tests/contract")


class ProjectCopy:
    """A project in another folder; its programs run on its own code.

    Args:
        root: The folder.
        corrects: Whether it has the corrections and additions of the vendor's document; without, it takes any document.
    """

    def __init__(self, root: Path, *, corrects: bool = True) -> None:
        self.root = root
        for part in _PARTS:
            shutil.copytree(PROJECT / part, root / part, ignore=shutil.ignore_patterns("__pycache__", ".*_cache"))
        for overlay in [] if corrects else (root / "spec").glob("*.overlay.yaml"):
            overlay.write_text("overlay: 1.0.0\nactions: []\n", encoding="utf-8")
        self._environment = {
            **os.environ,
            "PYTHONPATH": os.pathsep.join(str(root / part) for part in ("src", "generated", "scripts", ".")),
            "MYPYPATH": os.pathsep.join((str(root / "src"), str(root / "generated"))),
        }

    def regenerate(self, spec: Object | str | None = None, *, proving: Proving = Proving.NOTHING) -> Report:
        """Regenerate the copy in this process, from another document if one is given; return the report."""
        file = self.root / "spec/flowroute.yaml"
        if spec is not None:
            file = self.root / "changed.yaml"
            file.write_text(spec if isinstance(spec, str) else json.dumps(spec), encoding="utf-8")
        return regenerate(file, self.root, self.root, proving=proving)

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run Python in a folder that is not the project's."""
        return subprocess.run(
            [sys.executable, *arguments],
            check=False,
            capture_output=True,
            text=True,
            cwd=self.root.parent,
            env=self._environment,
            timeout=120,
        )

    def check_types(self, cache: str, checked: Path) -> subprocess.CompletedProcess[str]:
        """Run mypy as the project does, on what earlier runs left in a folder."""
        settings = str(PROJECT / "pyproject.toml")
        return self.run("-m", "mypy", "--config-file", settings, *FILES_AS_CACHE, "--cache-dir", cache, str(checked))

    def snapshot(self) -> dict[str, bytes]:
        """Return every file that regeneration may write."""
        return files(self.root / "generated") | files(self.root / "spec")


def files(folder: Path) -> dict[str, bytes]:
    return {
        str(file.relative_to(folder)): file.read_bytes()
        for file in folder.rglob("*")
        if file.is_file() and "_cache" not in str(file) and "__pycache__" not in file.parts
    }
