"""How the files of many recordings are named: a template over the fields of calls, that never leads out."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime, timezone
from string import Formatter
from typing import Any

import attrs

from .errors import InvalidQueryError
from .file_names import STANDARD_LAYOUT, safe_word, suffix_of
from .readiness import Told
from .source import Source

_UNDATED = "undated"
_NONE = "none"
_DEEPEST = 16
_NO_PATH = re.compile(r"[\\\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_SOME_TIME = datetime(2026, 1, 2, 3, 4, 5, tzinfo=timezone.utc)


def _joined(field: str) -> Callable[[Told], str]:
    return lambda call: "+".join(getattr(call, field))


def _text(field: str) -> Callable[[Told], str]:
    return lambda call: str(getattr(call, field) or "")


_OF_CALLS: Mapping[str, Callable[[Told], str]] = {
    "agent": _joined("agent_names"),
    "agent_id": _joined("agent_ids"),
    "skill_group": _joined("skill_group_names"),
    "calling_number": _text("calling_number"),
    "called_number": _text("called_number"),
    "type": _text("contact_type"),
    "disposition": _text("contact_disposition"),
}
_OF_FILES = ("contact_id", "track", "suffix", "file_name")
FIELDS = (*_OF_FILES, "start", *_OF_CALLS)
"""What a template may hold between braces."""


@attrs.frozen
class Layout:
    """A template, checked.

    Attributes:
        template: Text with fields between braces, parts of the path between ``/``.
    """

    template: str = attrs.field(default=STANDARD_LAYOUT)
    _parts: tuple[tuple[str, str | None, str], ...] = attrs.field(init=False, repr=False, eq=False)

    def __attrs_post_init__(self) -> None:
        object.__setattr__(self, "_parts", _parsed(self.template))
        names = self._filled(dict.fromkeys(FIELDS, "x"), _SOME_TIME)
        if any(name.strip(" ") in ("", ".", "..") for name in names) or len(names) > _DEEPEST:
            raise _wrong(
                self.template,
                "it is no path below the directory, each part with a name",
            )

    @property
    def needs_call(self) -> bool:
        """Whether the id and the file alone do not tell the name."""
        return any(field is not None and field not in _OF_FILES for _, field, _ in self._parts)

    def path(self, source: Source, call: Told | None) -> tuple[str, ...]:
        """The parts of a recording's path below the directory: each a name that is safe to write."""
        name = source.link.file_name or ""
        values = {
            "contact_id": safe_word(source.contact_id, _NONE),
            "track": source.track,
            "suffix": suffix_of(name),
            "file_name": safe_word(name, source.contact_id),
        }
        for field, tell in _OF_CALLS.items():
            values[field] = safe_word(tell(call) if call is not None else "", _NONE)
        names = self._filled(values, None if call is None else call.start_time)
        return tuple(safe_word(name, _NONE) for name in names)

    def _filled(self, values: Mapping[str, str], start: datetime | None) -> list[str]:
        told: list[str] = []
        for text, field, form in self._parts:
            told.append(text)
            if field == "start":
                told.append(_UNDATED if start is None else start.strftime(form or "%Y-%m-%d %H.%M.%S"))
            elif field is not None:
                told.append(values[field])
        return "".join(told).split("/")


def _parsed(template: Any) -> tuple[tuple[str, str | None, str], ...]:
    """Texts, each with the field that follows it and that field's form."""
    if not isinstance(template, str):
        raise _wrong(template, "it must be text")
    if _NO_PATH.search(template):
        raise _wrong(template, "no part of a path holds a backslash or control characters; / stands between parts")
    try:
        pieces = list(Formatter().parse(template))
        for _, field, form, conversion in pieces:
            if field is None:
                continue
            if field not in FIELDS or conversion is not None or (form and field != "start"):
                raise _wrong(
                    template, f"between braces may stand {', '.join(FIELDS)}; only start takes a form, of strftime"
                )
            if form and _NO_PATH.search(_SOME_TIME.strftime(form)):
                raise _wrong(template, "the form of start gives a time no path can hold")
    except InvalidQueryError:
        raise
    except ValueError as error:
        raise _wrong(template, str(error)) from error
    return tuple((text, field, form or "") for text, field, form, _ in pieces)


def _wrong(template: object, why: str) -> InvalidQueryError:
    return InvalidQueryError(f"layout: {template!r} is none: {why}. The usual one is {STANDARD_LAYOUT!r}.")
