"""From what is searched for to listings that the upstream can answer."""

from __future__ import annotations

from datetime import tzinfo
from typing import Any, Protocol, TypeVar

import attrs

from .agents import Agent, SkillGroup
from .errors import InvalidQueryError
from .flow import Flow, Session, now
from .names import agents_named, skill_groups_named
from .narrowing import narrow
from .operation import LIST_SKILL_GROUPS, LIST_USERS
from .part import Part, Plan, Timeline
from .query import CallRecordQuery
from .records import CallRecord
from .unread import milliseconds
from .vocabulary import MediaType

T_co = TypeVar("T_co", covariant=True)


def _is_text(_: object, argument: attrs.Attribute[Any], value: object) -> None:
    if not isinstance(value, str):
        raise InvalidQueryError(f"{argument.name} must be text, not {type(value).__name__}.")


class Search(Protocol[T_co]):
    """Something that can be walked."""

    def plan(self, session: Session) -> Flow[Plan[Any]]:
        """How to ask for it; looks up what must be known first."""
        ...


@attrs.frozen
class CallRecordSearch:
    """A search for call records.

    Attributes:
        query: What is meant.
        zone: The client's zone.
    """

    query: CallRecordQuery
    zone: tzinfo

    def plan(self, session: Session) -> Flow[Plan[CallRecord]]:
        """One listing an agent, since the upstream filters by one; one in all if no agent is named.

        The range of time is always sent: without it only today would answer.
        """
        reply = yield from now()
        start, end = self.query.bounds(reply.wall, self.zone)
        agents = yield from self._agents(session)
        groups = yield from self._skill_groups(session)
        if start == end or agents == () or groups == ():
            return Plan(())
        narrowed = narrow(self.query, groups)
        timeline = Timeline(start, end, self.query.order == "desc", _moment)
        parts = tuple(
            Part(narrowed.operation, {**narrowed.arguments, **agent}, _contact_id, narrowed.keep, timeline)
            for agent in ([{}] if agents is None else [{"agent_id": one} for one in agents])
        )
        return Plan(parts, merged=True)

    def _agents(self, session: Session) -> Flow[tuple[str, ...] | None]:
        """The ids of the agents that are meant; None for all."""
        named: tuple[str, ...] | None = None
        if self.query.agent_names is not None:
            found: list[str] = []
            for name in self.query.agent_names:
                found += [agent.user_id for agent in (yield from agents_named(session, name))]
            named = tuple(found)
        return _both(self.query.agent_ids, named)

    def _skill_groups(self, session: Session) -> Flow[tuple[str, ...] | None]:
        """The ids of the skill groups that are meant; None for all."""
        named: tuple[str, ...] | None = None
        if self.query.skill_group_names is not None:
            found: list[str] = []
            for name in self.query.skill_group_names:
                found += [group.skill_group_id for group in (yield from skill_groups_named(session, name))]
            named = tuple(found)
        return _both(self.query.skill_group_ids, named)


def _both(ids: Any, named: tuple[str, ...] | None) -> tuple[str, ...] | None:
    """Ids that meet a filter by id and one by name; None where neither is given."""
    if ids is None or named is None:
        meant = named if ids is None else ids
        return None if meant is None else tuple(dict.fromkeys(meant))
    return tuple(one for one in dict.fromkeys(ids) if one in named)


def _contact_id(row: CallRecord) -> str:
    return row.contact_id


def _moment(row: CallRecord) -> int | None:
    return milliseconds(row, "start_time")


@attrs.frozen
class AgentSearch:
    """A search for agents.

    Attributes:
        name_pattern: Part of a login or display name; empty for all.
        skill_group_id: Only members of this group.
    """

    name_pattern: str = attrs.field(default="", validator=_is_text)
    skill_group_id: str | None = attrs.field(default=None, validator=attrs.validators.optional(_is_text))

    def plan(self, session: Session) -> Flow[Plan[Agent]]:  # noqa: ARG002 - nothing to look up
        """One listing by ListUsers."""
        arguments = {"name_pattern": self.name_pattern or None, "skill_group_id": self.skill_group_id}
        yield from ()
        return Plan((Part(LIST_USERS, arguments, _user_id),))


def _user_id(row: Agent) -> str:
    return row.user_id


@attrs.frozen
class SkillGroupSearch:
    """A search for skill groups.

    Attributes:
        name_pattern: Part of a name; empty for all.
        media_type: Only groups of this kind; all kinds if None.
    """

    name_pattern: str = attrs.field(default="", validator=_is_text)
    media_type: MediaType | None = None

    def plan(self, session: Session) -> Flow[Plan[SkillGroup]]:  # noqa: ARG002 - nothing to look up
        """One listing by ListSkillGroups a kind of contact: unasked, the upstream lists voice groups only."""
        kinds = (self.media_type,) if self.media_type else tuple(MediaType)
        name = self.name_pattern or None
        yield from ()
        return Plan(
            tuple(Part(LIST_SKILL_GROUPS, {"name_pattern": name, "media_type": kind}, _group_id) for kind in kinds)
        )


def _group_id(row: SkillGroup) -> str:
    return row.skill_group_id
