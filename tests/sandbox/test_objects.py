"""The object store: its links, its headers, its ranges, its errors."""

import base64
import hashlib
import hmac
from collections.abc import Callable
from typing import Any
from urllib.parse import quote
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hillstone_ccc.sandbox import Incoming, Outgoing, Sandbox
from hillstone_ccc.sandbox.checksum import crc64
from hillstone_ccc.sandbox.links import Signer
from hillstone_ccc.sandbox.objects import BUCKET, ObjectStore, StoredObject

NOW = 1_767_345_845
KEY = "ccc-demo/2026/01/job 张三+1.wav"
BODY = bytes(range(256)) * 40
SIZE = len(BODY)
Make = Callable[..., Sandbox]
Ask = Callable[..., Any]


def stored(key: str = KEY, body: bytes = BODY, contact_id: str = "") -> StoredObject:
    """An object stored an hour ago."""
    return StoredObject(key, lambda: body, NOW - 3600, contact_id=contact_id)


@pytest.fixture
def store() -> ObjectStore:
    """An empty store."""
    return ObjectStore()


def fetch(
    store: ObjectStore, url: str, *, method: str = "GET", now: float = NOW, **headers: str
) -> tuple[Outgoing, str]:
    """What the store answers to a link."""
    path, _, query = url.partition("?")
    fields = {name.replace("_", "-"): value for name, value in headers.items()}
    return store.answer(Incoming(method, path, query, {"host": "127.0.0.1", **fields}), now)


def get(store: ObjectStore, **headers: Any) -> Outgoing:
    """What the store answers to a good link."""
    return fetch(store, store.link("", stored(), NOW + 60), **headers)[0]


def signed(text: str) -> str:
    """A signature as it stands in a link."""
    digest = hmac.new(b"example-oss-secret", text.encode(), hashlib.sha1).digest()
    return quote(base64.b64encode(digest).decode(), safe="")


def elements(answer: Outgoing) -> dict[str, str | None]:
    """The elements of an error document."""
    assert answer.headers["Content-Type"] == "application/xml"
    return {element.tag: element.text for element in ET.fromstring(answer.body.decode())}  # noqa: S314


@pytest.mark.parametrize(
    ("query", "signature"),
    [
        ("", "VssNN8aVYK0EBDiLMcseth1SJLo="),
        (
            "&security-token=example-token&response-content-disposition=attachment",
            "ySytQijpKRftmovzYJ1xTmYVZ/I=",
        ),
    ],
)
def test_the_published_vectors(query: str, signature: str) -> None:
    """Both published link signatures, compared with the vendor's SDK, are recognised: the bucket is what is missing."""
    store = ObjectStore(Signer("example-id", "example-secret"))
    url = (
        "/oss/example-bucket/ccc-demo/2026/01/job-000000000000000001.wav?Expires=1767323045"
        f"&OSSAccessKeyId=example-id&Signature={quote(signature, safe='')}{query}"
    )
    assert fetch(store, url, now=1_767_323_045)[1] == "NoSuchBucket"
    assert fetch(store, url + "&acl", now=1_767_323_045)[1] == "SignatureDoesNotMatch"


def test_a_link_leads_to_the_object(store: ObjectStore) -> None:
    """A link gives the bytes, with the store's headers and three checksums."""
    answer = get(store)
    md5 = hashlib.md5(BODY, usedforsecurity=False).digest()
    assert (200, BODY) == (answer.status, answer.body)
    request_id = answer.headers["x-oss-request-id"]
    assert (24, True) == (len(request_id), set(request_id) <= set("0123456789ABCDEF"))
    assert {**answer.headers, "x-oss-request-id": ""} == {
        "Server": "AliyunOSS",
        "Date": "Fri, 02 Jan 2026 09:24:05 GMT",
        "x-oss-request-id": "",
        "x-oss-server-time": "1",
        "Content-Type": "audio/x-wav",
        "Content-Length": str(SIZE),
        "ETag": f'"{md5.hex().upper()}"',
        "Content-MD5": base64.b64encode(md5).decode(),
        "x-oss-hash-crc64ecma": str(crc64(BODY)),
        "x-oss-object-type": "Normal",
        "x-oss-storage-class": "Standard",
        "Accept-Ranges": "bytes",
        "Last-Modified": "Fri, 02 Jan 2026 08:24:05 GMT",
    }


@pytest.mark.parametrize(
    ("asked", "start", "end"),
    [
        ("bytes=0-9", 0, 10),
        ("bytes=10-", 10, SIZE),
        ("bytes=-5", SIZE - 5, SIZE),
        (f"bytes=0-{SIZE - 1}", 0, SIZE),
        ("bytes=3-3, 7-9", 3, 4),
    ],
)
def test_a_range_that_fits(store: ObjectStore, asked: str, start: int, end: int) -> None:
    """A range that fits gives 206 and that part; of several ranges the first; the checksum is the whole object's."""
    answer = get(store, range=asked)
    assert (206, BODY[start:end]) == (answer.status, answer.body)
    assert answer.headers["Content-Range"] == f"bytes {start}-{end - 1}/{SIZE}"
    assert answer.headers["Content-Length"] == str(end - start)
    assert answer.headers["x-oss-hash-crc64ecma"] == str(crc64(BODY))


@pytest.mark.parametrize(
    "asked",
    [
        f"bytes=0-{SIZE}",
        f"bytes={SIZE}-",
        f"bytes=-{SIZE + 1}",
        "bytes=-0",
        "bytes=9-3",
        "bytes=-",
        "bytes=a-b",
        "lines=0-1",
        "bytes=" + "9" * 5000 + "-",
    ],
)
def test_a_range_that_does_not_fit(store: ObjectStore, asked: str) -> None:
    """A range that does not fit gives 200 and the whole object."""
    answer = get(store, range=asked)
    assert (200, SIZE, False) == (answer.status, len(answer.body), "Content-Range" in answer.headers)


@given(first=st.integers(0, SIZE * 2), last=st.integers(0, SIZE * 2))
def test_any_range(first: int, last: int) -> None:
    """A range within the object gives that part of it, and any other the whole."""
    answer = get(ObjectStore(), range=f"bytes={first}-{last}")
    fits = first <= last < SIZE
    assert (206, BODY[first : last + 1]) if fits else (200, BODY) == (answer.status, answer.body)


@pytest.mark.parametrize(
    ("asked", "status", "part"),
    [
        (f"bytes=5-{SIZE}", 206, BODY[5:]),
        (f"bytes=-{SIZE + 1}", 206, BODY),
        ("bytes=9-3", 200, BODY),
        (f"bytes={SIZE}-", 416, None),
    ],
)
def test_ranges_under_the_standard_behaviour(store: ObjectStore, asked: str, status: int, part: bytes | None) -> None:
    """Signed into the link, the standard behaviour cuts the end of a range and refuses a start beyond the end."""
    store.link("", stored(), 0)
    header = "x-oss-range-behavior:standard"
    text = f"GET\n\n\n{NOW}\n{header}\n/{BUCKET}/{KEY}"
    url = f"/oss/{BUCKET}/{quote(KEY)}?Expires={NOW}&OSSAccessKeyId=example-oss-id&Signature={signed(text)}"
    answer, code = fetch(store, url, range=asked, x_oss_range_behavior="standard")
    assert status == answer.status
    assert (code == "InvalidRange") if part is None else (answer.body == part)


def test_a_header_of_the_stores_own_breaks_a_link(store: ObjectStore) -> None:
    """A link that was signed without them takes neither x-oss headers nor a content type."""
    url = store.link("", stored(), NOW + 60)
    assert fetch(store, url, x_oss_range_behavior="standard")[1] == "SignatureDoesNotMatch"
    assert fetch(store, url, content_type="text/plain")[1] == "SignatureDoesNotMatch"


def test_conditions(store: ObjectStore) -> None:
    """The usual conditions give 304 and 412, or the object."""
    etag = get(store).headers["ETag"]
    for headers, status in (
        ({"if_match": etag}, 200),
        ({"if_match": '"other"'}, 412),
        ({"if_none_match": f'"other", {etag}'}, 304),
        ({"if_none_match": '"other"', "if_modified_since": "Fri, 02 Jan 2026 09:24:05 GMT"}, 200),
        ({"if_modified_since": "Fri, 02 Jan 2026 08:24:05 GMT"}, 304),
        ({"if_modified_since": "Fri, 02 Jan 2026 08:24:04 GMT"}, 200),
        ({"if_modified_since": "yesterday"}, 200),
    ):
        answer = get(store, **headers)
        assert status == answer.status, headers
        assert status == 200 or BODY not in answer.body


def test_a_link_dies(store: ObjectStore) -> None:
    """A link is good until its second, then it has expired, be its signature right or wrong."""
    url = store.link("", stored(), NOW)
    assert fetch(store, url)[1] == "OK"
    answer, code = fetch(store, url.replace("Signature=", "Signature=x"), now=NOW + 1)
    found = elements(answer)
    assert (403, "AccessDenied", "Request has expired.") == (answer.status, code, found["Message"])
    assert ("2026-01-02T09:24:05.000Z", "2026-01-02T09:24:06.000Z", "0002-00000069") == (
        found["Expires"],
        found["ServerTime"],
        found["EC"],
    )


def test_a_changed_link_shows_what_was_to_be_signed(store: ObjectStore) -> None:
    """The refusal of a signature shows the text that was to be signed, also as bytes."""
    url = store.link("", stored(), NOW).replace(f"Expires={NOW}", f"Expires={NOW + 1}")
    answer, code = fetch(store, url)
    found = elements(answer)
    text = f"GET\n\n\n{NOW + 1}\n/{BUCKET}/{KEY}"
    assert (403, "SignatureDoesNotMatch", code) == (answer.status, found["Code"], found["Code"])
    assert (text, "example-oss-id", "127.0.0.1") == (
        found["StringToSign"],
        found["OSSAccessKeyId"],
        found["HostId"],
    )
    assert text.encode() == bytes.fromhex(found["StringToSignBytes"] or "")


def test_head_needs_a_link_of_its_own(store: ObjectStore) -> None:
    """A HEAD with a link for GET does not match; with one for HEAD it gives the headers and no body."""
    url = store.link("", stored(), NOW)
    answer, code = fetch(store, url, method="HEAD")
    assert (403, "SignatureDoesNotMatch", b"") == (answer.status, code, answer.body)
    text = f"HEAD\n\n\n{NOW}\n/{BUCKET}/{KEY}"
    url = f"{url.partition('Signature=')[0]}Signature={signed(text)}"
    answer, code = fetch(store, url, method="HEAD")
    assert ("OK", b"", str(SIZE)) == (code, answer.body, answer.headers["Content-Length"])


@pytest.mark.parametrize(
    ("query", "status", "code", "detail"),
    [
        ("", 403, "AccessDenied", "0002-00000067"),
        ("OSSAccessKeyId=example-oss-id&Signature=x&Expires=", 403, "AccessDenied", "0002-00000068"),
        ("OSSAccessKeyId=example-oss-id&Signature=x&Expires=soon", 403, "AccessDenied", "Invalid date"),
        ("OSSAccessKeyId=x&Signature=x&Expires=1", 403, "InvalidAccessKeyId", "<OSSAccessKeyId>x<"),
    ],
)
def test_links_that_are_none(store: ObjectStore, query: str, status: int, code: str, detail: str) -> None:
    """An incomplete link, one without a time, and one of a strange key are refused, each in its way."""
    answer, found = fetch(store, f"/oss/{BUCKET}/{KEY}?{query}")
    assert (status, code) == (answer.status, found)
    assert detail in answer.body.decode()


def test_only_one_signature(store: ObjectStore) -> None:
    """A link with a signed header beside it is refused."""
    answer, code = fetch(store, store.link("", stored(), NOW), authorization="OSS x:y")
    assert (400, "InvalidArgument") == (answer.status, code)


def test_an_object_that_was_never_stored(store: ObjectStore) -> None:
    """A well-signed link to a strange key is told that there is no such key, in proper XML."""
    key = "a&<b>.wav"
    text = f"GET\n\n\n{NOW}\n/{BUCKET}/{key}"
    url = f"/oss/{BUCKET}/{quote(key)}?Expires={NOW}&OSSAccessKeyId=example-oss-id&Signature={signed(text)}"
    answer, code = fetch(store, url)
    assert (404, "NoSuchKey", key) == (answer.status, code, elements(answer)["Key"])


def test_an_archived_recording_must_be_restored_first(make_box: Make, ask: Ask) -> None:
    """A link to an archived recording works only after it has been restored, and then says so."""
    box = make_box(archived=["job-1"])
    url = ask(box, "GetMonoRecording", ContactId="job-1")["Data"]["FileUrl"]
    path, _, query = url.removeprefix(box.endpoint).partition("?")
    frozen = box.handle(Incoming("GET", path, query))
    assert (403, "InvalidObjectState") == (frozen.status, elements(frozen)["Code"])
    for _ in range(2):
        ask(box, "RestoreArchivedRecordings", ContactIds='["job-1"]')
    answer = box.handle(Incoming("GET", path, query))
    assert (200, "Archive") == (answer.status, answer.headers["x-oss-storage-class"])
    assert answer.headers["x-oss-restore"].startswith('ongoing-request="false", expiry-date="')
    assert [("GetObject", "InvalidObjectState"), ("GetObject", "OK")] == [
        (one.action, one.code) for one in box.requests if one.action == "GetObject"
    ]


def test_bytes_are_made_once_while_they_are_asked_for(store: ObjectStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """An object's bytes are kept for the next range, and the longest unasked go first when they are too many."""
    monkeypatch.setattr("hillstone_ccc.sandbox.objects._CACHED_BYTES", 25)
    made: list[str] = []

    def url(key: str) -> str:
        def content() -> bytes:
            made.append(key)
            return b"0123456789"

        return store.link("", StoredObject(key, content, NOW), NOW)

    links = {key: url(key) for key in "abc"}
    for key in "aabacaab":
        fetch(store, links[key])
    assert made == ["a", "b", "c", "b"]


def test_what_has_changed_is_made_room_for_no_longer(store: ObjectStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only the bytes that are kept are counted: those of a content that was replaced are gone."""
    monkeypatch.setattr("hillstone_ccc.sandbox.objects._CACHED_BYTES", 25)
    made: list[str] = []

    def url(key: str) -> str:
        def content() -> bytes:
            made.append(key)
            return b"0123456789"

        return store.link("", StoredObject(key, content, NOW), NOW)

    links = {key: url(key) for key in "abc"}
    for key in "abab":
        fetch(store, links[key])
    for content in (b"xy", b"z", b"z"):
        store.replace("a", content, NOW)
        assert content == fetch(store, links["a"])[0].body
    for key in "cba":
        fetch(store, links[key])
    assert ["a", "b", "c"] == made


def slow_crc64(data: bytes) -> int:
    """The checksum bit by bit, from its definition."""
    value = 2**64 - 1
    for byte in data:
        value ^= byte
        for _ in range(8):
            value = (value >> 1) ^ (0xC96C5795D7870F42 if value & 1 else 0)
    return value ^ (2**64 - 1)


def test_the_check_value() -> None:
    """The checksum of the nine digits is the published one."""
    assert crc64(b"123456789") == 0x995DC9BBDF1939FA


@given(st.binary(max_size=300), st.integers(0, 20_000))
def test_the_checksum_is_what_its_definition_says(data: bytes, zeros: int) -> None:
    """Side by side or byte by byte, the checksum is the same."""
    assert slow_crc64(data + bytes(zeros) + data) == crc64(data + bytes(zeros) + data)
