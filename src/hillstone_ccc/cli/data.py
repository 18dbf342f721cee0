"""Rows as data for programs: a JSON list or CSV, written as the rows come.

Both are UTF-8 whatever the terminal speaks, with whole phone numbers.
"""

import csv
import io
import json
import sys
from collections.abc import Iterable
from datetime import datetime
from typing import Any

import attrs

# A spreadsheet takes a cell that begins so for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def as_json(value: Any) -> Any:
    """A model, or anything in one, as JSON types: times are ISO 8601 with their offset, to the millisecond."""
    if attrs.has(type(value)):  # pyright: ignore[reportUnknownArgumentType]
        return {name: as_json(getattr(value, name)) for name in _fields(value)}
    if isinstance(value, datetime):
        return value.isoformat(timespec="milliseconds")
    if isinstance(value, (tuple, list)):
        return [as_json(one) for one in value]  # pyright: ignore[reportUnknownVariableType]
    return value


def as_cell(value: Any) -> str:
    """A field's value as the text of one cell.

    Several texts are joined by `;`, what has structure is JSON, and a text that a spreadsheet would take for a
    formula gets a `'` in front.
    """
    value = as_json(value)
    if value is None or value in ([], {}):
        return ""
    if isinstance(value, list) and all(isinstance(one, str) for one in value):  # pyright: ignore[reportUnknownVariableType]
        value = ";".join(value)  # pyright: ignore[reportUnknownArgumentType]
    if not isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    text = str.__str__(value).replace("\0", "\N{REPLACEMENT CHARACTER}")  # no CSV holds NUL
    return f"'{text}" if text.startswith(_FORMULA) else text


def write_json(rows: Iterable[Any]) -> None:
    """Writes a JSON list of objects, one a line; nothing at all if the first row fails to come."""
    stream = sys.stdout.buffer
    before = "["
    for row in rows:
        stream.write(f"{before}\n{json.dumps(as_json(row), ensure_ascii=False)}".encode(errors="replace"))
        before = ","
    stream.write(b"[]\n" if before == "[" else b"\n]\n")
    stream.flush()


def write_csv(rows: Iterable[Any], model: type) -> None:
    """Writes a header and one line a row; nothing at all if the first row fails to come."""
    stream = sys.stdout.buffer
    names = _fields(model)
    waiting = _line(names)
    for row in rows:
        stream.write(waiting + _line([as_cell(getattr(row, name)) for name in names]))
        waiting = b""
    stream.write(waiting)
    stream.flush()


def _fields(model: Any) -> list[str]:
    return [field.name for field in attrs.fields(model if isinstance(model, type) else type(model))]


def _line(cells: list[str]) -> bytes:
    text = io.StringIO()
    # Before Python 3.13 the writer quotes only such line ends in a cell as occur in its own.
    csv.writer(text, lineterminator="\r\n").writerow(cells)
    return f"{text.getvalue()[:-2]}\n".encode(errors="replace")
