"""From what is searched for to listings that the upstream can answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import tzinfo
from typing import Any, Generic, Protocol, TypeVar

import attrs

from .agents import Agent, SkillGroup
from .errors import AgentNotFoundError, InvalidQueryError, UnsupportedError
from .flow import Flow, Session, call, now
from .moments import to_milliseconds
from .operation import LIST_CALL_DETAIL_RECORDS_V2, LIST_SKILL_GROUPS, LIST_USERS, Listed, Operation
from .query import CallRecordQuery
from .records import CallRecord
from .vocabulary import MediaType

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)

LAST_PAGE = 100
LARGEST_PAGE = 100
WINDOW = LAST_PAGE * LARGEST_PAGE
"""Rows the upstream can list of one part: 100 pages of 100."""


def _every_row(_: object) -> bool:
    return True


def _is_text(_: object, argument: attrs.Attribute[Any], value: object) -> None:
    if not isinstance(value, str):
        raise InvalidQueryError(f"{argument.name} must be text, not {type(value).__name__}.")


@attrs.frozen
class Part(Generic[T]):
    """One listing that the upstream can answer, page by page.

    Attributes:
        operation: The action.
        arguments: Its arguments but for page and size.
        keep: Which rows belong: a part may ask for a little more than is meant.
    """

    operation: Operation[Listed[T]]
    arguments: Mapping[str, Any]
    keep: Callable[[T], bool] = _every_row


@attrs.frozen
class Plan(Generic[T]):
    """How a search is asked.

    Attributes:
        walked: Parts that together hold every row that is meant, whatever the upstream's bounds mean.
        counted: Parts whose totals add up to the count, if the upstream's bounds are inclusive (not documented).
    """

    walked: tuple[Part[T], ...]
    counted: tuple[Part[T], ...]


class Search(Protocol[T_co]):
    """Something that can be walked."""

    def plan(self, session: Session) -> Flow[Plan[Any]]:
        """How to ask for it; looks up what must be known first."""
        ...

    def identity(self, row: Any) -> str:
        """What makes a row the same row when it comes twice."""
        ...


def list_page(session: Session, part: Part[T], page: int, size: int) -> Flow[Listed[T]]:
    """One page of a part; its total is None where the upstream's number means nothing."""
    listed = yield from call(session, part.operation, **part.arguments, page=page, size=size)
    if part.operation.totals_on_first_page_only and page != 1:
        return Listed(listed.rows, None)
    return listed


@attrs.frozen
class CallRecordSearch:
    """A search for call records.

    Attributes:
        query: What is meant.
        zone: The client's zone.
    """

    query: CallRecordQuery
    zone: tzinfo

    def identity(self, row: CallRecord) -> str:
        """A call is its contact id."""
        return row.contact_id

    def plan(self, session: Session) -> Flow[Plan[CallRecord]]:
        """One listing by ListCallDetailRecordsV2, both bounds always sent: without them only today would answer.

        Whether the upstream's bounds are inclusive is not documented. So the walk asks for a millisecond more
        before the start, and up to the end itself, and drops what does not belong.
        """
        reply = yield from now()
        start, end = self.query.bounds(reply.wall, self.zone)
        agents = yield from self._agents(session)
        if start == end or agents == ():
            return Plan((), ())
        arguments = self._arguments(agents[0] if agents else None)

        def belongs(row: CallRecord) -> bool:
            return row.start_time is None or start <= to_milliseconds(row.start_time) < end

        operation = LIST_CALL_DETAIL_RECORDS_V2
        walked = Part(operation, {**arguments, "start": max(0, start - 1), "end": end}, belongs)
        counted = Part(operation, {**arguments, "start": start, "end": end - 1}, belongs)
        return Plan((walked,), (counted,))

    def _arguments(self, agent_id: str | None) -> dict[str, Any]:
        query = self.query
        for argument in ("calling_number", "called_number"):
            if "*" in (getattr(query, argument) or ""):
                raise UnsupportedError(f"{argument}: numbers with * cannot be searched for yet; give the whole number.")
        return {
            "media_type": query.media_type or "ALL",
            "agent_id": agent_id,
            "calling_number": query.calling_number,
            "called_number": query.called_number,
            "contact_ids": query.contact_ids,
            "contact_types": query.contact_types,
            "dispositions": query.dispositions,
            "early_media_states": query.early_media_states,
            "skill_group_ids": query.skill_group_ids,
            "satisfactions": query.satisfactions,
            "satisfaction_descriptions": query.satisfaction_descriptions,
            "satisfaction_survey_channel": query.satisfaction_survey_channel,
            "order": query.order.upper(),
        }

    def _agents(self, session: Session) -> Flow[tuple[str, ...] | None]:
        """The ids of the agents that are meant: None for all, at most one that the upstream can filter by."""
        if self.query.agent_ids is None and self.query.agent_names is None:
            return None
        named: list[str] = []
        for name in self.query.agent_names or ():
            named += [agent.user_id for agent in (yield from agents_named(session, name))]
        meant = tuple(self.query.agent_ids or dict.fromkeys(named))
        if self.query.agent_ids and self.query.agent_names:
            meant = tuple(one for one in meant if one in named)
        if len(meant) > 1:
            raise UnsupportedError(
                f"The search means {len(meant)} agents ({', '.join(meant)}), and the upstream filters by one.",
                advice="Search for them one by one, by agent_ids.",
            )
        return meant


@attrs.frozen
class AgentSearch:
    """A search for agents.

    Attributes:
        name_pattern: Part of a login or display name; empty for all.
        skill_group_id: Only members of this group.
    """

    name_pattern: str = attrs.field(default="", validator=_is_text)
    skill_group_id: str | None = attrs.field(default=None, validator=attrs.validators.optional(_is_text))

    def identity(self, row: Agent) -> str:
        """An agent is its user id."""
        return row.user_id

    def plan(self, session: Session) -> Flow[Plan[Agent]]:  # noqa: ARG002 - nothing to look up
        """One listing by ListUsers."""
        arguments = {"name_pattern": self.name_pattern or None, "skill_group_id": self.skill_group_id}
        yield from ()
        parts = (Part(LIST_USERS, arguments),)
        return Plan(parts, parts)


@attrs.frozen
class SkillGroupSearch:
    """A search for skill groups.

    Attributes:
        name_pattern: Part of a name; empty for all.
        media_type: Only groups of this kind; all kinds if None.
    """

    name_pattern: str = attrs.field(default="", validator=_is_text)
    media_type: MediaType | None = None

    def identity(self, row: SkillGroup) -> str:
        """A skill group is its id."""
        return row.skill_group_id

    def plan(self, session: Session) -> Flow[Plan[SkillGroup]]:  # noqa: ARG002 - nothing to look up
        """One listing by ListSkillGroups a kind of contact: unasked, the upstream lists voice groups only."""
        kinds = (self.media_type,) if self.media_type else tuple(MediaType)
        yield from ()
        parts = tuple(
            Part(LIST_SKILL_GROUPS, {"name_pattern": self.name_pattern or None, "media_type": kind}) for kind in kinds
        )
        return Plan(parts, parts)


def agents_named(session: Session, name: str) -> Flow[list[Agent]]:
    """The agents meant by a display name: all whose name equals it, or else all whose name contains it.

    Raises:
        AgentNotFoundError: There is neither; with the names nearest to it.
    """
    name = name.strip()
    found = yield from _agents(session, name)
    meant = [agent for agent in found if agent.display_name == name] or [
        agent for agent in found if name in (agent.display_name or "")
    ]
    if meant:
        return meant
    every = yield from _agents(session, "")
    names = sorted({agent.display_name for agent in every if agent.display_name})
    from difflib import get_close_matches  # noqa: PLC0415 - seldom needed

    near = tuple(get_close_matches(name, names, n=5, cutoff=0.3))
    hint = f"Near names: {', '.join(near)}." if near else "No name comes near it."
    raise AgentNotFoundError(f"No agent is named {name!r}.", name=name, suggestions=near, advice=hint)


def _agents(session: Session, pattern: str) -> Flow[list[Agent]]:
    part = Part(LIST_USERS, {"name_pattern": pattern or None})
    agents: list[Agent] = []
    for page in range(1, LAST_PAGE + 1):
        listed = yield from list_page(session, part, page, LARGEST_PAGE)
        agents += listed.rows
        if len(listed.rows) < LARGEST_PAGE:
            break
    return agents


def checked_page(page: int, size: int) -> None:
    """Raises InvalidQueryError for a page or size that cannot be asked for."""
    for argument, value, largest in (("page", page, None), ("size", size, LARGEST_PAGE)):
        if type(value) is not int or value < 1 or (largest is not None and value > largest):
            bound = f"1 to {largest}" if largest else "1 or more"
            raise InvalidQueryError(f"{argument} must be a whole number, {bound}, not {value!r}.")
