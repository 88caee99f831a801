"""E911 addresses, and which of them a number has."""

from collections.abc import Mapping
from dataclasses import asdict, replace

from flowroute_async.sandbox.account import NANO, Account
from flowroute_async.sandbox.area_codes import CANADIAN_PROVINCES, US_STATES
from flowroute_async.sandbox.call import NO_CONTENT, Call, Reply
from flowroute_async.sandbox.errors import REFUSAL, ApiError, invalid, not_found
from flowroute_async.sandbox.number_reference import number_reference
from flowroute_async.sandbox.paging import page, window
from flowroute_async.sandbox.records import Address

UNLOCATABLE = "nowhere"
"""An address whose street name contains this word cannot be located (any letter case)."""

_PAGE = 2000
_PRICE = round(1.39 * NANO)  # inferred: the vendor charges for an assignment; how much is not known
_REQUIRED = (
    "label",
    "first_name",
    "last_name",
    "street_number",
    "street_name",
    "city",
    "state",
    "country",
    "zip",
)
_OPTIONAL = ("address_type", "address_type_number")
_NUMERIC = frozenset({"street_number", "address_type_number"})
_SHORTEST_ZIP, _LONGEST_ZIP = 4, 7
_PLACES = {"US": US_STATES, "CA": CANADIAN_PROVINCES}
_TYPE_NAMES = (
    "Apartment Basement Building Department Floor Front Key Lobby Lot Lower Office Penthouse Pier Rear Room Side Slip "
    "Space Stop Suite Trailer Unit Upper"
)
_TYPES = frozenset(_TYPE_NAMES.split())


def list_e911_addresses(account: Account, call: Call) -> Reply:
    """List the account's addresses."""
    shown = window(call, account.options, _PAGE)
    filters = {name: call.query[name] for name in ("state", "label", "city", "street_name") if name in call.query}
    addresses = account.addresses
    entries = addresses.view(tuple(filters.items()), lambda address: _is_match(address, filters))
    newest = shown.cut_from_end(entries, 0, len(entries))  # inferred from samples: that order
    rows = [resource(call, addresses.rows[id_]) for _, id_ in newest]
    return Reply.json(200, page(call, shown, rows, filters))


def get_e911_address(account: Account, call: Call) -> Reply:
    """Return one address."""
    return Reply.json(200, {"data": resource(call, _address(account, call))})


def validate_e911_address(_account: Account, call: Call) -> Reply:
    """Check an address and keep nothing."""
    _checked(call, {})
    return NO_CONTENT


def create_e911_address(account: Account, call: Call) -> Reply:
    """Check an address and keep it."""
    address = _labelled(account, call, _checked(call, {}))
    account.require(_PRICE)  # inferred: that keeping one needs the money for its use, and takes none
    address = account.addresses.put(replace(address, id=account.new_id()))
    account.count(call.operation, address.label)
    return Reply.json(201, {"data": _brief(call, address)})


def update_e911_address(account: Account, call: Call) -> Reply:
    """Change some of an address's attributes, and check the whole."""
    old = _address(account, call)
    address = _labelled(account, call, _checked(call, asdict(old)))
    account.require(_PRICE)  # inferred, as above
    account.addresses.put(address)
    account.count(call.operation, address.id)
    return Reply.json(200, {"data": _brief(call, address)})


def delete_e911_address(account: Account, call: Call) -> Reply:
    """Delete an address that no number has."""
    address = _address(account, call)
    if account.numbers.group("e911", address.id):
        # After that of routes.
        raise ApiError(
            403,
            "Please disassociate all numbers before deleting.",
            "This E911 record has numbers still associated to it.",
            inferred=REFUSAL,
        )
    account.addresses.remove(address.id)
    account.count(call.operation, address.id)
    return NO_CONTENT


def associate_e911_address(account: Account, call: Call) -> Reply:
    """Assign an address to a number; the same one again is no error and costs nothing."""
    number = account.owned(call.ids["number"])
    address = _address(account, call)
    if not number.emergency_capable:
        words = "Cannot assign an E911 record to a number that does not support emergency services."
        raise invalid(words, observed=True)
    if number.e911 != address.id:
        account.charge(_PRICE)
        account.numbers.put(replace(number, e911=address.id))
        account.count(call.operation, number.id)
    return NO_CONTENT


def unassociate_e911_address(account: Account, call: Call) -> Reply:
    """Remove the address from a number."""
    number = account.owned(call.ids["number"])
    if number.e911 is not None:  # inferred: that taking away nothing is no error
        account.numbers.put(replace(number, e911=None))
        account.count(call.operation, number.id)
    return NO_CONTENT


def list_e911_numbers(account: Account, call: Call) -> Reply:
    """List the numbers that have an address."""
    shown = window(call, account.options)  # inferred: the longest page
    address = _address(account, call)
    numbers = shown.cut(account.numbers.group("e911", address.id))
    rows = [number_reference(call, account.numbers.rows[id_]) for _, id_ in numbers]
    return Reply.json(200, page(call, shown, rows, {}))


def resource(call: Call, address: Address) -> dict[str, object]:
    """Write an address as lists and details do: an absent unit is an empty string."""
    attributes = asdict(address)
    del attributes["id"]
    return {
        "attributes": attributes,
        "id": address.id,
        "links": {"self": call.url(f"/v2/e911s/{address.id}")},
        "type": "e911",
    }


def _brief(call: Call, address: Address) -> dict[str, object]:
    """Write an address as create and update do: an absent unit is left out."""
    attributes = {
        name: value for name, value in asdict(address).items() if name != "id" and (value or name not in _OPTIONAL)
    }
    return resource(call, address) | {"attributes": attributes}


def _is_match(address: Address, filters: Mapping[str, str]) -> bool:
    return filters.get("state", address.state).upper() == address.state and all(
        text.lower() in str(getattr(address, name)).lower() for name, text in filters.items() if name != "state"
    )


def _address(account: Account, call: Call) -> Address:
    address = account.addresses.get(call.ids["address"])
    if address is None:
        raise not_found()
    return address


def _labelled(account: Account, call: Call, address: Address) -> Address:
    if any(other.id != address.id for other in account.addresses.where("label", address.label)):
        raise call.rejected({"label": "An address with that label already exists."})
    return address


def _checked(call: Call, old: Mapping[str, str]) -> Address:
    attributes = call.attributes
    values: dict[str, object] = {name: attributes.get(name, old.get(name)) for name in _REQUIRED}
    # A number of a street or unit may come as an integer, which the documentation calls it.
    values |= {name: attributes.get(name, old.get(name)) or "" for name in _OPTIONAL}
    texts = {
        name: str(value) if name in _NUMERIC and isinstance(value, int) and not isinstance(value, bool) else value
        for name, value in values.items()
    }
    faults = _faults(texts)
    if faults:
        raise call.rejected(faults, observed=faults.keys() == {"zip"})
    address = Address(id=old.get("id", ""), **{name: str(value).strip() for name, value in texts.items()})
    if UNLOCATABLE in address.street_name.lower():
        raise ApiError(
            400, "Could not geocode this address. Please check the validity of your address.", "Client Error"
        )
    # inferred: that a unit's number without its type is dropped.
    number = address.address_type_number if address.address_type else ""
    return replace(address, address_type=address.address_type.title(), address_type_number=number)


def _faults(values: Mapping[str, object]) -> dict[str, str]:
    # inferred: all texts but that of the ZIP code.
    faults: dict[str, str] = {}
    for name, value in values.items():
        if value is None or (name in _REQUIRED and isinstance(value, str) and not value.strip()):
            faults[name] = "Missing data for required field."
        elif not isinstance(value, str):
            faults[name] = "Not a valid string."
    if faults:
        return faults
    country, kind = str(values["country"]), str(values["address_type"]).strip()
    if country not in _PLACES:
        faults["country"] = "Must be one of: US, CA."
    elif values["state"] not in _PLACES[country]:
        faults["state"] = "Not a valid state or province of the country."
    if not _SHORTEST_ZIP <= len(str(values["zip"]).strip()) <= _LONGEST_ZIP:
        faults["zip"] = f"ZIP code must be at least {_SHORTEST_ZIP} and at most {_LONGEST_ZIP} digits long"
    if kind and kind.title() not in _TYPES:
        faults["address_type"] = "Not a valid choice."
    elif kind and not str(values["address_type_number"]).strip():
        faults["address_type_number"] = "Missing data for required field."
    return faults
