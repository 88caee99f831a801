"""Whether an answer is about the resource that its request named."""

import json

import pytest

from flowroute_async.identity import is_about

NUMBER = "12065550100"


def document(**members: object) -> bytes:
    return json.dumps({"data": members}).encode()


@pytest.mark.parametrize(
    "content",
    [
        document(id=NUMBER),
        document(id=f"+{NUMBER}"),
        document(id="2065550100"),
        document(id="(206) 555-0100"),
        document(id=int(NUMBER)),
        document(id="5f3a", attributes={"value": NUMBER}),
        document(id=None, attributes={"value": "+1 206 555 0100"}),
        b"\xef\xbb\xbf" + document(id=NUMBER),
        # An answer that names nothing says nothing.
        document(),
        document(id=None),
        document(id=""),
        b'{"data": []}',
        b'{"data": null}',
        b"[]",
        b"",
        b"null",
        b"not JSON",
        b"[" * 20_000,
    ],
)
def test_an_answer_about_the_number_or_about_nothing_is_taken(content: bytes) -> None:
    assert is_about(content, NUMBER)


@pytest.mark.parametrize(
    "content",
    [
        document(id="12065550101"),
        document(id="5f3a"),
        document(id="5f3a", attributes={"value": "12065550101"}),
        b"\xef\xbb\xbf" + document(id="12065550101"),
        document(id="12065550101").decode().encode("utf-16"),
        document(id="12065550101").replace(b"}}", b', "note": "\xff"}}'),
        document(id="").replace(b'""', b"1" * 5_000),
        document(id=None, attributes={"value": "12065550101"}),
        document(id=0),
        document(id=1),
        document(id=True),
        document(id=[NUMBER]),
        document(id="1206555010"),
        document(id="22065550100"),
    ],
)
def test_an_answer_about_another_is_not(content: bytes) -> None:
    assert not is_about(content, NUMBER)


def test_an_id_is_compared_without_its_case_and_an_operation_without_one_takes_any() -> None:
    assert is_about(document(id="MDR2-Ab"), "mdr2-aB")
    assert not is_about(document(id="mdr2-ac"), "mdr2-ab")
    assert is_about(document(id="anything"), None)
