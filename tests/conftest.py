"""What every test stands on: no way out of this machine, nobody's keys, one set of Hypothesis profiles."""

import os
import threading
from collections.abc import Awaitable, Callable, Generator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

# Before any vendor's package is imported: the default chain of keys ends in a request to a metadata address.
os.environ["ALIBABA_CLOUD_ECS_METADATA_DISABLED"] = "true"

_FOREIGN = ("ALIBABA_CLOUD_", "HILLSTONE_CCC_")
_PROXIES = ("http_proxy", "https_proxy", "all_proxy", "no_proxy", "ssl_cert_file", "ssl_cert_dir")
_KEPT = ("ALIBABA_CLOUD_ECS_METADATA_DISABLED", "HILLSTONE_CCC_LIVE_")

settings.register_profile(
    "quick",
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
settings.register_profile("ci", settings.get_profile("quick"), max_examples=100, derandomize=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "quick"))


@pytest.fixture(autouse=True)
def _nobodys_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No key, proxy or setting of whoever runs the tests reaches them."""
    for name in list(os.environ):
        if name.startswith(_FOREIGN) and not name.startswith(_KEPT):
            monkeypatch.delenv(name)
        if name.lower() in _PROXIES:
            monkeypatch.delenv(name)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1,localhost")


@contextmanager
def _served(make: Callable[[], Awaitable[Any]]) -> Generator[str, None, None]:
    """An ASGI application on a port of loopback, made in the event loop that runs it; gives its address."""
    import asyncio  # noqa: PLC0415 - for the few tests that need a server
    import socket  # noqa: PLC0415

    import uvicorn  # noqa: PLC0415

    with socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listener:
        listener.bind(("127.0.0.1", 0))
        begun: list[uvicorn.Server] = []
        ready = threading.Event()

        class Announcing(uvicorn.Server):
            async def startup(self, sockets: Any = None) -> None:
                await super().startup(sockets)
                ready.set()

        async def serve() -> None:
            server = Announcing(uvicorn.Config(await make(), log_config=None, access_log=False))
            begun.append(server)
            await server.serve([listener])

        thread = threading.Thread(target=lambda: asyncio.run(serve()), daemon=True)
        thread.start()
        assert ready.wait(30)
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            begun[0].should_exit = True
            thread.join(30)
        assert not thread.is_alive()


@pytest.fixture(scope="session")
def served() -> Callable[[Callable[[], Awaitable[Any]]], AbstractContextManager[str]]:
    """Puts an ASGI application on a port of loopback."""
    return _served
