"""The compact set of numbers."""

import tracemalloc
from random import Random

from hypothesis import example, given
from hypothesis import strategies as st

from flowroute_async.phone_number_set import PhoneNumberSet

NUMBERS = st.one_of(
    st.integers(12005550000, 12005550020).map(str),
    st.integers(1, 10**15).map(str),
    st.sampled_from(["9" * 20, "9" * 21, "9" * 5000, "", "0123", "123", "+12065550100", "abc", "\u0661\u0662"]),
)


@example([["123"], ["\u0661\u0662\u0663"]])
@example([["0123"], ["123"]])
@given(st.lists(st.lists(NUMBERS)))
def test_a_number_is_new_exactly_once(pages: list[list[str]]) -> None:
    seen, known = PhoneNumberSet(), set[str]()
    for page in pages:
        for number, new in zip(page, seen.add(page), strict=True):
            assert new is (number not in known)
            known.add(number)


def test_a_dense_block_becomes_a_bitmap_and_forgets_nothing() -> None:
    seen = PhoneNumberSet()
    numbers = [str(12_000_000_000 + 2 * index) for index in range(60_000)]
    assert all(seen.add(numbers))
    assert not any(seen.add(numbers))
    assert all(seen.add([str(int(number) + 1) for number in numbers[:100]]))


def test_scattered_numbers_take_less_than_eight_bytes_each() -> None:
    random = Random(1)  # noqa: S311 - sample numbers, not secrets
    numbers = [str(random.randrange(12_000_000_000, 13_000_000_000)) for _ in range(100_000)]
    tracemalloc.start()
    seen = PhoneNumberSet()
    seen.add(numbers)
    size, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert size < 8 * len(numbers)
