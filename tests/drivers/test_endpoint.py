"""Requests go where the vendor's own client would send them, or where they are told to."""

from __future__ import annotations

import re
from typing import Any, Literal

import pytest
from alibabacloud_ccc20200701.client import Client as Official
from alibabacloud_tea_openapi.utils_models import Config

from hillstone_ccc import ConfigurationError
from hillstone_ccc._endpoint import _CENTRAL, base_url

Network = Literal["public", "vpc"]

OTHERS = ("cn-shanghai", "cn-hangzhou", "cn-guangzhou", "ap-southeast-7", "us-southeast-1", "cn-wulanchabu")


def _official(region: str, network: str) -> Any:
    config = Config(access_key_id="example-id", access_key_secret="example-secret", region_id=region, network=network)
    return Official(config)


def test_the_table_of_regions_is_the_vendors() -> None:
    """The regions with a host of their own are those of the official client, all of them on one host."""
    table = _official("cn-shanghai", "public")._endpoint_map
    assert set(table) == _CENTRAL
    assert {"ccc.aliyuncs.com"} == set(table.values())


@pytest.mark.parametrize("network", ["public", "vpc"])
@pytest.mark.parametrize("region", [*sorted(_CENTRAL), *OTHERS])
def test_each_region_leads_where_the_official_client_leads(region: str, network: Network) -> None:
    """Same region, same network, same host; over https."""
    assert f"https://{_official(region, network)._endpoint}" == base_url(region, network, None)


GIVEN = {
    "ccc.cn-shanghai.aliyuncs.com": "https://ccc.cn-shanghai.aliyuncs.com",
    "CCC.Example.COM": "https://ccc.example.com",
    "gateway.example:8443": "https://gateway.example:8443",
    "gateway.example:443": "https://gateway.example",
    "https://gateway.example": "https://gateway.example",
    "https://gateway.example/": "https://gateway.example",
    "HTTPS://gateway.example": "https://gateway.example",
    "http://127.0.0.1:8901": "http://127.0.0.1:8901",
    "http://127.0.0.1:80/": "http://127.0.0.1",
    "http://localhost:443": "http://localhost:443",
    "http://[::1]:8901": "http://[::1]:8901",
    "[2001:db8::1]": "https://[2001:db8::1]",
}


@pytest.mark.parametrize(("endpoint", "expected"), GIVEN.items())
def test_an_endpoint_given_by_hand_wins(endpoint: str, expected: str) -> None:
    """A host means https; a URL is taken as it is, but for its scheme's own port."""
    assert expected == base_url("cn-beijing", "vpc", endpoint)


@pytest.mark.parametrize(
    "endpoint",
    [
        "https://",
        "https://gateway.example/path",
        "https://gateway.example?a=b",
        "https://gateway.example#part",
        "https://someone@gateway.example",
        "https://:secret@gateway.example",
        "ftp://gateway.example",
        "gateway example",
        "gateway.example\n",
        "云.example",
        "gateway.example:port",
        "gateway.example:99999",
        "gateway.example:0",
        "::1",
        "http://[::1",
        " ",
        5,
    ],
)
def test_what_names_no_host_is_refused(endpoint: object) -> None:
    """Settings that cannot work are refused before anything is sent, and the message shows one that can."""
    with pytest.raises(ConfigurationError, match=r"endpoint .*ccc\.cn-shanghai\.aliyuncs\.com"):
        base_url("cn-shanghai", "public", endpoint)


@pytest.mark.parametrize(
    "region", ["", "shanghai", "cn_shanghai", "CN-SHANGHAI", "cn-shanghai.evil.example", "a/b-c", 5]
)
def test_what_is_no_region_is_refused(region: object) -> None:
    """A region becomes part of a host's name, so it is nothing but a region."""
    with pytest.raises(ConfigurationError, match=re.escape("region_id")):
        base_url(region, "public", None)


def test_what_is_no_network_is_refused() -> None:
    """There are two networks."""
    wrong: Any = "intranet"
    with pytest.raises(ConfigurationError, match="network must be 'public' or 'vpc', not 'intranet'"):
        base_url("cn-shanghai", wrong, None)
