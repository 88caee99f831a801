"""GET /v2/numbers. Generated; see spec/templates."""

from typing import TypedDict

from flowroute_openapi.api import lazy_models as models
from flowroute_openapi.types import Operation, query_pairs

__all__ = ["list_numbers", "ListNumbersQuery"]


class ListNumbersQuery(TypedDict, total=False):
    """The filters of `list_numbers`."""

    starts_with: str | None
    ends_with: str | None
    contains: str | None
    alias: str | None


def list_numbers(
    *,
    starts_with: str | None = None,
    ends_with: str | None = None,
    contains: str | None = None,
    limit: int | None = None,
    offset: int | None = None,
    alias: str | None = None,
) -> "Operation[models.NumberListDocument]":
    """Account Phone Numbers.

    Returns a list of all phone numbers currently on your Flowroute account. The response includes
    details such as the phone number's rate center, state, number type, and whether CNAM Lookup is
    enabled for that number.

    Args:
        starts_with: Retrieves phone numbers that start with the specified value.
        ends_with: Retrieves phone numbers that end with the specified value.
        contains: Retrieves phone numbers containing the specified value.
        limit: Limits the number of items to retrieve. A maximum of 200 items can be retrieved.
        offset: Offsets the list of phone numbers by your specified value. For example, if you have 4 phone numbers
            and you entered 1 as your offset value, then only 3 of your phone numbers will be displayed in the
            response.
        alias: Retrieves phone numbers with exactly this alias, of 64 characters at most.

    Returns:
        The call, to be sent by a client.
    """
    return Operation(
        name="list_numbers",
        method="GET",
        route="/v2/numbers",
        path="/v2/numbers",
        response=models.NumberListDocument,
        repeatable=True,
        query=query_pairs(
            (
                ("starts_with", starts_with),
                ("ends_with", ends_with),
                ("contains", contains),
                ("limit", limit),
                ("offset", offset),
                ("alias", alias),
            )
        ),
    )
