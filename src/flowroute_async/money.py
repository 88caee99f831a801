"""Amounts of money, as people write them."""

from decimal import Decimal


def dollars(amount: Decimal) -> str:
    """Write an amount with two decimals at least, and with more where it has more."""
    exponent = amount.as_tuple().exponent
    has_cents = isinstance(exponent, int) and exponent <= -2  # noqa: PLR2004 - decimals of a cent
    return f"{amount:f}" if has_cents else f"{amount:.2f}"
