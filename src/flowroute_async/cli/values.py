"""What options and arguments take, and what is said of anything else: the same with every version of typer."""

from collections.abc import Callable, Sequence
from math import inf
from typing import TypeVar

import typer
from typer.models import OptionInfo

from flowroute_async.errors import InvalidArgumentError

T = TypeVar("T")

_WIDEST_METAVAR = 40


def whole(least: int, most: int | None = None) -> Callable[[str], int]:
    """Return a parser of whole numbers.

    Args:
        least: The lowest that is taken.
        most: The highest that is taken, or None.
    """
    wanted = f"a whole number of {least} or more" if most is None else f"a whole number from {least} to {most}"

    def parse(text: str) -> int:
        try:
            number = int(text)
        except ValueError:
            raise _refused(text, wanted) from None
        if number < least or (most is not None and number > most):
            raise _refused(text, wanted)
        return number

    return parse


def number(least: float = 0) -> Callable[[str], float]:
    """Return a parser of finite numbers.

    Args:
        least: The lowest that is taken.
    """

    def parse(text: str) -> float:
        try:
            value = float(text)
        except ValueError:
            value = inf
        if not least <= value < inf:
            raise _refused(text, f"a number of {least} or more")
        return value

    return parse


def one_of(values: Sequence[T]) -> Callable[[str], T]:
    """Return a parser that takes some values by their names."""
    named = {str(value): value for value in values}

    def parse(text: str) -> T:
        if text not in named:
            raise _refused(text, f"one of {', '.join(named)}")
        return named[text]

    parse.__name__ = "|".join(named)  # which some versions of typer show as the type of an argument
    return parse


def checked(check: Callable[[str, object], str], argument: str) -> Callable[[str], str]:
    """Return a parser by a check of the client: a wrong value is refused before any question.

    Args:
        check: The check, such as `arguments.phone_number`.
        argument: What the command calls the value.
    """

    def parse(text: str) -> str:
        try:
            return check(argument, text)
        except InvalidArgumentError as error:
            raise typer.BadParameter(str(error)) from None

    parse.__name__ = "str"  # which some versions of typer show as the type of an argument
    return parse


def choice(values: Sequence[str], *flags: str, text: str, hidden: bool = False) -> OptionInfo:
    """Return an option that takes one of some values, which the shell completes.

    Args:
        values: The values.
        *flags: What the option is called; by default as the argument.
        text: Its help.
        hidden: Whether the help leaves it out.
    """
    metavar = f"<{'|'.join(values)}>"
    if len(metavar) > _WIDEST_METAVAR:
        metavar, text = "NAME", f"{text} One of {', '.join(values)}."
    option: OptionInfo = typer.Option(
        *flags,
        parser=one_of(values),
        autocompletion=completed(values),
        metavar=metavar,
        help=text,
        hidden=hidden,
    )
    return option


def completed(values: Sequence[str]) -> Callable[[str], list[str]]:
    """Return what completes a value in the shell."""
    return lambda incomplete: [str(value) for value in values if value.startswith(incomplete)]


def _refused(text: object, wanted: str) -> typer.BadParameter:
    return typer.BadParameter(f"{str(text)!r} is not {wanted}")
