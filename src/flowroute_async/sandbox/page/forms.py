"""The page's forms: what was filled in, checked and handed to the controls."""

import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TypedDict

from flowroute_async.sandbox.control import Control
from flowroute_async.sandbox.endpoints import OPERATIONS
from flowroute_async.sandbox.faults import EVERY_OPERATION
from flowroute_async.sandbox.phone_numbers import digits_of

Fields = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Form:
    """One form.

    Attributes:
        submit: Does what the fields ask for, and gives the query of the page to show next.
        done: What is said when it is done.
        delivers: Whether webhooks may be due then.
    """

    submit: Callable[[Control, Fields], Mapping[str, str]]
    done: str
    delivers: bool = False


class FaultOptions(TypedDict, total=False):
    """What a fault does, in the words of `Control.add_fault`."""

    status: int
    retry_after: str
    after_effect: bool
    drop: str
    delay: float
    truncate: bool


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of fault that the page offers."""

    label: str
    options: FaultOptions = field(default_factory=FaultOptions)


KINDS: Mapping[str, Kind] = {
    "500": Kind("500 Internal Server Error", {"status": 500}),
    "503": Kind("503 Service Unavailable, Retry-After 2 s", {"status": 503, "retry_after": "2"}),
    "429": Kind("429 Too Many Requests, Retry-After 2 s", {"status": 429, "retry_after": "2"}),
    "401": Kind("401 Unauthorized", {"status": 401}),
    "404": Kind("404 Not Found", {"status": 404}),
    "422": Kind("422 Unprocessable Entity", {"status": 422}),
    "504-after": Kind("504 Gateway Timeout, after the effect", {"status": 504, "after_effect": True}),
    "drop-before": Kind("Connection dropped before the effect", {"drop": "before"}),
    "drop-after": Kind("Connection dropped after the effect", {"drop": "after"}),
    "truncate": Kind("Answer cut in half", {"truncate": True}),
    "delay": Kind("Answer 5 s late", {"delay": 5.0}),
}
"""The kinds of fault, by the name that the form sends."""

FAULT_OPERATIONS = (EVERY_OPERATION, *sorted(OPERATIONS))

CALLBACKS: Mapping[str, str] = {
    "sms_callback": "SMS that arrive",
    "mms_callback": "MMS that arrive",
    "sms_dlr_callback": "Receipts of SMS",
    "mms_dlr_callback": "Receipts of MMS",
    "dlr_callback": "Receipts of SMS, older kind",
}
"""What is sent to each kind of callback."""

ROUTE_TYPES: Mapping[str, str] = {
    "host": "Host, such as pbx.example.com:5060",
    "number": "Phone number, such as 12065550100",
    "uri": "SIP address, such as sip:desk@pbx.example.com",
}
"""The types of route that can be created, with what each leads to."""

UNITS: Mapping[str, float] = {"seconds": 1, "minutes": 60, "hours": 3600, "days": 86400}
"""Seconds in each unit in which the clock can be moved."""


def _receive_message(control: Control, fields: Fields) -> Mapping[str, str]:
    sender = digits_of("The sender", _text(fields, "from"))
    media = _text(fields, "media").split()
    # Browsers send line ends as CR LF; phones do not.
    body = _text(fields, "body").replace("\r\n", "\n")
    if not body and not media:
        raise ValueError("A message needs a text or media.")
    own = digits_of("The recipient", _text(fields, "to"))
    control.receive_message(from_=sender, to=own, body=body or None, media_urls=media)
    return {"own": own, "peer": sender}


def _approve(control: Control, fields: Fields) -> Mapping[str, str]:
    control.approve_cnam(_text(fields, "record"))
    return {}


def _reject(control: Control, fields: Fields) -> Mapping[str, str]:
    reason = _text(fields, "reason").strip()
    if not reason:
        raise ValueError("A rejection needs a reason.")
    control.reject_cnam(_text(fields, "record"), reason)
    return {}


def _add_fault(control: Control, fields: Fields) -> Mapping[str, str]:
    kind = KINDS.get(_text(fields, "kind"))
    if kind is None:
        raise ValueError("There is no such kind of fault.")
    times = _text(fields, "times").strip()
    if not re.fullmatch(r"[1-9][0-9]{0,5}", times):
        raise ValueError("How often must be a whole number from 1 to 999999.")
    control.add_fault(_text(fields, "operation"), times=int(times), **kind.options)
    return {}


def _clear_faults(control: Control, _fields: Fields) -> Mapping[str, str]:
    control.clear_faults()
    return {}


def _set_callback(control: Control, fields: Fields) -> Mapping[str, str]:
    control.set_callback(_text(fields, "callback"), _text(fields, "url").strip() or None)
    return {}


def _buy(control: Control, fields: Fields) -> Mapping[str, str]:
    number = digits_of("The number", _text(fields, "number"))
    control.perform("POST", f"/v2/numbers/{number}")
    return {}


def _create_route(control: Control, fields: Fields) -> Mapping[str, str]:
    given = {name: _text(fields, name).strip() for name in ("alias", "route_type", "value")}
    if given["route_type"] == "number":
        with suppress(ValueError):  # what is none is refused in the words of the API
            given["value"] = digits_of("value", given["value"])
    control.perform("POST", "/v2/routes", attributes=given)
    return {}


def _resend(control: Control, fields: Fields) -> Mapping[str, str]:
    return {"show": control.resend(_text(fields, "webhook"))}


def _reset(control: Control, fields: Fields) -> Mapping[str, str]:
    if _text(fields, "sure") != "yes":
        raise ValueError("Nothing is forgotten before you have said that you are sure.")
    control.reset()
    return {}


def _clear_requests(control: Control, _fields: Fields) -> Mapping[str, str]:
    control.clear_requests()
    return {}


def _advance(control: Control, fields: Fields) -> Mapping[str, str]:
    unit = UNITS.get(_text(fields, "unit"))
    if unit is None:
        raise ValueError("There is no such unit of time.")
    control.advance(_number(fields, "amount", "How far") * unit)
    return {}


def _set_balance(control: Control, fields: Fields) -> Mapping[str, str]:
    control.set_balance(_number(fields, "dollars", "The balance") if _text(fields, "dollars").strip() else None)
    return {}


FORMS: Mapping[str, Form] = {
    "message": Form(_receive_message, "The message has arrived.", delivers=True),
    "approve": Form(_approve, "The name is approved."),
    "reject": Form(_reject, "The name is rejected."),
    "fault": Form(_add_fault, "The fault waits for its requests."),
    "clear-faults": Form(_clear_faults, "No fault waits any more."),
    "clear-requests": Form(_clear_requests, "The requests are forgotten."),
    "clock": Form(_advance, "The clock has moved.", delivers=True),
    "balance": Form(_set_balance, "The balance is set."),
    "buy": Form(_buy, "The number is yours."),
    "route": Form(_create_route, "The route is there."),
    "resend": Form(_resend, "The webhook was sent again.", delivers=True),
    "callback": Form(_set_callback, "The address is set."),
    "reset": Form(_reset, "The sandbox is as it was at the start."),
}
"""The forms, by the name that each sends along."""


def _text(fields: Fields, name: str) -> str:
    return fields.get(name, "")


def _number(fields: Fields, name: str, subject: str) -> float:
    text = _text(fields, name).strip()
    if not re.fullmatch(r"[0-9]{1,12}(\.[0-9]{1,9})?", text):
        raise ValueError(f"{subject} must be a number of 0 or more.")
    return float(text)
