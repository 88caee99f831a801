"""Exports a day's messages, exact enough to bill from: `python nightly_export.py FOLDER [DAY] [TIME_ZONE]`.

The day is yesterday unless it is given, in UTC or in a time zone such as America/New_York. Begun again after a crash,
it goes on where it was; begun again after its end, it does nothing. Keys are in the environment (`FR_ACCESS_KEY`,
`FR_SECRET_KEY`).
"""

import sys
from collections import Counter
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import anyio

from flowroute_async import FlowrouteClient
from flowroute_async.jobs import JobProgress, export, rows

NANODOLLARS = 1_000_000_000


async def export_day(folder: Path, day: date, zone: ZoneInfo) -> Path:
    """Export a day; return the file, which is whole when it is there."""
    target = folder / f"messages-{day}.csv"
    if target.exists():
        return target
    job = folder / f"messages-{day}.db"
    async with (
        FlowrouteClient() as client,
        client.messages.history(day, day, time_zone=zone, checkpoint=job, progress=show) as history,
    ):
        async for _ in history:
            pass
    if not history.report.complete:
        raise SystemExit(f"{history.report}\nRun it again to complete them.")
    await anyio.to_thread.run_sync(export, job, target)
    return target


def show(progress: JobProgress) -> None:
    """Show how far it has come."""
    sys.stderr.write(f"{progress}\n")


def bill(job: Path) -> str:
    """Return what the day's messages cost, by the account's number."""
    costs: Counter[str] = Counter()
    for row in rows(job):
        own = row["from"] if row["direction"] == "outbound" else row["to"]
        costs[str(own)] += int(str(row["amount_nanodollars"] or 0))
    lines = [f"{number}: {Decimal(cost) / NANODOLLARS:.4f} dollars" for number, cost in sorted(costs.items())]
    return "\n".join([*lines, f"in all: {Decimal(costs.total()) / NANODOLLARS:.4f} dollars"])


def main(folder: str, day: str | None = None, zone: str = "UTC") -> None:
    """Export, and print what the day has cost."""
    place = ZoneInfo(zone)
    wanted = date.fromisoformat(day) if day else (datetime.now(place) - timedelta(days=1)).date()
    target = anyio.run(export_day, Path(folder), wanted, place)
    sys.stdout.write(f"{bill(target.with_suffix('.db'))}\n{target}\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
