"""The account as it was at one moment."""

from dataclasses import dataclass
from datetime import datetime

from flowroute_async.sandbox.records import (
    Address,
    Callback,
    CallerName,
    CdrExport,
    Delivery,
    Message,
    OwnedNumber,
    PhoneCall,
    PortOrder,
    ProvisioningTask,
    Route,
)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The account's records in the order in which they came, the balance in dollars (None without end) and the time."""

    numbers: list[OwnedNumber]
    routes: list[Route]
    addresses: list[Address]
    names: list[CallerName]
    messages: list[Message]
    callbacks: list[Callback]
    deliveries: list[Delivery]
    port_orders: list[PortOrder]
    calls: list[PhoneCall]
    exports: list[CdrExport]
    provisioning: list[ProvisioningTask]
    balance: float | None
    now: datetime
