"""Records made again of plain data that they were written as."""

from __future__ import annotations

from datetime import datetime, tzinfo
from functools import lru_cache
from typing import Any, TypeVar

import cattrs
from cattrs.errors import ForbiddenExtraKeysError

from .vocabulary import OpenEnum

T = TypeVar("T")


def restored(model: type[T], row: dict[str, Any], zone: tzinfo) -> T:
    """The model that :func:`~.plain.as_json` made this of, its times told in the zone; null and left out is empty.

    Raises:
        ValueError: It is no such row; so TypeError and KeyError.
    """
    try:
        return _reader(zone).structure({name: value for name, value in row.items() if value is not None}, model)
    except ForbiddenExtraKeysError as error:
        raise ValueError(f"unknown: {', '.join(sorted(error.extra_fields))}") from error


@lru_cache(maxsize=16)
def _reader(zone: tzinfo) -> cattrs.Converter:
    reader = cattrs.Converter(detailed_validation=False, forbid_extra_keys=True)
    reader.register_structure_hook(datetime, lambda text, _: datetime.fromisoformat(text).astimezone(zone))
    for kind in (str, int, bool):
        reader.register_structure_hook(kind, _as_it_is)
    reader.register_structure_hook(OpenEnum, lambda text, kind: kind(_as_it_is(text, str)))
    return reader


def _as_it_is(value: Any, kind: type[Any]) -> Any:
    """The value, which nothing is made of: a flag is no number, and a number no text."""
    if type(value) is not kind:
        raise TypeError(f"{kind.__name__} was expected, not {type(value).__name__}")
    return value
