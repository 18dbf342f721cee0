"""Real sockets on loopback: what can go wrong with them, certificates, proxies, compression, other libraries."""

from __future__ import annotations

import gzip
import json
import socket
import ssl
import sys
import threading
from collections.abc import Callable
from contextlib import closing
from datetime import datetime, timedelta, timezone
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import attrs
import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from hillstone_ccc import (
    AsyncClient,
    CCCError,
    Client,
    ConfigurationError,
    ConnectError,
    DecodeError,
    ProxyError,
    RetryPolicy,
    Timeout,
    TimeoutError,
    TLSError,
    TransportError,
    __version__,
)
from hillstone_ccc._http import _Way, hang_up
from hillstone_ccc.testing import SimulatedClock

Ask = Callable[..., Any]
Serve = Callable[..., Any]

# --- no answer --------------------------------------------------------------------------------------------------------


def test_a_port_where_nobody_listens(ask: Ask, ask_who: Any) -> None:
    """Refused is a ConnectError, with the action that was asked and what to check."""
    with closing(socket.socket()) as taken:
        taken.bind(("127.0.0.1", 0))
        with pytest.raises(ConnectError) as raised:
            ask(ask_who, endpoint=f"http://127.0.0.1:{taken.getsockname()[1]}")
    assert "GetUser" == raised.value.action
    assert "endpoint" in str(raised.value.advice)


def test_an_error_holds_no_request(ask: Ask, ask_who: Any) -> None:
    """The library's own exception, which holds the request with its signature, is not what it came from."""
    with pytest.raises(ConnectError) as raised:
        ask(ask_who, endpoint="http://127.0.0.1:9")
    assert raised.value.__cause__ is None


def test_what_the_caller_was_handling_is_not_taken_for_the_cause(ask: Ask, ask_who: Any) -> None:
    """An error met while another one is handled keeps its own kind."""

    def fail() -> None:
        raise ssl.SSLError("something else")

    try:
        fail()
    except ssl.SSLError:
        with pytest.raises(ConnectError):
            ask(ask_who, endpoint="http://127.0.0.1:9")


def test_a_server_that_says_nothing(ask: Ask, ask_who: Any, serve: Serve) -> None:
    """An answer that does not come within the time is a TimeoutError."""
    server = serve(lambda _seen: None)
    with pytest.raises(TimeoutError, match="Raise timeout"):
        ask(ask_who, endpoint=server.url, timeout=Timeout(read=0.2))
    assert 1 == len(server.seen)


BROKEN = {
    "before the answer": b"",
    "within the head": b"HTTP/1.1 200 OK\r\ncontent-le",
    "within the body": b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{",
    "within a chunk": b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n10\r\n{",
    "no HTTP at all": b"220 mail.example ESMTP\r\n\r\n",
}


@pytest.mark.parametrize("answer", BROKEN.values(), ids=BROKEN)
def test_a_server_that_leaves_midway(ask: Ask, ask_who: Any, serve: Serve, answer: bytes) -> None:
    """However far the answer came, half of one is none."""
    with pytest.raises(ConnectError):
        ask(ask_who, endpoint=serve(lambda _seen: answer).url)


# --- what is asked and answered ---------------------------------------------------------------------------------------


def test_gzip_is_asked_for_and_read(ask: Ask, ask_who: Any, serve: Serve, answered: Any, user: bytes) -> None:
    """A hundred rows are a tenth of their size when compressed, and the vendor's own client never asks."""
    server = serve(lambda _seen: answered(gzip.compress(user), content_encoding="gzip"))
    assert "张三" == ask(ask_who, endpoint=server.url).display_name
    assert "gzip" == server.seen[0].headers["accept-encoding"]


def test_a_body_that_is_no_gzip(ask: Ask, ask_who: Any, serve: Serve, answered: Any, user: bytes) -> None:
    """What cannot be unpacked did not arrive."""
    with pytest.raises(TransportError):
        ask(ask_who, endpoint=serve(lambda _seen: answered(user, content_encoding="gzip")).url)


def test_a_page_of_a_proxy_is_an_error(ask: Ask, ask_who: Any, serve: Serve, answered: Any) -> None:
    """HTML where JSON should be is a CCCError of ours."""
    with pytest.raises(DecodeError):
        ask(ask_who, endpoint=serve(lambda _seen: answered(b"<html>", content_type="text/html")).url)


@pytest.mark.parametrize(("given", "expected"), [(None, ""), ("support-desk/1.0", " support-desk/1.0")])
def test_the_user_agent_names_this_library(
    ask: Ask, ask_who: Any, serve: Serve, given: str | None, expected: str
) -> None:
    """And, behind it, whoever uses it."""
    server = serve()
    ask(ask_who, endpoint=server.url, user_agent=given)
    told = server.seen[0].headers["user-agent"]
    assert told.startswith(f"hillstone_ccc/{__version__} Python/")
    assert told.endswith(expected)


def test_redirects_are_not_followed(ask: Ask, ask_who: Any, serve: Serve, answered: Any) -> None:
    """A signature is for one host: the upstream never sends anybody elsewhere."""
    elsewhere = serve()
    server = serve(lambda _seen: answered(b"", "302 Found", location=elsewhere.url))
    with pytest.raises(CCCError):
        ask(ask_who, endpoint=server.url)
    assert [] == elsewhere.seen


def test_requests_carry_what_was_signed_and_little_else(ask: Ask, ask_who: Any, serve: Serve, answered: Any) -> None:
    """No cookie that an answer sets, no authorization of a netrc file, nothing that the HTTP library would add."""
    server = serve(lambda _seen: answered(b"{}", "503 Unavailable", set_cookie="spy=1; Path=/"))
    with pytest.raises(CCCError):
        ask(ask_who, endpoint=server.url, retry=RetryPolicy(attempts=2), clock=SimulatedClock())
    first, second = ({name.lower() for name in seen.headers} for seen in server.seen)
    assert first == second
    signed = {"authorization", "content-type", "host", *(name for name in first if name.startswith("x-acs-"))}
    assert {"accept", "accept-encoding", "content-length", "user-agent"} | signed == first - {"connection"}


def test_a_library_that_does_not_tell_its_transport(ask: Ask, ask_who: Any, serve: Serve) -> None:
    """How a client picks one is not promised: where it cannot be asked, requests go by the client."""
    server = serve()

    def ask_without(ccc: Any) -> Any:
        assert ccc._driver.http._way is not None
        ccc._driver.http._way = _Way.of(object(), ccc._driver.exchange.settings)
        return ask_who(ccc)

    assert "张三" == ask(ask_without, endpoint=server.url).display_name
    assert "connection" in {name.lower() for name in server.seen[0].headers}


# --- certificates -----------------------------------------------------------------------------------------------------


@attrs.frozen
class Certified:
    """A server's context, and the authority to trust it by."""

    server: ssl.SSLContext
    authority: Path


@pytest.fixture(scope="module")
def certify(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Certified]:
    """Makes a certificate, signed by itself, for a host."""

    def make(host: str) -> Certified:
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "loopback")])
        now = datetime.now(timezone.utc)
        try:
            alternative: x509.GeneralName = x509.IPAddress(ip_address(host))
        except ValueError:
            alternative = x509.DNSName(host)
        certificate = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=1))
            .not_valid_after(now + timedelta(days=1))
            .add_extension(x509.SubjectAlternativeName([alternative]), critical=False)
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .sign(key, hashes.SHA256())
        )
        directory = tmp_path_factory.mktemp("certificate")
        authority, private = directory / "ca.pem", directory / "key.pem"
        authority.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
        private.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )
        server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        server.load_cert_chain(authority, private)
        return Certified(server, authority)

    return make


@pytest.fixture(scope="module")
def certified(certify: Callable[[str], Certified]) -> Certified:
    """A certificate for 127.0.0.1."""
    return certify("127.0.0.1")


def test_a_certificate_that_nobody_vouches_for(ask: Ask, ask_who: Any, serve: Serve, certified: Certified) -> None:
    """By default it is a TLSError, and nothing is told to such a server."""
    server = serve(tls=certified.server)
    with pytest.raises(TLSError, match="verify takes a CA file"):
        ask(ask_who, endpoint=server.url)
    assert [] == server.seen


@pytest.mark.parametrize("how", ["path", "text", "context"])
def test_an_authority_of_ones_own(ask: Ask, ask_who: Any, serve: Serve, certified: Certified, how: str) -> None:
    """A CA file or a context that trusts it opens the door."""
    ways: dict[str, Any] = {
        "path": certified.authority,
        "text": str(certified.authority),
        "context": ssl.create_default_context(cafile=certified.authority),
    }
    assert "张三" == ask(ask_who, endpoint=serve(tls=certified.server).url, verify=ways[how]).display_name


def test_a_certificate_of_another_host(
    ask: Ask, ask_who: Any, serve: Serve, certify: Callable[[str], Certified]
) -> None:
    """A good certificate does not vouch for another name."""
    other = certify("other.example")
    with pytest.raises(TLSError):
        ask(ask_who, endpoint=serve(tls=other.server).url, verify=other.authority)


def test_a_server_that_does_not_speak_tls(ask: Ask, ask_who: Any, serve: Serve, answered: Any) -> None:
    """Plain HTTP where TLS is meant is no answer."""
    server = serve(lambda _seen: answered(b""))
    with pytest.raises(TransportError):
        ask(ask_who, endpoint=f"https://127.0.0.1:{server.port}")


def test_a_client_makes_one_tls_context(
    monkeypatch: pytest.MonkeyPatch, driver: str, ask: Ask, serve: Serve, certified: Certified
) -> None:
    """Making one costs 25 ms of CPU, so it is not made again for a request."""
    made: list[str] = []
    genuine = ssl.create_default_context

    def counted(*arguments: Any, **named: Any) -> ssl.SSLContext:
        made.append("one")
        return genuine(*arguments, **named)

    monkeypatch.setattr(ssl, "create_default_context", counted)
    server = serve(tls=certified.server)

    def twice(ccc: Any) -> Any:
        async def both() -> None:
            await ccc.agents.get("a")
            await ccc.agents.get("a")

        return both() if driver == "async" else [ccc.agents.get("a"), ccc.agents.get("a")]

    ask(twice, endpoint=server.url, verify=certified.authority)
    assert ["one"] == made
    assert 2 == len(server.seen)


# --- proxies ----------------------------------------------------------------------------------------------------------


def test_a_proxy_given_by_hand(ask: Ask, ask_who: Any, serve: Serve) -> None:
    """It is asked for the whole URL; the host that is signed stays the upstream's."""
    proxy = serve()
    assert "张三" == ask(ask_who, endpoint="http://ccc.example", proxy=proxy.url).display_name
    assert proxy.seen[0].target.startswith("http://ccc.example/?InstanceId=")
    assert "ccc.example" == proxy.seen[0].headers["host"]


@pytest.mark.filterwarnings(
    r"ignore:(BasicAuth|The 'proxy_auth' parameter) is deprecated:DeprecationWarning"
)  # httpx-aiohttp's
def test_a_proxys_password_is_for_the_proxy(ask: Ask, ask_who: Any, serve: Serve) -> None:
    """Name and password of its URL become its header."""
    proxy = serve()
    ask(ask_who, endpoint="http://ccc.example", proxy=f"http://someone:example@127.0.0.1:{proxy.port}")
    assert "Basic c29tZW9uZTpleGFtcGxl" == proxy.seen[0].headers["proxy-authorization"]


@pytest.mark.parametrize("name", ["HTTP_PROXY", "http_proxy", "ALL_PROXY"])
def test_a_proxy_of_the_environment(
    monkeypatch: pytest.MonkeyPatch, ask: Ask, ask_who: Any, serve: Serve, name: str
) -> None:
    """What other programs of the machine use is used here."""
    proxy = serve()
    monkeypatch.setenv(name, proxy.url)
    ask(ask_who, endpoint="http://ccc.example")
    assert 1 == len(proxy.seen)


@pytest.mark.parametrize("name", ["NO_PROXY", "no_proxy"])
def test_hosts_without_a_proxy(
    monkeypatch: pytest.MonkeyPatch, ask: Ask, ask_who: Any, serve: Serve, name: str
) -> None:
    """A host that NO_PROXY names is asked itself."""
    proxy, server = serve(), serve()
    monkeypatch.setenv("HTTP_PROXY", proxy.url)
    monkeypatch.delenv("NO_PROXY")
    monkeypatch.setenv(name, "127.0.0.1")
    ask(ask_who, endpoint=server.url)
    assert ([], 1) == (proxy.seen, len(server.seen))


def test_a_proxy_that_refuses(ask: Ask, ask_who: Any, serve: Serve, answered: Any) -> None:
    """A proxy that will not lead there is a ProxyError, which says where proxies come from."""
    proxy = serve(lambda _seen: answered(b"", "403 Forbidden"))
    with pytest.raises(ProxyError, match="HTTPS_PROXY"):
        ask(ask_who, endpoint="https://ccc.example", proxy=proxy.url)
    assert "CONNECT ccc.example:443 HTTP/1.1" == proxy.seen[0].line


@pytest.mark.parametrize("kind", [Client, AsyncClient])
@pytest.mark.parametrize(
    ("settings", "message"),
    [({"endpoint": "xn--a"}, "No host can be called"), ({"proxy": "http://ä..b"}, "The proxy given cannot be used")],
)
def test_what_only_the_http_library_knows_to_be_odd(kind: Any, settings: dict[str, str], message: str) -> None:
    """A name that is encoded wrongly is named before anything is sent."""
    with pytest.raises(ConfigurationError, match=message):
        kind(instance_id="ccc-demo", access_key_id="example-id", access_key_secret="example-secret", **settings)


@pytest.mark.parametrize("kind", [Client, AsyncClient])
def test_a_proxy_of_the_environment_that_cannot_be(monkeypatch: pytest.MonkeyPatch, kind: Any) -> None:
    """It is named when the client is made, and not by the library below."""
    monkeypatch.setenv("HTTPS_PROXY", "gopher://proxy.example")
    with pytest.raises(ConfigurationError, match="HTTPS_PROXY"):
        kind(instance_id="ccc-demo", access_key_id="example-id", access_key_secret="example-secret")


@pytest.mark.parametrize("kind", [Client, AsyncClient])
@pytest.mark.parametrize("sign", "/?#")
def test_a_proxys_password_is_not_quoted(monkeypatch: pytest.MonkeyPatch, kind: Any, sign: str) -> None:
    """Neither a piece of it, as the library below does where it ends at a sign that is not escaped, nor in a cause."""
    monkeypatch.setenv("HTTPS_PROXY", f"http://someone:example{sign}password@127.0.0.1:1")
    with pytest.raises(ConfigurationError, match="%2F %3F %23 %40") as caught:
        kind(instance_id="ccc-demo", access_key_id="example-id", access_key_secret="example-secret")
    assert (None, True) == (caught.value.__cause__, caught.value.__suppress_context__)
    assert [] == [secret for secret in ("'example", "password'", "someone") if secret in str(caught.value)]


@pytest.mark.filterwarnings(
    r"ignore:(BasicAuth|The 'proxy_auth' parameter) is deprecated:DeprecationWarning"
)  # httpx-aiohttp's
@pytest.mark.parametrize("echoed", ["pass%2Fword", "pass/word", "someone", "c29tZW9uZTpwYXNzL3dvcmQ="])
def test_a_proxy_that_says_what_it_knows(ask: Ask, ask_who: Any, serve: Serve, answered: Any, echoed: str) -> None:
    """Its user and password are taken out of its reason, however they are written."""
    proxy = serve(lambda _seen: answered(b"", f"403 not for {echoed}"))
    given = f"http://someone:pass%2Fword@127.0.0.1:{proxy.port}"
    with pytest.raises(ProxyError) as caught:
        ask(ask_who, endpoint="https://ccc.example", proxy=given)
    assert echoed not in str(caught.value)


def test_a_proxy_of_socks_needs_a_package(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is named, in the form in which it is installed."""
    monkeypatch.setenv("ALL_PROXY", "socks5://127.0.0.1:1")
    monkeypatch.setitem(sys.modules, "socksio", None)
    with pytest.raises(ConfigurationError, match=r"pip install 'httpx\[socks\]'"):
        Client(instance_id="ccc-demo", access_key_id="example-id", access_key_secret="example-secret")


# --- clients that are handed in ---------------------------------------------------------------------------------------


def _web(driver: str, library: Any = httpx, **options: Any) -> Any:
    return (library.Client if driver == "sync" else library.AsyncClient)(**options)


def _recorded(request: httpx.Request) -> httpx.Response:
    return httpx.Response(200, json={"Code": "OK", "Data": {"UserId": request.headers["x-mine"]}})


def test_a_client_that_is_handed_in_is_used_and_stays_open(driver: str, ask: Ask, ask_who: Any) -> None:
    """Whoever made it closes it."""
    web = _web(driver, transport=httpx.MockTransport(_recorded), headers={"x-mine": "mine"})
    assert "mine" == ask(ask_who, http_client=web).user_id
    assert not web.is_closed


def test_a_client_of_our_own_is_closed(ask: Ask, serve: Serve) -> None:
    """What was opened here is closed here."""
    kept: list[Any] = []
    ask(lambda ccc: kept.append(ccc._driver.http._client), endpoint=serve().url)
    assert kept[0].is_closed


def test_a_redirect_without_end_of_a_client_that_follows_them(driver: str, ask: Ask, ask_who: Any) -> None:
    """What a client of the user's own may raise is one of our errors too."""
    web = _web(
        driver,
        transport=httpx.MockTransport(lambda request: httpx.Response(302, headers={"location": str(request.url)})),
        follow_redirects=True,
    )
    with pytest.raises(TransportError, match="redirects"):
        ask(ask_who, http_client=web)


def test_httpx2_is_httpx(driver: str, ask: Ask, ask_who: Any, serve: Serve) -> None:
    """Its successor has the same interface and other classes; both ends are met."""
    httpx2 = pytest.importorskip("httpx2")
    assert "张三" == ask(ask_who, endpoint=serve().url, http_client=_web(driver, httpx2)).display_name
    hanging = serve(lambda _seen: None)
    with pytest.raises(TimeoutError):
        ask(ask_who, endpoint=hanging.url, http_client=_web(driver, httpx2, timeout=0.2))
    with pytest.raises(ConnectError):
        ask(ask_who, endpoint="http://127.0.0.1:9", http_client=_web(driver, httpx2))


# --- many threads -----------------------------------------------------------------------------------------------------


def test_one_client_serves_many_threads(serve: Serve, answered: Any) -> None:
    """Each gets its own answer."""

    def echo(seen: Any) -> Any:
        return answered(json.dumps({"Code": "OK", "Data": {"UserId": seen.target.partition("UserId=")[2]}}).encode())

    server = serve(echo)
    found: dict[str, str] = {}
    with Client(
        instance_id="ccc-demo",
        access_key_id="example-id",
        access_key_secret="example-secret",
        endpoint=server.url,
    ) as ccc:

        def look_up(user_id: str) -> None:
            found[user_id] = ccc.agents.get(user_id).user_id

        threads = [threading.Thread(target=look_up, args=(f"agent-{number}",)) for number in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert {f"agent-{number}": f"agent-{number}" for number in range(8)} == found


def test_a_stand_in_has_no_connection_to_end() -> None:
    """Hanging up on an answer that came from no network is no trouble."""
    answer = httpx.Response(200, content=b"sound")
    hang_up(answer)
    assert b"sound" == answer.content
