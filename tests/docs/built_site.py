"""Builds the documentation's site as `make docs` does, beside the project and not in it."""

import shutil
import subprocess
import sys
from pathlib import Path

from tests.docs.documentation_page import PROJECT
from tests.patience import HANGS_AFTER

_READ = ("src", "generated", "spec", "benchmarks", "examples")


def build_site(folder: Path) -> Path:
    """Build the site strictly in a folder that shows the project's own files; return where it is."""
    shutil.copytree(PROJECT / "docs", folder / "docs")
    shutil.copy(PROJECT / "mkdocs.yml", folder)
    for name in (*_READ, *(page.name for page in PROJECT.glob("*.md"))):
        (folder / name).symlink_to(PROJECT / name)
    command = [sys.executable, "-m", "zensical", "build", "--strict"]
    built = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=HANGS_AFTER, check=False)
    assert built.returncode == 0, built.stdout + built.stderr
    return folder / "site"
