"""A client's settings, checked before anything is sent. The environment is read here and nowhere else."""

from __future__ import annotations

import math
import os
import re
from base64 import b64encode
from datetime import tzinfo
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar
from urllib.parse import unquote, urlsplit

import attrs

from ._clock import Clock
from ._core.errors import ConfigurationError
from ._core.public import public
from ._core.retry import RetryPolicy
from ._credentials import Credentials, CredentialsProvider, CredentialsSource, default_source
from ._endpoint import Network, base_url, gateway_url

if TYPE_CHECKING:
    import ssl

T = TypeVar("T")
Verify: TypeAlias = "bool | str | os.PathLike[str] | ssl.SSLContext"

# Variables of the environment → settings of the client.
ENVIRONMENT = {
    "HILLSTONE_CCC_INSTANCE_ID": "instance_id",
    "HILLSTONE_CCC_REGION_ID": "region_id",
    "HILLSTONE_CCC_ENDPOINT": "endpoint",
    "HILLSTONE_CCC_TIMEZONE": "timezone",
}
GATEWAY = {
    "HILLSTONE_CCC_GATEWAY_URL": "url",
    "HILLSTONE_CCC_GATEWAY_TOKEN": "token",
    "HILLSTONE_CCC_TIMEZONE": "timezone",
}
ESCAPED = "Write / ? # @ of a proxy's password as %2F %3F %23 %40."
"""What to do about a proxy's URL that cannot be read."""

OF_A_KEY = frozenset(
    {
        "instance_id",
        "region_id",
        "network",
        "access_key_id",
        "access_key_secret",
        "security_token",
        "credentials",
        "endpoint",
    }
)
"""Settings of a client that reaches the call center itself; one that connects to a gateway has none of them."""


@public
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
            if not is_amount(value):
                raise ConfigurationError(f"timeout: {name} must be seconds, more than 0, not {value!r}.")


@attrs.frozen(kw_only=True, repr=False)
class Settings:
    """What a client was set to, checked.

    Attributes:
        token: The gateway's, for a client that speaks the REST contract; None for one that has a key.
    """

    instance_id: str = ""
    base_url: str
    zone: tzinfo
    credentials: CredentialsSource
    token: str | None = None
    timeout: Timeout
    retry: RetryPolicy
    concurrency: int
    max_requests_per_second: float | None
    verify: Verify
    proxy: str | None
    user_agent: str | None
    plain_http_links: bool
    clock: Clock

    @property
    def host(self) -> str:
        """The ``Host`` header: host, and port where it is not the scheme's own."""
        return self.base_url.partition("://")[2]

    def __repr__(self) -> str:
        if self.token is not None:
            return f"gateway={self.base_url!r}, timezone={str(self.zone)!r}"
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
    **common: Any,
) -> Settings:
    """Settings from the arguments of a client that has a key.

    Raises:
        ConfigurationError: One of them cannot work; names it.
    """
    return Settings(
        instance_id=_instance_id(instance_id),
        base_url=base_url(region_id, network, endpoint),
        credentials=source_of(access_key_id, access_key_secret, security_token, credentials),
        **_common(**common),
    )


def make_gateway_settings(*, url: object, token: object, **common: Any) -> Settings:
    """Settings from the arguments of a client that connects to a gateway.

    Raises:
        ConfigurationError: One of them cannot work; names it.
    """
    return Settings(base_url=gateway_url(url), token=_token(token), credentials=_no_key, **_common(**common))


def _common(
    *,
    timezone: str | tzinfo,
    timeout: float | Timeout,
    retry: RetryPolicy,
    concurrency: object,
    max_requests_per_second: float | None,
    verify: Verify,
    proxy: str | None,
    user_agent: str | None,
    plain_http_links: bool,
    clock: Clock | None,
) -> dict[str, Any]:
    return {
        "zone": as_zone(timezone),
        "timeout": _timeout(timeout),
        "retry": _of_kind(RetryPolicy, "retry", retry),
        "concurrency": _concurrency(concurrency),
        "max_requests_per_second": _rate(max_requests_per_second),
        "verify": _verify(verify),
        "proxy": _proxy(proxy),
        "user_agent": _user_agent(user_agent),
        "plain_http_links": _of_kind(bool, "plain_http_links", plain_http_links),
        "clock": _of_kind(Clock, "clock", clock or Clock()),
    }


def names_gateway(given: dict[str, Any]) -> bool:
    """Whether the environment names a gateway, be it in part.

    Raises:
        ConfigurationError: It does, and what is given by hand is for a client that has a key.
    """
    told = [name for name in ("HILLSTONE_CCC_GATEWAY_URL", "HILLSTONE_CCC_GATEWAY_TOKEN") if os.environ.get(name)]
    for_a_key = sorted(name for name in OF_A_KEY if given.get(name))
    if told and for_a_key:
        raise ConfigurationError(
            f"{told[0]} names a gateway, and {', '.join(for_a_key)} another upstream: leave one of them out."
        )
    return bool(told)


def gateway_from_environment(given: dict[str, Any]) -> dict[str, Any]:
    """The arguments of ``connect`` from the environment, those given by hand winning.

    Raises:
        ConfigurationError: There is one of address and token without the other.
    """
    told = {setting: os.environ[name] for name, setting in GATEWAY.items() if os.environ.get(name)}
    settings = {**told, **{name: value for name, value in given.items() if name not in OF_A_KEY}}
    for name, setting in GATEWAY.items():
        if setting in ("url", "token") and not settings.get(setting):
            raise ConfigurationError(f"A gateway is named in part: set {name} too, or give {setting}.")
    return settings


def from_environment(given: dict[str, Any]) -> dict[str, Any]:
    """A client's arguments from the environment, those given by hand winning.

    Raises:
        ConfigurationError: No instance is named.
    """
    told = {setting: os.environ[name] for name, setting in ENVIRONMENT.items() if os.environ.get(name)}
    settings = {**told, **given}
    if not settings.get("instance_id"):
        raise ConfigurationError("No call center is named: set HILLSTONE_CCC_INSTANCE_ID or give instance_id.")
    return settings


def proxy_variable(scheme: str) -> str | None:
    """The environment's variable that names a proxy for such URLs, as the HTTP library reads them; None without one."""
    names = (f"{scheme}_proxy", f"{scheme.upper()}_PROXY", "all_proxy", "ALL_PROXY")
    return next((name for name in names if os.environ.get(name)), None)


def proxy_secrets(proxy: str | None) -> tuple[str, ...]:
    """Users and passwords of proxies, as they are written, meant and sent; also of URLs that cannot be read.

    Args:
        proxy: The one given by hand; without it those of the environment count.
    """
    named = [value for name, value in os.environ.items() if name.lower().endswith("_proxy")]
    found: set[str] = set()
    for url in named if proxy is None else [proxy]:
        # Up to the last @: in a password that is not escaped there may be one, or a sign at which the host would end.
        who = re.sub(r"^[^/:@]*://", "", url).rpartition("@")[0]
        for one in (who, unquote(who)):
            user, _, password = one.partition(":")
            found |= {user, password, *re.split(r"[/?#@]", password), b64encode(one.encode(errors="replace")).decode()}
    return tuple(filter(None, found))


def is_amount(value: object) -> bool:
    """Whether it is a number that can be an amount of time or a rate: finite, more than 0."""
    return isinstance(value, (int, float)) and not isinstance(value, bool) and 0 < value < math.inf


def _of_kind(kind: type[T], setting: str, value: object) -> T:
    if not isinstance(value, kind):
        raise ConfigurationError(f"{setting} must be a {kind.__name__}, not {value!r}.")
    return value


def _instance_id(value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ConfigurationError("instance_id is missing: it is the call center's short name, as in its console.")
    try:
        value.encode()
    except UnicodeEncodeError:  # bytes of the environment that are no UTF-8; not shown, since they cannot be
        raise ConfigurationError("instance_id holds bytes that are no text in UTF-8.") from None
    return value.strip()


def _no_key() -> Credentials:
    raise ConfigurationError("A client that connects to a gateway has no key to sign with.")


def _token(value: object) -> str:
    if not isinstance(value, str) or not value.isascii() or not value.isprintable() or not value or " " in value:
        raise ConfigurationError("token must be one word of ASCII text, as the gateway knows it.")  # not shown
    return value


def _timeout(value: float | Timeout) -> Timeout:
    if isinstance(value, Timeout):
        return value
    if not is_amount(value):
        raise ConfigurationError(f"timeout must be seconds, more than 0, or a Timeout, not {value!r}.")
    return Timeout(connect=min(value, Timeout().connect), read=value)


def _concurrency(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise ConfigurationError(f"concurrency must be a whole number, 1 or more, not {value!r}.")
    return value


def _rate(value: float | None) -> float | None:
    if value is not None and not is_amount(value):
        raise ConfigurationError(f"max_requests_per_second must be more than 0, not {value!r}.")
    return value


def _verify(value: Verify) -> Verify:
    if value is False:
        raise ConfigurationError(
            "verify=False would show keys' signatures and people's data to anyone in between: "
            "give verify a CA file or an ssl.SSLContext that trusts your own authority."
        )
    import ssl  # noqa: PLC0415 - as the HTTP library: when a client is made, not before

    given: Any = value
    if not isinstance(given, (bool, str, os.PathLike, ssl.SSLContext)):
        raise ConfigurationError(f"verify must be True, a CA file or an ssl.SSLContext, not {value!r}.")
    return value


def _proxy(value: object) -> str | None:
    if value is None:
        return None
    try:
        parts = urlsplit(value if isinstance(value, str) else "")
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable:
        # Not shown: it may hold a password.
        raise ConfigurationError(
            "proxy must be a URL such as 'http://proxy.example:3128'; for another kind hand in an http_client.",
            advice=ESCAPED,
        )
    return str(value)


def _user_agent(value: object) -> str | None:
    if value is None or (isinstance(value, str) and value.isascii() and value.isprintable()):
        return value
    raise ConfigurationError(f"user_agent must be a line of ASCII text, not {value!r}.")


def as_zone(timezone: str | tzinfo) -> tzinfo:
    """The zone that is named; ConfigurationError if there is none of that name."""
    if isinstance(timezone, tzinfo):
        return timezone
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError  # noqa: PLC0415 - see ssl

    try:
        return ZoneInfo(timezone)
    except (ZoneInfoNotFoundError, ValueError, TypeError, OSError) as error:
        raise ConfigurationError(f"timezone: {timezone!r} is no zone's name, such as 'Asia/Shanghai'.") from error


def source_of(
    key_id: str | None, secret: str | None, token: str | None, credentials: CredentialsSource | None
) -> CredentialsSource:
    """Where keys come from, of the arguments that may say so; the default chain if none does.

    Raises:
        ConfigurationError: They contradict each other, are half a key, or hold what no key has.
    """
    if credentials is not None:
        if key_id or secret or token:
            raise ConfigurationError("Give credentials or access_key_id and access_key_secret, not both.")
        if not isinstance(credentials, (Credentials, CredentialsProvider)) and not callable(credentials):
            raise ConfigurationError("credentials must be a Credentials, a provider of them, or a function.")
        return credentials
    if key_id or secret or token:
        if not key_id or not secret:
            missing = "access_key_secret" if key_id else "access_key_id"
            raise ConfigurationError(f"{missing} is missing: a key has an id and a secret.")
        return Credentials(key_id, secret, token)
    return default_source()
