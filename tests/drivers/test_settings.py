"""Settings are checked before anything is sent, and come from the environment if they are not given."""

from __future__ import annotations

import ssl
from datetime import timedelta, timezone
from pathlib import Path
from typing import Any

import certifi
import httpx
import pytest

from hillstone_ccc import (
    AsyncClient,
    Client,
    ConfigurationError,
    Credentials,
    RetryPolicy,
    Timeout,
)
from hillstone_ccc._settings import Settings
from hillstone_ccc.testing.clock import SimulatedClock

KEY: dict[str, Any] = {"access_key_id": "example-id", "access_key_secret": "example-secret"}
CLIENTS = pytest.mark.parametrize("kind", [Client, AsyncClient])


def _settings(**told: Any) -> Settings:
    with Client(**{"instance_id": "ccc-demo", **KEY, **told}) as ccc:
        return ccc._driver.exchange.settings


BAD: list[tuple[dict[str, Any], str]] = [
    ({"instance_id": ""}, "instance_id"),
    ({"instance_id": "  "}, "instance_id"),
    ({"instance_id": None}, "instance_id"),
    ({"instance_id": 5}, "instance_id"),
    ({"region_id": "nowhere"}, "region_id"),
    ({"network": "intranet"}, "network"),
    ({"endpoint": "ftp://gateway.example"}, "endpoint"),
    ({"access_key_id": ""}, "access_key_id"),
    ({"access_key_secret": None}, "access_key_secret"),
    ({"access_key_id": None}, "access_key_id"),
    ({"access_key_id": None, "access_key_secret": None, "security_token": "example-token"}, "access_key_id"),
    ({"access_key_id": "example id"}, "access_key_id"),
    ({"access_key_id": 5}, "access_key_id"),
    ({"access_key_secret": "example-secret\n"}, "access_key_secret"),
    ({"access_key_secret": "密"}, "access_key_secret"),
    ({"security_token": "example\ntoken"}, "security_token"),
    ({"credentials": Credentials("example-id", "example-secret")}, "not both"),
    ({"credentials": "example-id", "access_key_id": None, "access_key_secret": None}, "credentials"),
    ({"timezone": "Asia/Nowhere"}, "timezone"),
    ({"timezone": "../../etc/passwd"}, "timezone"),
    ({"timezone": ""}, "timezone"),
    ({"timezone": 8}, "timezone"),
    ({"timeout": 0}, "timeout"),
    ({"timeout": -1.5}, "timeout"),
    ({"timeout": True}, "timeout"),
    ({"timeout": float("nan")}, "timeout"),
    ({"timeout": float("inf")}, "timeout"),
    ({"timeout": "5"}, "timeout"),
    ({"timeout": None}, "timeout"),
    ({"retry": 3}, "retry"),
    ({"concurrency": 0}, "concurrency"),
    ({"concurrency": 1.5}, "concurrency"),
    ({"concurrency": True}, "concurrency"),
    ({"max_requests_per_second": 0}, "max_requests_per_second"),
    ({"max_requests_per_second": -1}, "max_requests_per_second"),
    ({"max_requests_per_second": "5"}, "max_requests_per_second"),
    ({"verify": False}, "verify"),
    ({"verify": 5}, "verify"),
    ({"verify": "no-such-file.pem"}, "verify"),
    ({"verify": Path(__file__)}, "verify"),
    ({"proxy": "proxy.example"}, "proxy"),
    ({"proxy": "socks5://proxy.example:1080"}, "proxy"),
    ({"proxy": "http://[proxy"}, "proxy"),
    ({"proxy": "http://proxy.example:port"}, "proxy"),
    ({"proxy": 3128}, "proxy"),
    ({"user_agent": "张三"}, "user_agent"),
    ({"user_agent": "two\nlines"}, "user_agent"),
    ({"user_agent": 5}, "user_agent"),
    ({"clock": 5}, "clock"),
    ({"http_client": "a client"}, "http_client"),
]


@CLIENTS
@pytest.mark.parametrize(("told", "named"), BAD, ids=lambda one: str(one) if isinstance(one, dict) else "")
def test_a_setting_that_cannot_work_is_named(kind: Any, told: dict[str, Any], named: str) -> None:
    """The message tells which setting, and no key stands in it."""
    with pytest.raises(ConfigurationError, match=named) as raised:
        kind(**{"instance_id": "ccc-demo", **KEY, **told})
    assert "example-id" not in str(raised.value)
    assert "example-secret" not in str(raised.value)


@pytest.mark.parametrize("part", ["connect", "read", "pool"])
@pytest.mark.parametrize("value", [0, -1, True, None, "5", float("nan")])
def test_a_time_out_that_cannot_work_is_named(part: str, value: Any) -> None:
    """A Timeout checks its parts when it is made."""
    with pytest.raises(ConfigurationError, match=f"timeout: {part} "):
        Timeout(**{part: value})


def test_a_password_of_a_proxy_is_not_told() -> None:
    """What is wrong with a proxy can be said without it."""
    with pytest.raises(ConfigurationError) as raised:
        _settings(proxy="socks5://someone:example-password@proxy.example")
    assert "example-password" not in str(raised.value)


def test_a_client_of_the_other_kind_is_refused() -> None:
    """A synchronous client cannot send with an asynchronous one, nor the other way round."""
    asynchronous: Any = httpx.AsyncClient()
    synchronous: Any = httpx.Client()
    with synchronous, pytest.raises(ConfigurationError, match=r"httpx\.AsyncClient"):
        AsyncClient(instance_id="ccc-demo", http_client=synchronous, **KEY)
    with pytest.raises(ConfigurationError, match=r"httpx\.Client"):
        Client(instance_id="ccc-demo", http_client=asynchronous, **KEY)


def test_what_is_not_given_has_its_default() -> None:
    """Region, zone, time-outs and the rest are as the signature says."""
    settings = _settings()
    assert "ccc-demo" == settings.instance_id
    assert "https://ccc.cn-shanghai.aliyuncs.com" == settings.base_url
    assert "ccc.cn-shanghai.aliyuncs.com" == settings.host
    assert "Asia/Shanghai" == str(settings.zone)
    assert Timeout(connect=5.0, read=30.0, pool=60.0) == settings.timeout
    assert RetryPolicy() == settings.retry
    assert (8, None) == (settings.concurrency, settings.max_requests_per_second)
    assert Credentials("example-id", "example-secret") == settings.credentials


def test_what_is_given_is_used() -> None:
    """Each setting reaches the place where it counts."""
    clock = SimulatedClock()
    zone = timezone(timedelta(hours=1))
    settings = _settings(
        instance_id=" ccc-demo ",
        region_id="cn-hangzhou",
        network="vpc",
        security_token="example-token",
        timezone=zone,
        retry=RetryPolicy(attempts=2),
        concurrency=3,
        max_requests_per_second=2.5,
        proxy="http://proxy.example:3128",
        user_agent="support-desk/1.0",
        clock=clock,
    )
    assert "ccc-demo" == settings.instance_id
    assert "https://ccc-vpc.cn-hangzhou.aliyuncs.com" == settings.base_url
    assert Credentials("example-id", "example-secret", "example-token") == settings.credentials
    assert zone is settings.zone
    assert 2 == settings.retry.attempts
    assert (3, 2.5) == (settings.concurrency, settings.max_requests_per_second)
    assert ("http://proxy.example:3128", "support-desk/1.0") == (settings.proxy, settings.user_agent)
    assert clock is settings.clock


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        (2, Timeout(connect=2, read=2)),
        (90.0, Timeout(connect=5.0, read=90.0)),
        (Timeout(connect=7, read=1, pool=3), Timeout(connect=7, read=1, pool=3)),
    ],
)
def test_a_number_of_seconds_is_a_time_out(told: Any, expected: Timeout) -> None:
    """It is for reading; connecting waits no longer than by default."""
    assert expected == _settings(timeout=told).timeout


@pytest.mark.parametrize("verify", [True, certifi.where(), Path(certifi.where()), ssl.create_default_context()])
def test_verify_takes_what_can_be_verified_with(verify: Any) -> None:
    """True, a file of certificates, or a context."""
    assert verify is _settings(verify=verify).verify


def test_an_empty_token_is_none() -> None:
    """As it comes from an environment in which it is not set."""
    assert Credentials("example-id", "example-secret", "") == _settings(security_token="").credentials


@CLIENTS
def test_a_client_tells_where_it_reads_and_no_more(kind: Any) -> None:
    """Its repr names instance, endpoint and zone, and holds no key."""
    client = kind(instance_id="ccc-demo", security_token="example-token", **KEY)
    expected = "instance_id='ccc-demo', endpoint='https://ccc.cn-shanghai.aliyuncs.com', timezone='Asia/Shanghai'"
    assert f"{kind.__name__}({expected})" == repr(client)


VARIABLES = {
    "HILLSTONE_CCC_INSTANCE_ID": ("ccc-env", "instance_id", "ccc-env"),
    "HILLSTONE_CCC_REGION_ID": ("cn-hangzhou", "base_url", "https://ccc.cn-hangzhou.aliyuncs.com"),
    "HILLSTONE_CCC_ENDPOINT": ("http://127.0.0.1:8901", "base_url", "http://127.0.0.1:8901"),
    "HILLSTONE_CCC_TIMEZONE": ("Europe/Berlin", "zone", "Europe/Berlin"),
}
GIVEN = {
    "HILLSTONE_CCC_INSTANCE_ID": ({"instance_id": "ccc-given"}, "ccc-given"),
    "HILLSTONE_CCC_REGION_ID": ({"region_id": "cn-shanghai"}, "https://ccc.cn-shanghai.aliyuncs.com"),
    "HILLSTONE_CCC_ENDPOINT": ({"endpoint": "gateway.example"}, "https://gateway.example"),
    "HILLSTONE_CCC_TIMEZONE": ({"timezone": "Asia/Tokyo"}, "Asia/Tokyo"),
}


@CLIENTS
@pytest.mark.parametrize("name", VARIABLES)
def test_each_variable_is_a_setting(monkeypatch: pytest.MonkeyPatch, kind: Any, name: str) -> None:
    """What the environment tells is used when nothing is given."""
    value, setting, expected = VARIABLES[name]
    monkeypatch.setenv("HILLSTONE_CCC_INSTANCE_ID", "ccc-demo")
    monkeypatch.setenv(name, value)
    assert expected == str(getattr(kind.from_env(**KEY)._driver.exchange.settings, setting))


@CLIENTS
@pytest.mark.parametrize("name", VARIABLES)
def test_what_is_given_wins_over_the_environment(monkeypatch: pytest.MonkeyPatch, kind: Any, name: str) -> None:
    """A program may decide one thing itself and leave the rest to the environment."""
    value, setting, _ = VARIABLES[name]
    given, expected = GIVEN[name]
    monkeypatch.setenv("HILLSTONE_CCC_INSTANCE_ID", "ccc-demo")
    monkeypatch.setenv(name, value)
    assert expected == str(getattr(kind.from_env(**KEY, **given)._driver.exchange.settings, setting))


@CLIENTS
def test_an_empty_variable_is_none(monkeypatch: pytest.MonkeyPatch, kind: Any) -> None:
    """A variable set to nothing counts as not set."""
    for name in VARIABLES:
        monkeypatch.setenv(name, "")
    with pytest.raises(ConfigurationError, match="HILLSTONE_CCC_INSTANCE_ID or give instance_id"):
        kind.from_env(**KEY)


@CLIENTS
@pytest.mark.parametrize("name", ["HILLSTONE_CCC_GATEWAY_URL", "HILLSTONE_CCC_GATEWAY_TOKEN"])
def test_a_gateway_is_not_ignored(monkeypatch: pytest.MonkeyPatch, kind: Any, name: str) -> None:
    """Who names a gateway must not be answered by another upstream that is named as well."""
    monkeypatch.setenv("HILLSTONE_CCC_INSTANCE_ID", "ccc-demo")
    monkeypatch.setenv(name, "example")
    with pytest.raises(ConfigurationError, match=f"{name} names a gateway, and access_key_id, access_key_secret"):
        kind.from_env(**KEY)


def test_who_connects_to_a_gateway_has_no_key() -> None:
    """Nothing is signed there."""
    settings = Client.connect("https://gateway.example", token="example-token")._settings
    with pytest.raises(ConfigurationError, match="no key to sign with"):
        settings.credentials()  # type: ignore[operator]
