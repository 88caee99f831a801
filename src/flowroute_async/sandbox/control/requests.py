"""The API's requests, and the faults that the next of them meet."""

import json
import re
from collections.abc import Mapping

from flowroute_async.sandbox.control.controlled import Controlled
from flowroute_async.sandbox.endpoints import OPERATIONS
from flowroute_async.sandbox.faults import EVERY_OPERATION, Fault
from flowroute_async.sandbox.request_log import Answer, RequestRecord


class RequestControl(Controlled):
    """The API's requests, and the faults that the next of them meet."""

    def requests(self) -> list[RequestRecord]:
        """List the API requests since the start or the last `clear_requests`."""
        with self._lock:
            return self._api.log.all()

    def request(self, number: int | str) -> RequestRecord:
        """Return one request by its number, which `requests` gives.

        Raises:
            LookupError: If there is none, or it is forgotten.
        """
        with self._lock:
            found = self._api.log.find(_count(number))
        if found is None:
            raise LookupError("there is no such request, or it is forgotten")
        return found

    def answer(self, number: int | str) -> Answer | None:
        """Return what a request was answered: None if its connection was dropped, or the answer is forgotten.

        Raises:
            LookupError: If there is no such request, or it is forgotten.
        """
        with self._lock:
            return self._api.log.answer(self.request(number).number)

    def clear_requests(self) -> None:
        """Forget the requests, and those that still wait for their answer."""
        with self._lock:
            self._api.log.clear()

    def add_fault(
        self,
        operation: str = EVERY_OPERATION,
        *,
        times: int = 1,
        status: int | None = None,
        body: object = None,
        headers: Mapping[str, str] | None = None,
        retry_after: str | float | None = None,
        after_effect: bool = False,
        drop: str | None = None,
        delay: float = 0.0,
        truncate: bool = False,
    ) -> None:
        """Make the next requests of an operation fail.

        Args:
            operation: The operation's name, or `*` for any request.
            times: How many requests meet the fault.
            status: Answer with this status, and without the effect unless `after_effect` is set.
            body: The answer's body, text or anything JSON; by default an error body in the vendor's form.
            headers: Further headers of the answer.
            retry_after: The answer's Retry-After, whatever its form.
            after_effect: Let the request take effect before the answer with `status`.
            drop: Close the connection without an answer, "before" or "after" the effect.
            delay: Seconds of real time to wait first.
            truncate: Announce the whole body, send half of it, and close the connection.

        Raises:
            ValueError: If there is no such operation, or a value is out of range.
        """
        if operation not in {*OPERATIONS, EVERY_OPERATION}:
            raise ValueError(f"there is no operation {operation}")
        with self._lock:
            self._api.faults.add(
                Fault(
                    operation=operation,
                    times=times,
                    status=status,
                    body=body if body is None or isinstance(body, str) else json.dumps(body),
                    headers={name.lower(): str(value) for name, value in (headers or {}).items()},
                    retry_after=None if retry_after is None else str(retry_after),
                    after_effect=after_effect,
                    drop=drop,
                    delay=delay,
                    truncate=truncate,
                )
            )

    def faults(self) -> list[Fault]:
        """List the faults that still wait."""
        with self._lock:
            return self._api.faults.waiting()

    def clear_faults(self) -> None:
        """Forget the faults that still wait."""
        with self._lock:
            self._api.faults.clear()


def _count(number: int | str) -> int:
    return int(number) if re.fullmatch(r"[0-9]{1,15}", str(number), re.ASCII) else 0
