"""A number as the addresses and CNAM records that it has refer to it."""

from flowroute_async.sandbox.call import Call
from flowroute_async.sandbox.records import OwnedNumber


def number_reference(call: Call, number: OwnedNumber) -> dict[str, object]:
    """Write a number with its alias only."""
    return {
        "attributes": {"alias": number.alias, "value": number.id},
        "id": number.id,
        "links": {"self": call.url(f"/v2/numbers/{number.id}")},
        "type": "number",
    }
