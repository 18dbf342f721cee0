"""The asynchronous client: the same names as the synchronous one, awaited."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from ._client_base import ClientBase
from ._core.public import public

if TYPE_CHECKING:
    from types import TracebackType

    import httpx
    from typing_extensions import Self

    from ._async_recordings import AsyncRecordings
    from ._async_resources import AsyncAgents, AsyncCallRecords, AsyncSkillGroups
    from ._exchange import Exchange


@public
class AsyncClient(ClientBase["httpx.AsyncClient"]):
    """Reads one call center. Serves many tasks of one event loop; close it, or use it in an ``async with``.

    Takes the arguments of :class:`Client`; ``http_client`` is an ``httpx.AsyncClient`` here. Left out, requests go
    through aiohttp, which costs less than half the CPU of httpx's own transport.
    """

    def _open(self, http_client: httpx.AsyncClient | None) -> None:
        from ._async_driver import AsyncDriver  # noqa: PLC0415 - asyncio is only for who runs a loop

        self._driver = AsyncDriver(self._settings, http_client)

    @cached_property
    def call_records(self) -> AsyncCallRecords:
        """Search calls, get one with its events."""
        from ._async_resources import AsyncCallRecords  # noqa: PLC0415 - see _open

        return AsyncCallRecords(self._driver)

    @cached_property
    def agents(self) -> AsyncAgents:
        """Search agents, get one."""
        from ._async_resources import AsyncAgents  # noqa: PLC0415 - see _open

        return AsyncAgents(self._driver)

    @cached_property
    def skill_groups(self) -> AsyncSkillGroups:
        """Search skill groups."""
        from ._async_resources import AsyncSkillGroups  # noqa: PLC0415 - see _open

        return AsyncSkillGroups(self._driver)

    @cached_property
    def recordings(self) -> AsyncRecordings:
        """Get and save recordings."""
        from ._async_recordings import AsyncRecordings  # noqa: PLC0415 - for who wants any

        return AsyncRecordings(self._driver)

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
