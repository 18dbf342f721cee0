"""What an asynchronous client offers to search: the same names as the synchronous one, awaited."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ._async_results import AsyncResults
from ._core.agents import Agent, SkillGroup
from ._core.details import CallDetail
from ._core.public import public
from ._core.query import CallRecordQuery, Criteria
from ._core.records import CallRecord
from ._core.search import AgentSearch, CallRecordSearch, SkillGroupSearch
from ._core.vocabulary import MediaType
from ._resources import the_media_type, the_query

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from ._async_driver import AsyncDriver


@public
class AsyncCallRecords:
    """Call records (通话记录)."""

    def __init__(self, driver: AsyncDriver) -> None:
        self._driver = driver

    def search(self, query: CallRecordQuery | None = None, /, **criteria: Unpack[Criteria]) -> AsyncResults[CallRecord]:
        """The call records a query means, newest first unless it says otherwise.

        Args:
            query: What is meant; all calls of today if left out.
            **criteria: :class:`CallRecordQuery`'s own arguments, instead of a query or to change one.

        Raises:
            InvalidQueryError: It cannot be meant.
        """
        return AsyncResults(
            self._driver, CallRecordSearch(the_query(query, criteria), self._driver.exchange.settings.zone)
        )

    async def get(self, contact_id: str) -> CallDetail:
        """One call with its events (GetCallDetailRecord) and its row (ListCallDetailRecordsV2).

        If one of the two fails the other is given, and ``missing`` says what is not there; so look at it where it
        matters.

        Raises:
            NotFoundError: There is no such call.
            CCCError: Neither of the two can be had.
        """
        from ._core.lookups import call_detail  # noqa: PLC0415 - for who asks for one

        return await self._driver.run(call_detail(self._driver.session, contact_id))


@public
class AsyncAgents:
    """Agents (坐席)."""

    def __init__(self, driver: AsyncDriver) -> None:
        self._driver = driver

    def search(self, name_pattern: str = "", *, skill_group_id: str | None = None) -> AsyncResults[Agent]:
        """Agents by name (ListUsers).

        Args:
            name_pattern: Part of a login or display name; empty for all.
            skill_group_id: Only members of this group.
        """
        return AsyncResults(self._driver, AgentSearch(name_pattern, skill_group_id))

    async def get(self, user_id: str) -> Agent:
        """One agent by id (GetUser), which tells no skill levels, numbers or RAM id.

        Raises:
            NotFoundError: There is no such agent.
        """
        from ._core.lookups import agent  # noqa: PLC0415 - for who asks for one

        return await self._driver.run(agent(self._driver.session, user_id))


@public
class AsyncSkillGroups:
    """Skill groups (技能组)."""

    def __init__(self, driver: AsyncDriver) -> None:
        self._driver = driver

    def search(self, name_pattern: str = "", *, media_type: MediaType | str | None = None) -> AsyncResults[SkillGroup]:
        """Skill groups by name (ListSkillGroups).

        Args:
            name_pattern: Part of a name; empty for all.
            media_type: Only voice, video or chat groups; all of them if left out, which asks once for each kind.
        """
        return AsyncResults(self._driver, SkillGroupSearch(name_pattern, the_media_type(media_type)))
