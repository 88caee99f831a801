"""Checks of operations against the description, for the tests that `make regenerate` writes beside this module."""

import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import anyio
import httpx

from flowroute_async import FlowrouteClient
from regeneration.api import Api
from regeneration.proof import as_job
from regeneration.proof_child import built, unread
from regeneration.reading import Json, read
from regeneration.responder import Call, arrived_wrongly
from regeneration.wire import plans

_API = Api(read(Path(__file__).parents[2] / "spec/flowroute.complete.yaml"))
_PLANS = {plan.operation.python_name: plan for plan in plans(_API)[0]}


@dataclass(frozen=True)
class Example:
    """A call by an example, and its answer.

    Attributes:
        arguments: The arguments by their names in Python, as JSON.
        body: The body as JSON, if there is one.
        status: The status of the answer.
        answer: The body of the answer; None where it has none.
        content_type: The answer's media type.
    """

    arguments: Mapping[str, Json]
    body: Json = None
    status: int = 200
    answer: str | None = None
    content_type: str = "application/json"


def faults(name: str, example: Example) -> list[str]:
    """Send an operation by an example, and return what differs from the description; nothing where all is right."""
    plan = _PLANS[name]
    wire = {one.python_name: (one.where, one.name) for one in plan.parameters}
    values = {wire[argument]: value for argument, value in example.arguments.items()}
    content = None if example.answer is None else example.answer.encode()
    return anyio.run(_sent, Call(plan, values, example.body, example.status, content, example.content_type))


async def _sent(call: Call) -> list[str]:
    found: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        headers = {name.lower(): value for name, value in request.headers.items()}
        target = request.url.raw_path.decode()
        found.extend(arrived_wrongly(call, request.method, target, headers, request.content))
        return httpx.Response(call.status, content=call.answer or b"", headers={"content-type": call.content_type})

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        operation = built(as_job(_API, call))
    transport = httpx.MockTransport(answer)
    async with FlowrouteClient(access_key="a", secret_key="b", http_transport=transport, max_retries=0) as client:
        decoded = await client.send(operation)
    if call.answer is not None and decoded is None:
        found.append("the answer has a body, and came out as None")
    return [*found, *(f"the answer's {place} cannot be read" for place in unread(decoded))]
