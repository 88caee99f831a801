"""GET /v2/numbers/available. Generated; see spec/templates."""

from typing import Literal, TypedDict

from flowroute_openapi.api import lazy_models as models
from flowroute_openapi.types import Operation, query_pairs

__all__ = ["search_available_numbers", "SearchAvailableNumbersQuery"]


class SearchAvailableNumbersQuery(TypedDict, total=False):
    """The filters of `search_available_numbers`."""

    starts_with: str | None
    contains: str | None
    ends_with: str | None
    rate_center: str | None
    state: str | None
    number_type: Literal["longcode", "toll-free"] | str | None
    iso_country: str | None
    order_by: str | None


def search_available_numbers(
    *,
    starts_with: str | None = None,
    contains: str | None = None,
    ends_with: str | None = None,
    limit: int | None = None,
    offset: int | None = None,
    rate_center: str | None = None,
    state: str | None = None,
    number_type: Literal["longcode", "toll-free"] | str | None = None,
    iso_country: str | None = None,
    order_by: str | None = None,
) -> "Operation[models.AvailableNumberListDocument]":
    """Search for Purchasable Phone Numbers.

    This endpoint lets you search for phone numbers by state or rate center, or by your specified search
    value.

    Args:
        starts_with: Retrieve phone numbers that start with the specified value.
        contains: Retrieve phone numbers containing the specified value.
        ends_with: Retrieve phone numbers that end with the specified value.
        limit: Limits the number of items to retrieve. A maximum of 200 items can be retrieved.
        offset: Offsets the list of phone numbers by your specified value. For example, if you have 4 phone numbers
            and you entered 1 as your offset value, then only 3 of your phone numbers will be displayed in the
            response.
        rate_center: Filters by the abbreviated rate center, in any letter case, as in the NPA rate center reports; not
            the full name.
        state: Filters by the two-letter abbreviation of a US state or Canadian province, in any letter case.
        number_type: Filters by the kind of number.
        iso_country: Filters by the ISO 3166-1 alpha-2 code of the country, such as US or CA.
        order_by: Orders by an attribute (monthly_cost, iso_country, number_type, state, rate_center or value), with
            an optional direction after a comma, such as "monthly_cost,desc".

    Returns:
        The call, to be sent by a client.
    """
    return Operation(
        name="search_available_numbers",
        method="GET",
        route="/v2/numbers/available",
        path="/v2/numbers/available",
        response=models.AvailableNumberListDocument,
        repeatable=True,
        query=query_pairs(
            (
                ("starts_with", starts_with),
                ("contains", contains),
                ("ends_with", ends_with),
                ("limit", limit),
                ("offset", offset),
                ("rate_center", rate_center),
                ("state", state),
                ("number_type", number_type),
                ("iso_country", iso_country),
                ("order_by", order_by),
            )
        ),
    )
