"""A page of the documentation, taken apart: its code blocks, and how they are run."""

import ast
import inspect
import re
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).parents[2]
README = PROJECT / "README.md"
PAGES = (README, *sorted((PROJECT / "docs").rglob("*.md")))

PYTEST = ("-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:schemathesis", "-p", "no:hypothesispytest")
"""What a Python of its own runs tests with, without the plugins that take seconds to load and are not needed."""

_FENCE = re.compile(r"^```(\w*)[^\n]*\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Block:
    """A fenced block: its language, the line on which its code begins, and the code."""

    language: str
    line: int
    code: str


def blocks(page: Path, language: str | None = None) -> list[Block]:
    """Return the blocks of a page in their order, all or those of one language."""
    text = page.read_text(encoding="utf-8")
    found = [Block(match[1], text.count("\n", 0, match.start(2)) + 1, match[2]) for match in _FENCE.finditer(text)]
    return [block for block in found if language in {None, block.language}]


def defines_tests(page: Path) -> bool:
    """Whether the Python of a page is a test module, for pytest to run."""
    return any("def test_" in block.code for block in blocks(page, "python"))


def name(page: Path) -> str:
    """Return the path of a page within the project."""
    return page.relative_to(PROJECT).as_posix()


async def run(page: Path, block: Block, namespace: dict[str, object]) -> None:
    """Run a block, with `await` at its top level; tracebacks show the line of the page."""
    source = "\n" * (block.line - 1) + block.code
    code = compile(source, str(page), "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, dont_inherit=True)
    result = eval(code, namespace)  # noqa: S307 - our own pages
    if inspect.isawaitable(result):
        await result
