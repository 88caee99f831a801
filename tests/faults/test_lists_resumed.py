"""A list that breaks between two pages goes on where it broke: nothing lost, nothing twice."""

import json

import pytest

from flowroute_async import CallError, FlowrouteClient
from tests.faults.fault_calls import BY_NAME, Call
from tests.faults.fault_kinds import FAULTS
from tests.faults.fault_peer import Peer
from tests.faults.fault_runner import client_for
from tests.faults.fault_server import Case, Fault, Server

_TOTAL, _SIZE = 57, 10
_BROKEN = [fault for fault in FAULTS if fault.name in {"reset in the body", "500 after the effect", "truncated JSON"}]


class _Listing:
    """Serves the pages of a list in any order, and breaks at the requests that it is told."""

    def __init__(self, fault: Fault, breaks_at: int) -> None:
        self._fault = fault
        self._breaks_at = breaks_at

    async def __call__(self, peer: Peer, case: Case) -> None:
        if case.requests % self._breaks_at == 0:
            await self._fault.behave(peer, case)
            return
        query = dict(pair.split("=") for pair in peer.target.partition("?")[2].split("&"))
        offset, limit = int(query["offset"]), int(query["limit"])
        items = [
            {"type": "areacode", "id": f"{200 + place}", "links": {"related": "https://example.com"}}
            for place in range(offset, min(offset + limit, _TOTAL))
        ]
        links = {"next": "https://example.com"} if offset + limit < _TOTAL else {}
        await peer.answer(200, json.dumps({"data": items, "links": links}).encode())


@pytest.mark.anyio
@pytest.mark.parametrize("prefetch", [0, 3])
@pytest.mark.parametrize("breaks_at", [2, 3])
@pytest.mark.parametrize("fault", _BROKEN, ids=lambda fault: fault.name)
async def test_a_list_is_resumed_with_nothing_lost_and_nothing_twice(
    server: Server, fault: Fault, breaks_at: int, prefetch: int
) -> None:
    call = Call(BY_NAME["list_available_area_codes"].operation, 200, b"")
    listing = Fault("a list", _Listing(fault, breaks_at), carried_out=False, once=("", ""), always=("", ""))
    case = server.case(call, listing, 10_000)
    async with client_for(server, case, max_retries=0, max_concurrency=4) as client:
        found = await _walk(client, prefetch)
    assert found == [f"{200 + place}" for place in range(_TOTAL)]


async def _walk(client: FlowrouteClient, prefetch: int) -> list[str]:
    found: list[str] = []
    token: str | None = None
    for _ in range(50):
        pages = client.numbers.area_codes(page_size=_SIZE, prefetch=prefetch).pages(resume=token)
        try:
            async for page in pages:
                found += [item.id for item in page.items]
        except CallError as error:
            token = error.resume_token
            assert token is not None
        else:
            return found
    raise AssertionError("the list never ended")
