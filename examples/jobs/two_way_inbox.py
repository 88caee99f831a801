"""A two-way inbox: keeps what comes in, answers it, and misses and repeats nothing.

    python two_way_inbox.py serve FOLDER       takes in webhooks at /flowroute/$WEBHOOK_SECRET
    python two_way_inbox.py catch-up FOLDER    looks for messages of the last day whose webhooks were missed
    python two_way_inbox.py answer FOLDER      answers what has no answer yet

Webhooks come again, or not at all; both do no harm, since a message is kept by its id. Answers are sent once, however
often `answer` is begun: its journal is in the folder. Keys are in the environment (`FR_ACCESS_KEY`, `FR_SECRET_KEY`).
"""

import os
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import anyio
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from flowroute_async import FlowrouteClient, WebhookError
from flowroute_async.webhooks import InboundMessage, parse

_SCHEMA = """
CREATE TABLE IF NOT EXISTS inbox (
    id TEXT PRIMARY KEY, sender TEXT NOT NULL, own TEXT NOT NULL, body TEXT, came_at TEXT NOT NULL
)
"""
_LONGEST = 1_000_000


class Inbox:
    """The messages that came in, in a file; processes may share it."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "inbox.db"
        self.journal = folder / "answers.db"

    @contextmanager
    def _opened(self) -> Iterator[sqlite3.Connection]:
        with closing(sqlite3.connect(self._file, timeout=10)) as file, file:
            file.execute(_SCHEMA)
            yield file

    def keep(self, id_: str, sender: str, own: str, body: str | None) -> bool:
        """Keep a message; return whether it is new."""
        with self._opened() as file:
            row = [id_, sender, own, body, datetime.now(UTC).isoformat()]
            return file.execute("INSERT OR IGNORE INTO inbox VALUES (?, ?, ?, ?, ?)", row).rowcount == 1

    def answers(self) -> list[dict[str, str]]:
        """Return an answer to each message, always the same ones in the same order."""
        with self._opened() as file:
            found = file.execute("SELECT own, sender, body, id FROM inbox ORDER BY rowid").fetchall()
        return [
            {"from_": own, "to": sender, "body": f"Thank you for: {body} [{id_[-6:]}]"}
            for own, sender, body, id_ in found
        ]


def application(inbox: Inbox, secret: str) -> Starlette:
    """Return the receiver of webhooks."""

    async def receive(request: Request) -> Response:
        body = await request.body()
        if len(body) > _LONGEST:
            return Response(status_code=413)
        try:
            webhook = parse(body)
        except WebhookError:
            return Response(status_code=400)
        if isinstance(webhook, InboundMessage) and webhook.id and webhook.from_ and webhook.to:
            kept = (webhook.id, webhook.from_, webhook.to, webhook.body)
            await anyio.to_thread.run_sync(inbox.keep, *kept)
        return Response(status_code=200)

    return Starlette(routes=[Route(f"/flowroute/{secret}", receive, methods=["POST"])])


async def catch_up(inbox: Inbox) -> None:
    """Keep the messages of the last day that no webhook has brought."""
    missed = 0
    async with FlowrouteClient() as client:
        since = client.clock.now() - timedelta(days=1)
        async with client.messages.history(since) as history:
            async for one in history:
                if one.direction == "inbound":
                    missed += inbox.keep(one.id, one.from_, one.to, one.body)
    sys.stdout.write(f"{missed} messages were missed\n")


async def answer(inbox: Inbox) -> None:
    """Send each answer that was not sent yet."""
    async with FlowrouteClient() as client:
        report = await client.messages.send_many(inbox.answers(), journal=inbox.journal)
    sys.stdout.write(f"{report}\n")


def main(command: str, folder: str) -> None:
    """Do one of the three."""
    inbox = Inbox(Path(folder))
    match command:
        case "serve":
            uvicorn.run(application(inbox, os.environ["WEBHOOK_SECRET"]), port=int(os.environ.get("PORT", "8080")))
        case "catch-up":
            anyio.run(catch_up, inbox)
        case "answer":
            anyio.run(answer, inbox)
        case _:
            raise SystemExit(__doc__)


if __name__ == "__main__":
    main(*sys.argv[1:])
