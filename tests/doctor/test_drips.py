"""The doctor before who answers bit by bit and never comes to an end."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from typing import Any

import pytest

from hillstone_ccc.doctor import Diagnosis, examine
from hillstone_ccc.sandbox import Incoming, Outgoing

from .conftest import World
from .set_ups import said
from .test_set_ups import shown

Drip = Callable[..., int]
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
LONG = b"Content-Length: 100000\r\n\r\n"


@pytest.fixture
def drip() -> Iterator[Drip]:
    """Starts who says something at once, and then a bit every 50 ms until the test is over."""
    over = threading.Event()
    with ExitStack() as stack:

        def start(first: bytes, bit: bytes) -> int:
            listener = stack.enter_context(socket.create_server(("127.0.0.1", 0)))

            def serve(taken: socket.socket) -> None:
                with taken, suppress(OSError):
                    taken.recv(65536)
                    taken.sendall(first)
                    while not over.wait(0.05):
                        taken.sendall(bit)

            def take() -> None:
                with suppress(OSError):
                    while True:
                        thread = threading.Thread(target=serve, args=(listener.accept()[0],))
                        thread.start()
                        stack.callback(thread.join)

            thread = threading.Thread(target=take)
            thread.start()
            stack.callback(thread.join)
            stack.callback(listener.shutdown, socket.SHUT_RDWR)
            stack.callback(over.set)
            return int(listener.getsockname()[1])

        yield start
        over.set()


def _failed(diagnosis: Diagnosis) -> list[str]:
    shown(diagnosis)
    assert "had no end after 0.4 s" in diagnosis.failed[0].seen
    return [check.name for check in diagnosis.failed]


@pytest.mark.parametrize(("first", "bit"), [(HEAD, b"X-More: 1\r\n"), (HEAD + LONG, b" ")])
def test_an_endpoint_without_an_end_is_named(world: World, drip: Drip, first: bytes, bit: bytes) -> None:
    """Header after header, or byte after byte: each comes in time, and the answer never."""
    endpoint = f"http://127.0.0.1:{drip(first, bit)}"
    assert ["endpoint"] == _failed(examine(**world.well(endpoint=endpoint, timeout=0.2)))


@pytest.mark.parametrize("endpoint", ["http://ccc.example", "https://ccc.example"])
def test_a_proxy_without_an_end_is_named(world: World, drip: Drip, endpoint: str) -> None:
    """Be it asked for a tunnel or for the answer itself."""
    proxy = f"http://127.0.0.1:{drip(HEAD, b'X-More: 1' + bytes((13, 10)))}"
    assert ["proxy"] == _failed(examine(**world.well(endpoint=endpoint, proxy=proxy, timeout=0.2)))


def test_a_store_without_an_end_is_named(world: World, drip: Drip) -> None:
    """It is asked for one byte, and does not come to it."""
    link: Any = said("OK", 200, Data={"FileUrl": f"http://127.0.0.1:{drip(HEAD, b'X-More: 1' + bytes((13, 10)))}/a"})

    def answer(incoming: Incoming) -> Outgoing:
        signed = "authorization" in incoming.headers
        return link if signed and incoming.headers["x-acs-action"] == "GetMonoRecording" else world.box.handle(incoming)

    endpoint = f"http://127.0.0.1:{world.serve(answer).port}"
    assert ["recordings"] == _failed(examine(**world.well(endpoint=endpoint, timeout=0.2)))
