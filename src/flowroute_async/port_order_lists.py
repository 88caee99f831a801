"""Lists of port orders: those of a group with what they come to, and the account that has none."""

from dataclasses import dataclass
from typing import TypeVar

from flowroute_async.clock import Clock
from flowroute_async.config import Rates
from flowroute_async.errors import NotFoundError
from flowroute_async.hooks import Hooks
from flowroute_async.response import RawResponse
from flowroute_async.sender import Sender
from flowroute_openapi.models import PortOrderListDocument, PortOrderSummary
from flowroute_openapi.types import Operation

__all__ = ["PortOrders"]

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class PortOrders:
    """The orders of a group.

    Attributes:
        id: The group's id.
        status: What its orders come to, such as "Requires Action", or None.
        orders: The orders.
    """

    id: str
    status: str | None
    orders: tuple[PortOrderSummary, ...]


def sender_of_lists(sender: Sender) -> Sender:
    """Return a sender for which an account without port orders has an empty list, in place of an answer 404."""
    return _NoOrdersAreAnEmptyList(sender)


class _NoOrdersAreAnEmptyList:
    """Sends calls for a list: an account without port orders answers 404, and that is an empty list."""

    def __init__(self, sender: Sender) -> None:
        self._sender = sender

    @property
    def clock(self) -> Clock:
        return self._sender.clock

    @property
    def max_concurrency(self) -> int:
        return self._sender.max_concurrency

    @property
    def rates(self) -> Rates:
        return self._sender.rates

    @property
    def hooks(self) -> Hooks:
        return self._sender.hooks

    @property
    def account(self) -> str:
        return self._sender.account

    async def send(self, operation: Operation[T], /) -> T:
        try:
            return await self._sender.send(operation)
        except NotFoundError as error:
            # An unknown path is answered with 404 too, in other words.
            details = [one.detail for one in error.errors if isinstance(one.detail, str)]
            if operation.response is PortOrderListDocument and "No such port order" in details:
                return operation.decode(b'{"data": []}')
            raise

    async def send_raw(self, operation: Operation[T], /) -> RawResponse[T]:
        return await self._sender.send_raw(operation)
