"""Single values ↔ what a wire holds: text, numbers, flags, times, words, comma lists.

Reading is tolerant of form and strict of kind: ``"11"`` and ``11`` are the same integer, null, absent and blank
the same nothing, but a list where a number belongs is an error.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, tzinfo
from typing import Annotated, Any, Literal, Union, cast

from msgspec import Meta

from .fields import Form
from .moments import times_in, to_milliseconds
from .vocabulary import OpenEnum

Spelling = Literal["upstream", "contract"]
Read = Callable[[Any], Any]

_MOST_DIGITS = 30
_WHOLE = re.compile(rf"[+-]?[0-9]{{1,{_MOST_DIGITS}}}")
_FLAGS = {"true": True, "false": False, "1": True, "0": False}


def unless_none(write: Read) -> Read:
    return lambda value: None if value is None else write(value)


def scalar(kind: type, form: Form, spelling: Spelling, zone: tzinfo) -> tuple[Read, Read]:
    if issubclass(kind, OpenEnum):
        restored = _restored if spelling == "contract" and form is Form.CAPITALS else None
        write = _enum_writer(kind, spelling, form)
        return _enum_reader(kind, restored), write
    if kind is datetime:
        return _time_reader(zone), unless_none(to_milliseconds)
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


def required_text(value: Any) -> str:
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


def texts(value: Any) -> list[str]:
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


def told_by_type(kind: type, read: Read, form: Form) -> dict[str, Any]:
    """What can be said of values without reading them: by their types alone, or by types and a check."""
    if kind is datetime:
        surely_a_time: Any = Annotated[int, Meta(gt=_FIRST_TIME, lt=_LAST_TIME)]
        return {"sure": _NOTHING, "usual": surely_a_time | None}
    if form is Form.DIGITS:
        return {"sure": _SURE[_whole], "usual": int | str | None, "check": _check_digits}
    if issubclass(kind, OpenEnum):
        return {"sure": _NOTHING | {str}, "usual": str | None}
    if kind is str:
        return {"sure": _NOTHING | {str, int}, "usual": int | str | None}
    sure = _SURE.get(read, _NOTHING)
    return {"sure": sure, "usual": Union[tuple(sure)]}  # noqa: UP007 - of as many as there are


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
        return unless_none(lambda word: numbers.get(word, str(word)))
    return lambda value: "" if value is None else str(value)


# --- the contract's rule for three fields -------------------------------------------------------------------


def _rewritten(text: str) -> str:
    """Every ASCII capital becomes ``_`` and its small letter: ``AbandonedInQueue`` → ``_abandoned_in_queue``."""
    return re.sub("[A-Z]", lambda capital: f"_{capital.group().lower()}", text)


def _restored(text: str | None) -> str | None:
    """The rule backwards. What held ``_`` before a small letter to begin with cannot be told from a capital."""
    return None if text is None else re.sub("_([a-z])", lambda small: small.group(1).upper(), text)


# --- comma lists --------------------------------------------------------------------------------------------


def comma_list(value: Any) -> tuple[str, ...]:
    text = value if type(value) is str else _text(value)
    return tuple(text.split(",")) if text else ()


def _check_digits(values: Sequence[Any]) -> None:
    told = [value for value in values if type(value) is str and value]
    together = "".join(told)
    if told and not (together.isdigit() and together.isascii() and max(map(len, told)) <= _MOST_DIGITS):
        raise ValueError("a whole number was expected, not other text")


# --- what a type tells ---------------------------------------------------------------------------------------

_NOTHING: frozenset[type] = frozenset({type(None)})
_SURE: Mapping[Read, frozenset[type]] = {
    _whole: _NOTHING | {int},
    _positive: _NOTHING | {int},
    _flag: _NOTHING | {bool},
}
"""Types of which each of these readers takes every value."""
told_of_texts: Mapping[str, Any] = {"sure": _NOTHING, "usual": list[str | int | None] | None}
told_of_required: Mapping[str, Any] = {"usual": Annotated[str, Meta(min_length=1)]}

_FIRST_TIME, _LAST_TIME = -62_000_000_000_000, 253_000_000_000_000
"""Unix milliseconds well within the years that a datetime reaches, in any zone."""
