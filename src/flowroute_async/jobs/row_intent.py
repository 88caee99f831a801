"""The write-ahead record of a row: in the journal while its call may have been carried out."""

from collections.abc import Awaitable, Callable

import anyio
from anyio.lowlevel import checkpoint_if_cancelled


class JobEndedError(Exception):
    """The job has ended before the call of a row could leave; nothing was sent."""


class RowIntent:
    """The write-ahead record of one row, which may need several calls, each of them several attempts.

    While it is written, the row is under way: its scope is shielded, so that it is answered where the job is cancelled.

    Attributes:
        is_written: Whether an attempt of this run may have been carried out, and stands in the journal.
    """

    def __init__(
        self,
        scope: anyio.CancelScope,
        write: Callable[[], Awaitable[None]],
        withdraw: Callable[[], Awaitable[None]],
        *,
        has_ended: Callable[[], bool] = lambda: False,
    ) -> None:
        """Write nothing yet.

        Args:
            scope: What `to_its_end` hands over: it is shielded while the row is under way.
            write: Writes the row down as one that may have been carried out.
            withdraw: Takes it out of the journal again.
            has_ended: Whether the job has ended, so that nothing else leaves.
        """
        self.is_written: bool = False
        self._scope, self._write, self._withdraw, self._has_ended = scope, write, withdraw, has_ended
        self._attempts = 0
        """The number of attempts that may have been carried out."""

    async def write(self) -> None:
        """Write the row down, unless an earlier attempt has.

        Raises:
            JobEndedError: If the job has ended.
        """
        self._attempts += 1
        if self._attempts > 1:
            return
        await checkpoint_if_cancelled()
        if self._has_ended():
            raise JobEndedError
        self._scope.shield = self.is_written = True
        await self._write()

    async def withdraw(self) -> None:
        """Withdraw an attempt, and the row where it was the only one; it can be cancelled again then."""
        self._attempts = max(0, self._attempts - 1)
        if self._attempts or not self.is_written:
            return
        with anyio.CancelScope(shield=True):  # the row's own scope may be past its time
            await self._withdraw()
        self._scope.shield = self.is_written = False
