"""`client.cnam`: the caller names of the account, and which number shows which."""

from typing import Unpack

from flowroute_async import arguments
from flowroute_async.arguments import HasId, phone_number, resource_id
from flowroute_async.caller_names import caller_name
from flowroute_async.pagination import Paginator
from flowroute_async.sender import Sender
from flowroute_openapi import (
    ListCnamRecordsQuery,
    associate_cnam_record,
    create_cnam_record,
    delete_cnam_record,
    get_cnam_record,
    list_cnam_records,
    unassociate_cnam_record,
    update_cnam_record,
)
from flowroute_openapi.models import CnamRecord, CnamRecordChange, CnamRecordChangeDocument, NewCnamRecord

__all__ = ["Cnam"]


class Cnam:
    """The CNAM records of the account.

    A record is created, approved or rejected by the vendor within 48 hours, and can then be shown by US local numbers,
    which takes effect in 5 to 7 business days.

    Wherever a record is meant, its id or the `CnamRecord` will do; wherever a number is meant, a phone number in any
    usual form, or a number object. Every method raises `InvalidArgumentError` before anything is sent, and `CallError`
    where the call fails.
    """

    def __init__(self, sender: Sender) -> None:
        self._sender = sender

    def list(
        self,
        *,
        page_size: int | None = None,
        max_items: int | None = None,
        prefetch: int = 0,
        **filters: Unpack[ListCnamRecordsQuery],
    ) -> Paginator[CnamRecord]:
        """List the account's records.

        Args:
            page_size: Records to a page; 200 by default, and the endpoint sets no limit.
            max_items: The most records to give in all, or None for all.
            prefetch: Pages to fetch together with each one that is needed.
            **filters: `is_approved`, and a part of the name as `value`, in any letter case.

        Raises:
            InvalidArgumentError: If an argument is out of its range.
        """
        checked = arguments.filters(filters, ListCnamRecordsQuery.__annotations__)
        return Paginator(
            self._sender,
            lambda limit, offset: list_cnam_records(limit=limit, offset=offset, **checked),
            max_page_size=None,
            page_size=page_size,
            max_items=max_items,
            prefetch=prefetch,
        )

    async def get(self, record: str | HasId) -> CnamRecord:
        """Look up a record, with the numbers that show it.

        Raises:
            NotFoundError: If the account has no such record.
        """
        return (await self._sender.send(get_cnam_record(resource_id("record", record)))).data

    async def create(self, value: str) -> CnamRecord:
        """Create a record; it then waits for the vendor's approval.

        Args:
            value: The name: 1 to 15 characters, at least one of them a letter; letters A to Z, digits, spaces and
                ``- _ . , @ + & ' / "``. It is sent in capitals, and unique on the account.

        Raises:
            InvalidArgumentError: If the name breaks a rule.
            PermissionDeniedError: If the account lacks the funds.
            ValidationFailedError: If the account has a record of that name.
            OutcomeUnknownError: If the answer was lost; `list(value=...)` tells whether the record was created.
        """
        return (await self._sender.send(create_cnam_record(NewCnamRecord(value=caller_name("value", value))))).data

    async def update(self, record: str | HasId, value: str) -> CnamRecord:
        """Change the name of a record that is not approved yet.

        Args:
            record: The record.
            value: The new name; the rules are those of `create`.

        Raises:
            InvalidArgumentError: If the name breaks a rule.
            NotFoundError: If the account has no such record.
            StatusError: If the record is approved already.
        """
        change = CnamRecordChange(attributes=NewCnamRecord(value=caller_name("value", value)))
        operation = update_cnam_record(resource_id("record", record), CnamRecordChangeDocument(data=change))
        return (await self._sender.send(operation)).data

    async def delete(self, record: str | HasId) -> None:
        """Delete a record; numbers that show it show it no more.

        Raises:
            NotFoundError: If the account has no such record.
        """
        await self._sender.send(delete_cnam_record(resource_id("record", record)))

    async def associate(self, number: str | HasId, record: str | HasId) -> CnamRecord:
        """Associate an approved record with a number; it takes 5 to 7 business days.

        Args:
            number: A US local number of the account; toll-free and Canadian ones cannot show a name.
            record: The record.

        Returns:
            The record's id, and when the change was asked for in `date_created`; the other fields are None.

        Raises:
            NotFoundError: If the account has no such number or record.
            StatusError: If the record is not approved, or the number cannot show a name.
            OutcomeUnknownError: If the answer was lost.
        """
        operation = associate_cnam_record(phone_number("number", number), resource_id("record", record))
        return (await self._sender.send(operation)).data

    async def unassociate(self, number: str | HasId) -> CnamRecord:
        """Remove the record from a number; the record stays on the account.

        Returns:
            When the change was asked for, in `date_created`; the id is empty, and the other fields are None.

        Raises:
            NotFoundError: If the account has no such number.
        """
        return (await self._sender.send(unassociate_cnam_record(phone_number("number", number)))).data
