"""Every exception of the HTTP libraries is one of ours, or left alone on purpose."""

from __future__ import annotations

import builtins
import socket
import ssl
from typing import Any

import aiohttp
import httpx
import pytest

from hillstone_ccc import ConnectError, ProxyError, TimeoutError, TLSError, TransportError
from hillstone_ccc._http import transport_error

HTTPX: dict[str, type[TransportError] | None] = {
    "CloseError": ConnectError,
    "ConnectError": ConnectError,
    "ConnectTimeout": TimeoutError,
    "CookieConflict": None,  # of whoever reads cookies
    "DecodingError": ConnectError,
    "HTTPError": None,  # never raised itself
    "HTTPStatusError": None,  # of whoever calls raise_for_status, such as a hook of a client that is handed in
    "InvalidURL": TransportError,
    "LocalProtocolError": ConnectError,
    "NetworkError": ConnectError,
    "PoolTimeout": TimeoutError,
    "ProtocolError": ConnectError,
    "ProxyError": ProxyError,
    "ReadError": ConnectError,
    "ReadTimeout": TimeoutError,
    "RemoteProtocolError": ConnectError,
    "RequestError": TransportError,
    "RequestNotRead": TransportError,
    "ResponseNotRead": TransportError,
    "StreamClosed": TransportError,
    "StreamConsumed": TransportError,
    "StreamError": TransportError,
    "TimeoutException": TimeoutError,
    "TooManyRedirects": TransportError,
    "TransportError": ConnectError,
    "UnsupportedProtocol": ConnectError,
    "WriteError": ConnectError,
    "WriteTimeout": TimeoutError,
}
AIOHTTP: dict[str, type[TransportError] | None] = {
    "BadContentDispositionHeader": None,  # a warning
    "BadContentDispositionParam": None,  # a warning
    "ClientConnectionError": ConnectError,
    "ClientConnectionResetError": ConnectError,
    "ClientConnectorCertificateError": TLSError,
    "ClientConnectorDNSError": ConnectError,
    "ClientConnectorError": ConnectError,
    "ClientConnectorSSLError": TLSError,
    "ClientError": ConnectError,
    "ClientHttpProxyError": ProxyError,
    "ClientOSError": ConnectError,
    "ClientPayloadError": ConnectError,
    "ClientProxyConnectionError": ProxyError,
    "ClientResponseError": ConnectError,
    "ClientSSLError": TLSError,
    "ConnectionTimeoutError": TimeoutError,
    "ContentTypeError": ConnectError,
    "EofStream": None,  # kept within aiohttp
    "InvalidURL": ConnectError,
    "InvalidUrlClientError": ConnectError,
    "InvalidUrlRedirectClientError": ConnectError,
    "NonHttpUrlClientError": ConnectError,
    "NonHttpUrlRedirectClientError": ConnectError,
    "RedirectClientError": ConnectError,
    "ServerConnectionError": ConnectError,
    "ServerDisconnectedError": ConnectError,
    "ServerFingerprintMismatch": TLSError,
    "ServerTimeoutError": TimeoutError,
    "SocketTimeoutError": TimeoutError,
    "TooManyRedirects": ConnectError,
    "UploadAbortedError": ConnectError,
    "WSMessageTypeError": None,  # of web sockets
    "WSServerHandshakeError": ConnectError,
    "WebSocketError": None,  # of web sockets
}


def _exceptions(library: Any) -> set[str]:
    found = {name: getattr(library, name) for name in library.__all__}
    return {name for name, one in found.items() if isinstance(one, type) and issubclass(one, BaseException)}


def _one(kind: Any) -> BaseException:
    """One of them that only says why: whatever its constructor would want to know is left out."""
    silent: Any = type(kind.__name__, (kind,), {"__str__": lambda _: "why"})
    error: BaseException = silent.__new__(silent)
    return error


@pytest.mark.parametrize(("library", "table"), [(httpx, HTTPX), (aiohttp, AIOHTTP)], ids=["httpx", "aiohttp"])
def test_every_exception_has_its_place(library: Any, table: dict[str, Any]) -> None:
    """A new exception of a library must be given one; one that an older version lacks is not missed."""
    assert set() == _exceptions(library) - set(table)


@pytest.mark.parametrize(
    ("library", "name", "expected"),
    [
        *(pytest.param(httpx, *pair, id=f"httpx.{pair[0]}") for pair in HTTPX.items()),
        *(pytest.param(aiohttp, *pair, id=f"aiohttp.{pair[0]}") for pair in AIOHTTP.items()),
    ],
)
def test_each_exception_is_one_of_ours(library: Any, name: str, expected: Any) -> None:
    """The nearest kind, or none."""
    if not hasattr(library, name):
        pytest.skip(f"this version has no {name}")
    ours = transport_error(_one(getattr(library, name)))
    assert expected == (None if ours is None else type(ours))


BELOW: list[tuple[BaseException, type[TransportError]]] = [
    (ssl.SSLCertVerificationError(1, "self-signed"), TLSError),
    (ssl.SSLEOFError(8, "EOF"), ConnectError),
    (ConnectionRefusedError(111, "refused"), ConnectError),
    (socket.gaierror(-2, "unknown host"), ConnectError),
    (ConnectionResetError(104, "reset"), ConnectError),
    (builtins.TimeoutError("slow"), TimeoutError),
    (OSError(5, "something"), ConnectError),
    (aiohttp.ServerDisconnectedError("left"), ConnectError),
    (aiohttp.SocketTimeoutError("slow"), TimeoutError),
    (aiohttp.ClientConnectionError("closed"), ConnectError),
]


@pytest.mark.parametrize(("cause", "expected"), BELOW, ids=lambda one: type(one).__name__)
def test_what_lies_below_decides(cause: BaseException, expected: type[TransportError]) -> None:
    """A general exception with a telling cause is what its cause is, also where the cause was hidden."""
    error = httpx.ConnectError("why")
    error.__cause__ = cause
    assert expected is type(transport_error(error))
    error.__cause__, error.__context__ = None, cause
    assert expected is type(transport_error(error))


def test_what_httpx_aiohttp_calls_a_time_out_need_not_be_one() -> None:
    """Its ConnectTimeout stands for every loss of a connection."""
    error = httpx.ConnectTimeout("Server disconnected")
    error.__cause__ = aiohttp.ServerDisconnectedError()
    assert type(transport_error(error)) is ConnectError


def test_what_was_handled_meanwhile_is_no_cause() -> None:
    """The chain of causes ends where the caller's own trouble begins."""
    handled = ssl.SSLError("something else")
    error = httpx.ReadTimeout("why")
    error.__context__ = handled
    assert isinstance(transport_error(error, handled), TimeoutError)


def test_causes_in_a_circle_come_to_an_end() -> None:
    """Nobody should make one, and it is survived."""
    error, other = httpx.ReadError("why"), ValueError("why")
    error.__cause__, other.__cause__ = other, error
    assert isinstance(transport_error(error), ConnectError)


def test_the_message_is_the_librarys_without_secrets_and_numbers() -> None:
    """What a library says may hold a link or a number; if it says nothing, its name is told."""
    told = transport_error(httpx.ReadError("http://files.example/a.wav?Signature=abc 13800000001"))
    assert told is not None
    assert "http://files.example/a.wav?*** 138****0001." == told.message
    silent = transport_error(httpx.ReadError(""))
    assert silent is not None
    assert "ReadError." == silent.message


def _look_alike() -> Any:
    """Another library's classes: the same names, nothing in common."""

    class HTTPError(Exception):
        pass

    class RequestError(HTTPError):
        pass

    kinds: dict[str, Any] = {"HTTPError": HTTPError, "RequestError": RequestError}
    for name, base in (
        ("TransportError", "RequestError"),
        ("TimeoutException", "TransportError"),
        ("NetworkError", "TransportError"),
        ("ReadTimeout", "TimeoutException"),
        ("ConnectError", "NetworkError"),
        ("ProxyError", "TransportError"),
        ("DecodingError", "RequestError"),
    ):
        kinds[name] = type(name, (kinds[base],), {})
    return kinds


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("ReadTimeout", TimeoutError),
        ("ConnectError", ConnectError),
        ("ProxyError", ProxyError),
        ("DecodingError", ConnectError),
        ("RequestError", TransportError),
    ],
)
def test_a_library_of_the_same_interface_is_understood(name: str, expected: type[TransportError]) -> None:
    """A client that is handed in need not be httpx's own."""
    assert expected is type(transport_error(_look_alike()[name]("why")))


@pytest.mark.parametrize("error", [ValueError("why"), OSError("disk full"), KeyError("why")])
def test_what_is_no_librarys_is_left_alone(error: Exception) -> None:
    """A fault of a program, or of a disk, is not called one of the network."""
    assert transport_error(error) is None
