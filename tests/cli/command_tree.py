"""The tree of all commands, as the parser has it."""

from collections.abc import Iterator
from functools import cache
from typing import Any, NamedTuple

from typer.main import get_command

from flowroute_async.cli.app import app


class Leaf(NamedTuple):
    """A command, the words that it is called by, and a context in which it can be asked for its options and help."""

    words: tuple[str, ...]
    command: Any
    context: Any

    @property
    def options(self) -> list[Any]:
        return [one for one in self.command.get_params(self.context) if one.param_type_name == "option"]


@cache
def root() -> Any:
    """Return the command itself."""
    return get_command(app)


@cache
def leaves() -> tuple[Leaf, ...]:
    """Return every command there is, those of `call` among them."""
    return tuple(_below(root(), None, ()))


def context_of(words: tuple[str, ...], width: int) -> Any:
    """Return the context of a command on a terminal of some width."""
    context: Any = None
    command = root()
    for place in range(len(words) + 1):
        context = command.context_class(
            command, info_name=words[place - 1] if place else "flowroute", parent=context, terminal_width=width
        )
        if place < len(words):
            _, command, _ = command.resolve_command(context, [words[place]])
    return context


def _below(command: Any, parent: Any, words: tuple[str, ...]) -> Iterator[Leaf]:
    context = command.context_class(command, info_name=words[-1] if words else "flowroute", parent=parent)
    if not hasattr(command, "list_commands"):
        yield Leaf(words, command, context)
        return
    if command.invoke_without_command and words:
        yield Leaf(words, command, context)
    for name in command.list_commands(context):
        _, below, _ = command.resolve_command(context, [name])
        yield from _below(below, context, (*words, name))
