"""What may import what: a module that stands in no list is refused, and so is an import that none allows."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.patience import HANGS_AFTER

PROJECT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("imports")
    for part in ("generated", "scripts", "src"):
        shutil.copytree(PROJECT / part, root / part, ignore=shutil.ignore_patterns("__pycache__", ".*_cache"))
    shutil.copy(PROJECT / "pyproject.toml", root)
    return root


def lint(root: Path) -> tuple[int, str]:
    code = "import sys; sys.path[:0] = ['src', 'generated', '.']; from importlinter.cli import lint_imports; "
    command = [sys.executable, "-c", f"{code}sys.exit(lint_imports(no_cache=True))"]
    ran = subprocess.run(command, cwd=root, capture_output=True, text=True, timeout=HANGS_AFTER, check=False)
    return ran.returncode, ran.stdout


@pytest.mark.parametrize(
    ("module", "line", "said"),
    [
        ("newcomer.py", "", "newcomer stands in no list"),
        ("sandbox/clock.py", "from flowroute_async import retry", "sandbox must not import retry"),
        ("retry.py", "import httpx", "retry must not import httpx"),
        ("resources/cnam.py", "from flowroute_async import transport", "resources must not import transport"),
        ("jobs/report.py", "def late() -> None:\n    import starlette", "jobs must not import starlette"),
        ("../../generated/flowroute_openapi/reading.py", "import anyio", "flowroute_openapi must not import anyio"),
    ],
)
def test_what_is_not_listed_is_refused_by_name(copy: Path, module: str, line: str, said: str) -> None:
    file = copy / "src/flowroute_async" / module
    before = file.read_text(encoding="utf-8") if file.exists() else None
    file.write_text(f"{before or ''}\n{line}\n", encoding="utf-8")
    try:
        code, told = lint(copy)
    finally:
        file.unlink() if before is None else file.write_text(before, encoding="utf-8")
    assert (code, said in told) == (1, True), told


def test_the_sandbox_shares_with_the_client_what_its_page_says() -> None:
    imported = {
        name
        for file in (PROJECT / "src/flowroute_async/sandbox").rglob("*.py")
        for name in re.findall(r"from flowroute_async\.(\w+) import", file.read_text(encoding="utf-8"))
    }
    assert imported - {"sandbox"} == {"segments", "extras"}
    page = (PROJECT / "docs/decisions/5-the-sandbox-is-a-witness.md").read_text(encoding="utf-8")
    assert all(f"`{name}`" in page for name in ("segments", "extras"))
