"""What resources, paginators and jobs need of a client: that it sends a call, and its limits."""

from typing import Protocol, TypeVar

from flowroute_async.clock import Clock
from flowroute_async.config import Rates
from flowroute_async.hooks import Hooks
from flowroute_async.response import RawResponse
from flowroute_openapi.types import Operation

T = TypeVar("T")


class Sender(Protocol):
    """Sends calls: a client, or a stand-in for one."""

    @property
    def clock(self) -> Clock:
        """Where points in time come from."""
        ...

    @property
    def max_concurrency(self) -> int:
        """The most requests in flight."""
        ...

    @property
    def rates(self) -> Rates:
        """The requests a second that the account is allowed, by kind of call."""
        ...

    @property
    def hooks(self) -> Hooks:
        """Functions that are told what happens."""
        ...

    @property
    def account(self) -> str:
        """A digest of the access key, which tells one account from another."""
        ...

    async def send(self, operation: Operation[T], /) -> T:
        """Send a call and return its decoded answer."""
        ...

    async def send_raw(self, operation: Operation[T], /) -> RawResponse[T]:
        """Send a call and return its answer as it came, with the number of attempts."""
        ...
