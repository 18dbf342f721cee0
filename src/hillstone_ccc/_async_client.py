"""The asynchronous client: the same names as the synchronous one, awaited."""

from __future__ import annotations

from datetime import tzinfo
from typing import TYPE_CHECKING, Any

from ._async_resources import AsyncAgents, AsyncCallRecords, AsyncRecordings, AsyncSkillGroups
from ._clock import Clock
from ._core.retry import RetryPolicy
from ._credentials import CredentialsSource
from ._endpoint import Network
from ._settings import Timeout, Verify, from_environment, make_settings

if TYPE_CHECKING:
    from types import TracebackType

    import httpx
    from typing_extensions import Self


class AsyncClient:
    """Reads one call center. Serves many tasks of one event loop; close it, or use it in an ``async with``.

    Takes the arguments of :class:`Client`; ``http_client`` is an ``httpx.AsyncClient`` here. Left out, requests go
    through aiohttp, which costs less than half the CPU of httpx's own transport.

    Attributes:
        call_records: Search calls, get one with its events.
        agents: Search agents, get one.
        skill_groups: Search skill groups.
        recordings: Get and save recordings.
    """

    def __init__(
        self,
        *,
        instance_id: str,
        region_id: str = "cn-shanghai",
        network: Network = "public",
        access_key_id: str | None = None,
        access_key_secret: str | None = None,
        security_token: str | None = None,
        credentials: CredentialsSource | None = None,
        endpoint: str | None = None,
        timezone: str | tzinfo = "Asia/Shanghai",
        timeout: float | Timeout = Timeout(),  # noqa: B008 - frozen
        retry: RetryPolicy = RetryPolicy(),  # noqa: B008 - frozen
        concurrency: int = 8,
        max_requests_per_second: float | None = None,
        verify: Verify = True,
        proxy: str | None = None,
        user_agent: str | None = None,
        http_client: httpx.AsyncClient | None = None,
        clock: Clock | None = None,
    ) -> None:
        settings = make_settings(
            instance_id=instance_id,
            region_id=region_id,
            network=network,
            access_key_id=access_key_id,
            access_key_secret=access_key_secret,
            security_token=security_token,
            credentials=credentials,
            endpoint=endpoint,
            timezone=timezone,
            timeout=timeout,
            retry=retry,
            concurrency=concurrency,
            max_requests_per_second=max_requests_per_second,
            verify=verify,
            proxy=proxy,
            user_agent=user_agent,
            clock=clock,
        )
        from ._async_driver import AsyncDriver  # noqa: PLC0415 - asyncio is only for who runs a loop

        self._driver = AsyncDriver(settings, http_client)
        self.call_records: AsyncCallRecords = AsyncCallRecords(self._driver)
        self.agents: AsyncAgents = AsyncAgents(self._driver)
        self.skill_groups: AsyncSkillGroups = AsyncSkillGroups(self._driver)
        self.recordings: AsyncRecordings = AsyncRecordings(self._driver)

    @classmethod
    def from_env(cls, **settings: Any) -> Self:
        """A client from the environment; what is given here wins.

        Reads ``HILLSTONE_CCC_INSTANCE_ID``, ``HILLSTONE_CCC_REGION_ID``, ``HILLSTONE_CCC_ENDPOINT`` and
        ``HILLSTONE_CCC_TIMEZONE``; keys come by the default chain of alibabacloud-credentials.

        Raises:
            ConfigurationError: No call center is named.
        """
        return cls(**from_environment(settings))

    async def aclose(self) -> None:
        """Closes the connections; a client that was handed in stays open."""
        await self._driver.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.aclose()

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._driver.exchange.settings!r})"
