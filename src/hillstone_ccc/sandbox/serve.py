"""The sandbox on a port of 127.0.0.1: a thread with its own event loop carries out what `handle` says."""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress

from aiohttp import web

from hillstone_ccc.sandbox.message import Incoming, Outgoing

_PATIENCE_SECONDS = 10
# Parameters come in the query, long lists too; how much the real gateway takes is unknown.
_LONGEST_LINE = 131_072


class Port:
    """A listening port.

    Attributes:
        number: the port's number.
    """

    def __init__(self, handle: Callable[[Incoming], Outgoing], number: int) -> None:
        """Listen.

        Args:
            handle: answers a request; called on the port's own thread.
            number: the port; 0 takes a free one.

        Raises:
            OSError: the port is taken.
        """
        self._handle = handle
        self._loop: asyncio.AbstractEventLoop
        self._closing: asyncio.Event
        listening: Future[int] = Future()
        # A daemon, so that a sandbox that nobody stops does not keep the program alive.
        self._thread = threading.Thread(
            target=lambda: asyncio.run(self._serve(number, listening)), name="ccc-sandbox", daemon=True
        )
        self._thread.start()
        try:
            self.number: int = listening.result(_PATIENCE_SECONDS)
        except OSError:
            self._thread.join(_PATIENCE_SECONDS)
            raise

    def close(self) -> None:
        """Close the port, its connections and its thread."""
        self._loop.call_soon_threadsafe(self._closing.set)
        self._thread.join(_PATIENCE_SECONDS)

    async def _serve(self, number: int, listening: "Future[int]") -> None:
        self._loop, self._closing = asyncio.get_running_loop(), asyncio.Event()
        server = web.Server(self._answer, access_log=None, max_line_size=_LONGEST_LINE)
        runner = web.ServerRunner(server, handle_signals=False, shutdown_timeout=0.1)
        await runner.setup()
        try:
            await web.TCPSite(runner, "127.0.0.1", number).start()
        except OSError as error:
            listening.set_exception(error)
        else:
            listening.set_result(int(runner.addresses[0][1]))
            await self._closing.wait()
            await _turns()
        await runner.cleanup()
        await _turns()

    async def _answer(self, request: web.BaseRequest) -> web.StreamResponse:
        answer = self._handle(await _incoming(request))
        await asyncio.sleep(answer.delay)
        response = web.StreamResponse(status=answer.status, headers=dict(answer.headers))
        if answer.dropped:
            _hang_up(request)
            return response
        pieces = answer.pieces()
        with suppress(ConnectionError):  # the caller has left, which is no news
            await response.prepare(request)
            for piece in pieces:
                await response.write(piece)
                await asyncio.sleep(answer.dawdle / len(pieces))
        if answer.truncated:
            _hang_up(request)
        return response


async def _turns() -> None:
    """Let the loop turn: it takes a few until a connection just accepted is known, or one just closed is gone."""
    for _ in range(5):
        await asyncio.sleep(0)


async def _incoming(request: web.BaseRequest) -> Incoming:
    path, _, query = _clean(request.raw_path).partition("?")
    headers: dict[str, str] = {}
    for name, value in request.headers.items():
        lower = name.lower()
        headers[lower] = f"{headers[lower]},{_clean(value)}" if lower in headers else _clean(value)
    return Incoming(request.method, path, query, headers, await request.read())


def _clean(text: str) -> str:
    """Text without the lone surrogates by which aiohttp keeps bytes that are not UTF-8."""
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _hang_up(request: web.BaseRequest) -> None:
    """Close the connection. What aiohttp writes after that goes nowhere: it takes the caller to have left."""
    if request.transport is not None:  # pragma: no branch - None when the caller has really left by now
        request.transport.close()
