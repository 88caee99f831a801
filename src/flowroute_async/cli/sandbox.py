"""`flowroute sandbox`: serves a local Flowroute."""

import sqlite3
from pathlib import Path
from typing import Annotated

import typer

from flowroute_async.cli.failures import ExitCode, Failure, Refusal, failures_reported

__all__ = ["sandbox"]


def sandbox(
    *,
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="The port to listen on; 0 for a free one.")] = 0,
    seed: Annotated[int, typer.Option(help="Decides which numbers are for sale.")] = 1,
    numbers: Annotated[int, typer.Option(help="How many numbers are for sale.")] = 100_000,
    latency: Annotated[float, typer.Option(help="Seconds before each answer.")] = 0.0,
    state: Annotated[
        Path | None, typer.Option(dir_okay=False, help="Keep the account in this file, over restarts.")
    ] = None,
    rate: Annotated[float | None, typer.Option(help="Requests a second in all; no limit by default.")] = None,
    sms_rate: Annotated[float, typer.Option(help="SMS a second.")] = 5,
    mms_rate: Annotated[float, typer.Option(help="MMS a second.")] = 1,
) -> None:
    """Serve a local Flowroute until Ctrl-C, to try things out on and to test against.

    The first line of the output is its URL. Its access key and secret key are both "sandbox".
    """
    with failures_reported():
        from flowroute_async.sandbox import Sandbox, serve  # noqa: PLC0415 - only a sandbox needs its packages

        try:
            local = Sandbox(
                seed=seed,
                numbers=numbers,
                latency=latency,
                state=state,
                rate=rate,
                sms_rate=sms_rate,
                mms_rate=mms_rate,
            )
        except ValueError as error:
            raise Refusal(Failure(str(error), code=ExitCode.USAGE)) from None
        except sqlite3.Error as error:
            raise Refusal(Failure(f"{state} cannot be used: {error}", code=ExitCode.USAGE)) from None
        serve(local, host=host, port=port, announce=_announce)


def _announce(url: str) -> None:
    typer.echo(url)
    typer.echo(f"Use it: FR_ACCESS_KEY=sandbox FR_SECRET_KEY=sandbox FR_BASE_URL={url} flowroute ...", err=True)
