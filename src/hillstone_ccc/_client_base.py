"""What both clients are told, and how they come by it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from datetime import tzinfo
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from ._clock import Clock
from ._core.retry import RetryPolicy
from ._credentials import CredentialsSource
from ._endpoint import Network
from ._settings import (
    Timeout,
    Verify,
    from_environment,
    gateway_from_environment,
    make_gateway_settings,
    make_settings,
    names_gateway,
)
from ._watching import Watcher

if TYPE_CHECKING:
    from typing_extensions import Self

    from ._exchange import Exchange

H = TypeVar("H")


class ClientBase(ABC, Generic[H]):
    """What both clients are made of; a subclass sends with an HTTP client of kind ``H``.

    The arguments are told where users look for them: at :class:`Client`.
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
        plain_http_links: bool = False,
        http_client: H | None = None,
        clock: Clock | None = None,
    ) -> None:
        self._settings = make_settings(
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
            plain_http_links=plain_http_links,
            clock=clock,
        )
        self._open(http_client)

    @abstractmethod
    def _open(self, http_client: H | None) -> None:
        """Makes the driver and what it offers."""

    @classmethod
    def from_env(cls, **settings: Any) -> Self:
        """A client from the environment; what is given here wins.

        Reads ``HILLSTONE_CCC_INSTANCE_ID``, ``HILLSTONE_CCC_REGION_ID``, ``HILLSTONE_CCC_ENDPOINT`` and
        ``HILLSTONE_CCC_TIMEZONE``; keys come by the default chain of alibabacloud-credentials.

        Where ``HILLSTONE_CCC_GATEWAY_URL`` and ``HILLSTONE_CCC_GATEWAY_TOKEN`` are set, it connects to that gateway
        instead; a setting given here that is for a client with a key is an error then.

        Raises:
            ConfigurationError: No call center is named, a gateway in part, or both.
        """
        if names_gateway(settings):
            return cls.connect(**gateway_from_environment(settings))
        return cls(**from_environment(settings))

    @classmethod
    def connect(
        cls,
        url: str,
        *,
        token: str,
        timezone: str | tzinfo = "Asia/Shanghai",
        timeout: float | Timeout = Timeout(),  # noqa: B008 - frozen
        retry: RetryPolicy = RetryPolicy(),  # noqa: B008 - frozen
        concurrency: int = 8,
        max_requests_per_second: float | None = None,
        verify: Verify = True,
        proxy: str | None = None,
        user_agent: str | None = None,
        plain_http_links: bool = False,
        http_client: H | None = None,
        clock: Clock | None = None,
    ) -> Self:
        """A client over the REST contract, for services that hold no access key: the server extra answers it.

        It gives the same objects. What the contract cannot carry raises :class:`UnsupportedError`: agents by id,
        skill groups, recordings but the mono one of a whole call, and fields that its rows do not have are None.

        Args:
            url: Where the contract is served, with the path that comes before ``/api``, if any; https, or plain
                http to this machine.
            token: Bearer token that carries the permission ``support.call_record:list``.
            timezone: This and all others as those of :class:`Client`.
            timeout: Seconds to wait for bytes, or a :class:`Timeout`.
            retry: When to try again.
            concurrency: Requests on the wire at once, at most.
            max_requests_per_second: Pace of all requests together.
            verify: True, a CA file, or an ``ssl.SSLContext``.
            proxy: Proxy's URL.
            user_agent: Added to the ``User-Agent``.
            plain_http_links: Whether a recording's link that came as plain http is followed so.
            http_client: A client of the HTTP library to send with.
            clock: Where the time comes from; for tests.

        Raises:
            ConfigurationError: A setting cannot work; nothing was sent.
        """
        client = cls.__new__(cls)
        client._settings = make_gateway_settings(  # noqa: SLF001 - its own
            url=url,
            token=token,
            timezone=timezone,
            timeout=timeout,
            retry=retry,
            concurrency=concurrency,
            max_requests_per_second=max_requests_per_second,
            verify=verify,
            proxy=proxy,
            user_agent=user_agent,
            plain_http_links=plain_http_links,
            clock=clock,
        )
        client._open(http_client)  # noqa: SLF001
        return client

    def watch(self, watcher: Watcher) -> None:
        """Has every request told from now on, for metrics and traces.

        Args:
            watcher: Called with an :class:`Exchanged` after each attempt, in the thread or task that made it; it
                should be quick, and what it raises comes out of that call.
        """
        self._exchange.watchers.append(watcher)

    @property
    @abstractmethod
    def _exchange(self) -> Exchange:
        """What the driver does around sending."""

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._settings!r})"
