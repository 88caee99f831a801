"""Commands and groups as typer's, but an option that takes one value refuses a second, and a flag shows no type."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from typing import TYPE_CHECKING

from typer.core import TyperCommand, TyperGroup, TyperOption

if TYPE_CHECKING:
    from typer._click.core import Command, Context, Parameter
    from typer._click.parser import _OptionParser as Parser  # pyright: ignore[reportPrivateUsage]  # its only name


class FlagCommand(TyperCommand):
    """A command."""

    def get_params(self, ctx: Context) -> list[Parameter]:
        """Return options and arguments."""
        return _untyped(super().get_params(ctx))

    def make_parser(self, ctx: Context) -> Parser:
        """Return the parser of its options."""
        return _refusing_repetition(super().make_parser(ctx), ctx)


_MEANT: Mapping[str, tuple[str, ...]] = {
    "purchase": ("buy", "order"),
    "purchase-many": ("buy-many",),
    "release": ("delete", "remove", "rm", "drop", "cancel"),
    "delete": ("remove", "rm", "drop", "destroy"),
    "list": ("ls", "all", "index"),
    "get": ("show", "view", "describe", "info", "read", "lookup"),
    "show": ("get", "view"),
    "search": ("find", "query", "available"),
    "update": ("edit", "set", "change", "modify", "patch", "rename"),
    "create": ("add", "new", "make"),
    "send": ("text", "sms", "mms"),
    "associate": ("assign", "attach", "add"),
    "unassociate": ("unassign", "detach", "remove", "disassociate"),
    "download": ("fetch", "export", "save"),
    "messages": ("sms", "mms", "text", "message"),
    "numbers": ("dids", "phones"),
    "porting": ("port", "lnp", "portorders"),
    "cdr": ("cdrs", "calls", "records"),
    "config": ("login", "auth", "profiles", "keys"),
}
"""Words that other commands and programs have for ours; one that means several is suggested for each that there is."""


class FlagGroup(TyperGroup):
    """A group of commands."""

    def resolve_command(self, ctx: Context, args: list[str]) -> tuple[str | None, Command | None, list[str]]:
        """Find a command; for a word that is none, suggest those that it may mean."""
        if args[0] not in (names := self.list_commands(ctx)) and not args[0].startswith("-"):
            word = args[0].lower()
            meant = [name for name in names if word in _MEANT.get(name, ())] or get_close_matches(word, names)
            which = f" Did you mean {' or '.join(map(repr, meant))}?" if meant else ""
            ctx.fail(f"No such command {args[0]!r}.{which}")
        return super().resolve_command(ctx, args)

    def get_params(self, ctx: Context) -> list[Parameter]:
        """Return options and arguments."""
        return _untyped(super().get_params(ctx))

    def make_parser(self, ctx: Context) -> Parser:
        """Return the parser of its options."""
        return _refusing_repetition(super().make_parser(ctx), ctx)


def _untyped(parameters: list[Parameter]) -> list[Parameter]:
    for parameter in parameters:
        if isinstance(parameter, TyperOption) and parameter.is_flag:
            parameter.metavar = ""  # else newer versions show a type, as if a value could follow
    return parameters


def _refusing_repetition(parser: Parser, ctx: Context) -> Parser:
    """Refuse an option that is given twice but takes one value: the last would win, and the others would be lost."""
    parse = parser.parse_args

    def parse_args(args: list[str]) -> tuple[dict[str, object], list[str], list[Parameter]]:
        values, rest, order = parse(args)
        seen: set[str | None] = set()
        for parameter in order:
            if not isinstance(parameter, TyperOption) or parameter.multiple or parameter.count:
                continue
            if parameter.name in seen and not (parameter.is_flag and not parameter.secondary_opts):
                name = max(parameter.opts, key=len)
                ctx.fail(f"{name} is given more than once, and takes one value.")
            seen.add(parameter.name)
        return values, rest, order

    parser.parse_args = parse_args  # type: ignore[method-assign]  # its class cannot be chosen
    return parser
