"""Models as plain data: what JSON can hold."""

from __future__ import annotations

from datetime import datetime
from typing import Any, cast

import attrs

_PLAIN = frozenset({type(None), str, int, bool})  # what most values are, told at a glance


def as_json(value: Any) -> Any:
    """A model, or anything in one, as JSON types: times are ISO 8601 with their offset, to the millisecond."""
    kind = cast("Any", type(value))
    if kind in _PLAIN:
        return value
    if attrs.has(kind):
        return {field.name: as_json(getattr(value, field.name)) for field in attrs.fields(kind)}
    if isinstance(value, datetime):
        return value.isoformat(timespec="milliseconds")
    if isinstance(value, (tuple, list)):
        return [as_json(one) for one in cast("list[Any]", value)]
    return value
