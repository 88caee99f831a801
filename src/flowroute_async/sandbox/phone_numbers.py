"""Phone numbers as people write them."""

import re

_FORM = re.compile(r"(?:tel:)?\s*(?P<plus>\+?)\s*(?P<rest>[0-9()\s./\u00a0\u2010-\u2015-]+)", re.IGNORECASE)
_TYPOGRAPHY = re.compile(r"[()\s./\u00a0\u2010-\u2015-]+")
_NORTH_AMERICAN = 10
_LONGEST = 15
_SHORTEST = 3


def digits_of(argument: str, text: str) -> str:
    """Return a phone number's digits, with country code.

    Args:
        argument: What to call it in an error.
        text: The number in any usual form: `12065550100`, `+1 (206) 555-0100`, `206-555-0100`, `tel:+442079460958`. Ten
            digits without a plus are North American; a short code of 3 to 6 digits stays as it is.

    Raises:
        ValueError: If it is no phone number.
    """
    found = _FORM.fullmatch(text.strip())
    digits = re.sub(r"\D", "", found["rest"], flags=re.ASCII) if found is not None else ""
    if found is None or not _SHORTEST <= len(digits) <= _LONGEST:
        raise ValueError(f"{argument} must be a phone number, such as 12065550100 or +1 (206) 555-0100")
    return f"1{digits}" if len(digits) == _NORTH_AMERICAN and not found["plus"] else digits


def without_typography(text: str) -> str:
    """Return a phone number, or a part of one, without spaces, dashes and the like; any other text without its ends."""
    found = _FORM.fullmatch(text.strip())
    return text.strip() if found is None else f"{found['plus']}{_TYPOGRAPHY.sub('', found['rest'])}"
