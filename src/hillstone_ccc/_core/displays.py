"""What a notebook shows of what users hold: tables, whose phone numbers are masked unless whole ones are asked for.

Which fields are numbers, which are text of people, and which are nobody's business, the models' reprs say already
(:mod:`.fields`). The heads are the attributes' names: what a reader writes to get at the value, in any language.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any, cast

import attrs

from .details import CallDetail
from .events import CallEvent
from .fields import number
from .markup import Cell, escaped, folded, listing, pairs, paragraph, stretch
from .page import Page
from .redact import for_people, mask_number, without_secrets

# A list has room for what tells its rows apart.
COLUMNS = {
    "CallRecord": (
        "contact_id",
        "start_time",
        "contact_type",
        "contact_disposition",
        "calling_number",
        "called_number",
        "agent_names",
        "talk_time",
        "recording_ready",
    ),
    "Agent": ("user_id", "display_name", "display_id", "role_name", "work_mode", "mobile"),
    "SkillGroup": ("skill_group_id", "skill_group_name", "media_type", "user_count", "phone_number_count"),
}
# Ids that are digits alone may look like numbers, and whoever reads one looks the call up by it.
_IDS = frozenset({"contact_id", "instance_id", "request_id", "call_ids"})
_NO_DURATION = "first_response_time"  # its unit is not documented
_APART = frozenset({"record", "transfers", "missing", "agent_events", "customer_events", "queue_events", "ivr_events"})


def html_of(thing: Any, *, numbers: bool = False) -> str:
    """A page, a record, an agent or any other model as HTML.

    Args:
        thing: What is shown.
        numbers: Whether phone numbers are whole.
    """
    if isinstance(thing, Page):
        page = cast("Page[Any]", thing)
        return rows_html(page.items, (page.page - 1) * page.size, page.total, numbers=numbers)
    if isinstance(thing, CallDetail):
        return _detail(thing, numbers=numbers)
    return _pairs(type(thing).__name__, _fields(thing), thing, numbers=numbers)


def rows_html(rows: Sequence[Any], before: int, total: int | None, *, numbers: bool = False) -> str:
    """Rows of a search as a table.

    Args:
        rows: The rows.
        before: How many of the search come before them.
        total: How many it has in all; None if only a long walk could tell.
        numbers: Whether phone numbers are whole.
    """
    of = "more than can be counted at a glance: count() tells" if total is None else f"{total:,}"
    if not rows:
        return paragraph(f"0 of {of}")
    kind = cast("type[Any]", type(rows[0]))
    told = f"{kind.__name__} {before + 1:,}–{before + len(rows):,} of {of}"
    if not attrs.has(kind):
        return listing(told, [kind.__name__], ([_cell(row, numbers=numbers)] for row in rows))
    fields = {field.name: field for field in _fields(rows[0])}
    wanted = [fields[name] for name in COLUMNS.get(kind.__name__, tuple(fields))]
    return _listing(told + _zone(rows), wanted, rows, numbers=numbers)


def _detail(detail: CallDetail, *, numbers: bool) -> str:
    of_detail = [field for field in _fields(detail) if field.name not in _APART]
    shown = [_pairs(type(detail).__name__, of_detail, detail, numbers=numbers)]
    if detail.events:
        shown.append(_events(detail.events, numbers=numbers))
    if detail.transfers:
        shown.append(
            _listing(
                f"transfers{_zone(detail.transfers, 'time')}",
                _fields(detail.transfers[0]),
                detail.transfers,
                numbers=numbers,
            )
        )
    if detail.missing:
        shown.append(_listing("missing", _fields(detail.missing[0]), detail.missing, numbers=numbers))
    if detail.record is not None:
        row: Any = detail.record
        told = {field.name: getattr(detail, field.name) for field in of_detail}
        # Also what both tell, each in its own way.
        others = [one for one in _fields(row) if told.get(one.name) != getattr(row, one.name)]
        shown.append(folded("record", _pairs(type(row).__name__, others, row, numbers=numbers)))
    return "".join(shown)


def _events(events: Sequence[CallEvent], *, numbers: bool) -> str:
    """The time line: each event with how long after the first it was, and where that is on a line to scale."""
    times = [event.time.timestamp() for event in events if event.time is not None]
    begin = min(times, default=0.0)
    end = max((time + (event.duration or 0) for time, event in zip(times, events, strict=False)), default=0.0)
    whole = max(end - begin, 1.0)
    rows: list[list[Cell]] = []
    for event in events:
        whose = event.party_id if event.party != "customer" or numbers else mask_number(event.party_id)
        line, after = "", Cell()
        if event.time is not None:
            since = event.time.timestamp() - begin
            line, after = (
                stretch(since / whole, (event.duration or 0) / whole),
                Cell(f"+{_talked(int(since))}", right=True),
            )
        told = (event.name, event.party, event.party_name, whose)
        rows.append(
            [
                _cell(event.time, numbers=numbers),
                after,
                *(_cell(one, numbers=numbers) for one in told),
                _seconds(event.duration),
                Cell(line),
            ]
        )
    head = ["time", "after", "name", "party", "party_name", "party_id", "duration", "line"]
    return listing(f"events{_zone(events, 'time')}", head, rows)


def _fields(model: Any) -> list[attrs.Attribute[Any]]:
    return [field for field in attrs.fields(cast("type[Any]", type(model))) if field.repr is not False]


def _pairs(caption: str, fields: Iterable[attrs.Attribute[Any]], model: Any, *, numbers: bool) -> str:
    cells = ((field.name, _of(field, model, numbers=numbers)) for field in fields)
    return pairs(caption + _zone([model]), (one for one in cells if one[1].html))


def _listing(caption: str, fields: Sequence[attrs.Attribute[Any]], rows: Sequence[Any], *, numbers: bool) -> str:
    """A table of rows, without the columns that hold nothing."""
    lines = [[_of(field, row, numbers=numbers) for field in fields] for row in rows]
    kept = [place for place in range(len(fields)) if any(line[place].html for line in lines)]
    return listing(caption, [fields[place].name for place in kept], ([line[place] for place in kept] for line in lines))


def _of(field: attrs.Attribute[Any], model: Any, *, numbers: bool) -> Cell:
    value: Any = getattr(model, field.name)
    how: Any = field.repr
    if how is number and not numbers:
        value = _masked(value)
    if type(value) is int and field.name.endswith(("_time", "duration")) and field.name != _NO_DURATION:
        return _seconds(value)
    return _cell(value, numbers=numbers, an_id=field.name in _IDS)


def _masked(value: Any) -> Any:
    """A phone number, or several, as people may see them."""
    return tuple(map(mask_number, cast("tuple[str, ...]", value))) if isinstance(value, tuple) else mask_number(value)


def _cell(value: Any, *, numbers: bool, an_id: bool = False) -> Cell:
    if isinstance(value, datetime):
        shown = " ".join(
            f'<span style="white-space:nowrap">{half}</span>' for half in f"{value:%Y-%m-%d %H:%M:%S}".split()
        )
        return Cell(f'<time datetime="{escaped(value.isoformat())}">{shown}</time>')
    if type(value) is int:
        return Cell(f"{value:,}", right=True)
    clean: Callable[[str], str] = str if an_id else without_secrets if numbers else for_people
    return Cell(escaped(clean(_text(value, numbers=numbers))))


def _text(value: Any, *, numbers: bool) -> str:
    """A value as text: of what has fields of its own, those that hold something."""
    if value is None:
        return ""
    if isinstance(value, (tuple, list)):
        of = cast("Sequence[Any]", value)
        return ("; " if any(map(_has_fields, of)) else ", ").join(_text(one, numbers=numbers) for one in of)
    if not _has_fields(value):
        return str(value)
    told: list[str] = []
    for field in _fields(value):
        inner: Any = getattr(value, field.name)
        text = _text(_masked(inner) if field.repr is number and not numbers else inner, numbers=numbers)
        if text:
            told.append(f"{field.name}: {text}")
    return ", ".join(told)


def _has_fields(value: Any) -> bool:
    return attrs.has(cast("type[Any]", type(value)))


def _seconds(value: int | None) -> Cell:
    return Cell() if value is None else Cell(f'<span title="{value} s">{_talked(value)}</span>', right=True)


def _talked(seconds: int) -> str:
    """Seconds as ``1:34`` or ``1:02:03``."""
    minutes, rest = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def _zone(rows: Iterable[Any], field: str = "start_time") -> str:
    """The zone that times are told in, if there are any."""
    times: Iterable[Any] = (getattr(row, field, None) for row in rows)
    return next((f" · {time.tzinfo}" for time in times if isinstance(time, datetime)), "")
