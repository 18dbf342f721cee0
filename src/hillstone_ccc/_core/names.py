"""Who is meant by a name: agents and skill groups, looked up and remembered for a while."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Generic, TypeVar

import attrs

from .agents import Agent, SkillGroup
from .errors import AgentNotFoundError, ResultWindowError, SkillGroupNotFoundError
from .flow import Flow, Session, call, remembered
from .operation import LIST_SKILL_GROUPS, LIST_USERS, Listed, Operation
from .vocabulary import MediaType

T = TypeVar("T", Agent, SkillGroup)

REMEMBERED = 300.0
"""Seconds for which a look-up is good. People change names by hand, and seldom; a page that searches every few
seconds asks once in five minutes, and whoever renames an agent does not wait long for the new name to work."""


@attrs.frozen
class _Directory(Generic[T]):
    """Where the names of one kind of thing are listed.

    Attributes:
        kind: What they are called in messages.
        operation: The action that lists them.
        slices: Arguments of each listing that is needed to see all of them.
        patterned: Whether only what resembles a name is listed for it, or everything, once for all names.
        names: What a row is called.
        brief: What is remembered of a row.
        error: What is raised where there is none.
    """

    kind: str
    operation: Operation[Listed[T]]
    slices: tuple[dict[str, Any], ...]
    patterned: bool
    names: Callable[[T], tuple[str | None, ...]]
    brief: Callable[[T], T]
    error: type[AgentNotFoundError | SkillGroupNotFoundError]


# There may be thousands of agents, so they are listed by name.
_AGENTS = _Directory(
    "agent",
    LIST_USERS,
    ({},),
    patterned=True,
    names=lambda one: (one.display_name,),
    brief=lambda one: Agent(one.user_id, display_name=one.display_name),
    error=AgentNotFoundError,
)
# There are few skill groups, but a listing holds one kind only (unasked, voice groups): listing all of them once takes
# no more requests than looking for a single name. Call records show the display name, ListUsers the other one.
_SKILL_GROUPS = _Directory(
    "skill group",
    LIST_SKILL_GROUPS,
    tuple({"media_type": kind} for kind in MediaType),
    patterned=False,
    names=lambda one: (one.display_name, one.skill_group_name),
    brief=lambda one: SkillGroup(
        one.skill_group_id, skill_group_name=one.skill_group_name, display_name=one.display_name
    ),
    error=SkillGroupNotFoundError,
)


def agents_named(session: Session, name: str, *, exact: bool = False) -> Flow[tuple[Agent, ...]]:
    """The agents meant by a display name: all whose name equals it, or else, unless exact, all whose name contains it.

    They tell id and display name only; looked up at most once in five minutes.

    Raises:
        AgentNotFoundError: There is neither; with the names nearest to it.
        ResultWindowError: More agents resemble it than the upstream lists.
    """
    return (yield from _named(session, _AGENTS, name, exact=exact))


def skill_groups_named(session: Session, name: str, *, exact: bool = False) -> Flow[tuple[SkillGroup, ...]]:
    """The skill groups meant by a name or display name: as :func:`agents_named`.

    They tell id and names only, and are of every kind; looked up at most once in five minutes.

    Raises:
        SkillGroupNotFoundError: There is neither; with the names nearest to it.
        ResultWindowError: There are more skill groups than the upstream lists.
    """
    return (yield from _named(session, _SKILL_GROUPS, name, exact=exact))


def _named(session: Session, directory: _Directory[T], name: str, *, exact: bool) -> Flow[tuple[T, ...]]:
    name = name.strip()
    pattern = name if directory.patterned else None
    known = yield from remembered(
        (directory.operation.action, pattern), REMEMBERED, lambda: _listed(session, directory, pattern)
    )
    meant = _meant(directory, known, name, exact=exact)
    if not meant:
        # A name that was just given must be found, so nothing that is remembered can tell that there is none.
        every = yield from _listed(session, directory, None)
        meant = _meant(directory, every, name, exact=exact)
        if not meant:
            raise _nobody(directory, every, name)
    return meant


def _listed(session: Session, directory: _Directory[T], pattern: str | None) -> Flow[tuple[T, ...]]:
    rows: list[T] = []
    for slice_ in directory.slices:
        rows += yield from _slice(session, directory, {**slice_, "name_pattern": pattern})
    return tuple(dict.fromkeys(directory.brief(row) for row in rows))


def _slice(session: Session, directory: _Directory[T], arguments: dict[str, Any]) -> Flow[list[T]]:
    pages, size = session.limits.pages, session.limits.rows
    rows: list[T] = []
    for page in range(1, pages + 1):
        listed = yield from call(session, directory.operation, **arguments, page=page, size=size)
        rows += listed.rows
        if len(listed.rows) < size:
            return rows
    raise ResultWindowError(
        f"There are more {directory.kind}s than the upstream lists ({pages} pages of {size}).",
        action=directory.operation.action,
        advice="Give a longer name, or an id instead.",
    )


def _meant(directory: _Directory[T], rows: Iterable[T], name: str, *, exact: bool) -> tuple[T, ...]:
    """Those who bear the name, or else, unless exact, those whose name contains it."""
    bearing = tuple(row for row in rows if name in directory.names(row))
    if bearing or exact:
        return bearing
    return tuple(row for row in rows if any(name in (one or "") for one in directory.names(row)))


def _nobody(directory: _Directory[T], every: Iterable[T], name: str) -> AgentNotFoundError | SkillGroupNotFoundError:
    from difflib import get_close_matches  # noqa: PLC0415 - seldom needed

    names = sorted({one for row in every for one in directory.names(row) if one})
    near = tuple(get_close_matches(name, names, n=5, cutoff=0.3))
    hint = f"Near names: {', '.join(near)}." if near else "No name comes near it."
    return directory.error(f"No {directory.kind} is named {name!r}.", name=name, suggestions=near, advice=hint)
