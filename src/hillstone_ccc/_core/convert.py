"""The two converters: models ↔ the upstream's PascalCase, models ↔ the REST contract's snake_case.

Each is a cattrs converter of our own (the global one is never touched) with one hook a model, made from the
model's fields and their :class:`~.fields.Wire`. A hook calls the model's constructor with positional values, one
reader a field: on a page of 100 rows that is most of what decoding costs.

Reading is tolerant of form and strict of kind: ``"11"`` and ``11`` are the same integer, null, absent and blank
the same nothing, but a list where a number belongs is an error that names the field (never its value).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime, tzinfo
from functools import lru_cache
from types import UnionType
from typing import Any, Literal, Union, cast, get_args, get_origin

import attrs
import cattrs

from .agents import Agent, OutboundNumber, SkillGroup, SkillLevel
from .details import CallDetail
from .fields import WIRE, Form, Wire, on_the_wire
from .links import RecordingLink, RecordingPart, RestoreState
from .moments import times_in, to_milliseconds
from .records import CallRecord
from .unread import ReadLater, reader_of
from .vocabulary import OpenEnum

Spelling = Literal["upstream", "contract"]
Read = Callable[[Any], Any]

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

_WHOLE = re.compile(r"[+-]?[0-9]{1,30}")
_FLAGS = {"true": True, "false": False, "1": True, "0": False}


def make_converter(spelling: Spelling, zone: tzinfo) -> cattrs.Converter:
    """A converter for every model in one spelling, giving times in the zone; the same for everybody who asks."""
    try:
        return _kept(spelling, zone)
    except TypeError:  # a zone that cannot be hashed
        return _make(spelling, zone)


@lru_cache(maxsize=16)
def _kept(spelling: Spelling, zone: tzinfo) -> cattrs.Converter:
    return _make(spelling, zone)


def _make(spelling: Spelling, zone: tzinfo) -> cattrs.Converter:
    converter = cattrs.Converter()
    for model in MODELS:
        _register(converter, model, spelling, zone)
    return converter


def _register(converter: cattrs.Converter, model: type, spelling: Spelling, zone: tzinfo) -> tuple[Read, Read]:
    columns = [_column(converter, field, spelling, zone) for field in on_the_wire(model)]
    read, write = _row_reader(model, columns), _row_writer(columns)
    converter.register_structure_hook(model, lambda row, _: read(row))
    converter.register_unstructure_hook(model, write)
    return read, write


@attrs.frozen
class _Column:
    attribute: str
    name: str
    read: Read
    write: Read
    sure: frozenset[type] = frozenset()
    check: Read | None = None
    checked: type = int
    at_once: bool = False


def _column(
    converter: cattrs.Converter,
    field: attrs.Attribute[Any],
    spelling: Spelling,
    zone: tzinfo,
) -> _Column:
    told: Wire = field.metadata.get(WIRE, Wire())
    name = (told.upstream or _pascal(field.name)) if spelling == "upstream" else (told.contract or field.name)
    kind, many = _kind(field.type)
    if attrs.has(kind):
        read, write = _register(converter, kind, spelling, zone)
        if many:
            return _Column(field.name, name, _list_reader(read), lambda values: [write(value) for value in values])
        return _Column(field.name, name, lambda value: read(value) if value else None, _unless_none(write))
    if many is list:
        return _Column(field.name, name, _texts, list)
    if field.default is attrs.NOTHING:
        return _Column(field.name, name, _required_text, str, at_once=True)
    read, write = _scalar(kind, told.form, spelling, zone) if not many else (_comma_list, ",".join)
    return attrs.evolve(_Column(field.name, name, read, write), **_told_by_type(kind, read))


def _kind(annotation: Any) -> tuple[type, type | None]:
    """The type of a field's values, and the container they come in, if any."""
    if get_origin(annotation) in {tuple, list}:
        return get_args(annotation)[0], get_origin(annotation)
    if get_origin(annotation) in {Union, UnionType}:
        return next(one for one in get_args(annotation) if one is not type(None)), None
    return annotation, None


def _pascal(name: str) -> str:
    return "".join(word.capitalize() for word in name.split("_"))


# --- rows ---------------------------------------------------------------------------------------------------


def _row_reader(model: type, columns: list[_Column]) -> Read:
    table = [(column.name, column.read) for column in columns]
    known = frozenset(name for name, _ in table)
    beside = {
        column.attribute: column.attribute.replace("_names", "_ids")
        for column in columns
        if column.attribute in {"agent_names", "skill_group_names"}
    }
    make = cast("Callable[..., Any]", model)
    later = reader_of(model, columns, beside) if issubclass(model, ReadLater) else None

    def now(row: dict[str, Any]) -> Any:
        values = {column.attribute: column.read(row.get(column.name)) for column in columns}
        for names, ids in beside.items():
            if len(values[ids]) == 1 and len(values[names]) > 1:
                values[names] = (",".join(values[names]),)  # one bearer: the commas belong to the name
        return make(**values, extra={name: value for name, value in row.items() if name not in known})

    def read(row: Any) -> Any:
        if not isinstance(row, dict):
            raise TypeError(f"{model.__name__}: an object was expected, not {type(row).__name__}")
        told = cast("dict[str, Any]", row)
        try:
            return now(told) if later is None else later(told)
        except (TypeError, ValueError, OverflowError) as error:
            raise _located(told.get, table) from error

    return read


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


def _list_reader(read: Read) -> Read:
    def read_list(values: Any) -> tuple[Any, ...]:
        if not values and not isinstance(values, bool):
            return ()
        if not isinstance(values, list):
            raise TypeError(f"a list was expected, not {type(values).__name__}")
        items = cast("list[Any]", values)
        return tuple([read(value) for value in items])

    return read_list


def _unless_none(write: Read) -> Read:
    return lambda value: None if value is None else write(value)


# --- values -------------------------------------------------------------------------------------------------


def _scalar(kind: type, form: Form, spelling: Spelling, zone: tzinfo) -> tuple[Read, Read]:
    if issubclass(kind, OpenEnum):
        restored = _restored if spelling == "contract" and form is Form.CAPITALS else None
        write = _enum_writer(kind, spelling, form)
        return _enum_reader(kind, restored), write
    if kind is datetime:
        return _time_reader(zone), _unless_none(to_milliseconds)
    if kind is bool:
        return (_loose_flag if form is Form.LOOSE_FLAG else _flag), _same
    if kind is int:
        return _WHOLE_NUMBERS.get(form, (_whole, _same))
    if form is Form.CAPITALS and spelling == "contract":
        return (lambda value: _restored(_text(value))), (lambda value: _rewritten(value or ""))
    return (_trimmed if form is Form.TRIMMED else _text), (lambda value: value or "")


def _same(value: Any) -> Any:
    return value


def _text(value: Any) -> str | None:
    if value is None or value == "":
        return None
    if type(value) is str:
        return value
    if type(value) is int:
        return str(value) if value else None
    raise TypeError(f"text was expected, not {type(value).__name__}")


def _required_text(value: Any) -> str:
    text = _text(value)
    if text is None:
        raise ValueError("it is missing")
    return text


def _trimmed(value: Any) -> str | None:
    return (_text(value) or "").strip() or None


def _whole(value: Any) -> int | None:
    if type(value) is int or value is None:
        return value
    if isinstance(value, str):
        text = value.strip()
        if not text:
            return None
        if _WHOLE.fullmatch(text):
            return int(text)
        raise ValueError("a whole number was expected, not other text")
    if isinstance(value, float) and value.is_integer():
        return int(value)
    raise TypeError(f"a whole number was expected, not {type(value).__name__}")


def _positive(value: Any) -> int | None:
    return _whole(value) or None


def _seconds(value: Any) -> int | None:
    """Milliseconds as whole seconds, half a second rounding up."""
    milliseconds = _whole(value)
    return None if milliseconds is None else (milliseconds + 500) // 1000


def _milliseconds(value: Any) -> Any:
    return None if value is None else value * 1000


_WHOLE_NUMBERS: Mapping[Form, tuple[Read, Read]] = {
    Form.POSITIVE: (_positive, _same),
    Form.MILLISECONDS: (_seconds, _milliseconds),
}


def _flag(value: Any) -> bool | None:
    if value is None or isinstance(value, bool):
        return value
    text = str(value).strip().lower() if isinstance(value, (str, int)) else "another kind"
    if not text:
        return None
    if text not in _FLAGS:
        raise ValueError("true or false was expected")
    return _FLAGS[text]


def _loose_flag(value: Any) -> bool | None:
    try:
        return _flag(value)
    except ValueError:
        return None


def _texts(value: Any) -> list[str]:
    if not value and not isinstance(value, bool):
        return []
    if not isinstance(value, list):
        raise TypeError(f"a list was expected, not {type(value).__name__}")
    items = cast("list[Any]", value)
    return [_text(one) or "" for one in items]


def _time_reader(zone: tzinfo) -> Read:
    time = times_in(zone)

    def read(value: Any) -> datetime | None:
        milliseconds = value if type(value) is int else _whole(value)
        return time(milliseconds) if milliseconds else None

    return read


def _told_by_type(kind: type, read: Read) -> dict[str, Any]:
    """What can be said of a value without reading it."""
    if kind is datetime:
        return {"sure": _NOTHING, "check": _time_check(read)}
    if read is _whole:
        return {"sure": _SURE[read], "check": _digits_check, "checked": str}
    return {"sure": _NOTHING | {str} if issubclass(kind, OpenEnum) else _SURE.get(read, frozenset[type]())}


def _time_check(read: Read) -> Read:
    def check(milliseconds: int) -> None:
        if not _SURELY_A_TIME[0] < milliseconds < _SURELY_A_TIME[1]:
            read(milliseconds)

    return check


def _enum_reader(kind: type[OpenEnum], restored: Callable[[str | None], str | None] | None) -> Read:
    # Nearly every word met is one of these; the enum's own look-up is ten times slower.
    seen: Mapping[Any, OpenEnum] = {word: member for member in kind for word in (member.value, member.name)}

    def read(value: Any) -> OpenEnum | None:
        member = seen.get(value) if type(value) is str else None
        if member is not None:
            return member
        text = _trimmed(value)
        if text is None:
            return None
        member = kind(text)
        return member if member.known or restored is None else kind(restored(text) or text)

    return read


def _enum_writer(kind: type[OpenEnum], spelling: Spelling, form: Form) -> Read:
    if spelling == "contract" and form is Form.CAPITALS:
        return lambda value: _rewritten(str(value or ""))
    if all(member.value.isdigit() for member in kind):
        numbers = {member.value: int(member.value) for member in kind}
        return _unless_none(lambda word: numbers.get(word, str(word)))
    return lambda value: "" if value is None else str(value)


# --- the contract's rule for three fields -------------------------------------------------------------------


def _rewritten(text: str) -> str:
    """Every ASCII capital becomes ``_`` and its small letter: ``AbandonedInQueue`` → ``_abandoned_in_queue``."""
    return re.sub("[A-Z]", lambda capital: f"_{capital.group().lower()}", text)


def _restored(text: str | None) -> str | None:
    """The rule backwards. What held ``_`` before a small letter to begin with cannot be told from a capital."""
    return None if text is None else re.sub("_([a-z])", lambda small: small.group(1).upper(), text)


# --- comma lists --------------------------------------------------------------------------------------------


def _comma_list(value: Any) -> tuple[str, ...]:
    text = _text(value)
    return tuple(text.split(",")) if text else ()


def _digits_check(text: str) -> None:
    if not text.isdigit() or not text.isascii():
        _whole(text)


# --- what a type tells ---------------------------------------------------------------------------------------

_NOTHING: frozenset[type] = frozenset({type(None)})
_SURE: Mapping[Read, frozenset[type]] = {
    _text: _NOTHING | {str, int},
    _trimmed: _NOTHING | {str, int},
    _comma_list: _NOTHING | {str, int},
    _whole: _NOTHING | {int},
    _positive: _NOTHING | {int},
    _flag: _NOTHING | {bool},
}
"""Types of which each of these readers takes every value."""

_SURELY_A_TIME = (-62_000_000_000_000, 253_000_000_000_000)
"""Unix milliseconds well within the years that a datetime reaches, in any zone."""
