"""Sends webhooks, several at once: a receiver that is slow holds up its own only."""

import logging
from collections import Counter
from dataclasses import replace
from threading import RLock
from time import perf_counter

import anyio
import httpx
from anyio.abc import TaskGroup

from flowroute_async.sandbox.account import Account
from flowroute_async.sandbox.attempts import Attempt
from flowroute_async.sandbox.deliveries import ATTEMPTS, HEADERS, INTERVAL, is_allowed, receiver_of
from flowroute_async.sandbox.progress import settle
from flowroute_async.sandbox.records import Delivery

AT_ONCE = 64
"""How many webhooks are on their way at once at most."""

AT_ONCE_TO_ONE = 4
"""How many of them go to one receiver at most."""

_PAUSE = 0.05
_PAUSE_AFTER_FAILURE = 1.0
_TIMEOUT = 5.0  # inferred: how long the vendor waits for an answer
_KEPT_BYTES = 4096
_LOGGER = logging.getLogger("flowroute_async.sandbox")


class Courier:
    """Sends the webhooks of an account when they are due by its clock, and the repeats of those that failed.

    Those of one message, or of one task, go one after the other. Whatever goes wrong with one is kept with its attempt,
    and touches no other.

    Args:
        account: The account.
        lock: Held while the account is read or changed.
        transport: How to send; by default over the network.
    """

    def __init__(self, account: Account, lock: RLock, transport: httpx.AsyncBaseTransport | None) -> None:
        self._account = account
        self._lock = lock
        self._transport = transport
        self._subjects: set[str] = set()
        self._receivers: Counter[str] = Counter()

    async def deliver_due(self) -> int:
        """Send every webhook that is due, and wait until each has its answer or has failed.

        Returns:
            How many attempts were made.
        """
        with self._lock:
            self._settle()
            if self._next() is None:
                return 0
        sent: list[Delivery] = []
        async with self._client() as client, anyio.create_task_group() as tasks:
            self._start(client, tasks, sent)
        return len(sent)

    async def run(self) -> None:
        """Send webhooks as they become due, until cancelled."""
        async with self._client() as client, anyio.create_task_group() as tasks:
            while True:
                pause = _PAUSE
                try:
                    with self._lock:
                        self._settle()
                    self._start(client, tasks)
                except Exception:  # a state file locked for a while, say, ends no delivery for good
                    _LOGGER.exception("Webhooks could not be delivered; the sandbox tries again.")
                    pause = _PAUSE_AFTER_FAILURE
                await anyio.sleep(pause)

    async def wait_until_sent(self, seconds: float) -> None:
        """Wait while `run` sends what is due, or for some seconds where a receiver is slow."""
        with anyio.move_on_after(seconds):
            while self._is_busy():  # noqa: ASYNC110 - other threads send too, and no event serves two event loops
                await anyio.sleep(_PAUSE / 10)

    def _client(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(
            transport=self._transport,
            timeout=_TIMEOUT,
            trust_env=False,
            verify=False,  # noqa: S501 - it goes to hosts of the user's, where certificates are home-made
        )

    def _settle(self) -> None:
        settle(self._account)
        self._account.state_file.commit()

    def _is_busy(self) -> bool:
        with self._lock:
            return bool(self._subjects) or self._next() is not None

    def _next(self) -> Delivery | None:
        return self._account.deliveries.next_due(
            self._account.time,
            lambda receiver: self._receivers[receiver] < AT_ONCE_TO_ONE,
            lambda delivery: delivery.subject_or_id not in self._subjects,
        )

    def _start(self, client: httpx.AsyncClient, tasks: TaskGroup, sent: list[Delivery] | None = None) -> None:
        while (claimed := self._claim()) is not None:
            if sent is not None:
                sent.append(claimed)
            tasks.start_soon(self._deliver, client, tasks, claimed, sent)

    def _claim(self) -> Delivery | None:
        account = self._account
        with self._lock:
            if len(self._subjects) >= AT_ONCE:
                return None
            while (first := self._next()) is not None:
                if is_allowed(first.url, account.webhook_hosts):
                    # The attempt counts before it is made: a kill in between repeats no webhook more often than
                    # promised, and whoever else looks for due ones does not find this one.
                    claimed = replace(first, attempts=first.attempts + 1, due=first.due + INTERVAL, tried=account.time)
                    account.deliveries.put(claimed)
                    account.state_file.commit()
                    self._subjects.add(claimed.subject_or_id)
                    self._receivers[receiver_of(claimed.url)] += 1
                    return claimed
                account.deliveries.put(replace(first, status="refused"))  # an earlier sandbox on the file allowed it
                account.state_file.commit()
            return None

    async def _deliver(
        self, client: httpx.AsyncClient, tasks: TaskGroup, claimed: Delivery, sent: list[Delivery] | None
    ) -> None:
        try:
            attempt = await _send(client, claimed)
            self._keep(claimed, attempt)
        except Exception:
            if sent is not None:
                raise
            _LOGGER.exception("The answer to a webhook could not be kept.")
        finally:
            with self._lock:
                self._subjects.discard(claimed.subject_or_id)
                self._receivers[receiver_of(claimed.url)] -= 1
                self._receivers += Counter()  # without the receivers that have none
        if sent is not None:
            self._start(client, tasks, sent)

    def _keep(self, claimed: Delivery, attempt: Attempt) -> None:
        account = self._account
        with self._lock:
            if account.deliveries.get(claimed.id) is not claimed:
                return  # all was forgotten in between
            status = "delivered" if attempt.status == int(httpx.codes.OK) else "pending"
            if status == "pending" and claimed.attempts >= ATTEMPTS:
                status = "failed"
            account.deliveries.put(replace(claimed, status=status))
            account.attempts.put(attempt)
            account.state_file.commit()


async def _send(client: httpx.AsyncClient, delivery: Delivery) -> Attempt:
    started = perf_counter()
    attempt = Attempt(f"{delivery.id}/{delivery.attempts}", delivery.id, delivery.attempts, delivery.tried or 0.0)
    try:
        with anyio.fail_after(_TIMEOUT):
            async with client.stream("POST", delivery.url, content=delivery.payload, headers=HEADERS) as answer:
                # From here on there is an answer, whatever becomes of its body.
                body = await _beginning(answer)
                return replace(
                    attempt,
                    duration=perf_counter() - started,
                    status=answer.status_code,
                    headers=dict(answer.headers),
                    body=body,
                )
    except TimeoutError:
        error = f"no answer within {_TIMEOUT:g} s"
    except Exception as reason:  # noqa: BLE001 - a webhook that cannot be sent must not keep the others from being sent
        error = str(reason) or type(reason).__name__
    return replace(attempt, duration=perf_counter() - started, error=error)


async def _beginning(answer: httpx.Response) -> str:
    body = b""
    try:
        async for chunk in answer.aiter_bytes():
            body += chunk
            if len(body) >= _KEPT_BYTES:
                break
    except httpx.HTTPError as error:
        return f"{body.decode(errors='replace')}[{type(error).__name__}]"
    return body[:_KEPT_BYTES].decode(errors="replace")
