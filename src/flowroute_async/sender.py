"""What resources, paginators and bulk searches need of a client: that it sends a call."""

from typing import Protocol, TypeVar

from flowroute_openapi.types import Operation

T = TypeVar("T")


class Sender(Protocol):
    """Sends calls: a client, or a stand-in for one."""

    async def send(self, operation: Operation[T], /) -> T:
        """Send a call and give its decoded answer."""
        ...
