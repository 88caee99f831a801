"""Webhooks of a sandbox that runs, sent on to an application that is being developed."""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, cast
from urllib.parse import urlsplit

import typer

from flowroute_async.cli.failures import Refusal
from flowroute_async.cli.running_sandbox import RunningSandbox

if TYPE_CHECKING:
    from flowroute_async.cli.account import Account

_KINDS = ("sms_callback", "mms_callback", "sms_dlr_callback", "mms_dlr_callback")
_TIMEOUT = 30.0
_BAD_GATEWAY = 502


def application_url(text: str) -> str:
    """Read the URL of an application.

    Raises:
        typer.BadParameter: If it is none.
    """
    try:
        parts = urlsplit(text)
        is_url = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_url = False
    if not is_url:
        raise typer.BadParameter(f"{text!r} is no URL, such as http://127.0.0.1:8080/flowroute")
    return text


@contextmanager
def registered(account: Account, url: str) -> Generator[None]:
    """Point a sandbox's webhooks at a URL, and back to where it sent them before at the end.

    Where no sandbox answers, say so, and let the webhooks come from elsewhere.

    Args:
        account: What the options before the command say.
        url: The URL.
    """
    with RunningSandbox(account) as sandbox:
        try:
            callbacks = cast("Sequence[Mapping[str, str]]", sandbox.call("GET", "state", "callbacks"))
            before = {callback["id"]: callback["url"] for callback in callbacks}
            for kind in _KINDS:
                sandbox.call("PUT", "callbacks", kind, url=url)
        except Refusal as refusal:
            typer.echo(f"{refusal} Have webhooks sent to the address above yourself.", err=True)
            yield
            return
        typer.echo(f"The sandbox at {sandbox.url} sends its webhooks here.", err=True)
        try:
            yield
        finally:
            with suppress(Refusal):  # a sandbox that is gone, or that may not send to where it did before
                for kind in _KINDS:
                    sandbox.call("PUT", "callbacks", kind, url=None)
                    if kind in before:
                        sandbox.call("PUT", "callbacks", kind, url=before[kind])


async def forward(url: str, body: bytes, content_type: str) -> int:
    """Send a webhook on, and return the status of the answer; 502 if there is none, and say so.

    Args:
        url: The application's URL.
        body: The webhook as it came.
        content_type: Its label.
    """
    import httpx

    async with httpx.AsyncClient(timeout=_TIMEOUT, trust_env=False) as client:
        try:
            answer = await client.post(url, content=body, headers={"content-type": content_type})
        except (httpx.HTTPError, httpx.InvalidURL, OSError, OverflowError) as error:
            typer.echo(f"Not forwarded: {url} does not answer ({type(error).__name__}).", err=True)
            return _BAD_GATEWAY
    typer.echo(f"Forwarded to {url}: {answer.status_code}", err=True)
    return answer.status_code
