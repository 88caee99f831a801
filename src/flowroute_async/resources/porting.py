"""`client.porting`: numbers of other carriers that are brought over to the account."""

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Literal, NotRequired, TypeAlias, TypedDict, TypeVar, Unpack, cast, get_args

import anyio
from pydantic import SecretStr

from flowroute_async import arguments
from flowroute_async.arguments import HasId
from flowroute_async.clock import Clock
from flowroute_async.config import Rates
from flowroute_async.errors import FileTransferError, InvalidArgumentError, NotFoundError
from flowroute_async.files import Files
from flowroute_async.hooks import Hooks
from flowroute_async.pagination import Paginator
from flowroute_async.postal import country_code
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
    PortOrderListDocument,
    PortOrderNumbersChange,
    PortOrderPresets,
    PortOrderStatus,
    PortOrderSummary,
    SignedLetter,
    SignedLetterAttributes,
    SignedLetterDocument,
)
from flowroute_openapi.types import Operation

__all__ = ["NewPortOrderParts", "PortOrderParts", "PortOrders", "Porting", "PresetName", "Presets"]

T = TypeVar("T")

MAX_DOCUMENT = 64 << 20
"""The largest document that is read or fetched, in bytes; the vendor documents no limit."""

PresetName: TypeAlias = Literal["cnam_id", "e911_id", "primary_route_id", "failover_route_id"]

_SECRETS = frozenset({"provider_account", "pin", "last_4_ssn"})
_LONGEST_WAIT = 31
_DIGITS_OF_SSN = 4


class PortOrderParts(TypedDict, total=False):
    """The parts of a port order that can be changed. What is not given stays as it is; None clears what may be empty.

    Attributes:
        billing_name: The name on the losing carrier's bill.
        street: The street address on that bill.
        street2: A second line of it.
        city: The city.
        state: A US state or Canadian province: two letters, or its name.
        zip: The zip or postal code.
        country: US or CA.
        provider: The losing carrier.
        usage_type: "Business" or "Residential".
        company: The company's name.
        billing_number: The main number of the account there.
        provider_account: The account there. Shown nowhere.
        pin: The PIN there. Shown nowhere.
        last_4_ssn: The last four digits of the social security number. Shown nowhere.
        alias: A name of your own.
        desired_completion_date: At most 30 days away.
        enable_cnam_lookups: Whether callers' names are looked up later; each look-up is charged.
        status_url: Called when the status changes.
        business_documents: Addresses of documents that the vendor fetches.
    """

    billing_name: str
    street: str
    street2: str | None
    city: str
    state: str
    zip: str
    country: str
    provider: str
    usage_type: Literal["Business", "Residential"]
    company: str | None
    billing_number: str | None
    provider_account: str | None
    pin: str | None
    last_4_ssn: str | None
    alias: str | None
    desired_completion_date: date | None
    enable_cnam_lookups: bool
    status_url: str | None
    business_documents: Sequence[str]


class NewPortOrderParts(TypedDict):
    """The parts of a new port order, as in `PortOrderParts`; country is US unless given."""

    billing_name: str
    street: str
    street2: NotRequired[str | None]
    city: str
    state: str
    zip: NotRequired[str]
    country: NotRequired[str]
    provider: str
    usage_type: NotRequired[Literal["Business", "Residential"]]
    company: NotRequired[str | None]
    billing_number: NotRequired[str | None]
    provider_account: NotRequired[str | None]
    pin: NotRequired[str | None]
    last_4_ssn: NotRequired[str | None]
    alias: NotRequired[str | None]
    desired_completion_date: NotRequired[date | None]
    enable_cnam_lookups: NotRequired[bool]
    status_url: NotRequired[str | None]
    business_documents: NotRequired[Sequence[str]]


class Presets(TypedDict, total=False):
    """What the numbers are set up with once they are ported; each an id or the resource.

    Attributes:
        cnam_id: The caller name.
        e911_id: The emergency address.
        primary_route_id: The primary route.
        failover_route_id: The failover route.
        alias: The alias.
    """

    cnam_id: str | HasId
    e911_id: str | HasId
    primary_route_id: str | HasId
    failover_route_id: str | HasId
    alias: str


@dataclass(frozen=True, slots=True)
class PortOrders:
    """The orders of a group.

    Attributes:
        id: The group's id.
        status: What its orders come to, such as "Requires Action", or None.
        orders: The orders.
    """

    id: str
    status: str | None
    orders: tuple[PortOrderSummary, ...]


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
        body = PortabilityCheck(numbers=_numbers("numbers", numbers))
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
        given: dict[str, object] = {"country": "US", **parts}
        for name in ("billing_name", "street", "city", "state", "provider"):
            if given.get(name) is None:
                raise InvalidArgumentError(name, "given")
        attributes = NewPortOrderAttributes(
            numbers=_numbers("numbers", numbers),
            presets=None if presets is None else _presets(presets),
            **self._parts(given),
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
            _NoOrdersAreAnEmptyList(self._sender),
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
            **changes: What to change, see `PortOrderParts`. None clears; what is not given stays.

        Raises:
            InvalidArgumentError: If a change is not of its form, or nothing changes.
            NotFoundError: If there is no such order.
            StatusError: If its status forbids it.
        """
        if not changes:
            raise InvalidArgumentError("changes", f"at least one of {', '.join(PortOrderParts.__annotations__)}")
        return await self._update(order, PortOrderChanges(**self._parts(changes)))

    async def set_presets(self, order: str | HasId, **presets: Unpack[Presets]) -> PortOrder:
        """Set what the numbers of a port order are set up with once they are ported.

        Args:
            order: The order, which is not completed yet.
            **presets: See `Presets`; what is not given stays.

        Raises:
            InvalidArgumentError: If a preset is not of its form, or there is none.
            NotFoundError: If there is no such order.
        """
        if not presets:
            raise InvalidArgumentError("presets", f"at least one of {', '.join(Presets.__annotations__)}")
        return await self._update(order, PortOrderChanges(presets=_presets(presets)))

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
            add=_numbers("add", add) if add else (), remove=_numbers("remove", remove) if remove else ()
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
        body = PortOrderGroupNumbers(add=_numbers("numbers", numbers))
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
            await self._files.save(_address(found), Path(os.fspath(path)), max_bytes=MAX_DOCUMENT)
        return found

    async def _update(self, order: str | HasId, changes: PortOrderChanges) -> PortOrder:
        body = PortOrderChangeDocument(data=PortOrderChange(attributes=changes))
        return (await self._sender.send(update_port_order(_id(order), body))).data

    def _parts(self, given: Mapping[str, object]) -> dict[str, Any]:
        known = PortOrderParts.__annotations__
        if unknown := ", ".join(sorted(given.keys() - known.keys())):
            raise TypeError(f"there is no {unknown}; a port order has {', '.join(known)}")
        today = self._sender.clock.now().date()
        return {name: _part(name, value, today) for name, value in given.items()}


class _NoOrdersAreAnEmptyList:
    """Sends calls for a list: an account without port orders answers 404, and that is an empty list."""

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

    @property
    def hooks(self) -> Hooks:
        return self._sender.hooks

    @property
    def account(self) -> str:
        return self._sender.account

    async def send(self, operation: Operation[T], /) -> T:
        try:
            return await self._sender.send(operation)
        except NotFoundError as error:
            # An unknown path is answered with 404 too, in other words.
            details = [one.detail for one in error.errors if isinstance(one.detail, str)]
            if operation.response is PortOrderListDocument and "No such port order" in details:
                return operation.decode(b'{"data": []}')
            raise

    async def send_raw(self, operation: Operation[T], /) -> RawResponse[T]:
        return await self._sender.send_raw(operation)


def _id(order: object) -> str:
    return arguments.resource_id("order", order)


def _address(file: PortOrderFile) -> str:
    if file.url is None:
        raise FileTransferError("the answer names no address", host="")
    return file.url


def _numbers(argument: str, numbers: object) -> tuple[str, ...]:
    kind = arguments.kind(numbers)
    if isinstance(numbers, str) or not isinstance(numbers, Sequence) or not numbers:
        raise InvalidArgumentError(argument, "one number or more", given=kind)
    given = cast("Sequence[object]", numbers)
    return tuple(f"+{arguments.phone_number(f'{argument}[{place}]', number)}" for place, number in enumerate(given))


def _presets(given: Mapping[str, object]) -> PortOrderPresets:
    known = Presets.__annotations__
    if unknown := ", ".join(sorted(given.keys() - known.keys())):
        raise TypeError(f"there is no {unknown}; presets are {', '.join(known)}")
    return PortOrderPresets(
        **{
            name: arguments.text(name, value) if name == "alias" else arguments.resource_id(name, value)
            for name, value in given.items()
        }
    )


_MAY_BE_NONE = frozenset(
    {"street2", "company", "billing_number", "alias", "desired_completion_date", "status_url", *_SECRETS}
)


def _part(name: str, value: object, today: date) -> object:
    if value is None and name in _MAY_BE_NONE:
        return None
    if name == "desired_completion_date":
        return _day(name, value, today)
    return _CHECKS.get(name, arguments.text)(name, value)


def _day(name: str, value: object, today: date) -> date:
    if isinstance(value, datetime) or not isinstance(value, date) or not 0 <= (value - today).days <= _LONGEST_WAIT:
        raise InvalidArgumentError(name, "a date within the next 30 days", given=arguments.kind(value))
    return value


def _country(name: str, value: object) -> str:
    code = country_code(value) if isinstance(value, str) else None
    if code is None:
        raise InvalidArgumentError(name, "US or CA", given=arguments.kind(value))
    return code


def _usage(name: str, value: object) -> str:
    if value not in ("Business", "Residential"):
        raise InvalidArgumentError(name, "Business or Residential", given=arguments.kind(value))
    return str(value)


def _urls(name: str, value: object) -> tuple[str, ...]:
    if isinstance(value, str) or not isinstance(value, Sequence):
        raise InvalidArgumentError(name, "a sequence of addresses", given=arguments.kind(value))
    given = cast("Sequence[object]", value)
    return tuple(arguments.web_url(f"{name}[{place}]", url) for place, url in enumerate(given))


def _secret(name: str, value: object) -> SecretStr:
    text = arguments.text(name, value)
    if name == "last_4_ssn" and (len(text) != _DIGITS_OF_SSN or not (text.isascii() and text.isdigit())):
        raise InvalidArgumentError(name, "four digits")
    return SecretStr(text)


_CHECKS: Mapping[str, Callable[[str, object], object]] = {
    "state": arguments.state,
    "country": _country,
    "usage_type": _usage,
    "enable_cnam_lookups": arguments.flag,
    "status_url": arguments.web_url,
    "business_documents": _urls,
    **dict.fromkeys(sorted(_SECRETS), _secret),
}
