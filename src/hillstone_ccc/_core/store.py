"""The object store that holds the recordings: which links lead to it, and what its answers mean."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from urllib.parse import urljoin, urlsplit

import attrs

from .errors import (
    APIError,
    CCCError,
    DecodeError,
    PermissionDeniedError,
    RecordingArchivedError,
    RecordingDamagedError,
    RecordingError,
    RecordingExpiredError,
    RecordingNotReadyError,
    ServerError,
)
from .message import Response
from .redact import for_people

WHOLE, PART = 200, 206
CHANGED = "PreconditionFailed"
"""The store's code for an object that is no longer the one that was meant (``If-Match``)."""

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_XML = re.compile(rb"<(Code|Message)>([^<]*)</\1>")
_REFUSALS: Mapping[str, tuple[type[CCCError], str]] = {
    "Expired": (RecordingExpiredError, "Ask for the recording again."),
    "InvalidObjectState": (RecordingArchivedError, "Restore it first: recordings.restore([…])."),
    "NoSuchKey": (RecordingNotReadyError, "The file is not there yet, or no longer."),
    "NoSuchBucket": (RecordingNotReadyError, "The file is not there."),
}
_BY_STATUS: Mapping[int, type[CCCError]] = {403: PermissionDeniedError}
# Blanks and control characters, which urlsplit drops and an HTTP library may not.
_BLANK = re.compile(r"[\x00-\x20\x7f]")
_NUMBER = re.compile(r"[0-9]{1,18}")
_CRC64 = re.compile(r"[0-9]{1,20}")
_PART = re.compile(r"bytes ([0-9]{1,18})-([0-9]{1,18})/([0-9]{1,18})")
_ETAG = re.compile(r'"[\x21\x23-\x7e]{1,100}"')


@attrs.frozen
class Stored:
    """What the store tells of an object.

    Attributes:
        length: Bytes of the whole object; None where it does not tell.
        etag: The ``ETag`` with its quotes, by which a part is asked for of this very object; None without one.
        crc64: ``x-oss-hash-crc64ecma`` of the whole object; None where it does not tell.
    """

    length: int | None = None
    etag: str | None = None
    crc64: int | None = None

    def is_same(self, other: Stored) -> bool:
        """Whether the two tell of the same bytes, as far as they tell."""
        return self.etag == other.etag and self.crc64 == other.crc64 and self.length == other.length


@attrs.frozen
class Answer:
    """What a good answer says of the bytes that follow.

    Attributes:
        stored: The object.
        start: Where in the object the first byte stands.
        length: How many bytes follow; None where that is not announced.
    """

    stored: Stored
    start: int
    length: int | None


def read_head(response: Response) -> Answer:
    """What the headers of a 200 or 206 announce.

    Raises:
        RecordingDamagedError: They contradict each other.
    """
    headers = response.headers
    told = headers.get("content-length", "")
    length = int(told) if _NUMBER.fullmatch(told) else None
    etag = headers.get("etag", "")
    crc64 = headers.get("x-oss-hash-crc64ecma", "")
    start, total = 0, length
    if response.status == PART:
        part = _PART.fullmatch(headers.get("content-range", "").strip())
        first, last, total = (int(number) for number in part.groups()) if part else (0, 0, 0)
        if not first <= last < total or (length is not None and length != last - first + 1):
            raise RecordingDamagedError("The object store answered with a part and did not say which.")
        start, length = first, last - first + 1
    stored = Stored(
        total,
        etag if _ETAG.fullmatch(etag) else None,
        int(crc64) if _CRC64.fullmatch(crc64) else None,
    )
    return Answer(stored, start, length)


def refused(outcome: Response | CCCError | None) -> CCCError | None:
    """What is wrong with the outcome of a fetch: nothing, no answer, or the object store's refusal (XML)."""
    if isinstance(outcome, CCCError):
        return outcome
    if outcome is None:
        return DecodeError("the driver brought no answer.")
    if outcome.status in (WHOLE, PART):
        return None
    said = {name.decode(): text.decode(errors="replace") for name, text in _XML.findall(outcome.body)}
    code, message = said.get("Code", ""), for_people(said.get("Message", ""))
    expired = code == "AccessDenied" and "expired" in message
    kind, advice = _REFUSALS.get("Expired" if expired else code, (None, None))
    if kind is None:
        kind = ServerError if outcome.status >= 500 else _BY_STATUS.get(outcome.status, APIError)  # noqa: PLR2004
    return kind(
        message or f"the object store answered HTTP {outcome.status} and did not say why.",
        code=code or None,
        http_status=outcome.status,
        request_id=outcome.headers.get("x-oss-request-id"),
        advice=advice,
    )


class SignedLink(str):
    """A link whose repr, which tracebacks with local variables show, does not open the recording."""

    __slots__ = ()

    def __repr__(self) -> str:
        return repr(f"{self.partition('?')[0]}?***")


def secure(url: str, *, plain: bool = False) -> str:
    """The link over https: plain http is taken to this machine only (one documented example is plain http).

    Args:
        url: The link, as the upstream gave it.
        plain: Whether a plain link to another machine may be taken as it is.

    Raises:
        RecordingError: It is no link to a web server.
    """
    try:
        parts = urlsplit(url)
        scheme, host = parts.scheme, parts.hostname or ""
    except ValueError:
        scheme = host = ""
    if not host or scheme not in ("http", "https") or _BLANK.search(url):
        raise RecordingError("The upstream gave a link that leads to no web server.")
    if scheme == "http" and not plain and not _loopback(host):
        return SignedLink("https" + url[len("http") :])
    return SignedLink(url)


def redirected(url: str, response: Response) -> str | None:
    """Where a redirect leads, if it is one: another place on the same server.

    Raises:
        RecordingError: It leads elsewhere; a link is followed to the machine that it names and no other.
    """
    if response.status not in _REDIRECTS:
        return None
    try:
        there = urljoin(url, response.headers.get("location", ""))
        if _server(there) == _server(url) and not _BLANK.search(there):
            return SignedLink(there)
    except ValueError:
        pass
    raise RecordingError("The object store sends on to another server, from where no recording is fetched.")


def _server(url: str) -> tuple[str, str | None, int | None]:
    parts = urlsplit(url)
    return parts.scheme, parts.hostname, parts.port or {"http": 80, "https": 443}.get(parts.scheme)


def _loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
