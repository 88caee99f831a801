"""Tells which numbers are new for sale, and which are gone: `python inventory_watcher.py FOLDER DIGITS STATE...`.

Each run is one round, for a scheduler such as cron. A round that was killed is completed by the next run. Keys are in
the environment (`FR_ACCESS_KEY`, `FR_SECRET_KEY`).
"""

import json
import sys
from pathlib import Path

import anyio

from flowroute_async import FlowrouteClient, Rates
from flowroute_async.jobs import NumberQuery, Progress, rows

_FOLDER_DIGITS_AND_STATE = 4


class Watcher:
    """Compares what is for sale with what the last round has found.

    Attributes:
        known: The numbers of the last round, in a file that is replaced when a round is whole.
        round: The checkpoint of the round that is under way.
    """

    def __init__(self, folder: Path) -> None:
        self.known = folder / "known.json"
        self.round = folder / "round.db"

    async def look(self, digits: str, states: list[str]) -> tuple[set[str], set[str]]:
        """Search; return the numbers that are new, and those that are gone."""
        queries = [NumberQuery(state=state, contains=digits) for state in states]
        async with (
            FlowrouteClient(rates=Rates(api=20)) as client,
            client.numbers.bulk_search(queries=queries, checkpoint=self.round, progress=show) as search,
        ):
            async for _ in search:
                pass
        if search.report.failed:
            raise SystemExit(f"{search.report}\nThe next run completes them.")
        found = {str(row["id"]) for row in rows(self.round)}
        before = set(json.loads(self.known.read_text())) if self.known.exists() else set()
        whole = self.known.with_suffix(".new")
        whole.write_text(json.dumps(sorted(found)))
        whole.replace(self.known)
        self.round.unlink()
        return found - before, before - found


def show(progress: Progress) -> None:
    """Show how far the round has come."""
    sys.stderr.write(f"{progress.queries_done} of {progress.queries_known} states, {progress.numbers} numbers\n")


def main(folder: str, digits: str, *states: str) -> None:
    """Look once, and print what has changed."""
    new, gone = anyio.run(Watcher(Path(folder)).look, digits, list(states))
    for number in sorted(new):
        sys.stdout.write(f"+ {number}\n")
    for number in sorted(gone):
        sys.stdout.write(f"- {number}\n")


if __name__ == "__main__":
    if len(sys.argv) < _FOLDER_DIGITS_AND_STATE:
        raise SystemExit("say python inventory_watcher.py FOLDER DIGITS STATE..., such as found 777 WA OR")
    main(*sys.argv[1:])
