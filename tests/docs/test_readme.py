"""Every Python block of the README runs as it stands, against a sandbox over a real socket."""

import ast
import inspect
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from flowroute_async.sandbox import Sandbox, running

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
BLOCKS = [
    (part.split("\n", 1)[0], block)
    for part in README.split("\n## ")
    for block in re.findall(r"^```python\n(.*?)^```", part, re.MULTILINE | re.DOTALL)
]


@pytest.fixture
def sandbox_url() -> Iterator[str]:
    with running(Sandbox(numbers=20_000)) as url:
        yield url


def test_all_of_its_python_blocks_are_found() -> None:
    assert len(BLOCKS) == README.count("```python") >= 5


@pytest.mark.anyio
async def test_every_block_runs_in_the_order_of_the_page(
    sandbox_url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("FR_ACCESS_KEY", "sandbox")
    monkeypatch.setenv("FR_SECRET_KEY", "sandbox")
    monkeypatch.setenv("FR_BASE_URL", sandbox_url)
    for heading, block in BLOCKS:
        code = compile(block, f"README.md: {heading}", "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
        result = eval(code, {"__name__": "readme"})  # noqa: S307 - our own README
        if inspect.isawaitable(result):
            await result
        assert capsys.readouterr().out.strip(), f"the block under {heading!r} shows nothing"
