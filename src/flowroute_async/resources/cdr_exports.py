"""`client.cdr_exports`: call detail records, exported by the vendor to files."""

import os
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Unpack, cast

from flowroute_async import arguments
from flowroute_async.arguments import HasId
from flowroute_async.call_filters import CallFilters
from flowroute_async.cdr_records import CallRecord, call_records
from flowroute_async.errors import FileTransferError, InvalidArgumentError
from flowroute_async.files import Files
from flowroute_async.pagination import Paginator
from flowroute_async.sender import Sender
from flowroute_async.waiting import checked_seconds, wait_until_ended
from flowroute_openapi import (
    ListCdrExportsQuery,
    create_cdr_export,
    get_cdr_export,
    list_cdr_exports,
)
from flowroute_openapi.models import (
    CdrExport,
    CdrFilters,
    NewCdrExport,
    NewCdrExportAttributes,
    NewCdrExportDocument,
)

__all__ = ["CallFilters", "CdrExports"]

MAX_BYTES = 1 << 30
"""The largest file that is fetched unless the caller says otherwise: one gibibyte."""

_LONGEST_SPAN = timedelta(days=92)


class CdrExports:
    """Exports of call detail records.

    An export is ready after some minutes. Its file is on another host, for three days; no credentials go there.
    """

    def __init__(self, sender: Sender, files: Files) -> None:
        self._sender = sender
        self._files = files

    async def create(
        self,
        start: datetime,
        end: datetime,
        *,
        callback_url: str | None = None,
        wait: float = 0.0,
        progress: Callable[[CdrExport], None] | None = None,
        **filters: Unpack[CallFilters],
    ) -> CdrExport:
        """Create an export of the calls that began in a span of time, and wait for its end if told to.

        Args:
            start: The first moment, aware.
            end: The moment before which they began, aware, at most 92 days later.
            callback_url: Called when the export ends.
            wait: Seconds to wait for the end at the most; 0 returns at once.
            progress: Called with the export each time that it was looked up. It must not block.
            **filters: Which calls, see `CallFilters`.

        Returns:
            The export as it was seen last: `status` is processing, completed or failed.

        Raises:
            InvalidArgumentError: If an argument is not of that form, or the span is longer.
            OutcomeUnknownError: If the answer was lost; a second export does no harm.
        """
        attributes = NewCdrExportAttributes(
            filter_parameters=_filters(start, end, filters),
            callback_url=None if callback_url is None else arguments.web_url("callback_url", callback_url),
        )
        seconds = checked_seconds("wait", wait)
        body = NewCdrExportDocument(data=NewCdrExport(attributes=attributes))
        export = (await self._sender.send(create_cdr_export(body))).data
        return await self.wait(export, seconds, progress=progress) if seconds else export

    async def wait(
        self, export: str | HasId, seconds: float, *, progress: Callable[[CdrExport], None] | None = None
    ) -> CdrExport:
        """Wait until an export has ended, for so many seconds at the most.

        Args:
            export: The export's id, or the export.
            seconds: How long to wait.
            progress: Called with the export each time that it was looked up. It must not block.

        Returns:
            The export as it was seen last.

        Raises:
            InvalidArgumentError: If an argument is not of that form.
            NotFoundError: If there is no such export.
        """
        allowed = checked_seconds("seconds", seconds)
        return await wait_until_ended(self._sender.clock, lambda: self.get(export), allowed, progress)

    def list(
        self,
        *,
        page_size: int | None = None,
        max_items: int | None = None,
        prefetch: int = 0,
        **filters: Unpack[ListCdrExportsQuery],
    ) -> Paginator[CdrExport]:
        """List the exports of the account.

        Args:
            page_size: Exports to a page, from 1 to 200, which is the default.
            max_items: The most exports to return, or None for all.
            prefetch: Pages to fetch together with each one that is needed, from 0 to 64.
            **filters: `status`: "processing", "completed" or "failed".

        Raises:
            InvalidArgumentError: If an argument is out of its range.
        """
        checked = arguments.filters(filters, ListCdrExportsQuery.__annotations__)
        return Paginator(
            self._sender,
            lambda limit, offset: list_cdr_exports(limit=limit, offset=offset, **checked),
            page_size=page_size,
            max_items=max_items,
            prefetch=prefetch,
        )

    async def get(self, export: str | HasId) -> CdrExport:
        """Look up an export.

        Args:
            export: The export's id, or the export.

        Raises:
            NotFoundError: If there is no such export.
        """
        return (await self._sender.send(get_cdr_export(arguments.resource_id("export", export)))).data

    async def download(
        self, export: str | HasId, path: str | os.PathLike[str], *, max_bytes: int = MAX_BYTES
    ) -> CdrExport:
        """Fetch the file of an export to a path, which holds the whole file or what it held before.

        The file is CSV, compressed with gzip: it is kept so where the path ends with `.gz`, and decompressed elsewhere.
        The export is looked up first, for an address that is good. No credentials go to the file's host, no redirect of
        it is followed, and it is reached by https. Until the file is whole it stands beside the path, hidden; where it
        does not come, or the call is cancelled, that is removed.

        Args:
            export: The export's id, or the export.
            path: Where to write it.
            max_bytes: The largest file that is accepted, as its size is once it is decompressed, wherever it is kept.

        Returns:
            The export, with its sums.

        Raises:
            InvalidArgumentError: If an argument is not of that form.
            FileTransferError: If the export is not completed, or its file cannot be fetched, is damaged or larger.
            NotFoundError: If there is no such export.
            OSError: If the file cannot be written.
        """
        limit = arguments.whole_number("max_bytes", max_bytes, 1, None, unit="bytes")
        target = Path(os.fspath(path))
        found = await self.get(export)
        is_kept = target.suffix.lower() == ".gz"
        pieces = self._files.unpacked(_address(found), max_bytes=limit, as_stored=is_kept)
        await self._files.save(pieces, target)
        return found

    async def records(self, export: str | HasId, *, max_bytes: int = MAX_BYTES) -> AsyncGenerator[CallRecord]:
        """Read the file of an export, call by call, as it comes; nothing is written.

        Close what this returns where it is left early: `async with contextlib.aclosing(...)`.

        Args:
            export: The export's id, or the export.
            max_bytes: The largest file that is accepted, decompressed.

        Raises:
            InvalidArgumentError: If an argument is not of that form.
            FileTransferError: If the export is not completed, or its file cannot be fetched, is damaged or larger, or
                has a row that cannot be read or is longer than 131072 characters; the rows before it have come.
            NotFoundError: If there is no such export.
        """
        limit = arguments.whole_number("max_bytes", max_bytes, 1, None, unit="bytes")
        found = await self.get(export)
        pieces = self._files.unpacked(_address(found), max_bytes=limit)
        async with aclosing(pieces), aclosing(call_records(pieces)) as records:
            async for record in records:
                yield record


def _address(export: CdrExport) -> str:
    if export.download_url is None:
        raise FileTransferError(f"there is no file yet, the export is {export.status[:20]}", host="")
    return export.download_url


def _moment(argument: str, value: object) -> datetime:
    if not isinstance(value, datetime) or value.utcoffset() is None:
        raise InvalidArgumentError(argument, "a datetime with a time zone", given=arguments.kind(value))
    return value.astimezone(UTC)


def _filters(start: object, end: object, filters: CallFilters) -> CdrFilters:
    first, last = _moment("start", start), _moment("end", end)
    if not first < last <= first + _LONGEST_SPAN:
        raise InvalidArgumentError("end", f"after the start, by at most {_LONGEST_SPAN.days} days")
    known = CallFilters.__annotations__
    if unknown := ", ".join(sorted(filters.keys() - known.keys())):
        raise TypeError(f"there is no filter {unknown}; the filters are {', '.join(known)}")
    checked: dict[str, Any] = {name: _filter(name, value) for name, value in filters.items()}
    return CdrFilters(
        start_call_start_time=f"{first:%Y-%m-%d %H:%M:%S}", start_call_end_time=f"{last:%Y-%m-%d %H:%M:%S}", **checked
    )


def _filter(name: str, value: object) -> object:
    if name == "duration_greater_than":
        return arguments.whole_number(name, value, 0, None, unit="seconds")
    if name == "caller_ip":
        return arguments.text(name, value)
    kind = arguments.kind(value)
    if isinstance(value, str) or not isinstance(value, Sequence) or not value:
        raise InvalidArgumentError(name, "a sequence of texts that is not empty", given=kind)
    items = cast("Sequence[object]", value)
    check = arguments.phone_number if name.endswith("_numbers") else arguments.text
    return tuple(check(f"{name}[{place}]", item) for place, item in enumerate(items))
