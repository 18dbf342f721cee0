"""What the values of a frame's column are in the form of the record's field that bears its name.

Files, databases and joins change what values are: whole numbers become floats or text, flags numbers, lists text. What
can be meant in one way only is read so; anything else is an error, since a figure of it would be silently wrong.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import lru_cache
from reprlib import Repr
from types import NoneType
from typing import Any, cast

from hillstone_ccc import InvalidQueryError

_WHOLE = re.compile(r"([+-]?[0-9]{1,40})(?:\.0*)?", re.ASCII)
_FLAGS: Mapping[str, bool | None] = {
    "": None,
    **dict.fromkeys(("true", "1", "1.0"), True),
    **dict.fromkeys(("false", "0", "0.0"), False),
}
_SHOWN = Repr()
_SHOWN.maxstring = _SHOWN.maxother = 60


class _UnreadableError(ValueError):
    """A value that cannot be meant."""


def read_values(name: str, values: list[Any]) -> list[Any]:
    """A column's values as :class:`CallRecord` has them; not of times.

    Args:
        name: The column's name.
        values: What the frame holds; None where there is nothing.

    Raises:
        InvalidQueryError: One of them cannot be meant; names the column, and the value if it is nobody's number.
    """
    form = _FORMS.get(name)
    return values if form is None else form(name, values)


def _each(one: Callable[[Any], Any], *kinds: type, wanted: str, shown: bool = True) -> Callable[[str, list[Any]], Any]:
    """Reads value by value, unless all are of these kinds already."""
    plain = {NoneType, *kinds}

    def read(name: str, values: list[Any]) -> list[Any]:
        if set(map(type, values)) <= plain:
            return values
        found: list[Any] = []
        for value in values:
            try:
                found.append(one(_plain(value)))
            except _UnreadableError:
                raise _refused(name, value, wanted, shown=shown) from None
        return found

    return read


def _refused(name: str, value: Any, wanted: str, *, shown: bool = True) -> InvalidQueryError:
    held = _SHOWN.repr(value) if shown else f"a value of type {type(value).__name__}"
    return InvalidQueryError(f"{name} holds {held}, which is {wanted}.", advice="Convert the column before.")


def _plain(value: Any) -> Any:
    """A single value of numpy's as Python's own, and NaN as None; numpy need not be there to tell."""
    if getattr(value, "shape", None) == () and hasattr(value, "item"):
        value = value.item()
    return None if isinstance(value, (float, Decimal)) and value != value else value  # noqa: PLR0124 - NaN


def _number(value: Any) -> int | None:
    if isinstance(value, str):
        text = value.strip()
        told = _WHOLE.fullmatch(text)
        if told is None and text:
            raise _UnreadableError
        return int(told[1]) if told else None
    if isinstance(value, (float, Decimal)) and abs(value) != float("inf") and value == int(value):
        return int(value)
    if value is None or (isinstance(value, int) and not isinstance(value, bool)):
        return value
    raise _UnreadableError


def _flag(value: Any) -> bool | None:
    told = value.strip().lower() if isinstance(value, str) else value
    if isinstance(told, str) and told in _FLAGS:
        return _FLAGS[told]
    if isinstance(told, (int, float, Decimal)) and told in (0, 1):
        return bool(told)
    if told is None:
        return None
    raise _UnreadableError


def _word(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    raise _UnreadableError


def _phone(value: Any) -> str | None:
    """Readers that guess types give whole numbers for phone numbers, and floats where one is missing."""
    if value is None or isinstance(value, str):
        return value or None
    number = _number(value)
    return None if number is None else str(number)


def _several(name: str, values: list[Any]) -> list[tuple[str, ...]]:
    """Lists as each library has them; text is what :func:`~hillstone_ccc.export` makes of them in CSV."""
    known: dict[tuple[str, ...], tuple[str, ...]] = {}  # most calls have the lists of others
    lists = (() if value is None else _cell(value) if isinstance(value, str) else tuple(value) for value in values)
    try:
        found = [known.setdefault(one, one) for one in lists]
        readable = all(isinstance(text, str) for one in known for text in cast("tuple[Any, ...]", one))
    except (TypeError, ValueError):
        found, readable = [], False
    if readable:
        return found
    culprit = next(value for value in values if not _is_texts(value))
    raise _refused(name, culprit, "no list of texts, nor what the library's own CSV makes of one")


def _is_texts(value: Any) -> bool:
    try:
        texts: tuple[Any, ...] = () if value is None else _cell(value) if isinstance(value, str) else tuple(value)
    except (TypeError, ValueError):
        return False
    return all(isinstance(text, str) for text in texts)


@lru_cache(10_000)
def _cell(text: str) -> tuple[str, ...]:
    from hillstone_ccc._core.cells import of_cell  # noqa: PLC0415 - brings along what reads files
    from hillstone_ccc._core.columns import Column, Kind  # noqa: PLC0415

    return tuple(of_cell(text, Column("", Kind.TEXTS)) or ())


_NUMBERS = (
    "ivr_time",
    "queue_time",
    "ring_time",
    "talk_time",
    "held_time",
    "transfer_count",
    "satisfaction_index",
)
_FORMS: Mapping[str, Callable[[str, list[Any]], list[Any]]] = {
    **dict.fromkeys(_NUMBERS, _each(_number, int, wanted="no whole number")),
    "satisfaction_survey_offered": _each(_flag, bool, wanted="neither true nor false"),
    **dict.fromkeys(("contact_type", "contact_disposition"), _each(_word, str, wanted="no word of the upstream's")),
    **dict.fromkeys(("calling_number", "called_number"), _each(_phone, str, wanted="no phone number", shown=False)),
    **dict.fromkeys(("agent_ids", "agent_names", "skill_group_ids", "skill_group_names"), _several),
}
