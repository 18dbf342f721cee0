"""Records that read a field when it is first looked at.

A walk looks at two fields of a row, a program at a handful, and a row has sixty. So a record keeps its row's values
as they came, and makes a datetime, an enum or a tuple of one when it is asked for it. What could not be read is found
out at once all the same, a page at a time and column by column: the types that occur in a column tell in nearly every
case that it can be, and where they do not, its values are read there and then.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from itertools import chain, repeat
from operator import attrgetter, itemgetter
from typing import Any, Generic, Protocol, TypeAlias, TypeVar, cast

import attrs
import orjson

from .moments import to_milliseconds

R = TypeVar("R")
T = TypeVar("T")
Read = Callable[[Any], Any]
Values: TypeAlias = tuple[Any, ...]

_MOST_KEPT = 4_096  # layouts that are remembered: hostile rows may have another each
_MOST_UNKNOWN = 100  # names beyond those that are known that rows of different names are put side by side with
_ABSENT: Any = object()
_NOTHING = frozenset({type(None)})


class Column(Protocol):
    """A field, and how it is read."""

    @property
    def attribute(self) -> str:
        """Its name in the record."""
        ...

    @property
    def name(self) -> str:
        """Its name in the row."""
        ...

    @property
    def read(self) -> Read:
        """Gives the field of the value as sent."""
        ...

    @property
    def sure(self) -> frozenset[type]:
        """Types of which every value can be read."""
        ...

    @property
    def checked(self) -> frozenset[type]:
        """Types that :attr:`check` can tell of, nothing among them."""
        ...

    @property
    def check(self) -> Callable[[Values], None] | None:
        """Raises if any of these values cannot be read; None if each has to be read to know."""
        ...

    @property
    def required(self) -> bool:
        """Whether a row without it is none."""
        ...

    @property
    def is_object(self) -> bool:
        """Whether it has fields of its own."""
        ...


class ReadLater:
    """The half of a record that knows how to read what it has not read yet."""

    __slots__ = ("_layout", "_values")

    def __getstate__(self) -> dict[str, Any]:
        """Every field, read: what is copied and pickled."""
        return {field.name: getattr(self, field.name) for field in attrs.fields(cast("type[Any]", type(self)))}


_slots: Mapping[str, Any] = vars(ReadLater)
_set_layout: Callable[[Any, Layout], None] = _slots["_layout"].__set__
_set_values: Callable[[Any, Values], None] = _slots["_values"].__set__
_layout_of: Callable[[ReadLater], Layout] = attrgetter("_layout")
_values_of: Callable[[ReadLater], Values] = attrgetter("_values")


class _Field:
    """Reads a field when it is first looked at; from then on the record has it, which Python looks for first."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __get__(self, record: Any, kind: type) -> Any:
        name = self._name
        if record is None:
            raise AttributeError(f"type object {kind.__name__!r} has no attribute {name!r}")
        # Most of what a walk costs beside its requests is done here, some hundred thousand times.
        place, read = record._layout.fields[name]  # noqa: SLF001 - the other half of a record
        value = record.__dict__[name] = read(record if place is None else record._values[place])  # noqa: SLF001
        return value


def read_later(model: type[T]) -> type[T]:
    """Lets an attrs class without slots of its own read its fields when they are looked at."""
    for field in attrs.fields(cast("type[Any]", model)):
        setattr(model, field.name, _Field(field.name))
    return model


def as_sent(record: ReadLater) -> tuple[Layout, Values] | None:
    """A record's row as it came: its layout and values; None of a record that was not made of a row, or was copied."""
    try:
        return _layout_of(record), _values_of(record)
    except AttributeError:
        return None


def texts(records: Sequence[ReadLater], name: str) -> list[str]:
    """A required text of each record; what was not looked at yet stays so where it came as text."""
    return _sent(records, name, str) or [getattr(record, name) for record in records]


def all_milliseconds(records: Sequence[ReadLater], name: str) -> list[int | None]:
    """A time of each record in Unix milliseconds; what was not looked at yet stays so."""
    sent: list[int | None] | None = _sent(records, name, int)
    return sent or [milliseconds(record, name) for record in records]


def _sent(records: Sequence[ReadLater], name: str, kind: type) -> list[Any] | None:
    """A field of each record as it came, if it came as this kind and not empty in all, and all have one layout."""
    try:
        layout, *others = set(map(_layout_of, records))
    except (AttributeError, ValueError):  # one was not read from a row; there is none
        return None
    place = layout.places.get(name)
    if others or place is None:
        return None
    values = list(map(itemgetter(place), map(_values_of, records)))
    return values if set(map(type, values)) == {kind} and all(values) else None


def milliseconds(record: ReadLater, name: str) -> int | None:
    """A time of a record in Unix milliseconds; what was not looked at yet stays so."""
    row = as_sent(record)
    if row is not None:
        layout, values = row
        place = layout.places.get(name)
        sent = None if place is None else values[place]
        if type(sent) is int:
            return sent or None
    time: datetime | None = getattr(record, name)
    return None if time is None else to_milliseconds(time)


class Layout:
    """Rows that tell the same names.

    Args:
        columns: The record's fields.
        beside: Field of names → field of ids: one id means one name, whatever commas the name holds.
        names: The names that the rows tell.

    Attributes:
        places: Field → where its value stands among a row's, of those that are told.
        fields: Field → where its value stands and what reads it; or None, and what reads it of a record.
    """

    def __init__(self, columns: Sequence[Column], beside: Mapping[str, str], names: Sequence[str]) -> None:
        index = {name: place for place, name in enumerate(names)}
        self._told = [column for column in columns if column.name in index]
        self._missing = [column for column in columns if column.name not in index]
        known = {column.name for column in columns}
        self._unknown = [(name, place) for name, place in index.items() if name not in known]
        self._pick: Callable[[dict[str, Any]], Any] = itemgetter(*names) if names else _none
        self._is_single = len(names) <= 1
        self.places: dict[str, int] = {column.attribute: index[column.name] for column in self._told}
        self.fields: dict[str, tuple[int | None, Read]] = {"extra": (None, self._extra)}
        for column in self._missing:
            self.fields[column.attribute] = None, _missing_reader(column.read)
        for column in self._told:
            place, ids = index[column.name], self.places.get(beside.get(column.attribute, ""))
            self.fields[column.attribute] = place, column.read
            if ids is not None:
                self.fields[column.attribute] = None, _names_reader(column.read, place, ids)

    def check(self, rows: Sequence[dict[str, Any]]) -> None:
        """Whether all fields of rows can be read; KeyError if a row does not tell all names.

        Raises:
            ValueError: One cannot; so TypeError and OverflowError.
        """
        for column in self._missing:
            if column.required:
                column.read(None)
        for column in self._told:
            _check(column, tuple(map(itemgetter(column.name), rows)))

    def table(self, rows: Sequence[dict[str, Any]]) -> list[Values]:
        """Rows' values; the objects among them become text, in the rows themselves too. Raises as :meth:`check`."""
        # First of all, while nothing else has been made of the rows: so many objects cost the garbage collector, which
        # goes by how many there are, more than all the rest costs.
        self._write_objects(rows)
        for column in self._missing:
            if column.required:
                column.read(None)
        picked = map(self._pick, rows)
        table: list[Values] = list(zip(picked) if self._is_single else picked)  # one is picked without a tuple around
        columns = list(zip(*table))  # noqa: B905 - they are equally long
        for column in self._told:
            if not column.is_object:
                _check(column, columns[self.places[column.attribute]])
        return table

    def _write_objects(self, rows: Sequence[dict[str, Any]]) -> None:
        for column in self._told:
            if column.is_object:
                objects = tuple(map(itemgetter(column.name), rows))
                _check(column, objects)
                with suppress(TypeError):  # one is nested too deeply to be written: it stays, as do those after it
                    for row, told in zip(rows, objects):  # noqa: B905 - one a row
                        if told:
                            row[column.name] = orjson.dumps(told)

    def _extra(self, record: ReadLater) -> dict[str, Any]:
        values = _values_of(record)
        return {name: values[place] for name, place in self._unknown if values[place] is not _ABSENT}


def _check(column: Column, values: Values) -> None:
    """Raises if any of a column's values cannot be read."""
    # Most columns that begin with nothing hold nothing else, which is told ten times faster.
    empty = values[0] is None and values.count(None) == len(values)
    kinds = _NOTHING if empty else frozenset(map(type, values))
    if kinds <= column.sure:
        return
    if column.check is not None and kinds <= column.checked:
        column.check(values)
    else:
        for value in values:
            column.read(value)


def _none(_: object) -> None:
    return None


def _missing_reader(read: Read) -> Read:
    return lambda _: read(None)


def _names_reader(read: Read, place: int, place_of_ids: int) -> Read:
    """Reads names beside ids."""

    def read_names(record: ReadLater) -> tuple[str, ...]:
        values = _values_of(record)
        told = values[place]
        if type(told) is str and "," not in told:
            return (told,) if told else ()
        names: tuple[str, ...] = read(told)
        one_bearer = len(read(values[place_of_ids])) == 1  # then the commas belong to the name
        return (",".join(names),) if one_bearer and names else names

    return read_names


class Reader(Generic[T]):
    """Reads rows of one kind, many at a time.

    Args:
        model: The records' class, if they are to read later; others can only be checked.
        columns: Its fields.
        beside: As in :class:`Layout`.
    """

    def __init__(self, model: type[T], columns: Iterable[Column], beside: Mapping[str, str]) -> None:
        self._model = model
        self._columns = list(columns)
        self._known = {column.name for column in self._columns}
        self._beside = beside
        self._layouts: dict[tuple[str, ...], Layout] = {}

    def records(self, rows: Sequence[dict[str, Any]]) -> list[T]:
        """The records of rows, which must be dictionaries and are used up.

        Raises:
            ValueError: One of them cannot be read; so TypeError and OverflowError.
        """
        records: list[T] = []
        new = cast("Callable[[type[T]], T]", object.__new__)
        for layout, table in self._by_layout(rows, Layout.table):
            made = list(map(new, repeat(self._model, len(table))))
            # As a loop, a third slower: map calls the slots without Python in between.
            deque[None](map(_set_layout, made, repeat(layout)), maxlen=0)
            deque[None](map(_set_values, made, table), maxlen=0)
            records += made
        return records

    def check(self, rows: Sequence[dict[str, Any]]) -> None:
        """Raises as :meth:`records` does."""
        self._by_layout(rows, Layout.check)

    def _by_layout(self, rows: Sequence[dict[str, Any]], do: Callable[[Layout, Any], R]) -> list[tuple[Layout, R]]:
        """What comes of rows, in their order: those that are told one after another in one layout."""
        if not rows:
            return []
        layout, width = self._layout(tuple(rows[0])), len(rows[0])
        if set(map(len, rows)) == {width}:
            with suppress(KeyError):
                return [(layout, do(layout, rows))]
        names = dict.fromkeys(chain.from_iterable(rows), _ABSENT)
        if len(names) > len(self._known) + _MOST_UNKNOWN and len(rows) > 1:
            return [one for row in rows for one in self._by_layout([row], do)]
        missing = {name: None if name in self._known else _ABSENT for name in sorted(names)}
        layout = self._layout(tuple(missing))
        return [(layout, do(layout, [missing | row for row in rows]))]

    def _layout(self, names: tuple[str, ...]) -> Layout:
        layout = self._layouts.get(names)
        if layout is None:
            if len(self._layouts) >= _MOST_KEPT:
                self._layouts.clear()
            layout = self._layouts[names] = Layout(self._columns, self._beside, names)
        return layout
