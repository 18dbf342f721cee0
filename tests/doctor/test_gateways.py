"""The doctor before gateways of the REST contract: token, permission, what stands behind them."""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable
from contextlib import AbstractContextManager
from typing import Any

import orjson
import pytest

from hillstone_ccc import AsyncClient, Client, RetryPolicy
from hillstone_ccc.contract import METRICS, PERMISSION
from hillstone_ccc.doctor import Outcome, examine
from hillstone_ccc.sandbox import Incoming, Outgoing
from hillstone_ccc.server import BearerTokens, ServerOptions, StaticToken, create_app

from .conftest import World
from .test_set_ups import shown

Serve = Callable[..., AbstractContextManager[str]]
Served = Callable[[Callable[[], Awaitable[Any]]], AbstractContextManager[str]]

TOKEN = "example-token-that-may"
OTHER = "example-token-that-may-not"
OF_A_TOKEN = ["configuration", "proxy", "dns", "connection", "tls", "endpoint", "clock", "token", "throttling"]


def _known(token: str, permission: str) -> StaticToken:
    return StaticToken(permission, hashlib.sha256(token.encode()).hexdigest(), frozenset({permission}))


@pytest.fixture
def gateway(world: World, served: Served) -> Serve:
    """Starts a gateway over the sandbox; settings are its client's."""

    def start(options: ServerOptions | None = None, **settings: Any) -> AbstractContextManager[str]:
        async def make() -> Any:
            client = AsyncClient(**world.well(retry=RetryPolicy(attempts=1), **settings))
            authorize = BearerTokens([_known(TOKEN, PERMISSION), _known(OTHER, METRICS)])
            return create_app(client, authorize=authorize, options=options, closes_client=True)

        return served(make)

    return start


def test_a_gateway_that_is_well(world: World, gateway: Serve) -> None:
    """Token, permission, call center and ranges take the places of key, signature and instance."""
    with gateway() as url:
        world.patch.setenv("HILLSTONE_CCC_GATEWAY_URL", url)
        world.patch.setenv("HILLSTONE_CCC_GATEWAY_TOKEN", TOKEN)
        diagnosis = examine()
        with Client.from_env() as ccc:
            assert diagnosis.checks == examine(ccc).checks
    shown(diagnosis)
    assert diagnosis.healthy
    names = [check.name for check in diagnosis.checks]
    assert [*OF_A_TOKEN, PERMISSION, "call center", "time ranges"] == names
    assert f"gateway {url}, timezone Asia/Shanghai" == diagnosis.check("configuration").seen


@pytest.mark.parametrize(
    ("token", "settings", "check", "remedy"),
    [
        ("another-token", {}, "token", "HILLSTONE_CCC_GATEWAY_TOKEN"),
        (OTHER, {}, PERMISSION, f"Have {PERMISSION} granted"),
        (TOKEN, {"instance_id": "ccc-none"}, "call center", "Tell the gateway's operator"),
        (TOKEN, {"access_key_secret": "another-secret"}, "call center", "its log says why"),
        (TOKEN, {"endpoint": "http://127.0.0.1:1"}, "call center", "Tell the gateway's operator"),
    ],
)
def test_what_is_broken_is_named(
    world: World, gateway: Serve, token: str, settings: dict[str, Any], check: str, remedy: str
) -> None:
    """A token that is not known, one that may not, and a gateway whose own set-up is broken."""
    with gateway(**settings) as url:
        diagnosis = examine(url=url, token=token)
    shown(diagnosis)
    assert [check] == [one.name for one in diagnosis.failed]
    assert remedy in diagnosis.failed[0].remedy


def test_a_path_that_is_not_the_gateways_is_named(gateway: Serve) -> None:
    """It asks for the token before it looks at the path, so that only a request with one finds out."""
    with gateway() as url:
        diagnosis = examine(url=f"{url}/foo", token=TOKEN)
    shown(diagnosis)
    assert ["endpoint"] == [one.name for one in diagnosis.failed]
    assert "Check the path in HILLSTONE_CCC_GATEWAY_URL" in diagnosis.failed[0].remedy


def test_a_gateways_redirect_is_no_matter_of_regions(world: World) -> None:
    """A gateway has none."""
    front = world.serve(lambda _: Outgoing(302, {"Location": "https://portal.example/"}, b""))
    failed = examine(url=f"http://127.0.0.1:{front.port}", token=TOKEN).failed
    assert (["endpoint"], False) == ([one.name for one in failed], "region_id" in failed[0].remedy)
    assert "HILLSTONE_CCC_GATEWAY_URL" in failed[0].remedy


def test_remedies_of_a_token_are_not_taken_for_one(world: World, gateway: Serve) -> None:
    """What stands behind "token:" is taken out as a secret, so that no remedy says so."""
    with gateway() as url:
        wrong = examine(url=url, token="another-token").failed[0]
    odd = examine(url="https://support.example", token="two words").failed[0]
    open_to_all = examine(url=f"http://127.0.0.1:{world.serve(lambda _: _envelope(0, data=EMPTY)).port}", token=TOKEN)
    found = (wrong, odd, open_to_all.check("endpoint"))
    assert [] == [one for one in found if "***" in one.seen + one.remedy]


def test_too_many_attempts_are_told(world: World, gateway: Serve) -> None:
    """Who is wrong too often has to wait, however good the token is then."""
    with gateway(ServerOptions(attempts=1)) as url:
        examine(url=url, token="another-token")
        diagnosis = examine(url=url, token=TOKEN)
    assert "throttling" == diagnosis.failed[0].name
    assert "come back in" in diagnosis.failed[0].seen


def _envelope(code: int, status: int = 200, data: Any = None) -> Outgoing:
    body = orjson.dumps({"code": code, "message": "", "data": data})
    return Outgoing(status, {"Content-Type": "application/json"}, body)


EMPTY = {"page": 1, "size": 1, "total": 0, "list": []}


def _asking(good: Outgoing, bad_range: Outgoing) -> Callable[[Incoming], Outgoing]:
    """A gateway of somebody else's, which asks for the token."""

    def answer(incoming: Incoming) -> Outgoing:
        if "authorization" not in incoming.headers:
            return _envelope(40101, 401)
        return bad_range if "start_time" in incoming.query else good

    return answer


@pytest.mark.parametrize(
    ("answer", "check", "outcome"),
    [
        (lambda _: Outgoing(404, {"Content-Type": "text/plain"}, b"nothing here"), "endpoint", Outcome.FAILED),
        (lambda _: Outgoing(200, {"Content-Type": "text/html"}, b"<html>"), "endpoint", Outcome.FAILED),
        (lambda _: Outgoing(502, {"Content-Type": "text/html"}, b"<html>"), "endpoint", Outcome.FAILED),
        (lambda _: _envelope(0, data=EMPTY), "endpoint", Outcome.WARNED),
        (_asking(_envelope(0, data=EMPTY), _envelope(0, data=EMPTY)), "time ranges", Outcome.WARNED),
        (_asking(_envelope(0, data=EMPTY), _envelope(50001, 500)), "time ranges", Outcome.FAILED),
        (_asking(_envelope(0, data=EMPTY), _envelope(40001, 400)), "time ranges", Outcome.OK),
        (_asking(_envelope(0, data={}), _envelope(40001, 400)), "endpoint", Outcome.FAILED),
        (lambda _: _envelope(40402, 404), "endpoint", Outcome.FAILED),
        (_asking(_envelope(50001, 500), _envelope(40001, 400)), "call center", Outcome.FAILED),
    ],
)
def test_what_answers_at_the_gateways_address(
    world: World, answer: Callable[[Incoming], Outgoing], check: str, outcome: Outcome
) -> None:
    """Another service, a page, a gateway that asks nobody, one that knows no ranges, one that speaks oddly."""
    url = f"http://127.0.0.1:{world.serve(answer).port}"
    found = examine(url=url, token=TOKEN).check(check)
    assert outcome is found.outcome
    assert bool(found.remedy) is (outcome is not Outcome.OK)


def test_a_clock_far_off_is_only_warned_of(world: World) -> None:
    """No signature stands on it; a search up to now does."""

    def answer(_: Incoming) -> Outgoing:
        return Outgoing(401, {"Date": "Thu, 01 Jan 2026 00:00:00 GMT"}, b'{"code": 40101}')

    url = f"http://127.0.0.1:{world.serve(answer).port}"
    clock = examine(url=url, token=TOKEN).check("clock")
    assert (Outcome.WARNED, True) == (clock.outcome, " h " in clock.seen)


@pytest.mark.parametrize(
    ("settings", "remedy"),
    [
        ({"url": "http://support.example", "token": TOKEN}, "HILLSTONE_CCC_GATEWAY_URL"),
        ({"url": "https://support.example", "token": "two words"}, "HILLSTONE_CCC_GATEWAY_TOKEN anew"),
        ({"url": "https://support.example"}, "Set both"),
    ],
)
def test_a_gateways_settings_are_looked_at(world: World, settings: dict[str, Any], remedy: str) -> None:
    """Nothing is sent, and no key is looked for."""
    diagnosis = examine(**settings)
    assert remedy in diagnosis.check("configuration").remedy
    assert "keys" not in [check.name for check in diagnosis.checks]
