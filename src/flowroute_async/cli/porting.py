"""`flowroute porting`: numbers of other carriers that are to come to the account."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeAlias, Unpack, cast

import typer

from flowroute_async.arguments import resource_id
from flowroute_async.cli.command import command, group, subgroup
from flowroute_async.cli.confirmation import ask, ask_secret
from flowroute_async.cli.options import PHONE_NUMBER, MaxItems, PageSize, Yes, cleared, clearing, described
from flowroute_async.cli.output import Output
from flowroute_async.cli.values import checked
from flowroute_async.port_order_parts import CLEARABLE, NewPortOrderParts, PortOrderParts, port_order_parts

if TYPE_CHECKING:
    from flowroute_async.client import FlowrouteClient
    from flowroute_async.port_order_parts import PresetName
    from flowroute_openapi.models import LetterOfAuthorization, PortOrderSummary

app: typer.Typer = group("porting")
loa_app: typer.Typer = subgroup(app, "loa", "The letter of authorization: read it, and sign it.")

_SUMMARY = ("id", "alias", "status", "group_id")
_SECRETS = {"pin": "PIN", "last_4_ssn": "Last four digits of the SSN", "provider_account": "Account"}

Order: TypeAlias = Annotated[
    str,
    typer.Argument(
        parser=checked(resource_id, "ORDER"), metavar="ORDER", help="The order's id, as `porting list` shows it."
    ),
]
Group: TypeAlias = Annotated[
    str,
    typer.Argument(
        parser=checked(resource_id, "GROUP"),
        metavar="GROUP",
        help="The group_id of an order.",
    ),
]
Numbers: TypeAlias = Annotated[
    list[str], typer.Argument(parser=PHONE_NUMBER, metavar="NUMBER...", help="Numbers of another carrier.")
]
Secrets: TypeAlias = Annotated[
    list[str] | None,
    typer.Option(
        "--ask",
        metavar="NAME",
        help="Ask for a secret that is not to stand in the shell's history: pin, last_4_ssn or provider_account; "
        "repeat it for more.",
    ),
]


@command(app, "check", examples="porting check 12065550142 12065550143")
async def check(client: FlowrouteClient, output: Output, *, numbers: Numbers) -> None:
    """Show which numbers can be ported."""
    output.item(await client.porting.check(*numbers))


@command(app, "list", examples="porting list --status pending")
async def list_(
    client: FlowrouteClient,
    output: Output,
    *,
    status: Annotated[str | None, typer.Option(help="Only those of this status.")] = None,
    max_items: MaxItems = None,
    page_size: PageSize = None,
) -> None:
    """List the orders."""
    from flowroute_openapi.models import PortOrderSummary

    filters: Any = {} if status is None else {"status": status}
    found = client.porting.list(max_items=max_items, page_size=page_size, **filters)
    await output.items(found, PortOrderSummary, _SUMMARY)


@command(app, "group", examples="porting group 38697")
async def show_group(client: FlowrouteClient, output: Output, *, group_id: Group) -> None:
    """Show the orders of a group; what they come to is said on the standard error."""
    from flowroute_openapi.models import PortOrderSummary

    found = await client.porting.group(group_id)
    await output.items(_each(found.orders), PortOrderSummary, _SUMMARY)
    output.say(f"Group {found.id}: {found.status or 'no status'}.")


@command(app, "get", examples="porting get 42361")
async def get(client: FlowrouteClient, output: Output, *, order: Order) -> None:
    """Show an order. Secrets in it are not shown."""
    output.item(await client.porting.get(order))


@command(app, "status", examples="porting status 42361")
async def status(client: FlowrouteClient, output: Output, *, order: Order) -> None:
    """Show how far an order is."""
    output.item(await client.porting.status(order))


@command(
    app,
    "create",
    descriptions=described(PortOrderParts),
    without=tuple(_SECRETS),
    examples="""
    porting create 12065550142 --billing-name "Janet Doe" --street "1 Main St" \
        --city Tacoma --state WA --zip 98407 --provider Acme
    """,
)
async def create(
    client: FlowrouteClient,
    output: Output,
    *,
    numbers: Numbers,
    secrets: Secrets = None,
    yes: Yes = False,
    **parts: Unpack[NewPortOrderParts],
) -> None:
    """Order numbers to be ported. The fee is due later, when the letter of authorization is signed and submitted."""
    given = _given(parts)
    port_order_parts(given, client.clock.now().date())  # what is wrong is said before any question
    details: Any = given | _asked(secrets)
    ask(f"{', '.join(numbers)} will be ordered to be ported from {parts['provider']}.", yes=yes)
    output.item(await client.porting.create(numbers, **details))


@command(
    app,
    "update",
    descriptions=described(PortOrderParts),
    without=tuple(_SECRETS),
    examples="""
    porting update 42361 --alias home --ask pin
    porting update 42361 --clear status_url --clear last_4_ssn
    """,
)
async def update(
    client: FlowrouteClient,
    output: Output,
    *,
    order: Order,
    secrets: Secrets = None,
    clear: Annotated[list[str] | None, clearing(*sorted(CLEARABLE))] = None,
    **parts: Unpack[PortOrderParts],
) -> None:
    """Change details of an order that is pending or rejected; what is not given stays."""
    given = _given(parts)
    details: Any = given | cleared(clear, given | dict.fromkeys(secrets or ()))
    port_order_parts(details, client.clock.now().date())  # what is wrong is said before any question
    output.item(await client.porting.update(order, **(details | _asked(secrets))))


@command(app, "presets", examples="porting presets 42361 --primary-route-id 20001")
async def presets(
    client: FlowrouteClient,
    output: Output,
    *,
    order: Order,
    cnam_id: Annotated[str | None, typer.Option(metavar="ID", help="The CNAM record of the numbers.")] = None,
    e911_id: Annotated[str | None, typer.Option(metavar="ID", help="Their E911 address.")] = None,
    primary_route_id: Annotated[str | None, typer.Option(metavar="ID", help="The route that calls take.")] = None,
    failover_route_id: Annotated[
        str | None, typer.Option(metavar="ID", help="The one that they take where that fails.")
    ] = None,
    remove: Annotated[
        str | None, typer.Option(metavar="NAME", help="Remove one instead, such as primary_route_id.")
    ] = None,
) -> None:
    """Set the configuration that the numbers get once they are ported."""
    ids = {
        "cnam_id": cnam_id,
        "e911_id": e911_id,
        "primary_route_id": primary_route_id,
        "failover_route_id": failover_route_id,
    }
    given: Any = {name: value for name, value in ids.items() if value is not None}
    if remove is not None:
        if given:
            raise typer.BadParameter("--remove stands alone")
        output.item(await client.porting.remove_preset(order, cast("PresetName", remove)))
        return
    output.item(await client.porting.set_presets(order, **given))


@command(app, "numbers", examples="porting numbers 42361 --add 12065550144 --remove 12065550142")
async def numbers(
    client: FlowrouteClient,
    output: Output,
    *,
    order: Order,
    add: Annotated[
        list[str] | None, typer.Option(parser=PHONE_NUMBER, metavar="NUMBER", help="One to add; repeat it for more.")
    ] = None,
    remove: Annotated[
        list[str] | None, typer.Option(parser=PHONE_NUMBER, metavar="NUMBER", help="One to remove; repeat it for more.")
    ] = None,
) -> None:
    """Add numbers to a pending order, and remove others."""
    output.item(await client.porting.change_numbers(order, add=add or (), remove=remove or ()))


@command(
    app,
    "add-document",
    examples="""
    porting add-document 42361 bill.pdf
    porting add-document 42361 https://example.com/bill.pdf
    """,
)
async def add_document(
    client: FlowrouteClient,
    output: Output,
    *,
    order: Order,
    document: Annotated[
        str, typer.Argument(metavar="FILE|URL", help="A file to send, or an address where the vendor can fetch it.")
    ],
) -> None:
    """Add a document, such as a bill: a file, which goes to another host, or its URL, which the vendor fetches."""
    is_url = document.lower().startswith(("http://", "https://"))
    place: Any = {"url": document} if is_url else {"path": document}
    output.item(await client.porting.add_document(order, **place))


@command(app, "document", examples="porting document 42361 0 --file bill.pdf")
async def document(
    client: FlowrouteClient,
    output: Output,
    *,
    order: Order,
    document_id: Annotated[
        str,
        typer.Argument(
            parser=checked(resource_id, "DOCUMENT"),
            metavar="DOCUMENT",
            help="The document's id.",
        ),
    ],
    file: Annotated[
        Path | None,
        typer.Option("--file", metavar="FILE", dir_okay=False, help="Fetch it into this file, from another host."),
    ] = None,
) -> None:
    """Show where a document of an order can be fetched, or fetch it."""
    if file is not None and file.exists():
        raise typer.BadParameter(f"{file} is there already")
    output.item(await client.porting.document(order, document_id, file))


@command(app, "add-numbers", examples="porting add-numbers 38697 12065550146")
async def add_numbers(
    client: FlowrouteClient,
    output: Output,
    *,
    group_id: Group,
    numbers: Numbers,
    yes: Yes = False,
) -> None:
    """Add numbers to a group of orders; it may open further orders."""
    ask(f"{', '.join(numbers)} will be ordered to be ported with group {group_id}.", yes=yes)
    output.item(await client.porting.add_numbers(group_id, *numbers))


@command(app, "cancel", examples="porting cancel 42361")
async def cancel(client: FlowrouteClient, output: Output, *, order: Order, yes: Yes = False) -> None:
    """Cancel an order that is pending, or abandon one that is rejected. It is final."""
    ask(f"Order {order} will be cancelled.", yes=yes)
    output.item(await client.porting.cancel(order))


@command(loa_app, "show", examples="porting loa show 42361")
async def show_loa(client: FlowrouteClient, output: Output, *, order: Order) -> None:
    """Show the letter of authorization."""
    output.item(await client.porting.loa(order))


@command(loa_app, "sign", examples='porting loa sign 42361 --name "Janet Doe" --title Owner')
async def sign_loa(
    client: FlowrouteClient,
    output: Output,
    *,
    order: Order,
    name: Annotated[str, typer.Option(help="The name of the person who signs.")],
    title: Annotated[str, typer.Option(help="The title of that person at the company.")],
    yes: Yes = False,
) -> None:
    """Sign the letter of authorization: a legal act, after which the order is submitted and its fee is taken."""
    letter: LetterOfAuthorization = await client.porting.loa(order)
    subject = f"{', '.join(letter.numbers or ())} of {letter.billing_name}, from {letter.provider}"
    ask(
        f"{name}, {title}, will sign the letter of authorization for {subject}. It is binding, and a fee follows.",
        yes=yes,
    )
    await client.porting.sign_loa(order, letter, signature_name=name, signature_title=title)
    output.say(f"The letter of order {order} is signed.")


async def _each(orders: Iterable[PortOrderSummary]) -> AsyncIterator[PortOrderSummary]:
    for order in orders:
        yield order


def _given(parts: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in parts.items() if value not in (None, [])}


def _asked(names: Iterable[str] | None) -> dict[str, str]:
    """Prompt for secrets without showing them."""
    answers: dict[str, str] = {}
    for name in names or ():
        if name not in _SECRETS:
            raise typer.BadParameter(f"--ask takes {', '.join(_SECRETS)}, not {name!r}")
        answers[name] = ask_secret(_SECRETS[name])
    return answers
