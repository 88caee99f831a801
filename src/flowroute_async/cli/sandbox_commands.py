"""`flowroute sandbox COMMAND`: what the world, the vendor's staff and time do to a sandbox that runs."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Annotated, TypeAlias, cast

import typer

from flowroute_async.cli.account import Account
from flowroute_async.cli.command import command, group
from flowroute_async.cli.exit_codes import ExitCode
from flowroute_async.cli.failures import Failure, Refusal
from flowroute_async.cli.output import Output
from flowroute_async.cli.running_sandbox import RunningSandbox
from flowroute_async.cli.values import choice, number, whole

app: typer.Typer = group(
    "sandbox",
    "The first line of the output is its URL. With a command, do to the sandbox that runs what the command says; which "
    "one that is, FR_BASE_URL says; by default the one on port 8900.",
    no_args_is_help=False,
)

_SECONDS = {"s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
_TIME = re.compile(r"([0-9]{1,12}(?:\.[0-9]{1,9})?)\s*([smhd]?)")


_FAULT = ("operation", "times", "status", "drop", "delay", "retry_after", "after_effect", "truncate")
_SEARCHED = ("method", "path", "query", "operation", "body")
_REQUEST = ("status", "method", "path", "query", "operation", "duration", "at", "inferred", "headers", "body")


def _time(text: str) -> float:
    found = _TIME.fullmatch(text.strip())
    if found is None:
        raise typer.BadParameter(f"{text!r} is no time, such as 90, 30s, 5m, 48h or 2d")
    return float(found[1]) * _SECONDS[found[2] or "s"]


_Name: TypeAlias = Annotated[str, typer.Argument(metavar="RECORD", help="The CNAM record: its id, or its name.")]


@command(
    app,
    "receive",
    examples="""
    sandbox receive --from 206-555-0142 --body "Hello yourself"
    """,
)
async def receive(
    account: Account,
    output: Output,
    *,
    from_: Annotated[str, typer.Option("--from", help="Who sends it: a phone number in any usual form.")],
    to: Annotated[
        str | None, typer.Option(help="A number of the account; it may stay away where the account has one only.")
    ] = None,
    body: Annotated[str | None, typer.Option(help="The text.")] = None,
    media_urls: Annotated[
        list[str] | None, typer.Option("--media-url", metavar="URL", help="A file's address; repeat it for more.")
    ] = None,
    at: Annotated[
        str | None, typer.Option(metavar="TIME", help="When it arrived, in ISO 8601; by default now.")
    ] = None,
) -> None:
    """Receive a message, and send its webhook."""
    with RunningSandbox(account) as sandbox:
        recipient = to or _only_number(sandbox)
        arguments = {"from": from_, "to": recipient, "body": body, "media_urls": media_urls or [], "at": at}
        id_ = cast("str", sandbox.call("POST", "messages", **arguments))
    output.item({"id": id_, "to": recipient})


@command(app, "approve", examples="sandbox approve 20002")
async def approve(account: Account, output: Output, *, record: _Name) -> None:
    """Approve a CNAM record, as the vendor's staff does within two days."""
    with RunningSandbox(account) as sandbox:
        id_ = _record(sandbox, record)
        sandbox.call("POST", "cnams", id_, "approve")
    output.say(f"CNAM record {id_} is approved.")


@command(
    app,
    "reject",
    examples="""
    sandbox reject 20002 --reason "not your name"
    """,
)
async def reject(
    account: Account, output: Output, *, record: _Name, reason: Annotated[str, typer.Option(help="Why.")]
) -> None:
    """Reject a CNAM record."""
    with RunningSandbox(account) as sandbox:
        id_ = _record(sandbox, record)
        sandbox.call("POST", "cnams", id_, "reject", reason=reason)
    output.say(f"CNAM record {id_} is rejected.")


@command(app, "fault", examples="sandbox fault send_message --status 500")
async def fault(
    account: Account,
    output: Output,
    *,
    operation: Annotated[
        str, typer.Argument(metavar="[OPERATION]", help="Such as purchase_number; any by default.")
    ] = "*",
    status: Annotated[
        int | None, typer.Option(parser=whole(200, 599), metavar="N", help="Answer with this status.")
    ] = None,
    times: Annotated[int, typer.Option(parser=whole(1), metavar="N", help="How many requests meet it.")] = 1,
    body: Annotated[str | None, typer.Option(help="The answer's body; an error of the vendor's by default.")] = None,
    retry_after: Annotated[str | None, typer.Option(metavar="TEXT", help="The answer's Retry-After.")] = None,
    after_effect: Annotated[bool, typer.Option("--after-effect", help="Let the request take effect first.")] = False,
    drop: Annotated[
        str | None, choice(("before", "after"), text="Close the connection before or after the effect.")
    ] = None,
    delay: Annotated[
        float | None, typer.Option(parser=number(), metavar="SECONDS", help="Wait before the answer.")
    ] = None,
    truncate: Annotated[bool, typer.Option("--truncate", help="Cut the answer in half.")] = False,
    clear: Annotated[bool, typer.Option("--clear", help="Switch all faults off.")] = False,
) -> None:
    """Make the next requests of an operation fail. Without any option, show the faults that wait."""
    arguments = {
        "status": status,
        "body": body,
        "retry_after": retry_after,
        "after_effect": after_effect or None,
        "drop": drop,
        "delay": delay,
        "truncate": truncate or None,
    }
    given = {name: value for name, value in arguments.items() if value is not None}
    with RunningSandbox(account) as sandbox:
        if clear:
            sandbox.call("DELETE", "faults")
            output.say("No fault waits any more.")
        elif given:
            sandbox.call("POST", "faults", operation=operation, times=times, **given)
            output.say(f"The fault waits for {'any request' if operation == '*' else operation}, {times} times.")
        else:
            waiting = _records(sandbox.call("GET", "faults"), _FAULT)
            await output.items(_each(waiting), _FAULT, _FAULT)


@command(app, "advance", examples="sandbox advance 48h")
async def advance(
    account: Account,
    output: Output,
    *,
    time: Annotated[float, typer.Argument(parser=_time, metavar="TIME", help="How far: 90, 30s, 5m, 48h, 2d.")],
) -> None:
    """Move the sandbox's clock forward: receipts, retries of webhooks and rate limits go by it."""
    with RunningSandbox(account) as sandbox:
        sandbox.call("POST", "advance", seconds=time)
        now = sandbox.call("GET", "state", "now")
    output.say(f"The sandbox's clock says {now}.")


@command(app, "requests", examples="sandbox requests --max-items 5")
async def requests(
    account: Account,
    output: Output,
    *,
    max_items: Annotated[int, typer.Option(parser=whole(1), metavar="N", help="The latest so many.")] = 20,
    search: Annotated[
        str | None, typer.Option(metavar="TEXT", help="Those with this text in path, query, operation or body.")
    ] = None,
    failed: Annotated[bool, typer.Option("--failed", help="Those that were refused or dropped.")] = False,
    clear: Annotated[bool, typer.Option("--clear", help="Forget them.")] = False,
) -> None:
    """Show the requests that the sandbox has seen, the latest last; headers and bodies are in JSON only."""
    with RunningSandbox(account) as sandbox:
        if clear:
            sandbox.call("DELETE", "requests")
            output.say("The requests are forgotten.")
            return
        records = _records(sandbox.call("GET", "requests"), _REQUEST)
        seen = [{**one, "duration": round(cast("float", one["duration"]), 6)} for one in records]
    wanted = [
        one
        for one in seen
        if (not failed or one["status"] is None or cast("int", one["status"]) >= 400)  # noqa: PLR2004 - where errors begin
        and (search is None or search.lower() in "\n".join(str(one[name]) for name in _SEARCHED).lower())
    ]
    await output.items(
        _each(wanted[-max_items:]), _REQUEST, ("status", "method", "path", "query", "operation", "duration")
    )


def _only_number(sandbox: RunningSandbox) -> str:
    numbers = [cast("Mapping[str, str]", one)["id"] for one in _list(sandbox.call("GET", "state", "numbers"))]
    if len(numbers) != 1:
        has = f"{len(numbers)} numbers" if numbers else "no number yet"
        hint = "`flowroute numbers list` shows them." if numbers else "Buy one: `flowroute numbers purchase`."
        raise Refusal(Failure(f"--to: the account has {has}; say which.", hint, ExitCode.USAGE))
    return numbers[0]


def _record(sandbox: RunningSandbox, wanted: str) -> str:
    for one in _list(sandbox.call("GET", "state", "names")):
        name = cast("Mapping[str, str]", one)
        if wanted.strip().upper() in {name["id"], name["value"]}:
            return name["id"]
    sentence = f"RECORD: {wanted!r} is none of the account's CNAM records."
    raise Refusal(Failure(sentence, "`flowroute cnam list` shows them.", ExitCode.NOT_FOUND))


def _list(value: object) -> Sequence[object]:
    return cast("Sequence[object]", value)


def _records(value: object, names: Sequence[str]) -> list[Mapping[str, object]]:
    return [{name: cast("Mapping[str, object]", one)[name] for name in names} for one in _list(value)]


async def _each(items: Sequence[Mapping[str, object]]) -> AsyncIterator[Mapping[str, object]]:
    for item in items:
        yield item
