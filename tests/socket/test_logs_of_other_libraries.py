"""Whatever library carries a call, its log holds nothing of the call or of the answer: each in a process of its own."""

import subprocess
import sys

import pytest

from tests.patience import HANGS_AFTER

PROGRAM = """
import logging, sys
lines = []
class Keep(logging.Handler):
    def emit(self, record):
        lines.append(record.name + " " + record.getMessage() + " " + repr(record.args))
logging.basicConfig(level=logging.DEBUG, handlers=[Keep()])
{first}
import anyio
from flowroute_async import FlowrouteClient, FlowrouteError
from flowroute_openapi import get_number
transport = {transport}

async def answer(stream):
    async with stream:
        await stream.receive()
        body = b'{{"errors": [{{"detail": "secretinthebody"}}]}}'
        head = b"HTTP/1.1 404 secretreason\\r\\nx-echo: secretintheheader\\r\\nset-cookie: a=secretcookie; b\\r\\n"
        await stream.send(head + b"content-length: " + str(len(body)).encode() + b"\\r\\n\\r\\n" + body)

async def main():
    listener = await anyio.create_tcp_listener(local_host="127.0.0.1")
    port = listener.extra(anyio.abc.SocketAttribute.local_port)
    async with anyio.create_task_group() as group:
        group.start_soon(listener.serve, answer)
        client = FlowrouteClient(
            access_key="secretkey", secret_key="othersecret", base_url=f"http://127.0.0.1:{{port}}",
            http_transport=transport and transport(),
        )
        try:
            await client.send(get_number("12065550147"))
        except FlowrouteError as error:
            lines.append(str(error))
        await client.aclose()
        group.cancel_scope.cancel()
anyio.run(main)
print("\\n".join(lines))
"""

LIBRARIES = {
    "httpx": ("", "None"),
    "httpx2 under the name of httpx": ("import httpx2; httpx2.alias_httpx()", "None"),
    "aiohttp": ("import httpx_aiohttp", "httpx_aiohttp.AiohttpTransport"),
}


@pytest.mark.parametrize("library", LIBRARIES)
def test_the_log_of_no_library_shows_the_call_or_the_answer(library: str) -> None:
    first, transport = LIBRARIES[library]
    program = PROGRAM.format(first=first, transport=transport)
    run = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False, timeout=HANGS_AFTER
    )
    assert run.returncode == 0, run.stderr
    assert "get_number: not found, HTTP 404" in run.stdout
    for mark in ("secret", "5550147", "MjA2"):
        assert mark not in run.stdout
    if "httpx2" in library:
        assert "httpcore2.http11 receive_response_headers.complete" in run.stdout
