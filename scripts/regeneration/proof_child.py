"""The part of the proof that imports generated code; run by proof.py in a process of its own.

    python proof_child.py job.json

Prints a line for each fault, and "proven" when it has come to its end.
"""

import importlib
import inspect
import json
import pkgutil
import re
import sys
import warnings
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from types import ModuleType
from typing import Any
from urllib.request import urlopen

import anyio

_EXTRAS = frozenset({"dask", "distributed", "redis", "limits", "pyarrow"})
_FIRST_ERROR = 400


def main() -> None:
    """Run the job."""
    job = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    faults = list(_import_faults(job["package"]))
    if not faults:
        faults += anyio.run(_call_faults, job)
        if job["facade"]:
            facade = list(_facade_faults())
            faults += facade or _command_faults()
    for fault in faults:
        print(f"fault: {' '.join(str(fault).split())}")
    print("proven")


def _import_faults(folder: str) -> Iterator[str]:
    package = importlib.import_module("flowroute_openapi")
    if not str(package.__file__).startswith(folder):
        yield f"another package was imported: {package.__file__}"
        return
    for found in pkgutil.walk_packages(package.__path__, "flowroute_openapi."):
        try:
            module = importlib.import_module(found.name)
        except Exception as fault:  # noqa: BLE001 - whatever it is, it is what is looked for
            yield f"{found.name} cannot be imported: {type(fault).__name__}: {fault}"
            continue
        yield from _missing(module)
    models = importlib.import_module("flowroute_openapi.models")
    for model in models.Model.__subclasses__():
        try:
            model.model_rebuild(force=True)
        except Exception as fault:  # noqa: BLE001 - see above
            yield f"the model {model.__name__} cannot be built: {type(fault).__name__}: {fault}"
    yield from _missing(package)


def _missing(module: ModuleType) -> Iterator[str]:
    for name in getattr(module, "__all__", ()):
        if not hasattr(module, name):
            yield f"{module.__name__} lacks {name}, which it lists"


async def _call_faults(job: Mapping[str, Any]) -> list[str]:
    from flowroute_async.client import FlowrouteClient  # noqa: PLC0415 - on the generated package
    from flowroute_async.config import Rates  # noqa: PLC0415 - see above
    from flowroute_async.errors import OutcomeUnknownError, StatusError  # noqa: PLC0415 - see above

    faults: list[str] = []
    rates = Rates(api=1e6, sms=1e6, mms=1e6)
    async with FlowrouteClient(
        access_key="a", secret_key="b", base_url=job["url"], max_retries=0, rates=rates, deadline=60
    ) as client:
        for call in job["calls"]:
            label = call["label"]
            try:
                with warnings.catch_warnings(record=True) as warned:
                    warnings.simplefilter("always")
                    operation = built(call)
                if call["deprecated"] and not any(one.category is DeprecationWarning for one in warned):
                    faults.append(f"{label}: it is deprecated, and does not warn")
            except Exception as fault:  # noqa: BLE001 - see above
                faults.append(f"{label}: {type(fault).__name__}: {fault}")
                urlopen(f"{job['url']}/.not-built").close()  # noqa: S310, ASYNC210 - our own server on loopback
                continue
            try:
                answer = await client.send(operation)
            except (OutcomeUnknownError, StatusError) as error:
                if call["status"] < _FIRST_ERROR:
                    faults.append(f"{label}: {error}")
                continue
            except Exception as fault:  # noqa: BLE001 - see above
                faults.append(f"{label}: {type(fault).__name__}: {fault}")
                continue
            if call["status"] >= _FIRST_ERROR:
                faults.append(f"{label}: an answer with the status {call['status']} raised no error")
            if call["answers"] and answer is None:
                faults.append(f"{label}: the answer has a body, and came out as None")
            faults += [f"{label}: the answer's {place} cannot be read" for place in unread(answer, "")]
    return faults


def built(call: Mapping[str, Any]) -> Any:
    """Build an operation from a call's arguments as JSON, by the types of its function."""
    module = importlib.import_module("flowroute_openapi")
    function = getattr(module, call["function"])
    parameters = inspect.signature(function, eval_str=True).parameters
    arguments: dict[str, Any] = {}
    if call["has_body"]:
        arguments["body"] = _adapter(parameters["body"].annotation).validate_json(json.dumps(call["body"]))
    for one in (*call["path"], *call["query"], *call["header"]):
        arguments[one["name"]] = _typed(parameters[one["name"]].annotation, one)
    return function(**arguments)


def _typed(annotation: Any, argument: Mapping[str, Any]) -> Any:
    value = argument["value"]
    if argument["is_time"]:
        times = [datetime.fromisoformat(one) for one in (value if isinstance(value, list) else [value])]
        return times if isinstance(value, list) else times[0]
    return _adapter(annotation).validate_json(json.dumps(value))


def _adapter(annotation: Any) -> Any:
    from pydantic import TypeAdapter  # noqa: PLC0415 - after the check of what is imported

    return TypeAdapter(annotation)


def unread(value: Any, place: str = "") -> Iterator[str]:
    """Yield the places in an answer that could not be read."""
    from pydantic import BaseModel  # noqa: PLC0415 - see above

    if isinstance(value, BaseModel):
        for name in getattr(value, "unread", None) or ():
            yield f"{place}.{name}".strip(".")
        for name, member in value.__dict__.items():
            yield from unread(member, f"{place}.{name}")
    elif isinstance(value, list | tuple):
        for index, member in enumerate(value):
            yield from unread(member, f"{place}[{index}]")


def _facade_faults() -> Iterator[str]:
    package = importlib.import_module("flowroute_async")
    modules: dict[str, list[str]] = {}
    for found in pkgutil.walk_packages(package.__path__, "flowroute_async."):
        if found.name.endswith("__main__"):
            continue
        try:
            module = importlib.import_module(found.name)
        except ImportError as fault:
            if (fault.name or "").partition(".")[0] not in _EXTRAS:
                modules.setdefault(re.sub(r" \(\S*\)$", "", str(fault)), []).append(found.name)
        except Exception as fault:  # noqa: BLE001 - see above
            yield f"{found.name} cannot be imported: {type(fault).__name__}: {fault}"
        else:
            yield from _taken_names(module)
    for cause, names in modules.items():
        more = f" and {len(names) - 1} other modules" if len(names) > 1 else ""
        yield f"{names[0]}{more} cannot be imported: {cause}"


def _taken_names(module: ModuleType) -> Iterator[str]:
    """Find what the facade adds to a generated model under a name that the model has by now."""
    models = importlib.import_module("flowroute_openapi.models")
    for value in vars(module).values():
        if not isinstance(value, type) or value.__module__ != module.__name__ or not issubclass(value, models.Model):
            continue
        own = {*vars(value).get("__annotations__", {}), *(one for one in vars(value) if not one.startswith("_"))}
        bases: list[Any] = list(value.__mro__[1:])
        for base in bases:
            if base.__module__ == models.__name__ and base is not models.Model:
                for name in sorted(own & base.model_fields.keys()):
                    yield f"the attribute {name} of {base.__name__} is taken by {value.__name__} of {module.__name__}"


def _command_faults() -> Iterator[str]:
    from typer.main import get_command  # noqa: PLC0415 - only the command needs it

    try:
        from flowroute_async.cli.app import app  # noqa: PLC0415 - see above

        yield from _walked(get_command(app), "flowroute")
    except Exception as fault:  # noqa: BLE001 - see above
        yield f"the command cannot list its options: {type(fault).__name__}: {fault}"


def _walked(command: Any, name: str) -> Iterator[str]:
    try:
        command.get_help(command.make_context(name, [], resilient_parsing=True))
    except Exception as fault:  # noqa: BLE001 - see above
        yield f"`{name} --help` fails: {type(fault).__name__}: {fault}"
    if not hasattr(command, "list_commands"):
        return
    context = command.make_context(name, [], resilient_parsing=True)
    for part in command.list_commands(context):
        _, inner, _ = command.resolve_command(context, [part])
        yield from _walked(inner, f"{name} {part}")


if __name__ == "__main__":
    main()
