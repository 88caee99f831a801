"""What a port order is made of: its fields as a request has them, checked."""

import re
from collections.abc import Mapping
from datetime import date, timedelta
from typing import cast

from flowroute_async.sandbox.account import Account
from flowroute_async.sandbox.area_codes import CANADIAN_PROVINCES, US_STATES
from flowroute_async.sandbox.bodies import boolean
from flowroute_async.sandbox.call import Call
from flowroute_async.sandbox.callbacks import is_url
from flowroute_async.sandbox.errors import REFUSAL, not_found

_REQUIRED = ("billing_name", "street", "city", "state", "country", "provider")

TEXTS = (
    *_REQUIRED,
    "zip",
    "usage_type",
    "street2",
    "company",
    "billing_number",
    "provider_account",
    "pin",
    "last_4_ssn",
    "alias",
    "status_url",
)
"""The fields of an order that are texts."""

SECRETS = ("provider_account", "pin", "last_4_ssn")
"""Those of them that are shown to nobody but who asks for the order."""

PRESETS = ("cnam_id", "e911_id", "primary_route_id", "failover_route_id", "alias")
"""What the numbers of an order are to have once they have come."""

_NUMBER = re.compile(r"\+1[2-9][0-9]{2}[2-9][0-9]{6}")
_PLACES = {"US": US_STATES, "CA": CANADIAN_PROVINCES}
_USES = ("", "business", "residential")
_LONGEST_WAIT = timedelta(days=30)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def phone_numbers(call: Call, name: str, value: object) -> list[str]:
    """Read phone numbers in E.164 form; a form has one value where it could have several.

    Raises:
        ApiError: If there is none, or one is none.
    """
    items = cast("list[object]", [value] if isinstance(value, str) else value if isinstance(value, list) else [])
    if not items:
        raise call.rejected({name: "Missing data for required field."})
    if not all(isinstance(item, str) and _NUMBER.fullmatch(item) for item in items):
        raise call.rejected({name: "Not a valid list of phone numbers in E.164 form."})
    return list(dict.fromkeys(str(item) for item in items))


def some_phone_numbers(call: Call, name: str) -> list[str]:
    """Read phone numbers, of which there may be none."""
    value = call.attributes.get(name)
    return [] if value is None or value == [] else phone_numbers(call, name, value)


def checked_details(
    account: Account, call: Call, given: Mapping[str, object], old: Mapping[str, object]
) -> dict[str, object]:
    """Merge the details that a request has with those that an order has, and check the whole.

    Raises:
        ApiError: If something is missing or wrong.
    """
    found = dict(old) | {name: given[name] for name in TEXTS if name in given}
    for name in [name for name in TEXTS if found.get(name) is None]:
        found.pop(name, None)  # inferred: that null clears
    faults = _faults_of_texts(found)
    found["usage_type"] = str(found.get("usage_type", "")).lower()
    if "desired_completion_date" in given:
        found["desired_completion_date"] = given["desired_completion_date"]
        if not _is_possible(account, given["desired_completion_date"]):
            faults["desired_completion_date"] = "Not a valid date, or more than 30 days away."
    if "enable_cnam_lookups" in given:
        found["enable_cnam_lookups"] = boolean(given["enable_cnam_lookups"])
        if found["enable_cnam_lookups"] is None:
            faults["enable_cnam_lookups"] = "Not a valid boolean."
    if "loa_details" in given:
        found["loa_details"] = given["loa_details"]
        if not isinstance(given["loa_details"], dict):
            faults["loa_details"] = "Not a valid object."
    if faults:
        raise call.rejected(faults)
    return found


def checked_presets(account: Account, call: Call, given: object, old: Mapping[str, str]) -> dict[str, str]:
    """Merge the presets that a request has with those that an order has; what they name must exist.

    Raises:
        ApiError: If one does not, or is none.
    """
    if given is None:
        return dict(old)
    if not isinstance(given, dict):
        raise call.rejected({"presets": "Not a valid object."})
    values = cast("Mapping[str, object]", given)
    known = {
        "cnam_id": account.names.rows.keys(),
        "e911_id": account.addresses.rows.keys(),
        "primary_route_id": account.routes.rows.keys(),
        "failover_route_id": account.routes.rows.keys(),
    }
    found = dict(old)
    for name, value in ((name, values[name]) for name in PRESETS if name in values):
        if value is None or value == "":
            found.pop(name, None)
        elif isinstance(value, bool) or not isinstance(value, str | int):
            raise call.rejected({"presets": f"Not a valid {name}."})
        elif name in known and str(value) not in known[name]:
            raise not_found(REFUSAL)
        else:
            found[name] = str(value)
    return found


def checked_urls(call: Call, name: str) -> list[str]:
    """Read a list of URLs, of which there may be none.

    Raises:
        ApiError: If something is no URL.
    """
    value = call.attributes.get(name)
    items = cast("list[object]", value) if isinstance(value, list) else []
    if (value is not None and items is not value) or not all(isinstance(url, str) and is_url(url) for url in items):
        raise call.rejected({name: "Not a list of URLs."})
    return [str(url) for url in items]


def _faults_of_texts(found: Mapping[str, object]) -> dict[str, str]:
    faults = {name: "Missing data for required field." for name in _REQUIRED if found.get(name) in (None, "")}
    faults |= {name: "Not a valid string." for name in TEXTS if not isinstance(found.get(name, ""), str)}
    if faults:
        return faults
    country = str(found["country"])
    if country not in _PLACES:
        faults["country"] = "Must be one of: US, CA."
    elif found["state"] not in _PLACES[country]:
        faults["state"] = "Not a valid state or province of the country."
    if str(found.get("usage_type", "")).lower() not in _USES:
        faults["usage_type"] = "Must be one of: business, residential."
    if found.get("status_url") and not is_url(str(found["status_url"])):
        faults["status_url"] = "Not a valid URL."
    return faults


def _is_possible(account: Account, value: object) -> bool:
    if value is None:
        return True
    if not isinstance(value, str) or not _DAY.fullmatch(value):  # Python takes other ways to write a date, too
        return False
    try:
        wanted = date.fromisoformat(value)
    except ValueError:
        return False
    return timedelta(0) <= wanted - account.clock.now().date() <= _LONGEST_WAIT
