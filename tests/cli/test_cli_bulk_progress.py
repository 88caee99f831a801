"""The bar of a bulk search: it says how far the search is, on a terminal only."""

import pytest

from flowroute_async.cli.bulk_progress import progress_bar
from flowroute_async.jobs import Progress

BEGUN = Progress(queries_done=0, queries_known=None, pages=0, numbers=0, seconds=0.0, rate=0.0, eta=None)
UNDER_WAY = Progress(queries_done=12, queries_known=350, pages=40, numbers=7_800, seconds=3.0, rate=2_600.0, eta=84.4)


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TTY_COMPATIBLE", "1")
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "120")


@pytest.mark.usefixtures("terminal")
def test_it_says_what_was_found_and_what_is_left(capsys: pytest.CaptureFixture[str]) -> None:
    with progress_bar() as bar:
        bar(BEGUN)
        bar(UNDER_WAY)
    shown = capsys.readouterr()
    assert "12 of 350 queries, 7,800 numbers, 2,600 a second, about 84 s left" in shown.err
    assert shown.out == ""


@pytest.mark.usefixtures("terminal")
def test_how_many_queries_there_are_may_not_be_known(capsys: pytest.CaptureFixture[str]) -> None:
    with progress_bar() as bar:
        bar(BEGUN)
        bar.stop()
    assert "0 of ? queries, 0 numbers" in capsys.readouterr().err


@pytest.mark.parametrize("hidden", [True, False])
def test_nothing_is_shown_where_it_is_hidden_or_there_is_no_terminal(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, *, hidden: bool
) -> None:
    monkeypatch.setenv("TTY_COMPATIBLE", "1" if hidden else "0")
    with progress_bar(hidden=hidden) as bar:
        bar(UNDER_WAY)
    assert capsys.readouterr().err.strip() == ""
