"""The synchronous client."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ._client_base import ClientBase
from ._driver import Driver
from ._exchange import Exchange
from ._resources import Agents, CallRecords, Recordings, SkillGroups

if TYPE_CHECKING:
    from types import TracebackType

    import httpx
    from typing_extensions import Self


class Client(ClientBase["httpx.Client"]):
    """Reads one call center. Serves many threads; close it, or use it in a ``with``.

    Args:
        instance_id: The call center's short name.
        region_id: Its region; only ``cn-shanghai`` has an officially published endpoint.
        network: ``vpc`` to stay inside Alibaba Cloud's own network.
        access_key_id: Access key's id. Without keys and ``credentials``: the default chain of
            alibabacloud-credentials (environment, profile files, RAM role, …).
        access_key_secret: Access key's secret.
        security_token: STS token of a temporary key.
        credentials: A :class:`Credentials`, a client of alibabacloud-credentials, or a function that gives keys.
        endpoint: Host (https is meant) or whole URL, instead of the region's.
        timezone: Zone of every time handed out, and of naive times taken in.
        timeout: Seconds to wait for bytes, or a :class:`Timeout`.
        retry: When to try again.
        concurrency: Requests on the wire at once, at most; walks fetch so many pages ahead. 1 means one after
            another, in the caller's thread (or task).
        max_requests_per_second: Pace of all requests together; None for no limit of our own.
        verify: True, a CA file, or an ``ssl.SSLContext``.
        proxy: Proxy's URL; None for ``HTTPS_PROXY`` and ``NO_PROXY`` of the environment.
        user_agent: Added to the ``User-Agent``.
        plain_http_links: Whether a recording's link that came as plain http is followed so. If not, it is taken over
            https, unless it leads to this machine.
        http_client: An ``httpx.Client`` of yours (or of the same interface) to send with; it is not closed here,
            and its own time-outs, proxies and TLS apply.
        clock: Where the time comes from; for tests.

    Raises:
        ConfigurationError: A setting cannot work; nothing was sent.

    Attributes:
        call_records: Search calls, get one with its events.
        agents: Search agents, get one.
        skill_groups: Search skill groups.
        recordings: Get and save recordings.
    """

    call_records: CallRecords
    agents: Agents
    skill_groups: SkillGroups
    recordings: Recordings

    def _open(self, http_client: httpx.Client | None) -> None:
        self._driver = Driver(self._settings, http_client)
        self.call_records = CallRecords(self._driver)
        self.agents = Agents(self._driver)
        self.skill_groups = SkillGroups(self._driver)
        self.recordings = Recordings(self._driver)

    @property
    def _exchange(self) -> Exchange:
        return self._driver.exchange

    def close(self) -> None:
        """Closes the connections; a client that was handed in stays open."""
        self._driver.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()
