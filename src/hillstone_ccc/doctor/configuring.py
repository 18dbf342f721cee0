"""The first look: the settings themselves, before anything is sent."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import attrs

from hillstone_ccc import Client, ConfigurationError, RetryPolicy, Timeout
from hillstone_ccc._credentials import Credentials
from hillstone_ccc._endpoint import LOOPBACK
from hillstone_ccc._http import tls
from hillstone_ccc._settings import (
    ESCAPED,
    Settings,
    from_environment,
    gateway_from_environment,
    make_gateway_settings,
    make_settings,
    names_gateway,
)

from .chart import Finding, doubtful, fine, wrong
from .keys import OF_KEYS

_NO_KEY = Credentials("none", "none")  # it takes one to make settings, and none to look at the way
_ONCE = RetryPolicy(attempts=1, seconds=0.001)
# Nobody waits long for a diagnosis; who has a slow way to go says so with `timeout`.
_SOON = Timeout(connect=5.0, read=10.0, pool=10.0)

# Part of what is said of a setting → what to do about it; the first that fits.
_REMEDIES: tuple[tuple[str, str], ...] = (
    ("A gateway is named in part", "Set both HILLSTONE_CCC_GATEWAY_URL and HILLSTONE_CCC_GATEWAY_TOKEN, or neither."),
    ("names a gateway, and", "Unset HILLSTONE_CCC_GATEWAY_URL and HILLSTONE_CCC_GATEWAY_TOKEN, or give no options."),
    ("No call center", "Set HILLSTONE_CCC_INSTANCE_ID or give --instance-id: the name that the console shows."),
    ("proxy", f"Correct proxy. {ESCAPED}"),
    ("instance_id", "Set HILLSTONE_CCC_INSTANCE_ID or give --instance-id: the name that the console shows."),
    ("region_id", "Correct HILLSTONE_CCC_REGION_ID or --region-id; leave it out for cn-shanghai."),
    ("endpoint", "Correct HILLSTONE_CCC_ENDPOINT or --endpoint; leave it out for the region's own."),
    ("timezone", "Correct HILLSTONE_CCC_TIMEZONE or --timezone; leave it out for Asia/Shanghai."),
    ("SSL_CERT", "Let SSL_CERT_FILE name a file of certificates in PEM, or unset it."),
    ("verify", "Let verify name a file of certificates in PEM."),
    ("url", "Correct HILLSTONE_CCC_GATEWAY_URL: an https address, or one of this machine."),
    ("token", "Copy HILLSTONE_CCC_GATEWAY_TOKEN anew, without blanks and line ends."),
)


def configured(told: Mapping[str, Any], settings: Settings | None = None) -> tuple[Settings | None, Finding]:
    """Settings for the examination, if they can be meant, and what is to be said of them.

    Their keys are not looked at: whoever has none may still want to know about the network.

    Args:
        told: Settings given by hand; what they leave open the environment says.
        settings: A client's, already made.
    """
    try:
        made = settings or _made(told)
        made = attrs.evolve(made, verify=tls(made), timeout=_soon(made, told), retry=_ONCE)
    except ConfigurationError as error:
        remedy = next((remedy for part, remedy in _REMEDIES if part in error.message), "Correct that setting.")
        return None, wrong(error.message, remedy)
    return made, _seen(made)


def is_gateway(told: Mapping[str, Any], settings: Settings | None) -> bool:
    """Whether a gateway is meant, be it named in part; one and another upstream at once count as that other."""
    if settings is not None:
        return settings.token is not None
    try:
        return names_gateway(dict(told)) or "url" in told or "token" in told
    except ConfigurationError:
        return False


def _made(told: Mapping[str, Any]) -> Settings:
    if names_gateway(dict(told)) or "url" in told or "token" in told:
        return make_gateway_settings(**_filled(Client.connect, gateway_from_environment(dict(told))))
    given = {name: value for name, value in told.items() if name not in OF_KEYS}
    no_key: dict[str, Any] = {**dict.fromkeys(OF_KEYS), "credentials": _NO_KEY}
    return make_settings(**_filled(Client, {**from_environment(given), **no_key}))


def _filled(maker: Any, told: Mapping[str, Any]) -> dict[str, Any]:
    """All arguments of a client that is not made, since its keys and proxies are looked at later."""
    parameters = inspect.signature(maker).parameters.values()
    defaults = {one.name: one.default for one in parameters if one.default is not one.empty}
    return {name: value for name, value in {**defaults, **told}.items() if name != "http_client"}


def _soon(settings: Settings, told: Mapping[str, Any]) -> Timeout:
    if "timeout" in told:
        return settings.timeout
    theirs, mine = settings.timeout, _SOON
    return Timeout(*(min(pair) for pair in zip(attrs.astuple(theirs), attrs.astuple(mine), strict=True)))


def _seen(settings: Settings) -> Finding:
    who = f"instance {settings.instance_id}, endpoint" if settings.token is None else "gateway"
    seen = f"{who} {settings.base_url}, timezone {settings.zone}"
    url = urlsplit(settings.base_url)
    if url.scheme == "http" and url.hostname not in LOOPBACK:
        return doubtful(f"{seen}; plain http lets anyone in between read along", "Give the endpoint as https://…")
    return fine(seen)
