"""Rows as columns: what a frame, a Parquet file and a CSV file of calls look like, and the values that go into them.

A model's columns are its attributes, in their order and under their names. What a column holds is told by the
attribute's type, so that a new field is a new column.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from enum import Enum
from typing import Any, cast

import attrs

from .convert import kind_of
from .fields import number
from .moments import to_milliseconds
from .plain import as_json
from .unread import sent_columns
from .vocabulary import OpenEnum


class Kind(Enum):
    """What a column holds; nothing is null, except several texts, which are an empty list then."""

    TEXT = "text, exact: an id, a number with its zeros and its +, a name"
    WORD = "one of a few words (dictionary, category)"
    TIME = "a moment, to the millisecond, in the client's zone"
    WHOLE = "a whole number"
    FLAG = "true or false"
    TEXTS = "several texts"
    JSON = "what has a structure, as JSON text"


# Whole numbers that are no seconds.
_UNITS: Mapping[str, str | None] = {
    "satisfaction_index": "key pressed",
    "transfer_count": "transfers",
    "first_response_time": None,  # not documented
    "messages_sent": "messages",
    "messages_sent_by_agent": "messages",
    "messages_sent_by_customer": "messages",
    "ram_id": "id",
    "phone_number_count": "numbers",
    "user_count": "agents",
}

_KINDS: Mapping[type[Any], Kind] = {datetime: Kind.TIME, bool: Kind.FLAG}
_HASHED = frozenset({str, int, bool})


@attrs.frozen
class Column:
    """One attribute of a model as a column.

    Attributes:
        name: The attribute's.
        kind: What it holds.
        unit: Of a whole number: ``s`` for seconds, or what is counted; None if it is not documented, or no number.
        word: The enum of a column of words.
        phone: Whether it holds phone numbers.
    """

    name: str
    kind: Kind
    unit: str | None = None
    word: type[OpenEnum] | None = None
    phone: bool = False


def columns(model: type[Any]) -> tuple[Column, ...]:
    """The columns of a model's rows."""
    return tuple(_column(field) for field in attrs.fields(model))


def _column(field: attrs.Attribute[Any]) -> Column:
    kind, many = kind_of(field.type)
    told: dict[str, Any] = {"name": field.name, "phone": field.repr is number}
    if attrs.has(kind) or field.name == "extra":
        return Column(kind=Kind.JSON, **told)
    if many is not None:
        return Column(kind=Kind.TEXTS, **told)
    if issubclass(kind, OpenEnum):
        return Column(kind=Kind.WORD, word=kind, **told)
    if kind is int:
        return Column(kind=Kind.WHOLE, unit=_UNITS.get(field.name, "s"), **told)
    return Column(kind=_KINDS.get(cast("Any", kind), Kind.TEXT), **told)


def as_columns(model: type[Any], records: Sequence[Any]) -> dict[str, list[Any]]:
    """The values of these records, column by column.

    Times are Unix milliseconds, words their text, structures JSON text, what is empty None (several texts: an empty
    list).
    """
    told = columns(model)
    sent = sent_columns(records, [column.name for column in told])
    return {column.name: _values(column, records, sent.get(column.name)) for column in told}


def _values(column: Column, records: Sequence[Any], sent: tuple[list[Any], Callable[[Any], Any]] | None) -> list[Any]:
    plain = _PLAIN[column.kind]
    if sent is None:
        return [plain(getattr(record, column.name)) for record in records]
    values, read = sent
    kinds = set(map(type, values)) - {type(None)}
    if column.kind is Kind.TIME and kinds <= {int}:
        return [value or None for value in values]
    if kinds <= _HASHED:  # of many values most are like another: each is read once
        known = {value: plain(read(value)) for value in set(values)}
        return list(map(known.__getitem__, values))
    return [plain(read(value)) for value in values]


def _same(value: Any) -> Any:
    return value


def _moment(value: datetime | None) -> int | None:
    return None if value is None else to_milliseconds(value)


def _word(value: OpenEnum | None) -> str | None:
    return None if value is None else str(value.value)


def _texts(value: Any) -> list[str]:
    return list(cast("Sequence[str]", value))


def as_text(value: Any) -> str | None:
    """What has a structure, as JSON text; None if there is nothing in it."""
    plain = as_json(value)
    return json.dumps(plain, ensure_ascii=False) if plain not in (None, {}, []) else None


_PLAIN: Mapping[Kind, Callable[[Any], Any]] = {
    Kind.TEXT: _same,
    Kind.WORD: _word,
    Kind.TIME: _moment,
    Kind.WHOLE: _same,
    Kind.FLAG: _same,
    Kind.TEXTS: _texts,
    Kind.JSON: as_text,
}
