"""Frames of call records, column by column: DataFrames of pandas and polars, Tables of pyarrow.

None of the three is imported here: whoever hands in a frame has it already.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime, tzinfo
from itertools import islice
from typing import Any, Protocol, TypeAlias, cast

from hillstone_ccc import InvalidQueryError
from hillstone_ccc._core.moments import parse, to_milliseconds
from hillstone_ccc._settings import as_zone

from .values import read_values

Moments: TypeAlias = tuple[list[int | None], set[tzinfo]]
"""Unix milliseconds, and the zones in which they were told."""

_IN_A_MILLISECOND = {"ms": 1, "us": 1_000, "ns": 1_000_000}


class Frame(Protocol):
    """A DataFrame of pandas or polars, or a Table of pyarrow, with columns named as :class:`CallRecord`'s fields."""

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        ...


class Columns(Protocol):
    """The columns of a frame as lists."""

    @property
    def rows(self) -> int:
        """How many rows there are."""
        ...

    @property
    def names(self) -> frozenset[str]:
        """Which there are."""
        ...

    def plain(self, name: str) -> list[Any]:
        """The values of a column; None where there is none."""
        ...

    def moments(self, name: str) -> Moments:
        """The values of a column of times."""
        ...


def columns_of(frame: object) -> Columns | None:
    """What reads the columns of a frame; None if that is no frame."""
    for base in type(frame).__mro__:
        reader = _READERS.get((base.__module__.partition(".")[0], base.__name__))
        if reader is not None:
            return reader(frame)
    return None


def values_of(columns: Columns, name: str) -> Iterable[Any]:
    """A column in the form of the field of :class:`CallRecord` that bears its name; not of times.

    Raises:
        InvalidQueryError: It holds what cannot be meant.
    """
    return read_values(name, columns.plain(name))


def moments_of(name: str, values: Iterable[Any]) -> Moments:
    """Datetimes, or their ISO 8601 text, as Unix milliseconds.

    Raises:
        InvalidQueryError: One of them has no zone.
    """
    times: list[int | None] = []
    zones: set[tzinfo] = set()
    for value in values:
        moment = _moment(value)
        if moment is None:
            times.append(None)
        elif isinstance(moment, datetime) and moment.tzinfo is not None:
            times.append(to_milliseconds(moment))
            zones.add(_zone(moment.tzinfo))
        else:
            raise InvalidQueryError(
                f"{name} holds {value!r}, which is no moment.",
                advice="Times need a zone, since an hour of one is another hour elsewhere.",
            )
    return times, zones


def _moment(value: Any) -> Any:
    """Text of a file as the time that it tells, if it tells one."""
    if not isinstance(value, str):
        return value
    if not value.strip():
        return None
    try:
        return parse(value)
    except ValueError:
        return value


def _once(name: str, names: Iterable[str]) -> str:
    """The name, of a column that there is once; which of several is meant cannot be guessed."""
    if list(names).count(name) > 1:
        raise InvalidQueryError(f"The frame has several columns {name}.", advice="Leave one of them.")
    return name


# --- three kinds of frames ----------------------------------------------------------------------------------


class _Pandas:
    def __init__(self, frame: Any) -> None:
        self._frame = frame
        self.rows = len(frame)
        self.names = frozenset[str](frame.columns)

    def plain(self, name: str) -> list[Any]:
        series = self._frame[_once(name, self._frame.columns)]
        return cast("list[Any]", series.astype(object).where(series.notna(), None).tolist())

    def moments(self, name: str) -> Moments:
        series = self._frame[_once(name, self._frame.columns)]
        zone = getattr(series.dtype, "tz", None)
        if zone is None:
            return moments_of(name, self.plain(name))
        times = series.dt.as_unit("ms").astype("int64").tolist()
        gone = series.isna()
        if gone.any():
            times = [None if is_gone else time for time, is_gone in zip(times, gone, strict=True)]
        return times, {_zone(zone)}


class _Polars:
    def __init__(self, frame: Any) -> None:
        self._frame = frame
        self.rows = len(frame)
        self.names = frozenset[str](frame.columns)

    def plain(self, name: str) -> list[Any]:
        return cast("list[Any]", self._frame.get_column(name).to_list())

    def moments(self, name: str) -> Moments:
        series = self._frame.get_column(name)
        zone = getattr(series.dtype, "time_zone", None)
        if zone is None:
            return moments_of(name, self.plain(name))
        return series.dt.timestamp("ms").to_list(), {_zone(zone)}


class _Arrow:
    def __init__(self, frame: Any) -> None:
        self._frame = frame
        self.rows = len(frame)
        self.names = frozenset[str](frame.schema.names)

    def plain(self, name: str) -> list[Any]:
        column = self._frame.column(_once(name, self._frame.schema.names))
        if hasattr(column.type, "value_type") and hasattr(column.type, "index_type"):
            column = column.cast(column.type.value_type)  # a dictionary of words is given back twenty times slower
        if hasattr(column.type, "value_field"):
            return list(_lists(getattr(column, "chunks", [column])))
        return cast("list[Any]", column.to_pylist())

    def moments(self, name: str) -> Moments:
        column = self._frame.column(_once(name, self._frame.schema.names))
        zone = getattr(column.type, "tz", None)
        if zone is None:
            return moments_of(name, self.plain(name))
        times = column.cast("int64").to_pylist()
        if column.type.unit == "s":
            times = [None if time is None else time * 1_000 for time in times]
        elif column.type.unit != "ms":
            parts = _IN_A_MILLISECOND[column.type.unit]
            times = [None if time is None else time // parts for time in times]
        return times, {_zone(zone)}


def _lists(chunks: Iterable[Any]) -> Iterator[tuple[str, ...]]:
    """Lists of texts; one tuple at once, since a million lists would cost the garbage collector more than all else."""
    for chunk in chunks:
        texts = iter(chunk.flatten().to_pylist())
        for length in chunk.value_lengths().to_pylist():
            yield tuple(islice(texts, length or 0))


_READERS: Mapping[tuple[str, str], Callable[[Any], Columns]] = {
    ("pandas", "DataFrame"): _Pandas,
    ("polars", "DataFrame"): _Polars,
    ("pyarrow", "Table"): _Arrow,
    ("pyarrow", "RecordBatch"): _Arrow,
}


def _zone(zone: str | tzinfo) -> tzinfo:
    """A frame's zone as the library's own are: by name where it has one, or by its offset."""
    if isinstance(zone, tzinfo):
        name = getattr(zone, "zone", None)  # older frames have zones of another library
        return as_zone(name) if name else zone
    return datetime.strptime(zone, "%z").tzinfo or as_zone(zone) if zone[0] in "+-" else as_zone(zone)
