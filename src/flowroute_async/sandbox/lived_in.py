"""An account that was used for months: every kind of record, some of them odd, the same for a seed and a time."""

from datetime import UTC, datetime, timedelta
from random import Random

from flowroute_async.sandbox.account import Account
from flowroute_async.sandbox.inventory import Inventory
from flowroute_async.sandbox.seed import Seed

_DAYS = 150
_CONVERSATIONS = 24
_CALLS = 400
_OWN_AREA_CODES = ("206", "206", "206", "425", "425", "646", "646", "310", "604", "800", "888", "206")
_ALIASES = ("Front desk", "Support", "Sales", None, "Warehouse", "New York", None, "", "Vancouver", "Hotline", "Orders")
_BLOCKS = ("12067205000-12067205099", "16467806200-16467806299", "18443350100-18443350149")
_INBOUND = (
    "Hi, is my order ready?",
    "Thanks!",
    "Can we move the appointment to Friday?",
    "STOP",
    "Où est mon colis ? Merci d'avance",
    "👍",
    "Running 10 minutes late, sorry 😅",
)
_OUTBOUND = (
    "Your order is ready for pickup until 6 pm.",
    "Your code is 482913. It is good for ten minutes.",
    "Reminder: your appointment is tomorrow at 9:30. Reply C to confirm or R to reschedule.",
    "Thank you for your business! “Acme & Sons”",
    "We are closed on Monday. " * 9,
    "Your technician has arrived. 🔧",
)
# Most arrive or are at least accepted; the rest fail in ways that happen.
_CODES = (1003,) * 9 + (1004,) * 6 + (1007, 1110, 1106, 1150, 1006)
# The account's first messages, of the months in which the vendor's samples look for some.
_FIRST_DAYS = ("2017-12-04", "2017-12-22", "2018-01-05", "2018-02-14", "2018-04-23", "2018-06-01")
_ADDRESSES: tuple[tuple[str, ...], ...] = (
    ("Old office", "Janet", "Doe", "3910", "N Vassault", "Tacoma", "WA", "USA", "98407", "", ""),
    ("Workshop", "Janet", "Doe", "3910", "N Vassault", "Tacoma", "WA", "US", "98407", "", ""),
    ("Office", "Acme", "Sons", "1221", "2nd Ave", "Seattle", "WA", "US", "98101", "Suite", "330"),
    ("New York", "Acme", "Sons", "350", "5th Ave", "New York", "NY", "US", "10118", "Floor", "21"),
    ("Vancouver", "Acme", "Sons", "555", "W Hastings St", "Vancouver", "BC", "CA", "V6B 4N6", "", ""),
    # The newest has no number yet: the vendor's samples delete the first one of the list.
    ("Warehouse", "Acme", "Sons", "2100", "Alaskan Way", "Seattle", "WA", "US", "98121", "Building", "B"),
)
_ADDRESS_FIELDS = (
    "label first_name last_name street_number street_name city state country zip address_type address_type_number"
)


def lived_in(account: Account) -> Seed:
    """Make what such an account has, up to the present of its clock."""
    now = account.clock.now()
    random = Random(f"{account.inventory.seed} lived-in")  # noqa: S311 - the same account each time
    own = _own_numbers(account)
    return Seed.model_validate(
        {
            "balance": 250,
            "for_sale": _BLOCKS,
            "routes": _routes(),
            "e911s": [dict(zip(_ADDRESS_FIELDS.split(), address, strict=True)) for address in _ADDRESSES],
            "cnams": _names(now),
            "numbers": _numbers(own),
            "messages": _messages(random, own, now),
            "calls": _calls(random, own, now),
            "port_orders": _port_orders(now),
            "cdr_exports": _exports(now),
        }
    )


def _own_numbers(account: Account) -> list[str]:
    """Choose numbers that the inventory sold at the start, and others where it had none."""
    inventory = Inventory(account.inventory.seed, account.inventory.size)
    taken: list[str] = []
    for index, code in enumerate(_OWN_AREA_CODES):
        free = [number for number in inventory.numbers(code) if number not in taken]
        taken.append(free[0] if free else f"1{code}24100{index:02}")
    return taken


def _routes() -> list[dict[str, object]]:
    return [
        {"alias": "office", "route_type": "host", "value": "sip.acme.example:5060"},
        {"alias": "backup", "route_type": "uri", "value": "sip:pbx@backup.acme.example:5060;transport=tls"},
        {"alias": "mobile", "route_type": "number", "value": "12065550142"},
        {"alias": "west", "route_type": "host", "value": "198.51.100.7", "edge_strategy_id": 2},
        {"alias": "unused", "route_type": "uri", "value": "sips:old@pbx.acme.example;weight=500"},
    ]


def _names(now: datetime) -> list[dict[str, object]]:
    def at(days: float) -> datetime:
        return now - timedelta(days=days)

    return [
        # Of long ago: nobody knows when, and the reason is an empty text.
        {"value": "ACME OLD", "status": "approved", "rejection_reason": ""},
        {"value": "ACME & SONS", "status": "approved", "created": at(140), "approved": at(138.5)},
        {"value": "ACME SUPPORT", "status": "approved", "created": at(90), "approved": at(88)},
        {"value": "SEATTLE POLICE", "status": "rejected", "created": at(60), "rejection_reason": "Misleading name"},
        {"value": "ACME NEW YORK", "status": "pending", "created": at(1)},
    ]


def _numbers(own: list[str]) -> list[dict[str, object]]:
    whole: dict[str, object] = {
        "primary_route": "office",
        "failover_route": "backup",
        "e911": "Office",
        "cnam": "ACME & SONS",
        "messaging_enabled": True,
    }
    further: list[dict[str, object]] = [
        whole,
        {"primary_route": "office", "failover_route": "mobile", "cnam": "ACME SUPPORT", "messaging_enabled": True},
        {"primary_route": "west", "e911": "Office", "messaging_enabled": True, "cnam_lookups_enabled": False},
        {"messaging_enabled": True},
        {"primary_route": None, "e911": "Workshop", "messaging_enabled": True},
        {"primary_route": "office", "e911": "New York", "cnam": "ACME OLD", "messaging_enabled": True},
        {"messaging_enabled": False},
        {"primary_route": "mobile", "failover_route": "sip-reg"},
        {"primary_route": "office", "e911": "Vancouver", "messaging_enabled": True},
        {"primary_route": "office", "emergency_capable": False, "messaging_enabled": True},
        {"primary_route": "office", "emergency_capable": False},
    ]
    plain: dict[str, object] = {"alias": None}
    return [
        {"number": number} | (further[index] | {"alias": _ALIASES[index]} if index < len(further) else plain)
        for index, number in enumerate(own)
    ]


def _messages(random: Random, own: list[str], now: datetime) -> list[dict[str, object]]:
    texting = own[:6]
    found: list[dict[str, object]] = []
    for index in range(_CONVERSATIONS):
        peer, number = f"1206555{index + 100:04}", texting[index % len(texting)]
        for _ in range(random.randint(6, 40)):
            at = now - timedelta(seconds=random.randint(60, _DAYS * 86_400))
            if random.random() < 0.4:  # noqa: PLR2004 - more is sent than received
                arrived: dict[str, object] = {"from": peer, "to": number, "body": random.choice(_INBOUND), "at": at}
                if random.random() < 0.1:  # noqa: PLR2004 - a picture now and then
                    arrived |= {"body": None, "media_urls": [f"https://media.example/{random.getrandbits(48):x}.jpg"]}
                found.append(arrived)
            else:
                code = random.choice(_CODES)
                body = random.choice(_OUTBOUND).strip()
                found.append({"from": number, "to": peer, "body": body, "at": at, "status_code": code})
    first = [datetime.fromisoformat(day).replace(hour=17, tzinfo=UTC) for day in _FIRST_DAYS]
    sent: dict[str, object] = {"from": own[0], "to": "12065550100", "body": _OUTBOUND[0], "status_code": 1004}
    found += [{**sent, "at": at} for at in first if at < now]
    return sorted(found, key=lambda message: str(message["at"]))


def _calls(random: Random, own: list[str], now: datetime) -> list[dict[str, object]]:
    found: list[dict[str, object]] = []
    for _ in range(_CALLS):
        number, peer = random.choice(own), f"1206555{random.randint(100, 199):04}"
        ends = (number, peer) if random.random() < 0.5 else (peer, number)  # noqa: PLR2004 - as many out as in
        call: dict[str, object] = {
            "from": ends[0],
            "to": ends[1],
            "duration": random.randint(1, 1200),
            "at": now - timedelta(seconds=random.randint(60, _DAYS * 86_400)),
        }
        if random.random() < 0.1:  # noqa: PLR2004 - some are not answered
            call |= {"duration": 0, "result": "failed", "sip_code": 486, "reason": "Busy Here"}
        found.append(call)
    return sorted(found, key=lambda call: str(call["at"]))


def _exports(now: datetime) -> list[dict[str, object]]:
    # The oldest cannot be downloaded any more, one has failed, and the newest can be downloaded.
    return [
        {"start": now - timedelta(days=days + 30), "end": now - timedelta(days=days), "requested": at, "status": status}
        for days, at, status in (
            (60, now - timedelta(days=59), "completed"),
            (10, now - timedelta(days=9), "failed"),
            (1, now - timedelta(hours=3), "completed"),
        )
    ]


def _port_orders(now: datetime) -> list[dict[str, object]]:
    details = {
        "billing_name": "Acme & Sons",
        "company": "Acme & Sons",
        "street": "1221 2nd Ave",
        "city": "Seattle",
        "state": "WA",
        "zip": "98101",
        "country": "US",
        "provider": "Other Carrier",
        "usage_type": "business",
    }
    rejected = ["The address does not match the one of the losing carrier."]
    states = (("cancelled", 120, list[str]()), ("rejected", 20, rejected), ("pending", 3, list[str]()))
    return [
        {
            "numbers": [f"1973241{index:02}{line:02}" for line in range(2)],
            "status": status,
            "created": now - timedelta(days=days),
            "comments": comments,
            "details": details | {"alias": f"Order {index + 1}"},
        }
        for index, (status, days, comments) in enumerate(states)
    ]
