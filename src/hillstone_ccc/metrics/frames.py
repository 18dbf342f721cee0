"""Frames of call records, column by column: DataFrames of pandas and polars, Tables of pyarrow.

None of the three is imported here: whoever hands in a frame has it already.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, tzinfo
from functools import lru_cache
from typing import Any, Protocol, TypeAlias, cast

from hillstone_ccc import InvalidQueryError
from hillstone_ccc._core.moments import parse, to_milliseconds
from hillstone_ccc._settings import as_zone

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
    """A column in the form of the field of :class:`CallRecord` that bears its name; not of times."""
    values = columns.plain(name)
    form = _FORMS.get(name)
    return values if form is None else form(values)


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
    try:
        return parse(value)
    except ValueError:
        return value


# --- three kinds of frames ----------------------------------------------------------------------------------


class _Pandas:
    def __init__(self, frame: Any) -> None:
        self._frame = frame
        self.rows = len(frame)
        self.names = frozenset[str](frame.columns)

    def plain(self, name: str) -> list[Any]:
        series = self._frame[name]
        return cast("list[Any]", series.astype(object).where(series.notna(), None).tolist())

    def moments(self, name: str) -> Moments:
        series = self._frame[name]
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
        column = self._frame.column(name)
        if hasattr(column.type, "value_type") and hasattr(column.type, "index_type"):
            column = column.cast(column.type.value_type)  # a dictionary of words is given back twenty times slower
        return cast("list[Any]", column.to_pylist())

    def moments(self, name: str) -> Moments:
        column = self._frame.column(name)
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


# --- what a frame's values are in the forms of a record's fields --------------------------------------------


def _whole(values: list[Any]) -> list[Any]:
    """Frames that were joined, or read from text, hold numbers as floats, and NaN where there is none."""
    if float not in set(map(type, values)):
        return values
    return [int(value) if value is not None and value == value else None for value in values]  # noqa: PLR0124 - NaN


def _text(values: list[Any]) -> list[Any]:
    """Files whose readers guess types give numbers for phone numbers."""
    if set(map(type, values)) <= {str, type(None)}:
        return values
    return [None if value is None else str(value) for value in values]


def _several(values: list[Any]) -> list[tuple[str, ...]]:
    """Lists as each library has them; text is what :func:`~hillstone_ccc.export` makes of them in CSV."""
    return [() if value is None else _cell(value) if isinstance(value, str) else tuple(value) for value in values]


@lru_cache(10_000)
def _cell(text: str) -> tuple[str, ...]:
    from hillstone_ccc._core.cells import of_cell  # noqa: PLC0415 - brings along what reads files
    from hillstone_ccc._core.columns import Column, Kind  # noqa: PLC0415

    return tuple(of_cell(text, Column("", Kind.TEXTS)) or ())


_NUMBERS = (
    "ivr_time",
    "queue_time",
    "ring_time",
    "talk_time",
    "held_time",
    "transfer_count",
    "satisfaction_index",
)
_FORMS: Mapping[str, Callable[[list[Any]], list[Any]]] = {
    **dict.fromkeys(_NUMBERS, _whole),
    **dict.fromkeys(("calling_number", "called_number"), _text),
    **dict.fromkeys(("agent_ids", "agent_names", "skill_group_ids", "skill_group_names"), _several),
}
