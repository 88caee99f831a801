"""Every Python block of the README and of the site runs as it stands, against a sandbox over a real socket."""

import ast
import subprocess
import sys
from codeop import CommandCompiler
from collections.abc import Iterator
from pathlib import Path

import pytest

from flowroute_async.sandbox import Sandbox, running
from tests.docs.documentation_page import PAGES, PROJECT, PYTEST, README, blocks, defines_tests, name, run
from tests.patience import HANGS_AFTER
from tests.shared_rate.redis_server import RedisServer

RUNNABLE = [page for page in PAGES if page != README and blocks(page, "python") and not defines_tests(page)]
TEST_MODULES = [page for page in PAGES if defines_tests(page)]
TUTORIAL = PROJECT / "docs/tutorial.md"
MANY_MACHINES = PROJECT / "docs/guides/many_machines.md"
READ_NEXT = [PROJECT / f"docs/guides/{page}.md" for page in ("numbers", "porting", "call_records")]


@pytest.fixture(scope="module")
def served() -> Iterator[tuple[Sandbox, str]]:
    sandbox = Sandbox(numbers=20_000, provisioning_delay=0)
    with running(sandbox) as url:
        yield sandbox, url


@pytest.fixture
def sandbox_url(served: tuple[Sandbox, str]) -> str:
    """One server for all pages, as it was at the start for each."""
    sandbox, url = served
    sandbox.control.reset()
    return url


@pytest.fixture(scope="module")
def redis_url() -> Iterator[str]:
    with RedisServer() as server:
        yield server.url


@pytest.fixture
def on_the_sandbox(sandbox_url: str, redis_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FR_ACCESS_KEY", "sandbox")
    monkeypatch.setenv("FR_SECRET_KEY", "sandbox")
    monkeypatch.setenv("FR_BASE_URL", sandbox_url)
    monkeypatch.setenv("REDIS_URL", redis_url)


def test_every_block_says_its_language() -> None:
    known = {"python", "sh", "text", "yaml", "jinja"}
    unknown = [f"{name(page)}:{block.line}" for page in PAGES for block in blocks(page) if block.language not in known]
    assert not unknown


def test_no_block_is_overlooked() -> None:
    fences = sum(page.read_text(encoding="utf-8").count("```python") for page in PAGES)
    assert sum(len(blocks(page, "python")) for page in PAGES) == fences
    assert len(blocks(README, "python")) >= 5


@pytest.mark.anyio
@pytest.mark.usefixtures("on_the_sandbox")
async def test_each_block_of_the_readme_runs_by_itself_and_shows_something(capsys: pytest.CaptureFixture[str]) -> None:
    for block in blocks(README, "python"):
        await run(README, block, {"__name__": "readme"})
        assert capsys.readouterr().out.strip(), f"the block in line {block.line} shows nothing"


@pytest.mark.anyio
@pytest.mark.usefixtures("on_the_sandbox")
@pytest.mark.parametrize("page", RUNNABLE, ids=name)
async def test_the_blocks_of_a_page_run_in_their_order(
    page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)  # for pages that write files
    namespace: dict[str, object] = {"__name__": "page"}
    for block in blocks(page, "python"):
        await run(page, block, namespace)


@pytest.mark.parametrize("page", TEST_MODULES, ids=name)
def test_tests_that_a_page_shows_pass(page: Path, tmp_path: Path) -> None:
    module = tmp_path / "test_page.py"
    module.write_text("\n\n".join(block.code for block in blocks(page, "python")), encoding="utf-8")
    command = [sys.executable, *PYTEST, "--rootdir", str(tmp_path), str(module)]
    ran = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=HANGS_AFTER, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr


@pytest.mark.usefixtures("on_the_sandbox")
def test_tutorial_and_guides_can_be_pasted_into_the_prompt_one_after_the_other(tmp_path: Path) -> None:
    pasted = "\n".join(block.code for page in (TUTORIAL, *READ_NEXT) for block in blocks(page, "python"))
    command = [sys.executable, "-m", "asyncio"]
    typed = subprocess.run(
        command, input=pasted, capture_output=True, text=True, timeout=HANGS_AFTER, check=False, cwd=tmp_path
    )
    assert typed.returncode == 0
    if sys.version_info >= (3, 13):  # outside of a terminal, its prompt takes nothing that is indented
        assert "IndentationError" in typed.stderr
        return
    assert "Error" not in typed.stderr, typed.stderr
    assert "asked for at" in typed.stdout


@pytest.mark.parametrize("page", [page for page in (README, *RUNNABLE) if page != MANY_MACHINES], ids=name)
def test_each_block_of_a_page_can_be_typed_line_by_line(page: Path) -> None:
    for block in blocks(page, "python"):
        compiler = CommandCompiler()
        compiler.compiler.flags |= ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
        statement = ""
        for line in [*block.code.splitlines(), ""]:  # as the prompt does: an empty line ends what is indented
            statement += f"{line}\n"
            if compiler(statement.removesuffix("\n")) is not None:
                statement = ""
        assert not statement.strip(), f"line {block.line}: {statement}"
