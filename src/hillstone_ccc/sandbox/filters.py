"""What can be asked of the list of calls: every filter of ListCallDetailRecords and of its V2.

Each filter is one line of a table that serves both kinds of calls the centre holds: generated ones, of which
it has columns of small codes, and those given to it one by one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from attrs import field, frozen

if TYPE_CHECKING:
    from hillstone_ccc.sandbox.call import Call

Test = Callable[[Any], bool]
"""Says of one value (a text, or a rating) whether it is wanted."""


def _texts(values: Iterable[str] | None) -> tuple[str, ...]:
    return tuple(values or ())


@frozen(kw_only=True)
class CallFilter:
    """Which calls, in which order. None and empty mean "not asked".

    Filters of different kinds are all met; of several values of one kind, one is enough.

    Attributes:
        start_ms: Earliest start, in ms; ``include_start`` says whether it belongs to the range.
        end_ms: Latest start, in ms; ``include_end`` says whether it belongs to the range.
        contact_types: Any spelling (``Back2Back``, ``BACK2BACK``, ``PRIVACY_DIAL``).
        agent_id: An agent who took part; ``first_agent_id`` the first one.
        number: Exact, on either side; ``number_part`` any part of a number on either side.
        satisfactions: ``"-2"`` not asked, ``"-1"`` asked and not answered, ``"3"``, ``">2"``, ``"<3"``.
        release_initiators: ``agent`` and ``customer``, in any case.
        media_type: ``AUDIO``, ``CHAT``, ``VIDEO``; None for all.
        descending: The exact reverse of ascending order.
        tie_salt: 0 orders equal start times by contact id; any other number shuffles them, each its own way.
    """

    start_ms: int | None = None
    end_ms: int | None = None
    include_start: bool = True
    include_end: bool = True
    contact_ids: tuple[str, ...] = field(default=(), converter=_texts)
    contact_types: tuple[str, ...] = field(default=(), converter=_texts)
    dispositions: tuple[str, ...] = field(default=(), converter=_texts)
    early_media_states: tuple[str, ...] = field(default=(), converter=_texts)
    agent_id: str | None = None
    first_agent_id: str | None = None
    skill_group_ids: tuple[str, ...] = field(default=(), converter=_texts)
    calling_number: str | None = None
    called_number: str | None = None
    number: str | None = None
    number_part: str | None = None
    broker: str | None = None
    satisfactions: tuple[str, ...] = field(default=(), converter=_texts)
    satisfaction_descriptions: tuple[str, ...] = field(default=(), converter=_texts)
    satisfaction_channel: str | None = None
    release_initiators: tuple[str, ...] = field(default=(), converter=_texts)
    media_type: str | None = None
    descending: bool = True
    tie_salt: int = 0


@frozen
class Clause:
    """One filter, ready to be asked.

    Attributes:
        columns: Columns of the generated calls; the filter is met if the value of one of them is.
        values: The same values of one call.
        wanted: Whether a value is wanted.
    """

    columns: tuple[str, ...]
    values: Callable[[Call], Iterable[Any]]
    wanted: Test


NOT_OFFERED, NOT_ANSWERED = -2, -1


def rating(call: Call) -> int:
    """The satisfaction of a call as one number: the key pressed, ``NOT_ANSWERED`` or ``NOT_OFFERED``."""
    if not call.satisfaction_offered:
        return NOT_OFFERED
    return NOT_ANSWERED if call.satisfaction_index is None else call.satisfaction_index


def _any_case(word: str) -> str:
    return word.replace("_", "").casefold()


def _one_of(words: tuple[str, ...]) -> Test:
    return frozenset[Any](words).__contains__


def _one_of_any_case(words: tuple[str, ...]) -> Test:
    keys = frozenset(map(_any_case, words))
    return lambda word: _any_case(word) in keys


def _same(text: str) -> Test:
    return lambda value: bool(value == text)


def _contains(part: str) -> Test:
    return lambda text: part in text


def _rated(texts: tuple[str, ...]) -> Test:
    """Ratings that meet one of ``texts``; a comparison speaks of answered surveys only.

    Raises:
        ValueError: One of them is neither a whole number nor a comparison with one.
    """
    ranges = [
        (1, int(text[1:]) - 1)
        if text[:1] == "<"
        else (max(1, int(text[1:]) + 1), 9)
        if text[:1] == ">"
        else (int(text), int(text))
        for text in texts
    ]
    return lambda value: any(low <= value <= high for low, high in ranges)


_TABLE: tuple[tuple[str, tuple[str, ...], Callable[[Call], Iterable[Any]], Callable[[Any], Test]], ...] = (
    ("contact_types", ("contact_type",), lambda call: (call.contact_type,), _one_of_any_case),
    ("dispositions", ("disposition",), lambda call: (call.disposition,), _one_of),
    ("early_media_states", ("early_media_state",), lambda call: (call.early_media_state,), _one_of),
    ("agent_id", ("first_agent", "second_agent", "third_agent"), lambda call: call.agents, _same),
    ("first_agent_id", ("first_agent",), lambda call: call.agents[:1], _same),
    (
        "skill_group_ids",
        ("first_group", "second_group", "third_group"),
        lambda call: call.skill_group_ids,
        _one_of,
    ),
    ("calling_number", ("calling_number",), lambda call: (call.calling_number,), _same),
    ("called_number", ("called_number",), lambda call: (call.called_number,), _same),
    (
        "number",
        ("calling_number", "called_number"),
        lambda call: (call.calling_number, call.called_number),
        _same,
    ),
    (
        "number_part",
        ("calling_number", "called_number"),
        lambda call: (call.calling_number, call.called_number),
        _contains,
    ),
    ("broker", ("broker",), lambda call: (call.broker,), _same),
    ("satisfactions", ("rating",), lambda call: (rating(call),), _rated),
    (
        "satisfaction_descriptions",
        ("satisfaction_description",),
        lambda call: (call.satisfaction_description,),
        _one_of,
    ),
    ("satisfaction_channel", ("satisfaction_channel",), lambda call: (call.satisfaction_channel,), _same),
    ("release_initiators", ("release_initiator",), lambda call: (call.release_initiator,), _one_of_any_case),
    ("media_type", ("media_type",), lambda call: (call.media_type,), _same),
)


def clauses(wanted: CallFilter) -> list[Clause]:
    """The clauses of a filter, all of which a call must meet; the range of time and the ids are apart.

    Raises:
        ValueError: A text of ``satisfactions`` cannot be read.
    """
    asked: list[tuple[Any, ...]] = [(getattr(wanted, name), *rest) for name, *rest in _TABLE]
    return [Clause(columns, values, test(value)) for value, columns, values, test in asked if value]


def meets(call: Call, wanted: CallFilter, asked: Iterable[Clause]) -> bool:
    """Whether one call meets a filter whose clauses are ``asked``."""
    start = call.start_time
    if wanted.start_ms is not None and start < wanted.start_ms + (not wanted.include_start):
        return False
    if wanted.end_ms is not None and start > wanted.end_ms - (not wanted.include_end):
        return False
    if wanted.contact_ids and call.contact_id not in wanted.contact_ids:
        return False
    return all(any(map(clause.wanted, clause.values(call))) for clause in asked)
