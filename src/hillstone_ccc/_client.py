"""The synchronous client."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from ._client_base import ClientBase
from ._core.public import public

if TYPE_CHECKING:
    from types import TracebackType

    import httpx
    from typing_extensions import Self

    from ._exchange import Exchange
    from ._recordings import Recordings
    from ._resources import Agents, CallRecords, SkillGroups


@public
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
    """

    def _open(self, http_client: httpx.Client | None) -> None:
        from ._driver import Driver  # noqa: PLC0415 - with a client, as the HTTP library, and not before

        self._driver = Driver(self._settings, http_client)

    @cached_property
    def call_records(self) -> CallRecords:
        """Search calls, get one with its events."""
        from ._resources import CallRecords  # noqa: PLC0415 - see _open

        return CallRecords(self._driver)

    @cached_property
    def agents(self) -> Agents:
        """Search agents, get one."""
        from ._resources import Agents  # noqa: PLC0415 - see _open

        return Agents(self._driver)

    @cached_property
    def skill_groups(self) -> SkillGroups:
        """Search skill groups."""
        from ._resources import SkillGroups  # noqa: PLC0415 - see _open

        return SkillGroups(self._driver)

    @cached_property
    def recordings(self) -> Recordings:
        """Get and save recordings."""
        from ._recordings import Recordings  # noqa: PLC0415 - for who wants any

        return Recordings(self._driver)

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
