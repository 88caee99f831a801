"""The other side of the counter: what the vendor's staff, the world and time do, and what a test wants to know."""

import json
from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import datetime
from typing import cast

from flowroute_async.sandbox.call import JSON_API, Call
from flowroute_async.sandbox.control.requests import RequestControl
from flowroute_async.sandbox.control.vendor import VendorControl
from flowroute_async.sandbox.control.webhooks import WebhookControl
from flowroute_async.sandbox.control.world import WorldControl
from flowroute_async.sandbox.endpoints import find
from flowroute_async.sandbox.errors import ApiError
from flowroute_async.sandbox.options import Options
from flowroute_async.sandbox.progress import settle
from flowroute_async.sandbox.records import Record
from flowroute_async.sandbox.snapshot import Snapshot


class Control(VendorControl, WorldControl, RequestControl, WebhookControl):
    """Controls a sandbox; every method can be called from any thread.

    Args:
        account: What it works on.
        api: The API that the account serves.
        lock: Held while the account is read or changed.
    """

    @property
    def has_default_keys(self) -> bool:
        """Whether the keys are those of a sandbox that was given none, which are no secret."""
        return self._api.has_default_keys

    def perform(
        self, method: str, path: str, *, query: Mapping[str, str] | None = None, attributes: object = None
    ) -> dict[str, object]:
        """Carry out an operation of the API as the account's holder does: without keys, faults, limits and record.

        Args:
            method: The HTTP method.
            path: The path.
            query: The query's values.
            attributes: The attributes of the body, if it has one.

        Returns:
            The answer.

        Raises:
            ValueError: If the API refuses.
        """
        content = b"" if attributes is None else json.dumps({"data": {"attributes": attributes}}).encode()
        match = find(method, path)
        if match.endpoint is None:
            raise ValueError(f"there is no operation {method} {path}")
        call = Call(match.endpoint.operation, "", path, match.ids, query or {}, JSON_API, content)
        with self._lock:
            try:
                settle(self._account)
                reply = match.endpoint.handler(self._account, call)
            except ApiError as error:
                raise ValueError(error.sentence) from None
            finally:
                self._account.state_file.commit()
        return cast("dict[str, object]", json.loads(reply.body)) if reply.body else {}

    @property
    def state_path(self) -> str | None:
        """The file that keeps the account, if one does."""
        return self._account.state_file.path

    def reset(self) -> None:
        """Restore the start: records, faults, requests, options, clock, and what a state file keeps.

        Requests that still wait for their answer change nothing any more; their connections are closed.
        """
        with self._lock:
            self._account.reset()
            self._api.faults.clear()
            self._api.log.clear()
            self._set(asdict(self._options_at_start))

    def options(self) -> Options:
        """Return the settings in force."""
        return replace(self._account.options)

    def set_options(self, **changes: float | str | bool | None) -> None:
        """Change some settings: the fields of `Options`.

        Raises:
            ValueError: If there is no such setting, or the value is out of range.
        """
        with self._lock:
            self._set(changes)

    def effects(self) -> dict[str, dict[str, int]]:
        """Count how often each operation took effect, by operation and target."""
        with self._lock:
            counts: dict[str, dict[str, int]] = {}
            for effect in self._account.effects:
                counts.setdefault(effect.operation, {})[effect.target] = effect.count
            return counts

    def snapshot(self) -> Snapshot:
        """Return all records, the balance and the time, as they are at this moment."""
        with self._lock:
            account = self._account
            return Snapshot(
                numbers=list(account.numbers),
                routes=list(account.routes),
                addresses=list(account.addresses),
                names=list(account.names),
                messages=list(account.messages),
                callbacks=list(account.callbacks),
                deliveries=list(account.deliveries),
                port_orders=list(account.port_orders),
                calls=list(account.calls),
                exports=list(account.exports),
                provisioning=list(account.provisioning),
                balance=self.balance(),
                now=account.clock.now(),
            )

    def state(self) -> dict[str, object]:
        """Show the snapshot as JSON has it."""
        snapshot = self.snapshot()
        state: dict[str, object] = asdict(snapshot)
        state["now"] = snapshot.now.isoformat()
        return state

    def state_of(self, part: str) -> object:
        """Show one part of the snapshot as JSON has it: `numbers`, `names`, `now` or another of its fields.

        Raises:
            LookupError: If it has no such part.
        """
        if part not in Snapshot.__dataclass_fields__:
            raise LookupError(f"the parts that can be shown are {', '.join(Snapshot.__dataclass_fields__)}")
        found: object = getattr(self.snapshot(), part)
        if isinstance(found, list):
            return [asdict(record) for record in cast("list[Record]", found)]
        return found.isoformat() if isinstance(found, datetime) else found

    def _set(self, changes: Mapping[str, object]) -> None:
        unknown = changes.keys() - Options.__dataclass_fields__.keys()
        if unknown:
            raise ValueError(f"there is no option {', '.join(sorted(unknown))}")
        checked = replace(self._account.options, **changes)  # type: ignore[arg-type] # Options checks the values itself
        for name in changes:
            setattr(self._account.options, name, getattr(checked, name))
