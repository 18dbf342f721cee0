"""The asynchronous client: the same names as the synchronous one, awaited."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ._async_resources import AsyncAgents, AsyncCallRecords, AsyncRecordings, AsyncSkillGroups
from ._client_base import ClientBase
from ._exchange import Exchange

if TYPE_CHECKING:
    from types import TracebackType

    import httpx
    from typing_extensions import Self


class AsyncClient(ClientBase["httpx.AsyncClient"]):
    """Reads one call center. Serves many tasks of one event loop; close it, or use it in an ``async with``.

    Takes the arguments of :class:`Client`; ``http_client`` is an ``httpx.AsyncClient`` here. Left out, requests go
    through aiohttp, which costs less than half the CPU of httpx's own transport.

    Attributes:
        call_records: Search calls, get one with its events.
        agents: Search agents, get one.
        skill_groups: Search skill groups.
        recordings: Get and save recordings.
    """

    call_records: AsyncCallRecords
    agents: AsyncAgents
    skill_groups: AsyncSkillGroups
    recordings: AsyncRecordings

    def _open(self, http_client: httpx.AsyncClient | None) -> None:
        from ._async_driver import AsyncDriver  # noqa: PLC0415 - asyncio is only for who runs a loop

        self._driver = AsyncDriver(self._settings, http_client)
        self.call_records = AsyncCallRecords(self._driver)
        self.agents = AsyncAgents(self._driver)
        self.skill_groups = AsyncSkillGroups(self._driver)
        self.recordings = AsyncRecordings(self._driver)

    @property
    def _exchange(self) -> Exchange:
        return self._driver.exchange

    async def aclose(self) -> None:
        """Closes the connections; a client that was handed in stays open."""
        await self._driver.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.aclose()
