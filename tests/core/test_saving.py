"""Saving a recording: safe names, safe links, and what the object store's answers mean."""

import re
from typing import Any

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
from hillstone_ccc._core.flow import Fetch, Pause, Reply, Send, Session
from hillstone_ccc._core.message import Response
from hillstone_ccc._core.saving import failed, safe_name, save, secure

from .driving import MakeSession

DEVICE = re.compile(r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)", re.IGNORECASE)
PIECES = [
    "..",
    "/",
    "\\",
    ".",
    "con",
    "NUL",
    "com1",
    "\0",
    "\x1b",
    "\u202e",
    ":",
    "名",
    " ",
    "\ud800",
    "a" * 90,
    ".wav",
    "~",
    "$",
]

hostile = st.text(st.characters()) | st.lists(st.sampled_from(PIECES)).map("".join)


@given(hostile | st.none(), hostile)
def test_a_name_from_the_wire_is_only_a_name(name: str | None, fallback: str) -> None:
    """Never a separator, a control or direction character, a device, a hidden or an over-long name; never nothing."""
    safe = safe_name(name, fallback)
    assert 1 <= len(safe.encode()) <= 200
    assert not re.search(r'[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069/\\:*?"<>|]', safe)
    assert not DEVICE.fullmatch(safe.partition(".")[0].rstrip(" "))
    assert safe[0] not in ". "
    assert safe[-1] not in ". "
    assert safe == safe_name(safe, "other")


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("job-1.wav", "job-1.wav"),
        ("录音 1.wav", "录音 1.wav"),
        ("../../etc/passwd", "passwd"),
        ("..\\..\\x.wav", "x.wav"),
        ("/", "job-1"),
        ("..", "job-1"),
        ("", "job-1"),
        (None, "job-1"),
        (".bashrc", "bashrc"),
        ("a:b?.wav", "a_b_.wav"),
        ("con.wav", "_con.wav"),
        ("AUX", "_AUX"),
        ("nul .txt", "_nul .txt"),
        ("CONIN$", "_CONIN$"),
        ("console.wav", "console.wav"),
        ("x" * 300 + ".wav", "x" * 196 + ".wav"),
        ("名" * 100 + ".wav", "名" * 65 + ".wav"),
        ("x" * 300, "x" * 200),
        ("a." + "x" * 300, "a." + "x" * 198),
        ("x" * 195 + " y.wav" + "z" * 200, "x" * 195 + " y.wa"),
        ("x" * 199 + " " + "y" * 20, "x" * 199),
    ],
)
def test_names(name: str | None, safe: str) -> None:
    """The last part of a path, made harmless; a suffix survives shortening."""
    assert safe == safe_name(name, "job-1")


def test_when_nothing_is_left_of_a_name() -> None:
    """The fallback is made harmless too, and the last resort is a word."""
    assert ("job_1", "recording") == (safe_name("", "job/1"), safe_name("...", " . "))


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


@pytest.mark.parametrize(
    "url",
    ["", "x", "file:///etc/passwd", "ftp://example.com/x", "//example.com/x", "https://", "https://[::1/x", "https:///x",
     " http://example.com/x", "http://exa\nmple.com/x", "https://example.com/a b", "javascript:alert(1)"],
)  # fmt: skip
def test_other_links_are_refused(url: str) -> None:
    """Whatever is no link to a web server is refused without being repeated."""
    with pytest.raises(RecordingError) as caught:
        secure(url)
    assert "The upstream gave a link that leads to no web server." == str(caught.value)


@given(st.text() | st.text().map("http://".__add__) | st.from_regex(r"(https?|ftp)://[a-z@.:/\[\]0-9]*"))
def test_any_link_is_safe_or_refused(url: str) -> None:
    """What comes out is https, or http to this machine, for any text."""
    try:
        secured = secure(url)
    except RecordingError:
        return
    assert re.match(r"(?i)https://|http://([^/@]*@)?(127\.|localhost|\[::1\]|\[0*:)", secured)


def xml(code: str, message: str = "x") -> bytes:
    """The object store's refusal."""
    return f"<?xml version='1.0'?><Error><Code>{code}</Code><Message>{message}</Message></Error>".encode()


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (403, xml("AccessDenied", "Request has expired."), RecordingExpiredError),
        (403, xml("AccessDenied", "no"), PermissionDeniedError),
        (403, xml("SignatureDoesNotMatch"), PermissionDeniedError),
        (403, xml("InvalidObjectState"), RecordingArchivedError),
        (404, xml("NoSuchKey"), RecordingNotReadyError),
        (404, xml("NoSuchBucket"), RecordingNotReadyError),
        (416, xml("InvalidRange"), APIError),
        (500, xml("InternalError"), ServerError),
        (502, b"<html>", ServerError),
        (206, b"", APIError),
        (403, b"\xff\x00<Code>", PermissionDeniedError),
    ],
)
def test_what_the_object_store_says(status: int, body: bytes, kind: type[CCCError]) -> None:
    """Its XML codes are errors of the right class, with code, status and request id."""
    failure = failed(Response(status, {"x-oss-request-id": "REQ-1"}, body))
    assert failure is not None
    assert (kind, status, "REQ-1") == (type(failure), failure.http_status, failure.request_id)
    assert failure.message
    assert failure.code is None or failure.code.encode() in body


@given(st.integers(201, 599), st.binary())
def test_any_refusal_is_an_error(status: int, body: bytes) -> None:
    """Any other status with any body is an error of ours."""
    assert isinstance(failed(Response(status, {}, body)), CCCError)


def test_no_refusal() -> None:
    """A good answer is no failure; what a driver brings instead of one is."""
    lost = ConnectError("lost")
    assert failed(Response(200, {}, b"")) is None
    assert lost is failed(lost)
    assert isinstance(failed(None), DecodeError)


class Nowhere:
    """A sink that keeps nothing."""

    def begin(self, response: Response) -> None:
        """A body follows."""

    def write(self, chunk: bytes) -> None:
        """The next bytes."""

    def end(self) -> None:
        """The body is over."""


GOOD = Response(200, {}, b"")
EXPIRED = Response(403, {}, xml("AccessDenied", "Request has expired."))
FRESH = Response(200, {}, b'{"Code":"OK","Data":{"FileUrl":"https://example.com/fresh"}}')


def run(session: Session, outcomes: list[Any]) -> tuple[list[object], CCCError | None]:
    """The commands of a save with these outcomes of its fetches and sends, and what it failed with."""
    flow = save(session, "job-1", "mono", "http://example.com/old", Nowhere())
    commands: list[object] = []
    clock, reply = 0.0, None
    try:
        while True:
            command = next(flow) if reply is None else flow.send(reply)
            clock += command.seconds if isinstance(command, Pause) else 0.0
            outcome = None
            if isinstance(command, (Fetch, Send)):
                commands.append(command.url if isinstance(command, Fetch) else command.request.action)
                outcome = outcomes.pop(0)
            reply = Reply(clock, clock, 0.5, outcome)
    except StopIteration:
        return commands, None
    except CCCError as error:
        return commands, error


def test_a_good_fetch_ends_it(make_session: MakeSession) -> None:
    """One fetch, over https, and that is all."""
    assert (["https://example.com/old"], None) == run(make_session(), [GOOD])


def test_an_expired_link_is_renewed_once(make_session: MakeSession) -> None:
    """A link that died is asked for again and fetched; a second death is an error."""
    asked = ["https://example.com/old", "GetMonoRecording", "https://example.com/fresh"]
    assert (asked, None) == run(make_session(), [EXPIRED, FRESH, GOOD])
    commands, error = run(make_session(), [EXPIRED, FRESH, EXPIRED])
    assert (asked, RecordingExpiredError) == (commands, type(error))


@pytest.mark.parametrize("outcome", [ConnectError("lost"), RecordingDamagedError("cut"), Response(503, {}, b"")])
def test_a_broken_fetch_is_repeated(make_session: MakeSession, outcome: object) -> None:
    """A lost connection, a damaged body and a failing server are tried again, as often as the policy allows."""
    assert (["https://example.com/old"] * 3, None) == run(make_session(attempts=3), [outcome, outcome, GOOD])
    commands, error = run(make_session(attempts=3), [outcome] * 3)
    assert 3 == len(commands)
    assert isinstance(error, type(failed(outcome)))  # type: ignore[arg-type]


@pytest.mark.parametrize("outcome", [Response(404, {}, xml("NoSuchKey")), Response(403, {}, xml("AccessDenied", "no"))])
def test_a_refusal_is_final(make_session: MakeSession, outcome: Response) -> None:
    """What another try cannot change is raised at once."""
    commands, error = run(make_session(), [outcome])
    assert (1, type(failed(outcome))) == (len(commands), type(error))
    assert not isinstance(commands[0], Send)
