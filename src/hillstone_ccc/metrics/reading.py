"""Calls, in whatever form they come, to the facts that the formulas stand on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import tzinfo
from itertools import islice, repeat
from typing import Any, TypeAlias, cast

from hillstone_ccc import CallDetail, CallRecord, InvalidQueryError
from hillstone_ccc._settings import as_zone

from .events import told_by_events
from .facts import CallFacts, Facts, Fields, facts_of
from .frames import Columns, Frame, columns_of, moments_of, values_of

Calls: TypeAlias = Iterable[CallRecord] | Iterable[CallDetail] | Iterable[CallRecord | CallDetail] | Facts | Frame
"""What every formula takes; see :func:`read`."""

_EMPTY = Fields()
_COUNTED = {
    "ivr": "ivr_time",
    "waited": "queue_time or ring_time",
    "talked": "talk_time",
    "held": "held_time",
    "transfers": "transfer_count",
    "rating": "satisfaction_index",
}
"""Facts that are counted up → the fields that they are read off."""
_LARGEST = 2**53  # what floats tell exactly
_NAMES = {"agent_ids": "agent_names", "skill_group_ids": "skill_group_names"}
"""Fields of ids → of names, which are read along where they are there."""


def read(calls: Calls, fields: Iterable[str] | None = None, *, timezone: str | tzinfo | None = None) -> Facts:
    """The facts of calls. Every formula does this by itself; do it once where many formulas are asked.

    Args:
        calls: Call records in any iterable, such as a list or :class:`Results`; details, whose events tell more; or a
            frame of call records: a DataFrame of pandas or polars, a Table of pyarrow, with columns named as the
            fields of :class:`CallRecord`; whole numbers and flags may be floats or text there. Facts are taken as they
            are. Of a search that is awaited give what its ``to_list()`` gave.
        fields: Names of the fields to read. If None, all that the formulas use, as far as a frame has them.
        timezone: The zone in which hours and days are meant. If None, that of the times.

    Raises:
        InvalidQueryError: A frame lacks one of those fields, holds what cannot be read as such, or its times have no
            zone; or a number is too large for a duration or a count.
        ConfigurationError: There is no zone of that name.
        TypeError: Those are no calls.
    """
    wanted = tuple(Fields._fields if fields is None else fields)
    if isinstance(calls, Facts):
        facts = calls
    elif (columns := columns_of(calls)) is not None:
        facts = _read_frame(columns, wanted)
    elif isinstance(calls, Iterable):
        facts = _read_calls(cast("Iterable[object]", calls), wanted)
    else:
        advice = "; await its to_list() and give that" if hasattr(calls, "__aiter__") else ""
        raise TypeError(f"{type(calls).__name__} holds no calls{advice}.")
    if fields is not None:
        facts.need(*wanted)
    return facts if timezone is None else facts.in_zone(as_zone(timezone))


def _read_calls(calls: Iterable[object], wanted: Sequence[str]) -> Facts:
    """Call by call, so that a search is not held in memory."""
    names = _with_names(wanted)
    zones: set[tzinfo] = set()
    called: dict[str, set[Any]] = {ids: set() for ids in _NAMES}
    found: list[CallFacts] = []
    for call in calls:
        if not isinstance(call, (CallRecord, CallDetail)):
            advice = (
                " Some of the facts that were read are given as facts.of(…)." if isinstance(call, CallFacts) else ""
            )
            raise TypeError(f"{type(call).__name__} is neither a call record nor a call's details.{advice}")
        values = {name: _value(call, name) for name in names}
        if "start_time" in values:
            (values["start_time"],), its_zones = moments_of("start_time", (values["start_time"],))
            zones |= its_zones
        fields = Fields(**values)
        for ids, pairs in called.items():
            pairs.add((getattr(fields, ids), getattr(fields, _NAMES[ids])))
        found.append(facts_of(fields, told_by_events(call)) if isinstance(call, CallDetail) else facts_of(fields))
    return _facts(found, names, zones, called)


def _value(call: CallRecord | CallDetail, name: str) -> Any:
    """A field of a call; of details, the row's where there is a row, since it tells more."""
    if isinstance(call, CallRecord):
        return getattr(call, name)
    empty = getattr(_EMPTY, name)
    told = (getattr(one, name, empty) for one in (call.record, call) if one is not None)
    return next((value for value in told if value is not None and value != empty), empty)


def _read_frame(columns: Columns, wanted: Sequence[str]) -> Facts:
    """Column by column, those alone that are wanted."""
    names = [name for name in _with_names(wanted) if name in columns.names]
    zones: set[tzinfo] = set()
    values: dict[str, Iterable[Any]] = {name: repeat(empty) for name, empty in _EMPTY._asdict().items()}
    for name in names:
        if name == "start_time":
            values[name], zones = columns.moments(name)
        else:
            values[name] = values_of(columns, name)
    rows = islice(zip(*values.values(), strict=False), columns.rows)
    found = [facts_of(Fields._make(row)) for row in rows]
    called = {ids: set(islice(zip(values[ids], values[_NAMES[ids]], strict=False), columns.rows)) for ids in _NAMES}
    return _facts(found, names, zones, called)


def _with_names(wanted: Sequence[str]) -> list[str]:
    return list(dict.fromkeys((*wanted, *(_NAMES[name] for name in wanted if name in _NAMES))))


def _facts(
    calls: Sequence[CallFacts], names: Iterable[str], zones: set[tzinfo], called: Mapping[str, set[Any]]
) -> Facts:
    _check_sizes(calls)
    zone = zones.pop() if len(zones) == 1 else None
    agents, groups = (_named(called[ids]) for ids in _NAMES)
    return Facts(calls, frozenset(names), zone, agents, groups)


def _check_sizes(calls: Sequence[CallFacts]) -> None:
    """Raises where a number is so large that sums of it fit into no column of a frame, nor into a picture."""
    for fact, field in _COUNTED.items():
        place = CallFacts._fields.index(fact)
        told = [cast("int", call[place]) for call in calls if call[place]]
        for far in (max(told, default=0), min(told, default=0)):
            if abs(far) > _LARGEST:
                raise InvalidQueryError(f"{field} holds {far}, which is too large for a duration or a count.")


def _named(pairs: Iterable[tuple[tuple[str, ...], tuple[str, ...]]]) -> dict[str, str]:
    """Id → name, where each id has a name beside it; of several names of one the last by their letters."""
    found = {pair for ids, names in pairs if len(ids) == len(names) for pair in zip(ids, names, strict=True)}
    return dict(sorted(found))
