"""What the vendor's staff, and the losing carrier of a port order, do."""

from dataclasses import replace

from flowroute_async.sandbox import cnam, port_states
from flowroute_async.sandbox.control.controlled import Controlled
from flowroute_async.sandbox.errors import ApiError
from flowroute_async.sandbox.progress import end_export


class VendorControl(Controlled):
    """What the vendor's staff, and the losing carrier of a port order, do."""

    def approve_cnam(self, record: str) -> None:
        """Approve a CNAM record.

        Raises:
            LookupError: If there is no such record.
        """
        with self._lock:
            cnam.approve(self._account, self._name(record))
            self._account.state_file.commit()

    def reject_cnam(self, record: str, reason: str) -> None:
        """Reject a CNAM record.

        Raises:
            LookupError: If there is no such record.
        """
        with self._lock:
            cnam.reject(self._account, self._name(record), reason)
            self._account.state_file.commit()

    def move_port_order(self, order: str, status: str, message: str | None = None) -> None:
        """Move a port order to another state, as the vendor's staff and the losing carrier do.

        Args:
            order: The order's id.
            status: `processing`, `submitted` (the fee is taken), `accepted`, `rejected`, `review`, `completed` (the
                numbers have come), `cancelled`, `abandoned` or `hard_canceled`.
            message: What the notification says, and a comment on the order.

        Raises:
            LookupError: If there is no such order.
            ValueError: If an order cannot go from its state to that one, or the fee is not covered.
        """
        with self._lock:
            found = self._account.port_orders.get(order)
            if found is None:
                raise LookupError("there is no such port order")
            possible = port_states.next_statuses(found)
            if status not in possible:
                raise ValueError(f"a port order that is {found.status} can become: {', '.join(possible) or 'nothing'}")
            try:
                port_states.move(self._account, found, status, message)
            except ApiError:
                raise ValueError("the balance does not cover the fee") from None
            self._account.state_file.commit()

    def fail_export(self, export: str) -> None:
        """Make an export of call records that is under way fail.

        Raises:
            LookupError: If there is no such export.
            ValueError: If it is not under way any more.
        """
        with self._lock:
            found = self._account.exports.get(export)
            if found is None:
                raise LookupError("there is no such export")
            if found.status != "processing":
                raise ValueError(f"the export has {found.status}")
            end_export(self._account, found, "failed")
            self._account.state_file.commit()

    def set_emergency_capable(self, number: str, *, capable: bool) -> None:
        """Choose whether a number of the account supports emergency services.

        Raises:
            LookupError: If the number is not on the account.
        """
        with self._lock:
            self._account.numbers.put(replace(self._number(number), emergency_capable=capable))
            self._account.state_file.commit()
