"""Upstreams in trouble, all on loopback: certificates nobody trusts, proxies, portals, servers that say nothing."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import attrs
import pytest

from hillstone_ccc.sandbox import Faults, Incoming, Outgoing, Sandbox

NO_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""Trusts nobody; costs nothing to make, where no connection is encrypted."""

Answer = Callable[[Incoming], Outgoing]


class _Handler(BaseHTTPRequestHandler):
    server: Front
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # an answer in one piece, which no acknowledgement holds up

    def do_GET(self) -> None:
        """Answers, also a proxy's request with a whole URL."""
        asked = urlsplit(self.path)
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        answer = self.server.answer(Incoming(self.command, asked.path, asked.query, dict(self.headers), body))
        self.send_response_only(answer.status)
        for name, value in {"Content-Length": str(len(answer.body)), **answer.headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(answer.body)

    do_POST = do_GET  # noqa: N815 - the name that the library calls

    def do_CONNECT(self) -> None:
        """As a proxy does: passes bytes on to where it was told to, whatever it is asked for."""
        if self.server.passes_to is None:
            self.send_response_only(self.server.refuses_with)
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        self.send_response_only(200)
        self.end_headers()
        self.wfile.flush()
        with socket.create_connection(("127.0.0.1", self.server.passes_to)) as there:
            back = threading.Thread(target=_pump, args=(there, self.connection))
            back.start()
            _pump(self.connection, there)
            back.join()
        self.close_connection = True

    def log_message(self, *_: Any) -> None:
        """Says nothing."""


def _pump(source: socket.socket, sink: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(65536):
            sink.sendall(data)
    with suppress(OSError):
        sink.shutdown(socket.SHUT_WR)


class Front(ThreadingHTTPServer):
    """Answers what a function says; as a proxy it passes CONNECT on, or refuses it.

    Attributes:
        answer: what is said to a request.
        passes_to: the port that CONNECT leads to; None refuses it.
        refuses_with: the status then.
    """

    daemon_threads = True

    def __init__(self, answer: Answer, tls: ssl.SSLContext | None, passes_to: int | None, refuses_with: int) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.answer = answer
        self.passes_to = passes_to
        self.refuses_with = refuses_with
        self._tls = tls

    @property
    def port(self) -> int:
        """The port it listens on."""
        return int(self.server_address[1])

    def finish_request(self, request: Any, client_address: Any) -> None:
        """Serves one connection, after the handshake if there is one."""
        with suppress(OSError):  # the caller did not like the certificate, or left
            secured = request if self._tls is None else self._tls.wrap_socket(request, server_side=True)
            with secured:
                super().finish_request(secured, client_address)


@attrs.frozen
class World:
    """What broken set-ups are made of.

    Attributes:
        box: an upstream that is well.
        patch: changes the environment.
        directory: an empty one.
        serve: starts a :class:`Front`.
        listen: opens a port that says nothing: it takes connections, and hangs up at once if it is told to.
        port: a port at which nobody listens.
    """

    box: Sandbox
    patch: pytest.MonkeyPatch
    directory: Path
    serve: Callable[..., Front]
    listen: Callable[..., int]
    port: int

    def well(self, **others: Any) -> dict[str, Any]:
        """Settings that work, but for those that are given."""
        usual = {
            "instance_id": self.box.instance_id,
            "endpoint": self.box.endpoint,
            "access_key_id": self.box.access_key_id,
            "access_key_secret": self.box.access_key_secret,
            "timeout": 5,
            "verify": NO_TLS,
        }
        return {name: value for name, value in {**usual, **others}.items() if value is not None}

    def sick(self, box: Sandbox, **others: Any) -> dict[str, Any]:
        """Settings for another sandbox."""
        return self.well(endpoint=box.endpoint, **others)


@pytest.fixture(scope="session")
def well() -> Iterator[Sandbox]:
    """A call center of a few calls, none of them without a recording."""
    with Sandbox(records=60, days=7) as box:
        yield box


@pytest.fixture
def world(well: Sandbox, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[World]:
    """A sandbox that is well, and what makes trouble; no profile of anybody's is read."""
    monkeypatch.setenv("HOME", str(tmp_path))
    well.reset()
    well.faults = Faults()
    with ExitStack() as stack:

        def serve(
            answer: Answer = well.handle,
            *,
            tls: ssl.SSLContext | None = None,
            passes_to: int | None = None,
            refuses_with: int = 403,
        ) -> Front:
            front = stack.enter_context(Front(answer, tls, passes_to, refuses_with))
            thread = threading.Thread(target=front.serve_forever, args=(0.01,))
            thread.start()
            stack.callback(thread.join)
            stack.callback(front.shutdown)
            return front

        def listen(*, hangs_up: bool = False) -> int:
            listener = stack.enter_context(socket.create_server(("127.0.0.1", 0)))

            def take() -> None:
                with suppress(OSError):
                    while True:
                        taken, _ = listener.accept()
                        if hangs_up:
                            taken.close()
                        else:
                            stack.callback(taken.close)

            thread = threading.Thread(target=take)
            thread.start()
            stack.callback(thread.join)
            stack.callback(listener.shutdown, socket.SHUT_RDWR)
            return int(listener.getsockname()[1])

        with socket.create_server(("127.0.0.1", 0)) as reserved:
            port = int(reserved.getsockname()[1])
        yield World(well, monkeypatch, tmp_path, serve, listen, port)
