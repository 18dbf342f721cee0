"""The HTTP library, named here and nowhere else in the client: sending, streaming, and what can go wrong.

httpx is imported when a client is made, not before; so is aiohttp, which carries asynchronous requests at less
than half the CPU of httpx's own transport. A client of the same interface that is handed in is used as it is and
never closed here.
"""

from __future__ import annotations

import sys
from collections.abc import AsyncGenerator, Callable, Generator, Mapping
from contextlib import asynccontextmanager, contextmanager, suppress
from typing import TYPE_CHECKING, Any

from ._core.errors import ConfigurationError, ConnectError, ProxyError, TimeoutError, TLSError, TransportError
from ._core.message import Response
from ._core.redact import for_people
from ._foreign_logs import ours, quieten
from ._settings import ESCAPED, Settings, proxy_secrets
from ._version import __version__

if TYPE_CHECKING:
    import ssl

GOOD = frozenset({200, 206})
"""Statuses of an answer whose body is a recording's bytes."""

MOST_OF_AN_ERROR = 64 * 1024
"""Bytes of an error's body that are worth reading."""

_PROXY_PORTS = {"http": 80, "https": 443}
_LARGE_BIT = 256 * 1024
_SLOW = "Raise timeout, or check the way to the endpoint."
# Names of exceptions, nearest kind first, since httpx, its successor and aiohttp share them but not the classes.
_KINDS: tuple[tuple[frozenset[str], type[TransportError], str | None], ...] = (
    (frozenset({"SSLEOFError", "SSLZeroReturnError"}), ConnectError, "The connection broke."),
    (
        frozenset({"SSLError", "ClientSSLError", "ServerFingerprintMismatch"}),
        TLSError,
        "Check the certificate authority: verify takes a CA file or an ssl.SSLContext.",
    ),
    (
        frozenset({"ProxyError", "ClientProxyConnectionError", "ClientHttpProxyError"}),
        ProxyError,
        "Check proxy, or HTTPS_PROXY and NO_PROXY.",
    ),
    (
        frozenset({"ClientConnectorError", "ConnectionRefusedError", "gaierror"}),
        ConnectError,
        "Check endpoint, region_id and the network.",
    ),
    (
        frozenset({"ServerDisconnectedError", "ClientOSError", "ClientPayloadError", "ConnectionResetError"}),
        ConnectError,
        "The connection broke.",
    ),
    (frozenset({"ServerTimeoutError"}), TimeoutError, _SLOW),
    # httpx-aiohttp calls every other one of these a ConnectTimeout.
    (frozenset({"ClientConnectionError"}), ConnectError, "The connection broke."),
    (frozenset({"TimeoutException", "TimeoutError"}), TimeoutError, _SLOW),
    (
        frozenset({"NetworkError", "ProtocolError", "DecodingError", "TransportError", "OSError", "ClientError"}),
        ConnectError,
        "Check endpoint, region_id and the network.",
    ),
)
_DOMAIN = frozenset({"RequestError", "TransportError", "DecodingError", "ClientError", "InvalidURL", "StreamError"})


def user_agent(settings: Settings) -> str:
    """What the upstream is told of who asks."""
    ours = f"hillstone_ccc/{__version__} Python/{'.'.join(map(str, sys.version_info[:3]))}"
    return f"{ours} {settings.user_agent}" if settings.user_agent else ours


def transport_error(
    error: BaseException, handled: BaseException | None = None, secrets: tuple[str, ...] = ()
) -> TransportError | None:
    """The error of our own for one of the HTTP library's, or None if it is not one of those.

    Args:
        error: What came out of the library.
        handled: What the caller was handling when the request began: it is in the chain of causes, and none of them.
        secrets: What a proxy knows, and may say.
    """
    chain = list(_causes(error, handled))
    names = [frozenset(kind.__name__ for kind in type(one).__mro__) for one in chain]
    if not names[0] & _DOMAIN:
        return None
    kind, advice = next(
        ((kind, advice) for known, kind, advice in _KINDS if any(known & one for one in names)), (TransportError, None)
    )
    return kind(f"{for_people(str(error), secrets).rstrip('.') or type(error).__name__}.", advice=advice)


def _causes(error: BaseException, handled: BaseException | None) -> Generator[BaseException, None, None]:
    seen = {id(handled)}
    current: BaseException | None = error
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        yield current
        current = current.__cause__ or current.__context__  # httpcore hides some causes by "from None"


def tls(settings: Settings) -> ssl.SSLContext:
    """One TLS context a client, made once: making one costs 25 ms of CPU.

    Raises:
        ConfigurationError: What should name certificates names none.
    """
    import ssl  # noqa: PLC0415

    verify = settings.verify
    if isinstance(verify, ssl.SSLContext):
        return verify
    if isinstance(verify, bool):
        import httpx  # noqa: PLC0415

        try:
            return httpx.create_ssl_context()
        except (OSError, ssl.SSLError) as error:
            raise ConfigurationError("SSL_CERT_FILE or SSL_CERT_DIR names no certificates.") from error
    try:
        return ssl.create_default_context(cafile=verify)
    except (OSError, ssl.SSLError) as error:
        raise ConfigurationError(f"verify: {str(verify)!r} is no file of certificates.") from error


def _options(settings: Settings) -> dict[str, Any]:
    import httpx  # noqa: PLC0415

    return {
        "verify": tls(settings),
        "proxy": settings.proxy,
        "timeout": _timeout(settings),
        "limits": httpx.Limits(max_connections=100, max_keepalive_connections=100, keepalive_expiry=30),
        "headers": _headers(settings),
        # The environment's proxies are for other machines than this one; a proxy given by hand is meant.
        "mounts": None if settings.proxy else dict.fromkeys(("all://127.0.0.1", "all://localhost", "all://[::1]")),
    }


def _headers(settings: Settings) -> dict[str, str]:
    return {"user-agent": user_agent(settings), "accept-encoding": "gzip"}


def _timeout(settings: Settings) -> Any:
    import httpx  # noqa: PLC0415

    timeout = settings.timeout
    return httpx.Timeout(timeout.read, connect=timeout.connect, pool=timeout.pool)


def _made(kind: Callable[..., Any], settings: Settings) -> Any:
    """A client of our own."""
    import httpx  # noqa: PLC0415

    options = _options(settings)
    try:
        return kind(**options)
    except ImportError:
        raise ConfigurationError(
            "The environment names a SOCKS proxy, and what speaks to one is not installed.",
            advice="pip install 'httpx[socks]', or name another proxy in HTTPS_PROXY, HTTP_PROXY or ALL_PROXY.",
        ) from None
    except (ValueError, httpx.InvalidURL):  # of the settings, only a proxy can be odd by now
        named = "The proxy given" if settings.proxy else "The environment names a proxy that"
        # What the library says is neither told nor kept: it quotes pieces of the URL, such as a password's.
        raise ConfigurationError(
            f"{named} cannot be used.",
            advice=f"Correct HTTPS_PROXY, HTTP_PROXY or ALL_PROXY, or give proxy. {ESCAPED}",
        ) from None


def _fitting(client: Any, *, asynchronous: bool) -> Any:
    """A client that was handed in, if it is of the right kind."""
    if not hasattr(client, "stream") or hasattr(client, "aclose") is not asynchronous:
        wanted = "AsyncClient" if asynchronous else "Client"
        raise ConfigurationError(f"http_client must be an httpx.{wanted} or of its interface, not {client!r}.")
    return client


class _Way:
    """How requests get to the endpoint past the library's client, where that is one of ours.

    A client adds to each request, one way or another, cookies, redirects, authorization and hooks, none of which ours
    has, and takes a quarter of what a request costs; a transport, of which a client picks one by proxy, only sends.

    Args:
        transport: What sends.
        settings: The client's settings.
    """

    def __init__(self, transport: Any, settings: Settings) -> None:
        import httpx  # noqa: PLC0415

        self.transport = transport
        self._make = httpx.Request
        self._headers = _headers(settings)
        self._extensions = {"timeout": _timeout(settings).as_dict()}

    def request(self, method: str, url: str, headers: Mapping[str, str]) -> Any:
        """The library's request."""
        return self._make(method, url, headers={**self._headers, **headers}, extensions=self._extensions)

    @classmethod
    def of(cls, client: Any, settings: Settings) -> _Way | None:
        """The way of a client of our own; None if the library does not tell, which then sends as any client does."""
        import httpx  # noqa: PLC0415

        pick = getattr(client, "_transport_for_url", None)
        try:
            return None if pick is None else cls(pick(httpx.URL(settings.base_url)), settings)
        except (ValueError, httpx.InvalidURL) as error:  # a name that begins as an encoded one does, and is none
            raise ConfigurationError(
                f"No host can be called as in {settings.base_url!r} ({error}).", advice="Correct the endpoint."
            ) from error


class HTTP:
    """Sends requests, one thread at a time each, any number of threads."""

    def __init__(self, settings: Settings, client: Any = None) -> None:
        self._owned = client is None
        self._client = self._make(settings) if client is None else _fitting(client, asynchronous=False)
        self._way = _Way.of(self._client, settings) if self._owned else None
        self._secrets = proxy_secrets(settings.proxy)
        quieten(self._client)

    @staticmethod
    def _make(settings: Settings) -> Any:
        import httpx  # noqa: PLC0415

        return _made(httpx.Client, settings)

    @property
    def handed_in(self) -> Any:
        """The client that was handed in, if one was."""
        return None if self._owned else self._client

    @property
    def proxy(self) -> str | None:
        """The proxy on the way to the endpoint, without its user and password; None for none, or if nobody tells."""
        transport = None if self._way is None else self._way.transport
        url: Any = getattr(getattr(transport, "_pool", None), "_proxy_url", None)
        if url is None:
            return None
        scheme, host = url.scheme.decode(), url.host.decode()
        return f"{scheme}://{f'[{host}]' if ':' in host else host}:{url.port or _PROXY_PORTS.get(scheme, 1080)}"

    def send(self, method: str, url: str, headers: Mapping[str, str]) -> Response:
        """One request, answered whole.

        Raises:
            TransportError: No answer came.
        """
        with _mapped(self._secrets):
            if self._way is None:
                return _response(self._client.request(method, url, headers=dict(headers)))
            answer = self._way.transport.handle_request(self._way.request(method, url, headers))
            try:
                answer.read()
            finally:
                answer.close()
            return _response(answer)

    @contextmanager
    def stream(self, url: str, headers: Mapping[str, str]) -> Generator[Any, None, None]:
        """A GET whose body is read bit by bit; gives the library's response."""
        with (
            _mapped(self._secrets),
            self._client.stream("GET", url, headers=dict(headers), follow_redirects=False) as answer,
        ):
            yield answer

    def close(self) -> None:
        """Closes the connections that were opened here."""
        if self._owned:
            self._client.close()


class AsyncHTTP:
    """Sends requests, any number of tasks."""

    def __init__(self, settings: Settings, client: Any = None) -> None:
        self._owned = client is None
        self._client = self._make(settings) if client is None else _fitting(client, asynchronous=True)
        self._way = _Way.of(self._client, settings) if self._owned else None
        self._secrets = proxy_secrets(settings.proxy)
        quieten(self._client)

    @staticmethod
    def _make(settings: Settings) -> Any:
        from httpx_aiohttp import HttpxAiohttpClient  # noqa: PLC0415

        return _made(HttpxAiohttpClient, settings)

    async def send(self, method: str, url: str, headers: Mapping[str, str]) -> Response:
        """One request, answered whole.

        Raises:
            TransportError: No answer came.
        """
        with _mapped(self._secrets):
            if self._way is None:
                return _response(await self._client.request(method, url, headers=dict(headers)))
            answer = await self._way.transport.handle_async_request(self._way.request(method, url, headers))
            try:
                _in_large_bits(answer)
                await answer.aread()
            finally:
                await answer.aclose()
            return _response(answer)

    @asynccontextmanager
    async def stream(self, url: str, headers: Mapping[str, str]) -> AsyncGenerator[Any, None]:
        """A GET whose body is read bit by bit; gives the library's response."""
        with _mapped(self._secrets):
            async with self._client.stream("GET", url, headers=dict(headers), follow_redirects=False) as answer:
                yield answer

    async def close(self) -> None:
        """Closes the connections that were opened here."""
        if self._owned:
            await self._client.aclose()


@contextmanager
def _mapped(secrets: tuple[str, ...]) -> Generator[None, None, None]:
    handled = sys.exc_info()[1]
    try:
        with ours():
            yield
    except Exception as error:
        failure = transport_error(error, handled, secrets)
        if failure is None:
            raise
        # Not "from error": the library's exception holds the request with its signature, for anyone who prints it.
        raise failure from None


def as_stored(answer: Any, size: int | None = None) -> Any:
    """The body of the library's response bit by bit, as it came over the wire: what is announced is told of that.

    Args:
        answer: The response.
        size: Bytes of a bit; however they come if left out.
    """
    if answer.is_stream_consumed:  # a stand-in's, such as a cassette's, which has been read
        return answer.iter_bytes(size)
    return answer.iter_raw(size)


def as_stored_async(answer: Any, size: int | None = None) -> Any:
    """As :func:`as_stored`, for an asynchronous response."""
    _in_large_bits(answer)
    return answer.aiter_bytes(size) if answer.is_stream_consumed else answer.aiter_raw(size)


def _in_large_bits(answer: Any) -> None:
    # httpx-aiohttp cuts what aiohttp has at hand into bits of 16 KiB, which cost more than the bytes in them.
    stream: Any = getattr(answer.stream, "_stream", answer.stream)
    if hasattr(stream, "CHUNK_SIZE"):
        stream.CHUNK_SIZE = _LARGE_BIT


def hang_up(answer: Any) -> None:
    """Ends the connection of a response that another thread reads, which notices at once."""
    stream = answer.extensions.get("network_stream")
    connection = None if stream is None else stream.get_extra_info("socket")
    if connection is not None:
        import socket  # noqa: PLC0415 - as the HTTP library: when a client is made, not before

        with suppress(OSError):
            connection.shutdown(socket.SHUT_RDWR)


def head(answer: Any) -> Response:
    """Status and headers of the library's response, its body not read."""
    return Response(answer.status_code, answer.headers, b"")


def _response(answer: Any) -> Response:
    return Response(answer.status_code, answer.headers, answer.content)
