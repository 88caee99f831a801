"""`client.porting`: numbers of other carriers that are to come to the account."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TypeVar, Unpack, cast

from flowroute_async import arguments
from flowroute_async.arguments import HasId
from flowroute_async.clock import Clock
from flowroute_async.config import Rates
from flowroute_async.decoding import decoded
from flowroute_async.errors import InvalidArgumentError, NotFoundError
from flowroute_async.pagination import Paginator
from flowroute_async.port_orders import (
    NewPortOrderFields,
    PortOrderFields,
    PortPresets,
    Preset,
    new_port_order,
    plus_numbers,
    port_order_change,
    preset,
    preset_change,
)
from flowroute_async.response import RawResponse
from flowroute_async.sender import Sender
from flowroute_openapi.api.porting import (
    ListPortOrdersQuery,
    add_port_order_file,
    add_port_order_group_numbers,
    cancel_port_order,
    change_port_order_numbers,
    check_portability,
    create_port_order,
    create_port_order_upload,
    get_letter_of_authorization,
    get_port_order,
    get_port_order_file,
    get_port_order_status,
    list_port_orders,
    remove_port_order_preset,
    sign_letter_of_authorization,
    update_port_order,
)
from flowroute_openapi.models import (
    LetterOfAuthorization,
    NewPortOrderFile,
    NewPortOrderUpload,
    Portability,
    PortabilityCheck,
    PortOrder,
    PortOrderCancellation,
    PortOrderCancellationDocument,
    PortOrderCancellationStatus,
    PortOrderFile,
    PortOrderGroupNumbers,
    PortOrderListDocument,
    PortOrderNumbersChange,
    PortOrderStatus,
    PortOrderSummary,
    SignedLetter,
    SignedLetterAttributes,
    SignedLetterDocument,
)
from flowroute_openapi.types import Operation

__all__ = ["Porting"]

T = TypeVar("T")


class Porting:
    """Orders to port numbers from other carriers.

    An order is `pending` until its letter of authorization is signed, then `processing`; the vendor submits it to the
    losing carrier, and takes a fee for each number then. One request may become several orders of one group. An order
    that is pending for 45 days is cancelled.

    All of it but the portability check rests on the vendor's documentation alone.
    """

    def __init__(self, sender: Sender) -> None:
        self._sender = sender

    async def check(self, *numbers: str | HasId) -> Portability:
        """Check which numbers can be ported. It costs nothing.

        Args:
            *numbers: North American numbers, in any usual form.

        Returns:
            The numbers that can be ported and those that cannot, with a plus; one that can be ported quickly is in
            `hypernetwork_enabled`, and may be in `portable` too.

        Raises:
            InvalidArgumentError: If there is no number, or one is of another form.
        """
        body = PortabilityCheck(numbers=plus_numbers("numbers", numbers))
        return (await self._sender.send(check_portability(body))).data

    async def create(
        self, *numbers: str | HasId, **details: Unpack[NewPortOrderFields]
    ) -> tuple[PortOrderSummary, ...]:
        """Create an order to port numbers. It costs nothing yet, and is never sent twice.

        Args:
            *numbers: The numbers, in any usual form.
            **details: What the losing carrier knows, see `NewPortOrderFields`; billing_name, street, city, state,
                country and provider are required.

        Returns:
            The orders, pending: the vendor splits a request by carrier, kind and country, and they are of one group. It
            is not documented whether the answer is one order or the group; both are read.

        Raises:
            InvalidArgumentError: If a detail is missing or not of its form.
            ValidationFailedError: If the vendor refuses it, as a number that cannot be ported.
            OutcomeUnknownError: If no answer came; `list` tells whether the order exists.
        """
        raw = await self._sender.send_raw(create_port_order(new_port_order(numbers, details)))
        first = decoded(raw).data
        if first.type != "portorder_group":
            return (_summary(first),)
        answer = cast("RawResponse[PortOrderListDocument]", raw)
        group = decoded(replace(answer, operation=replace(answer.operation, response=PortOrderListDocument)))
        return tuple(order.model_copy(update={"group_id": order.group_id or first.id}) for order in group.data)

    def list(
        self,
        *,
        page_size: int | None = None,
        max_items: int | None = None,
        prefetch: int = 0,
        **filters: Unpack[ListPortOrdersQuery],
    ) -> Paginator[PortOrderSummary]:
        """List the account's orders; `get` has all of one.

        Args:
            page_size: Orders to a page, from 1 to 200, which is the default.
            max_items: The most orders to return, or None for all.
            prefetch: Pages to fetch together with each one that is needed, from 0 to 64.
            **filters: The document's filters: status, group_id, alias, numbers and dates.

        Raises:
            InvalidArgumentError: If an argument is out of its range.
        """
        checked = arguments.filters(filters, ListPortOrdersQuery.__annotations__)
        return Paginator(
            _EmptyIfNone(self._sender),
            lambda limit, offset: list_port_orders(limit=limit, offset=offset, **checked),
            page_size=page_size,
            max_items=max_items,
            prefetch=prefetch,
        )

    async def group(self, group: str | HasId) -> PortOrderListDocument:
        """Look up the orders that one request was split into, and what their group comes to.

        Args:
            group: The `group_id` of an order.

        Returns:
            The orders in `data`, and the group's `status`, such as "Requires Action" or "Completed".

        Raises:
            NotFoundError: If the account has no such group.
        """
        group_id = arguments.resource_id("group", group)
        return await self._sender.send(list_port_orders(group_id=group_id, status=""))

    async def get(self, order: str | HasId) -> PortOrder:
        """Look up an order.

        Args:
            order: The order's id, or the resource.

        Raises:
            NotFoundError: If the account does not have it.
        """
        return (await self._sender.send(get_port_order(arguments.resource_id("order", order)))).data

    async def status(self, order: str | HasId) -> PortOrderStatus:
        """Look up how far an order is.

        Args:
            order: The order's id, or the resource.

        Raises:
            NotFoundError: If the account does not have it.
        """
        return (await self._sender.send(get_port_order_status(arguments.resource_id("order", order)))).data

    async def update(self, order: str | HasId, **details: Unpack[PortOrderFields]) -> PortOrder:
        """Change details of an order that is pending or rejected.

        Args:
            order: The order's id, or the resource.
            **details: What to change, see `PortOrderFields`; what is not given stays.

        Raises:
            InvalidArgumentError: If a detail is not of its form, or nothing changes.
            NotFoundError: If the account does not have the order.
            ValidationFailedError: If its status does not allow it.
        """
        order_id, body = arguments.resource_id("order", order), port_order_change(details)
        return (await self._sender.send(update_port_order(order_id, body))).data

    async def cancel(self, order: str | HasId) -> PortOrderStatus:
        """Cancel an order that is pending, or abandon one that is rejected. It is final; later, only support can.

        Args:
            order: The order's id, or the resource.

        Raises:
            NotFoundError: If the account does not have it.
            ValidationFailedError: If its status does not allow it.
        """
        body = PortOrderCancellationDocument(data=PortOrderCancellation(attributes=PortOrderCancellationStatus()))
        return (await self._sender.send(cancel_port_order(arguments.resource_id("order", order), body))).data

    async def change_numbers(
        self, order: str | HasId, *, add: Sequence[str | HasId] = (), remove: Sequence[str | HasId] = ()
    ) -> PortOrder:
        """Add numbers to a pending order, and remove others.

        Args:
            order: The order's id, or the resource.
            add: Numbers to add, in any usual form.
            remove: Numbers to remove.

        Raises:
            InvalidArgumentError: If there is no number, or one is of another form.
            NotFoundError: If the account does not have the order.
        """
        if not add and not remove:
            raise InvalidArgumentError("add or remove", "one number or more", given="none")
        body = PortOrderNumbersChange(
            add=plus_numbers("add", add) if add else (), remove=plus_numbers("remove", remove) if remove else ()
        )
        return (await self._sender.send(change_port_order_numbers(arguments.resource_id("order", order), body))).data

    async def add_numbers(self, group: str | HasId, *numbers: str | HasId) -> PortOrder:
        """Add numbers to a group of orders; it may open further orders, and is never sent twice.

        Args:
            group: The `group_id` of an order.
            *numbers: The numbers, in any usual form.

        Raises:
            InvalidArgumentError: If there is no number, or one is of another form.
            NotFoundError: If the account does not have the group.
            OutcomeUnknownError: If no answer came; `group` tells which orders there are.
        """
        group_id, body = (
            arguments.resource_id("group", group),
            PortOrderGroupNumbers(add=plus_numbers("numbers", numbers)),
        )
        return (await self._sender.send(add_port_order_group_numbers(group_id, body))).data

    async def set_presets(self, order: str | HasId, **presets: Unpack[PortPresets]) -> PortOrder:
        """Say what the numbers of an order are set up with once they are ported.

        Args:
            order: The order's id, or the resource.
            **presets: See `PortPresets`; what is not given stays.

        Raises:
            InvalidArgumentError: If a preset is not of its form, or none is given.
            NotFoundError: If the account does not have the order.
            ValidationFailedError: If the account does not have what is named, or the status does not allow it.
        """
        order_id, body = arguments.resource_id("order", order), preset_change(presets)
        return (await self._sender.send(update_port_order(order_id, body))).data

    async def remove_preset(self, order: str | HasId, name: Preset) -> PortOrder:
        """Remove what the numbers of an order would be set up with.

        Args:
            order: The order's id, or the resource.
            name: "cnam_id", "e911_id", "primary_route_id" or "failover_route_id".

        Raises:
            InvalidArgumentError: If there is no such preset.
            NotFoundError: If the account does not have the order.
        """
        order_id, known = arguments.resource_id("order", order), preset(name)
        return (await self._sender.send(remove_port_order_preset(order_id, known))).data

    async def loa(self, order: str | HasId) -> LetterOfAuthorization:
        """Read the letter by which the losing carrier is told to release the numbers.

        Args:
            order: The order's id, or the resource.

        Raises:
            NotFoundError: If the account does not have the order.
        """
        return (await self._sender.send(get_letter_of_authorization(arguments.resource_id("order", order)))).data

    async def sign_loa(self, order: str | HasId, letter: LetterOfAuthorization, *, name: str, title: str) -> None:
        """Sign a letter of authorization: **a legal act, after which the vendor submits the order and takes its fee**.

        It is never part of another method, and never sent twice. `status` says "processing" afterwards.

        Args:
            order: The order's id, or the resource.
            letter: The letter as `loa` returned it, read by the person who signs.
            name: The name of that person.
            title: The title of that person at the company.

        Raises:
            InvalidArgumentError: If an argument is not of that form.
            NotFoundError: If the account does not have the order.
            OutcomeUnknownError: If no answer came; `status` tells whether the order is still pending.
        """
        order_id = arguments.resource_id("order", order)
        if not isinstance(letter, LetterOfAuthorization):
            raise InvalidArgumentError("letter", "the letter that `loa` returned", given=type(letter).__name__)
        signed = SignedLetterAttributes(
            **{
                **letter.model_dump(include=set(SignedLetterAttributes.model_fields)),
                "signature_name": arguments.text("name", name),
                "signature_title": arguments.text("title", title),
            }
        )
        body = SignedLetterDocument(data=SignedLetter(attributes=signed))
        await self._sender.send(sign_letter_of_authorization(order_id, body))

    async def add_document(self, order: str | HasId, url: str) -> PortOrderFile:
        """Have the vendor fetch a document, such as a bill, for an order that is pending or rejected.

        It is never sent twice: a second call would add the document a second time.

        Args:
            order: The order's id, or the resource.
            url: Where it can be fetched; `?filename=` may name it.

        Raises:
            InvalidArgumentError: If it is not an http or https URL.
            NotFoundError: If the account does not have the order.
        """
        order_id, body = arguments.resource_id("order", order), NewPortOrderFile(url=arguments.web_url("url", url))
        return (await self._sender.send(add_port_order_file(order_id, body))).data

    async def upload_url(self, order: str | HasId, filename: str) -> PortOrderFile:
        """Ask for an address to which a document of an order can be uploaded, by PUT and without credentials.

        Args:
            order: The order's id, or the resource.
            filename: The document's name.

        Raises:
            NotFoundError: If the account does not have the order.
        """
        order_id = arguments.resource_id("order", order)
        body = NewPortOrderUpload(filename=arguments.text("filename", filename))
        return (await self._sender.send(create_port_order_upload(order_id, body))).data

    async def document(self, order: str | HasId, file: str | HasId) -> PortOrderFile:
        """Look up where a document of an order can be fetched, without credentials, until `expires`.

        Args:
            order: The order's id, or the resource.
            file: The document's id, or the resource.

        Raises:
            NotFoundError: If the account does not have the order, or the order the document.
        """
        order_id, file_id = arguments.resource_id("order", order), arguments.resource_id("file", file)
        return (await self._sender.send(get_port_order_file(order_id, file_id))).data


def _summary(order: PortOrder) -> PortOrderSummary:
    shown = order.model_dump(include={"alias", "status", "group_id", "numbers"})
    return PortOrderSummary.model_validate({"id": order.id, "attributes": shown})


class _EmptyIfNone:
    """Sends the calls of a list that the vendor answers with 404 where there is nothing in it (seen live)."""

    def __init__(self, sender: Sender) -> None:
        self._sender = sender

    @property
    def clock(self) -> Clock:
        return self._sender.clock

    @property
    def max_concurrency(self) -> int:
        return self._sender.max_concurrency

    @property
    def rates(self) -> Rates:
        return self._sender.rates

    async def send(self, operation: Operation[T], /) -> T:
        try:
            return await self._sender.send(operation)
        except NotFoundError:
            return operation.decode(b'{"data": []}')

    async def send_raw(self, operation: Operation[T], /) -> RawResponse[T]:
        return await self._sender.send_raw(operation)
