"""Puts the messages of a CSV file (from, to, body) on the queue, some hundred to a task: `python enqueue.py FILE`."""

import csv
import sys
from pathlib import Path

import anyio
from tasks import broker, send

_TO_A_TASK = 200


async def enqueue(file: Path) -> int:
    """Put them on the queue; return how many tasks there are."""
    with file.open(newline="", encoding="utf-8-sig") as lines:
        messages = list(csv.DictReader(lines))
    await broker.startup()
    parts = [messages[start : start + _TO_A_TASK] for start in range(0, len(messages), _TO_A_TASK)]
    for number, part in enumerate(parts):
        await send.kiq(f"{file.stem}-{number}", part)
    await broker.shutdown()
    return len(parts)


if __name__ == "__main__":
    sys.stdout.write(f"{anyio.run(enqueue, Path(sys.argv[1]))} tasks\n")
