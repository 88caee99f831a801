"""Segments of an SMS, against cases that another public calculator was asked for, and against a search of all cuts."""

import json
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from flowroute_async import FlowrouteClient, InvalidArgumentError
from flowroute_async.segments import GSM_7, GSM_7_EXTENSION, estimate_segments

# Answers of Twilio's segment calculator (its npm package, 1.3.0), which knows nothing of this project.
KNOWN = [
    ("hello", 1, "GSM-7", 5),
    ("x" * 160, 1, "GSM-7", 160),
    ("x" * 161, 2, "GSM-7", 161),
    ("x" * 306, 2, "GSM-7", 306),
    ("x" * 307, 3, "GSM-7", 307),
    ("é" * 160, 1, "GSM-7", 160),
    ("€" * 80, 1, "GSM-7", 160),
    ("€" * 81, 2, "GSM-7", 162),
    # 76 escaped characters fill 152 of 153 septets, and the next one is not cut in two.
    ("€" * 152, 2, "GSM-7", 304),
    ("€" * 153, 3, "GSM-7", 306),
    ("x" * 152 + "€" + "x" * 152, 3, "GSM-7", 306),
    ("ç", 1, "UCS-2", 1),
    ("“" + "x" * 69, 1, "UCS-2", 70),
    ("“" + "x" * 70, 2, "UCS-2", 71),
    ("漢" * 134, 2, "UCS-2", 134),
    ("漢" * 135, 3, "UCS-2", 135),
    ("😀" * 35, 1, "UCS-2", 70),
    ("😀" * 36, 2, "UCS-2", 72),
    # 33 of them fill 66 of 67 units.
    ("😀" * 66, 2, "UCS-2", 132),
    ("😀" * 67, 3, "UCS-2", 134),
    ("😀" * 70, 3, "UCS-2", 140),
]


# Runs of characters, with what smsutil 1.1.3 splits them into, which knows nothing of this project either.
SPLIT: list[tuple[list[tuple[str, int]], str, int]] = json.loads(
    (Path(__file__).parents[1] / "fixtures/segments_by_smsutil.json").read_text(encoding="utf-8")
)


def test_texts_around_every_boundary_have_as_many_segments_as_another_library_makes() -> None:
    for runs, encoding, segments in SPLIT:
        estimate = estimate_segments("".join(character * count for character, count in runs))
        assert (estimate.encoding, estimate.segments) == (encoding, segments), runs


@pytest.mark.parametrize(("text", "segments", "encoding", "units"), KNOWN)
def test_segments_are_counted_as_another_calculator_counts_them(
    text: str, segments: int, encoding: str, units: int
) -> None:
    estimate = estimate_segments(text)
    assert (estimate.segments, estimate.encoding, estimate.units) == (segments, encoding, units)


def test_the_alphabet_is_that_of_the_standard() -> None:
    # 128 codes, one of which is the escape; ten characters behind it.
    assert (len(GSM_7), len(GSM_7_EXTENSION), len(GSM_7 & GSM_7_EXTENSION)) == (127, 10, 0)
    for character in GSM_7:
        assert estimate_segments(character).units == 1
    for character in GSM_7_EXTENSION:
        assert estimate_segments(character).units == 2


def test_half_a_character_is_one_unit_and_no_error() -> None:
    assert estimate_segments("\ud83d" * 70).units == 70


def test_an_empty_text_is_no_segment() -> None:
    estimate = estimate_segments("", rate=Decimal("0.004"))
    assert (estimate.segments, estimate.units, estimate.left, estimate.price) == (0, 0, 160, Decimal(0))


def fewest(text: str) -> int:
    """Find by trying every cut how few segments hold the text, written out as bytes by a codec."""
    is_gsm = set(text) <= GSM_7 | GSM_7_EXTENSION
    single, part = (160, 153) if is_gsm else (70, 67)

    def size(piece: str) -> int:
        if is_gsm:
            return len(piece) + sum(piece.count(character) for character in GSM_7_EXTENSION)
        return len(piece.encode("utf-16-le", "surrogatepass")) // 2

    if size(text) <= single:
        return 1 if text else 0
    best = [0] + [len(text)] * len(text)
    for end in range(1, len(text) + 1):
        for begin in range(end - 1, -1, -1):
            if size(text[begin:end]) > part:
                break
            best[end] = min(best[end], best[begin] + 1)
    return best[-1]


texts = st.text(alphabet=st.sampled_from("aé€^"), max_size=330) | st.text(
    alphabet=st.sampled_from("aé€ç漢😀"), max_size=150
)


@given(texts)
@example("x" * 152 + "€" + "x" * 152)
@example("a" + "😀" * 67)
def test_no_other_way_of_cutting_a_text_needs_fewer_segments(text: str) -> None:
    estimate = estimate_segments(text)
    assert estimate.segments == fewest(text)
    limit = 160 if estimate.encoding == "GSM-7" else 70
    assert 0 <= estimate.left <= limit
    # What is left is a promise: so many plain characters more, and no segment more.
    if text and estimate.left:
        assert estimate_segments(text + "a" * estimate.left).segments == estimate.segments
    if text:
        assert estimate_segments(text + "a" * (estimate.left + 1)).segments == estimate.segments + 1


@pytest.mark.anyio
async def test_the_client_estimates_without_sending_anything() -> None:
    async with FlowrouteClient(access_key="a", secret_key="s") as client:
        estimate = client.messages.estimate("😀" * 70, rate=Decimal("0.0040"))
        assert (estimate.segments, estimate.encoding, estimate.price) == (3, "UCS-2", Decimal("0.0120"))
        assert client.messages.estimate(" ").price is None
        with pytest.raises(InvalidArgumentError, match="text"):
            client.messages.estimate(None)  # type: ignore[arg-type] # wrong on purpose
        for rate in (0.004, Decimal("NaN"), Decimal(-1)):
            with pytest.raises(InvalidArgumentError, match="rate"):
                client.messages.estimate("x", rate=rate)  # type: ignore[arg-type] # wrong on purpose
