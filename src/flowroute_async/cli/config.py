"""`flowroute config`: where the keys come from, whether they work, and keeping them in the system's keyring."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flowroute_async.cli import profiles
from flowroute_async.cli.account import Account, open_client
from flowroute_async.cli.command import command, group
from flowroute_async.cli.confirmation import ask, ask_secret
from flowroute_async.cli.options import Yes
from flowroute_async.cli.output import Output
from flowroute_async.cli.profiles import DEFAULT_PROFILE, profiles_file
from flowroute_async.errors import ConfigurationError, FlowrouteError

if TYPE_CHECKING:
    from flowroute_async.client import FlowrouteClient

app: typer.Typer = group(
    "config",
    "Without --profile, the keys are those of FR_ACCESS_KEY and FR_SECRET_KEY, or else those of the profile "
    f"{DEFAULT_PROFILE!r}. The keys of a profile stand in the system's keyring, or in the file that `config check` "
    "names, which only you may read:\n\n"
    '\b\n[profiles.work]\naccess_key = "..."\nsecret_key = "..."\nbase_url = "https://api.flowroute.com"',
)


@command(app, "check", examples="--profile work config check")
async def check(account: Account, output: Output) -> None:
    """Show where the keys come from, and make one call that changes nothing. No key is shown."""
    found = None if account.sandbox else account.find()
    refused: FlowrouteError | None = None
    try:
        async with open_client(account) as client:
            await client.numbers.list(max_items=1)
    except FlowrouteError as error:
        refused = error
    output.item(
        {
            "keys_from": found.keys_from if found else "the sandbox",
            "base_url": found.base_url if found else "a sandbox in this process",
            "profiles_file": str(profiles_file()),
            "works": refused is None,
        }
    )
    if refused is not None:
        raise refused


@command(app, "set-keys", examples="""--profile work config set-keys""")
async def set_keys(account: Account, output: Output) -> None:
    """Store the keys of a profile in the system's keyring.

    They are asked for and not shown. Without a terminal, they are read from the input: two lines.
    """
    profile = account.profile or DEFAULT_PROFILE
    access_key, secret_key = ask_secret("Access key"), ask_secret("Secret key")
    if not access_key or not secret_key:
        raise ConfigurationError(
            "two keys are wanted, and one of them is empty"
            if sys.stdin.isatty()
            else "two lines are wanted on the input: access key, secret key"
        )
    profiles.store_keys(profile, access_key, secret_key)
    output.say(f"The keys of profile {profile} are stored.")


@command(app, "forget-keys", examples="--profile work config forget-keys")
async def forget_keys(account: Account, output: Output) -> None:
    """Remove the keys of a profile from the system's keyring."""
    profile = account.profile or DEFAULT_PROFILE
    if not profiles.forget_keys(profile):
        raise ConfigurationError(f"the keyring holds no keys of profile {profile}")
    output.say(f"The keys of profile {profile} are forgotten.")


@command(app, "adopt-job", examples="--profile work config adopt-job buy.db")
async def adopt_job(
    client: FlowrouteClient,
    output: Output,
    *,
    file: Annotated[
        Path, typer.Argument(metavar="FILE", exists=True, dir_okay=False, help="What --journal or --checkpoint named.")
    ],
    yes: Yes = False,
) -> None:
    """Let a job that was begun with another key of the same account go on with these keys, after a rotation.

    Nothing in the API tells which account a key is of: on another account, numbers would be bought and messages sent
    that it was not meant for.
    """
    from flowroute_async.jobs import adopt

    ask(f"{file} goes on with these keys, which must be of the account that it was begun on.", yes=yes)
    adopt(file, client)
    output.say(f"{file} goes on with these keys: run its command again.")
