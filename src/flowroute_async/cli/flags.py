"""Commands and groups whose flags show in the help that nothing follows them, whichever version of typer draws it."""

from typing import TYPE_CHECKING

from typer.core import TyperCommand, TyperGroup, TyperOption

if TYPE_CHECKING:
    from typer._click.core import Context, Parameter


class FlagCommand(TyperCommand):
    """A command."""

    def get_params(self, ctx: "Context") -> list["Parameter"]:
        """Give options and arguments."""
        return _untyped(super().get_params(ctx))


class FlagGroup(TyperGroup):
    """A group of commands."""

    def get_params(self, ctx: "Context") -> list["Parameter"]:
        """Give options and arguments."""
        return _untyped(super().get_params(ctx))


def _untyped(parameters: list["Parameter"]) -> list["Parameter"]:
    for parameter in parameters:
        if isinstance(parameter, TyperOption) and parameter.is_flag:
            parameter.metavar = ""  # else newer versions show a type, as if a value could follow
    return parameters
