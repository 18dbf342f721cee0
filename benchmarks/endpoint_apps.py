"""The applications that `list_endpoint.py` compares, and a caller in the same process."""

# ruff: noqa: INP001 - beside programs, and no package

from __future__ import annotations

import hashlib
import logging
import os
import time
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from fastapi import Depends, FastAPI
from rows import NOW_MS, SIZE, START_MS
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from hillstone_ccc import AsyncClient
from hillstone_ccc.contract import CALL_RECORDS, PERMISSION
from hillstone_ccc.server import (
    BearerTokens,
    JSONWebTokens,
    Principal,
    ServerOptions,
    StaticToken,
    create_app,
    create_router,
)
from hillstone_ccc.server.principal import Authorizer

os.environ["ALIBABA_CLOUD_ECS_METADATA_DISABLED"] = "true"  # inherited by every process here

ASGI = Callable[[Any, Any, Any], Awaitable[None]]

TOKEN = "example-token"  # noqa: S105 - made up
OPTIONS = ServerOptions(results_seconds=3_600)  # what is kept stays kept for the whole run
_SOMEBODY = Principal("somebody", frozenset({PERMISSION}))
_SECRET = "example-secret-of-32-bytes-------"  # noqa: S105 - made up
_ABOUT: dict[str, Any] = {"audience": "ccc", "issuer": "https://issuer.example"}


def client_of(endpoint: str) -> AsyncClient:
    """What asks the call center: the same for the server and for those who have none."""
    told: dict[str, Any] = {"access_key_id": "example-id", "access_key_secret": "example-secret"}
    return AsyncClient(**told, instance_id="ccc-demo", endpoint=endpoint)


# --- who is let in ------------------------------------------------------------------------------------------


def static_token() -> tuple[Authorizer, str]:
    """An authorizer that knows one token by its hash, and that token."""
    sha256 = hashlib.sha256(TOKEN.encode()).hexdigest()
    return BearerTokens([StaticToken("front-end", sha256, frozenset({PERMISSION}))]), TOKEN


def shared_secret() -> tuple[Authorizer, str]:
    """An authorizer of JSON web tokens signed with a secret, and one of them."""
    return JSONWebTokens(secret=_SECRET, algorithms=["HS256"], **_ABOUT), _issued(_SECRET, "HS256")


def key_pair() -> tuple[Authorizer, str]:
    """An authorizer of JSON web tokens signed with a private key, and one of them."""
    key = rsa.generate_private_key(65537, 2048)
    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return JSONWebTokens(keys=public, algorithms=["RS256"], **_ABOUT), _issued(key, "RS256")


def _issued(key: Any, algorithm: str) -> str:
    about = {"iss": _ABOUT["issuer"], "aud": _ABOUT["audience"], "sub": "clerk", "permissions": [PERMISSION]}
    return jwt.encode({**about, "exp": int(time.time()) + 86_400}, key, algorithm)


DOORS: dict[str, Callable[[], tuple[Authorizer, str]]] = {
    "static token": static_token,
    "JSON web token, HS256": shared_secret,
    "JSON web token, RS256": key_pair,
}


# --- the applications ---------------------------------------------------------------------------------------


def audited() -> None:
    """Has the audit written, as a server that stands on a port has it."""
    audit = logging.getLogger("hillstone_ccc.server.audit")
    audit.setLevel(logging.INFO)
    audit.propagate = False
    audit.addHandler(logging.FileHandler(os.devnull))


def contract(client: AsyncClient, authorize: Authorizer) -> ASGI:
    """The server."""
    return create_app(client, authorize=authorize, options=OPTIONS)


def without_door(client: AsyncClient) -> ASGI:
    """The same paths, open to anybody."""

    async def require() -> Principal:
        return _SOMEBODY

    app = FastAPI()
    app.include_router(create_router(client, require=require, options=OPTIONS))
    return app


def bare(body: bytes) -> ASGI:
    """A route of Starlette's that has its answer already."""

    async def answer(_: Request) -> Response:
        return Response(body, media_type="application/json")

    return Starlette(routes=[Route(CALL_RECORDS, answer)])


def bare_fastapi(body: bytes) -> ASGI:
    """The same as a route of FastAPI's, with a dependency that lets everybody in."""
    app = FastAPI()

    async def require(_: Request) -> Principal:
        return _SOMEBODY

    async def answer(_: Request, _who: Any = Depends(require)) -> Response:  # noqa: B008 - as FastAPI has it
        return Response(body, media_type="application/json")

    app.add_api_route(CALL_RECORDS, answer)
    return app


# --- what is asked ------------------------------------------------------------------------------------------


def another_range(number: int) -> str:
    """A query for all calls that no other number gives: nothing is shared, and nothing kept."""
    return f"start_time={START_MS - number}&end_time={NOW_MS}&page=1&size={SIZE}"


def kept_walk(number: int, pages: int) -> str:
    """A query for a page behind the first of one search that is walked: from the second time on it is kept."""
    page = 2 + number % (pages - 2)
    agents = "alpha@ccc-demo,beta@ccc-demo"  # of several agents the call center has no pages
    return f"start_time={START_MS}&end_time={NOW_MS}&agent_ids={agents}&page={page}&size={SIZE}"


def scope_of(query: str, token: str) -> dict[str, Any]:
    """A request as ASGI has it."""
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": CALL_RECORDS,
        "raw_path": CALL_RECORDS.encode(),
        "root_path": "",
        "path_params": {},
        "query_string": query.encode(),
        "headers": [(b"host", b"support.example"), (b"authorization", f"Bearer {token}".encode())],
        "client": ("127.0.0.1", 50_000),
        "server": ("127.0.0.1", 80),
    }


async def asked(app: ASGI, query: str, token: str) -> bytes:
    """What an application in this process answers."""
    status, body = 0, b""

    async def receive() -> MutableMapping[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(told: MutableMapping[str, Any]) -> None:
        nonlocal status, body
        status = told.get("status", status)
        body += told.get("body", b"")

    await app(scope_of(query, token), receive, send)
    if status != 200:  # noqa: PLR2004
        raise SystemExit(f"{query}: {status} {body[:200]!r}")
    return body
