"""`flowroute call`: any operation of the description, typed, whether the facade has a method for it or not."""

from __future__ import annotations

import inspect
import json
import sys
from collections.abc import Callable, Mapping
from datetime import date
from functools import cache
from http import HTTPStatus
from mimetypes import guess_type
from pathlib import Path
from types import SimpleNamespace, UnionType
from typing import (
    TYPE_CHECKING,
    Annotated,
    Any,
    Literal,
    Required,
    TypedDict,
    Union,
    Unpack,
    cast,
    get_args,
    get_origin,
    get_type_hints,
)

import typer
from typer.main import get_command

import flowroute_openapi
from flowroute_async.cli.command import command, group
from flowroute_async.cli.common import common_options
from flowroute_async.cli.confirmation import ask
from flowroute_async.cli.exit_codes import ExitCode
from flowroute_async.cli.failures import Failure, Refusal
from flowroute_async.cli.flags import FlagCommand, FlagGroup
from flowroute_async.cli.options import Yes, described
from flowroute_async.cli.output import Output
from flowroute_async.cli.terminal_text import one_line
from flowroute_async.decoding import decoded
from flowroute_openapi.types import File, Operation

if TYPE_CHECKING:
    from typer._click.core import Command, Context

    from flowroute_async.client import FlowrouteClient

_TAKEN = frozenset({option.name for option in common_options(after_command=True)} | {"yes", "body", "attach", "help"})
_Body = Annotated[str | None, typer.Option(metavar="JSON", help="The body as JSON, or @FILE to read it from a file.")]
_Files = Annotated[
    list[str] | None,
    typer.Option("--attach", metavar="FIELD=PATH", help="Attach a file to a field of the body. Repeat it for more."),
]
_NeededBody = Annotated[str, typer.Option(metavar="JSON", help="The body as JSON, or @FILE to read it from a file.")]


class _Operations(FlagGroup):
    """The operations, each a command that is made when it is used."""

    def list_commands(self, ctx: Context) -> list[str]:  # noqa: ARG002 - the name in the library
        """Return the names of all operations."""
        return [name for name in flowroute_openapi.__all__ if name.islower()]

    def get_command(self, ctx: Context, cmd_name: str) -> Command | None:
        """Return what the help and the completion need of an operation: its name and its text."""
        if cmd_name not in self.list_commands(ctx):
            return None
        return FlagCommand(cmd_name, help=inspect.getdoc(getattr(flowroute_openapi, cmd_name)), rich_markup_mode=None)

    def resolve_command(self, ctx: Context, args: list[str]) -> tuple[str | None, Command | None, list[str]]:
        """Find the operation that is meant, and make the command that sends it."""
        name, command, rest = super().resolve_command(ctx, args)
        return name, _operation(name) if name is not None and command is not None else None, rest


@cache
def _operation(name: str) -> Command:
    one = typer.Typer(add_completion=False, rich_markup_mode=None)
    _register(one, name, getattr(flowroute_openapi, name))
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
    takes_files = takes is not None and "multipart" in function.__code__.co_consts

    async def send(client: FlowrouteClient, output: Output, **given: object) -> None:
        yes, text = bool(given.pop("yes", False)), cast("str | None", given.pop("body", None))
        attached = cast("list[str]", given.pop("attach", None) or [])
        arguments = {keys[key]: value for key, value in given.items() if value is not None}
        if takes is not None and takes_files and (attached or text is not None or is_needed):
            arguments["body"] = _body_with_files(get_type_hints(function)["body"], text, attached)
        elif takes is not None and text is not None:
            arguments["body"] = _body(get_type_hints(function)["body"], text)
        try:
            operation = function(**arguments)
        except ValueError as error:
            raise _refused(str(error)) from None
        if operation.charges:
            ask(f"{name} can cost money or reach a person.", yes=yes)
        raw = await client.send_raw(operation)
        _show(output, decoded(raw))
        if raw.status_code == HTTPStatus.MULTI_STATUS:
            output.say("It was done in part only (status 207). Repeat what is missing, and nothing else.")

    extra: dict[str, object] = {"yes": Yes}
    is_needed = takes is not None and takes.default is inspect.Parameter.empty
    if takes is not None:
        extra["body"] = _NeededBody if is_needed and not takes_files else _Body
    if takes_files:
        extra["attach"] = _Files
    send.__doc__ = (inspect.getdoc(function) or name).partition("\n\nArgs:")[0]
    arguments_type: object = cast("Any", TypedDict)("Arguments", hints, total=False)
    _sign(send, arguments_type, extra)
    texts = {key: described(function).get(of, "") for key, of in keys.items()}
    required = {key: of for key, of in keys.items() if parameters[of].default is inspect.Parameter.empty}
    example = [f"--{_option(key)} {_example(name, of, types[of])}" for key, of in required.items()]
    body = ["--body @body.json"] if is_needed else []
    command(one, name, descriptions=texts, examples=" ".join(["call", name, *example, *body]))(send)


def _option(key: str) -> str:
    return key.rstrip("_").replace("_", "-")


def _example(operation: str, parameter: str, kind: object) -> str:
    """Return what an example of an operation has for a parameter."""
    known = [value for one in (kind, *get_args(kind)) if get_origin(one) is Literal for value in get_args(one)]
    if known:
        return str(known[0])
    if date in {kind, *get_args(kind)}:
        return "2026-01-31"
    if parameter == "id" and "message" in operation:
        return "mdr2-ca82be46e6ba79d08862f0d0"
    return "12065550100" if parameter in {"id", "number_id"} else "20001"


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


def _file_fields(annotation: object) -> dict[str, bool]:
    """Return the fields of a body that hold files, each with whether it holds several."""
    from flowroute_openapi.models import Model

    kinds = get_args(annotation) if get_origin(annotation) in {Union, UnionType} else (annotation,)
    fields: dict[str, bool] = {}
    for kind in kinds:
        for name, field in kind.model_fields.items() if isinstance(kind, type) and issubclass(kind, Model) else ():
            hints = get_args(field.annotation) or (field.annotation,)
            if bytes in hints or any(bytes in get_args(one) for one in hints):
                alias = field.validation_alias
                fields[alias if isinstance(alias, str) else name] = (
                    bytes not in hints or get_origin(field.annotation) is tuple
                )
    return fields


def _body_with_files(annotation: object, text: str | None, attached: list[str]) -> object:
    """Read a multipart body: its fields from JSON, its files from their paths."""
    from pydantic import TypeAdapter, ValidationError

    fields = _file_fields(annotation)
    try:
        given: object = json.loads(text) if text is not None else {}
    except ValueError:
        raise _refused("--body: it is no JSON") from None
    if not isinstance(given, dict):
        raise _refused("--body: it is no JSON object")
    values = cast("dict[str, object]", given)
    for pair in attached:
        field, _, path = pair.partition("=")
        if field not in fields or not path:
            raise _refused(f"--attach: {pair!r} is not FIELD=PATH with a field of {', '.join(fields)}")
        try:
            content = Path(path).read_bytes()
        except OSError as error:
            raise _refused(f"--attach: {error.filename}: {error.strerror}") from None
        file = File(content, Path(path).name, guess_type(path)[0] or "application/octet-stream")
        values[field] = [*cast("list[object]", values.get(field, [])), file] if fields[field] else file
    try:
        return TypeAdapter(cast("type[object]", annotation)).validate_python(values)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        place = ".".join(map(str, first["loc"])) or "the body"
        option = "--attach" if place in fields else "--body"
        raise _refused(f"{option}: {place}: {first['msg']}") from None


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
        if sys.stdout.isatty():
            raise _refused(
                f"The answer, {len(answer)} bytes, is not shown on a terminal; put it into a file by `> FILE`."
            )
        sys.stdout.buffer.write(answer)
    elif isinstance(answer, str):
        typer.echo("\n".join(map(one_line, answer.splitlines())) if sys.stdout.isatty() else answer)
    else:
        typer.echo(json.dumps(to_jsonable_python(answer, fallback=BaseModel.model_dump), indent=2))
