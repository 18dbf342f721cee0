"""What every test stands on: no way out of this machine, nobody's keys, one set of Hypothesis profiles."""

import os
import threading
from collections.abc import Awaitable, Callable, Generator, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

# Before any vendor's package is imported: the default chain of keys ends in a request to a metadata address.
os.environ["ALIBABA_CLOUD_ECS_METADATA_DISABLED"] = "true"

# Read here, since no test sees variables of this name.
_BROWSER = os.environ.get("HILLSTONE_CCC_BROWSER")
_NO_BROWSER = (
    "NO BROWSER: what it shows is not tried. `make test` finds or installs one, or HILLSTONE_CCC_BROWSER names it."
)
_ARGUMENTS = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-quic",
    "--no-sandbox",  # root, as in a container, may not have one
    "--autoplay-policy=no-user-gesture-required",
    # Nothing leaves loopback: no proxy is asked, and no other name or address is ever resolved.
    "--no-proxy-server",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)

_FOREIGN = ("ALIBABA_CLOUD_", "HILLSTONE_CCC_")
_PROXIES = ("http_proxy", "https_proxy", "all_proxy", "no_proxy", "ssl_cert_file", "ssl_cert_dir")
_KEPT = ("ALIBABA_CLOUD_ECS_METADATA_DISABLED", "HILLSTONE_CCC_LIVE_")

settings.register_profile(
    "quick",
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
settings.register_profile("brief", settings.get_profile("quick"), max_examples=5)
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


@pytest.hookimpl(tryfirst=True)  # before marks are chosen from
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks what leads a browser: as such, and to be tried on one Python alone."""
    for item in items:
        if "browser" in getattr(item, "fixturenames", ()):
            item.add_marker("browser")
            item.add_marker("once")


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """The system's Chromium.

    No longer than for a module: as long as Playwright runs, this thread has a running event loop, beside which no
    asynchronous test can run.
    """
    if not _BROWSER:
        # CI has to have one.
        (pytest.fail if os.environ.get("CI") else pytest.skip)(_NO_BROWSER)
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - for the tests that lead one

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=_BROWSER, args=_ARGUMENTS)
        try:
            yield browser
        finally:
            browser.close()


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
