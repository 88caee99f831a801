"""One rate for many processes and machines: a limiter that shares a client's rates through Redis (extra `redis`)."""

import math
import time
from collections import defaultdict
from contextlib import suppress
from types import TracebackType
from typing import Literal, Self, TypeAlias

import anyio
from anyio.to_thread import run_sync

from flowroute_async.adaptive_rate import MARGIN
from flowroute_async.config import hide_arguments
from flowroute_async.errors import ConfigurationError
from flowroute_async.extras import require_extra
from flowroute_async.hooks import logger
from flowroute_async.throttle import Group

with require_extra("redis"):
    from limits import RateLimitItemPerSecond
    from limits.storage import RedisStorage
    from limits.strategies import FixedWindowRateLimiter
    from redis import ConnectionError as RedisConnectionError
    from redis import ConnectionPool, Redis, RedisError
    from redis.backoff import NoBackoff
    from redis.retry import Retry

__all__ = ["OnUnavailable", "RedisRateLimiter"]

OnUnavailable: TypeAlias = Literal["refuse", "local"]

# Seconds for one question to Redis; the address may set another one (`?socket_timeout=`).
_TIMEOUT = 1.0
# Seconds until a Redis that did not answer is asked again.
_PAUSE = 2.0
# Seconds for all questions of one turn: an answer that comes byte by byte would keep to the limit of each read.
_LONGEST_ASKING = 10.0
# So many places ahead are looked at; more than there can be processes that wait.
_MOST_AHEAD = 1000
# Seconds before a call's turn at which the next one of this process looks for its place.
_LEAD = 0.02
_THREADS = 8


class RedisRateLimiter:
    """Shares the rates of all clients that use the same Redis, the same name and the same `rates`.

        async with RedisRateLimiter("redis://cache.internal", name="main") as limiter:
            async with FlowrouteClient(rates=Rates(api=20), limiter=limiter) as client:
                ...

    Time, as Redis tells it, is cut into places, one for each call that the rate allows, evenly spaced. Each call
    claims the next free one (a fixed window of the library `limits` that admits a single call) and goes when it
    comes. Where a rate is None, calls claim no places, and only the pause after a refusal (429) is shared.

    Everything in Redis stands under `flowroute-async:<name>` and expires by itself; nothing there tells keys or calls.

    One limiter serves any number of clients on one event loop, asyncio or trio. It is not closed with a client.
    """

    @hide_arguments
    def __init__(
        self, url: str, *, name: str, on_unavailable: OnUnavailable = "refuse", processes: int | None = None
    ) -> None:
        """Check the options; nothing is connected yet.

        Args:
            url: The address of the Redis server: redis://, rediss:// (TLS) or unix://. A password in it is shown
                nowhere.
            name: What the processes have in common, such as the account's name; it stands in Redis. Do not use a key.
            on_unavailable: What happens while Redis does not answer. "refuse": calls fail with
                `RateLimiterUnavailableError`. "local": each process keeps to its share, the rate divided by
                `processes`. Either is logged once (WARNING), and Redis is asked again every two seconds.
            processes: How many processes share the rate; needed for "local" only.

        Raises:
            ConfigurationError: If an option cannot be used.
        """
        if not name or not name.isprintable():
            raise ConfigurationError("name must be a text of printable signs")
        if on_unavailable not in {"refuse", "local"}:
            raise ConfigurationError('on_unavailable must be "refuse" or "local"')
        if on_unavailable == "local" and (not isinstance(processes, int) or processes < 1):
            raise ConfigurationError('on_unavailable="local" needs processes=, how many share the rate')
        self._name = name
        self._on_unavailable: OnUnavailable = on_unavailable
        self._processes = processes or 1
        prefix = f"flowroute-async:{name}"
        self._cool_down_key = f"{prefix}:cool-down"
        self._redis = Redis(connection_pool=_pool(url))
        # The address it is given here only tells which kind of server it is.
        storage = RedisStorage("redis://", connection_pool=self._redis.connection_pool, key_prefix=prefix)
        self._strategy = FixedWindowRateLimiter(storage)
        self._threads = anyio.CapacityLimiter(_THREADS)
        self._locks: defaultdict[Group, anyio.Lock] = defaultdict(anyio.Lock)
        self._lost = False
        self._ask_again_at = -math.inf
        self._local_until = -math.inf
        self._local_places: dict[Group, float] = {}

    async def acquire(self, group: Group, rate: float | None, time_left: float) -> bool:
        """Wait for the turn of a call.

        Returns:
            False, as soon as it shows that the turn would come after `time_left` seconds.

        Raises:
            ConnectionError: If Redis does not answer, and calls are to be refused then.
        """
        until = time.monotonic() + time_left
        interval = 0.0 if rate is None else 1 / (rate * MARGIN)
        lock = self._locks[group]
        if lock.statistics().tasks_waiting * interval > time_left:
            return False
        with anyio.move_on_after(time_left):
            granted = False
            while not granted:
                # Who waits in the lock has no place yet: so each process holds about one, and they take turns.
                async with lock:
                    wait, granted = await self._turn(group, interval, until)
                    if time.monotonic() + wait >= until:
                        return False
                    await anyio.sleep(max(wait - _LEAD, 0.0))
                await anyio.sleep(min(wait, _LEAD))
            return True
        return False

    async def cool_down(self, seconds: float, time_left: float) -> None:
        """Make all processes wait that long; this one does so by itself, whether or not Redis answers."""
        with anyio.move_on_after(max(time_left, 0.0)):
            await run_sync(self._start_cool_down, seconds, abandon_on_cancel=True, limiter=self._threads)

    async def _turn(self, group: Group, interval: float, until: float) -> tuple[float, bool]:
        """Return the seconds to wait, and whether they lead to a turn or to asking again."""
        now = time.monotonic()
        wait, granted = 0.0, True
        if not self._lost or now >= self._ask_again_at:
            with anyio.move_on_after(_LONGEST_ASKING) as asking:
                wait, granted = await run_sync(
                    self._ask, group, interval, until - now, abandon_on_cancel=True, limiter=self._threads
                )
            if asking.cancelled_caught:
                self._note_lost(TimeoutError())
        if self._lost and self._on_unavailable == "refuse":
            raise ConnectionError("Redis does not answer")
        now = time.monotonic()
        if self._on_unavailable == "local" and granted and (self._lost or now < self._local_until):
            own = interval * self._processes
            at = max(now + wait, self._local_places.get(group, now + own))
            wait = at - now
            if at < until:
                self._local_places[group] = at + own
        return wait, granted

    def _ask(self, group: Group, interval: float, time_left: float) -> tuple[float, bool]:
        """Claim a place: how long to wait, and whether it is for the place or for asking again. Runs in a thread."""
        try:
            pause = self._redis.pttl(self._cool_down_key)
            seconds, microseconds = self._redis.time()  # pyright: ignore[reportUnknownMemberType] - redis leaves its arguments untyped
            asked_at = time.monotonic()
            wait, granted = max(pause, 0) / 1000, pause <= 0
            if granted and interval:
                wait, granted = self._claim(group, interval, seconds + microseconds / 1e6, time_left)
        except Exception as error:  # noqa: BLE001 - of what is no Redis, its library may raise anything
            self._note_lost(error)
            return 0.0, True
        self._note_found()
        return max(wait - (time.monotonic() - asked_at), 0.0), granted

    def _claim(self, group: Group, interval: float, now: float, time_left: float) -> tuple[float, bool]:
        # A claimed place stays claimed until it is past, however far ahead it was.
        place_for_one = RateLimitItemPerSecond(1, math.ceil(_MOST_AHEAD * interval) + 60, namespace=group)
        wait = 0.0
        first = math.floor(now / interval) + 1
        for place in range(first, first + _MOST_AHEAD):
            wait = place * interval - now
            if wait >= time_left or self._strategy.hit(place_for_one, f"{interval:.9f}", str(place)):
                return wait, True
        return wait, False

    def _start_cool_down(self, seconds: float) -> None:
        milliseconds = math.ceil(seconds * 1000)
        try:
            if self._redis.pttl(self._cool_down_key) < milliseconds:
                self._redis.set(self._cool_down_key, 1, px=milliseconds)
        except Exception as error:  # noqa: BLE001 - see above
            self._note_lost(error)

    def _note_lost(self, error: Exception) -> None:
        if not isinstance(error, RedisError | OSError):  # what is left of the answer is not for the next question
            with suppress(Exception):
                self._redis.connection_pool.disconnect()
        now = time.monotonic()
        self._ask_again_at = now + _PAUSE
        if self._lost:
            return
        self._lost = True
        self._local_places.clear()
        refused = self._on_unavailable == "refuse"
        doing = "calls are refused" if refused else f"this process keeps to 1/{self._processes} of it by itself"
        # The text of the error is Redis's own and may quote anything.
        logger.warning("the shared rate %r cannot be asked (%s): %s", self._name, type(error).__name__, doing)

    def _note_found(self) -> None:
        if not self._lost:
            return
        self._lost = False
        # Until the others have noticed too, they keep to their own share, and so does this one.
        self._local_until = time.monotonic() + _PAUSE + _TIMEOUT
        logger.info("the shared rate %r can be asked again", self._name)

    async def aclose(self) -> None:
        """Close the connections to Redis."""
        self._redis.connection_pool.disconnect()

    async def __aenter__(self) -> Self:
        """Return the limiter itself."""
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Close the connections."""
        await self.aclose()

    def __repr__(self) -> str:
        """Show the name and the choice, and nothing of the address."""
        if not hasattr(self, "_on_unavailable"):  # it could not be built: tracebacks show it
            return "RedisRateLimiter()"
        return f"RedisRateLimiter(name={self._name!r}, on_unavailable={self._on_unavailable!r})"

    def __reduce__(self) -> str:
        """Refuse to be pickled: the address may hold a password."""
        raise TypeError("a rate limiter is not pickled; build it anew where it is needed")


def _pool(url: str) -> ConnectionPool:
    # A connection that was idle may have been closed; once more is enough to find out.
    once_more = Retry(NoBackoff(), 1, supported_errors=(RedisConnectionError,))
    try:
        return ConnectionPool.from_url(  # pyright: ignore[reportUnknownMemberType] - redis leaves its arguments untyped
            url, socket_timeout=_TIMEOUT, socket_connect_timeout=_TIMEOUT, retry=once_more
        )
    except (TypeError, ValueError):  # their texts may quote the password
        raise ConfigurationError(
            "url must be the address of a Redis server: redis://, rediss:// or unix://, special signs percent-encoded"
        ) from None
