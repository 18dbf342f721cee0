"""Servers on ports of their own and callers of them, for `list_endpoint.py`.

Each server is uvicorn in a process of its own, which tells its CPU time. Callers know just enough HTTP to send one
request after another over a connection, so that they take next to nothing from the servers' CPU.
"""

# ruff: noqa: INP001 - beside programs, and no package

from __future__ import annotations

import asyncio
import re
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing import Pipe, get_context
from multiprocessing.connection import Connection
from typing import Any

import attrs
import uvicorn
from endpoint_apps import audited, bare, client_of, contract, static_token

from hillstone_ccc.contract import CALL_RECORDS

HOST = "127.0.0.1"
_LENGTH = re.compile(rb"(?i)\r\ncontent-length: *(\d+)")


@attrs.frozen
class Load:
    """What came of some requests.

    Attributes:
        seconds: how long each took its caller.
        wall: seconds in all.
        cpu: seconds of CPU of the server.
    """

    seconds: list[float]
    wall: float
    cpu: float

    def at(self, share: float) -> float:
        """The time below which that share of them lies, seconds."""
        return sorted(self.seconds)[min(len(self.seconds) - 1, int(share * len(self.seconds)))]

    @property
    def rate(self) -> float:
        """Requests a second."""
        return len(self.seconds) / self.wall

    @property
    def cpu_each(self) -> float:
        """Seconds of CPU a request."""
        return self.cpu / len(self.seconds)


# --- the servers --------------------------------------------------------------------------------------------


def serve(endpoint: str, body: bytes | None, pipe: Connection) -> None:
    """A server's process: the bare route if it is given the answer, else the contract."""
    audited()
    authorize, _ = static_token()

    async def run() -> None:
        app = bare(body) if body is not None else contract(client_of(endpoint), authorize)
        settings: dict[str, Any] = {"log_config": None, "access_log": False, "server_header": False}
        server = uvicorn.Server(uvicorn.Config(app, **settings))
        # Named to be TCP: of any other asyncio would not send small answers at once.
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listener:
            listener.bind((HOST, 0))
            listener.listen()
            threading.Thread(target=_tell, args=(pipe, server), daemon=True).start()
            pipe.send(listener.getsockname()[1])
            await server.serve(sockets=[listener])

    asyncio.run(run())


def _tell(pipe: Connection, server: uvicorn.Server) -> None:
    """Tells the CPU time whenever it is asked; ends the server at last."""
    while pipe.recv():
        pipe.send(time.process_time())
    server.should_exit = True


@contextmanager
def on_a_port(endpoint: str, body: bytes | None) -> Iterator[tuple[int, Callable[[], float]]]:
    """A server: its port, and what tells its CPU time."""
    here, there = Pipe()
    process = get_context("spawn").Process(target=serve, args=(endpoint, body, there), daemon=True)
    process.start()
    there.close()  # so that the pipe ends when the process does

    def cpu() -> float:
        here.send(True)
        return float(here.recv())

    try:
        yield here.recv(), cpu
    finally:
        here.send(False)
        process.join(60)


# --- the callers --------------------------------------------------------------------------------------------


class Line(asyncio.Protocol):
    """A connection of one caller."""

    def __init__(self) -> None:
        self._transport: Any = None
        self._head = b""
        self._left = 0
        self._answered: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """It is open."""
        self._transport = transport

    def connection_lost(self, exc: Exception | None) -> None:
        """Whoever waits is told."""
        if not self._answered.done():
            self._answered.set_exception(exc or ConnectionResetError("The server hung up."))
            self._answered.exception()  # nobody waits when all is over

    async def ask(self, request: bytes) -> float:
        """Sends a request; the seconds until all of its answer is there."""
        self._head, self._left = b"", 0
        self._answered = asyncio.get_running_loop().create_future()
        began = time.perf_counter()
        self._transport.write(request)
        await self._answered
        return time.perf_counter() - began

    def data_received(self, data: bytes) -> None:
        """Counts what comes."""
        if self._left:
            self._left -= len(data)
        else:
            self._head += data
            head, end, begun = self._head.partition(b"\r\n\r\n")
            if not end:
                return
            length = _LENGTH.search(head)
            if not head.startswith(b"HTTP/1.1 200 ") or length is None:
                self._answered.set_exception(ConnectionError(self._head[:300].decode("utf-8", "replace")))
                return
            self._left = int(length[1]) - len(begun)
        if not self._left:
            self._answered.set_result(None)

    def close(self) -> None:
        """Hangs up."""
        self._transport.close()


def request(query: str, token: str) -> bytes:
    """A request of the list."""
    head = f"GET {CALL_RECORDS}?{query} HTTP/1.1\r\nhost: {HOST}\r\nauthorization: Bearer {token}\r\n\r\n"
    return head.encode()


async def _lines(port: int, callers: int) -> list[Line]:
    loop = asyncio.get_running_loop()
    return [(await loop.create_connection(Line, HOST, port))[1] for _ in range(callers)]


async def as_fast_as_it_goes(
    port: int, cpu: Callable[[], float], ask: Callable[[int], bytes], callers: int, seconds: float
) -> Load:
    """So many callers, each of whom asks again as soon as it has been answered."""
    lines, took, number = await _lines(port, callers), list[float](), 0
    end = float("inf")

    async def call(line: Line) -> None:
        nonlocal number
        while time.perf_counter() < end:
            number += 1
            took.append(await line.ask(ask(number)))

    for line in lines:
        await line.ask(ask(0))
    used, began = cpu(), time.perf_counter()
    end = began + seconds
    await asyncio.gather(*map(call, lines))
    wall, used = time.perf_counter() - began, cpu() - used
    for line in lines:
        line.close()
    return Load(took, wall, used)


async def at_a_rate(
    port: int, cpu: Callable[[], float], ask: Callable[[int], bytes], rate: float, seconds: float
) -> Load:
    """Requests at an even rate, whether or not earlier ones are answered; waiting for a connection counts."""
    lines, took = await _lines(port, 8), list[float]()
    idle: asyncio.Queue[Line] = asyncio.Queue()
    for line in lines:
        await line.ask(ask(0))
        idle.put_nowait(line)

    async def call(number: int, due: float) -> None:
        line = await idle.get()
        await line.ask(ask(number))
        took.append(time.perf_counter() - due)
        idle.put_nowait(line)

    used, began, tasks = cpu(), time.perf_counter(), list[asyncio.Task[None]]()
    for number in range(1, int(rate * seconds) + 1):
        due = began + number / rate
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        tasks.append(asyncio.create_task(call(number, time.perf_counter())))
    await asyncio.gather(*tasks)
    wall, used = time.perf_counter() - began, cpu() - used
    for line in lines:
        line.close()
    return Load(took, wall, used)
