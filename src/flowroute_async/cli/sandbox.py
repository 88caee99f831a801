"""`flowroute sandbox`: serves a local Flowroute, and with a command after it does to a running one what it says."""

import sqlite3
from pathlib import Path
from typing import Annotated, Literal

import typer

from flowroute_async.cli import sandbox_commands
from flowroute_async.cli.account import Account
from flowroute_async.cli.command import epilog_of
from flowroute_async.cli.exit_codes import ExitCode
from flowroute_async.cli.failures import Failure, Refusal, failures_reported
from flowroute_async.cli.options import Port
from flowroute_async.cli.ports import port_refusal
from flowroute_async.cli.values import number, whole

_KEY = "sandbox"

_EXAMPLES = """
sandbox --port 8900
sandbox --port 8900 --account lived-in --state sandbox.db
"""

app: typer.Typer = sandbox_commands.app


@app.callback(invoke_without_command=True, epilog=epilog_of(_EXAMPLES))
def sandbox(
    context: typer.Context,
    *,
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Port = 0,
    seed: Annotated[int, typer.Option(parser=whole(0), metavar="N", help="Decides which numbers are for sale.")] = 1,
    numbers: Annotated[
        int, typer.Option(parser=whole(0), metavar="N", help="How many numbers are for sale.")
    ] = 100_000,
    latency: Annotated[
        float, typer.Option(parser=number(), metavar="SECONDS", help="Seconds before each answer.")
    ] = 0.0,
    max_page: Annotated[int, typer.Option(parser=whole(1), metavar="N", help="The longest page of every list.")] = 200,
    access_key: Annotated[str, typer.Option(help="The access key that requests must show.")] = _KEY,
    secret_key: Annotated[str, typer.Option(help="The secret key that requests must show.")] = _KEY,
    state: Annotated[
        Path | None, typer.Option(metavar="FILE", dir_okay=False, help="Keep the account in this file, over restarts.")
    ] = None,
    rate: Annotated[
        float | None, typer.Option(parser=number(), metavar="N", help="Requests a second in all; no limit by default.")
    ] = None,
    sms_rate: Annotated[float, typer.Option(parser=number(), metavar="N", help="SMS a second.")] = 5,
    mms_rate: Annotated[float, typer.Option(parser=number(), metavar="N", help="MMS a second.")] = 1,
    allowed_host: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME",
            help="A further name by which it may be asked, its page and controls included; repeat it for more.",
        ),
    ] = None,
    webhook_host: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="A further host that webhooks may go to; repeat it for more."),
    ] = None,
    provisioning_delay: Annotated[
        float, typer.Option(parser=number(), metavar="SECONDS", help="Time until messaging is turned on for a number.")
    ] = 1.0,
    shape: Annotated[
        Literal["2018", "today"], typer.Option(help="Let numbers be as in 2018, or as they are today.")
    ] = "today",
    strict: Annotated[
        bool, typer.Option("--strict", help="Mark answers that rest on inference with a header.")
    ] = False,
    account: Annotated[
        Literal["new", "lived-in"], typer.Option(help="Begin with an account that was never used, or used for months.")
    ] = "new",
    seed_file: Annotated[
        Path | None,
        typer.Option(metavar="FILE", dir_okay=False, help="Begin with what this YAML or JSON file says instead."),
    ] = None,
    now: Annotated[
        str | None, typer.Option(metavar="TIME", help="The time at the start, in ISO 8601; by default the real one.")
    ] = None,
) -> None:
    """Serve a sandbox, unless a command follows."""
    if context.invoked_subcommand is not None:
        return
    if given := (context.find_object(Account) or Account()).given:
        names = ", ".join(f"--{name.replace('_', '-')}" for name in sorted(given))
        context.fail(f"{names}: `flowroute sandbox` serves a sandbox, and takes none of these.")
    with failures_reported():
        from flowroute_async.sandbox import Sandbox, serve
        from flowroute_async.sandbox.announcement import hints

        try:
            local = Sandbox(
                seed=seed,
                numbers=numbers,
                latency=latency,
                max_page=max_page,
                access_key=access_key,
                secret_key=secret_key,
                state=state,
                rate=rate,
                sms_rate=sms_rate,
                mms_rate=mms_rate,
                allowed_hosts=allowed_host or (),
                webhook_hosts=webhook_host or (),
                provisioning_delay=provisioning_delay,
                shape=shape,
                strict=strict,
                account=account,
                seed_file=seed_file,
                now=now,
            )
        except (ValueError, OSError) as error:
            raise Refusal(Failure(str(error), code=ExitCode.USAGE)) from None
        except sqlite3.Error as error:
            raise Refusal(Failure(f"{state} cannot be used: {error}", code=ExitCode.USAGE)) from None

        def announce(url: str) -> None:
            typer.echo(url)
            for hint in hints(url, access_key, secret_key):
                typer.echo(hint, err=True)

        try:
            serve(local, host=host, port=port, announce=announce)
        except BrokenPipeError:  # of the output, not of the address
            raise
        except OSError as error:
            raise port_refusal(error.strerror or str(error), error) from None
