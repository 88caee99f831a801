"""`flowroute messages enable`, `disable` and `provisioning`: which numbers can send and receive messages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, TypeAlias

import typer

from flowroute_async.arguments import resource_id
from flowroute_async.cli.command import command
from flowroute_async.cli.confirmation import ask
from flowroute_async.cli.messages import app
from flowroute_async.cli.options import Numbers, Wait, Yes
from flowroute_async.cli.output import Output
from flowroute_async.cli.values import checked

if TYPE_CHECKING:
    from flowroute_async.client import FlowrouteClient

CallbackUrl: TypeAlias = Annotated[str | None, typer.Option(metavar="URL", help="Called when the task ends.")]
Email: TypeAlias = Annotated[
    bool | None, typer.Option(help="Have the account's contact sent a mail when the task changes.")
]


@command(app, "enable", examples="messages enable 12065550100 12065550101 --wait 60")
async def enable(
    client: FlowrouteClient,
    output: Output,
    *,
    numbers: Numbers,
    callback_url: CallbackUrl = None,
    email: Email = None,
    wait: Wait = 0.0,
    yes: Yes = False,
) -> None:
    """Enable messaging for numbers. It costs money, and takes the vendor some time."""
    ask(f"Messaging will be enabled for {', '.join(numbers)}, at the usual price.", yes=yes)
    output.item(await client.message_provisioning.enable(*numbers, callback_url=callback_url, email=email, wait=wait))


@command(app, "disable", examples="messages disable 12065550100")
async def disable(
    client: FlowrouteClient,
    output: Output,
    *,
    numbers: Numbers,
    callback_url: CallbackUrl = None,
    email: Email = None,
    wait: Wait = 0.0,
    yes: Yes = False,
) -> None:
    """Disable messaging for numbers."""
    ask(f"{', '.join(numbers)} will neither send nor receive messages any more.", yes=yes)
    output.item(await client.message_provisioning.disable(*numbers, callback_url=callback_url, email=email, wait=wait))


@command(app, "provisioning", examples="messages provisioning 1c1b0a4f")
async def provisioning(
    client: FlowrouteClient,
    output: Output,
    *,
    task: Annotated[
        str,
        typer.Argument(
            parser=checked(resource_id, "TASK"), metavar="TASK", help="The id that `enable` or `disable` showed."
        ),
    ],
) -> None:
    """Show how far the vendor is with enabling or disabling."""
    output.item(await client.message_provisioning.status(task))
