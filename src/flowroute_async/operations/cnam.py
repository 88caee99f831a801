"""The operations under /v2/cnams, and their objects. Source: the vendor's API reference and samples of its SDKs."""

from email.utils import parsedate_to_datetime
from typing import Annotated, TypedDict

from pydantic import AliasPath, BeforeValidator, Field

from flowroute_openapi.models import Model, PageLinks, ResourceIdentifier, Timestamp
from flowroute_openapi.types import Operation, path_segment, query_pairs

__all__ = [
    "CnamNumbers",
    "CnamRecord",
    "CnamRecordChange",
    "CnamRecordChangeDocument",
    "CnamRecordDocument",
    "CnamRecordListDocument",
    "CnamRelationships",
    "ListCnamRecordsQuery",
    "NewCnamRecord",
    "associate_cnam_record",
    "create_cnam_record",
    "delete_cnam_record",
    "get_cnam_record",
    "list_cnam_records",
    "unassociate_cnam_record",
    "update_cnam_record",
]


def _empty_if_null(value: object) -> object:
    return "" if value is None else value


def _none_if_empty(value: object) -> object:
    return None if value == "" else value


def _from_http_date(value: object) -> object:
    """Read "Fri, 01 Jun 2018 00:17:52 GMT"; leave the other form, with its digits first, to pydantic."""
    return parsedate_to_datetime(value) if isinstance(value, str) and value[:1].isalpha() else value


class CnamNumbers(Model):
    """The numbers that show a record."""

    data: tuple[ResourceIdentifier, ...] | None = None


class CnamRelationships(Model):
    """What a record belongs to."""

    numbers: CnamNumbers | None = None


class CnamRecord(Model):
    """A caller name, flat: its attributes are fields.

    Three kinds of answer hold one: lists, details and changes hold a whole record; `associate` answers with its id and
    `date_created` alone; `unassociate` with `date_created` alone.

    Attributes:
        id: The record's id. Empty in the answer to `unassociate`: the number shows no record any more.
        value: The name that is shown, in capitals; None where the answer holds no whole record.
        is_approved: Whether the vendor has approved it; only then can a number show it.
        rejection_reason: Why the vendor refused it, or None.
        creation_datetime: When it was created; some old records have none.
        approval_datetime: When it was approved; some old records have none.
        date_created: When the change of a number was asked for; only `associate` and `unassociate` answer with it.
        relationships: The numbers that show it; only details have them, of approved records.
    """

    id: Annotated[str, BeforeValidator(_empty_if_null)]
    type: str = "cnam"
    relationships: CnamRelationships | None = None
    value: str | None = Field(default=None, validation_alias=AliasPath("attributes", "value"))
    is_approved: bool | None = Field(default=None, validation_alias=AliasPath("attributes", "is_approved"))
    rejection_reason: Annotated[str | None, BeforeValidator(_none_if_empty)] = Field(
        default=None, validation_alias=AliasPath("attributes", "rejection_reason")
    )
    creation_datetime: Timestamp | None = Field(
        default=None, validation_alias=AliasPath("attributes", "creation_datetime")
    )
    approval_datetime: Timestamp | None = Field(
        default=None, validation_alias=AliasPath("attributes", "approval_datetime")
    )
    date_created: Annotated[Timestamp | None, BeforeValidator(_from_http_date)] = Field(
        default=None, validation_alias=AliasPath("attributes", "date_created")
    )


class CnamRecordDocument(Model):
    """The answer that holds one record."""

    data: CnamRecord


class CnamRecordListDocument(Model):
    """A page of records."""

    data: tuple[CnamRecord, ...]
    links: PageLinks | None = None


class NewCnamRecord(Model):
    """The body that creates a record; the vendor documents it without the `data` around it."""

    value: str


class CnamRecordChange(Model):
    """A change of a record."""

    type: str = "cnam"
    attributes: NewCnamRecord


class CnamRecordChangeDocument(Model):
    """The body that changes a record."""

    data: CnamRecordChange


class ListCnamRecordsQuery(TypedDict, total=False):
    """The filters of `list_cnam_records`."""

    is_approved: bool | None
    value: str | None


def list_cnam_records(
    *,
    limit: int | None = None,
    offset: int | None = None,
    is_approved: bool | None = None,
    value: str | None = None,
) -> Operation[CnamRecordListDocument]:
    """List the account's records.

    Args:
        limit: Records to a page, without a documented maximum; 10 if not given.
        offset: How many records to skip.
        is_approved: Only those that are approved, or only those that are not.
        value: A part of the name, in any case.

    Returns:
        The call, to be sent by a client.
    """
    return Operation(
        name="list_cnam_records",
        method="GET",
        route="/v2/cnams",
        path="/v2/cnams",
        response=CnamRecordListDocument,
        repeatable=True,
        query=query_pairs(
            (
                ("limit", limit),
                ("offset", offset),
                ("is_approved", is_approved),
                ("value", value),
            )
        ),
    )


def get_cnam_record(record_id: str) -> Operation[CnamRecordDocument]:
    """Look up a record.

    Args:
        record_id: The record's id.

    Returns:
        The call, to be sent by a client.
    """
    return Operation(
        name="get_cnam_record",
        method="GET",
        route="/v2/cnams/{record_id}",
        path=f"/v2/cnams/{path_segment('record_id', record_id)}",
        response=CnamRecordDocument,
        repeatable=True,
        expected_id=record_id,
    )


def create_cnam_record(body: NewCnamRecord) -> Operation[CnamRecordDocument]:
    """Create a record; it then waits for approval.

    Args:
        body: The JSON body of the request.

    Returns:
        The call, to be sent by a client.
    """
    return Operation(
        name="create_cnam_record",
        method="POST",
        route="/v2/cnams",
        path="/v2/cnams",
        response=CnamRecordDocument,
        repeatable=False,
        body=body,
        charges=True,
        look_at="Look whether the record exists (cnam.list).",
    )


def update_cnam_record(record_id: str, body: CnamRecordChangeDocument) -> Operation[CnamRecordDocument]:
    """Change the name of a record that is not approved yet.

    Args:
        record_id: The record's id.
        body: The JSON body of the request.

    Returns:
        The call, to be sent by a client.
    """
    return Operation(
        name="update_cnam_record",
        method="PATCH",
        route="/v2/cnams/{record_id}",
        path=f"/v2/cnams/{path_segment('record_id', record_id)}",
        response=CnamRecordDocument,
        repeatable=True,
        body=body,
        expected_id=record_id,
    )


def delete_cnam_record(record_id: str) -> Operation[None]:
    """Delete a record; numbers that show it show it no more.

    Args:
        record_id: The record's id.

    Returns:
        The call, to be sent by a client.
    """
    return Operation(
        name="delete_cnam_record",
        method="DELETE",
        route="/v2/cnams/{record_id}",
        path=f"/v2/cnams/{path_segment('record_id', record_id)}",
        response=type(None),
        repeatable=True,
        done_if_gone=True,
    )


# The vendor's SDKs write the two paths below with `cnam`; its reference documents the plural.


def associate_cnam_record(number_id: str, record_id: str) -> Operation[CnamRecordDocument]:
    """Let a number show an approved record.

    Args:
        number_id: The phone number, 11 digits.
        record_id: The record's id.

    Returns:
        The call, to be sent by a client.
    """
    number, record = path_segment("number_id", number_id), path_segment("record_id", record_id)
    return Operation(
        name="associate_cnam_record",
        method="PATCH",
        route="/v2/numbers/{number_id}/relationships/cnams/{record_id}",
        path=f"/v2/numbers/{number}/relationships/cnams/{record}",
        response=CnamRecordDocument,
        repeatable=False,
        charges=True,
        look_at="Look at the numbers of the record (cnam.get).",
        expected_id=record_id,
    )


def unassociate_cnam_record(number_id: str) -> Operation[CnamRecordDocument]:
    """Let a number show no record.

    Args:
        number_id: The phone number, 11 digits.

    Returns:
        The call, to be sent by a client.
    """
    return Operation(
        name="unassociate_cnam_record",
        method="DELETE",
        route="/v2/numbers/{number_id}/relationships/cnams",
        path=f"/v2/numbers/{path_segment('number_id', number_id)}/relationships/cnams",
        response=CnamRecordDocument,
        repeatable=True,
    )
