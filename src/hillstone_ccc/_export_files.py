"""The files that rows are exported to, and read back from: CSV, lines of JSON, Parquet."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import tzinfo
from operator import attrgetter
from pathlib import Path
from typing import Any, Protocol, TypeAlias, cast

import attrs

from ._core.cells import as_cell, of_cell
from ._core.columns import Column, Kind, columns
from ._core.plain import as_json
from ._frames import BATCH, Batches, need

MARK = "\ufeff"
"""Tells a spreadsheet that the file is UTF-8, so that Chinese text is read as it is."""


class ExportFile(Protocol):
    """A file that rows are being written to."""

    def add(self, rows: Sequence[Any]) -> None:
        """More rows."""
        ...

    def close(self) -> None:
        """Those were all, or as many as there will be."""
        ...


class CsvFile:
    """A header and one line a row, for spreadsheets.

    Args:
        path: The file, which is there and empty.
        model: What the rows are.
        zone: Not needed: times tell their offset.
    """

    def __init__(self, path: Path, model: type[Any], zone: tzinfo) -> None:
        del zone
        told = columns(model)
        self._cells = [_Cells(column, _spreadsheet_cell) for column in told]
        self._file = path.open("w", encoding="utf-8", errors="replace", newline="")
        self._file.write(MARK)
        # Every line end that a cell may hold is among the writer's, so that it quotes such a cell in every Python.
        self._lines = csv.writer(self._file, lineterminator="\r\n")
        self._lines.writerow([column.name for column in told])

    def add(self, rows: Sequence[Any]) -> None:
        """More rows."""
        self._lines.writerows(zip(*[cells.of(rows) for cells in self._cells], strict=True))

    def close(self) -> None:
        """Those were all."""
        self._file.close()


# What has a structure may equal another that reads otherwise (1 is True); so may times of an hour that comes twice.
_WRITTEN_EACH_TIME = frozenset({Kind.JSON, Kind.TIME})


class _Cells:
    """One column as text, each value of which is written out once as long as not too many differ."""

    _MOST = 10_000

    def __init__(self, column: Column, write: Callable[[Any], str]) -> None:
        self._value_of = attrgetter(column.name)
        self._write = write
        self._each_time = column.kind in _WRITTEN_EACH_TIME
        self._known: dict[Any, str] = {}

    def of(self, rows: Sequence[Any]) -> list[str]:
        values = map(self._value_of, rows)
        if self._each_time:
            return list(map(self._write, values))
        known = self._known
        if len(known) > self._MOST:
            known.clear()
        cells: list[str] = []
        for value in values:
            cell = known.get(value)
            if cell is None:
                cell = known[value] = self._write(value)
            cells.append(cell)
        return cells


def _spreadsheet_cell(value: Any) -> str:
    return as_cell(value, spreadsheet=True)


def _json(value: Any) -> str:
    return json.dumps(as_json(value), ensure_ascii=False)


class JsonLinesFile:
    """One JSON object a line.

    Args:
        path: The file, which is there and empty.
        model: What the rows are.
        zone: Not needed: times tell their offset.
    """

    def __init__(self, path: Path, model: type[Any], zone: tzinfo) -> None:
        del zone
        told = columns(model)
        self._values = [_Cells(column, _json) for column in told]
        self._line = f"{{{', '.join(f'{json.dumps(column.name)}: %s' for column in told)}}}\n"
        self._file = path.open("w", encoding="utf-8", errors="replace", newline="\n")

    def add(self, rows: Sequence[Any]) -> None:
        """More rows."""
        lines = zip(*[values.of(rows) for values in self._values], strict=True)
        self._file.writelines(self._line % values for values in lines)

    def close(self) -> None:
        """Those were all."""
        self._file.close()


class ParquetFile:
    """Columns of the schema that frames have.

    Args:
        path: The file, which is there and empty.
        model: What the rows are.
        zone: The zone of times.
    """

    def __init__(self, path: Path, model: type[Any], zone: tzinfo) -> None:
        self._batches = Batches(model, zone)
        self._file = _parquet().ParquetWriter(path, self._batches.schema)

    def add(self, rows: Sequence[Any]) -> None:
        """More rows."""
        self._file.write_batch(self._batches.batch(rows))

    def close(self) -> None:
        """Those were all."""
        self._file.close()


def _csv_rows(path: Path, told: dict[str, Column]) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = csv.DictReader(file, strict=True)
        _check_names(rows.fieldnames or (), told)
        for row in rows:
            if None in row or None in row.values():
                raise ValueError("it has more or fewer cells than the header")
            yield {name: of_cell(cell, told[name]) for name, cell in row.items()}


def _json_rows(path: Path, told: dict[str, Column]) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as file:
        for line in file:
            row = json.loads(line)
            if not isinstance(row, dict):
                raise TypeError("it is no object")
            _check_names(cast("dict[str, Any]", row), told)
            yield row


def _check_names(names: Iterable[str], told: dict[str, Column]) -> None:
    """Raises ValueError if these are no names of columns; a file of an earlier version may have fewer."""
    unknown = [name for name in names if name not in told]
    if unknown or not names:
        raise ValueError(f"no column is called {', '.join(map(repr, unknown))}" if unknown else "it has no header")


def _parquet_rows(path: Path, told: dict[str, Column]) -> Iterator[dict[str, Any]]:
    with _parquet().ParquetFile(path) as file:
        _check_names(file.schema_arrow.names, told)
        for batch in file.iter_batches(BATCH):
            for row in batch.to_pylist():
                yield {name: _of_arrow(value, told[name].kind) for name, value in row.items()}


def _parquet() -> Any:
    """Pyarrow's Parquet, which tells no types."""
    from pyarrow import parquet  # noqa: PLC0415 - an extra

    return parquet


def _of_arrow(value: Any, kind: Kind) -> Any:
    if value is None:
        return None
    if kind is Kind.JSON:
        return json.loads(value)
    return value.isoformat() if kind is Kind.TIME else value


@attrs.frozen
class Format:
    """A kind of file.

    Attributes:
        suffixes: How names of such files end.
        file: Makes one.
        rows: Reads one's rows, as JSON types.
        needs: Packages without which it cannot be.
    """

    suffixes: tuple[str, ...]
    file: _Makes
    rows: _Reads
    needs: tuple[str, ...] = ()

    def check(self) -> None:
        """Raises UnsupportedError if what it needs is not installed."""
        need(*self.needs)


class _Makes(Protocol):
    def __call__(self, path: Path, model: type[Any], zone: tzinfo) -> ExportFile: ...


class _Reads(Protocol):
    def __call__(self, path: Path, told: dict[str, Column], /) -> Iterator[dict[str, Any]]: ...


Formats: TypeAlias = "dict[str, Format]"
FORMATS: Formats = {
    "csv": Format((".csv",), CsvFile, _csv_rows),
    "jsonl": Format((".jsonl", ".ndjson"), JsonLinesFile, _json_rows),
    "parquet": Format((".parquet", ".pq"), ParquetFile, _parquet_rows, ("pyarrow",)),
}
