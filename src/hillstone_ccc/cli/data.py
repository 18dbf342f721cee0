"""Rows as data for programs: a JSON list or CSV, written as the rows come.

Both are UTF-8 whatever the terminal speaks, with whole phone numbers.
"""

import csv
import io
import json
import sys
from collections.abc import Iterable
from typing import Any, Protocol

import attrs

from hillstone_ccc._core.cells import as_cell
from hillstone_ccc._core.plain import as_json


class Rows(Protocol):
    """Where rows go, one after another."""

    def add(self, row: Any) -> None:
        """Another row."""
        ...

    def end(self) -> None:
        """That was the last one."""
        ...


class JsonRows:
    """Writes a JSON list of objects, one a line. Before the first row comes nothing; without an end it is no JSON."""

    def __init__(self) -> None:
        self._before = "["

    def add(self, row: Any) -> None:
        """Writes a model as an object."""
        text = f"{self._before}\n{json.dumps(as_json(row), ensure_ascii=False)}"
        sys.stdout.buffer.write(text.encode(errors="replace"))
        self._before = ","

    def end(self) -> None:
        """Closes the list."""
        sys.stdout.buffer.write(b"[]\n" if self._before == "[" else b"\n]\n")
        sys.stdout.buffer.flush()


class CsvRows:
    """Writes a header and one line a row. Before the first row comes nothing.

    Args:
        model: What the rows are; its fields are the columns.
    """

    def __init__(self, model: Any) -> None:
        self._names: list[str] = [field.name for field in attrs.fields(model)]
        self._waiting = _line(self._names)

    def add(self, row: Any) -> None:
        """Writes a model as a line."""
        line = _line([as_cell(getattr(row, name)) for name in self._names])
        sys.stdout.buffer.write(self._waiting + line)
        self._waiting = b""

    def end(self) -> None:
        """Writes the header, if there was no row."""
        sys.stdout.buffer.write(self._waiting)
        sys.stdout.buffer.flush()


def write_json(rows: Iterable[Any]) -> None:
    """Writes a JSON list of objects, one a line; nothing at all if the first row fails to come."""
    _write(JsonRows(), rows)


def write_csv(rows: Iterable[Any], model: type) -> None:
    """Writes a header and one line a row; nothing at all if the first row fails to come."""
    _write(CsvRows(model), rows)


def _write(writer: Rows, rows: Iterable[Any]) -> None:
    for row in rows:
        writer.add(row)
    writer.end()


def _line(cells: list[str]) -> bytes:
    text = io.StringIO()
    # Before Python 3.13 the writer quotes only such line ends in a cell as occur in its own.
    csv.writer(text, lineterminator="\r\n").writerow(cells)
    return f"{text.getvalue()[:-2]}\n".encode(errors="replace")
