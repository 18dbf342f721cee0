"""From what is searched for to listings that the upstream can answer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import tzinfo
from typing import Any, Protocol, TypeVar

import attrs

from .agents import Agent, SkillGroup
from .errors import InvalidQueryError
from .flow import Flow, Session, now
from .operation import LIST_SKILL_GROUPS, LIST_USERS
from .part import Part, Plan, Timeline
from .query import CallRecordQuery
from .records import CallRecord
from .unread import all_milliseconds, texts
from .vocabulary import MediaType

T_co = TypeVar("T_co", covariant=True)


def _is_text(_: object, argument: attrs.Attribute[Any], value: object) -> None:
    if not isinstance(value, str):
        raise InvalidQueryError(f"{argument.name} must be text, not {type(value).__name__}.")


class Search(Protocol[T_co]):
    """Something that can be walked."""

    @property
    def model(self) -> type[Any]:
        """What its rows are."""
        ...

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

    @property
    def model(self) -> type[CallRecord]:
        """What its rows are."""
        return CallRecord

    def plan(self, session: Session) -> Flow[Plan[CallRecord]]:
        """The listings that hold what is meant, each over the whole range.

        The range of time is always sent: without it only today would answer.
        """
        reply = yield from now()
        start, end = self.query.bounds(reply.wall, self.zone)
        listings = yield from session.upstream.narrowed(session, self.query)
        if start == end:
            return Plan(())
        timeline = Timeline(start, end, self.query.order == "desc", _moments)
        parts = tuple(Part(one.operation, one.arguments, _contact_ids, one.keep, timeline) for one in listings)
        return Plan(parts, merged=True)


def _contact_ids(rows: Sequence[CallRecord]) -> list[str]:
    return texts(rows, "contact_id")


def _moments(rows: Sequence[CallRecord]) -> list[int | None]:
    return all_milliseconds(rows, "start_time")


@attrs.frozen
class AgentSearch:
    """A search for agents.

    Attributes:
        name_pattern: Part of a login or display name; empty for all.
        skill_group_id: Only members of this group.
    """

    name_pattern: str = attrs.field(default="", validator=_is_text)
    skill_group_id: str | None = attrs.field(default=None, validator=attrs.validators.optional(_is_text))

    @property
    def model(self) -> type[Agent]:
        """What its rows are."""
        return Agent

    def plan(self, session: Session) -> Flow[Plan[Agent]]:  # noqa: ARG002 - nothing to look up
        """One listing by ListUsers."""
        arguments = {"name_pattern": self.name_pattern or None, "skill_group_id": self.skill_group_id}
        yield from ()
        return Plan((Part(LIST_USERS, arguments, _user_ids),))


def _user_ids(rows: Sequence[Agent]) -> list[str]:
    return [row.user_id for row in rows]


@attrs.frozen
class SkillGroupSearch:
    """A search for skill groups.

    Attributes:
        name_pattern: Part of a name; empty for all.
        media_type: Only groups of this kind; all kinds if None.
    """

    name_pattern: str = attrs.field(default="", validator=_is_text)
    media_type: MediaType | None = None

    @property
    def model(self) -> type[SkillGroup]:
        """What its rows are."""
        return SkillGroup

    def plan(self, session: Session) -> Flow[Plan[SkillGroup]]:  # noqa: ARG002 - nothing to look up
        """One listing by ListSkillGroups a kind of contact: unasked, the upstream lists voice groups only."""
        kinds = (self.media_type,) if self.media_type else tuple(MediaType)
        name = self.name_pattern or None
        yield from ()
        return Plan(
            tuple(Part(LIST_SKILL_GROUPS, {"name_pattern": name, "media_type": kind}, _group_ids) for kind in kinds)
        )


def _group_ids(rows: Sequence[SkillGroup]) -> list[str]:
    return [row.skill_group_id for row in rows]
