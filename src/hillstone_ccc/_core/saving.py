"""Saving a recording: where the link may lead, what the object store's answers mean, when to try again."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from urllib.parse import urlsplit

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
from .flow import Fetch, Flow, Pause, Session, Sink, now
from .links import Track
from .lookups import recording_link
from .message import Response
from .redact import for_people

_OK = 200
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
# Also what shows a name as another one (direction marks, invisible characters) or no file system can encode.
_UNSAFE = re.compile(r'[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff<>:"/\\|?*]')
_DEVICES = re.compile(r"(?i)(con(in\$|out\$)?|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])[ ]*(\..*)?")
_LONGEST_NAME = 200  # bytes; file systems stop at 255, and a partial file's name is longer


def save(session: Session, contact_id: str, track: Track, url: str, sink: Sink) -> Flow[None]:
    """Fetches a recording into a sink, whole; a link that died is renewed once, a broken fetch repeated.

    Raises:
        RecordingError: It cannot be had, and why.
        CCCError: What the last attempt came to.
    """
    reply = yield from now()
    began, attempt, renewed = reply.monotonic, 1, False
    while True:
        reply = yield Fetch(secure(url), sink, attempt)
        failure = failed(reply.outcome)
        if failure is None:
            return
        if isinstance(failure, RecordingExpiredError) and not renewed:
            url = (yield from recording_link(session, contact_id, track)).file_url or ""
            renewed = True
            continue
        repeatable = ServerError("damaged on the way") if isinstance(failure, RecordingDamagedError) else failure
        wait = session.retry.wait(repeatable, attempt=attempt, elapsed=reply.monotonic - began, chance=reply.chance)
        if wait is None:
            raise failure
        reply = yield Pause(wait, because=failure)
        attempt += 1


def failed(outcome: Response | CCCError | None) -> CCCError | None:
    """What is wrong with the outcome of a fetch: nothing, no answer, or the object store's refusal (XML)."""
    if isinstance(outcome, CCCError):
        return outcome
    if outcome is None:
        return DecodeError("the driver brought no answer.")
    if outcome.status == _OK:
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


def secure(url: str) -> str:
    """The link over https: plain http is taken to this machine only (one documented example is plain http).

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
    if scheme == "http" and not _loopback(host):
        return "https" + url[len("http") :]
    return url


def _loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def safe_name(name: str | None, fallback: str) -> str:
    """A file name from the wire as one that names a file in the directory at hand and nothing else.

    No separators, no control characters, no Windows device, no leading dot, at most 200 bytes with its suffix kept.
    """
    base = _UNSAFE.sub("_", re.split(r"[/\\]", name or "")[-1]).strip(" .") or _UNSAFE.sub("_", fallback).strip(" .")
    base = base or "recording"
    if _DEVICES.fullmatch(base):
        base = f"_{base}"
    stem, dot, suffix = base.rpartition(".")
    if len(base.encode()) <= _LONGEST_NAME:
        return base
    tail = (dot + suffix) if stem and len(suffix) <= 10 else ""  # noqa: PLR2004 - a suffix, not a sentence
    head = (stem if tail else base).encode()[: _LONGEST_NAME - len(tail.encode())].decode(errors="ignore")
    return head.rstrip(" .") + tail
