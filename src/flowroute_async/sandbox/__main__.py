"""Serves a sandbox: `python -m flowroute_async.sandbox`; the first line of its output is its URL."""

import sqlite3
import sys
from argparse import ArgumentDefaultsHelpFormatter, ArgumentParser
from collections.abc import Sequence

from flowroute_async.sandbox.sandbox import Sandbox
from flowroute_async.sandbox.server import serve


def main(arguments: Sequence[str] | None = None) -> None:
    """Serve a sandbox until SIGINT or SIGTERM."""
    parser = ArgumentParser("flowroute_async.sandbox", formatter_class=ArgumentDefaultsHelpFormatter)
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
    parser.add_argument("--port", type=int, default=0, help="port to listen on, 0 for a free one")
    parser.add_argument("--seed", type=int, default=1, help="decides which numbers are for sale")
    parser.add_argument("--numbers", type=int, default=100_000, help="how many numbers are for sale")
    parser.add_argument("--latency", type=float, default=0.0, help="seconds before each answer")
    parser.add_argument("--max-page", type=int, default=200, help="longest page of every list")
    parser.add_argument("--access-key", default="sandbox", help="user name that requests must show")
    parser.add_argument("--secret-key", default="sandbox", help="password that requests must show")
    parser.add_argument("--state", metavar="FILE", help="keep the account in this file")
    parser.add_argument("--rate", type=float, help="requests a second in all, no limit without")
    parser.add_argument("--sms-rate", type=float, default=5, help="SMS a second")
    parser.add_argument("--mms-rate", type=float, default=1, help="MMS a second")
    chosen = parser.parse_args(arguments)
    try:
        sandbox = Sandbox(
            seed=chosen.seed,
            numbers=chosen.numbers,
            latency=chosen.latency,
            max_page=chosen.max_page,
            access_key=chosen.access_key,
            secret_key=chosen.secret_key,
            state=chosen.state,
            rate=chosen.rate,
            sms_rate=chosen.sms_rate,
            mms_rate=chosen.mms_rate,
        )
        serve(sandbox, host=chosen.host, port=chosen.port, announce=_announce)
    except sqlite3.Error as error:
        parser.error(f"{chosen.state} cannot be used: {error}")
    except OSError as error:
        parser.error(error.strerror or str(error))
    except ValueError as error:
        parser.error(str(error))


def _announce(url: str) -> None:
    sys.stdout.write(f"{url}\n")
    sys.stdout.flush()
    sys.stderr.write(f"Look at it: {url}/_sandbox/\n")


if __name__ == "__main__":
    main()
