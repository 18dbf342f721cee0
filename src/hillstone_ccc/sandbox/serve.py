"""The sandbox on a port of 127.0.0.1: a thread with its own event loop carries out what `handle` says."""

import asyncio
import threading
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from aiohttp import web

from hillstone_ccc.sandbox.message import Incoming, Outgoing

_T = TypeVar("_T")

_PATIENCE_SECONDS = 10


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
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="ccc-sandbox", daemon=True)
        self._thread.start()
        try:
            self.number = self._run(self._listen(number))
        except BaseException:
            self._end()
            raise

    def close(self) -> None:
        """Close the port, its connections and its thread."""
        self._run(self._runner.cleanup())
        self._end()

    def _run(self, coroutine: Coroutine[Any, Any, _T]) -> _T:
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result(_PATIENCE_SECONDS)

    def _end(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(_PATIENCE_SECONDS)
        self._loop.close()

    async def _listen(self, number: int) -> int:
        server = web.Server(self._answer, access_log=None)
        self._runner = web.ServerRunner(server, handle_signals=False, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", number).start()
        return int(self._runner.addresses[0][1])

    async def _answer(self, request: web.BaseRequest) -> web.StreamResponse:
        answer = self._handle(await _incoming(request))
        await asyncio.sleep(answer.delay)
        response = web.StreamResponse(status=answer.status, headers=dict(answer.headers))
        if answer.dropped:
            _hang_up(request)
            return response
        await response.prepare(request)
        pieces = answer.pieces()
        for piece in pieces:
            await response.write(piece)
            await asyncio.sleep(answer.dawdle / len(pieces))
        if answer.truncated:
            _hang_up(request)
        return response


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
    if request.transport is not None:
        request.transport.close()
