"""The control interface over HTTP: each verb a method of `Control`, its JSON body the arguments."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import asdict, is_dataclass
from inspect import signature
from typing import cast

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from flowroute_async.sandbox.control import Control
from flowroute_async.sandbox.guard import ROOT, refusal


def control_routes(control: Control, deliver: Callable[[], Awaitable[int]]) -> list[Route]:
    """Make the routes of the control interface.

    Args:
        control: What they control.
        deliver: Sends the webhooks that are due; called after whatever can make some due.
    """

    def route(method: str, path: str, verb: Callable[..., object], *, delivers: bool = False) -> Route:
        async def endpoint(request: Request) -> Response:
            refused = refusal(request.scope)
            if refused is not None:
                return _json({"error": refused}, 403)
            try:
                # Wrong names and types are for the method to refuse.
                arguments = _arguments(await request.body())
                if "from" in arguments:
                    arguments["from_"] = arguments.pop("from")
                bound = signature(verb).bind(**arguments, **request.path_params)
                result = verb(*bound.args, **bound.kwargs)
            except LookupError as error:
                return _json({"error": str(error)}, 404)
            except (TypeError, ValueError, OverflowError) as error:
                return _json({"error": str(error)}, 400)
            if delivers:
                await deliver()
            return Response(status_code=204) if result is None else _json(_plain(result))

        return Route(f"{ROOT}/api/{path}", endpoint, methods=[method], name=verb.__name__)

    return [
        route("POST", "reset", control.reset),
        route("GET", "state", control.state),
        route("GET", "effects", control.effects),
        route("GET", "requests", control.requests),
        route("DELETE", "requests", control.clear_requests),
        route("GET", "faults", control.faults),
        route("POST", "faults", control.add_fault),
        route("DELETE", "faults", control.clear_faults),
        route("GET", "options", control.options),
        route("PATCH", "options", control.set_options),
        route("PUT", "balance", control.set_balance),
        route("POST", "advance", control.advance, delivers=True),
        route("POST", "messages", control.receive_message, delivers=True),
        route("GET", "deliveries", control.deliveries),
        route("PUT", "callbacks/{callback}", control.set_callback),
        route("POST", "cnams/{record}/approve", control.approve_cnam),
        route("POST", "cnams/{record}/reject", control.reject_cnam),
        route("POST", "portorders/{order}/status", control.move_port_order, delivers=True),
        route("POST", "exports/{export}/fail", control.fail_export, delivers=True),
        route("POST", "calls", control.add_call),
        route("PUT", "numbers/{number}/emergency", control.set_emergency_capable),
    ]


def _arguments(body: bytes) -> dict[str, object]:
    try:
        arguments: object = json.loads(body) if body else {}
    except ValueError:
        arguments = None
    if not isinstance(arguments, dict):
        raise ValueError("the body must be a JSON object")  # noqa: TRY004 - its answer is that of every wrong value
    return cast("dict[str, object]", arguments)


def _plain(value: object) -> object:
    if isinstance(value, list):
        return [_plain(item) for item in cast("list[object]", value)]
    return asdict(value) if is_dataclass(value) and not isinstance(value, type) else value


def _json(value: object, status: int = 200) -> Response:
    # In ASCII, which can write the halved characters that a request may have brought.
    return Response(f"{json.dumps(value)}\n", status, media_type="application/json")
