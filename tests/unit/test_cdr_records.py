"""The file of an export: read by the names of its columns, in pieces of any size."""

import csv
import io
from collections.abc import AsyncGenerator
from contextlib import aclosing
from datetime import UTC, datetime
from decimal import Decimal

import anyio
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from flowroute_async import FileTransferError
from flowroute_async.cdr_records import CallRecord, call_records

HEADER = (
    "direction,start_time,end_time,destination,number_alias,callerid,total_cost,destination_name,callerid_country,"
    "line_information,result,call_fail_sip_code,call_fail_reason,duration,billed_duration,rate,first_increment,"
    "subsequent_increment,cost_subtotal,connect_fee,usf_fee,ccrf,cnam_lookup_fee,custom_x_tag,customer_ip"
)
ROW = (
    "Outbound,2019-06-25 18:18:54+00,2019-06-25 18:19:31+00,18774551500,Office Line 2,+12065550100,0.00000000,"
    "UNITED STATES - TOLL FREE,N/A,,completed,200,OK,37,42,0.000000,6,6,0.00000000,0.0000,0.00000000,0.00000000,"
    "0.00000000,,192.0.2.10:5080"
)


TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=8)


def read(content: bytes, size: int = 1 << 16) -> list[CallRecord]:
    async def pieces() -> AsyncGenerator[bytes]:
        for place in range(0, len(content), size):
            yield content[place : place + size]

    async def collected() -> list[CallRecord]:
        return [record async for record in call_records(pieces())]

    return anyio.run(collected)


@pytest.mark.parametrize("size", [1, 7, 1 << 16])
@pytest.mark.parametrize("end", ["\n", "\r\n", ""])
def test_the_vendors_sample_is_read_whole(size: int, end: str) -> None:
    (record,) = read(f"{HEADER}{end or chr(10)}{ROW}{end}".encode(), size)
    assert record.start_time == datetime(2019, 6, 25, 18, 18, 54, tzinfo=UTC)
    assert (record.direction, record.destination, record.duration) == ("Outbound", "18774551500", 37)
    assert (record.total_cost, record.line_information, record.customer_ip) == (Decimal(0), None, "192.0.2.10:5080")
    assert (record.sip_callid, record.others, record.unread) == (None, {}, {})


def test_columns_are_found_by_name_in_any_order_and_new_ones_are_kept() -> None:
    (record,) = read(b"cdr_id,mood,duration,direction\n17,fine,5,Inbound\n")
    assert (record.cdr_id, record.duration, record.direction, record.others) == ("17", 5, "Inbound", {"mood": "fine"})


def test_what_cannot_be_read_is_none_and_its_text_is_kept() -> None:
    (record,) = read(b"start_time,duration,rate\nsoon,long,NaN\n")
    assert (record.start_time, record.duration, record.rate) == (None, None, None)
    assert record.unread == {"start_time": "soon", "duration": "long", "rate": "NaN"}


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("duration", "1_0"),
        ("duration", "\uff11\uff10"),
        ("duration", "9" * 5000),
        ("duration", "1.5"),
        ("total_cost", "1_000.5"),
        ("total_cost", "\uff11.5"),
        ("total_cost", "1,5"),
        ("total_cost", "sNaN"),
        ("start_time", "0001-01-01 00:00:00+23:59"),
    ],
)
def test_an_odd_figure_is_not_guessed_and_loses_no_other_value(name: str, text: str) -> None:
    odd, good = read(f'{name},cdr_id\n"{text}",17\n"",18\n'.encode())
    assert (getattr(odd, name), odd.cdr_id, odd.unread) == (None, "17", {name: text})
    assert (good.cdr_id, good.unread) == ("18", {})


def test_an_exact_zero_is_read_as_python_writes_it() -> None:
    (record,) = read(b"total_cost\n0E-8\n")
    assert record.total_cost == 0


def test_a_record_shows_no_number_and_no_address() -> None:
    (record,) = read(f"{HEADER}\n{ROW}\n".encode())
    assert not any(part in repr(record) for part in ("18774551500", "2065550100", "192.0.2.10", "Office Line"))


@given(
    cells=st.lists(
        st.lists(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=8), min_size=2, max_size=2)
    ),
    size=st.integers(1, 40),
)
def test_any_table_is_read_as_the_csv_module_reads_it(cells: list[list[str]], size: int) -> None:
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n", quoting=csv.QUOTE_ALL)
    table.writerows([["number_alias", "custom_x_tag"], *cells])
    found = read(text.getvalue().encode(), size)
    assert [(record.number_alias or "", record.custom_x_tag or "") for record in found] == [tuple(row) for row in cells]


def test_a_quoted_cell_may_hold_the_end_of_a_line() -> None:
    (record,) = read(b'number_alias,duration\n"two\nlines, ""quoted""",5\n', 3)
    assert (record.number_alias, record.duration) == ('two\nlines, "quoted"', 5)


@given(text=st.text(st.sampled_from('ab,"\n'), max_size=30), size=st.integers(1, 9))
@example(text='5" pipe,b\nx,y\n', size=3)
@example(text='"a" b"\n"c,d\n', size=2)
@example(text='a,"b""c""","d\n', size=1)
def test_odd_quotes_are_read_as_the_csv_module_reads_them(text: str, size: int) -> None:
    expected = [row for row in csv.reader(io.StringIO(text, newline="")) if row]
    found = read(f"number_alias,custom_x_tag\n{text}".encode(), size)
    assert [(one.number_alias or "", one.custom_x_tag or "") for one in found] == [
        tuple([*row, ""][:2]) for row in expected
    ]


@pytest.mark.parametrize("size", [131_071 - len("Inbound,"), 131_073])
def test_a_row_may_have_as_many_characters_as_the_csv_module_takes_for_a_cell(size: int) -> None:
    content = b"direction,number_alias\nInbound," + b"x" * size + b"\n"
    if size < 131_072:
        assert [len(one.number_alias or "") for one in read(content)] == [size]
    else:
        with pytest.raises(FileTransferError, match="longer than 131072 characters"):
            read(content)


def test_a_cell_of_many_megabytes_is_given_up_at_once() -> None:
    begun = 0

    async def pieces() -> AsyncGenerator[bytes]:
        nonlocal begun
        yield b'direction\n"'
        while True:
            begun += 1
            yield b"x\n" * 30_000

    async def collected() -> None:
        async with aclosing(pieces()) as endless, aclosing(call_records(endless)) as records:
            async for _ in records:
                pass

    with pytest.raises(FileTransferError):
        anyio.run(collected)
    assert begun == 3
