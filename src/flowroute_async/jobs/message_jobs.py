"""The jobs of `client.messages`: the history of a period, and sending many messages."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import cast

from flowroute_async import arguments
from flowroute_async.errors import InvalidArgumentError, OutcomeUnknownError
from flowroute_async.jobs.history import PAGE_SIZE, MessageHistory, Windows, with_progress
from flowroute_async.jobs.job_file import PathLike
from flowroute_async.jobs.reporting import JobProgress
from flowroute_async.jobs.sending import Messenger, SendReport, Settlement, send_many, settle
from flowroute_async.jobs.settings import OnError, Settings
from flowroute_async.jobs.sources import Many
from flowroute_async.periods import period
from flowroute_async.sender import Sender


class MessageJobs:
    """The jobs of `client.messages`."""

    _sender: Sender
    _is_newer: bool

    def history(
        self,
        start_date: date | datetime,
        end_date: date | datetime | None = None,
        *,
        time_zone: tzinfo = UTC,
        checkpoint: PathLike | None = None,
        replay: bool = False,
        window: timedelta | None = None,
        page_size: int | None = None,
        concurrency: int | None = None,
        on_error: OnError = "collect",
        progress: Callable[[JobProgress], None] | None = None,
    ) -> MessageHistory:
        """Read every message of a period, sent and received, as fast as the client allows; each comes once.

            async with client.messages.history(date(2026, 6, 1), date(2026, 6, 30), checkpoint="june.db") as history:
                async for message in history:
                    ...
            print(history.report)

        The period is cut into windows of time that are read at once, so that messages come in no order. The end of a
        period that is not over is fixed when the job begins. Records of messages appear some seconds after these: a
        period that is to be billed from should be over.

        With a checkpoint, messages and positions are committed to the file together, before the messages are given.
        A later run with the same period goes on where the file ends, windows that failed included. Messages that are in
        the file already are not given again unless `replay` is set; `flowroute_async.jobs.export` writes them to
        Parquet, CSV or JSON lines, and `flowroute_async.jobs.rows` gives them to pandas.

        Args:
            start_date: The first moment, aware, or the first day.
            end_date: The last moment, aware, or the last day, to its end; the present by default.
            time_zone: Where days begin and end; UTC by default.
            checkpoint: A file to resume from; it is created where there is none. It belongs to one period.
            replay: Give the messages of the checkpoint's earlier runs first.
            window: The length of a window; by default a 64th of the period, and at least an hour.
            page_size: Messages to a page, 500 by default; the endpoint sets no limit.
            concurrency: Requests in flight, at most the client's `max_concurrency`, which is the default.
            on_error: What a window that fails does: "collect" lists it in the report, and the others go on; "raise"
                stops all and raises its error. Keys that are not accepted always raise.
            progress: Called with a `JobProgress`, at most five times a second, and at the end. It must not block.

        Raises:
            InvalidArgumentError: If an argument is out of its range, or the end lies before the start.
        """
        if window is not None and window <= timedelta(0):
            raise InvalidArgumentError("window", "a timedelta above 0", given=repr(window))
        most = self._sender.max_concurrency
        settings = Settings(
            concurrency=most
            if concurrency is None
            else arguments.whole_number("concurrency", concurrency, 1, most, unit="requests"),
            rate_allowed=self._sender.rates.api,
            on_error=on_error,
            checkpoint=checkpoint,
            replay=replay,
        )
        return MessageHistory(
            self._sender,
            Windows(period(start_date, end_date, time_zone), window, is_newer=self._is_newer),
            with_progress(settings, progress),
            page_size=PAGE_SIZE
            if page_size is None
            else arguments.whole_number("page_size", page_size, 1, None, unit="messages"),
        )

    async def send_many(
        self,
        messages: Many[object],
        *,
        journal: PathLike | None = None,
        progress: Callable[[JobProgress], None] | None = None,
    ) -> SendReport:
        """Send messages, several at once, each at most once. It reaches people and costs money.

        They leave in their order, within the account's rates (5 SMS and 1 MMS a second, unless `rates` says otherwise).
        Each is written down before it leaves. With a journal, the same call goes on after a crash: a message that was
        tried is never sent again, and what was under way is settled by looking at the records of messages since then.
        One that is not among them stays unknown for five minutes; then it was not sent. Where several messages are the
        same and fewer records fit, nobody can tell which of them were sent, and they stay unknown.

        A message that occurs twice among `messages` is sent twice, and told apart by its place among the same ones.
        Where the task is cancelled, messages that are under way have ten seconds to be answered; nothing else leaves.

        Args:
            messages: Mappings or objects with `from_` (or `from`), `to`, `body`, `media_urls`, `is_mms` and
                `dlr_callback`, as in `send`. A list is checked as a whole before anything is sent; of any other
                iterable, sync or async, a message that breaks a rule is refused, and the others are sent.
            journal: A file that the job can be resumed from; it is created where there is none.
            progress: Called with a `JobProgress` at the beginning, at most five times a second, and at the end. It must
                not block.

        Returns:
            What became of each message: sent, refused or unknown. A failure that concerns more than one message ends
            the run, and stands in `stopped_by`; what had not left by then goes out in the next run.

        Raises:
            InvalidArgumentError: If a message of a list breaks a rule, or the file is no journal or is in use.
            CallError: If messages that are open in the journal cannot be looked up.
        """
        return await send_many(self._messenger, self._sender, messages, journal=journal, progress=progress)

    async def settle(self, error: OutcomeUnknownError, *, wait: float = 0.0) -> Settlement:
        """Find out what became of a message whose answer was lost, by looking at the records of messages since then.

        Args:
            error: What `send` raised.
            wait: Seconds to go on looking while there is no record: one appears some seconds after its message.

        Returns:
            Sent, with the record; refused where five minutes have passed without a record; or unknown, with the reason.

        Raises:
            InvalidArgumentError: If the error is of another call.
            CallError: If the records cannot be looked up.
        """
        return await settle(self._messenger, self._sender, error, wait=wait)

    @property
    def _messenger(self) -> Messenger:
        return cast("Messenger", self)
