"""An inventory that answers searches without a network, as a sender does, and obeys a test."""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

import anyio
import anyio.lowlevel

from flowroute_async import Rates
from flowroute_async.errors import StatusError, status_error
from flowroute_async.resources.numbers import Numbers
from flowroute_async.response import RawResponse
from flowroute_openapi import search_available_numbers
from flowroute_openapi.types import Operation
from tests.stand_in import StandIn

T = TypeVar("T")


@dataclass
class FakeInventory(StandIn):
    """Answers searches by prefix, state and rate center; everything else of a client is not there.

    Attributes:
        numbers: The numbers for sale, in the server's order.
        max_page: The longest page.
        attempts: How often each call had to be sent.
        turns: How many turns of the event loop an answer takes.
        before: Called with each call before it is answered; it may raise.
        gates: What calls wait for, by what their prefix begins with.
        calls: The calls that were sent, in order.
        in_flight: Calls that are under way.
        most_in_flight: The most that were at once.
    """

    numbers: Sequence[str]
    max_page: int = 200
    attempts: int = 1
    turns: int = 1
    before: Callable[[dict[str, str]], None] | None = None
    gates: dict[str, anyio.Event] = field(default_factory=dict)
    calls: list[dict[str, str]] = field(default_factory=list)
    in_flight: int = 0
    most_in_flight: int = 0

    async def send_raw(self, operation: Operation[T], /) -> RawResponse[T]:
        assert operation.name == "search_available_numbers"
        query = dict(operation.query)
        self.calls.append(query)
        self.in_flight += 1
        self.most_in_flight = max(self.most_in_flight, self.in_flight)
        try:
            for _ in range(self.turns):
                await anyio.lowlevel.checkpoint()
            for prefix, gate in self.gates.items():
                if query.get("starts_with", "").startswith(prefix):
                    await gate.wait()
            if self.before is not None:
                self.before(query)
            content = self._page(query)
        finally:
            self.in_flight -= 1
        return RawResponse(operation, 200, {}, content, 0.0, self.attempts)

    def _page(self, query: dict[str, str]) -> bytes:
        prefix, contains = query.get("starts_with", ""), query.get("contains", "")
        found = [number for number in self.numbers if number.startswith(prefix) and contains in number]
        offset, limit = int(query["offset"]), min(int(query["limit"]), self.max_page)
        page = found[offset : offset + limit]
        links = {"self": "here"} | ({"next": "there"} if offset + limit < len(found) else {})
        return json.dumps({"data": [item(number) for number in page], "links": links}).encode()

    def bulk(self, *, lanes: int = 20, rate: float | None = None) -> Numbers:
        self.max_concurrency, self.rates = lanes, Rates(api=rate)
        return Numbers(self)

    @property
    def asked(self) -> Counter[tuple[str, str]]:
        """How often each page was asked for."""
        return Counter((call.get("starts_with", ""), call["offset"]) for call in self.calls)


def item(number: str, setup: str = "1", monthly: str = "1.25") -> dict[str, object]:
    costs = {"setup_cost": float(setup), "monthly_cost": float(monthly)}
    attributes = {"value": number, "number_type": "standard", "rate_center": "seattle", "state": "wa", **costs}
    return {"type": "number", "id": number, "attributes": attributes}


def numbers_of(area_code: str, count: int) -> list[str]:
    return [f"1{area_code}{5550000 + index}" for index in range(count)]


def numbers_in(area_codes: Iterable[str], count: int) -> list[str]:
    return [number for code in area_codes for number in numbers_of(code, count)]


def failure(status: int = 500, *, attempts: int = 5) -> StatusError:
    return status_error(RawResponse(search_available_numbers(), status, {}, b"", 0.0, attempts))
