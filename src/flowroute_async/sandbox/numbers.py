"""Numbers: what is for sale, buying, and the numbers of the account."""

from dataclasses import replace

from flowroute_async.sandbox import e911, routes
from flowroute_async.sandbox.account import NANO, Account
from flowroute_async.sandbox.bodies import boolean
from flowroute_async.sandbox.call import NO_CONTENT, Call, Reply
from flowroute_async.sandbox.cnam import resource as cnam_resource
from flowroute_async.sandbox.errors import invalid, not_found
from flowroute_async.sandbox.inventory import ORDERS, Filters
from flowroute_async.sandbox.paging import page, window
from flowroute_async.sandbox.records import OwnedNumber

_AREA_CODE_PAGE = 400
_ALIAS_LENGTH = 64
_AREA_CODE_DIGITS = 3
_NEWER = "v2.1"
_SEARCH_TEXTS = ("rate_center", "state", "number_type", "iso_country", "order_by")


def search_available_numbers(account: Account, call: Call) -> Reply:
    """Search the numbers that can be bought."""
    shown = window(call, account.options)
    filters = _digit_filters(call)
    echoed = filters | {name: call.query[name] for name in _SEARCH_TEXTS if name in call.query}
    wanted = Filters(
        prefix=filters.get("starts_with", ""),
        contains=filters.get("contains", ""),
        suffix=filters.get("ends_with", ""),
        state=call.query.get("state", "").lower(),
        rate_center=call.query.get("rate_center", "").lower(),
        number_type=_choice(call, "number_type", ("longcode", "toll-free")),
        country=call.query.get("iso_country", "").lower(),
    )
    owned, version = account.numbers.rows.keys(), account.numbers.version
    if "order_by" in call.query:
        attribute, _, direction = call.query["order_by"].partition(",")
        if attribute not in ORDERS or direction not in {"", "asc", "desc"}:
            raise invalid({"order_by": ["Not a valid choice."]})  # inferred: status and text
        found = account.inventory.ordered(
            wanted, attribute, descending=direction == "desc", owned=owned, version=version
        )[shown.offset : shown.offset + shown.reach]
    else:
        found = account.inventory.page(wanted, shown.offset, shown.reach, owned, version)
    # inferred: that no match gives an empty list rather than a 404, and the ascending order.
    return Reply.json(200, page(call, shown, [_for_sale(account, call, number) for number in found], echoed))


def list_available_area_codes(account: Account, call: Call) -> Reply:
    """List the area codes with numbers for sale."""
    shown = window(call, account.options, _AREA_CODE_PAGE)
    cost, echoed = _setup_cost(call)
    codes = shown.cut(account.inventory.area_codes(account.numbers.rows.keys(), cost))
    rows = [_related(call, "areacode", code, f"/v2/numbers/available/exchanges?areacode={code}") for code in codes]
    return Reply.json(200, page(call, shown, rows, echoed))


def list_available_exchanges(account: Account, call: Call) -> Reply:
    """List the exchanges with numbers for sale."""
    shown = window(call, account.options)
    cost, echoed = _setup_cost(call)
    area_code = _digits(call, "areacode")
    if area_code:
        if len(area_code) != _AREA_CODE_DIGITS:
            raise invalid({"areacode": ["Must be three digits long."]})  # inferred: status and text
        echoed["areacode"] = area_code
    codes = shown.cut(account.inventory.exchanges(account.numbers.rows.keys(), cost, area_code))
    rows = [_related(call, "exchange", code, f"/v2/numbers/available?starts_with=1{code}") for code in codes]
    return Reply.json(200, page(call, shown, rows, echoed))


def list_available_tiers(account: Account, call: Call) -> Reply:
    """List the tiers of numbers for sale: the inventory has one."""
    shown = window(call, account.options)
    rows = shown.cut([_related(call, "tier", "Standard", "/v2/numbers?tier=Standard")])
    return Reply.json(200, page(call, shown, rows, {}))


def purchase_number(account: Account, call: Call) -> Reply:
    """Buy a number."""
    number = call.ids["number"]
    if account.numbers.get(number) is not None or number not in account.inventory:
        raise not_found()  # inferred: that one's own number cannot be bought again
    lookups = _flag(call, "cnam_lookups_enabled", default=True)
    # inferred: that setup and the first month are due at once.
    account.charge(round(sum(account.inventory.costs(number)) * NANO))
    bought = account.numbers.put(
        OwnedNumber(
            number,
            rate_center=account.inventory.rate_center(number),
            state=account.inventory.state(number),
            number_type=account.inventory.number_type(number),
            cnam_lookups_enabled=lookups,
        )
    )
    account.count(call.operation, number)
    body = _detail(account, call, bought)
    return Reply.json(201, {"data": body} if call.version == _NEWER else body)


def list_numbers(account: Account, call: Call) -> Reply:
    """List the account's numbers."""
    shown = window(call, account.options)
    filters = _digit_filters(call)
    alias = call.query.get("alias")
    if alias is not None and len(alias) > _ALIAS_LENGTH:
        raise invalid({"alias": [f"Longer than maximum length {_ALIAS_LENGTH}."]})  # inferred: status and text
    rows = [
        _resource(call, number)
        for _, number in sorted(account.numbers.rows.items())  # inferred: the order
        if number.id.startswith(filters.get("starts_with", ""))
        and number.id.endswith(filters.get("ends_with", ""))
        and filters.get("contains", "") in number.id
        and (alias is None or alias == number.alias)
    ]
    return Reply.json(200, page(call, shown, shown.cut(rows), filters | ({} if alias is None else {"alias": alias})))


def get_number(account: Account, call: Call) -> Reply:
    """Give the details of one of the account's numbers."""
    return Reply.json(200, _detail(account, call, account.owned(call.ids["number"])))


def update_number(account: Account, call: Call) -> Reply:
    """Change a number's alias or CNAM lookups."""
    number = account.owned(call.ids["number"])
    alias = call.attributes.get("alias", number.alias)
    if alias is not None and (not isinstance(alias, str) or len(alias) > _ALIAS_LENGTH):
        raise call.rejected({"alias": f"Must be a string of at most {_ALIAS_LENGTH} characters."})  # inferred: the text
    lookups = _flag(call, "cnam_lookups_enabled", default=number.cnam_lookups_enabled)
    changed = account.numbers.put(replace(number, alias=alias, cnam_lookups_enabled=lookups))
    account.count(call.operation, number.id)
    return Reply.json(200, _detail(account, call, changed))


def release_number(account: Account, call: Call) -> Reply:
    """Give a number back: it can be bought again."""
    number = account.owned(call.ids["number"])
    account.numbers.remove(number.id)
    account.count(call.operation, number.id)
    return NO_CONTENT


def _resource(call: Call, number: OwnedNumber) -> dict[str, object]:
    return {
        "attributes": {
            "rate_center": number.rate_center,
            "value": number.id,
            "alias": number.alias,
            "state": number.state,
            "number_type": number.number_type,
            "cnam_lookups_enabled": number.cnam_lookups_enabled,
        },
        "type": "number",
        "id": number.id,
        "links": {"self": call.url(f"/{call.version}/numbers/{number.id}")},
    }


def _detail(account: Account, call: Call, number: OwnedNumber) -> dict[str, object]:
    used = dict.fromkeys((number.primary_route, number.failover_route))
    included = [routes.resource(call, account.routes.rows[id_]) for id_ in used if id_ is not None]
    if number.e911 is not None:
        included.append(e911.resource(call, account.addresses.rows[number.e911]))
    if number.cnam is not None:
        included.append(cnam_resource(call, account.names.rows[number.cnam]))
    # inferred: that the newer version names only those of calls anew.
    kind = "voice_" if call.version == _NEWER else ""
    relationships = {
        "cnam_preset": _identifier("cnam", number.cnam),
        "e911_address": _identifier("e911", number.e911),
        f"{kind}failover_route": _identifier("route", number.failover_route),
        f"{kind}primary_route": _identifier("route", number.primary_route),
    }
    resource = _resource(call, number)
    body: dict[str, object] = {"data": resource | {"relationships": relationships}, "links": resource["links"]}
    return body | ({"included": included} if included else {})


def _identifier(kind: str, id_: str | None) -> dict[str, object]:
    return {"data": None if id_ is None else {"type": kind, "id": id_}}


def _for_sale(account: Account, call: Call, number: str) -> dict[str, object]:
    monthly, setup = account.inventory.costs(number)
    return {
        "attributes": {
            "rate_center": account.inventory.rate_center(number),
            "value": number,
            "monthly_cost": monthly,
            "state": account.inventory.state(number),
            "number_type": account.inventory.number_type(number),
            "setup_cost": setup,
        },
        "type": "number",
        "id": number,
        "links": {"related": call.url(f"/{call.version}/numbers/{number}")},
    }


def _related(call: Call, kind: str, id_: str, path: str) -> dict[str, object]:
    return {"type": kind, "id": id_, "links": {"related": call.url(path)}}


def _digit_filters(call: Call) -> dict[str, str]:
    filters = {name: _digits(call, name) for name in ("contains", "ends_with")}
    start = call.query.get("starts_with", "").strip()
    # An unescaped plus in a query arrives as a space.
    international = call.query.get("starts_with", "")[:1] in {"+", " "}
    digits = start.removeprefix("+")
    if "starts_with" in call.query and not (digits.isascii() and digits.isdecimal()):
        raise invalid({"starts_with": ["Must consist of digits."]})  # inferred: status and text
    # No area code begins with 1, so such digits have their country code, as in the vendor's own links.
    filters["starts_with"] = digits if not digits or international or digits.startswith("1") else f"1{digits}"
    return {name: value for name, value in filters.items() if value}


def _digits(call: Call, name: str) -> str:
    text = call.query.get(name, "")
    if name in call.query and not (text.isascii() and text.isdecimal()):
        raise invalid({name: ["Must consist of digits."]})  # inferred: status and text
    return text


def _choice(call: Call, name: str, allowed: tuple[str, ...]) -> str:
    text = call.query.get(name, "")
    if name in call.query and text not in allowed:
        raise invalid({name: ["Not a valid choice."]})  # inferred: status and text
    return text


def _setup_cost(call: Call) -> tuple[float | None, dict[str, str]]:
    text = call.query.get("max_setup_cost")
    if text is None:
        return None, {}
    try:
        cost = float(text)
        # The vendor's links show whole dollars; inferred: that the filter itself keeps the cents.
        return cost, {"max_setup_cost": str(int(cost))}
    except (ValueError, OverflowError):
        raise invalid({"max_setup_cost": ["Not a valid number."]}) from None  # inferred: status and text


def _flag(call: Call, name: str, *, default: bool) -> bool:
    # The vendor's own samples send the words as strings.
    value = boolean(call.attributes.get(name, default))
    if value is None:
        raise call.rejected({name: "Not a valid boolean."})  # inferred: status and text
    return value
