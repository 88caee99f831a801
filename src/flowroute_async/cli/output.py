"""What a command puts out: tables for people, JSON and CSV for programs."""

import json
import sys
from collections.abc import AsyncIterable, Callable, Sequence
from enum import StrEnum
from functools import partial

import typer

from flowroute_async.cli.bulk_progress import ProgressBar
from flowroute_async.cli.progress import counting
from flowroute_async.cli.tables import print_fields, print_table
from flowroute_async.cli.terminal_text import one_line, shown
from flowroute_async.jobs.csv_lines import csv_writer, escape_formula
from flowroute_openapi.models import Model


class Form(StrEnum):
    """The forms of output."""

    TABLE = "table"
    JSON = "json"
    JSONL = "jsonl"
    CSV = "csv"


_STREAMED = frozenset({Form.JSONL, Form.CSV})


class Output:
    """Writes to stdout what a command found, and to stderr what it did."""

    def __init__(self, form: Form) -> None:
        self._form = form

    @property
    def is_streamed_to_terminal(self) -> bool:
        """Whether items appear on a terminal as they come, where nothing else should move."""
        return self._form in _STREAMED and sys.stdout.isatty()

    async def items(
        self, items: AsyncIterable[Model], kind: type[Model], columns: Sequence[str], *, bar: ProgressBar | None = None
    ) -> None:
        """Write a list.

        Args:
            items: The items.
            kind: What they are; its fields are the fields of all forms for programs.
            columns: The fields that the table shows.
            bar: What shows the progress; by default a count. It is taken away before a whole list is written.
        """
        kept: list[Model] = []
        row = self._stream(kind) if self._form in _STREAMED else kept.append
        with counting(hidden=bar is not None or self.is_streamed_to_terminal) as count:
            async for item in items:
                row(item)
                count()
        if bar is not None:
            bar.stop()
        if self._form is Form.JSON:
            _print_json([record(item) for item in kept])
        elif self._form is Form.TABLE:
            print_table([[shown(getattr(item, name)) for name in columns] for item in kept], columns)

    def item(self, item: Model, **more: object) -> None:
        """Write one item.

        Args:
            item: The item.
            **more: What the table shows besides its fields, or in place of them; None to leave one out.
        """
        match self._form:
            case Form.TABLE:
                fields = item.model_dump() | more
                print_fields({name: shown(value) for name, value in fields.items() if value not in (None, [], {})})
            case Form.JSON:
                _print_json(record(item))
            case _:
                self._stream(type(item))(item)

    def say(self, sentence: str) -> None:
        """Tell a person what was done; on stderr, since a program reads the exit code."""
        typer.echo(one_line(sentence), err=True)

    def _stream(self, kind: type[Model]) -> Callable[[Model], None]:
        if self._form is Form.JSONL:
            return lambda item: print(json.dumps(record(item)), flush=True)  # noqa: T201 - its output is its purpose
        writer = csv_writer(partial(print, end="", flush=True), kind.model_fields)
        return lambda item: writer.writerow({name: _csv_cell(value) for name, value in record(item).items()})


def record(item: Model) -> dict[str, object]:
    """Give an item's fields as JSON has them, amounts of money as strings."""
    return item.model_dump(mode="json")


def _print_json(value: object) -> None:
    print(json.dumps(value, indent=2))  # noqa: T201 - its output is its purpose


def _csv_cell(value: object) -> object:
    return escape_formula(value) if isinstance(value, str) else shown(value)  # a message's text comes from anybody
