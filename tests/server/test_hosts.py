"""The server has a place in the applications that people have, below a path, and leaves the rest of them alone."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Annotated, Any

import flask
import httpx
import pytest
from a2wsgi import ASGIMiddleware
from fastapi import FastAPI, Header, HTTPException
from litestar import Litestar, asgi, get
from litestar.testing import TestClient as LitestarClient
from starlette.applications import Starlette
from starlette.exceptions import HTTPException as StarletteHTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Mount, Route
from starlette.testclient import TestClient
from werkzeug.middleware.dispatcher import DispatcherMiddleware

from hillstone_ccc import AsyncClient
from hillstone_ccc.contract import AGENTS, CALL_RECORD, CALL_RECORDS, PARAMETERS, PERMISSION, RECORDING, REVEAL
from hillstone_ccc.sandbox import Sandbox
from hillstone_ccc.sandbox.inprocess import transport
from hillstone_ccc.server import (
    BearerTokens,
    Principal,
    ServerOptions,
    StaticToken,
    create_app,
    create_router,
    new_token,
)

TOKEN, HASH = new_token()
TOKENS = BearerTokens([StaticToken("clerk", HASH, frozenset({PERMISSION}))])
CLERK = {"authorization": f"Bearer {TOKEN}"}
RECORDS = 60
BELOW = "/ccc"
DJANGO_HOST = Path(__file__).with_name("hosts") / "django_host.py"

Ask = Callable[[str, dict[str, str]], tuple[int, str]]


@pytest.fixture(scope="module")
def box() -> Sandbox:
    """A call center in this process."""
    return Sandbox(records=RECORDS, days=2, seed=7)


@pytest.fixture
def client(box: Sandbox) -> AsyncClient:
    """What reaches it; the host closes it, on its own loop."""
    return AsyncClient(
        instance_id=box.instance_id,
        access_key_id=box.access_key_id,
        access_key_secret=box.access_key_secret,
        endpoint=box.endpoint,
        http_client=httpx.AsyncClient(transport=transport(box)),
    )


def has_its_place(ask: Ask, known: dict[str, str]) -> None:
    """Checks a host: its own page, and below its path the server, which lets in whom it knows and nobody else.

    Args:
        ask: Sends a request of a path with headers, gives the status and the body.
        known: Headers of somebody who is known.
    """
    listed = f"{BELOW}{CALL_RECORDS}?start_time=0&size=10"
    status, body = ask(listed, known)
    page = json.loads(body)
    assert (200, 0) == (status, page["code"])
    assert (10, RECORDS) == (len(page["data"]["list"]), page["data"]["total"])

    contact_id = page["data"]["list"][0]["contact_id"]
    status, body = ask(BELOW + CALL_RECORD.format(contact_id=contact_id), known)
    assert (200, contact_id) == (status, json.loads(body)["data"]["contact_id"])

    status, body = ask(listed, {})
    assert (401, {"code": 40101, "data": None}) == (status, _without_words(body))
    status, body = ask(f"{BELOW}{AGENTS}?size=0", known)
    assert (400, {"code": 40001, "data": None}) == (status, _without_words(body))

    assert (200, "own") == ask("/own", {})
    assert 404 == ask("/nowhere", known)[0]
    assert 404 == ask(CALL_RECORDS, known)[0]


def _without_words(body: str) -> dict[str, Any]:
    answer: dict[str, Any] = json.loads(body)
    assert answer.pop("message")
    return answer


def _asking(web: Any) -> Ask:
    """How a test client with httpx's face is asked."""

    def ask(path: str, headers: dict[str, str]) -> tuple[int, str]:
        answer = web.get(path, headers=headers)
        return answer.status_code, answer.text

    return ask


def _lifespan(client: AsyncClient) -> Any:
    """A host's own lifespan, which closes the client: what is mounted is told of none."""

    @asynccontextmanager
    async def lifespan(_: object) -> AsyncIterator[None]:
        yield
        await client.aclose()

    return lifespan


async def _own(_: Request) -> Response:
    return PlainTextResponse("own")


# FastAPI


def test_mounted_in_fastapi(client: AsyncClient) -> None:
    """As an application with a door of its own, whose description says below which path it is."""
    host = FastAPI(lifespan=_lifespan(client))
    host.add_route("/own", _own)
    host.mount(BELOW, create_app(client, authorize=TOKENS))
    with TestClient(host) as web:
        has_its_place(_asking(web), CLERK)
        assert [{"url": BELOW}] == web.get(f"{BELOW}/openapi.json", headers=CLERK).json()["servers"]
        assert 200 == web.get(f"{BELOW}/docs/swagger-ui.css", headers=CLERK).status_code
        assert [] == list(web.get("/openapi.json").json()["paths"])


async def _require(x_user: Annotated[str | None, Header()] = None) -> object:
    """A host's dependency: it knows a clerk and a chief, and says in one way or another who is not let in."""
    if x_user == "stranger":
        raise HTTPException(401, "Who are you?", headers={"www-authenticate": "Session"})
    if x_user == "guest":
        raise HTTPException(403, "Not you.")
    if x_user == "robot":
        raise StarletteHTTPException(403, "Not you either.")
    if x_user == "chief":
        return Principal("chief", frozenset({PERMISSION, REVEAL}))
    return x_user


def _included(client: AsyncClient, require: Callable[..., Any], options: ServerOptions | None = None) -> FastAPI:
    host = FastAPI(lifespan=_lifespan(client))
    host.add_route("/own", _own)
    host.include_router(create_router(client, require=require, options=options), prefix=BELOW)
    return host


def test_included_in_fastapi(client: AsyncClient) -> None:
    """As a router, behind the host's own dependency."""
    with TestClient(_included(client, _require)) as web:
        has_its_place(_asking(web), {"x-user": "clerk"})


@pytest.mark.parametrize(
    ("user", "status", "code"),
    [("stranger", 401, 40101), ("guest", 403, 40301), ("robot", 403, 40301), ("clerk", 200, 0), ("chief", 200, 0)],
)
def test_what_a_host_says_no_with_is_told_in_the_envelope(
    client: AsyncClient, user: str, status: int, code: int
) -> None:
    """FastAPI's exception or Starlette's: the status and headers are the host's, the rest is the contract's."""
    with TestClient(_included(client, _require)) as web:
        answer = web.get(BELOW + AGENTS, headers={"x-user": user})
    assert (status, code) == (answer.status_code, answer.json()["code"])
    assert ("Session" if status == 401 else None) == answer.headers.get("www-authenticate")
    assert "you" not in answer.json()["message"]


def test_a_host_says_who_sees_numbers_whole(client: AsyncClient) -> None:
    """Where they are masked, a Principal with the permission does, and a mere name does not."""
    with TestClient(_included(client, _require, ServerOptions(mask_numbers=True))) as web:
        seen = {
            user: web.get(f"{BELOW}{CALL_RECORDS}?start_time=0", headers={"x-user": user}).json()["data"]["list"]
            for user in ("clerk", "chief")
        }
    assert all("****" in row["calling_number"] for row in seen["clerk"])
    assert not any("****" in row["calling_number"] for row in seen["chief"])


async def _strict(x_session: Annotated[int, Header()]) -> str:
    """A host's dependency that cannot do without a header."""
    return f"session {x_session}"


@pytest.mark.parametrize("headers", [{}, {"x-session": "none"}])
def test_what_a_host_s_dependency_cannot_read_is_named_in_the_envelope(
    client: AsyncClient, headers: dict[str, str]
) -> None:
    """It is the caller's mistake, and not the server's; what was sent is not repeated."""
    with TestClient(_included(client, _strict)) as web:
        answer = web.get(BELOW + AGENTS, headers=headers)
        assert 200 == web.get(BELOW + AGENTS, headers={"x-session": "5"}).status_code
    assert 400 == answer.status_code
    assert {"code": 40001, "message": "x-session cannot be read.", "data": None} == answer.json()


@pytest.mark.parametrize("path", [CALL_RECORDS, RECORDING, CALL_RECORD, AGENTS])
def test_other_methods_are_refused_in_the_envelope_by_a_host_too(client: AsyncClient, path: str) -> None:
    """As the router's description says, whatever the host answers elsewhere."""
    with TestClient(_included(client, _require)) as web:
        answer = web.post(BELOW + path, headers={"x-user": "clerk"})
        assert "own" == web.get("/own").text
    assert (405, 40501) == (answer.status_code, answer.json()["code"])
    assert "GET, HEAD, OPTIONS" == answer.headers["allow"]


def test_a_host_s_description_holds_the_router_s_paths(client: AsyncClient) -> None:
    """With their parameters, answers and refusals, beside what the host's dependency takes."""
    with TestClient(_included(client, _require)) as web:
        told = web.get("/openapi.json").json()["paths"]
    assert {BELOW + path for path in PARAMETERS} == set(told)
    for path, parameters in PARAMETERS.items():
        operation = told[BELOW + path]["get"]
        own = ["contact_id"] if path == CALL_RECORD else [one.name for one in parameters]
        assert sorted(["x-user", *own]) == sorted(one["name"] for one in operation["parameters"])
        assert {"200", "400", "401", "403", "429", "503"} <= set(operation["responses"])
        rows = operation["responses"]["200"]["content"]["application/json"]["schema"]
        assert ["code", "message", "data"] == rows["required"]


# Other hosts that speak ASGI


def test_mounted_in_starlette(client: AsyncClient) -> None:
    """By a Mount."""
    host = Starlette(
        routes=[Route("/own", _own), Mount(BELOW, create_app(client, authorize=TOKENS))], lifespan=_lifespan(client)
    )
    with TestClient(host) as web:
        has_its_place(_asking(web), CLERK)


def test_mounted_in_litestar(client: AsyncClient) -> None:
    """By a handler that gives back the path as it came: Litestar takes off where it is and puts a slash behind it."""
    app = create_app(client, authorize=TOKENS)

    @asgi(BELOW, is_mount=True, copy_scope=True)
    async def call_center(scope: Any, receive: Any, send: Any) -> None:
        root = scope.get("root_path", "") + BELOW
        await app({**scope, "root_path": root, "path": root + scope["path"].rstrip("/")}, receive, send)

    @get("/own", media_type="text/plain", sync_to_thread=False)
    def own() -> str:
        return "own"

    with LitestarClient(
        Litestar([call_center, own], on_shutdown=[client.aclose], openapi_config=None, logging_config=None)
    ) as web:
        has_its_place(_asking(web), CLERK)
        assert [{"url": BELOW}] == web.get(f"{BELOW}/openapi.json", headers=CLERK).json()["servers"]


# Hosts that speak WSGI


@contextmanager
def _running(client: AsyncClient) -> Iterator[asyncio.AbstractEventLoop]:
    """A loop in a thread of its own, on which the client is closed at the end."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        yield loop
        asyncio.run_coroutine_threadsafe(client.aclose(), loop).result()
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


def test_mounted_in_flask(client: AsyncClient) -> None:
    """On a loop beside it, and whoever has logged in with the host is known by the host's session."""
    host = flask.Flask("host")
    host.secret_key = "example-secret"

    @host.get("/own")
    def own() -> str:
        return "own"

    @host.get("/login/<name>")
    def login(name: str) -> str:
        flask.session["user"] = name
        return name

    def who(request: Request, _permission: str) -> str | None:
        with host.request_context(request.scope["wsgi_environ"]):
            name: str | None = flask.session.get("user")
            return name

    with _running(client) as loop:
        app: Any = create_app(client, authorize=who)  # a2wsgi has types of its own for what an application is told
        ccc: Any = ASGIMiddleware(app, loop=loop)
        host.wsgi_app = DispatcherMiddleware(host.wsgi_app, {BELOW: ccc})  # type: ignore[method-assign]  # Flask's own way
        web = host.test_client(use_cookies=False)
        session = web.get("/login/clerk").headers["set-cookie"].partition(";")[0]
        has_its_place(_asking(web), {"cookie": session})


def test_mounted_in_django() -> None:
    """On a loop beside it, and whoever has logged in with the project is known by the project's session."""
    program = [sys.executable, "-W", "error", str(DJANGO_HOST), str(RECORDS)]
    with subprocess.Popen(program, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as running:
        assert running.stdin is not None
        assert running.stdout is not None
        told, answers = running.stdin, running.stdout

        def ask(path: str, headers: dict[str, str]) -> tuple[int, str]:
            print(json.dumps({"path": path, "known": bool(headers)}), file=told, flush=True)
            status, body = json.loads(answers.readline())
            return status, body

        has_its_place(ask, CLERK)
        told.close()
    assert 0 == running.returncode
