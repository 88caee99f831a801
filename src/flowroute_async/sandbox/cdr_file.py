"""The file of an export of call detail records: a compressed table, and its sums."""

import csv
import gzip
import io
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal

from flowroute_async.sandbox.records import PhoneCall

_NANO = Decimal(1_000_000_000)
_STEP = 6  # seconds: calls are billed by them, the first one and each further one
_COLUMNS = (
    "direction,start_time,end_time,destination,number_alias,callerid,total_cost,destination_name,callerid_country,"
    "line_information,result,call_fail_sip_code,call_fail_reason,duration,billed_duration,rate,first_increment,"
    "subsequent_increment,cost_subtotal,connect_fee,usf_fee,ccrf,cnam_lookup_fee,custom_x_tag,customer_ip"
)
_NEWER_COLUMNS = f"{_COLUMNS},sip_callid,cdr_id,sip_from_tag,sip_to_tag"


@dataclass(frozen=True, slots=True)
class Totals:
    """The sums of an export; money as the API writes it."""

    calls: int
    billed_minutes: int
    subtotal: str
    total: str


def compressed(calls: Iterable[PhoneCall], *, newer: bool) -> bytes:
    """Write calls as the vendor does: CSV, compressed with gzip.

    Args:
        calls: The calls, in the order of the rows.
        newer: Whether the table has the columns that were added later.
    """
    text = io.StringIO(newline="")
    table = csv.writer(text, lineterminator="\n")
    table.writerow((_NEWER_COLUMNS if newer else _COLUMNS).split(","))
    for call in calls:
        table.writerow(
            _row(call) + ([f"{call.id}@192.0.2.10", call.id, f"as{call.id}", f"gK{call.id}"] if newer else [])
        )
    return gzip.compress(text.getvalue().encode(), mtime=0)


def totals(calls: Iterable[PhoneCall]) -> Totals:
    """Add calls up."""
    count, seconds, nanodollars = 0, 0, Decimal(0)
    for call in calls:
        count += 1
        seconds += _billed(call)
        nanodollars += _cost(call)
    money = str((nanodollars / _NANO).quantize(Decimal("0.000001"))) if nanodollars else "0.0"
    return Totals(count, -(-seconds // 60), money, money)


def _row(call: PhoneCall) -> list[object]:
    cost = f"{_cost(call) / _NANO:.8f}"
    return [
        call.direction,
        _written(call.at),
        _written(call.at + call.duration),
        call.destination,
        call.number_alias,
        f"+{call.caller}",
        cost,
        call.destination_name,
        "N/A",
        "",
        call.result,
        call.sip_code,
        call.reason,
        call.duration,
        _billed(call),
        f"{call.rate / _NANO:.6f}",
        _STEP,
        _STEP,
        cost,
        "0.0000",
        "0.00000000",
        "0.00000000",
        "0.00000000",
        call.tag,
        call.ip,
    ]


def _billed(call: PhoneCall) -> int:
    return -(-call.duration // _STEP) * _STEP


def _cost(call: PhoneCall) -> Decimal:
    return Decimal(call.rate) * _billed(call) / 60


def _written(at: float) -> str:
    return f"{datetime.fromtimestamp(at, UTC):%Y-%m-%d %H:%M:%S}+00"
