"""What of the sandbox can be set, at the start and while it runs."""

from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

__all__ = ["Options"]

_LIMIT_OF_CODES = 10_000
VENDOR_PAGE = 200
"""The vendor's usual maximum page size; `max_page` below it lowers the maximum of every endpoint."""

Shape: TypeAlias = Literal["2018", "today"]
SHAPES: tuple[Shape, ...] = get_args(Shape)
"""The shapes of numbers: when the vendor's SDKs were made, and now."""


@dataclass  # without slots the class itself has the defaults, which the sandbox's constructor shows
class Options:
    """The settings of a sandbox.

    Attributes:
        latency: Seconds of real time before each answer.
        max_page: Longest page of every list; from 200 on, each endpoint keeps its own maximum.
        rate: Requests a second in all; None for no limit.
        sms_rate: SMS a second.
        mms_rate: MMS a second.
        mdr_delay: Seconds by the clock until a sent message can be looked up.
        receipt_delay: Seconds by the clock from a message's first receipt to its second.
        receipt_code: The code of a message's second receipt: 1003 accepted, 1004 delivered, 1007 failed, and so on.
        webhook_format: "wrapped" (JSON:API) or "flat" (the older form).
        export_delay: Seconds by the clock until an export of call records is ready.
        provisioning_delay: Seconds by the clock until messaging is turned on or off.
        provisioning_down: Whether that service is out of order: what needs it, and only that, fails.
        strict: Whether an answer that rests on inference has a header that says so.
        shape: How numbers look, and whether messaging must be turned on: as in "2018", or as "today".
    """

    latency: float = 0.0
    max_page: int = VENDOR_PAGE
    rate: float | None = None
    sms_rate: float | None = 5
    mms_rate: float | None = 1
    mdr_delay: float = 0.0
    receipt_delay: float = 0.0
    receipt_code: int = 1003
    webhook_format: str = "wrapped"
    export_delay: float = 1.0
    provisioning_delay: float = 1.0
    provisioning_down: bool = False
    strict: bool = False
    shape: Shape = "today"

    def __post_init__(self) -> None:
        for name in ("latency", "mdr_delay", "receipt_delay", "export_delay", "provisioning_delay"):
            _check(name, getattr(self, name))
        for name in ("rate", "sms_rate", "mms_rate"):
            if getattr(self, name) is not None:
                _check(name, getattr(self, name))
        if not 0 <= self.receipt_code < _LIMIT_OF_CODES or self.receipt_code != int(self.receipt_code):
            raise ValueError("receipt_code must be a whole number of at most four digits")
        _check("max_page", self.max_page, least=1)
        if self.max_page != int(self.max_page):
            raise ValueError("max_page must be a whole number")
        if self.webhook_format not in {"wrapped", "flat"}:
            raise ValueError("webhook_format must be wrapped or flat")
        for name in ("provisioning_down", "strict"):
            if getattr(self, name) not in {True, False}:
                raise ValueError(f"{name} must be true or false")
        if self.shape not in SHAPES:
            raise ValueError(f"shape must be {' or '.join(SHAPES)}")


def _check(name: str, value: object, *, least: int = 0) -> None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value < float("inf"):
        raise ValueError(f"{name} must be a number of {least} or more")
