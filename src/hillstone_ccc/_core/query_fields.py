"""The fields of a query: what each takes, and the form it is brought to when the query is made.

Every message names the argument, says what is wrong with its value and what to give instead. Phone numbers are
not repeated in it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta, timezone
from typing import Any, TypeVar, cast

import attrs

from .errors import InvalidQueryError
from .fields import number
from .moments import from_milliseconds, parse
from .vocabulary import Disposition, OpenEnum

E = TypeVar("E", bound=OpenEnum)

TODAY = "today"

_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
_SHORTEST = timedelta(milliseconds=1)
_NUMBER = re.compile(r"\+?[0-9*#]*[0-9*][0-9*#]*")
RATING = r"-?[0-9]{1,3}|[<>][0-9]{1,3}"
"""A key that was pressed, or a comparison with one; more digits are no key."""

_RATING = re.compile(RATING)

# Words of the documents of 2021, which may stand in old records: read, never sent.
RETIRED = frozenset(
    {
        Disposition.ABANDONED_IN_CONTACT_FLOW,
        Disposition.ABANDONED_RING,
        Disposition.QUEUE_OVERFLOW,
        Disposition.ONE_STEP_TRANSFER,
    }
)


def start() -> Any:
    """A field for the beginning of a range: a moment, a span back from its end, or ``"today"``."""
    return _field(_start, eq=_as_told)


def end() -> Any:
    """A field for the end of a range: a moment."""
    return _field(lambda value: _moment("end", value), eq=_as_told)


def texts(argument: str) -> Any:
    """A field for several texts, each once."""
    return _field(lambda values: None if values is None else _several(argument, values))


def ids(argument: str) -> Any:
    """A field for several ids, each once, without the blanks around them."""

    def convert(values: object) -> tuple[str, ...] | None:
        return None if values is None else tuple(dict.fromkeys(one.strip() for one in _several(argument, values)))

    return _field(convert)


def words(argument: str, kind: type[OpenEnum]) -> Any:
    """A field for several words of a vocabulary, in any spelling, each once."""

    def convert(values: object) -> tuple[OpenEnum, ...] | None:
        if values is None:
            return None
        return tuple(dict.fromkeys(_word(kind, argument, text) for text in _several(argument, values)))

    return _field(convert)


def one_word(argument: str, kind: type[OpenEnum]) -> Any:
    """A field for one word of a vocabulary, in any spelling."""
    return _field(lambda text: None if text is None else _word(kind, argument, text))


def phone(argument: str) -> Any:
    """A field for a phone number or a part of one, with ``*`` for each unknown digit; its repr is masked."""

    def convert(value: object) -> str | None:
        if value is None or (isinstance(value, str) and _NUMBER.fullmatch(value)):
            return value
        raise InvalidQueryError(
            f"{argument} must be text of digits, with * for each unknown one and at most a + in front:"
            " no blanks, no hyphens, no other signs."
        )

    return _field(convert, repr=number)


def flag(argument: str) -> Any:
    """A field that is true or false, and false if left out."""

    def convert(value: object) -> bool:
        if not isinstance(value, bool):
            raise InvalidQueryError(f"{argument} must be True or False, not {value!r}.")
        return value

    return attrs.field(default=False, converter=convert, repr=_if_true)


def _if_true(value: Any) -> str:
    return repr(value) if value else ""


def ratings(argument: str) -> Any:
    """A field for keys that a customer pressed, and comparisons with them."""

    def convert(values: object) -> tuple[str, ...] | None:
        told = None if values is None else _several(argument, values)
        for text in told or ():
            if not _RATING.fullmatch(text):
                raise InvalidQueryError(
                    f"{argument}: {text!r} is no rating; give a whole number such as '5' or '-1', or '>n', or '<n'."
                )
        return told

    return _field(convert)


def _field(convert: Callable[[object], Any], **options: Any) -> Any:
    """An optional field whose value is checked and brought to its form when the query is made."""
    field: Any = attrs.field(default=None, converter=convert, **options)
    return field


def _moment(argument: str, value: object) -> datetime | date | None:
    if value is None or isinstance(value, (datetime, date)):
        return value
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        raise InvalidQueryError(
            f"{argument}: {type(value).__name__} is no time; give a datetime, a date, ISO text or Unix milliseconds."
        )
    try:
        if isinstance(value, str):
            return parse(value)
        return from_milliseconds(value, timezone.utc)
    except ValueError as error:
        raise InvalidQueryError(f"{argument}: {value!r} is neither ISO 8601 text nor Unix milliseconds.") from error


def _start(value: object) -> datetime | date | timedelta | str | None:
    if isinstance(value, timedelta):
        if value < _SHORTEST:
            raise InvalidQueryError(f"start: a time span must be a millisecond or more, not {value}.")
        return value
    return TODAY if value == TODAY else _moment("start", value)


def _as_told(value: object) -> object:
    """What makes two bounds equal: of two times in the hour that comes twice a year, the clock's face does not."""
    if not isinstance(value, datetime):
        return value
    return (value, value.fold) if value.tzinfo is None else (value - _EPOCH,)


def _several(argument: str, values: object) -> tuple[str, ...]:
    if isinstance(values, str):
        raise InvalidQueryError(f"{argument} takes several values: write [{values!r}] for one.")
    if not isinstance(values, Iterable):
        raise InvalidQueryError(f"{argument} takes several values, not {type(values).__name__}.")
    told = tuple(cast("Iterable[object]", values))
    if not told:
        raise InvalidQueryError(f"{argument} is empty, which would match nothing: leave it out to match all.")
    for one in told:
        if not isinstance(one, str) or not one.strip():
            raise InvalidQueryError(f"{argument}: {one!r} is no text.")
    return tuple(dict.fromkeys(cast("tuple[str, ...]", told)))


def _word(kind: type[E], argument: str, text: object) -> E:
    word = kind(text) if isinstance(text, str) else None
    if word is None or not word.known or word in RETIRED:
        gone = " any more" if word in RETIRED else ""
        listed = ", ".join(repr(member.value) for member in kind if member not in RETIRED)
        raise InvalidQueryError(f"{argument}: {text!r} is none of {listed}{gone}.")
    return word
