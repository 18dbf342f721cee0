"""The way to the endpoint, step by step: proxy, name, connection, TLS.

Where requests go straight to the endpoint, sockets of this module's own tell the steps apart. Where they go through a
proxy, or through an HTTP client that was handed in, its outcome is read instead: see :class:`Probe`.
"""

from __future__ import annotations

import socket
import ssl
from contextlib import closing
from urllib.parse import urlsplit

import attrs

from hillstone_ccc import ConnectError, ProxyError, TimeoutError, TLSError, TransportError
from hillstone_ccc._http import HTTP, tls
from hillstone_ccc._settings import Settings, proxy_variable

from .chart import Finding, fine, needless, wrong
from .probe import Probe

_PORTS = {"http": 80, "https": 443}
_PROXY_WANTED = "If this network has a proxy, set HTTPS_PROXY."
_REACH = f"Check the endpoint's host and port, and the firewall. {_PROXY_WANTED}"
_NO_NAME = (
    "Check the endpoint or region_id: only cn-shanghai's host is officially published, and names of a VPC are known "
    f"only inside it. Check this machine's name server. {_PROXY_WANTED}"
)
_CUT_OFF = f"Something in between may cut TLS off: ask who runs the network. {_PROXY_WANTED}"
_NAMES_PROXY = "Correct HTTPS_PROXY, HTTP_PROXY or ALL_PROXY, or give proxy; NO_PROXY names hosts to reach without."


@attrs.frozen
class Place:
    """A host and a port.

    Attributes:
        host: A name or an address.
        port: The port.
    """

    host: str
    port: int

    @classmethod
    def of(cls, url: str) -> Place:
        """Where a URL leads."""
        parts = urlsplit(url)
        return cls(parts.hostname or "", parts.port or _PORTS[parts.scheme])

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"


@attrs.define
class Way:
    """The way of one client's requests.

    Attributes:
        settings: The client's.
        http: What sends them.
        probe: A request that goes the whole way.
    """

    settings: Settings
    http: HTTP
    probe: Probe

    @property
    def _place(self) -> Place:
        return Place.of(self.settings.base_url)

    @property
    def _straight(self) -> bool:
        """Whether nothing stands in between that does a step for us."""
        return self.http.proxy is None and self.http.handed_in is None

    def proxy(self) -> Finding:
        """Which proxy applies, and whether it lets requests through."""
        if self.http.handed_in is not None:
            return needless("an http_client of yours sends, by proxies of its own")
        proxy, variable = self.http.proxy, proxy_variable(urlsplit(self.settings.base_url).scheme)
        if proxy is None:
            past = (
                f"{variable} does not apply: NO_PROXY, or the endpoint is on this machine"
                if variable
                else "none is used"
            )
            return fine(past)
        by = "given by hand" if self.settings.proxy else f"named by {variable or 'the system'}"
        seen = f"{proxy}, {by}"
        broken = _unreachable(Place.of(proxy), self.settings)
        if broken is not None:
            return wrong(f"{seen}: {broken}", f"Start the proxy, or name another one. {_NAMES_PROXY}")
        return self._through(seen)

    def _through(self, seen: str) -> Finding:
        """Whether the proxy, which is there, lets a request through."""
        if self.probe.status == 407 or (isinstance(self.probe.error, ProxyError) and "407" in self.probe.error.message):  # noqa: PLR2004
            return wrong(
                f"{seen}: it wants a user and a password (HTTP 407)",
                "Write user and password into the proxy's URL, before the host and an @, their signs %-escaped.",
            )
        error, host = self.probe.error, self._place.host
        if isinstance(error, ProxyError):
            return wrong(f"{seen}: {error.message}", f"Let the proxy pass {host} on. {_NAMES_PROXY}")
        if isinstance(error, TransportError) and not _is_of_certificate(error):
            remedy = f"Check that an HTTP proxy runs there and that it passes {host} on. {_NAMES_PROXY}"
            return wrong(f"{seen}: it takes connections, and no answer comes through it: {error.message}", remedy)
        return fine(seen)

    def dns(self) -> Finding:
        """Whether the host's name has an address."""
        if not self._straight:
            return needless("the proxy, or the http_client of yours, looks the name up")
        try:
            found = socket.getaddrinfo(self._place.host, self._place.port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            return wrong(f"{self._place.host} has no address: {_said(error)}", _NO_NAME)
        addresses = list(dict.fromkeys(str(one[4][0]) for one in found))
        more = f" and {len(addresses) - 1} more" if len(addresses) > 1 else ""
        if addresses == [self._place.host]:
            return fine(f"{self._place.host} is an address, and needs no looking up")
        return fine(f"{self._place.host} is {addresses[0]}{more}")

    def connection(self) -> Finding:
        """Whether the port takes connections."""
        if self._straight:
            broken = _unreachable(self._place, self.settings)
            return wrong(broken, _REACH) if broken else fine(f"{self._place} takes connections")
        error = self.probe.error
        if isinstance(error, (ConnectError, TimeoutError)):
            return wrong(f"{self._place} is not reached that way: {error.message}", _REACH)
        return fine(f"{self._place} is reached that way")

    def tls(self) -> Finding:
        """Whether the certificate is one to trust."""
        if not self.settings.base_url.startswith("https:"):
            return needless("plain http has no certificate")
        if not self._straight:
            error = self.probe.error
            return _distrusted(error.message) if isinstance(error, TLSError) else fine("the certificate is trusted")
        return _shaken(self._place, self.settings)


def _is_of_certificate(error: TransportError) -> bool:
    """Whether TLS came as far as a certificate, to which a proxy that passes nothing on does not lead."""
    return isinstance(error, TLSError) and "certificate" in error.message.lower()


def _connected(place: Place, settings: Settings) -> socket.socket:
    return socket.create_connection(attrs.astuple(place), timeout=settings.timeout.connect)


def _unreachable(place: Place, settings: Settings) -> str | None:
    """Why a port takes no connection; None if it does."""
    try:
        _connected(place, settings).close()
    except ConnectionRefusedError:
        return f"{place} refuses connections"
    except (OSError, UnicodeError) as error:
        return f"{place} cannot be reached: {_said(error)}"
    return None


def _shaken(place: Place, settings: Settings) -> Finding:
    """What a handshake comes to, as the client's own would."""
    try:
        with (
            closing(_connected(place, settings)) as plain,
            tls(settings).wrap_socket(plain, server_hostname=place.host) as wrapped,
        ):
            return fine(f"{wrapped.version()}, the certificate is trusted")
    except ssl.SSLCertVerificationError as error:
        return _distrusted(error.verify_message)
    except (ssl.SSLEOFError, ssl.SSLZeroReturnError, ConnectionError) as error:  # as each OpenSSL has it
        return wrong(f"the connection broke within the handshake: {_said(error)}", _CUT_OFF)
    except ssl.SSLError as error:
        remedy = "Check the endpoint's port; http:// is for a sandbox on this machine."
        return wrong(f"{place} speaks no TLS that can be used: {_said(error)}", remedy)
    except OSError as error:
        return wrong(f"the handshake is not answered: {_said(error)}", _CUT_OFF)


def _distrusted(said: str) -> Finding:
    low = said.lower()
    if "expired" in low or "not yet valid" in low:
        remedy = "Have whoever runs the endpoint renew it; if others have no trouble, set this machine's clock."
        return wrong(f"the certificate is out of date: {said}", remedy)
    if "mismatch" in low or "not valid for" in low:
        remedy = "Check the endpoint: this is another host's certificate. A captive portal or a proxy may answer."
        return wrong(f"the certificate is for another name: {said}", remedy)
    remedy = (
        "Where a company's proxy opens TLS, give its authority as verify='ca.pem', or set SSL_CERT_FILE. "
        "Elsewhere somebody may be listening: do not go on."
    )
    return wrong(f"the certificate is not trusted: {said}", remedy)


def _said(error: Exception) -> str:
    return (error.strerror if isinstance(error, OSError) else None) or str(error) or type(error).__name__
