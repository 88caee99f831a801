"""An application that uses the SDK: it finds a number in a state, buys it, and sends a greeting from it."""

from flowroute_async import FlowrouteClient, OutcomeUnknownError


class Greeter:
    """Greets people from a number of its own."""

    def __init__(self, client: FlowrouteClient) -> None:
        self._client = client
        self.to_check_by_hand: list[str] = []

    async def buy_number(self, state: str) -> str:
        """Buy the cheapest of the first 50 numbers of a state, and wait until it can send messages."""
        page = await self._client.numbers.search(state=state, max_items=50)
        cheapest = min(page.items, key=lambda number: number.setup_cost + number.monthly_cost)
        bought = await self._client.numbers.purchase(cheapest, messaging_enabled=True)
        await self._client.message_provisioning.wait(bought, 60)
        return bought.id

    async def greet(self, from_: str, to: str) -> None:
        """Send a greeting; where nobody knows whether it went out, leave that to a person."""
        try:
            await self._client.messages.send(from_=from_, to=to, body="Hello!")
        except OutcomeUnknownError:
            self.to_check_by_hand.append(to)
