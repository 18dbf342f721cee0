"""Records that read a field when it is first looked at.

A walk looks at two fields of a row, a program at a handful, and a row has sixty. So a record keeps its row as it came,
and makes a datetime, an enum or a tuple of a value when it is asked for it. What could not be read is found out at
once all the same. Nearly every page is as usual: each value has a type, and a size, of which it is known that it can
be read, which is found out while the JSON is being decoded (:mod:`.usual`). Where one is not, the rows are decoded
as they are, and what is unusual about them is read there and then.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from operator import attrgetter
from threading import RLock
from typing import Any, Generic, Protocol, TypeVar, cast

import attrs
import msgspec

from .moments import to_milliseconds

T = TypeVar("T")
Read = Callable[[Any], Any]

making = RLock()
"""Held while a row's class, or what decodes such rows, is made: msgspec fills in what it knows of a class when that is
first used, and another thread must not meet it half filled."""

_MOST_UNKNOWN = 100  # names that are not known, of which the usual rows of one kind have so many at most


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
    def usual(self) -> Any:
        """The type, as annotations are, of which every value can be read that :attr:`check` lets pass."""
        ...

    @property
    def check(self) -> Callable[[Sequence[Any]], None] | None:
        """Raises if any of these values of the usual type cannot be read; None if all can."""
        ...

    @property
    def required(self) -> bool:
        """Whether a row without it is none."""
        ...

    @property
    def objects(self) -> Reader[Any] | None:
        """What reads its values where they have fields of their own."""
        ...


class ReadLater:
    """The half of a record that knows how to read what it has not read yet."""

    __slots__ = ("_rest", "_row")

    def __getstate__(self) -> dict[str, Any]:
        """Every field, read: what is copied and pickled."""
        return {field.name: getattr(self, field.name) for field in attrs.fields(cast("type[Any]", type(self)))}


_slots: Mapping[str, Any] = vars(ReadLater)
_set_row: Callable[[Any, Any], None] = _slots["_row"].__set__
_set_rest: Callable[[Any, Any], None] = _slots["_rest"].__set__
_row_of: Callable[[ReadLater], Any] = attrgetter("_row")


class _Field:
    """Reads a field when it is first looked at; from then on the record has it, which Python looks for first."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __get__(self, record: Any, kind: type) -> Any:
        name = self._name
        if record is None:
            raise AttributeError(f"type object {kind.__name__!r} has no attribute {name!r}")
        row = record._row  # noqa: SLF001 - the other half of a record
        of_record, read = row.reads[name]
        value = record.__dict__[name] = read(record) if of_record else read(getattr(row, name))
        return value


def read_later(model: type[T]) -> type[T]:
    """Lets an attrs class without slots of its own read its fields when they are looked at."""
    for field in attrs.fields(cast("type[Any]", model)):
        setattr(model, field.name, _Field(field.name))
    return model


def as_sent(record: ReadLater) -> Any:
    """A record's row as it came, its values under the fields' names; None of a record that was made or copied."""
    return getattr(record, "_row", None)


def texts(records: Sequence[ReadLater], name: str) -> list[str]:
    """A required text of each record; what was not looked at yet stays so where it came as text."""
    return _sent(records, name, str) or [getattr(record, name) for record in records]


def all_milliseconds(records: Sequence[ReadLater], name: str) -> list[int | None]:
    """A time of each record in Unix milliseconds; what was not looked at yet stays so."""
    sent: list[int | None] | None = _sent(records, name, int)
    return sent or [milliseconds(record, name) for record in records]


def sent_columns(records: Sequence[Any], names: Sequence[str]) -> dict[str, tuple[list[Any], Read]]:
    """Field → its values as they came and what reads one; only of fields that are read of their own value alone.

    Empty where any record was not read from a row, or not by the same reader as the others.
    """
    rows = [as_sent(record) for record in records]
    readers = {id(reads): reads for reads in (getattr(row, "reads", None) for row in rows)}
    (reads,) = readers.values() if len(readers) == 1 else (None,)
    if reads is None:
        return {}
    alone = [name for name in names if name in reads and not reads[name][0]]
    return {name: (list(map(attrgetter(name), rows)), reads[name][1]) for name in alone}


def _sent(records: Sequence[ReadLater], name: str, kind: type) -> list[Any] | None:
    """A field of each record as it came, if it came as this kind and not empty in all."""
    try:
        values = list(map(attrgetter(name), map(_row_of, records)))
    except AttributeError:  # one was not read from a row
        return None
    return values if set(map(type, values)) == {kind} and all(values) else None


def milliseconds(record: ReadLater, name: str) -> int | None:
    """A time of a record in Unix milliseconds; what was not looked at yet stays so."""
    sent = getattr(as_sent(record), name, None)
    if type(sent) is int:
        return sent or None
    time: datetime | None = getattr(record, name)
    return None if time is None else to_milliseconds(time)


@attrs.frozen(eq=False)
class _Shape:
    """What usual rows look like.

    Attributes:
        unknown: Names that are not known → the attributes that hold what came under them.
        as_text: Whether numbers, flags and times may come as text.
        row_type: The class of such rows.
    """

    unknown: Mapping[str, str]
    as_text: bool
    row_type: Any


class Reader(Generic[T]):
    """Reads rows of one kind, in any number of threads.

    Args:
        model: The records' class, which reads later; others only have a :meth:`row_type`.
        columns: Its fields.
        beside: Field of names → field of ids: one id means one name, whatever commas the name holds.

    Attributes:
        model: The records' class.
    """

    def __init__(self, model: type[T], columns: Iterable[Column], beside: Mapping[str, str]) -> None:
        self.model: type[T] = model
        self._columns = list(columns)
        self._known = frozenset(column.name for column in self._columns)
        self._beside = beside
        # Of calls alone, of which there may be millions; an object within one would have to be checked apart.
        self._told_as_text = [
            column
            for column in self._columns
            if issubclass(model, ReadLater) and str not in column.sure
            if not column.required and column.objects is None and column.check is None
        ]
        self._shape: _Shape | None = None

    @property
    def row_type(self) -> Any:
        """The class of usual rows; another one after something was learned of them."""
        return (self._shape or self._first_shape()).row_type

    def check(self, rows: Sequence[Any]) -> None:
        """Raises ValueError or TypeError if any of these usual rows has a value that its type does not tell of."""
        for column in self._columns:
            if column.check is not None:
                column.check(list(map(attrgetter(column.attribute), rows)))
        if rows and rows[0].numbers_may_be_text:
            for column in self._told_as_text:
                for value in map(attrgetter(column.attribute), rows):
                    if type(value) is str:
                        column.read(value)

    def usual(self, rows: Sequence[Any]) -> list[T]:
        """The records of usual rows that were checked."""
        new = cast("Callable[[type[T]], T]", object.__new__)
        records = [new(self.model) for _ in rows]
        deque[None](map(_set_row, records, rows), maxlen=0)  # as a loop, a third slower
        return records

    def record(self, row: Mapping[str, Any]) -> T:
        """The record of any row.

        Raises:
            ValueError: A field of it cannot be read; so TypeError and OverflowError.
        """
        values: dict[str, Any] = {}
        for column in self._columns:
            value = values[column.attribute] = row.get(column.name)
            if type(value) not in column.sure:
                column.read(value)
        record = self.usual([self.row_type(**values)])[0]
        if not self._known.issuperset(row):
            _set_rest(record, {name: value for name, value in row.items() if name not in self._known})
        return record

    def learn(self, rows: Iterable[Any]) -> bool:
        """Takes what these rows have, and could be read, for usual from now on; tells whether anything was new."""
        told = [cast("dict[str, Any]", row) for row in rows if type(row) is dict]
        as_text = any(type(row.get(column.name)) is str for column in self._told_as_text for row in told)
        # What cannot be written in JSON without an escape is no name of an upstream's.
        names = {name for row in told for name in row if name.isprintable() and not {'"', "\\"} & set(name)}
        with making:
            shape = self._shape or self._make_shape({}, as_text=False)
            new = sorted(names - self._known - shape.unknown.keys())
            if len(shape.unknown) + len(new) > _MOST_UNKNOWN:
                new = []
            within = [
                column.objects.learn([row.get(column.name) for row in told])
                for column in self._columns
                if column.objects is not None
            ]
            learned = bool(new) or any(within) or as_text > shape.as_text
            if learned:
                attributes = {name: f"unknown_{len(shape.unknown) + place}" for place, name in enumerate(new)}
                shape = self._make_shape({**shape.unknown, **attributes}, as_text=as_text or shape.as_text)
            self._shape = shape
            return learned

    def _first_shape(self) -> _Shape:
        with making:
            self._shape = self._shape or self._make_shape({}, as_text=False)
            return self._shape

    def _make_shape(self, unknown: Mapping[str, str], *, as_text: bool) -> _Shape:
        # Of an object within a row it matters whether it tells anything, were it nothing.
        absent = None if issubclass(self.model, ReadLater) else msgspec.UNSET
        fields: list[Any] = []
        for column in self._columns:
            usual = column.usual if column.objects is None else column.objects.row_type | None
            if as_text and column in self._told_as_text:
                usual = usual | str
            fields.append((column.attribute, usual) if column.required else (column.attribute, usual, absent))
        fields += [(attribute, Any, msgspec.UNSET) for attribute in unknown.values()]
        row_type = msgspec.defstruct(
            self.model.__name__,
            fields,
            namespace={"reads": self._reads(unknown), "numbers_may_be_text": as_text},
            rename={**{column.attribute: column.name for column in self._columns}, **_turned(unknown)},
            forbid_unknown_fields=True,
            kw_only=True,
            eq=False,
            gc=False,  # so many rows wait in a walk that the garbage collector would cost more than decoding them
        )
        return _Shape(unknown, as_text, row_type)

    def _reads(self, unknown: Mapping[str, str]) -> dict[str, tuple[bool, Read]]:
        """Field → whether it is made of the record or of its value in the row, and what makes it."""
        reads: dict[str, tuple[bool, Read]] = {"extra": (True, _extra_reader(unknown))}
        for column in self._columns:
            ids = self._beside.get(column.attribute)
            if ids is None:
                reads[column.attribute] = False, column.read
            else:
                reads[column.attribute] = True, _names_reader(column.read, column.attribute, ids)
        return reads


def _turned(names: Mapping[str, str]) -> dict[str, str]:
    return {attribute: name for name, attribute in names.items()}


def _extra_reader(unknown: Mapping[str, str]) -> Read:
    """Reads what came under names that are not known."""

    def read_extra(record: ReadLater) -> dict[str, Any]:
        row = _row_of(record)
        told = {name: getattr(row, attribute) for name, attribute in unknown.items()}
        rest: dict[str, Any] = getattr(record, "_rest", {})
        return {name: value for name, value in told.items() if value is not msgspec.UNSET} | rest

    return read_extra


def _names_reader(read: Read, name: str, name_of_ids: str) -> Read:
    """Reads names beside ids."""

    def read_names(record: ReadLater) -> tuple[str, ...]:
        row = _row_of(record)
        told = getattr(row, name)
        if type(told) is str and "," not in told:
            return (told,) if told else ()
        names: tuple[str, ...] = read(told)
        one_bearer = len(read(getattr(row, name_of_ids))) == 1  # then the commas belong to the name
        return (",".join(names),) if one_bearer and names else names

    return read_names
