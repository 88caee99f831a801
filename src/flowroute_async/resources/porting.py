"""`client.porting`: numbers of other carriers that are brought over to the account."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Unpack, cast, get_args

import anyio

from flowroute_async import arguments
from flowroute_async.arguments import HasId
from flowroute_async.errors import FileTransferError, InvalidArgumentError
from flowroute_async.files import Files
from flowroute_async.pagination import Paginator
from flowroute_async.port_order_lists import PortOrders, sender_of_lists
from flowroute_async.port_order_parts import (
    CLEARABLE,
    NewPortOrderParts,
    PortOrderParts,
    PresetName,
    Presets,
    hide_secrets,
    port_order_parts,
    port_order_presets,
    ported_numbers,
)
from flowroute_async.sender import Sender
from flowroute_openapi import (
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
    NewPortOrder,
    NewPortOrderAttributes,
    NewPortOrderDocument,
    NewPortOrderFile,
    NewPortOrderUpload,
    Portability,
    PortabilityCheck,
    PortOrder,
    PortOrderCancellation,
    PortOrderCancellationDocument,
    PortOrderCancellationStatus,
    PortOrderChange,
    PortOrderChangeDocument,
    PortOrderChanges,
    PortOrderFile,
    PortOrderGroup,
    PortOrderGroupNumbers,
    PortOrderNumbersChange,
    PortOrderStatus,
    PortOrderSummary,
    SignedLetter,
    SignedLetterAttributes,
    SignedLetterDocument,
)

__all__ = ["Porting"]

MAX_DOCUMENT = 64 << 20
"""The largest document that is read or fetched, in bytes; the vendor documents no limit."""


class Porting:
    """Port orders: requests to bring numbers over from another carrier.

    An order is created, its letter of authorization signed, and then submitted to the losing carrier, for a fee a
    number. Until it is signed, it costs nothing, and is abandoned after 45 days. What is known of these calls are pages
    of the vendor's documentation, of 2018. Wherever an order is meant, its id or the resource will do.
    """

    def __init__(self, sender: Sender, files: Files) -> None:
        self._sender = sender
        self._files = files

    async def check(self, *numbers: str | HasId) -> Portability:
        """Check which numbers can be ported. It is free, and changes nothing.

        Args:
            *numbers: The numbers, in any usual form, or the resources.

        Raises:
            InvalidArgumentError: If one is no number, or there is none.
        """
        body = PortabilityCheck(numbers=ported_numbers("numbers", numbers))
        return (await self._sender.send(check_portability(body))).data

    async def create(
        self, numbers: Sequence[str | HasId], *, presets: Presets | None = None, **parts: Unpack[NewPortOrderParts]
    ) -> PortOrderGroup:
        """Create a port order. Nothing is ported and no fee is due before its letter of authorization is signed.

        Args:
            numbers: The numbers to bring over.
            presets: What they are set up with once they are ported.
            **parts: Whose they are and where, see `NewPortOrderParts`.

        Returns:
            The group of the orders that the vendor makes of it: one for each carrier, kind and country.

        Raises:
            InvalidArgumentError: If a part is missing or not of its form.
            OutcomeUnknownError: If the answer was lost; `list` tells whether the order exists.
        """
        hide_secrets(cast("dict[str, Any]", parts))
        given: dict[str, object] = {"country": "US", **parts}
        for name in ("billing_name", "street", "city", "state", "provider"):
            if given.get(name) is None:
                raise InvalidArgumentError(name, "given")
        attributes = NewPortOrderAttributes(
            numbers=ported_numbers("numbers", numbers),
            presets=None if presets is None else port_order_presets(presets),
            **port_order_parts(given, self._sender.clock.now().date()),
        )
        body = NewPortOrderDocument(data=NewPortOrder(attributes=attributes))
        return (await self._sender.send(create_port_order(body))).data

    def list(
        self,
        *,
        page_size: int | None = None,
        max_items: int | None = None,
        prefetch: int = 0,
        **filters: Unpack[ListPortOrdersQuery],
    ) -> Paginator[PortOrderSummary]:
        """List the port orders of the account.

        Args:
            page_size: Orders to a page, from 1 to 200, which is the default.
            max_items: The most orders to return, or None for all.
            prefetch: Pages to fetch together with each one that is needed, from 0 to 64.
            **filters: The document's filters, such as `status` and `created_after`.

        Raises:
            InvalidArgumentError: If an argument is out of its range.
        """
        checked = arguments.filters(filters, ListPortOrdersQuery.__annotations__)
        return Paginator(
            sender_of_lists(self._sender),
            lambda limit, offset: list_port_orders(limit=limit, offset=offset, **checked),
            page_size=page_size,
            max_items=max_items,
            prefetch=prefetch,
        )

    async def get(self, order: str | HasId) -> PortOrder:
        """Look up a port order.

        Raises:
            NotFoundError: If there is no such order.
        """
        return (await self._sender.send(get_port_order(_id(order)))).data

    async def update(self, order: str | HasId, **changes: Unpack[PortOrderParts]) -> PortOrder:
        """Change a port order that is pending or rejected.

        Args:
            order: The order.
            **changes: What to change, see `PortOrderParts`, which says what None clears; what is not given stays.

        Raises:
            InvalidArgumentError: If a change is not of its form, something that is always there is None, or nothing
                changes.
            NotFoundError: If there is no such order.
            StatusError: If its status forbids it.
        """
        hide_secrets(cast("dict[str, Any]", changes))
        if not changes:
            raise InvalidArgumentError("changes", f"at least one of {', '.join(PortOrderParts.__annotations__)}")
        arguments.clear_only(changes, CLEARABLE)
        return await self._update(order, PortOrderChanges(**port_order_parts(changes, self._sender.clock.now().date())))

    async def set_presets(self, order: str | HasId, **presets: Unpack[Presets]) -> PortOrder:
        """Set what the numbers of a port order are set up with once they are ported.

        Args:
            order: The order, which is not completed yet.
            **presets: See `Presets`; what is not given stays, and `remove_preset` removes one.

        Raises:
            InvalidArgumentError: If a preset is not of its form or None, or there is none.
            NotFoundError: If there is no such order.
        """
        if not presets:
            raise InvalidArgumentError("presets", f"at least one of {', '.join(Presets.__annotations__)}")
        return await self._update(order, PortOrderChanges(presets=port_order_presets(presets)))

    async def remove_preset(self, order: str | HasId, preset: PresetName) -> PortOrder:
        """Remove what the numbers of a port order would be set up with.

        Args:
            order: The order.
            preset: "cnam_id", "e911_id", "primary_route_id" or "failover_route_id".

        Raises:
            InvalidArgumentError: If there is no such preset.
            NotFoundError: If there is no such order.
        """
        if preset not in get_args(PresetName):
            raise InvalidArgumentError("preset", f"one of {', '.join(get_args(PresetName))}")
        return (await self._sender.send(remove_port_order_preset(_id(order), preset))).data

    async def cancel(self, order: str | HasId) -> PortOrderStatus:
        """Cancel a pending port order, or abandon a rejected one: **it is over then**. No fee is due.

        Returns:
            The status: cancelled or abandoned.

        Raises:
            NotFoundError: If there is no such order.
            StatusError: If it is on its way already: the vendor's support may still stop it.
            OutcomeUnknownError: If the answer was lost; `status` tells.
        """
        body = PortOrderCancellationDocument(
            data=PortOrderCancellation(attributes=PortOrderCancellationStatus(status="cancelled"))
        )
        return (await self._sender.send(cancel_port_order(_id(order), body))).data

    async def status(self, order: str | HasId) -> PortOrderStatus:
        """Return the status of a port order.

        Raises:
            NotFoundError: If there is no such order.
        """
        return (await self._sender.send(get_port_order_status(_id(order)))).data

    async def group(self, group: str | HasId) -> PortOrders:
        """Return the orders of a group, and what they come to.

        Args:
            group: The group's id, such as `PortOrder.group_id`, or the group.

        Raises:
            NotFoundError: If there is no such group.
        """
        group_id = arguments.resource_id("group", group)
        document = await self._sender.send(list_port_orders(group_id=group_id, status=""))
        return PortOrders(group_id, document.status, document.data)

    async def change_numbers(
        self, order: str | HasId, *, add: Sequence[str | HasId] = (), remove: Sequence[str | HasId] = ()
    ) -> PortOrder:
        """Add numbers to a pending port order, and remove others.

        Args:
            order: The order.
            add: Numbers to add.
            remove: Numbers to remove.

        Raises:
            InvalidArgumentError: If one is no number, or there is none.
            NotFoundError: If there is no such order.
            OutcomeUnknownError: If the answer was lost; `get` tells.
        """
        if not add and not remove:
            raise InvalidArgumentError("add", "given, or remove is", given="nothing")
        body = PortOrderNumbersChange(
            add=ported_numbers("add", add) if add else (), remove=ported_numbers("remove", remove) if remove else ()
        )
        return (await self._sender.send(change_port_order_numbers(_id(order), body))).data

    async def add_numbers(self, group: str | HasId, *numbers: str | HasId) -> PortOrder:
        """Add numbers to a group of port orders; it may open further orders.

        Args:
            group: The group's id, or the group.
            *numbers: The numbers, in any usual form, or the resources.

        Raises:
            InvalidArgumentError: If one is no number, or there is none.
            NotFoundError: If there is no such group.
            OutcomeUnknownError: If the answer was lost; `group` tells.
        """
        body = PortOrderGroupNumbers(add=ported_numbers("numbers", numbers))
        operation = add_port_order_group_numbers(arguments.resource_id("group", group), body)
        return (await self._sender.send(operation)).data

    async def loa(self, order: str | HasId) -> LetterOfAuthorization:
        """Return the letter of authorization of a port order, to read it before it is signed.

        Raises:
            NotFoundError: If there is no such order.
        """
        return (await self._sender.send(get_letter_of_authorization(_id(order)))).data

    async def sign_loa(
        self, order: str | HasId, letter: LetterOfAuthorization, *, signature_name: str, signature_title: str
    ) -> PortOrder | None:
        """Sign the letter of authorization of a port order: **a legal act, after which the fee is due**.

        The order goes to the losing carrier then. It is never sent twice, and no other method signs.

        Args:
            order: The order.
            letter: The letter as `loa` returned it, which is what is signed.
            signature_name: Who signs.
            signature_title: As what, such as Owner.

        Returns:
            The order, or None where the answer does not hold it.

        Raises:
            InvalidArgumentError: If an argument is not of that form.
            NotFoundError: If there is no such order.
            StatusError: If its status forbids it, or the letter is not that of the order.
            OutcomeUnknownError: If the answer was lost; `status` tells.
        """
        order_id = _id(order)
        if not isinstance(cast("object", letter), LetterOfAuthorization):
            raise InvalidArgumentError("letter", "the letter as loa() returned it", given=arguments.kind(letter))
        signed: dict[str, Any] = {name: value for name, value in dict(letter).items() if name != "type"}
        signed["signature_name"] = arguments.text("signature_name", signature_name)
        signed["signature_title"] = arguments.text("signature_title", signature_title)
        body = SignedLetterDocument(data=SignedLetter(attributes=SignedLetterAttributes(**signed)))
        answer = await self._sender.send(sign_letter_of_authorization(order_id, body))
        return None if answer is None else answer.data

    async def add_document(
        self, order: str | HasId, *, url: str | None = None, path: str | os.PathLike[str] | None = None
    ) -> PortOrderFile:
        """Add a document, such as a bill, to a port order that is pending or rejected.

        Args:
            order: The order.
            url: Where the vendor can fetch it; or else
            path: A file to send, which goes to another host, without credentials.

        Raises:
            InvalidArgumentError: If neither or both are given, or one is not of its form.
            FileTransferError: If the other host does not take the file.
            NotFoundError: If there is no such order.
            OSError: If the file cannot be read.
            OutcomeUnknownError: If the answer was lost; `get` tells.
        """
        if (url is None) == (path is None):
            raise InvalidArgumentError("url", "given, or path is, and not both")
        order_id = _id(order)
        if path is None:
            fetched = NewPortOrderFile(url=arguments.web_url("url", url))
            return (await self._sender.send(add_port_order_file(order_id, fetched))).data
        file = anyio.Path(os.fspath(path))
        if (await file.stat()).st_size > MAX_DOCUMENT:
            raise InvalidArgumentError("path", f"a file of at most {MAX_DOCUMENT} bytes")
        content = await file.read_bytes()
        upload = (
            await self._sender.send(create_port_order_upload(order_id, NewPortOrderUpload(filename=file.name)))
        ).data
        await self._files.send(_address(upload), content)
        return upload

    async def document(
        self, order: str | HasId, document: str | HasId, path: str | os.PathLike[str] | None = None
    ) -> PortOrderFile:
        """Return where a document of a port order can be fetched, and fetch it if told to.

        Args:
            order: The order.
            document: The document's id, or the document.
            path: Where to write it, or None to fetch nothing.

        Returns:
            The document with its `url`, which is good until `expires`.

        Raises:
            FileTransferError: If it cannot be fetched.
            NotFoundError: If there is no such order or document.
            OSError: If the file cannot be written.
        """
        operation = get_port_order_file(_id(order), arguments.resource_id("document", document))
        found = (await self._sender.send(operation)).data
        if path is not None:
            pieces = self._files.pieces(_address(found), max_bytes=MAX_DOCUMENT)
            await self._files.save(pieces, Path(os.fspath(path)))
        return found

    async def _update(self, order: str | HasId, changes: PortOrderChanges) -> PortOrder:
        body = PortOrderChangeDocument(data=PortOrderChange(attributes=changes))
        return (await self._sender.send(update_port_order(_id(order), body))).data


def _id(order: object) -> str:
    return arguments.resource_id("order", order)


def _address(file: PortOrderFile) -> str:
    if file.url is None:
        raise FileTransferError("the answer names no address", host="")
    return file.url
