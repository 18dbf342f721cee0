"""What both clients are told, and how they come by it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from datetime import tzinfo
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from ._clock import Clock
from ._core.retry import RetryPolicy
from ._credentials import CredentialsSource
from ._endpoint import Network
from ._settings import Timeout, Verify, from_environment, make_settings

if TYPE_CHECKING:
    from typing_extensions import Self

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

        Raises:
            ConfigurationError: No call center is named.
        """
        return cls(**from_environment(settings))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._settings!r})"
