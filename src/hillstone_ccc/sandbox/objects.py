"""The object store: signed links that expire, ranges, checksums, and its errors in XML.

Paths are `/oss/<bucket>/<key>` here; a signature covers `/<bucket>/<key>`, as it does where the bucket is a
host name.
"""

import hashlib
import re
from base64 import b64encode
from collections import OrderedDict
from collections.abc import Callable, Mapping
from email.utils import formatdate, parsedate_to_datetime
from urllib.parse import quote, unquote
from uuid import uuid4
from xml.sax.saxutils import escape

import attrs

from hillstone_ccc.sandbox.checksum import crc64
from hillstone_ccc.sandbox.links import Denied, Signer, expired
from hillstone_ccc.sandbox.message import Incoming, Outgoing

PREFIX = "/oss/"
"""Where the object store begins on the sandbox's port."""

BUCKET = "ccc-record-sandbox"
"""The one bucket."""

_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})(?:,.*)?")
_CACHED_BYTES = 64 * 1024 * 1024
_CROSS_ORIGIN = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "Content-Length, Content-Range, ETag",
}


@attrs.frozen
class StoredObject:
    """One object: its bytes are made when they are asked for.

    Attributes:
        key: the name within the bucket.
        content: makes the bytes, the same each time.
        modified: when it was stored, Unix seconds.
        content_type: the media type as stored.
        contact_id: the call that it belongs to; the call may be archived.
    """

    key: str
    content: Callable[[], bytes] = attrs.field(eq=False)
    modified: float
    content_type: str = "audio/x-wav"
    contact_id: str = ""


@attrs.frozen
class _Body:
    data: bytes = attrs.field(repr=False)
    md5: bytes
    crc: int

    @property
    def etag(self) -> str:
        return f'"{self.md5.hex().upper()}"'


@attrs.define
class _Cache:
    """The bytes and sums of the objects asked for lately, for the next range of them."""

    _bodies: "OrderedDict[str, _Body]" = attrs.field(factory=OrderedDict[str, _Body], repr=False)
    _bytes: int = 0

    def body(self, stored: StoredObject) -> _Body:
        """The object's, made if they are not there; the longest unasked go when they are too many."""
        if stored.key in self._bodies:
            self._bodies.move_to_end(stored.key)
            return self._bodies[stored.key]
        data = stored.content()
        made = _Body(data, hashlib.md5(data, usedforsecurity=False).digest(), crc64(data))
        self._bodies[stored.key] = made
        self._bytes += len(data)
        while len(self._bodies) > 1 and self._bytes > _CACHED_BYTES:
            self.forget(next(iter(self._bodies)))
        return made

    def forget(self, key: str) -> None:
        """The object has changed, or must go."""
        if (body := self._bodies.pop(key, None)) is not None:
            self._bytes -= len(body.data)


@attrs.define
class Archive:
    """Which calls' recordings lie in cold storage, and how often each has been asked for.

    Attributes:
        contact_ids: the archived calls.
        restored_after: a recording is back when its call has been asked for more often than this.
    """

    contact_ids: frozenset[str] = frozenset()
    restored_after: int = 1
    _asks: dict[str, int] = attrs.field(factory=dict[str, int])

    def restore(self, contact_id: str) -> None:
        """Ask for a recording back."""
        self._asks[contact_id] = self._asks.get(contact_id, 0) + 1

    def restored(self, contact_id: str) -> bool:
        """Whether it was archived and is back."""
        return contact_id in self.contact_ids and self._asks.get(contact_id, 0) > self.restored_after

    def frozen(self, contact_id: str) -> bool:
        """Whether it is archived and not back yet."""
        return contact_id in self.contact_ids and not self.restored(contact_id)

    def clear(self) -> None:
        """Forget what has been asked for."""
        self._asks.clear()


@attrs.define
class ObjectStore:
    """A bucket of recordings.

    Attributes:
        signer: signs the links and checks them.
        archive: the cold part.
    """

    signer: Signer = attrs.field(factory=Signer)
    archive: Archive = attrs.field(factory=Archive)
    _objects: dict[str, StoredObject] = attrs.field(factory=dict[str, StoredObject], repr=False)
    _replaced: dict[str, tuple[bytes, float]] = attrs.field(factory=dict[str, tuple[bytes, float]], repr=False)
    _cache: _Cache = attrs.field(factory=_Cache)

    def link(self, base: str, stored: StoredObject, expires: int) -> str:
        """Store the object under its key and sign a link to GET it.

        Args:
            base: scheme, host and port of the sandbox.
            stored: the object; a second one of the same key takes the first one's place.
            expires: the second, Unix time, at which the link dies.
        """
        self._objects[stored.key] = stored
        return f"{base}{PREFIX}{BUCKET}/{quote(stored.key)}?{self.signer.query(f'/{BUCKET}/{stored.key}', expires)}"

    def replace(self, key: str, content: bytes, now: float) -> None:
        """Give the object of that key another content for good, whether it has been stored yet or not.

        Args:
            key: the name within the bucket.
            content: its bytes from now on.
            now: the store's clock, Unix seconds.
        """
        self._replaced[key] = content, now
        self._cache.forget(key)

    def answer(self, incoming: Incoming, now: float) -> tuple[Outgoing, str]:
        """Answer a request.

        Args:
            incoming: the request; its path begins with `PREFIX`.
            now: the store's clock, Unix seconds.

        Returns:
            The answer, and its error code or `OK`.
        """
        headers = _common(now)
        try:
            stored = self._authorised(incoming, now)
            answer = self._object(incoming, stored, headers)
        except Denied as denied:
            return _denial(denied, incoming, headers), denied.code
        if incoming.method == "HEAD":
            answer = attrs.evolve(answer, body=b"")
        return answer, "OK"

    def _authorised(self, incoming: Incoming, now: float) -> StoredObject:
        bucket, _, key = unquote(incoming.path[len(PREFIX) :]).partition("/")
        self.signer.check(incoming, f"/{bucket}/{key}", now)
        if bucket != BUCKET:
            message = "The specified bucket does not exist."
            raise Denied(404, "NoSuchBucket", message, BucketName=bucket)
        if key not in self._objects:
            raise Denied(404, "NoSuchKey", "The specified key does not exist.", Key=key)
        stored = self._objects[key]
        if key in self._replaced:
            content, modified = self._replaced[key]
            return attrs.evolve(stored, content=lambda: content, modified=modified)
        return stored

    def _object(self, incoming: Incoming, stored: StoredObject, common: Mapping[str, str]) -> Outgoing:
        if self.archive.frozen(stored.contact_id):
            message = "The operation is not valid for the object's state."
            raise Denied(403, "InvalidObjectState", message)
        body = self._cache.body(stored)
        headers = {**common, **self._describe(stored, body)}
        if (status := _condition(incoming.headers, body.etag, stored.modified)) == 304:  # noqa: PLR2004
            return Outgoing(status, headers)
        if status:
            message = "At least one of the pre-conditions you specified did not hold."
            raise Denied(status, "PreconditionFailed", message)
        part = _part(incoming.headers, len(body.data))
        if part is None:
            return Outgoing(200, headers | {"Content-Length": str(len(body.data))}, body.data)
        start, end = part
        length = {
            "Content-Length": str(end - start),
            "Content-Range": f"bytes {start}-{end - 1}/{len(body.data)}",
        }
        return Outgoing(206, headers | length, body.data[start:end])

    def _describe(self, stored: StoredObject, body: _Body) -> dict[str, str]:
        headers = {
            "Content-Type": stored.content_type,
            "ETag": body.etag,
            "Content-MD5": b64encode(body.md5).decode(),
            "x-oss-hash-crc64ecma": str(body.crc),
            "x-oss-object-type": "Normal",
            "x-oss-storage-class": "Standard",
            "Accept-Ranges": "bytes",
            "Last-Modified": formatdate(stored.modified, usegmt=True),
        }
        if self.archive.restored(stored.contact_id):
            until = formatdate(stored.modified + 7 * 86_400, usegmt=True)
            headers["x-oss-storage-class"] = "Archive"
            headers["x-oss-restore"] = f'ongoing-request="false", expiry-date="{until}"'
        return headers


def server_error(incoming: Incoming, now: float) -> Outgoing:
    """The store's 500, in answer to any request."""
    denied = Denied(500, "InternalError", "We encountered an internal error. Please try again.")
    return _denial(denied, incoming, _common(now))


def expired_link(incoming: Incoming, now: float) -> Outgoing:
    """What the store says of a dead link, in answer to any request: as if it had died a second ago."""
    return _denial(expired(int(now) - 1, now), incoming, _common(now))


def download_limit(incoming: Incoming, now: float) -> Outgoing:
    """The store's 503, in answer to any request. Its code and wording are those of the store's table of errors."""
    denied = Denied(503, "DownloadTrafficRateLimitExceeded", "Please reduce your download request traffic")
    return _denial(denied, incoming, _common(now))


def cross_origin(incoming: Incoming, answer: Outgoing) -> Outgoing:
    """The answer as a bucket gives it whose rules let pages of any origin read it, errors as well.

    Only a GET that carries `Origin` is answered in another way. OPTIONS, which browsers send first for pages
    that add headers of their own, is refused as ever.
    """
    if incoming.method != "GET" or "origin" not in incoming.headers:
        return answer
    return attrs.evolve(answer, headers={**answer.headers, **_CROSS_ORIGIN})


def _common(now: float) -> dict[str, str]:
    return {
        "Server": "AliyunOSS",
        "Date": formatdate(now, usegmt=True),
        "x-oss-request-id": uuid4().hex[:24].upper(),
        "x-oss-server-time": "1",
    }


def _condition(headers: Mapping[str, str], etag: str, modified: float) -> int | None:
    """304 or 412 when the request's conditions say so, else None."""
    if "if-match" in headers and etag not in _tags(headers["if-match"]):
        return 412
    if "if-none-match" in headers:
        return 304 if etag in _tags(headers["if-none-match"]) else None
    since = headers.get("if-modified-since")
    return 304 if since is not None and modified <= _http_time(since) else None


def _tags(text: str) -> list[str]:
    return [tag.strip() for tag in text.split(",")]


def _http_time(text: str) -> float:
    try:
        return parsedate_to_datetime(text).timestamp()
    except ValueError:
        return float("-inf")


def _part(headers: Mapping[str, str], size: int) -> tuple[int, int] | None:
    """Start and end (exclusive) of the part that is asked for, or None for the whole.

    A range that does not fit means the whole object, unless the standard behaviour is asked for. Of several
    ranges only the first counts.

    Raises:
        Denied: 416, under the standard behaviour only.
    """
    match = _RANGE.fullmatch(headers.get("range", "").replace(" ", ""))
    if match is None or not any(match.groups()):
        return None
    first, last = match.groups()
    start = int(first) if first else size - int(last)
    end = int(last) + 1 if first and last else size
    if first and last and int(first) > int(last):
        return None
    if 0 <= start < end <= size:
        return start, end
    if headers.get("x-oss-range-behavior") != "standard":
        return None
    if start >= size:
        raise Denied(416, "InvalidRange", "The requested range cannot be satisfied.")
    return max(0, start), size


def _denial(denied: Denied, incoming: Incoming, headers: Mapping[str, str]) -> Outgoing:
    elements = {
        "Code": denied.code,
        "Message": denied.message,
        "RequestId": headers["x-oss-request-id"],
        "HostId": incoming.headers.get("host", ""),
        **denied.extra,
    }
    lines = "".join(f"  <{name}>{escape(str(value))}</{name}>\n" for name, value in elements.items())
    body = f'<?xml version="1.0" encoding="UTF-8"?>\n<Error>\n{lines}</Error>\n'.encode()
    sizes = {"Content-Type": "application/xml", "Content-Length": str(len(body))}
    return Outgoing(denied.status, {**headers, **sizes}, b"" if incoming.method == "HEAD" else body)
