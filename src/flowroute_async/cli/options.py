"""Options of commands: the shared ones, and those that follow the filters of the document."""

import inspect
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from types import GenericAlias, NoneType, UnionType
from typing import Annotated, Any, Literal, NotRequired, TypeAlias, Union, get_args, get_origin, get_type_hints
from uuid import UUID

import typer
from typer.models import OptionInfo

from flowroute_async.arguments import phone_number
from flowroute_async.cli.common import Option
from flowroute_async.cli.values import checked, choice, completed, number, whole

MaxItems: TypeAlias = Annotated[
    int | None, typer.Option(parser=whole(0), metavar="N", help="The most items to give; all by default.")
]
PageSize: TypeAlias = Annotated[
    int | None,
    typer.Option(parser=whole(1), metavar="N", help="Items to a request; as many as it allows by default."),
]
Yes: TypeAlias = Annotated[bool, typer.Option("--yes", "-y", help="Do it without asking.")]
Wait: TypeAlias = Annotated[
    float, typer.Option(parser=number(), metavar="SECONDS", help="The longest time to wait for its end.")
]
Port: TypeAlias = Annotated[
    int, typer.Option(parser=whole(0, 65535), metavar="N", help="The port to listen on; 0 for a free one.")
]
PHONE_NUMBER = checked(phone_number, "NUMBER")
Number: TypeAlias = Annotated[
    str,
    typer.Argument(
        parser=PHONE_NUMBER, metavar="NUMBER", help="A number of the account: 12065550100, +1 206 555 0100 ..."
    ),
]
Numbers: TypeAlias = Annotated[
    list[str], typer.Argument(parser=PHONE_NUMBER, metavar="NUMBER...", help="Numbers of the account.")
]


def clearing(*names: str) -> OptionInfo:
    """Return the option of an update that clears what is named, and can be given more than once."""
    return choice(names, "--clear", text="What to clear; repeat it for more.")


def cleared(names: Sequence[str] | None, changes: Mapping[str, object]) -> dict[str, Any]:
    """Return what is to be cleared, each with None.

    Args:
        names: What `--clear` was given.
        changes: What is changed otherwise.

    Raises:
        typer.BadParameter: If something is changed and cleared.
    """
    for name in names or ():
        if name in changes:
            raise typer.BadParameter(f"--{name.replace('_', '-')} and --clear {name} exclude each other")
    return dict.fromkeys(names or ())


_SECTION = re.compile(r"^(?:Args|Attributes):$", re.MULTILINE)
_ENTRY = re.compile(r"^ {4}(\w+): (.*(?:\n {5,}\S.*)*)", re.MULTILINE)


def described(source: object) -> Mapping[str, str]:
    """Read what a docstring says about each argument or attribute."""
    *_, section = _SECTION.split(inspect.getdoc(source) or "", maxsplit=1)
    return {name: re.sub(r"\s+", " ", text).replace("`", "") for name, text in _ENTRY.findall(section)}


def options_of(keys: type, descriptions: Mapping[str, str]) -> Iterator[Option]:
    """Yield an option for each key of a TypedDict, so that a filter that the document adds is there at once.

    Args:
        keys: The TypedDict.
        descriptions: The help texts, by key.
    """
    # Where annotations are texts, the class itself does not see which keys are not required.
    optional = {
        name for name, hint in get_type_hints(keys, include_extras=True).items() if get_origin(hint) is NotRequired
    }
    all_required: frozenset[str] = getattr(keys, "__required_keys__", frozenset[str]())
    required = all_required - optional
    for name, hint in get_type_hints(keys).items():
        annotation = _annotation(hint, descriptions.get(name, ""))
        if name.endswith("_"):  # a word of Python's, such as `from`: the option goes without the underscore
            kind, option = get_args(annotation)
            flag = name.rstrip("_").replace("_", "-")
            option.param_decls = (f"--{flag}/--no-{flag}" if kind is bool else f"--{flag}",)
        is_needed = name in required
        yield Option(
            name,
            annotation if is_needed else _optional(annotation),
            inspect.Parameter.empty if is_needed else None,
        )


def _annotation(hint: object, text: str) -> object:
    kinds = _kinds(hint)
    items = [kind for kind in kinds if get_origin(kind) is Sequence]
    if items:
        kind, *option = get_args(_one(_kinds(get_args(items[0])[0]), f"{text} Repeat it for more.".strip()))
        return Annotated[GenericAlias(list, (kind,)), *option]
    if any(get_origin(kind) is Mapping for kind in kinds):
        help_text = f"{text} Repeat it for more.".strip()
        return Annotated[list[str], typer.Option(help=help_text, metavar="NAME=VALUE", callback=_members)]
    return _one(kinds, text)


def _kinds(hint: object) -> tuple[object, ...]:
    """Return the types of a union, without None, or the one type."""
    kinds = get_args(hint) if get_origin(hint) in {Union, UnionType} else (hint,)
    return tuple(kind for kind in kinds if kind is not NoneType)


def _one(kinds: tuple[object, ...], text: str) -> object:  # noqa: PLR0911 - one for each kind
    """Return the option of a single value."""
    known = [value for kind in kinds if get_origin(kind) is Literal for value in get_args(kind)]
    if known:
        kind, parser = (str, None) if str in kinds else (int, whole(min(known)))
        if str not in kinds and isinstance(known[0], str):
            return Annotated[str, choice(known, text=text)]
        such = f"{text} Such as {', '.join(map(str, known))}.".strip()
        return Annotated[
            kind, typer.Option(help=such, parser=parser, autocompletion=completed([str(one) for one in known]))
        ]
    if str in kinds:
        return Annotated[str, typer.Option(help=text)]
    if bool in kinds:
        return Annotated[bool, typer.Option(help=text)]
    if Decimal in kinds or float in kinds:
        return Annotated[float, typer.Option(help=text, parser=number(), metavar="AMOUNT")]
    if date in kinds:
        return Annotated[datetime, typer.Option(help=text, parser=point_in_time, metavar="DATE")]
    if int in kinds:
        return Annotated[int, typer.Option(help=text, parser=whole(0), metavar="N")]
    if UUID in kinds:
        return Annotated[UUID, typer.Option(help=text, parser=_uuid, metavar="UUID")]
    return Annotated[str, typer.Option(help=text)]


def _members(pairs: list[str] | None) -> dict[str, str] | None:
    """Read members of an object from pairs."""
    for pair in pairs or ():
        if "=" not in pair:
            raise typer.BadParameter(f"{pair!r} is not NAME=VALUE")
    return dict(pair.split("=", 1) for pair in pairs) if pairs else None


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise typer.BadParameter(f"{text!r} is no UUID") from None


def _optional(annotation: object) -> object:
    kind, *option = get_args(annotation)
    return Annotated[kind | None, *option]


def point_in_time(text: str) -> date:
    """Read a day or a moment of the command line."""
    try:
        return date.fromisoformat(text) if len(text) <= len("2026-01-31") else datetime.fromisoformat(text)
    except ValueError:
        problem = f"{text!r} is no date (2026-01-31) and no time with its zone (2026-01-31T12:00:00Z)"
        raise typer.BadParameter(problem) from None
