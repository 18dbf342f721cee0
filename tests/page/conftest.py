"""The real page in a real browser: over a sandbox and the server, each on a port of loopback."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import attrs
import pytest
from playwright.sync_api import Browser, Page, expect

from hillstone_ccc import AsyncClient, RetryPolicy
from hillstone_ccc.contract import PERMISSION, REVEAL
from hillstone_ccc.sandbox import Sandbox
from hillstone_ccc.server import AnyOf, BearerTokens, LinkToken, ServerOptions, StaticToken, create_app

from .watching import PAGE, Watcher

_TOKEN = "example-token-of-the-front-end"
_PATIENCE_MS = 15_000  # other work goes on beside the tests
expect.set_options(timeout=_PATIENCE_MS)

Served = Callable[..., AbstractContextManager[str]]


@attrs.frozen
class Place:
    """A call center, and the server over it.

    Attributes:
        address: The server's address, which is the page's origin.
        box: The call center.
        token: Lets in whoever sends it in a header.
        cookie: Name and value of the cookie that lets a browser in.
        link: Lets a browser in that opens it, once.
    """

    address: str
    box: Sandbox
    token: str = attrs.field(repr=False)
    cookie: tuple[str, str] = attrs.field(repr=False)
    link: str = attrs.field(repr=False)


@pytest.fixture(scope="session")
def placed(served: Served) -> Callable[..., AbstractContextManager[Place]]:
    """Makes places of a test's or module's own; ``_placed`` tells the settings."""

    def place(**settings: Any) -> AbstractContextManager[Place]:
        return _placed(served, **settings)

    return place


@contextmanager
def _placed(
    served: Served,
    *,
    options: ServerOptions | None = None,
    permissions: frozenset[str] = frozenset({PERMISSION, REVEAL}),
    client: Mapping[str, Any] | None = None,
    application: Callable[..., Any] = create_app,
    **center: Any,
) -> Iterator[Place]:
    """A place of one's own.

    Args:
        served: Puts an application on a port.
        options: The server's.
        permissions: What the token, the cookie and the link permit.
        client: Settings of the client between the server and the call center.
        application: Makes the application, called as ``create_app`` is.
        **center: Settings of the ``Sandbox``.
    """
    known = StaticToken("front-end", hashlib.sha256(_TOKEN.encode()).hexdigest(), permissions)
    # A link works once, so the one that has become a cookie is another than the one that a test may open.
    used, unused = LinkToken(permissions=permissions), LinkToken(permissions=permissions)
    session = used.redeem(used.once)
    assert session is not None
    with Sandbox(**{"records": 150, "days": 7, "seed": 7, **center}) as box:

        async def make() -> Any:
            upstream = {
                "instance_id": box.instance_id,
                "access_key_id": box.access_key_id,
                "access_key_secret": box.access_key_secret,
                "endpoint": box.endpoint,
                "retry": RetryPolicy(attempts=1),
                **(client or {}),
            }
            return application(
                AsyncClient(**upstream),
                authorize=AnyOf(BearerTokens([known]), used, unused),
                options=attrs.evolve(options or ServerOptions(), recording_origins=[box.endpoint]),
                link=unused,
                closes_client=True,
            )

        with served(make) as address:
            yield Place(address, box, _TOKEN, (used.cookie, session), f"{address}/?token={unused.once}")


@pytest.fixture(scope="module")
def place(placed: Callable[..., AbstractContextManager[Place]]) -> Iterator[Place]:
    """A place for all tests of a module that change nothing in it."""
    with placed() as place:
        yield place


@pytest.fixture
def watcher() -> Iterator[Watcher]:
    """Watches every page that is visited, and demands after the test that none did what it must not."""
    watcher = Watcher()
    yield watcher
    watcher.judge()


@pytest.fixture
def visit(browser: Browser, place: Place, watcher: Watcher) -> Iterator[Callable[..., Page]]:
    """Opens the page, each time as another visitor; see ``open_page``."""

    def open_page(
        fragment: str = "",
        *,
        at: Place = place,
        path: str = PAGE,
        known: bool = True,
        before: Callable[[Page], object] = lambda _: None,
        viewport: tuple[int, int] = (1280, 900),
        **settings: Any,
    ) -> Page:
        """The page, loaded.

        Args:
            fragment: What follows the address, with its ``#``.
            at: Another place than the module's.
            path: Another path than the page's.
            known: Whether the visitor has the cookie that lets them in.
            before: What is done with it before it goes there.
            viewport: Width and height of what is seen.
            **settings: Of the browser's context: ``locale``, ``color_scheme``, ``permissions``, ``accept_downloads``,
                ``timezone_id``, ``reduced_motion``, ``java_script_enabled`` and others.
        """
        width, height = viewport
        # Not the call center's time zone, so that a page that takes the visitor's for it is found out.
        usual = {"locale": "en-US", "timezone_id": "America/New_York", "viewport": {"width": width, "height": height}}
        context = browser.new_context(**{**usual, **settings})
        context.set_default_timeout(_PATIENCE_MS)
        watcher.watch(context, at.address, at.box.endpoint, scripts=bool(settings.get("java_script_enabled", True)))
        if known:
            name, value = at.cookie
            context.add_cookies(
                [{"name": name, "value": value, "url": at.address, "httpOnly": True, "sameSite": "Strict"}]
            )
        page = context.new_page()
        before(page)
        page.goto(f"{at.address}{path}{fragment}")
        return page

    yield open_page
    watcher.leave()
