"""A client's settings, checked before anything is sent. The environment is read here and nowhere else."""

from __future__ import annotations

import os
import ssl
from datetime import tzinfo
from typing import Any, TypeAlias
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import attrs

from ._clock import Clock
from ._core.errors import ConfigurationError, UnsupportedError
from ._core.retry import RetryPolicy
from ._credentials import Credentials, CredentialsSource, default_source
from ._endpoint import Network, base_url

Verify: TypeAlias = "bool | str | os.PathLike[str] | ssl.SSLContext"

# Variables of the environment → settings of the client.
ENVIRONMENT = {
    "HILLSTONE_CCC_INSTANCE_ID": "instance_id",
    "HILLSTONE_CCC_REGION_ID": "region_id",
    "HILLSTONE_CCC_ENDPOINT": "endpoint",
    "HILLSTONE_CCC_TIMEZONE": "timezone",
}
GATEWAY = ("HILLSTONE_CCC_GATEWAY_URL", "HILLSTONE_CCC_GATEWAY_TOKEN")


@attrs.frozen
class Timeout:
    """How long to wait, in seconds, before a request counts as failed.

    Attributes:
        connect: For a connection.
        read: For the next bytes of an answer.
        pool: For a free connection of the pool.
    """

    connect: float = 5.0
    read: float = 30.0
    pool: float = 60.0

    def __attrs_post_init__(self) -> None:
        for name, value in attrs.asdict(self).items():
            if not isinstance(value, (int, float)) or isinstance(value, bool) or not value > 0:
                raise ConfigurationError(f"timeout: {name} must be seconds, more than 0, not {value!r}.")


@attrs.frozen(kw_only=True, repr=False)
class Settings:
    """What a client was set to, checked."""

    instance_id: str
    base_url: str
    zone: tzinfo
    credentials: CredentialsSource
    timeout: Timeout
    retry: RetryPolicy
    concurrency: int
    max_requests_per_second: float | None
    verify: Verify
    proxy: str | None
    user_agent: str | None
    clock: Clock

    @property
    def host(self) -> str:
        """The ``Host`` header: host, and port where it is not the scheme's own."""
        return self.base_url.partition("://")[2]

    def __repr__(self) -> str:
        return f"instance_id={self.instance_id!r}, endpoint={self.base_url!r}, timezone={str(self.zone)!r}"


def make_settings(
    *,
    instance_id: object,
    region_id: str,
    network: Network,
    access_key_id: str | None,
    access_key_secret: str | None,
    security_token: str | None,
    credentials: CredentialsSource | None,
    endpoint: str | None,
    timezone: str | tzinfo,
    timeout: float | Timeout,
    retry: RetryPolicy,
    concurrency: object,
    max_requests_per_second: float | None,
    verify: Verify,
    proxy: str | None,
    user_agent: str | None,
    clock: Clock | None,
) -> Settings:
    """Settings from a client's arguments.

    Raises:
        ConfigurationError: One of them cannot work; names it.
    """
    if not isinstance(instance_id, str) or not instance_id.strip():
        raise ConfigurationError("instance_id is missing: it is the call center's short name, as in its console.")
    if isinstance(concurrency, bool) or not isinstance(concurrency, int) or concurrency < 1:
        raise ConfigurationError(f"concurrency must be a whole number, 1 or more, not {concurrency!r}.")
    if max_requests_per_second is not None and not max_requests_per_second > 0:
        raise ConfigurationError(f"max_requests_per_second must be more than 0, not {max_requests_per_second!r}.")
    if verify is False:
        raise ConfigurationError(
            "verify=False would show keys' signatures and people's data to anyone in between: "
            "give verify a CA file or an ssl.SSLContext that trusts your own authority."
        )
    return Settings(
        instance_id=instance_id.strip(),
        base_url=base_url(region_id, network, endpoint),
        zone=_zone(timezone),
        credentials=_source(access_key_id, access_key_secret, security_token, credentials),
        timeout=timeout if isinstance(timeout, Timeout) else Timeout(connect=min(timeout, 5.0), read=timeout),
        retry=retry,
        concurrency=concurrency,
        max_requests_per_second=max_requests_per_second,
        verify=verify,
        proxy=proxy,
        user_agent=user_agent,
        clock=clock or Clock(),
    )


def from_environment(given: dict[str, Any]) -> dict[str, Any]:
    """A client's arguments from the environment, those given by hand winning.

    Raises:
        ConfigurationError: No instance is named.
        UnsupportedError: The environment names a gateway.
    """
    if os.environ.get(GATEWAY[0]):
        raise UnsupportedError(f"{GATEWAY[0]} is set, and this version cannot connect to a gateway yet: unset it.")
    told = {setting: os.environ[name] for name, setting in ENVIRONMENT.items() if os.environ.get(name)}
    settings = {**told, **given}
    if not settings.get("instance_id"):
        raise ConfigurationError("No call center is named: set HILLSTONE_CCC_INSTANCE_ID or give instance_id.")
    return settings


def _zone(timezone: str | tzinfo) -> tzinfo:
    if isinstance(timezone, tzinfo):
        return timezone
    try:
        return ZoneInfo(timezone)
    except (ZoneInfoNotFoundError, ValueError, TypeError, OSError) as error:
        raise ConfigurationError(f"timezone: {timezone!r} is no zone's name, such as 'Asia/Shanghai'.") from error


def _source(
    key_id: str | None, secret: str | None, token: str | None, credentials: CredentialsSource | None
) -> CredentialsSource:
    if credentials is not None:
        if key_id or secret or token:
            raise ConfigurationError("Give credentials or access_key_id and access_key_secret, not both.")
        return credentials
    if key_id or secret or token:
        if not key_id or not secret:
            missing = "access_key_secret" if key_id else "access_key_id"
            raise ConfigurationError(f"{missing} is missing: a key has an id and a secret.")
        return Credentials(key_id, secret, token)
    return default_source()
