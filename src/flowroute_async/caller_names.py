"""The vendor's rules for a caller name (CNAM). Pure."""

import re

from flowroute_async.arguments import kind, plain
from flowroute_async.errors import InvalidArgumentError

_ALLOWED = (
    "1 to 15 characters, at least one of them a letter: A to Z without accents, digits, spaces and - _ . , @ + & ' / \""
)
_NAME = re.compile(r"(?=.*[A-Za-z])[A-Za-z0-9 \-_.,@+&'/\"]{1,15}")


def caller_name(argument: str, value: object) -> str:
    """Return a name as the vendor stores it: in capitals, without spaces around it.

    Spaces, dashes and quotes become those of a keyboard.

    The rules are those of the vendor's reference. A phone number is refused since it has no letter. What only the
    vendor can judge, within 48 hours of the creation, is whether the name is profane or misleading.

    Raises:
        InvalidArgumentError: If it breaks a rule. The error does not show the name.
    """
    name = plain(value).strip() if isinstance(value, str) else ""
    if not _NAME.fullmatch(name):
        raise InvalidArgumentError(argument, _ALLOWED, given=kind(value))
    return name.upper()
