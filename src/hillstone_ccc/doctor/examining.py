"""An examination: the checks in their order, from what stands nearest to what lies farthest."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from typing import Any

import attrs

from hillstone_ccc import Client, ConfigurationError
from hillstone_ccc._driver import Driver
from hillstone_ccc._settings import Settings, proxy_secrets

from .account import Account
from .chart import Chart, Finding, failure
from .configuring import configured, is_gateway
from .diagnosis import Check, Diagnosis, Outcome
from .gateway import Gateway
from .keys import OF_KEYS, keys
from .probe import Probe
from .way import Way

_WAY = ("proxy", "dns", "connection", "tls", "endpoint", "clock")
_ACCOUNT = ("signature", "throttling", "instance")


def examine(
    client: Client | None = None, /, *, each: Callable[[Check], object] | None = None, **settings: Any
) -> Diagnosis:
    """Finds out what is wrong between this machine and the call center.

    Checked are, one by one: configuration, keys, proxy, name, connection, certificate, who answers, clock, signature,
    throttling, instance, and each action that the library uses, by the cheapest question. Nothing is changed, nothing
    repeated, and no error raised for what is found: also a set-up that no client can be made of has a diagnosis.
    Of a gateway: its token and permission instead of keys, signature and instance.

    It makes about fourteen requests, and takes a few seconds where something does not answer. It blocks: in a
    coroutine call it by ``asyncio.to_thread``.

    Args:
        client: One whose set-up is examined; it may be in use. Without one: what :meth:`Client.from_env` would make
            of the environment and ``settings``.
        each: Is told of each check as soon as it is made.
        settings: A client's, which win over the environment; ``url`` and ``token`` for a gateway. ``timeout`` is 5 s
            for a connection and 10 s for an answer, if it is left out.

    Raises:
        TypeError: There is no such setting, or settings are given beside a client.
    """
    chart = Chart(each)
    if client is not None:
        if settings:
            raise TypeError(f"A client has its settings; {', '.join(settings)} cannot be given beside it.")
        made: Settings = client._settings  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
        handed_in = client._driver.http.handed_in  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
        return _examined(chart, {}, made, handed_in)
    return _examined(chart, settings, None, settings.get("http_client"))


def _examined(chart: Chart, told: dict[str, Any], made: Settings | None, handed_in: Any) -> Diagnosis:
    settings, finding = configured(told, made)
    chart.secrets = _secrets(told, settings)
    chart.look("configuration", lambda: finding)
    if not is_gateway(told, settings):
        key, finding = keys(told, None if made is None else made.credentials)
        if key is not None:
            chart.secrets += key.secrets
            settings = settings and attrs.evolve(settings, credentials=key)
        chart.look("keys", lambda: finding)
    try:
        driver = None if settings is None else Driver(settings, handed_in)
    except ConfigurationError as error:  # what only the HTTP library knows: proxies, and how hosts can be called
        unusable = failure(error)
        chart.look("dns" if error.message.startswith("No host") else "proxy", lambda: unusable)
        driver = None
    if driver is None:
        _skip(chart)
    else:
        with closing(driver):
            _go(chart, driver)
    return chart.diagnosis


def _go(chart: Chart, driver: Driver) -> None:
    """The way and what lies at its end."""
    settings = driver.exchange.settings
    probe = Probe(driver.exchange, driver.http)
    way = Way(settings, driver.http, probe)
    upstream = (Gateway if settings.token is not None else Account)(driver, chart)

    def endpoint() -> Finding:
        """Who answers a stranger; and, if it is who is meant, whether there is an answer for who asks."""
        finding = probe.endpoint()
        if finding.outcome is Outcome.FAILED or chart.culprit("keys"):
            return finding
        error = upstream.begin()
        return (None if error is None else probe.answered(error)) or finding

    looks = (way.proxy, way.dns, way.connection, way.tls, endpoint, probe.clock)
    for name, look, needed in zip(_WAY, looks, ("configuration", *_WAY), strict=False):
        chart.look(name, look, needs=(needed,))
    upstream.examine()


def _skip(chart: Chart) -> None:
    """Names what cannot be looked at."""
    made = {check.name for check in chart.diagnosis.checks}
    for name in (*_WAY, *_ACCOUNT):
        if name not in made:
            chart.skip(name, "configuration", "proxy", "dns")


def _secrets(told: dict[str, Any], settings: Settings | None) -> tuple[str, ...]:
    """What is secret of what was given by hand, whether it can be meant or not."""
    values = [*(told.get(name) for name in (*OF_KEYS, "token")), None if settings is None else settings.token]
    proxies = [told.get("proxy"), None if settings is None else settings.proxy]
    of_proxies = [secret for one in proxies for secret in proxy_secrets(one if isinstance(one, str) else None)]
    return tuple(value for value in (*values, *of_proxies) if isinstance(value, str) and value)
