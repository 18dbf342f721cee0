"""The object store: which links lead to it, and what its answers mean."""

import re
from typing import Any
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hillstone_ccc._core.errors import (
    APIError,
    CCCError,
    ConnectError,
    DecodeError,
    PermissionDeniedError,
    RecordingArchivedError,
    RecordingDamagedError,
    RecordingError,
    RecordingExpiredError,
    RecordingNotReadyError,
    ServerError,
)
from hillstone_ccc._core.message import Response
from hillstone_ccc._core.store import Answer, Stored, read_head, redirected, refused, secure

from .store_of_bytes import xml

LINK = "https://example.com:8443/a/b.wav?Expires=9&Signature=secret"


@pytest.mark.parametrize(
    ("url", "secured"),
    [
        ("https://example.com/x?Signature=a%2Fb", "https://example.com/x?Signature=a%2Fb"),
        ("http://example.com/x", "https://example.com/x"),
        ("HTTP://example.com/x", "https://example.com/x"),
        ("http://127.0.0.1:8901/x", "http://127.0.0.1:8901/x"),
        ("http://[::1]:8901/x", "http://[::1]:8901/x"),
        ("http://localhost/x", "http://localhost/x"),
        ("http://127.0.0.1.example.com/x", "https://127.0.0.1.example.com/x"),
        ("http://localhost@example.com/x", "https://localhost@example.com/x"),
        ("http://10.0.0.1/x", "https://10.0.0.1/x"),
        ("http://0.0.0.0/x", "https://0.0.0.0/x"),
    ],
)
def test_plain_http_stays_on_this_machine(url: str, secured: str) -> None:
    """A plain link is taken over https, unless it leads to this machine; nothing else of it changes."""
    assert secured == secure(url)


@pytest.mark.parametrize("url", ["http://example.com/x", "https://example.com/x", "http://10.0.0.1:8901/x"])
def test_a_link_does_not_show_what_opens_it(url: str) -> None:
    """Tracebacks that tell local variables tell where it leads, and no more; the link itself is whole."""
    link = f"{url}?Expires=9&Signature=secret"
    secured, there = secure(link, plain=True), redirected(url, Response(302, {"location": link}, b""))
    assert (link, link) == (secured, there)
    assert [f"'{url}?***'"] * 2 == [repr(secured), repr(there)]
    assert "secret" not in repr(secure(link))


@pytest.mark.parametrize("url", ["http://example.com/x", "https://example.com/x", "http://10.0.0.1:8901/x"])
def test_plain_http_where_it_is_wanted(url: str) -> None:
    """Whoever says so has links taken as they are."""
    assert url == secure(url, plain=True)


@pytest.mark.parametrize("plain", [False, True])
@pytest.mark.parametrize(
    "url",
    ["", "x", "file:///etc/passwd", "ftp://example.com/x", "//example.com/x", "https://", "https://[::1/x", "https:///x",
     " http://example.com/x", "http://exa\nmple.com/x", "https://example.com/a b", "https://example.com/\x7f",
     "javascript:alert(1)"],
)  # fmt: skip
def test_other_links_are_refused(url: str, plain: bool) -> None:
    """Whatever is no link to a web server is refused without being repeated."""
    with pytest.raises(RecordingError) as caught:
        secure(url, plain=plain)
    assert "The upstream gave a link that leads to no web server." == str(caught.value)


@given(st.text() | st.text().map("http://".__add__) | st.from_regex(r"(https?|ftp)://[a-z@.:/\[\]0-9]*"))
def test_any_link_is_safe_or_refused(url: str) -> None:
    """What comes out is https, or http to this machine, for any text."""
    try:
        secured = secure(url)
    except RecordingError:
        return
    assert re.match(r"(?i)https://|http://([^/@]*@)?(127\.|localhost|\[::1\]|\[0*:)", secured)


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (403, xml("AccessDenied", "Request has expired."), RecordingExpiredError),
        (403, xml("AccessDenied", "no"), PermissionDeniedError),
        (403, xml("InvalidAccessKeyId", "The key has expired."), PermissionDeniedError),
        (403, xml("SignatureDoesNotMatch"), PermissionDeniedError),
        (403, xml("InvalidObjectState"), RecordingArchivedError),
        (404, xml("NoSuchKey"), RecordingNotReadyError),
        (404, xml("NoSuchBucket"), RecordingNotReadyError),
        (404, b"", APIError),
        (412, xml("PreconditionFailed"), APIError),
        (416, xml("InvalidRange"), APIError),
        (302, b"", APIError),
        (204, b"", APIError),
        (499, b"", APIError),
        (500, xml("InternalError"), ServerError),
        (502, b"<html>", ServerError),
        (403, b"\xff\x00<Code>", PermissionDeniedError),
        (403, b"<Code>AccessDenied</Message>", PermissionDeniedError),
        (403, b"<Code>\xff</Code>", PermissionDeniedError),
    ],
)
def test_what_the_object_store_says(status: int, body: bytes, kind: type[CCCError]) -> None:
    """Its XML codes are errors of the right class, with code, status and request id."""
    failure = refused(Response(status, {"x-oss-request-id": "REQ-1"}, body))
    assert failure is not None
    assert (kind, status, "REQ-1") == (type(failure), failure.http_status, failure.request_id)
    assert failure.message
    assert failure.code is None or failure.code.encode() in body or "\ufffd" == failure.code


@pytest.mark.parametrize(
    ("code", "message", "advice"),
    [
        ("AccessDenied", "Request has expired.", "Ask for the recording again."),
        ("InvalidObjectState", "x", "Restore it first: recordings.restore([…])."),
        ("NoSuchKey", "x", "The file is not there yet, or no longer."),
        ("NoSuchBucket", "x", "The file is not there."),
        ("InternalError", "x", None),
    ],
)
def test_what_can_be_done_about_a_refusal(code: str, message: str, advice: str | None) -> None:
    """Where something can be done the error says what; the store's own code and words stay."""
    failure = refused(Response(403, {}, xml(code, message)))
    assert failure is not None
    assert (code, message, advice, None) == (failure.code, failure.message, failure.advice, failure.request_id)


def test_a_refusal_without_words() -> None:
    """What says nothing of itself is told by its status."""
    failure = refused(Response(502, {}, b"<html>"))
    assert failure is not None
    assert ("the object store answered HTTP 502 and did not say why.", None) == (failure.message, failure.code)


def test_a_refusal_shows_no_secrets() -> None:
    """Links and numbers in the store's words are hidden."""
    said = "https://example.com/13800000001.wav?Signature=secret was asked for by 13800000001"
    failure = refused(Response(403, {}, xml("AccessDenied", said)))
    assert "https://example.com/138****0001.wav?*** was asked for by 138****0001" == getattr(failure, "message", None)


@given(st.integers(201, 599).filter(lambda status: status != 206), st.binary())
def test_any_refusal_is_an_error(status: int, body: bytes) -> None:
    """Any other status with any body is an error of ours."""
    assert isinstance(refused(Response(status, {}, body)), CCCError)


@pytest.mark.parametrize("status", [200, 206])
def test_no_refusal(status: int) -> None:
    """A good answer is no failure, whatever its body."""
    assert refused(Response(status, {}, xml("NoSuchKey"))) is None


def test_no_answer() -> None:
    """What a driver brings instead of an answer is the failure; nothing at all is one too."""
    lost = ConnectError("lost")
    assert lost is refused(lost)
    assert (DecodeError, "the driver brought no answer.") == (type(refused(None)), str(refused(None)))


HEADERS = {"etag": '"A-1"', "x-oss-hash-crc64ecma": "18446744073709551615"}
TOLD: dict[str, Any] = {"etag": '"A-1"', "crc64": 2**64 - 1}


@pytest.mark.parametrize(
    ("status", "headers", "answer"),
    [
        (200, {"content-length": "10", **HEADERS}, Answer(Stored(10, **TOLD), 0, 10)),
        (200, {"content-length": "0"}, Answer(Stored(0), 0, 0)),
        (200, {}, Answer(Stored(), 0, None)),
        (200, HEADERS, Answer(Stored(None, **TOLD), 0, None)),
        (200, {"content-length": "10", "content-range": "bytes 3-5/10"}, Answer(Stored(10), 0, 10)),
        (206, {"content-range": "bytes 3-5/10", "content-length": "3", **HEADERS}, Answer(Stored(10, **TOLD), 3, 3)),
        (206, {"content-range": "bytes 3-5/10"}, Answer(Stored(10), 3, 3)),
        (206, {"content-range": " bytes 0-9/10 "}, Answer(Stored(10), 0, 10)),
        (206, {"content-range": "bytes 9-9/10"}, Answer(Stored(10), 9, 1)),
    ],
)
def test_what_an_answer_announces(status: int, headers: dict[str, str], answer: Answer) -> None:
    """Where its bytes stand and how many they are, and what is told of the whole object."""
    assert answer == read_head(Response(status, headers, b""))


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"content-range": ""},
        {"content-range": "3-5/10"},
        {"content-range": "items 3-5/10"},
        {"content-range": "bytes 3-5/*"},
        {"content-range": "bytes */10"},
        {"content-range": "bytes 5-3/10"},
        {"content-range": "bytes 3-10/10"},
        {"content-range": "bytes 3-5/10, 7-8/10"},
        {"content-range": "bytes ٣-٥/10"},
        {"content-range": "bytes 3-5/10", "content-length": "4"},
        {"content-range": "bytes 3-5/10", "content-length": "2"},
    ],
)
def test_a_part_that_does_not_say_which(headers: dict[str, str]) -> None:
    """A part of which it is not told where it stands is of no use, nor one whose headers contradict each other."""
    with pytest.raises(RecordingDamagedError, match=r"^The object store answered with a part and did not say which"):
        read_head(Response(206, headers, b""))


@pytest.mark.parametrize("etag", ["", "A", '"A', 'W/"A"', '""', '"A" "B"', '"ä"', '"A\n"', '"' + "A" * 101 + '"'])
def test_a_tag_that_cannot_be_sent_back(etag: str) -> None:
    """A tag that is weak or might be misread is none."""
    assert Answer(Stored(), 0, None) == read_head(Response(200, {"etag": etag}, b""))


@pytest.mark.parametrize("told", ["", "-1", "+1", "1.0", "x", "٣", "1" * 21, "1, 1"])
def test_numbers_that_are_none(told: str) -> None:
    """A length or checksum that is no number is not announced."""
    headers = {"content-length": told, "x-oss-hash-crc64ecma": told}
    assert Answer(Stored(), 0, None) == read_head(Response(200, headers, b""))


@given(
    st.sampled_from([200, 206]),
    st.dictionaries(
        st.sampled_from(["content-length", "content-range", "etag", "x-oss-hash-crc64ecma"]),
        st.text() | st.from_regex(r"bytes \d{1,3}-\d{1,3}/\d{1,3}") | st.from_regex(r"\A\d{1,25}\Z"),
    ),
)
def test_any_headers_are_read_or_refused(status: int, headers: dict[str, str]) -> None:
    """What is read hangs together: the bytes that follow stand within the object."""
    try:
        answer = read_head(Response(status, headers, b""))
    except RecordingDamagedError:
        assert 206 == status
        return
    if answer.length is None:
        assert answer.stored.length is None
    else:
        assert answer.stored.length is not None
        assert 0 <= answer.start <= answer.start + answer.length <= answer.stored.length


ONE = Stored(10, '"A"', 5)


@pytest.mark.parametrize(
    ("other", "same"),
    [
        (Stored(10, '"A"', 5), True),
        (Stored(11, '"A"', 5), False),
        (Stored(10, '"B"', 5), False),
        (Stored(10, '"A"', 6), False),
        (Stored(10, None, 5), False),
        (Stored(10, '"A"', None), False),
        (Stored(), False),
    ],
)
def test_which_objects_are_the_same(other: Stored, same: bool) -> None:
    """Those of which the same length, tag and checksum are told: one that tells less might be another one."""
    assert (same, same) == (ONE.is_same(other), other.is_same(ONE))


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize(
    ("location", "there"),
    [
        ("/c.wav?x=1", "https://example.com:8443/c.wav?x=1"),
        ("c.wav", "https://example.com:8443/a/c.wav"),
        ("https://example.com:8443/c.wav", "https://example.com:8443/c.wav"),
        ("HTTPS://EXAMPLE.com:8443/c.wav", "https://EXAMPLE.com:8443/c.wav"),
        ("", LINK),
    ],
)
def test_a_redirect_on_the_same_server(status: int, location: str, there: str) -> None:
    """The store may send on to another place of its own."""
    assert there == redirected(LINK, Response(status, {"location": location}, b""))


@pytest.mark.parametrize(
    ("url", "there"),
    [("https://example.com/a", "https://example.com:443/b"), ("http://127.0.0.1:80/a", "http://127.0.0.1/b")],
)
def test_a_port_that_goes_without_saying(url: str, there: str) -> None:
    """A server is the same one whether its usual port is named or not."""
    assert there == redirected(url, Response(302, {"location": there}, b""))


@pytest.mark.parametrize("status", [200, 206, 300, 304, 305, 306, 400, 404, 503])
def test_no_redirect(status: int) -> None:
    """Other answers send nobody on, whatever their headers."""
    assert redirected(LINK, Response(status, {"location": "https://evil.example/"}, b"")) is None


@pytest.mark.parametrize(
    "location",
    [
        "https://evil.example:8443/b.wav?Signature=secret",
        "//evil.example/b.wav",
        "https://example.com:8444/b.wav",
        "https://example.com/b.wav",
        "http://example.com:8443/b.wav",
        "http://example.com/b.wav",
        "https://example.com.evil.example:8443/b.wav",
        "https://example.com:8443@evil.example/b.wav",
        "https://example.com:8443\\@evil.example/b.wav",
        "file:///etc/passwd",
        "https://example.com:x/b.wav",
        "https://[/b.wav",
        "/b c.wav",
        "/b\x7f.wav",
        "javascript:alert(1)",
    ],
)
def test_a_redirect_to_elsewhere(location: str) -> None:
    """A link is followed to no other host, port or scheme, and what opens it is not told."""
    with pytest.raises(RecordingError) as caught:
        redirected(LINK, Response(302, {"location": location}, b""))
    assert "The object store sends on to another server, from where no recording is fetched." == str(caught.value)
    assert "secret" not in repr(caught.value)


@given(st.text() | st.text().map("//".__add__) | st.from_regex(r"\A(https?:)?//(example\.com)?[a-z@.:\\/\[\]0-9]*\Z"))
def test_any_redirect_stays_or_is_refused(location: str) -> None:
    """Wherever a redirect leads, it is the same server."""
    try:
        there = redirected(LINK, Response(302, {"location": location}, b""))
    except RecordingError:
        return
    assert there is not None
    parts = urlsplit(there)
    assert ("https", "example.com", 8443) == (parts.scheme, parts.hostname, parts.port)


def test_a_link_does_not_show() -> None:
    """Its repr, as in a traceback that tells local variables, opens nothing; itself it is what it was."""
    link = secure("http://files.example/a.wav?Signature=secret")
    assert "'https://files.example/a.wav?***'" == repr(link)
    assert "https://files.example/a.wav?Signature=secret" == link == str(link)
