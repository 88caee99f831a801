"""A message whose answer was lost is found by what the error says: since when, and where to look."""

from datetime import UTC, datetime, timedelta

import pytest

from flowroute_async import OutcomeUnknownError
from flowroute_async.sandbox import Sandbox
from flowroute_async.testing import client_of


@pytest.mark.anyio
@pytest.mark.parametrize("margin", [timedelta(), timedelta(minutes=1)])
async def test_a_message_whose_answer_was_lost_is_found_among_those_since_then(margin: timedelta) -> None:
    sandbox = Sandbox(numbers=2_000)
    recipient = "12065550101"
    async with client_of(sandbox) as client:
        sender = (await client.numbers.purchase((await client.numbers.search(max_items=1)).items[0])).id
        sandbox.control.add_fault("send_message", drop="after")
        before = datetime.now(UTC)
        with pytest.raises(OutcomeUnknownError) as caught:
            await client.messages.send(from_=sender, to=recipient, body="lost")
        error = caught.value
        assert error.since.utcoffset() == timedelta(0)
        assert before <= error.since <= datetime.now(UTC)
        assert "messages.list" in error.look_at
        found = [message async for message in client.messages.list(start_date=error.since - margin)]
    assert [(message.from_, message.to, message.body) for message in found] == [(sender, recipient, "lost")]
