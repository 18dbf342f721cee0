"""From a row as the upstream sent it to the contract's, where no record's field has to be made in between.

A page of the server is a hundred rows of which nobody looks at a field. Most values go over as they came: text, whole
numbers, flags, times (Unix milliseconds on both sides), lists between commas. Words are rewritten once and remembered.
What comes in another form than usual is read and written as any other record's field is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from operator import attrgetter
from typing import Any, TypeAlias, cast

import attrs

from .convert import kind_of
from .fields import WIRE, Form, Wire
from .scalars import Read
from .unread import ReadLater
from .vocabulary import OpenEnum

Row: TypeAlias = dict[str, Any]
SentWriter: TypeAlias = Callable[[Sequence[Any], Sequence[Any]], list[Row]]
_Same: TypeAlias = "Mapping[type, Read | None]"
"""Type of a value as sent → what makes the contract's of it; None where it is the same."""

_MOST_WORDS = 4_096
_NOTHING = type(None)
_UNUSUAL: Any = object()


@attrs.frozen(eq=False)
class _Key:
    """A key of the contract's rows, and how a column of values as sent becomes its values.

    Attributes:
        name: The key.
        absent: What stands for a value that is missing.
        attribute: The records' field.
        form: Writes a field that was read.
        way: Which values need not be read.
    """

    name: str
    absent: Any
    attribute: str
    form: Read
    way: _Same
    _words: dict[str, Any] = attrs.field(factory=dict[str, Any], init=False)

    def column(self, records: Sequence[Any], sent_rows: Sequence[Any]) -> list[Any]:
        """The values of records, which came in these rows."""
        column = list(map(attrgetter(self.attribute), sent_rows))
        kinds: set[Any] = set(map(type, column))
        if kinds == {_NOTHING}:
            return [self.absent] * len(column)
        makes: list[Any] = [self.way.get(kind, _UNUSUAL) for kind in kinds]
        if all(make is None for make in makes):
            return column
        if len(makes) == 1:
            with suppress(KeyError):  # a word that was not met yet
                return list(map(self._words.__getitem__ if makes[0] is _UNUSUAL else makes[0], column))
        return [self._written(record, sent) for record, sent in zip(records, column)]  # noqa: B905 - equally long

    def _written(self, record: Any, sent: Any) -> Any:
        make: Any = self.way.get(sent.__class__, _UNUSUAL)
        if make is not _UNUSUAL:
            return sent if make is None else make(sent)
        if isinstance(sent, str) and sent in self._words:
            return self._words[sent]
        value = self.form(getattr(record, self.attribute))
        value = self.absent if value is None else value
        if isinstance(sent, str):
            if len(self._words) >= _MOST_WORDS:
                self._words.clear()
            self._words[sent] = value
        return value


def sent_writer(
    model: type[ReadLater], keys: Iterable[tuple[str, Any]], columns: Mapping[str, tuple[str, Read]]
) -> SentWriter:
    """Writes records of a model as rows of these keys, by their rows as sent: many at a time, column by column.

    Args:
        model: The records' class.
        keys: The rows' keys, each with what stands for a value that is missing.
        columns: Name on the contract → attribute, and how its value is written.
    """
    of_model = attrs.fields_dict(cast("type[Any]", model))
    every = [
        _Key(name, absent, attribute, form, _way(of_model[attribute], absent))
        for name, absent in keys
        for attribute, form in [columns[name]]
    ]
    names = [key.name for key in every]

    def write(records: Sequence[Any], sent_rows: Sequence[Any]) -> list[Row]:
        told = [key.column(records, sent_rows) for key in every]
        return [dict(zip(names, values)) for values in zip(*told)]  # noqa: B905 - a value a name, a name a column

    return write


def _way(field: attrs.Attribute[Any], absent: Any) -> _Same:
    """Which values of a field, as sent, become the contract's without being read."""
    told: Wire = field.metadata.get(WIRE, Wire())
    kind: type = kind_of(field.type)[0]

    def nothing(_: Any) -> Any:
        return absent

    def unless_nothing(sent: Any) -> Any:
        return sent or absent

    way: dict[type, Read | None] = {_NOTHING: nothing}
    if kind is datetime:
        way[int] = unless_nothing
    elif kind is int:
        way[int] = None if told.form in (Form.PLAIN, Form.DIGITS) else unless_nothing
    elif kind is bool:
        way[bool] = None
    elif told.form is Form.TRIMMED:
        way[str] = str.strip
    elif not issubclass(kind, OpenEnum) and told.form is not Form.CAPITALS:
        way[str] = None
    return way
