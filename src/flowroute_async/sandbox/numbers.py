"""Numbers: what is for sale, buying, and the numbers of the account."""

from dataclasses import dataclass, replace
from urllib.parse import quote

from flowroute_async.sandbox import e911, provisioning, routes
from flowroute_async.sandbox.account import NANO, Account
from flowroute_async.sandbox.bodies import boolean
from flowroute_async.sandbox.call import NO_CONTENT, Call, Reply
from flowroute_async.sandbox.callbacks import is_url
from flowroute_async.sandbox.cnam import resource as cnam_resource
from flowroute_async.sandbox.errors import invalid, not_authorized, not_found
from flowroute_async.sandbox.for_sale import ORDERS, Filters
from flowroute_async.sandbox.inventory import RATES, TIERS, country_of
from flowroute_async.sandbox.paging import page, page_with_links, window
from flowroute_async.sandbox.records import OwnedNumber, ProvisioningTask

_AREA_CODE_PAGE = 400
_ALIAS_LENGTH = 64
_AREA_CODE_DIGITS = 3
_NEWER = "v2.1"
_TASK_OF_DETAILS = "messaging-provision"
_CHOICES = ("cnam_lookups_enabled", "messaging_enabled", "messaging_email")
_TYPES_TODAY = {"standard": "longcode", "tollfree": "toll-free"}
_SEARCH_TEXTS = ("rate_center", "state", "number_type", "iso_country", "order_by", "tier")


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
        tier=call.query.get("tier", ""),  # inferred: that it is a filter here too
    )
    if "order_by" in call.query:
        attribute, _, direction = call.query["order_by"].partition(",")
        if attribute not in ORDERS or direction not in {"", "asc", "desc"}:
            raise invalid({"order_by": ["Not a valid choice."]})
        found = account.for_sale.ordered_page(
            wanted, attribute, shown.offset, shown.reach, descending=direction == "desc"
        )
    else:
        found = account.for_sale.page(wanted, shown.offset, shown.reach)
    # inferred: that no match gives an empty list rather than a 404, and the ascending order.
    return Reply.json(200, page(call, shown, [_for_sale(account, call, number) for number in found], echoed))


def list_available_area_codes(account: Account, call: Call) -> Reply:
    """List the area codes with numbers for sale."""
    shown = window(call, account.options, _AREA_CODE_PAGE)
    cost, echoed = _setup_cost(call)
    codes = shown.cut(account.for_sale.area_codes(cost))
    rows = [_related(call, "areacode", code, f"/v2/numbers/available/exchanges?areacode={code}") for code in codes]
    return Reply.json(200, page(call, shown, rows, echoed))


def list_available_exchanges(account: Account, call: Call) -> Reply:
    """List the exchanges with numbers for sale."""
    shown = window(call, account.options)
    cost, echoed = _setup_cost(call)
    area_code = _digits(call, "areacode")
    if area_code:
        if len(area_code) != _AREA_CODE_DIGITS:
            raise invalid({"areacode": ["Must be three digits long."]})
        echoed["areacode"] = area_code
    codes = shown.cut(account.for_sale.exchanges(cost, area_code))
    rows = [_related(call, "exchange", code, f"/v2/numbers/available?starts_with=1{code}") for code in codes]
    return Reply.json(200, page(call, shown, rows, echoed))


def list_available_tiers(account: Account, call: Call) -> Reply:
    """List the tiers of numbers for sale; as on the vendor's page, links leave out a part of the path."""
    shown = window(call, account.options)
    rows = shown.cut([_related(call, "tier", tier, f"/v2/numbers?tier={quote(tier, safe='')}") for tier in TIERS])
    return Reply.json(200, page_with_links(shown, rows, {}, call.url("/v2/numbers/tiers")))


def purchase_number(account: Account, call: Call) -> Reply:
    """Buy a number."""
    number = call.ids["number"]
    if account.numbers.get(number) is not None or number not in account.inventory:
        raise not_found("that a number cannot be bought twice, and the refusal's status")
    options = _options(call)
    # inferred: that setup and the first month are due at once.
    account.charge(round(sum(account.inventory.costs(number)) * NANO))
    bought = account.numbers.put(
        OwnedNumber(
            number,
            rate_center=account.inventory.rate_center(number),
            state=account.inventory.state(number),
            number_type=account.inventory.number_type(number),
            cnam_lookups_enabled=options.lookups is not False,
            tier=account.inventory.tier(number),
            # Off until the task that turns it on has ended.
            messaging_enabled=None if options.messaging is None else False,
        )
    )
    account.count(call.operation, number)
    task = _provision(account, bought, options) if options.messaging else None
    body = _detail(account, call, bought, task)
    status = 207 if options.messaging and task is None else 201
    return Reply.json(status, {"data": body} if call.version == _NEWER else body)


def list_numbers(account: Account, call: Call) -> Reply:
    """List the account's numbers."""
    shown = window(call, account.options)
    filters = _digit_filters(call) | {name: call.query[name] for name in ("alias", "tier") if name in call.query}
    if len(filters.get("alias", "")) > _ALIAS_LENGTH:
        raise invalid({"alias": [f"Longer than maximum length {_ALIAS_LENGTH}."]})
    numbers = account.numbers
    rows = [_resource(account, call, numbers.rows[id_]) for _, id_ in shown.cut(numbers.matching(filters))]
    return Reply.json(200, page(call, shown, rows, filters))  # inferred: the order


def get_number(account: Account, call: Call) -> Reply:
    """Return the details of one of the account's numbers."""
    return Reply.json(200, _detail(account, call, account.owned(call.ids["number"])))


def update_number(account: Account, call: Call) -> Reply:
    """Change a number's alias or CNAM lookups."""
    number = account.owned(call.ids["number"])
    alias = call.attributes.get("alias", number.alias)
    if alias is not None and (not isinstance(alias, str) or len(alias) > _ALIAS_LENGTH):
        raise call.rejected({"alias": f"Must be a string of at most {_ALIAS_LENGTH} characters."})
    options = _options(call)
    lookups = number.cnam_lookups_enabled if options.lookups is None else options.lookups
    changed = account.numbers.put(replace(number, alias=alias, cnam_lookups_enabled=lookups))
    account.count(call.operation, number.id)
    is_other = options.messaging not in {None, number.messaging_enabled}
    task = _provision(account, changed, options) if is_other else None
    status = 207 if is_other and task is None else 200
    return Reply.json(status, _detail(account, call, changed, task))


def release_number(account: Account, call: Call) -> Reply:
    """Release a number: it can be bought again."""
    number = account.owned(call.ids["number"])
    if number.port_order is not None:
        raise not_authorized("that a number on its way cannot be given back")
    account.numbers.remove(number.id)
    account.count(call.operation, number.id)
    return NO_CONTENT


@dataclass(frozen=True, slots=True)
class _Options:
    """What is asked for a number beside its alias; None for what is not asked for."""

    lookups: bool | None
    messaging: bool | None
    callback: str | None


def _options(call: Call) -> _Options:
    attributes = call.attributes
    # A third party sends the two choices in the query of a purchase, which the vendor seems to take.
    given = {name: attributes.get(name, call.query.get(name)) for name in _CHOICES}
    flags = {name: boolean(value) for name, value in given.items() if value is not None}
    callback = attributes.get("messaging_callback_url")
    faults = {name: "Not a valid boolean." for name, value in flags.items() if value is None}
    if callback is not None and not (isinstance(callback, str) and is_url(callback)):
        faults["messaging_callback_url"] = "Not a valid URL."
    if faults:
        raise call.rejected(faults)
    return _Options(
        flags.get("cnam_lookups_enabled"),
        flags.get("messaging_enabled"),
        callback if isinstance(callback, str) else None,
    )


def _provision(account: Account, number: OwnedNumber, options: _Options) -> ProvisioningTask | None:
    if account.options.provisioning_down:
        return None
    return provisioning.begin(account, [number.id], "enable" if options.messaging else "disable", options.callback)


def _resource(account: Account, call: Call, number: OwnedNumber, *, whole: bool = False) -> dict[str, object]:
    attributes: dict[str, object] = {
        "rate_center": number.rate_center,
        "value": number.id,
        "alias": number.alias,
        "state": number.state,
        "number_type": number.number_type,
        "cnam_lookups_enabled": number.cnam_lookups_enabled,
    }
    if _is_new_shape(account, call):
        attributes |= {
            "number_type": _TYPES_TODAY[number.number_type],
            "messaging_enabled": provisioning.is_enabled(account, number),
            "status": "PURCHASED" if number.port_order is None else "PORTING",  # inferred: the second word
            "iso_country": country_of(number.state).upper(),
            "tier": number.tier,
        } | (_prices(account, number.id) | {"note": None} if whole else {})
    return {
        "attributes": attributes,
        "type": "number",
        "id": number.id,
        "links": {"self": call.url(f"/{call.version}/numbers/{number.id}")},
    }


def _is_new_shape(account: Account, call: Call) -> bool:
    return call.version == _NEWER or account.options.shape != "2018"


def _prices(account: Account, number: str) -> dict[str, object]:
    monthly, setup = account.inventory.costs(number)
    rate = RATES[account.inventory.tier(number)]
    return {"monthly_cost": monthly, "setup_cost": setup, "inbound_rate": rate, "rate_type": "local"}


def _detail(
    account: Account, call: Call, number: OwnedNumber, task: ProvisioningTask | None = None
) -> dict[str, object]:
    used = dict.fromkeys((number.primary_route, number.failover_route))
    edges = _is_new_shape(account, call)
    included = [routes.resource(call, account.routes.rows[id_], edges=edges) for id_ in used if id_ is not None]
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
    if task is not None:
        included.append(provisioning.resource(task))
        relationships["message_provision"] = _identifier("message_provisioning_status", task.id)
    elif number.messaging_task is not None and edges:
        # The page of details has another word; inferred: that the latest task stays.
        latest = account.provisioning.rows[number.messaging_task]
        included.append(provisioning.resource(latest) | {"type": _TASK_OF_DETAILS})
        relationships["message_provision"] = _identifier(_TASK_OF_DETAILS, latest.id)
    resource = _resource(account, call, number, whole=True)
    body: dict[str, object] = {"data": resource | {"relationships": relationships}, "links": resource["links"]}
    return body | ({"included": included} if included else {})


def _identifier(kind: str, id_: str | None) -> dict[str, object]:
    return {"data": None if id_ is None else {"type": kind, "id": id_}}


def _for_sale(account: Account, call: Call, number: str) -> dict[str, object]:
    inventory = account.inventory
    monthly, setup = inventory.costs(number)
    attributes: dict[str, object] = {
        "rate_center": inventory.rate_center(number),
        "value": number,
        "monthly_cost": monthly,
        "state": inventory.state(number),
        "number_type": inventory.number_type(number),
        "setup_cost": setup,
    }
    if _is_new_shape(account, call):
        attributes |= _prices(account, number) | {
            "number_type": _TYPES_TODAY[inventory.number_type(number)],
            "iso_country": inventory.country(number).upper(),
            "tier": inventory.tier(number),
        }
    return {
        "attributes": attributes,
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
        raise invalid({"starts_with": ["Must consist of digits."]})
    # No area code begins with 1, so such digits have their country code, as in the vendor's own links.
    filters["starts_with"] = digits if not digits or international or digits.startswith("1") else f"1{digits}"
    return {name: value for name, value in filters.items() if value}


def _digits(call: Call, name: str) -> str:
    text = call.query.get(name, "")
    if name in call.query and not (text.isascii() and text.isdecimal()):
        raise invalid({name: ["Must consist of digits."]})
    return text


def _choice(call: Call, name: str, allowed: tuple[str, ...]) -> str:
    text = call.query.get(name, "")
    if name in call.query and text not in allowed:
        raise invalid({name: ["Not a valid choice."]})
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
        raise invalid({"max_setup_cost": ["Not a valid number."]}) from None
