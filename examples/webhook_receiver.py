"""A receiver of Flowroute's webhooks: an unguessable path, a quick answer, no repeats, and a check of what came in.

    pip install flowroute-async starlette uvicorn
    export WEBHOOK_SECRET=$(python -c "import secrets; print(secrets.token_urlsafe(32))")
    python examples/webhook_receiver.py

Put it behind HTTPS, and give Flowroute the address https://YOUR-HOST/flowroute/$WEBHOOK_SECRET for messages and
delivery receipts. Flowroute signs nothing: where FR_ACCESS_KEY and FR_SECRET_KEY are set, each message is looked up by
its id before it is believed.
"""

import logging
import os
import secrets
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, aclosing
from typing import TypeAlias

import anyio
import uvicorn
from starlette.applications import Starlette
from starlette.background import BackgroundTask
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from flowroute_async import FlowrouteClient, NotFoundError, WebhookError
from flowroute_async.webhooks import DeliveryReceipt, InboundMessage, RepeatFilter, Webhook, parse

Handler: TypeAlias = Callable[[Webhook], Awaitable[None]]

MAX_BODY_BYTES = 1_000_000
SHORTEST_SECRET = 32
PAUSES = (0.0, 5.0, 10.0, 20.0)
"""Seconds before each attempt to look a message up: a new one may not be found at once."""

log = logging.getLogger("webhook_receiver")


def receiver(secret: str, handle: Handler, repeats: RepeatFilter) -> Starlette:
    """Build the application.

    Args:
        secret: The last part of the path; whoever knows it can post webhooks.
        handle: Is given each webhook once, after it was answered. What must survive a crash belongs in a durable queue
            before the answer instead; where that fails, call `repeats.forget` and answer 500, and Flowroute repeats it.
        repeats: Remembers what has come.
    """

    async def receive(request: Request) -> Response:
        if not secrets.compare_digest(request.path_params["secret"].encode(), secret.encode()):
            return Response(status_code=404)
        body = bytearray()
        try:
            async with aclosing(request.stream()) as chunks:
                async for chunk in chunks:
                    body += chunk
                    if len(body) > MAX_BODY_BYTES:
                        return Response(status_code=413)
        except ClientDisconnect:  # nobody waits for the answer, and what came is not whole
            return Response(status_code=400)
        try:
            webhook = parse(bytes(body))
        except WebhookError as error:
            log.warning("unreadable webhook: %s", error)  # the text of the error holds no personal data
            return Response(status_code=400)
        if repeats.seen_before(webhook):
            return Response(status_code=200)
        return Response(status_code=200, background=BackgroundTask(handle, webhook))

    return Starlette(routes=[Route("/flowroute/{secret}", receive, methods=["POST"])])


async def is_genuine(client: FlowrouteClient, message: InboundMessage, pauses: Sequence[float] = PAUSES) -> bool:
    """Ask Flowroute whether the account has received such a message."""
    for pause in pauses:
        await anyio.sleep(pause)
        try:
            found = await client.messages.get(message.id)
        except NotFoundError:
            continue
        return (found.direction, found.from_, found.body) == ("inbound", message.from_, message.body)
    return False


def handler(client: FlowrouteClient | None) -> Handler:
    """Build a handler that logs what came: put your own work here."""

    async def handle(webhook: Webhook) -> None:
        match webhook:
            case InboundMessage() if client is not None and not await is_genuine(client, webhook):
                log.warning("message %s is not on the account: forged?", webhook.id)
            case InboundMessage():
                log.info("message %s with %d files", webhook.id, len(webhook.media))
            case DeliveryReceipt():
                log.info("message %s: %s (level %s)", webhook.id, webhook.status, webhook.level)
            case _:
                log.info("a %s", type(webhook).__name__)

    return handle


async def main() -> None:
    """Serve until interrupted."""
    logging.basicConfig(level=logging.INFO)
    secret = os.environ.get("WEBHOOK_SECRET", "")
    if len(secret) < SHORTEST_SECRET:
        raise SystemExit(f"WEBHOOK_SECRET must have at least {SHORTEST_SECRET} characters")
    async with AsyncExitStack() as stack:
        keys = "FR_ACCESS_KEY" in os.environ
        client = await stack.enter_async_context(FlowrouteClient()) if keys else None
        app = receiver(secret, handler(client), RepeatFilter())
        # An access log would hold the secret path.
        await uvicorn.Server(uvicorn.Config(app, port=int(os.environ.get("PORT", "8080")), access_log=False)).serve()


if __name__ == "__main__":
    anyio.run(main)
