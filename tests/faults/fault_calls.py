"""Every operation of the API as a call with marked values, and a good answer to it."""

from collections.abc import Mapping

from tests.described_calls import Call, described_call, operations

__all__ = ["ACCESS_KEY", "BY_NAME", "CALLS", "MARKS", "NUMBER", "SECRET_KEY", "Call"]

ACCESS_KEY, SECRET_KEY = "KEYMARKACCESS", "KEYMARKSECRET"
NUMBER, OTHER_NUMBER = "14255550147", "13605550158"
MARKS = (
    ACCESS_KEY,
    SECRET_KEY,
    "S0VZTUFSS0FDQ0VTUzpLRVlNQVJLU0VDUkVU",  # both, as HTTP Basic writes them
    NUMBER[1:],
    OTHER_NUMBER[1:],
    "textmark meet me at the bridge",
    "Firstmark",
    "Lastmark",
    "Streetmark",
    "Citymark",
    "Labelmark",
    "NAMEMARK",
    "aliasmark",
    "hostmark.example.com",
    "Providermark",
    "Signaturemark",
    "pinmark",
)
"""What must not be found anywhere but on the wire and in the attributes that are meant to hold it."""

_MARKED: Mapping[str, str] = {
    "from": NUMBER,
    "to": OTHER_NUMBER,
    "number_id": NUMBER,
    "numbers": NUMBER,
    "add": NUMBER,
    "remove": OTHER_NUMBER,
    "starts_with": NUMBER,
    "body": MARKS[5],
    "label": "Labelmark",
    "first_name": "Firstmark",
    "last_name": "Lastmark",
    "billing_name": "Lastmark",
    "street_name": "Streetmark",
    "street": "Streetmark",
    "city": "Citymark",
    "alias": "aliasmark",
    "provider": "Providermark",
    "signature_name": "Signaturemark",
    "pin": "pinmark",
}


def _marked(operation: str) -> Mapping[str, str]:
    marked = dict(_MARKED)
    if operation.endswith("_number"):
        marked["id"] = NUMBER
    if "cnam" in operation:
        marked["value"] = "NAMEMARK"
    if operation.endswith("_route"):
        marked["value"] = "hostmark.example.com"
    return marked


def _call(operation: str) -> Call:
    return described_call(operation, _marked(operation))


CALLS: tuple[Call, ...] = tuple(_call(name) for name, _, _ in operations())

BY_NAME: Mapping[str, Call] = {call.operation.name: call for call in CALLS}
