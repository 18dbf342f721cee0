"""Records that read a field when it is first looked at.

A walk looks at two fields of a row, a program at a handful, and a row has sixty. So a record keeps its row's values
as they came, and makes a datetime, an enum or a tuple of one when it is asked for it. What could not be read is found
out at once all the same: a value's type tells in nearly every case that it can be, and the others are read there and
then. Rows of a listing have few layouts (the same names in the same order), and few combinations of types.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias, TypeVar, cast

import attrs

from .moments import to_milliseconds

T = TypeVar("T")
Read = Callable[[Any], Any]
_Unsure: TypeAlias = "tuple[list[tuple[str, int, Read]], list[tuple[int, Read]]]"
"""Fields to read at once, with their places; and places to check."""

_UNREAD = "_unread"
_MOST_KEPT = 4_096  # combinations that are remembered: hostile rows may have another each


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
    def check(self) -> Read | None:
        """Raises if a value of the type that it is for cannot be read; None if it has to be read to know."""
        ...

    @property
    def checked(self) -> type:
        """The type that :attr:`check` is for."""
        ...

    @property
    def at_once(self) -> bool:
        """Whether it is looked at in any case, or must be there."""
        ...


class ReadLater:
    """The half of a record that knows how to read what it has not read yet."""

    if not TYPE_CHECKING:  # pragma: no branch - type checkers know the fields, and that there is nothing else

        def __getattr__(self, name: str) -> Any:
            """A field that was not looked at before."""
            unread = self.__dict__.get(_UNREAD)
            if unread is None or name not in unread[0].names:
                raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
            layout, values = unread
            value = self.__dict__[name] = layout.read(name, values, self)
            return value

    def __getstate__(self) -> dict[str, Any]:
        """Every field, read: what is copied and pickled."""
        for field in attrs.fields(cast("type[Any]", type(self))):
            getattr(self, field.name)
        return {name: value for name, value in self.__dict__.items() if name != _UNREAD}


def as_sent(record: ReadLater) -> tuple[Layout, tuple[Any, ...]] | None:
    """A record's row as it came: its layout and values; None of a record that was not made of a row, or was copied."""
    return record.__dict__.get(_UNREAD)


def milliseconds(record: ReadLater, name: str) -> int | None:
    """A time of a record in Unix milliseconds; what was not looked at yet stays so."""
    unread = record.__dict__.get(_UNREAD)
    if unread is not None and name not in record.__dict__:
        sent = unread[0].sent(name, unread[1])
        if type(sent) is int:
            return sent or None
    time: datetime | None = getattr(record, name)
    return None if time is None else to_milliseconds(time)


class Layout:
    """Rows that tell the same names in the same order.

    Args:
        columns: The record's fields.
        beside: Field of names → field of ids: one id means one name, whatever commas the name holds.
        row_names: The names, in the row's order.
    """

    def __init__(self, columns: Iterable[Column], beside: Mapping[str, str], row_names: tuple[str, ...]) -> None:
        index = {name: place for place, name in enumerate(row_names)}
        every = list(columns)
        self._told = {column.attribute: (index[column.name], column.read) for column in every if column.name in index}
        self._missing = {column.attribute: column.read for column in every if column.name not in index}
        self._beside = beside
        self._columns = [(index[column.name], column) for column in every if column.name in index]
        self._needed = [column.read for column in every if column.at_once and column.name not in index]
        known = {column.name for column in every}
        self._unknown = [(name, place) for name, place in index.items() if name not in known]
        self._unsure: dict[tuple[type, ...], _Unsure] = {}
        self.names: frozenset[str] = frozenset(self._told) | frozenset(self._missing) | {"extra"}

    def begin(self, told: dict[str, Any], values: tuple[Any, ...]) -> None:
        """Reads what has to be read at once, and raises if anything cannot be read at all."""
        types = tuple(map(type, values))
        unsure = self._unsure.get(types)
        if unsure is None:
            unsure = self._look_closely(types)
        for attribute, place, read in unsure[0]:
            told[attribute] = read(values[place])
        for place, check in unsure[1]:
            check(values[place])

    def place(self, attribute: str) -> int | None:
        """Where in the row a field stands; None if it is not told."""
        told = self._told.get(attribute)
        return None if told is None else told[0]

    def sent(self, attribute: str, values: tuple[Any, ...]) -> Any:
        """A field as it came; None if it did not."""
        told = self._told.get(attribute)
        return None if told is None else values[told[0]]

    def read(self, attribute: str, values: tuple[Any, ...], record: Any) -> Any:
        """One field."""
        if attribute == "extra":
            return {name: values[place] for name, place in self._unknown}
        if attribute not in self._told:
            return self._missing[attribute](None)
        place, reader = self._told[attribute]
        value = reader(values[place])
        ids = self._beside.get(attribute)
        if ids is not None and len(value) > 1 and len(getattr(record, ids)) == 1:
            return (",".join(value),)  # one bearer: the commas belong to the name
        return value

    def _look_closely(self, types: tuple[type, ...]) -> _Unsure:
        for read in self._needed:
            read(None)
        now: list[tuple[str, int, Read]] = []
        checked: list[tuple[int, Read]] = []
        for place, column in self._columns:
            if column.at_once:
                now.append((column.attribute, place, column.read))
            elif column.check is not None and types[place] is column.checked:
                checked.append((place, column.check))
            elif types[place] not in column.sure:
                now.append((column.attribute, place, column.read))
        if len(self._unsure) >= _MOST_KEPT:
            self._unsure.clear()
        self._unsure[types] = now, checked
        return now, checked


def reader_of(model: type[T], columns: Iterable[Column], beside: Mapping[str, str]) -> Callable[[dict[str, Any]], T]:
    """Gives records of rows; raises ValueError or TypeError for one that cannot be read, without naming the field."""
    layouts: dict[tuple[str, ...], Layout] = {}
    every = list(columns)
    latest: tuple[tuple[str, ...], Layout] = (), Layout(every, beside, ())
    new = cast("Callable[[type[T]], T]", object.__new__)

    def read(row: dict[str, Any]) -> T:
        nonlocal latest
        names = tuple(row)
        known, layout = latest
        if names != known:
            kept = layouts.get(names)
            if kept is None and len(layouts) >= _MOST_KEPT:
                layouts.clear()
            layout = layouts[names] = kept or Layout(every, beside, names)
            latest = names, layout  # nearly every row is like the one before it
        values = tuple(row.values())
        record = new(model)
        told = record.__dict__
        told[_UNREAD] = (layout, values)
        layout.begin(told, values)
        return record

    return read
