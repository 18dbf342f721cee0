"""From a row as the upstream sent it to the contract's, where no record's field has to be made in between.

A page of the server is a hundred rows of which nobody looks at a field. Most values go over as they came: text, whole
numbers, flags, times (Unix milliseconds on both sides), lists between commas. Words are rewritten once and remembered.
What comes in another form than usual is read and written as any other record's field is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any, TypeAlias, cast

import attrs

from .convert import kind_of
from .fields import WIRE, Form, Wire
from .scalars import Read
from .unread import ReadLater
from .vocabulary import OpenEnum

Row: TypeAlias = dict[str, Any]
SentWriter: TypeAlias = Callable[[Any, Any], Row]
_Same: TypeAlias = "Mapping[type, Read | None]"
"""Type of a value as sent → what makes the contract's of it; None where it is the same."""

_MOST_WORDS = 4_096
_NOTHING = type(None)
_UNUSUAL: Any = object()


def sent_writer(
    model: type[ReadLater], keys: Iterable[tuple[str, Any]], columns: Mapping[str, tuple[str, Read]]
) -> SentWriter:
    """Writes records of a model as rows of these keys, by their rows as sent.

    Args:
        model: The records' class.
        keys: The rows' keys, each with what stands for a value that is missing.
        columns: Name on the contract → attribute, and how its value is written.
    """
    of_model = attrs.fields_dict(cast("type[Any]", model))
    every = [(name, absent, *columns[name]) for name, absent in keys]
    ways = {name: _way(of_model[attribute], absent) for name, absent, attribute, _ in every}
    words: dict[str, dict[str, Any]] = {name: {} for name, *_ in every}
    table = [(name, attribute, ways[name], form, absent) for name, absent, attribute, form in every]

    def write(record: Any, sent_row: Any) -> Row:
        row: Row = {}
        for name, attribute, way, form, absent in table:
            sent: Any = getattr(sent_row, attribute)
            make: Any = way.get(sent.__class__, _UNUSUAL)
            if make is not _UNUSUAL:
                row[name] = sent if make is None else make(sent)
                continue
            known = words[name]
            if isinstance(sent, str) and sent in known:
                row[name] = known[sent]
                continue
            value = form(getattr(record, attribute))
            row[name] = value = absent if value is None else value
            if isinstance(sent, str):
                if len(known) >= _MOST_WORDS:
                    known.clear()
                known[sent] = value
        return row

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
