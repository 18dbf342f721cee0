"""The sandbox as an httpx transport: no port, no thread, and waits that need not be waited for."""

import inspect
from collections.abc import AsyncIterator, Callable, Iterator

import httpx

from hillstone_ccc.sandbox.message import Incoming, Outgoing
from hillstone_ccc.sandbox.sandbox import Sandbox


def transport(box: Sandbox, *, sleep: Callable[[float], object] | None = None) -> "SandboxTransport":
    """A transport for `httpx.Client` and `httpx.AsyncClient` that hands every request to the sandbox.

    A broken connection is raised as httpx raises it. A delay longer than the request's read time-out is a
    `httpx.ReadTimeout`.

    Args:
        box: the sandbox; it need not be started.
        sleep: told of every delay, in seconds, and awaited if it returns an awaitable; by default
            nobody waits.
    """
    return SandboxTransport(box, sleep)


class SandboxTransport(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """See `transport`."""

    def __init__(self, box: Sandbox, sleep: Callable[[float], object] | None) -> None:
        self._box = box
        self._sleep = sleep

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Answer one request."""
        request.read()
        answer = self._box.handle(_incoming(request))
        self._wait(request, answer)
        return _response(request, answer)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Answer one request."""
        await request.aread()
        answer = self._box.handle(_incoming(request))
        waiting = self._wait(request, answer)
        if inspect.isawaitable(waiting):
            await waiting
        return _response(request, answer)

    def _wait(self, request: httpx.Request, answer: Outgoing) -> object:
        patience = request.extensions.get("timeout", {}).get("read")
        if patience is not None and answer.delay > patience:
            raise httpx.ReadTimeout("The read operation timed out", request=request)
        seconds = answer.delay + answer.dawdle
        return self._sleep(seconds) if self._sleep is not None and seconds else None


class _Body(httpx.SyncByteStream, httpx.AsyncByteStream):
    """The body in pieces, ending as the wire makes it end."""

    def __init__(self, answer: Outgoing) -> None:
        self._answer = answer

    def __iter__(self) -> Iterator[bytes]:
        yield from self._answer.pieces()
        if self._answer.truncated:
            raise httpx.RemoteProtocolError("peer closed connection without sending complete message body")

    def __aiter__(self) -> AsyncIterator[bytes]:
        return _Pieces(iter(self))


class _Pieces:
    """The pieces for `async for`; no asynchronous generator, which would want a loop to end in if left midway."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self

    async def __anext__(self) -> bytes:
        try:
            return next(self._pieces)
        except StopIteration:
            raise StopAsyncIteration from None


def _incoming(request: httpx.Request) -> Incoming:
    path, _, query = request.url.raw_path.decode("ascii").partition("?")
    return Incoming(request.method, path, query, request.headers, request.content)


def _response(request: httpx.Request, answer: Outgoing) -> httpx.Response:
    if answer.dropped:
        raise httpx.RemoteProtocolError("Server disconnected without sending a response.", request=request)
    return httpx.Response(answer.status, headers=dict(answer.headers), stream=_Body(answer), request=request)
