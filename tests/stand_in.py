"""What stands in for a client: answers calls without a network, as a test says."""

from typing import TypeVar

from flowroute_async import Hooks, Rates
from flowroute_async.clock import Clock, SystemClock
from flowroute_async.response import RawResponse
from flowroute_openapi.types import Operation

T = TypeVar("T")


class StandIn:
    """A sender with the limits of a client; a test says how it answers, decoded or not."""

    clock: Clock = SystemClock()
    max_concurrency: int = 20
    rates: Rates = Rates()
    hooks: Hooks = Hooks()
    account: str = "an account"

    async def send(self, operation: Operation[T], /) -> T:
        return operation.decode((await self.send_raw(operation)).content)

    async def send_raw(self, operation: Operation[T], /) -> RawResponse[T]:
        raise NotImplementedError(operation.name)
