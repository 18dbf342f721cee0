"""One table of behaviours for every driver and target: clients behind one face, over the same calls."""

import asyncio
import hashlib
import inspect
import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import httpx
import pytest

from hillstone_ccc import AsyncClient, Client, RetryPolicy
from hillstone_ccc.sandbox import Sandbox
from hillstone_ccc.sandbox.inprocess import transport
from hillstone_ccc.testing.clock import SimulatedClock


class Awaited:
    """Something asynchronous with the synchronous one's face: whatever it gives is awaited or collected."""

    def __init__(self, thing: Any, loop: asyncio.AbstractEventLoop) -> None:
        self._thing = thing
        self._loop = loop

    def __getattr__(self, name: str) -> Any:
        return self._faced(getattr(self._thing, name))

    def __call__(self, *arguments: Any, **named: Any) -> Any:
        plain = [one._thing if isinstance(one, Awaited) else one for one in arguments]
        return self._faced(self._thing(*plain, **named))

    def __iter__(self) -> Iterator[Any]:
        async def collect() -> list[Any]:
            return [one async for one in self._thing]

        return iter(self._loop.run_until_complete(collect()))

    def __repr__(self) -> str:
        return repr(self._thing)

    def _faced(self, value: Any) -> Any:
        if inspect.isawaitable(value):
            value = self._loop.run_until_complete(_wait(value))
        if isinstance(value, list):
            return [self._faced(one) for one in value]
        ours = type(value).__module__.startswith("hillstone_ccc") and type(value).__name__.startswith("Async")
        return Awaited(value, self._loop) if ours or inspect.ismethod(value) or inspect.isasyncgen(value) else value


async def _wait(value: Any) -> Any:
    return await value


def of(box: Sandbox) -> dict[str, Any]:
    """What a client of a sandbox needs to be told."""
    return {
        "instance_id": box.instance_id,
        "access_key_id": box.access_key_id,
        "access_key_secret": box.access_key_secret,
        "security_token": box.security_token,
        "endpoint": box.endpoint,
    }


@pytest.fixture
def settings_of() -> Callable[[Sandbox], dict[str, Any]]:
    """Gives what a client of a sandbox needs to be told."""
    return of


@pytest.fixture
def opened() -> Iterator[Callable[..., Any]]:
    """Opens clients of either kind, with one face, and closes them."""
    with ExitStack() as stack:

        def open_client(driver: str, gateway: str | None = None, **settings: Any) -> Any:
            if driver == "sync":
                client = Client.connect(gateway, **settings) if gateway else Client(**settings)
                return stack.enter_context(client)
            loop = asyncio.new_event_loop()
            stack.callback(loop.close)
            stack.callback(lambda: loop.run_until_complete(loop.shutdown_asyncgens()))

            async def make() -> AsyncClient:
                return AsyncClient.connect(gateway, **settings) if gateway else AsyncClient(**settings)

            awaited = loop.run_until_complete(make())
            stack.callback(lambda: loop.run_until_complete(awaited.aclose()))
            return Awaited(awaited, loop)

        yield open_client


@pytest.fixture
def in_process(opened: Callable[..., Any]) -> Callable[..., Any]:
    """Opens a client that reaches a sandbox without a port, its waits simulated."""

    def open_client(driver: str, box: Sandbox, clock: SimulatedClock, **settings: Any) -> Any:
        web: Any = httpx.Client if driver == "sync" else httpx.AsyncClient
        web_client = web(transport=transport(box, sleep=clock.advance), headers={"accept-encoding": "gzip"})
        return opened(driver, **{**of(box), "http_client": web_client, "clock": clock, **settings})

    return open_client


@pytest.fixture(scope="session")
def open_box() -> Iterator[Sandbox]:
    """A sandbox on a port, for all tests that change nothing in it."""
    with Sandbox(records=3_000, days=30, seed=7) as box:
        yield box


@pytest.fixture
def over_port(opened: Callable[..., Any], open_box: Sandbox) -> Callable[[str], Any]:
    """Opens a client that reaches the shared sandbox over its port."""

    def open_client(driver: str) -> Any:
        return opened(driver, **of(open_box), retry=RetryPolicy(attempts=1))

    return open_client


GATEWAY_TOKEN = "example-gateway-token"


@pytest.fixture(scope="session")
def gateway(open_box: Sandbox, served: Any) -> Iterator[str]:
    """The shared sandbox behind the REST contract, on a port."""
    from hillstone_ccc.server import PERMISSION, BearerTokens, StaticToken, create_app  # noqa: PLC0415 - an extra

    digest = hashlib.sha256(GATEWAY_TOKEN.encode()).hexdigest()

    async def make() -> Any:
        authorize = BearerTokens([StaticToken("tests", digest, frozenset({PERMISSION}))])
        return create_app(AsyncClient(**of(open_box)), authorize=authorize, closes_client=True)

    with served(make) as address:
        yield address


@pytest.fixture
def over_gateway(opened: Callable[..., Any], gateway: str) -> Callable[..., Any]:
    """Opens a client that holds no key and speaks the REST contract."""

    def open_client(driver: str, **settings: Any) -> Any:
        return opened(driver, gateway=gateway, token=GATEWAY_TOKEN, retry=RetryPolicy(attempts=1), **settings)

    return open_client


@pytest.fixture
def live(opened: Callable[..., Any]) -> Callable[[str], Any]:
    """Opens a client of the real instance that the environment names; the default chain finds the keys."""

    def open_client(driver: str) -> Any:
        return opened(
            driver,
            instance_id=os.environ["HILLSTONE_CCC_LIVE_INSTANCE_ID"],
            region_id=os.environ.get("HILLSTONE_CCC_LIVE_REGION_ID", "cn-shanghai"),
        )

    return open_client
