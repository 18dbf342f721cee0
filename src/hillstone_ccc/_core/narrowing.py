"""Which action answers a query, and how much of it: the table of filters.

Two actions list call records. Each has filters that the other has not, other names and encodings for those that
both have, and silently ignores what it does not know, so that a filter sent to the wrong one widens the answer.

ListCallDetailRecordsV2 is the default: V1 is frozen, and only V2 tells of transfers and off-site work. V1 has
one thing that V2 has not, ``Criteria``: part of a number on either side (V2's ``Number`` may mean the same, which
is not documented). So V1 answers where a number is known in part, if it understands every other filter that is
given; otherwise V2 does, without that number. What the chosen action cannot tell apart is kept or dropped here,
row by row.

Whole numbers are trusted to the actions. That both compare them exactly is inferred for V1 and not stated for V2.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import attrs

from .flow import Flow, Session
from .names import agents_named, skill_groups_named
from .numbers import UNKNOWN, NumberTest, longest_literal, pattern
from .operation import LIST_CALL_DETAIL_RECORDS, LIST_CALL_DETAIL_RECORDS_V2, Listed, Operation
from .query import CallRecordQuery
from .records import CallRecord
from .vocabulary import SatisfactionChannel

RowTest = Callable[[CallRecord], bool]


def _anything(_: Any) -> bool:
    return True


def _as_it_is(value: Any) -> Any:
    return value


def _only_one(values: tuple[str, ...]) -> bool:
    return len(values) == 1


def _the_one(values: tuple[str, ...]) -> str:
    return values[0]


def _is_whole(text: str) -> bool:
    return UNKNOWN not in text


def _keys_pressed(texts: tuple[str, ...]) -> bool:
    return all(text.isdigit() and int(text) > 0 for text in texts)


def _of_a_call(channel: SatisfactionChannel) -> bool:
    return channel != SatisfactionChannel.CHAT


@attrs.frozen
class Way:
    """How a filter reaches an action.

    Attributes:
        argument: The argument of the operation that carries it.
        understands: Whether the action knows what this value means.
        form: The value as that argument takes it.
    """

    argument: str
    understands: Callable[[Any], bool] = _anything
    form: Callable[[Any], Any] = _as_it_is


_WAYS_TO_BOTH: Mapping[str, Way] = {
    "calling_number": Way("calling_number", _is_whole),
    "called_number": Way("called_number", _is_whole),
    "contact_types": Way("contact_types"),
    "dispositions": Way("dispositions"),
    "early_media_states": Way("early_media_states"),
    "satisfaction_descriptions": Way("satisfaction_descriptions"),
}
WAYS_TO_V1: Mapping[str, Way] = {
    **_WAYS_TO_BOTH,
    # No contact ids: V1's ContactId makes every other filter void, and the time range too. No media type: V1 neither
    # filters by it nor tells it; that it lists voice alone is likely and not documented.
    "number": Way("number_part", _is_whole),
    "skill_group_ids": Way("skill_group_id", _only_one, _the_one),
    # -1, -2 and comparisons are documented for V2's SatisfactionRateList alone.
    "satisfactions": Way("satisfactions", _keys_pressed),
    "satisfaction_survey_channel": Way("satisfaction_survey_channel", _of_a_call),
}
"""Filter of the query → how it reaches ListCallDetailRecords."""

WAYS_TO_V2: Mapping[str, Way] = {
    **_WAYS_TO_BOTH,
    "contact_ids": Way("contact_ids"),
    "skill_group_ids": Way("skill_group_ids"),
    "satisfactions": Way("satisfactions"),
    "satisfaction_survey_channel": Way("satisfaction_survey_channel"),
    "media_type": Way("media_type"),
}
"""Filter of the query → how it reaches ListCallDetailRecordsV2."""

FILTERS = tuple(dict.fromkeys([*WAYS_TO_V1, *WAYS_TO_V2]))
"""Every filter but the range, the agents and the order, which the search adds to either action alike."""

_EVERY_MEDIA_TYPE = "ALL"


@attrs.frozen
class Narrowed:
    """The listing that comes nearest to a query.

    Attributes:
        operation: The action.
        arguments: Its arguments but for range, agent, order, page and size.
        keep: Which of its rows are meant; None if all are, so that the upstream's total is the count.
    """

    operation: Operation[Listed[CallRecord]]
    arguments: Mapping[str, Any]
    keep: RowTest | None = None


def narrowed(session: Session, query: CallRecordQuery) -> Flow[tuple[Narrowed, ...]]:
    """The listings that together hold all that is meant; none if nothing can match.

    One an agent, since the upstream filters by one; one in all if no agent is named. Names are looked up first.

    Raises:
        AgentNotFoundError: Nobody bears one of the names.
        SkillGroupNotFoundError: No skill group bears one of the names.
    """
    agents = yield from _agents(session, query)
    groups = yield from _skill_groups(session, query)
    if agents == () or groups == ():
        return ()
    listing = narrow(query, groups)
    if agents is None:
        return (listing,)
    return tuple(attrs.evolve(listing, arguments={**listing.arguments, "agent_id": one}) for one in agents)


def _agents(session: Session, query: CallRecordQuery) -> Flow[tuple[str, ...] | None]:
    """The ids of the agents that are meant; None for all."""
    if query.agent_names is None:
        return _both(query.agent_ids, None)
    found: list[str] = []
    for name in query.agent_names:
        agents = yield from agents_named(session, name, exact=query.exact_names)
        found += [agent.user_id for agent in agents]
    return _both(query.agent_ids, tuple(found))


def _skill_groups(session: Session, query: CallRecordQuery) -> Flow[tuple[str, ...] | None]:
    """The ids of the skill groups that are meant; None for all."""
    if query.skill_group_names is None:
        return _both(query.skill_group_ids, None)
    found: list[str] = []
    for name in query.skill_group_names:
        found += [
            group.skill_group_id for group in (yield from skill_groups_named(session, name, exact=query.exact_names))
        ]
    return _both(query.skill_group_ids, tuple(found))


def _both(ids: Any, named: tuple[str, ...] | None) -> tuple[str, ...] | None:
    """Ids that meet a filter by id and one by name; None where neither is given."""
    if ids is None or named is None:
        meant = named if ids is None else ids
        return None if meant is None else tuple(dict.fromkeys(meant))
    return tuple(one for one in dict.fromkeys(ids) if one in named)


def narrow(query: CallRecordQuery, skill_group_ids: tuple[str, ...] | None) -> Narrowed:
    """The listing that comes nearest to a query and holds all that is meant.

    Args:
        query: What is meant.
        skill_group_ids: What its skill groups' ids and names come to; None for all groups, and never empty.
    """
    told: dict[str, Any] = {name: getattr(query, name) for name in FILTERS} | {"skill_group_ids": skill_group_ids}
    told = {name: value for name, value in told.items() if value is not None}
    numbers = {name: told[name] for name in _SIDES if name in told}
    partial = {name: text for name, text in numbers.items() if name == "number" or not _is_whole(text)}
    others = {name: value for name, value in told.items() if name not in partial}
    part = max(map(longest_literal, partial.values()), key=len, default="")
    if any(map(str.isdigit, part)) and _understood(others, WAYS_TO_V1):
        arguments = _arguments(others, WAYS_TO_V1) | {"number_part": part}
        enough = partial == {"number": part}
        return Narrowed(LIST_CALL_DETAIL_RECORDS, arguments, None if enough else _with(numbers))
    arguments = {"media_type": _EVERY_MEDIA_TYPE} | _arguments(others, WAYS_TO_V2)
    return Narrowed(LIST_CALL_DETAIL_RECORDS_V2, arguments, _with(numbers) if partial else None)


def _understood(told: Mapping[str, Any], ways: Mapping[str, Way]) -> bool:
    return all(name in ways and ways[name].understands(value) for name, value in told.items())


def _arguments(told: Mapping[str, Any], ways: Mapping[str, Way]) -> dict[str, Any]:
    return {ways[name].argument: ways[name].form(value) for name, value in told.items()}


def _on_either_side(matches: NumberTest) -> RowTest:
    return lambda row: matches(row.calling_number) or matches(row.called_number)


def _calling(matches: NumberTest) -> RowTest:
    return lambda row: matches(row.calling_number)


def _called(matches: NumberTest) -> RowTest:
    return lambda row: matches(row.called_number)


_SIDES: Mapping[str, Callable[[NumberTest], RowTest]] = {
    "calling_number": _calling,
    "called_number": _called,
    "number": _on_either_side,
}


def _with(numbers: Mapping[str, str]) -> RowTest:
    """Which rows have the numbers that are told."""
    tests = [_SIDES[name](pattern(text, whole=name != "number")) for name, text in numbers.items()]
    return lambda row: all(test(row) for test in tests)
