"""Where the upstream is: the vendor's rules, and endpoints given by hand."""

from __future__ import annotations

import re
from typing import Literal
from urllib.parse import urlsplit

from ._core.errors import ConfigurationError

Network = Literal["public", "vpc"]

# Regions that the vendor's client sends to one central host, whatever the network (its endpoint table).
_CENTRAL = frozenset(
    [
        "ap-northeast-1",
        "ap-south-1",
        "ap-southeast-1",
        "ap-southeast-2",
        "ap-southeast-3",
        "ap-southeast-5",
        "cn-beijing",
        "cn-chengdu",
        "cn-hongkong",
        "cn-huhehaote",
        "cn-qingdao",
        "cn-shenzhen",
        "cn-zhangjiakou",
        "eu-central-1",
        "eu-west-1",
        "me-east-1",
        "us-east-1",
        "us-west-1",
        "cn-hangzhou-finance",
        "cn-shenzhen-finance-1",
        "cn-shanghai-finance-1",
        "cn-north-2-gov-1",
    ]
)
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
"""Names of this machine."""

_PATH = re.compile(r"(/[A-Za-z0-9._~-]+)*")
_REGION = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)+")


def base_url(region_id: object, network: Network, endpoint: object) -> str:
    """The upstream's ``scheme://host[:port]``.

    Args:
        region_id: Such as ``cn-shanghai``, the only region with an officially published endpoint; the host of
            another one is constructed by the vendor's rule and need not exist.
        network: ``vpc`` for the host inside Alibaba Cloud's own network.
        endpoint: A host (https is meant) or a whole URL; wins over the two others.

    Raises:
        ConfigurationError: It names no host.
    """
    if endpoint:
        return _given(endpoint)
    if not isinstance(region_id, str) or not _REGION.fullmatch(region_id):
        raise ConfigurationError(f"region_id must be a region's name such as 'cn-shanghai', not {region_id!r}.")
    if network not in ("public", "vpc"):
        raise ConfigurationError(f"network must be 'public' or 'vpc', not {network!r}.")
    if region_id in _CENTRAL:
        return "https://ccc.aliyuncs.com"
    return f"https://ccc{'-vpc' if network == 'vpc' else ''}.{region_id}.aliyuncs.com"


def gateway_url(url: object) -> str:
    """A gateway's ``scheme://host[:port][/path]``.

    Args:
        url: Where it answers: https, or plain http to this machine, since the token and people's data go there.

    Raises:
        ConfigurationError: It names no host, or is not to be trusted with a token.
    """
    text, path = url, ""
    if isinstance(url, str):
        scheme, gap, rest = url.partition("://")
        host, slash, path = rest.partition("/") if gap else url.partition("/")
        text, path = f"{scheme}://{host}" if gap else host, f"{slash}{path}".rstrip("/")
    if not _PATH.fullmatch(path):
        raise ConfigurationError("url must be a gateway's address without a query, such as 'https://support.example'.")
    base = _given(text, "url", "give a URL such as 'https://support.example.com'.")
    if base.startswith("http://") and urlsplit(base).hostname not in LOOPBACK:
        raise ConfigurationError(
            "url: plain http would show the token and people's data to anyone in between: give an https URL."
        )
    return base + path


def _given(
    endpoint: object,
    argument: str = "endpoint",
    advice: str = "give a host such as 'ccc.cn-shanghai.aliyuncs.com' or a URL such as 'http://127.0.0.1:8901'.",
) -> str:
    if not isinstance(endpoint, str) or not endpoint.isascii() or not endpoint.isprintable() or " " in endpoint:
        raise ConfigurationError(f"{argument} names no host: {advice}")
    try:
        parts = urlsplit(endpoint if "://" in endpoint else f"https://{endpoint}")
        port = parts.port
    except ValueError as error:
        raise ConfigurationError(f"{argument} cannot be read: {advice}") from error
    if parts.scheme not in ("http", "https") or not parts.hostname or port == 0:
        raise ConfigurationError(f"{argument} names no host: {advice}")
    if parts.username or parts.password or parts.query or parts.fragment or parts.path.strip("/"):
        raise ConfigurationError(f"{argument} must be a host and nothing more: {advice}")
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    standard = {"http": 80, "https": 443}[parts.scheme]
    return f"{parts.scheme}://{host}" + (f":{port}" if port not in (None, standard) else "")
