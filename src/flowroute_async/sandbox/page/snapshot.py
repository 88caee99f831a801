"""What the page shows of the account, taken at one moment."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar, cast

from flowroute_async.sandbox.control import Control
from flowroute_async.sandbox.records import Address, CallerName, Delivery, Media, Message, OwnedNumber, Record, Route

_R = TypeVar("_R", bound=Record)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The account's records, balance and time; records in the order in which they came."""

    numbers: list[OwnedNumber]
    routes: list[Route]
    addresses: list[Address]
    names: list[CallerName]
    messages: list[Message]
    deliveries: list[Delivery]
    balance: float | None
    now: datetime

    @property
    def waiting_names(self) -> list[CallerName]:
        """The CNAM records that wait for approval."""
        return [name for name in self.names if not name.is_approved and name.rejection_reason is None]


def take_snapshot(control: Control) -> Snapshot:
    """Look at the account."""
    state = control.state()

    def rows(name: str) -> list[dict[str, Any]]:
        return cast("list[dict[str, Any]]", state[name])

    def records(kind: type[_R], name: str) -> list[_R]:
        return [kind(**row) for row in rows(name)]

    def message(media: list[dict[str, Any]], **fields: Any) -> Message:  # noqa: ANN401 -- as the records are written
        return Message(media=[Media(**item) for item in media], **fields)

    return Snapshot(
        numbers=records(OwnedNumber, "numbers"),
        routes=records(Route, "routes"),
        addresses=records(Address, "addresses"),
        names=records(CallerName, "names"),
        messages=[message(**row) for row in rows("messages")],
        deliveries=records(Delivery, "deliveries"),
        balance=cast("float | None", state["balance"]),
        now=datetime.fromisoformat(str(state["now"])),
    )
