"""The last step of an answer: sent whole, cut in half, or not at all."""

import asyncio

import httpx
from starlette.types import Receive, Scope, Send

from flowroute_async.sandbox.call import Reply

TRANSPORT = "flowroute_async.sandbox.transport"
"""The ASGI extension in which the sandbox's server hands over the connection's transport."""


class ConnectionDropped(httpx.RemoteProtocolError):
    """In process, where there is no connection to drop, a dropped request raises this out of the application.

    To an httpx client it is what a connection closed without an answer is.
    """


async def send_reply(send: Send, reply: Reply, *, has_body: bool = True) -> None:
    """Send an answer, or its head alone."""
    await send(_start(reply))
    await send({"type": "http.response.body", "body": reply.body if has_body else b""})


async def send_truncated(scope: Scope, receive: Receive, send: Send, reply: Reply) -> None:
    """Announce the whole body, send half of it, and close the connection."""
    half = reply.body[: len(reply.body) // 2]
    transport = _transport(scope)
    await send(_start(reply))
    # In process, the client gets half the body as if it were all.
    await send({"type": "http.response.body", "body": half, "more_body": transport is not None})
    if transport is not None:
        transport.close()
        await _until_closed(receive)


async def drop(scope: Scope, receive: Receive) -> None:
    """Close the connection without an answer.

    Raises:
        ConnectionDropped: If there is no connection, because the application is called in process.
    """
    transport = _transport(scope)
    if transport is None:
        raise ConnectionDropped("The sandbox dropped the connection without an answer.")
    transport.abort()
    await _until_closed(receive)


def _start(reply: Reply) -> dict[str, object]:
    headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in reply.headers.items()]
    if reply.body or reply.status != 204:  # noqa: PLR2004 - an answer without content has no length either
        headers.append((b"content-length", str(len(reply.body)).encode()))
    return {"type": "http.response.start", "status": reply.status, "headers": headers}


def _transport(scope: Scope) -> asyncio.Transport | None:
    transport: asyncio.Transport | None = scope.get("extensions", {}).get(TRANSPORT)
    return transport


async def _until_closed(receive: Receive) -> None:
    # Only then does the server not take the missing answer for a fault of the application.
    while (await receive())["type"] != "http.disconnect":
        pass
