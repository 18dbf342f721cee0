"""A server on loopback that does what it is told, and both kinds of client behind one face."""

from __future__ import annotations

import asyncio
import inspect
import json
import socketserver
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import attrs
import httpx
import pytest

from hillstone_ccc import AsyncClient, Client, RetryPolicy
from hillstone_ccc.sandbox import Sandbox
from hillstone_ccc.sandbox.inprocess import transport
from hillstone_ccc.testing.clock import SimulatedClock

KEY = {"access_key_id": "example-id", "access_key_secret": "example-secret"}

NO_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""Trusts nobody; costs nothing to make, where no connection is encrypted."""

USER = {"Code": "OK", "Data": {"UserId": "zhangsan@ccc-demo", "DisplayName": "张三"}, "HttpStatusCode": 200}

Answer = Callable[["Seen"], "bytes | None"]


@attrs.frozen
class Seen:
    """A request as it came over the wire.

    Attributes:
        line: its first line, such as ``POST /?InstanceId=ccc-demo HTTP/1.1``.
        headers: names in lower case.
        body: what followed them.
    """

    line: str
    headers: dict[str, str]
    body: bytes

    @property
    def target(self) -> str:
        """The path and query, or the URL that a proxy is asked for."""
        return self.line.split(" ")[1]


class _Handler(socketserver.StreamRequestHandler):
    server: Loopback

    def handle(self) -> None:
        line = self.rfile.readline().decode().strip()
        if not line:
            return
        headers: dict[str, str] = {}
        while text := self.rfile.readline().decode().strip():
            name, _, value = text.partition(":")
            headers[name.lower()] = value.strip()
        seen = Seen(line, headers, self.rfile.read(int(headers.get("content-length", 0))))
        self.server.seen.append(seen)
        answer = self.server.answer(seen)
        if answer is None:
            self.server.over.wait(10)
        else:
            self.wfile.write(answer)


class Loopback(socketserver.ThreadingTCPServer):
    """Answers each connection once, with the bytes that ``answer`` gives; with None it never answers.

    Attributes:
        seen: the requests that came.
        connections: how many connections there were.
    """

    daemon_threads = True

    def __init__(self, answer: Answer, tls: ssl.SSLContext | None) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.answer = answer
        self.tls = tls
        self.seen: list[Seen] = []
        self.connections = 0
        self.over = threading.Event()

    @property
    def port(self) -> int:
        """The port it listens on."""
        return int(self.server_address[1])

    @property
    def url(self) -> str:
        """Its address."""
        return f"{'https' if self.tls else 'http'}://127.0.0.1:{self.port}"

    def finish_request(self, request: Any, client_address: Any) -> None:
        """Serves one connection, after the handshake if there is one."""
        self.connections += 1
        if self.tls is None:
            super().finish_request(request, client_address)
            return
        try:
            secured = self.tls.wrap_socket(request, server_side=True)
        except OSError:  # the caller did not like the certificate
            return
        with secured:
            super().finish_request(secured, client_address)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Says nothing of callers who left before they were answered."""


def http(body: bytes, status: str = "200 OK", **headers: str) -> bytes:
    """An answer as bytes; in the headers' names ``_`` stands for ``-``."""
    told = {"content-type": "application/json", "content-length": str(len(body)), "connection": "close"}
    told |= {name.replace("_", "-"): value for name, value in headers.items()}
    lines = [f"HTTP/1.1 {status}", *(f"{name}: {value}" for name, value in told.items()), "", ""]
    return "\r\n".join(lines).encode() + body


def a_user(_seen: Seen) -> bytes:
    """The answer of GetUser."""
    return http(json.dumps(USER).encode())


@pytest.fixture
def answered() -> Callable[..., bytes]:
    """Makes an answer, see `http`."""
    return http


@pytest.fixture
def user() -> bytes:
    """The body of GetUser's answer."""
    return json.dumps(USER).encode()


@pytest.fixture
def serve() -> Iterator[Callable[..., Loopback]]:
    """Starts servers: ``serve(answer, tls=context)``; without an answer they know one agent."""
    with ExitStack() as stack:

        def start(answer: Answer = a_user, tls: ssl.SSLContext | None = None) -> Loopback:
            server = stack.enter_context(Loopback(answer, tls))
            thread = threading.Thread(target=server.serve_forever, args=(0.01,))
            thread.start()
            stack.callback(thread.join)
            stack.callback(server.shutdown)
            stack.callback(server.over.set)
            return server

        yield start


@pytest.fixture
def clock() -> SimulatedClock:
    """A clock whose waits take no time."""
    return SimulatedClock(1_767_345_845)


@pytest.fixture(params=["sync", "async"])
def driver(request: pytest.FixtureRequest) -> str:
    """Each driver in turn."""
    return str(request.param)


def ask_either(driver: str, question: Callable[[Any], Any], settings: dict[str, Any]) -> Any:
    """What a client of that kind answers to a question."""
    told: dict[str, Any] = {"instance_id": "ccc-demo", "retry": RetryPolicy(attempts=1), **settings}
    if told.get("endpoint", "").startswith("http://"):
        told.setdefault("verify", NO_TLS)
    if "credentials" not in told:
        told = {**KEY, **told}
    if driver == "sync":
        with Client(**told) as ccc:
            return question(ccc)

    async def asked() -> Any:
        async with AsyncClient(**told) as ccc:
            answer = question(ccc)
            return await answer if inspect.isawaitable(answer) else answer

    return asyncio.run(asked())


@pytest.fixture
def ask(driver: str) -> Callable[..., Any]:
    """Asks each kind of client in turn: ``ask(lambda ccc: ccc.agents.get("…"), endpoint=…)``. It tries once."""

    def asked(question: Callable[[Any], Any], **settings: Any) -> Any:
        return ask_either(driver, question, settings)

    return asked


@pytest.fixture
def want(ask: Callable[..., Any], driver: str, box: Sandbox, clock: SimulatedClock) -> Callable[..., Any]:
    """Asks a client of the module's sandbox, `box`: ``want(lambda ccc: …)``; what comes to be iterated is collected."""

    def wanted(question: Callable[[Any], Any], **settings: Any) -> Any:
        web: Any = httpx.Client if driver == "sync" else httpx.AsyncClient
        return ask(
            lambda ccc: _collected(question(ccc)),
            endpoint=box.endpoint,
            http_client=web(transport=transport(box)),
            clock=clock,
            **settings,
        )

    return wanted


def _collected(answer: Any) -> Any:
    if hasattr(answer, "__aiter__"):

        async def collect() -> list[Any]:
            return [one async for one in answer]

        return collect()
    return list(answer) if hasattr(answer, "__next__") or type(answer).__name__ == "Results" else answer


@pytest.fixture
def ask_who() -> Callable[[Any], Any]:
    """The question most tests ask: one agent."""
    return lambda ccc: ccc.agents.get("zhangsan@ccc-demo")
