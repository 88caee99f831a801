"""Serves a sandbox: `python -m flowroute_async.sandbox`; the first line of its output is its URL."""

import sqlite3
import sys
from argparse import ArgumentDefaultsHelpFormatter, ArgumentParser
from collections.abc import Sequence
from errno import EACCES, EADDRINUSE
from inspect import signature

from flowroute_async.sandbox.announcement import hints
from flowroute_async.sandbox.options import SHAPES
from flowroute_async.sandbox.sandbox import Sandbox
from flowroute_async.sandbox.server import serve

_REFUSED = 2


def main(arguments: Sequence[str] | None = None) -> None:
    """Serve a sandbox until SIGINT or SIGTERM."""
    parser = ArgumentParser("flowroute_async.sandbox", formatter_class=ArgumentDefaultsHelpFormatter)
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
    parser.add_argument("--port", type=int, default=0, help="port to listen on, 0 for a free one")
    parser.add_argument("--seed", type=int, help="decides which numbers are for sale")
    parser.add_argument("--numbers", type=int, help="how many numbers are for sale")
    parser.add_argument("--latency", type=float, help="seconds before each answer")
    parser.add_argument("--max-page", type=int, help="longest page of every list")
    parser.add_argument("--access-key", help="user name that requests must show")
    parser.add_argument("--secret-key", help="password that requests must show")
    parser.add_argument("--state", metavar="FILE", help="keep the account in this file")
    parser.add_argument("--rate", type=float, help="requests a second in all, no limit without")
    parser.add_argument("--sms-rate", type=float, help="SMS a second")
    parser.add_argument("--mms-rate", type=float, help="MMS a second")
    parser.add_argument(
        "--allowed-host",
        metavar="NAME",
        action="append",
        dest="allowed_hosts",
        help="further name by which it may be asked, its page and controls included; repeat it for more",
    )
    parser.add_argument(
        "--webhook-host",
        metavar="NAME",
        action="append",
        dest="webhook_hosts",
        help="further host that webhooks may go to; repeat it for more",
    )
    parser.add_argument("--provisioning-delay", type=float, help="seconds until messaging is turned on for a number")
    parser.add_argument(
        "--shape",
        choices=SHAPES,
        help="how numbers look, and whether messaging must be turned on: as in 2018, or as today",
    )
    parser.add_argument("--strict", action="store_true", help="mark answers that rest on inference with a header")
    parser.add_argument("--account", choices=("new", "lived-in"), help="what the account begins with")
    parser.add_argument("--seed-file", metavar="FILE", help="a YAML or JSON file of what the account begins with")
    parser.add_argument("--now", metavar="TIME", help="the time at the start, in ISO 8601")
    options = signature(Sandbox).parameters
    defaults = {name: option.default for name, option in options.items()}
    # argparse appends to lists.
    parser.set_defaults(**{name: [] if default == () else default for name, default in defaults.items()})
    chosen = parser.parse_args(arguments)

    def announce(url: str) -> None:
        sys.stdout.write(f"{url}\n")
        sys.stdout.flush()
        for hint in hints(url, chosen.access_key, chosen.secret_key):
            sys.stderr.write(f"{hint}\n")

    try:
        sandbox = Sandbox(**{name: getattr(chosen, name) for name in options})
        serve(sandbox, host=chosen.host, port=chosen.port, announce=announce)
    except sqlite3.Error as error:
        parser.exit(_REFUSED, f"{chosen.state} cannot be used: {error}\n")
    except OSError as error:
        hint = "; take another --port, or 0 for a free one" if error.errno in {EACCES, EADDRINUSE} else ""
        parser.exit(_REFUSED, f"{error.strerror or error}{hint}\n")
    except ValueError as error:
        parser.exit(_REFUSED, f"{error}\n")


if __name__ == "__main__":
    main()
