"""The contract as an ASGI application: for any host, or for a port of its own."""

from __future__ import annotations

import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

from fastapi import APIRouter, Depends, FastAPI, Security
from fastapi.security import HTTPBearer
from starlette.exceptions import HTTPException
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from hillstone_ccc import AsyncClient, CCCError, __version__
from hillstone_ccc.contract import METRICS, PERMISSION, refusals

from . import docs_page
from .doors import Doorkeeper
from .envelope import RefusedError, answer, encoded, refusal
from .flights import Flights
from .front_end import PAGE, create_page_router
from .link import LinkToken
from .metrics import CONTENT_TYPE, Metrics
from .options import ServerOptions
from .principal import Authorizer, Principal
from .routes import METHODS, allowed, create_router, route_class

Endpoint = Callable[..., Awaitable[Response]]

_READY_SECONDS = 5.0
_NOT_FOUND, _NOT_ALLOWED = 404, 405


def create_app(
    client: AsyncClient,
    *,
    authorize: Authorizer,
    options: ServerOptions | None = None,
    link: LinkToken | None = None,
    closes_client: bool = False,
) -> FastAPI:
    """The contract as an ASGI application.

    Besides the contract's paths it has ``/support/call_record``, a page to look at calls and listen to them, which is
    open as far as it tells nothing of calls, ``/healthz`` and ``/readyz``, which are open too, ``/metrics``
    (permission ``support.metrics:read``), ``/openapi.json`` and ``/docs``.

    Args:
        client: What reaches the call center.
        authorize: Who somebody is: called with the request and the permission it takes, plain or asynchronous, it
            gives a :class:`Principal` or a name, or None for nobody.
        options: Bounds, caches, what is shown.
        link: Lets the browser in that opens ``/?token=…``; ``authorize`` has to know it too.
        closes_client: Whether the client is closed when the application shuts down. A host that mounts the
            application tells it nothing of that, so it closes the client itself.
    """
    options, metrics = options or ServerOptions(), Metrics()
    doors = Doorkeeper(authorize, options)

    bearer = Security(HTTPBearer(auto_error=False))  # for the description alone

    async def permitted(request: Request, _: Any = bearer) -> Principal:
        return await doors.admit(request, PERMISSION)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncGenerator[None, None]:
        yield
        if closes_client:
            await client.aclose()

    app = FastAPI(
        title="Call records",
        summary="Call records, agents and recordings of a call center.",
        version=__version__,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        redirect_slashes=False,
        lifespan=lifespan,
    )
    app.include_router(create_router(client, require=permitted, options=options, metrics=metrics))
    if options.page:
        app.include_router(create_page_router(options=options, metrics=metrics))
    app.include_router(_own_routes(app, client, doors, options, metrics, link))
    app.add_exception_handler(HTTPException, _no_such_place)
    app.add_exception_handler(Exception, _fault)
    if options.cors_origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=list(options.cors_origins),
            allow_methods=["GET", "HEAD"],
            allow_headers=["authorization", "x-request-id"],
            expose_headers=["retry-after", "x-request-id", "x-unknown-parameters"],
        )
    return app


def _own_routes(
    app: FastAPI,
    client: AsyncClient,
    doors: Doorkeeper,
    options: ServerOptions,
    metrics: Metrics,
    link: LinkToken | None,
) -> APIRouter:
    router = APIRouter(route_class=route_class(metrics, audited=False), include_in_schema=False)
    readiness = _Readiness(client, options.deadline, metrics)

    async def permitted(request: Request) -> Principal:
        return await doors.admit(request, PERMISSION)

    async def may_measure(request: Request) -> Principal:
        return await doors.admit(request, METRICS)

    async def healthz() -> Response:
        return answer(encoded(None))

    async def readyz() -> Response:
        await readiness.check()
        return answer(encoded(None))

    async def show_metrics() -> Response:
        return Response(metrics.text(), media_type=CONTENT_TYPE)

    async def description(request: Request) -> Response:
        root = request.scope.get("root_path", "").rstrip("/")  # where a host has mounted it
        return JSONResponse(app.openapi() | ({"servers": [{"url": root}]} if root else {}))

    places: list[tuple[str, Endpoint, list[Any]]] = [
        ("/healthz", healthz, []),
        ("/readyz", readyz, []),
        ("/metrics", show_metrics, [Depends(may_measure)]),
        ("/openapi.json", description, [Depends(permitted)]),
    ]
    if options.docs:
        places += [
            ("/docs", docs_page.page, [Depends(permitted)]),
            ("/docs/{name}", docs_page.file, [Depends(permitted)]),
        ]
    if link is not None:
        places.append(("/", _entrance(doors, link, _landing(options)), []))
    for path, endpoint, dependencies in places:
        router.add_api_route(path, endpoint, methods=["GET", "HEAD"], dependencies=dependencies)
        router.add_api_route(path, allowed, methods=["OPTIONS"])
    return router


def _landing(options: ServerOptions) -> str:
    """Where a link leads, seen from the entrance: to what there is to look at."""
    if options.page:
        return PAGE.removeprefix("/")
    return "docs" if options.docs else "openapi.json"


def _entrance(doors: Doorkeeper, link: LinkToken, landing: str) -> Endpoint:
    """Exchanges what stands in the link for a cookie, so that it leaves the address."""

    async def enter(request: Request) -> Response:
        response = RedirectResponse(landing, 303)
        token = request.query_params.get("token")
        if token is None or link.cookie in request.cookies:  # the same link again, in the browser that had it first
            try:
                await doors.admit(request, PERMISSION)
            except RefusedError:
                if token is None:
                    raise
            else:
                return response
        session = doors.redeem(request, link, token)
        response.set_cookie(link.cookie, session, httponly=True, samesite="strict")
        return response

    return enter


class _Readiness:
    """Whether the call center answers, asked for at most every few seconds."""

    def __init__(self, client: AsyncClient, deadline: float, metrics: Metrics) -> None:
        self._client = client
        self._deadline = deadline
        self._flights = Flights(metrics.shared)
        self._ready = False
        self._known_until = 0.0

    async def check(self) -> None:
        """Raises RefusedError if it does not."""
        if time.monotonic() >= self._known_until:
            try:
                await self._flights.join("ready", lambda: self._client.agents.search().page(1, 1), self._deadline)
            except CCCError:
                self._ready = False
            else:
                self._ready = True
            self._known_until = time.monotonic() + _READY_SECONDS
        if not self._ready:
            raise RefusedError(refusals.NOT_READY)


async def _no_such_place(_: Request, error: Exception) -> Response:
    status = getattr(error, "status_code", 500)
    if status == _NOT_ALLOWED:
        return refusal(RefusedError(refusals.NO_SUCH_METHOD, headers={"allow": METHODS}))
    if status == _NOT_FOUND:
        return refusal(RefusedError(refusals.NO_SUCH_PATH))
    return refusal(RefusedError(refusals.of_host(status)))


async def _fault(_request: Request, _error: Exception) -> Response:
    return refusal(RefusedError(refusals.FAULT))
