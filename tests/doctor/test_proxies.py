"""The doctor before proxies: none is a secret but what opens them, and none is innocent while nothing comes through."""

from __future__ import annotations

import json
from typing import Any

import pytest

from hillstone_ccc.doctor import Diagnosis, examine
from hillstone_ccc.sandbox import Incoming, Outgoing

from .conftest import World
from .test_set_ups import shown

PASSWORD = "pR0xyPass"


def _told(diagnosis: Diagnosis) -> str:
    return shown(diagnosis) + json.dumps(diagnosis.as_json())


@pytest.mark.parametrize("sign", "/?#")
@pytest.mark.parametrize("by_hand", [False, True])
def test_a_password_that_is_not_escaped_is_not_shown(world: World, sign: str, *, by_hand: bool) -> None:
    """The remedy says how to write it."""
    url = f"http://someone:{PASSWORD}{sign}x@127.0.0.1:1"
    settings = world.well(endpoint="https://ccc.example")
    if by_hand:
        settings["proxy"] = url
    else:
        world.patch.setenv("HTTPS_PROXY", url)
    diagnosis = examine(**settings)
    assert (False, False) == (PASSWORD in _told(diagnosis), "someone" in _told(diagnosis))
    assert "%2F" in diagnosis.failed[0].remedy


@pytest.mark.parametrize("by_hand", [False, True])
def test_a_proxy_that_says_its_password_is_not_quoted(world: World, *, by_hand: bool) -> None:
    """Neither as it is written nor as it is meant."""

    def chatty(_: Incoming) -> Outgoing:
        return Outgoing(200, {"Content-Type": f"{PASSWORD}%2Fx {PASSWORD}/x someone"}, b"")

    url = f"http://someone:{PASSWORD}%2Fx@127.0.0.1:{world.serve(chatty).port}"
    settings: dict[str, Any] = world.well(endpoint="http://ccc.example")
    if by_hand:
        settings["proxy"] = url
    else:
        world.patch.setenv("HTTP_PROXY", url)
    diagnosis = examine(**settings)
    assert (False, False) == (PASSWORD in _told(diagnosis), "someone" in _told(diagnosis))
    assert "*** *** ***" in diagnosis.check("endpoint").seen
