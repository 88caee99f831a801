"""`flowroute call`: any operation of the description, typed, whether the facade has a method for it or not."""

from __future__ import annotations

import inspect
import json
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Annotated, Any, Required, TypedDict, Unpack, cast, get_type_hints

import typer
from typer.main import get_command

import flowroute_openapi
from flowroute_async.cli.command import command, group
from flowroute_async.cli.common import common_options
from flowroute_async.cli.confirmation import ask
from flowroute_async.cli.exit_codes import ExitCode
from flowroute_async.cli.failures import Failure, Refusal
from flowroute_async.cli.flags import FlagGroup
from flowroute_async.cli.options import Yes, described
from flowroute_async.cli.output import Output
from flowroute_openapi.types import Operation

if TYPE_CHECKING:
    from typer._click.core import Command, Context

    from flowroute_async.client import FlowrouteClient

_TAKEN = frozenset({option.name for option in common_options(after_command=True)} | {"yes", "body", "help"})
_Body = Annotated[str | None, typer.Option(metavar="JSON", help="The body as JSON, or @FILE to read it from a file.")]
_NeededBody = Annotated[str, typer.Option(metavar="JSON", help="The body as JSON, or @FILE to read it from a file.")]


class _Operations(FlagGroup):
    """The operations, each a command that is made when it is used."""

    def list_commands(self, ctx: Context) -> list[str]:  # noqa: ARG002 - the name in the library
        """Return the names of all operations."""
        return [name for name in flowroute_openapi.__all__ if name.islower()]

    def get_command(self, ctx: Context, cmd_name: str) -> Command | None:
        """Return the command that sends an operation."""
        if cmd_name not in self.list_commands(ctx):
            return None
        one = typer.Typer(add_completion=False, rich_markup_mode=None)
        _register(one, cmd_name, getattr(flowroute_openapi, cmd_name))
        return get_command(one)


app: typer.Typer = group("call", "Names are those of the description: `flowroute call get_number --id 12065550100`.")
app.info.cls = _Operations
app.callback()(lambda: None)


def _register(one: typer.Typer, name: str, function: Callable[..., Operation[object]]) -> None:
    parameters = inspect.signature(function).parameters
    keys = {_key(key): key for key in parameters if key != "body"}
    annotated = SimpleNamespace(__annotations__={of: parameters[of].annotation for of in keys.values()})
    types = get_type_hints(annotated, vars(sys.modules[function.__module__]))  # of the body, it would import the models
    hints = {
        key: types[of] if parameters[of].default is not inspect.Parameter.empty else Required[types[of]]
        for key, of in keys.items()
    }
    takes = parameters.get("body")

    async def send(client: FlowrouteClient, output: Output, **given: object) -> None:
        yes, text = bool(given.pop("yes", False)), cast("str | None", given.pop("body", None))
        arguments = {keys[key]: value for key, value in given.items() if value is not None}
        if takes is not None and text is not None:
            arguments["body"] = _body(get_type_hints(function)["body"], text)
        try:
            operation = function(**arguments)
        except ValueError as error:
            raise _refused(str(error)) from None
        if operation.charges:
            ask(f"{name} can cost money or reach a person.", yes=yes)
        _show(output, await client.send(operation))

    extra: dict[str, object] = {"yes": Yes}
    if takes is not None:
        extra["body"] = _Body if takes.default is not inspect.Parameter.empty else _NeededBody
    send.__doc__ = (inspect.getdoc(function) or name).partition("\n\nArgs:")[0]
    arguments_type: object = cast("Any", TypedDict)("Arguments", hints, total=False)
    _sign(send, arguments_type, extra)
    texts = {key: described(function).get(of, "") for key, of in keys.items()}
    command(one, name, descriptions=texts)(send)


def _sign(send: Callable[..., Any], keys: object, extra: Mapping[str, object]) -> None:
    """Set on the function the signature that options are made from."""
    kinds = inspect.Parameter
    parameters = [kinds("client", kinds.POSITIONAL_OR_KEYWORD), kinds("output", kinds.POSITIONAL_OR_KEYWORD)]
    for name, hint in extra.items():
        default = kinds.empty if hint is _NeededBody else False if name == "yes" else None
        parameters.append(kinds(name, kinds.KEYWORD_ONLY, default=default, annotation=hint))
    parameters.append(kinds("arguments", kinds.VAR_KEYWORD))
    send.__annotations__ = {"client": "FlowrouteClient", "output": Output, **extra, "arguments": Unpack[keys]}
    vars(send)["__signature__"] = inspect.Signature(parameters)


def _key(name: str) -> str:
    """Return a parameter's name as an option, which must not be that of an option that every command has."""
    return f"{name}_parameter" if name.rstrip("_") in _TAKEN else name


def _body(annotation: object, text: str) -> object:
    """Read a body, typed."""
    from pydantic import TypeAdapter, ValidationError

    try:
        content = Path(text[1:]).read_bytes() if text.startswith("@") else text.encode()
    except OSError as error:
        raise _refused(f"--body: {error.filename}: {error.strerror}") from None
    if annotation is bytes or annotation is str:
        return content if annotation is bytes else content.decode()
    try:
        return TypeAdapter(cast("type[object]", annotation)).validate_json(content)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        place = ".".join(map(str, first["loc"])) or "the body"
        raise _refused(f"--body: {place}: {first['msg']}") from None


def _refused(sentence: str) -> Refusal:
    return Refusal(Failure(sentence, "Add --help to the command to see what it takes.", ExitCode.USAGE))


def _show(output: Output, answer: object) -> None:
    from pydantic import BaseModel
    from pydantic_core import to_jsonable_python

    from flowroute_openapi.models import Model

    if answer is None:
        output.say("Done.")
    elif isinstance(answer, Model):
        output.item(answer)
    elif isinstance(answer, bytes):
        sys.stdout.buffer.write(answer)
    elif isinstance(answer, str):
        typer.echo(answer)
    else:
        typer.echo(json.dumps(to_jsonable_python(answer, fallback=BaseModel.model_dump), indent=2))
