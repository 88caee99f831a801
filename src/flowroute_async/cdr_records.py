"""Call detail records, as the file of an export holds them: typed rows, read by the names of the columns."""

import csv
import re
from codecs import getincrementaldecoder
from collections.abc import AsyncGenerator, AsyncIterable, Iterator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime
from decimal import Decimal

from flowroute_async.errors import FileTransferError

__all__ = ["CallRecord"]


@dataclass(frozen=True, slots=True)
class CallRecord:
    """A call. A value that is empty or cannot be read is None; `unread` has its text where it cannot.

    Attributes:
        direction: Inbound or Outbound.
        start_time: When it began, aware, in UTC.
        end_time: When it ended, aware, in UTC.
        destination: The number called, as digits.
        number_alias: The alias of the number of the account.
        callerid: The caller's number, with a plus.
        total_cost: US dollars.
        destination_name: The destination in words.
        callerid_country: The caller's country.
        line_information: What is known of the line, as a number.
        result: Such as completed.
        call_fail_sip_code: The SIP code.
        call_fail_reason: The SIP code in words.
        duration: Seconds.
        billed_duration: Seconds that are charged.
        rate: US dollars a minute.
        first_increment: Seconds.
        subsequent_increment: Seconds.
        cost_subtotal: US dollars.
        connect_fee: US dollars.
        usf_fee: US dollars.
        ccrf: US dollars.
        cnam_lookup_fee: US dollars.
        custom_x_tag: Your tag of the call.
        customer_ip: The address of your equipment, with its port for outbound calls.
        sip_callid: Of newer files.
        cdr_id: Of newer files.
        sip_from_tag: Of newer files.
        sip_to_tag: Of newer files.
        others: The columns that are not known here, as texts.
        unread: The texts that cannot be read, by column.
    """

    direction: str | None = None
    start_time: datetime | None = None
    end_time: datetime | None = None
    destination: str | None = field(default=None, repr=False)
    number_alias: str | None = field(default=None, repr=False)
    callerid: str | None = field(default=None, repr=False)
    total_cost: Decimal | None = None
    destination_name: str | None = None
    callerid_country: str | None = None
    line_information: str | None = None
    result: str | None = None
    call_fail_sip_code: str | None = None
    call_fail_reason: str | None = None
    duration: int | None = None
    billed_duration: int | None = None
    rate: Decimal | None = None
    first_increment: int | None = None
    subsequent_increment: int | None = None
    cost_subtotal: Decimal | None = None
    connect_fee: Decimal | None = None
    usf_fee: Decimal | None = None
    ccrf: Decimal | None = None
    cnam_lookup_fee: Decimal | None = None
    custom_x_tag: str | None = None
    customer_ip: str | None = field(default=None, repr=False)
    sip_callid: str | None = None
    cdr_id: str | None = None
    sip_from_tag: str | None = None
    sip_to_tag: str | None = None
    others: Mapping[str, str] = field(default_factory=dict[str, str], repr=False)
    unread: Mapping[str, str] = field(default_factory=dict[str, str], repr=False)


_TIMES = frozenset({"start_time", "end_time"})
_WHOLE = frozenset({"duration", "billed_duration", "first_increment", "subsequent_increment"})
_MONEY = frozenset(
    {"total_cost", "rate", "cost_subtotal", "connect_fee", "usf_fee", "ccrf", "cnam_lookup_fee"},
)
_FIGURES = re.compile(r"-?[0-9]{1,40}(\.[0-9]{1,40})?([eE][+-]?[0-9]{1,2})?")
_LONGEST_ROW = 131_072
# In characters: what the `csv` module takes for a cell, unless a program has set another limit.
_KNOWN = frozenset(one.name for one in fields(CallRecord)) - {"others", "unread"}


def call_record(columns: Sequence[str], row: Sequence[str]) -> CallRecord:
    """Return a row as a record; columns that it lacks are None, and cells without a column are left out."""
    values: dict[str, str | int | Decimal | datetime] = {}
    others: dict[str, str] = {}
    unread: dict[str, str] = {}
    for name, text in zip(columns, row, strict=False):
        if name not in _KNOWN:
            others[name] = text
        elif text != "":
            try:
                values[name] = _value(name, text)
            except (ValueError, OverflowError):
                unread[name] = text
    return CallRecord(**values, others=others, unread=unread)  # type: ignore[arg-type]  # each column has its type


def _value(name: str, text: str) -> str | int | Decimal | datetime:
    if name in _TIMES:
        moment = datetime.fromisoformat(text)
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    # int and Decimal take more than figures: "1_0", and digits of other scripts.
    if name in _WHOLE | _MONEY and not _FIGURES.fullmatch(text):
        raise ValueError(name)
    if name in _WHOLE:
        return int(text)
    return Decimal(text) if name in _MONEY else text


async def call_records(pieces: AsyncIterable[bytes]) -> AsyncGenerator[CallRecord]:
    """Read the file of an export, piece by piece.

    Raises:
        FileTransferError: If a row is too long, or cannot be read.
    """
    columns: Sequence[str] | None = None
    async with aclosing(_rows(pieces)) as rows:
        async for row in rows:
            if columns is None:
                columns = [name.strip().lstrip("\ufeff") for name in row]
            elif row:
                yield call_record(columns, row)


async def _rows(pieces: AsyncIterable[bytes]) -> AsyncGenerator[Sequence[str]]:
    decoder = getincrementaldecoder("utf-8")("replace")
    lines = _Lines()
    async for piece in pieces:
        for row in lines.rows(decoder.decode(piece)):
            yield row
    for row in lines.rows(decoder.decode(b"", final=True), is_end=True):
        yield row


class _Lines:
    """Cuts text into the rows of a table; a row goes on where a quoted cell holds the end of a line.

    As for the `csv` module, a quote opens a cell only at its beginning, and two within it are one of its signs.
    """

    def __init__(self) -> None:
        self._rest = ""
        self._row: list[str] = []
        self._length = 0
        self._is_quoted = False

    def rows(self, text: str, *, is_end: bool = False) -> Iterator[Sequence[str]]:
        """Yield the rows that have ended.

        Raises:
            FileTransferError: If a row is too long, or cannot be read.
        """
        *lines, self._rest = (self._rest + text).split("\n")
        if is_end:
            lines.append(self._rest)
            self._rest = ""
        for line in lines:
            self._take(line)
            if not self._is_quoted or (is_end and line is lines[-1]):
                row, self._row, self._length = "\n".join(self._row), [], 0
                if row.strip():
                    yield _cells(row.removesuffix("\r"))
        self._check(len(self._rest))

    def _take(self, line: str) -> None:
        self._row.append(line)
        self._length += len(line) + 1
        self._check(0)
        self._is_quoted = _is_quoted_after(line, is_quoted=self._is_quoted)

    def _check(self, more: int) -> None:
        if self._length + more > _LONGEST_ROW:
            raise FileTransferError(f"a row of the file is longer than {_LONGEST_ROW} characters", host="")


def _is_quoted_after(line: str, *, is_quoted: bool) -> bool:
    """Whether a quoted cell is open at the end of a line."""
    place = 0
    while '"' in line[place:] if place else '"' in line:
        if is_quoted:
            place = line.find('"', place)
            if place < 0:
                return True
            is_quoted = line.startswith('""', place)
            place += 1 + is_quoted
        elif line.startswith('"', place) and (place == 0 or line[place - 1] == ","):
            place, is_quoted = place + 1, True
        else:
            place = line.find(",", place) + 1
            if not place:
                return False
    return is_quoted


def _cells(row: str) -> Sequence[str]:
    try:
        return next(csv.reader([row], strict=False))
    except csv.Error:
        raise FileTransferError("a row of the file cannot be read", host="") from None
