"""The object store: signed links that expire, ranges, checksums, and its errors in XML.

Paths are `/oss/<bucket>/<key>` here; a signature covers `/<bucket>/<key>`, as it does where the bucket is a
host name.
"""

import hashlib
import hmac
import re
from base64 import b64encode
from collections import OrderedDict
from collections.abc import Callable, Mapping
from datetime import datetime, timezone
from email.utils import formatdate, parsedate_to_datetime
from urllib.parse import parse_qsl, quote, unquote
from uuid import uuid4
from xml.sax.saxutils import escape

import attrs

from hillstone_ccc.sandbox.checksum import crc64
from hillstone_ccc.sandbox.message import Incoming, Outgoing

PREFIX = "/oss/"
"""Where the object store begins on the sandbox's port."""

BUCKET = "ccc-record-sandbox"
"""The one bucket."""

_SIGNED = ("OSSAccessKeyId", "Expires", "Signature")
_SUB_RESOURCES = frozenset({"security-token", "versionId", "x-oss-process", "acl", "restore", "uploadId"})
_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})(?:,.*)?")
_CACHED_BYTES = 64 * 1024 * 1024


class Denied(Exception):  # noqa: N818 - an answer of the store, not a failure of the sandbox
    """The store says no.

    Attributes:
        status: the HTTP status.
        code: the error's code.
        message: the text for a reader.
        extra: further elements of the error document.
    """

    def __init__(self, status: int, code: str, message: str, **extra: object) -> None:
        super().__init__(code, message)
        self.status = status
        self.code = code
        self.message = message
        self.extra = extra


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
        access_key_id: the store's own key, not the caller's.
        access_key_secret: its secret.
        archive: the cold part.
    """

    access_key_id: str = "example-oss-id"
    access_key_secret: str = attrs.field(default="example-oss-secret", repr=False)
    archive: Archive = attrs.field(factory=Archive)
    _objects: dict[str, StoredObject] = attrs.field(factory=dict[str, StoredObject], repr=False)
    _bodies: "OrderedDict[str, _Body]" = attrs.field(factory=OrderedDict[str, _Body], repr=False)

    def link(self, base: str, stored: StoredObject, expires: int) -> str:
        """Store the object under its key and sign a link to GET it.

        Args:
            base: scheme, host and port of the sandbox.
            stored: the object; a second one of the same key takes the first one's place.
            expires: the second, Unix time, at which the link dies.
        """
        self._objects[stored.key] = stored
        text = _string_to_sign(Incoming("GET"), f"/{BUCKET}/{stored.key}", str(expires))
        query = {
            "Expires": str(expires),
            "OSSAccessKeyId": self.access_key_id,
            "Signature": self._signature(text),
        }
        tail = "&".join(f"{name}={quote(value, safe='')}" for name, value in query.items())
        return f"{base}{PREFIX}{BUCKET}/{quote(stored.key)}?{tail}"

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
        values = dict(parse_qsl(incoming.query, keep_blank_values=True))
        if "authorization" in incoming.headers and "Signature" in values:
            raise Denied(400, "InvalidArgument", "Only one auth mechanism allowed.")
        _complete(values)
        expires = values["Expires"]
        if values["OSSAccessKeyId"] != self.access_key_id:
            message = "The OSS Access Key Id you provided does not exist in our records."
            raise Denied(403, "InvalidAccessKeyId", message, OSSAccessKeyId=values["OSSAccessKeyId"])
        if int(expires) < now:
            raise Denied(
                403,
                "AccessDenied",
                "Request has expired.",
                Expires=_iso(int(expires)),
                ServerTime=_iso(now),
                EC="0002-00000069",
            )
        text = _string_to_sign(incoming, f"/{bucket}/{key}", expires)
        if not hmac.compare_digest(values["Signature"].encode(), self._signature(text).encode()):
            raise _mismatch(values, text)
        if bucket != BUCKET:
            message = "The specified bucket does not exist."
            raise Denied(404, "NoSuchBucket", message, BucketName=bucket)
        if key not in self._objects:
            raise Denied(404, "NoSuchKey", "The specified key does not exist.", Key=key)
        return self._objects[key]

    def _object(self, incoming: Incoming, stored: StoredObject, common: Mapping[str, str]) -> Outgoing:
        if self.archive.frozen(stored.contact_id):
            message = "The operation is not valid for the object's state."
            raise Denied(403, "InvalidObjectState", message)
        body = self._body(stored)
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

    def _body(self, stored: StoredObject) -> _Body:
        """The object's bytes and sums, kept for the next range of them."""
        if stored.key in self._bodies:
            self._bodies.move_to_end(stored.key)
            return self._bodies[stored.key]
        data = stored.content()
        made = _Body(data, hashlib.md5(data, usedforsecurity=False).digest(), crc64(data))
        self._bodies[stored.key] = made
        while len(self._bodies) > 1 and sum(len(body.data) for body in self._bodies.values()) > _CACHED_BYTES:
            self._bodies.popitem(last=False)
        return made

    def _signature(self, text: str) -> str:
        return b64encode(
            hmac.new(self.access_key_secret.encode(), text.encode(), hashlib.sha1).digest()
        ).decode()


def server_error(incoming: Incoming, now: float) -> Outgoing:
    """The store's 500, in answer to any request."""
    denied = Denied(500, "InternalError", "We encountered an internal error. Please try again.")
    return _denial(denied, incoming, _common(now))


def _common(now: float) -> dict[str, str]:
    return {
        "Server": "AliyunOSS",
        "Date": formatdate(now, usegmt=True),
        "x-oss-request-id": uuid4().hex[:24].upper(),
        "x-oss-server-time": "1",
    }


def _complete(values: Mapping[str, str]) -> None:
    """Refuse a link that lacks a part, or whose end is no time."""
    if not all(values.get(name) for name in _SIGNED):
        message = "Query-string authentication requires the Signature, Expires and OSSAccessKeyId parameters"
        raise Denied(403, "AccessDenied", message, EC=f"0002-000000{68 if 'Expires' in values else 67}")
    expires = values["Expires"]
    if not (expires.isascii() and expires.isdigit() and len(expires) < 12):  # noqa: PLR2004 - digits of a time
        raise Denied(403, "AccessDenied", "Invalid date (should be seconds since epoch).")


def _mismatch(values: Mapping[str, str], text: str) -> Denied:
    return Denied(
        403,
        "SignatureDoesNotMatch",
        "The request signature we calculated does not match the signature you provided. "
        "Check your key and signing method.",
        OSSAccessKeyId=values["OSSAccessKeyId"],
        SignatureProvided=values["Signature"],
        StringToSign=text,
        StringToSignBytes=text.encode().hex(" ").upper(),
        EC="0002-00000040",
    )


def _string_to_sign(incoming: Incoming, resource: str, expires: str) -> str:
    """The text that a link's signature (version 1) signs."""
    headers = incoming.headers
    special = sorted(item for item in headers.items() if item[0].startswith("x-oss-"))
    resources = sorted(
        f"{name}={value}" if value else name
        for name, value in parse_qsl(incoming.query, keep_blank_values=True)
        if name in _SUB_RESOURCES or name.startswith("response-")
    )
    return "\n".join(
        [
            incoming.method,
            headers.get("content-md5", ""),
            headers.get("content-type", ""),
            expires,
            *(f"{name}:{value}" for name, value in special),
            resource + ("?" + "&".join(resources) if resources else ""),
        ]
    )


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


def _iso(seconds: float) -> str:
    moment = datetime.fromtimestamp(seconds, tz=timezone.utc)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + "000Z"
