"""The two converters: models ↔ the upstream's PascalCase, models ↔ the REST contract's snake_case.

Each is a cattrs converter of our own (the global one is never touched) with one hook a model, made from the
model's fields and their :class:`~.fields.Wire`. Rows of calls, of which there may be very many, read their fields when
they are looked at (:mod:`.unread`).

Reading is tolerant of form and strict of kind: ``"11"`` and ``11`` are the same integer, null, absent and blank
the same nothing, but a list where a number belongs is an error that names the field (never its value).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import timezone, tzinfo
from functools import lru_cache
from types import UnionType
from typing import Any, Union, cast, get_args, get_origin

import attrs
import cattrs
import msgspec

from .agents import Agent, OutboundNumber, SkillGroup, SkillLevel
from .details import CallDetail
from .fields import WIRE, Wire, on_the_wire
from .links import RecordingLink, RecordingPart, RestoreState
from .records import CallRecord
from .scalars import (
    Read,
    Spelling,
    comma_list,
    required_text,
    scalar,
    texts,
    told_by_type,
    told_of_required,
    told_of_texts,
    unless_none,
)
from .unread import Reader, ReadLater

MODELS: tuple[type, ...] = (
    CallRecord,
    CallDetail,
    Agent,
    SkillLevel,
    OutboundNumber,
    SkillGroup,
    RecordingLink,
    RecordingPart,
    RestoreState,
)


class Converter(cattrs.Converter):
    """Reads and writes every model in one spelling.

    Attributes:
        readers: Model → what reads its rows.
    """

    def __init__(self) -> None:
        super().__init__()
        self.readers: dict[type, Reader[Any]] = {}


def make_converter(spelling: Spelling, zone: tzinfo) -> Converter:
    """A converter for every model in one spelling, giving times in the zone; the same for everybody who asks."""
    try:
        return _kept(spelling, zone)
    except TypeError:  # a zone that cannot be hashed
        return _make(spelling, zone)


@lru_cache(maxsize=16)
def _kept(spelling: Spelling, zone: tzinfo) -> Converter:
    return _make(spelling, zone)


def _make(spelling: Spelling, zone: tzinfo) -> Converter:
    converter = Converter()
    for model in MODELS:
        _register(converter, model, spelling, zone)
    return converter


def contract_columns(model: type) -> dict[str, tuple[str, Read]]:
    """Name on the REST contract → attribute, and how its value is written there; None stays None."""
    converter = Converter()
    columns = [_column(converter, field, "contract", timezone.utc) for field in on_the_wire(model)]
    return {column.name: (column.attribute, column.write) for column in columns}


def _register(converter: Converter, model: type, spelling: Spelling, zone: tzinfo) -> _Model:
    columns = [_column(converter, field, spelling, zone) for field in on_the_wire(model)]
    made = _Model(*_row_readers(model, columns), _row_writer(columns))
    converter.register_structure_hook(model, lambda row, _: made.read(row))
    many: Any = list[model]  # type: ignore[valid-type]
    converter.register_structure_hook_func(lambda kind: kind == many, lambda rows, _: made.read_rows(rows))
    converter.register_unstructure_hook(model, made.write)
    converter.readers[model] = made.reader
    return made


@attrs.frozen
class _Model:
    """How rows of a model are read, one and many of them, and one is written."""

    reader: Reader[Any]
    read: Read
    read_rows: Callable[[Sequence[Any]], list[Any]]
    write: Read


@attrs.frozen
class _Column:
    attribute: str
    name: str
    read: Read
    write: Read
    sure: frozenset[type] = frozenset()
    usual: Any = None
    check: Callable[[Sequence[Any]], None] | None = None
    required: bool = False
    objects: Reader[Any] | None = None


def _column(
    converter: Converter,
    field: attrs.Attribute[Any],
    spelling: Spelling,
    zone: tzinfo,
) -> _Column:
    told: Wire = field.metadata.get(WIRE, Wire())
    name = (told.upstream or _pascal(field.name)) if spelling == "upstream" else (told.contract or field.name)
    kind, many = kind_of(field.type)
    if attrs.has(kind):
        of_kind = _register(converter, kind, spelling, zone)
        if many:
            return _Column(field.name, name, _list_reader(of_kind.read), _list_writer(of_kind.write))
        read, write = _object_reader(of_kind.read), unless_none(of_kind.write)
        return _Column(field.name, name, read, write, sure=frozenset({type(None)}), objects=of_kind.reader)
    if many is list:
        return _Column(field.name, name, texts, list, **told_of_texts)
    if field.default is attrs.NOTHING:
        return _Column(field.name, name, required_text, str, required=True, **told_of_required)
    read, write = scalar(kind, told.form, spelling, zone) if not many else (comma_list, ",".join)
    return attrs.evolve(_Column(field.name, name, read, write), **told_by_type(kind, read, told.form))


def kind_of(annotation: Any) -> tuple[type, type | None]:
    """The type of a field's values, and the container they come in, if any."""
    if get_origin(annotation) in {tuple, list}:
        return get_args(annotation)[0], get_origin(annotation)
    if get_origin(annotation) in {Union, UnionType}:
        return next(one for one in get_args(annotation) if one is not type(None)), None
    return annotation, None


def _pascal(name: str) -> str:
    return "".join(word.capitalize() for word in name.split("_"))


# --- rows ---------------------------------------------------------------------------------------------------


def _row_readers(
    model: type[Any], columns: list[_Column]
) -> tuple[Reader[Any], Read, Callable[[Sequence[Any]], list[Any]]]:
    """What reads usual rows, any one, and many of either."""
    table = [(column.name, column.read) for column in columns]
    beside = {
        column.attribute: column.attribute.replace("_names", "_ids")
        for column in columns
        if column.attribute in {"agent_names", "skill_group_names"}
    }
    reader: Reader[Any] = Reader(model, columns, beside)
    later = issubclass(model, ReadLater)
    make: Read = reader.record if later else _maker(model, columns, beside)

    def read(row: Any) -> Any:
        if not isinstance(row, dict):
            raise TypeError(f"{model.__name__}: an object was expected, not {type(row).__name__}")
        told = cast("dict[str, Any]", row)
        try:
            return make(told)
        except (TypeError, ValueError, OverflowError) as error:
            raise _located(told.get, table) from error

    def read_rows(rows: Sequence[Any]) -> list[Any]:
        if rows and isinstance(rows[0], msgspec.Struct):
            return reader.usual(rows)
        read_so_far: list[Any] = []
        try:
            for row in rows:
                read_so_far.append(read(row))  # noqa: PERF401 - its length names the row that failed
        except (TypeError, ValueError, OverflowError) as error:
            raise ValueError(f"[{len(read_so_far)}].{error}") from error
        if later:
            reader.learn(rows)
        return read_so_far

    return reader, read, read_rows


def _maker(model: type, columns: list[_Column], beside: Mapping[str, str]) -> Read:
    """Makes an object of a row, all of its fields at once."""
    known = frozenset(column.name for column in columns)
    new = cast("Callable[..., Any]", model)

    def make(row: dict[str, Any]) -> Any:
        values = {column.attribute: column.read(row.get(column.name)) for column in columns}
        for names, ids in beside.items():
            if len(values[ids]) == 1 and len(values[names]) > 1:
                values[names] = (",".join(values[names]),)  # one bearer: the commas belong to the name
        return new(**values, extra={name: value for name, value in row.items() if name not in known})

    return make


def _located(get: Callable[[str], Any], table: list[tuple[str, Read]]) -> ValueError:
    """The error of the first field that cannot be read, with the path to it; read again only to find it."""
    for name, reader in table:
        try:
            reader(get(name))
        except (TypeError, ValueError, OverflowError) as error:
            return _LocatedError(f"{name}{'.' if isinstance(error, _LocatedError) else ': '}{error}")
    raise AssertionError("a reader failed once and not twice")  # pragma: no cover - readers are pure


class _LocatedError(ValueError):
    """An error whose text begins with the path to the field."""


def _row_writer(columns: list[_Column]) -> Read:
    table = [(column.attribute, column.name, column.write) for column in columns]

    def write(record: Any) -> dict[str, Any]:
        row = {name: writer(getattr(record, attribute)) for attribute, name, writer in table}
        row.update(record.extra)
        return row

    return write


def _object_reader(read: Read) -> Read:
    def read_object(value: Any) -> Any:
        if isinstance(value, msgspec.Struct):  # a usual row's: as it was before it was decoded
            value = msgspec.to_builtins(value)
        return read(value) if value else None

    return read_object


def _list_writer(write: Read) -> Read:
    return lambda values: [write(value) for value in values]


def _list_reader(read: Read) -> Read:
    def read_list(values: Any) -> tuple[Any, ...]:
        if not values and not isinstance(values, bool):
            return ()
        if not isinstance(values, list):
            raise TypeError(f"a list was expected, not {type(values).__name__}")
        items = cast("list[Any]", values)
        return tuple([read(value) for value in items])

    return read_list
