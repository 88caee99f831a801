"""`client.e911`: the addresses that emergency services are sent to, and which number has which."""

from typing import Unpack

from flowroute_async import arguments
from flowroute_async.addresses import AddressChanges, NewAddress, changed_address, new_address
from flowroute_async.arguments import HasId, phone_number, resource_id
from flowroute_async.jobs.e911_jobs import E911Jobs
from flowroute_async.pagination import Paginator
from flowroute_async.sender import Sender
from flowroute_openapi import (
    ListE911AddressesQuery,
    associate_e911_address,
    create_e911_address,
    delete_e911_address,
    get_e911_address,
    list_e911_addresses,
    list_e911_numbers,
    unassociate_e911_address,
    update_e911_address,
    validate_e911_address,
)
from flowroute_openapi.models import E911Address, E911Number

__all__ = ["E911"]

_MAX_ADDRESSES_PAGE = 2000


class E911(E911Jobs):
    """The E911 addresses of the account.

    Wherever an address is meant, its id or the `E911Address` will do; wherever a number is meant, a phone number in any
    usual form, or a number object. Every method raises `InvalidArgumentError` before anything is sent, and `CallError`
    where the call fails. The vendor refuses in two ways: `ValidationFailedError` names the fields in `field_errors`;
    `BadRequestError` says that the address cannot be located.
    """

    def __init__(self, sender: Sender) -> None:
        self._sender = sender

    def list(
        self,
        *,
        page_size: int | None = None,
        max_items: int | None = None,
        prefetch: int = 0,
        **filters: Unpack[ListE911AddressesQuery],
    ) -> Paginator[E911Address]:
        """List the account's addresses.

        Args:
            page_size: Addresses to a page, from 1 to 2000, which is the default.
            max_items: The most addresses to give in all, or None for all.
            prefetch: Pages to fetch together with each one that is needed.
            **filters: `state`, by its two letters or its name, and parts of `label`, `city` and `street_name`, in any
                letter case.

        Raises:
            InvalidArgumentError: If an argument is out of its range.
        """
        checked = arguments.filters(filters, ListE911AddressesQuery.__annotations__)
        return Paginator(
            self._sender,
            lambda limit, offset: list_e911_addresses(limit=limit, offset=offset, **checked),
            page_size=page_size,
            max_page_size=_MAX_ADDRESSES_PAGE,
            max_items=max_items,
            prefetch=prefetch,
        )

    async def get(self, address: str | HasId) -> E911Address:
        """Look up an address.

        Raises:
            NotFoundError: If the account has no such address.
        """
        return (await self._sender.send(get_e911_address(resource_id("address", address)))).data

    async def validate(self, **address: Unpack[NewAddress]) -> None:
        """Check that an address is well formed and can be located, without storing it.

        Args:
            **address: The parts of the address, see `NewAddress`.

        Raises:
            InvalidArgumentError: If parts are missing or break a rule; `faults` has an error for each, by its name.
            BadRequestError: If the address cannot be located.
            ValidationFailedError: If the vendor refuses a part.
        """
        await self._sender.send(validate_e911_address(new_address(address)))

    async def create(self, **address: Unpack[NewAddress]) -> E911Address:
        """Check an address and store it.

        Args:
            **address: The parts of the address, see `NewAddress`.

        Raises:
            InvalidArgumentError: If parts are missing or break a rule; `faults` has an error for each, by its name.
            BadRequestError: If the address cannot be located.
            ValidationFailedError: If the vendor refuses a part.
            OutcomeUnknownError: If the answer was lost; the label tells in `list` whether the address was stored.
        """
        return (await self._sender.send(create_e911_address(new_address(address)))).data

    async def update(self, address: str | HasId, **changes: Unpack[AddressChanges]) -> E911Address:
        """Change some parts of an address; the others stay as they are.

        A unit is changed whole, `address_type` and `address_type_number` together, and removed where they are None.

        Args:
            address: The address. Of an `E911Address`, only the id is used.
            **changes: The parts to change, see `AddressChanges`. None removes the unit; what is not given stays.

        Raises:
            InvalidArgumentError: If a part breaks a rule, half a unit is given, another part is None, or nothing
                changes.
            NotFoundError: If the account has no such address.
            BadRequestError: If the changed address cannot be located.
            ValidationFailedError: If the vendor refuses a part.
        """
        body = changed_address(changes)
        return (await self._sender.send(update_e911_address(resource_id("address", address), body))).data

    async def delete(self, address: str | HasId) -> None:
        """Delete an address that no number has.

        Raises:
            NotFoundError: If the account has no such address.
            StatusError: If a number has it: take it away first, see `numbers` and `unassociate`.
        """
        await self._sender.send(delete_e911_address(resource_id("address", address)))

    async def associate(self, number: str | HasId, address: str | HasId) -> None:
        """Assign a number an address, in place of the one that it had.

        Each address that a number is given is charged; the same one again is not, and is no error.

        Raises:
            NotFoundError: If the account has no such number or address.
            ValidationFailedError: If the number cannot do emergency calls.
        """
        operation = associate_e911_address(phone_number("number", number), resource_id("address", address))
        await self._sender.send(operation)

    async def unassociate(self, number: str | HasId) -> None:
        """Remove a number's address: **emergency calls from it cannot be located then**.

        Raises:
            NotFoundError: If the account has no such number.
        """
        await self._sender.send(unassociate_e911_address(phone_number("number", number)))

    def numbers(
        self,
        address: str | HasId,
        *,
        page_size: int | None = None,
        max_items: int | None = None,
        prefetch: int = 0,
    ) -> Paginator[E911Number]:
        """List the numbers that have an address.

        Args:
            address: The address.
            page_size: Numbers to a page, from 1 to 200, which is the default.
            max_items: The most numbers to give in all, or None for all.
            prefetch: Pages to fetch together with each one that is needed.

        Raises:
            InvalidArgumentError: If an argument is out of its range.
        """
        address_id = resource_id("address", address)
        return Paginator(
            self._sender,
            lambda limit, offset: list_e911_numbers(address_id, limit=limit, offset=offset),
            page_size=page_size,  # no maximum is documented
            max_items=max_items,
            prefetch=prefetch,
        )
