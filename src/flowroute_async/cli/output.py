"""What a command puts out: tables for people, JSON and CSV for programs."""

from __future__ import annotations

import contextlib
import json
import sys
from collections.abc import AsyncIterable, Callable, Mapping, Sequence
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING, TypeAlias, cast

import typer

from flowroute_async.cli.common import Form
from flowroute_async.cli.terminal_text import one_line, shown

if TYPE_CHECKING:
    from flowroute_async.cli.bulk_progress import ProgressBar
    from flowroute_async.cli.job_progress import JobBar
    from flowroute_openapi.models import Model

Item: TypeAlias = "Model | Mapping[str, object]"
"""What is put out: an object of the API, or fields by their names."""

_STREAMED = frozenset({Form.JSONL, Form.CSV})


class Output:
    """Writes to stdout what a command found, and to stderr what it did."""

    def __init__(self, form: Form) -> None:
        self._form = form

    @property
    def form(self) -> Form:
        """The form in which it is written."""
        return self._form

    @property
    def is_streamed_to_terminal(self) -> bool:
        """Whether items appear on a terminal as they come, where nothing else should move."""
        return self._form in _STREAMED and sys.stdout.isatty()

    async def items(
        self,
        items: AsyncIterable[Item],
        kind: type[Model] | Sequence[str],
        columns: Sequence[str],
        *,
        bar: ProgressBar | JobBar | None = None,
    ) -> None:
        """Write a list.

        Args:
            items: The items.
            kind: What they are, or the names of their fields: the fields of all forms for programs.
            columns: The fields that the table shows.
            bar: What shows the progress; by default a count. It is taken away before a whole list is written.
        """
        from flowroute_async.cli.progress import counting
        from flowroute_async.cli.tables import print_table

        kept: list[Item] = []
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
            print_table([[shown(_field(item, name)) for name in columns] for item in kept], columns)

    def item(self, item: Item, **more: object) -> None:
        """Write one item.

        Args:
            item: The item.
            **more: What the table shows besides its fields, or in place of them; None to leave one out.
        """
        match self._form:
            case Form.TABLE:
                from flowroute_async.cli.tables import print_fields

                fields = _fields(item) | more
                print_fields({name: shown(value) for name, value in fields.items() if value not in (None, [], {})})
            case Form.JSON:
                _print_json(record(item))
            case _:
                self._stream(list(item) if isinstance(item, Mapping) else type(item))(item)

    def say(self, sentence: str) -> None:
        """Print what was done for a person; on stderr, since a program reads the exit code."""
        with contextlib.suppress(OSError):  # what was done is done, whether it can be said or not
            typer.echo(one_line(sentence), err=True)

    def _stream(self, kind: type[Model] | Sequence[str]) -> Callable[[Item], None]:
        if self._form is Form.JSONL:
            return lambda item: print(json.dumps(record(item)), flush=True)  # noqa: T201 - its output is its purpose
        from flowroute_async.jobs.csv_lines import csv_writer

        writer = csv_writer(
            partial(print, end="", flush=True),
            [_api_name(name) for name in (kind.model_fields if isinstance(kind, type) else kind)],
        )
        return lambda item: writer.writerow({name: _csv_cell(value) for name, value in record(item).items()})


def record(item: Item) -> dict[str, object]:
    """Return an item's fields as JSON has them, under the API's names, amounts of money as strings."""
    if isinstance(item, Mapping):
        return {name: str(value) if isinstance(value, Decimal) else value for name, value in item.items()}
    return _named(item, item.model_dump(mode="json"))


def _named(model: Model, values: Mapping[str, object]) -> dict[str, object]:
    """Return a model's values, and those of the models in it, under the API's names."""
    return {_api_name(name): _renamed(getattr(model, name), value) for name, value in values.items()}


def _renamed(value: object, plain: object) -> object:
    match value, plain:
        case tuple() | list(), list():
            return [
                _renamed(*pair)
                for pair in zip(cast("Sequence[object]", value), cast("list[object]", plain), strict=True)
            ]
        case _, dict() if hasattr(type(value), "model_fields"):
            return _named(cast("Model", value), cast("dict[str, object]", plain))
        case _:
            return plain


def _fields(item: Item) -> dict[str, object]:
    return dict(item) if isinstance(item, Mapping) else item.model_dump()


def _field(item: Item, name: str) -> object:
    return item[name] if isinstance(item, Mapping) else getattr(item, name)


def _api_name(field: str) -> str:
    """Return the name in the API of a field whose name Python has taken, such as `from_`."""
    return field.removesuffix("_")


def _print_json(value: object) -> None:
    print(json.dumps(value, indent=2))  # noqa: T201 - its output is its purpose


def _csv_cell(value: object) -> object:
    from flowroute_async.jobs.csv_lines import escape_formula

    if not isinstance(value, str):
        return shown(value)
    return escape_formula(one_line(value) if sys.stdout.isatty() else value)  # a message's text comes from anybody
