"""GET /v2.2/messages. Generated; see spec/templates."""

from typing import Required, TypedDict

from flowroute_openapi.api import lazy_models as models
from flowroute_openapi.types import Date, Operation, query_pairs

__all__ = ["list_messages_v2_2", "ListMessagesV22Query"]


class ListMessagesV22Query(TypedDict, total=False):
    """The filters of `list_messages_v2_2`."""

    start_date: Required[Date]
    end_date: Date | None


def list_messages_v2_2(
    *,
    start_date: Date,
    end_date: Date | None = None,
    limit: int | None = None,
    offset: int | None = None,
) -> "Operation[models.MessageListDocument]":
    """Look Up a Set of Messages.

    Retrieves a list of Message Detail Records (MDRs) within a specified date range. Date and time is
    based on Coordinated Universal Time (UTC).

    Args:
        start_date: The beginning date and time, in UTC, on which to perform an MDR search. The DateTime can be
            formatted as YYYY-MM-DDor YYYY-MM-DDTHH:mm:ss.SSZ.
        end_date: The ending date and time, in UTC, on which to perform an MDR search. The DateTime can be formatted
            as YYYY-MM-DD or YYYY-MM-DDTHH:mm:ss.SSZ.
        limit: The number of MDRs to retrieve at one time. You can set as high of a number as you want, but the
            number cannot be negative and must be greater than 0 (zero).
        offset: The number of MDRs to skip when performing a query. The number must be 0 (zero) or greater, but
            cannot be negative.

    Returns:
        The call, to be sent by a client.
    """
    return Operation(
        name="list_messages_v2_2",
        method="GET",
        route="/v2.2/messages",
        path="/v2.2/messages",
        response=models.MessageListDocument,
        repeatable=True,
        query=query_pairs(
            (
                ("start_date", start_date),
                ("end_date", end_date),
                ("limit", limit),
                ("offset", offset),
            )
        ),
    )
