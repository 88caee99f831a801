"""`flowroute webhooks`: shows what Flowroute posts, while one develops."""

from __future__ import annotations

import json
import os
import secrets
import socket
import sys
from collections.abc import Callable
from contextlib import nullcontext
from typing import TYPE_CHECKING, Annotated

import typer

from flowroute_async.cli.account import Account
from flowroute_async.cli.command import command, group
from flowroute_async.cli.common import Form
from flowroute_async.cli.exit_codes import ExitCode
from flowroute_async.cli.failures import Failure, Refusal
from flowroute_async.cli.forwarding import application_url, forward, registered
from flowroute_async.cli.groups import GROUPS
from flowroute_async.cli.options import Port
from flowroute_async.cli.output import Output, record
from flowroute_async.cli.ports import port_refusal
from flowroute_async.cli.terminal_text import one_line
from flowroute_async.cli.values import whole
from flowroute_async.errors import WebhookError

if TYPE_CHECKING:
    from starlette.applications import Starlette
    from starlette.requests import Request
    from starlette.responses import Response

    from flowroute_async.webhooks import Webhook

app: typer.Typer = group("webhooks")

_HOST = "127.0.0.1"
_MAX_BYTES = 1024 * 1024


@app.callback(help=GROUPS["webhooks"].text)
def webhooks() -> None:
    """Make a group of the only command."""


@command(
    app,
    "listen",
    examples="""
    webhooks listen --port 8080
    webhooks listen --forward-to http://127.0.0.1:8080/flowroute
    """,
)
def listen(
    account: Account,
    output: Output,
    *,
    port: Port = 0,
    forward_to: Annotated[
        str | None,
        typer.Option(
            parser=application_url,
            metavar="URL",
            help="Have the sandbox that runs send its webhooks here, and send them on to an application.",
        ),
    ] = None,
    max_items: Annotated[
        int | None, typer.Option(parser=whole(1), metavar="N", help="Stop after so many webhooks.")
    ] = None,
) -> None:
    """Show the webhooks that come, until Ctrl-C. Repeats are answered and not shown again.

    The first line of the output is the address to have them sent to, on this machine; let a tunnel lead there.

    Its path is new each time and cannot be guessed: Flowroute signs nothing.

    With --forward-to, the sandbox on port 8900, or that FR_BASE_URL names, is told this address until the end, and each
    webhook goes on to the application as it came, repeats included; its answer is the sandbox's.
    """
    if output.form not in {Form.TABLE, Form.JSONL}:
        raise Refusal(Failure("Webhooks come without end: --output is table or jsonl here.", code=ExitCode.USAGE))
    import uvicorn

    from flowroute_async.sandbox.server import stopped_by_signals

    def stop() -> None:
        server.should_exit = True

    path = f"/{secrets.token_urlsafe(24)}"
    config = uvicorn.Config(
        _receiver(path, output, max_items, forward_to, stop),
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        timeout_graceful_shutdown=1,
    )
    server = uvicorn.Server(config)
    with _listener(port) as listener, stopped_by_signals(server):
        url = f"http://{_HOST}:{listener.getsockname()[1]}{path}"
        print(url, flush=True)  # noqa: T201 - its output is its purpose
        with nullcontext() if forward_to is None else registered(account, url):
            server.run(sockets=[listener])


def _listener(port: int) -> socket.socket:
    try:
        return socket.create_server((_HOST, port))
    except OSError as error:
        sentence = f"--port: {_HOST}:{port} cannot be listened on: {os.strerror(error.errno or 0)}"
        raise port_refusal(sentence, error) from None


def _receiver(
    path: str, output: Output, max_items: int | None, forward_to: str | None, stop: Callable[[], None]
) -> Starlette:
    from starlette.applications import Starlette
    from starlette.requests import ClientDisconnect
    from starlette.responses import Response
    from starlette.routing import Route

    from flowroute_async.webhooks import RepeatFilter, parse

    repeats, shown = RepeatFilter(), 0

    async def receive(request: Request) -> Response:
        nonlocal shown
        body, status = bytearray(), None
        try:
            async for chunk in request.stream():
                body += chunk
                if len(body) > _MAX_BYTES:
                    return Response(status_code=413)
            status = None if forward_to is None else await forward(forward_to, bytes(body), _label(request))
            webhook = parse(bytes(body))
        except ClientDisconnect:
            return Response(status_code=400)
        except WebhookError as error:
            typer.echo(f"A webhook that cannot be read: {one_line(str(error))}", err=True)
            return Response(status_code=status or 400)
        if not repeats.seen_before(webhook):
            _show(webhook, output)
            shown += 1
            if shown == max_items:
                stop()
        return Response(status_code=status or 200)

    return Starlette(routes=[Route(path, receive, methods=["POST"])])


def _label(request: Request) -> str:
    return request.headers.get("content-type", "application/json")


def _show(webhook: Webhook, output: Output) -> None:
    kind = type(webhook).__name__
    if output.form is Form.JSONL:
        print(json.dumps({"kind": kind, **record(webhook)}))  # noqa: T201 - its output is its purpose
    else:
        print(f"\n{kind}")  # noqa: T201 - likewise
        output.item(webhook)
    sys.stdout.flush()
