"""The control interface over HTTP: each verb a method of `Control`, its JSON body the arguments."""

import json
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import asdict, is_dataclass
from functools import cache, wraps
from typing import cast

from pydantic import ConfigDict, ValidationError, validate_call
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from flowroute_async.sandbox.control import Control
from flowroute_async.sandbox.guard import ROOT

# JSON's types are meant as they stand there: "no" is not true, and 5 is no text.
_STRICT = ConfigDict(strict=True, allow_inf_nan=False)
_IN_PYTHON = {"from": "from_"}
_FAULTS = {"missing_argument": "is missing", "missing_keyword_only_argument": "is missing"} | dict.fromkeys(
    ("unexpected_keyword_argument", "multiple_argument_values"), "is no argument of this"
)
_FAULTS["sequence_str"] = "must be a list"
_DEEPEST = 100


def control_routes(control: Control, deliver: Callable[[], Awaitable[object]]) -> list[Route]:
    """Make the routes of the control interface.

    Args:
        control: What they control.
        deliver: Sends the webhooks that are due; called after whatever can make some due.
    """

    def route(method: str, path: str, verb: Callable[..., object], *, delivers: bool = False) -> Route:
        @cache
        def check() -> Callable[..., object]:  # made when it is first asked for: it takes a millisecond
            return validate_call(config=_STRICT)(_without_effect(verb))

        async def endpoint(request: Request) -> Response:
            try:
                arguments = _arguments(await request.body(), request.path_params)
                check()(**arguments)
                result = verb(**arguments)
            except LookupError as error:
                return _json({"error": str(error)}, 404)
            except ValidationError as error:
                return _json({"error": _in_words(error)}, 400)
            except RecursionError:
                return _json({"error": "the body is nested too deeply"}, 400)
            except (TypeError, ValueError, OverflowError) as error:
                return _json({"error": str(error)}, 400)
            if delivers:
                await deliver()
            return Response(status_code=204) if result is None else _json(_plain(result))

        return Route(f"{ROOT}/api/{path}", endpoint, methods=[method], name=verb.__name__)

    return [
        route("POST", "reset", control.reset),
        route("GET", "state", control.state),
        route("GET", "state/{part}", control.state_of),
        route("GET", "effects", control.effects),
        route("GET", "requests", control.requests),
        route("DELETE", "requests", control.clear_requests),
        route("GET", "requests/{number}", control.request),
        route("GET", "requests/{number}/answer", control.answer),
        route("GET", "faults", control.faults),
        route("POST", "faults", control.add_fault),
        route("DELETE", "faults", control.clear_faults),
        route("GET", "options", control.options),
        route("PATCH", "options", control.set_options),
        route("PUT", "balance", control.set_balance),
        route("POST", "advance", control.advance, delivers=True),
        route("POST", "messages", control.receive_message, delivers=True),
        route("GET", "deliveries", control.deliveries),
        route("GET", "deliveries/{delivery}/attempts", control.attempts),
        route("POST", "deliveries/{delivery}/resend", control.resend, delivers=True),
        route("PUT", "callbacks/{callback}", control.set_callback),
        route("POST", "cnams/{record}/approve", control.approve_cnam),
        route("POST", "cnams/{record}/reject", control.reject_cnam),
        route("POST", "portorders/{order}/status", control.move_port_order, delivers=True),
        route("POST", "exports/{export}/fail", control.fail_export, delivers=True),
        route("POST", "calls", control.add_call),
        route("PUT", "numbers/{number}/emergency", control.set_emergency_capable),
    ]


async def _unknown(request: Request) -> Response:
    return _json({"error": f"there is no control {request.method} {request.path_params['path']}"}, 404)


UNKNOWN_CONTROL = Route(f"{ROOT}/api/{{path:path}}", _unknown, methods=["GET", "POST", "PUT", "PATCH", "DELETE"])
"""What answers below the control interface where there is no control."""


def _arguments(body: bytes, in_path: Mapping[str, object]) -> dict[str, object]:
    try:
        arguments: object = json.loads(body) if body else {}
    except ValueError:
        arguments = None
    if not isinstance(arguments, dict):
        raise ValueError("the body must be a JSON object")  # noqa: TRY004 - its answer is that of every wrong value
    named = cast("dict[str, object]", arguments)
    if _is_deeper(named, _DEEPEST):
        raise RecursionError
    for name in named.keys() & in_path:
        raise ValueError(f"{name}: stands in the path already")
    return {_IN_PYTHON.get(name, name): value for name, value in named.items()} | dict(in_path)


def _is_deeper(value: object, levels: int) -> bool:
    """Return whether a JSON value has more levels than that: Python's own limit differs from version to version."""
    below: Iterable[object] = ()
    if isinstance(value, dict):
        below = cast("dict[str, object]", value).values()
    elif isinstance(value, list):
        below = cast("list[object]", value)
    return levels == 0 or any(_is_deeper(one, levels - 1) for one in below)


def _without_effect(verb: Callable[..., object]) -> Callable[..., None]:
    """Return a function with a verb's signature that does nothing: what is checked must not be converted too."""

    @wraps(verb)
    def nothing(*_arguments: object, **_keywords: object) -> None:
        pass

    return nothing


def _in_words(error: ValidationError) -> str:
    """Describe what is wrong with which argument, without what was given."""
    in_json = {python: name for name, python in _IN_PYTHON.items()}
    faults = ((".".join(str(in_json.get(str(part), part)) for part in fault["loc"]), fault) for fault in error.errors())
    return "; ".join(f"{name}: {_FAULTS.get(fault['type'], fault['msg'])}" for name, fault in faults)


def _plain(value: object) -> object:
    if isinstance(value, list):
        return [_plain(item) for item in cast("list[object]", value)]
    return asdict(value) if is_dataclass(value) and not isinstance(value, type) else value


def _json(value: object, status: int = 200) -> Response:
    # In ASCII, which can write the halved characters that a request may have brought.
    return Response(f"{json.dumps(value)}\n", status, media_type="application/json")
