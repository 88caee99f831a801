"""What a refusal says of a rate that is in full use: each rule of `adaptive_rate`, by what it does to the rate."""

import itertools

import pytest

from flowroute_async.adaptive_rate import AdaptiveRate


class Client:
    """Calls that all wait for the rate, on a clock of its own; the server answers at once what it does not refuse."""

    def __init__(self, known: float | None = 20.0) -> None:
        self.rate = AdaptiveRate(known)
        self.now = 0.0
        self._next = 0.0
        self.rate.started(0.0, waited=False)

    @property
    def value(self) -> float:
        assert self.rate.rate is not None
        return self.rate.rate

    def use(self, seconds: float, *, answered: float | None = None) -> None:
        """Send at the full rate; of the calls so many a second are answered, or all."""
        until = self.now + seconds
        while self._next < until:
            self.rate.started(self._next, waited=True)
            if answered is None:
                self.rate.answered(self._next)
            self._next += self.rate.interval
        if answered is not None:
            count = round(seconds * answered)
            for place in range(count):
                self.rate.answered(self.now + (place + 1) * seconds / count)
        self.now = until

    def refused(self, times: int = 1) -> float:
        """Meet a burst of refusals, and a cool-down of a second; return the rate after it."""
        for number in range(times):
            self.rate.refused(self.now, first=number == 0)
        self.now += 1.0
        self._next = self.rate.reserve(self.now)
        return self.value


@pytest.fixture
def at_limit() -> Client:
    """A client whose limit has shown a moment ago: it goes at nine tenths of it."""
    client = Client()
    client.use(20.0)
    before = client.value
    assert client.refused() == pytest.approx(0.9 * before)
    return client


def test_where_the_server_never_answered_so_many_in_a_second_the_limit_is_what_it_did_answer() -> None:
    client = Client()
    client.use(20.0, answered=15.0)
    # What was answered on average, and a fifth of it.
    assert client.refused() == pytest.approx(0.9 * 1.2 * 15, rel=0.02)


def test_it_is_cut_no_further_than_to_six_tenths_at_once() -> None:
    client = Client()
    client.use(20.0, answered=3.0)
    assert client.refused() == pytest.approx(0.9 * 0.6 * 0.98 * 20, rel=0.001)


def test_refusals_close_to_each_other_cut_it_four_times_and_no_more(at_limit: Client) -> None:
    rates = [at_limit.value]
    for _ in range(12):
        at_limit.use(2.0)
        rates.append(at_limit.refused())
    falls = [later / earlier for earlier, later in itertools.pairwise(rates)]
    assert falls[:4] == pytest.approx([0.92] * 4, abs=0.03)
    assert all(fall >= 1 for fall in falls[4:])


def test_after_some_quiet_it_may_be_cut_again(at_limit: Client) -> None:
    for _ in range(8):
        at_limit.use(2.0)
        at_limit.refused()
    at_limit.use(26.0)
    before = at_limit.value
    first = at_limit.refused()  # at its limit
    at_limit.use(2.0)
    assert at_limit.refused() < first < before


@pytest.mark.parametrize("seconds", [3.2, 4.0])
def test_refusals_apart_from_each_other_and_below_the_limit_do_not_cut_it(at_limit: Client, seconds: float) -> None:
    least = at_limit.value
    for _ in range(4):
        at_limit.use(seconds)
        before = at_limit.value
        assert at_limit.refused() == before >= least


def test_a_second_refusal_at_once_is_not_measured_by_the_few_answers_in_between() -> None:
    client = Client()
    client.use(15.0, answered=3.0)
    client.use(1.0)
    before = client.refused()
    assert before == pytest.approx(0.9 * 0.98 * 20)
    client.use(0.4)
    assert client.refused() == pytest.approx(0.9 * before, rel=0.02)


def test_from_the_third_close_refusal_on_the_answers_in_between_are_the_limit(at_limit: Client) -> None:
    rates = [at_limit.value]
    for _ in range(4):
        at_limit.use(2.0, answered=0.92 * at_limit.value)
        rates.append(at_limit.refused())
    falls = [later / earlier for earlier, later in itertools.pairwise(rates)]
    assert falls[0] > 0.9  # by what the rate was
    assert falls[2:] == pytest.approx([0.83, 0.83], abs=0.03)  # by what was answered


def test_after_two_refusals_that_it_does_not_explain_one_at_the_limit_is_no_sign_of_it(at_limit: Client) -> None:
    for seconds in (4.0, 4.0, 17.0):
        at_limit.use(seconds)
        before = at_limit.value
        assert at_limit.refused() == before


def test_a_refusal_at_the_limit_explains_those_before_it(at_limit: Client) -> None:
    for _ in range(3):
        at_limit.use(4.0)
        before = at_limit.value
        assert at_limit.refused() == before
        at_limit.use(19.0)
        before = at_limit.value
        assert at_limit.refused() == pytest.approx(0.9 * before, rel=0.03)


def test_a_cut_explains_those_before_it(at_limit: Client) -> None:
    at_limit.use(4.0)
    at_limit.refused()
    at_limit.use(2.0)
    at_limit.refused()  # close to the one before: a cut
    at_limit.use(4.0)
    at_limit.refused()
    at_limit.use(19.0)
    before = at_limit.value
    assert at_limit.refused() == pytest.approx(0.9 * before, rel=0.03)


def test_a_first_estimate_is_made_up_for_in_half_the_time_of_a_later_one() -> None:
    client = Client(None)
    for place in range(20):
        client.rate.answered(place / 20)
    client.now = 1.0
    assert client.refused(times=30) == pytest.approx(18.0)
    client.use(12.2)
    first = client.value
    assert first == pytest.approx(20.0, rel=0.002)
    later = client.refused()
    client.use(12.2)
    assert client.value < 0.992 * later / 0.9


def test_no_limit_is_believed_to_be_below_one_call_in_two_seconds() -> None:
    client = Client(None)
    for _ in range(60):
        client.rate.answered(client.now)
        client.now += 1.0
        client.refused(times=3)
    assert client.value == pytest.approx(0.9 * 0.5)
