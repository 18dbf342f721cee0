"""The server over a sandbox in process, and callers with and without a token."""

import hashlib
from collections.abc import AsyncIterator, Callable
from typing import Any

import httpx
import pytest

from hillstone_ccc import AsyncClient, RetryPolicy
from hillstone_ccc.contract import METRICS, PERMISSION
from hillstone_ccc.sandbox import Sandbox
from hillstone_ccc.sandbox.inprocess import transport
from hillstone_ccc.server import BearerTokens, ServerOptions, StaticToken, create_app

ROOT = "/api/support/aliyun_ccc"
TOKEN = "example-token-of-the-front-end"
Caller = Callable[..., httpx.AsyncClient]


def known(**permissions: frozenset[str]) -> BearerTokens:
    """An authorizer that knows ``example-token-of-the-<name>`` for each name."""
    return BearerTokens(
        [
            StaticToken(name, hashlib.sha256(f"example-token-of-the-{name}".encode()).hexdigest(), frozenset(permitted))
            for name, permitted in permissions.items()
        ]
    )


@pytest.fixture(scope="session")
def still() -> Sandbox:
    """A call center without a port, for all tests that change nothing in it."""
    return Sandbox(records=600, days=7)


@pytest.fixture
def box() -> Sandbox:
    """A call center without a port, for one test."""
    return Sandbox(records=300, days=7)


@pytest.fixture
async def upstream() -> AsyncIterator[Callable[..., AsyncClient]]:
    """Makes clients of a sandbox without a port, and closes them."""
    made: list[Any] = []

    def make(box: Sandbox, **settings: Any) -> AsyncClient:
        web = httpx.AsyncClient(transport=transport(box))
        usual = {
            "instance_id": box.instance_id,
            "access_key_id": box.access_key_id,
            "access_key_secret": box.access_key_secret,
            "endpoint": box.endpoint,
            "http_client": web,
            "retry": RetryPolicy(attempts=1),
        }
        client = AsyncClient(**{**usual, **settings})
        made.extend((client, web))
        return client

    yield make
    for one in made:
        await one.aclose()


@pytest.fixture
async def caller() -> AsyncIterator[Caller]:
    """Makes callers of an application, with a good token unless they bring another."""
    made: list[httpx.AsyncClient] = []

    def make(app: Any, token: str | None = TOKEN, **settings: Any) -> httpx.AsyncClient:
        headers = {"authorization": f"Bearer {token}"} if token else {}
        client = httpx.AsyncClient(
            transport=httpx.ASGITransport(app, raise_app_exceptions=False, **settings),
            base_url="http://support.example",
            headers=headers,
        )
        made.append(client)
        return client

    yield make
    for one in made:
        await one.aclose()


@pytest.fixture
def application(upstream: Callable[..., AsyncClient]) -> Callable[..., Any]:
    """Makes the application over a sandbox; the front-end may list, the operator may measure."""

    def make(box: Sandbox, *, options: ServerOptions | None = None, **settings: Any) -> Any:
        authorize = settings.pop("authorize", None) or known(
            **{"front-end": frozenset({PERMISSION}), "operator": frozenset({METRICS})}
        )
        link = settings.pop("link", None)
        return create_app(upstream(box, **settings), authorize=authorize, options=options, link=link)

    return make
