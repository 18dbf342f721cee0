"""Downloads that go wrong, what the log tells of them, and recordings whose content changes."""

import base64
import hashlib
import hmac
from collections.abc import Callable
from typing import Any
from urllib.parse import quote, urlsplit
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hillstone_ccc.sandbox import Call, Faults, Incoming, Outgoing, Sandbox
from hillstone_ccc.sandbox.checksum import crc64

NOW = 1_767_345_845
WHOLE = 44 + 3 * 16_000
"""Bytes of the recording of job-3, three seconds long."""

Ask = Callable[..., Any]
Make = Callable[..., Sandbox]


def request_of(url: str, **headers: str) -> Incoming:
    """A request for what a link leads to; `_` in a header's name stands for `-`."""
    parts = urlsplit(url)
    return Incoming("GET", parts.path, parts.query, {name.replace("_", "-"): value for name, value in headers.items()})


def logged(box: Sandbox) -> tuple[int | None, int | None, int | None]:
    """What the log's last entry tells of the part that was served."""
    last = box.requests[-1]
    return last.start, last.length, last.sent


def link(box: Sandbox, ask: Ask, contact_id: str = "job-3", **headers: str) -> Incoming:
    """A request for the recording of a call."""
    return request_of(ask(box, "GetMonoRecording", ContactId=contact_id)["Data"]["FileUrl"], **headers)


def elements(answer: Outgoing) -> dict[str, str | None]:
    """The elements of an error document."""
    return {element.tag: element.text for element in ET.fromstring(answer.body.decode())}  # noqa: S314


def test_a_link_that_lives_may_be_called_dead(make_box: Make, ask: Ask) -> None:
    """The fault has status, headers and elements of a link that is really dead, and the link lives on."""
    box = make_box(faults=Faults(link_expires_after=-1))
    really = box.handle(link(box, ask))
    box.faults = Faults()
    incoming = link(box, ask)
    box.faults = Faults(shares={"expired_link": 1}, max_consecutive=1)
    answer = box.handle(incoming)
    one, other = elements(really), elements(answer)
    assert (403, really.headers.keys()) == (answer.status, answer.headers.keys())
    assert {**one, "RequestId": ""} == {**other, "RequestId": ""}
    assert ("AccessDenied", "Request has expired.") == (other["Code"], other["Message"])
    assert ["Code", "Message", "RequestId", "HostId", "Expires", "ServerTime", "EC"] == list(other)
    assert 200 == box.handle(incoming).status
    assert ["AccessDenied", "expired_link", "OK"] == [one.code for one in box.requests if one.action == "GetObject"]


def test_the_object_store_has_a_503_of_its_own(make_box: Make, ask: Ask) -> None:
    """Too much download traffic is 503 in XML."""
    box = make_box()
    incoming = link(box, ask)
    box.faults = Faults(shares={"download_limit": 1})
    answer = box.handle(incoming)
    said = (answer.status, elements(answer)["Code"], elements(answer)["Message"])
    assert (503, "DownloadTrafficRateLimitExceeded", "Please reduce your download request traffic") == said
    assert "download_limit" == box.requests[-1].code


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("kind", ["truncate", "damage", "drop", "slow"])
def test_a_part_fares_as_a_whole_does(make_box: Make, ask: Ask, kind: str, seed: int) -> None:
    """A 206 is cut, damaged, dropped and slow as a 200 is, within the part that it announces."""
    box = make_box()
    incoming = link(box, ask, range="bytes=100-149")
    part = box.handle(incoming)
    box.faults = Faults(shares={kind: 1}, seed=seed)
    answer = box.handle(incoming)
    received = b"".join(answer.pieces())
    assert (206, "50", part.headers["Content-Range"]) == (
        answer.status,
        answer.headers["Content-Length"],
        answer.headers["Content-Range"],
    )
    assert answer.dropped is (kind == "drop")
    assert answer.truncated is (kind == "truncate")
    assert (50 == len(received)) is (kind != "truncate")
    assert part.body.startswith(received) is (kind != "damage")


@pytest.mark.parametrize(
    ("kind", "headers", "start", "length"),
    [
        (None, {}, 0, WHOLE),
        (None, {"range": "bytes=100-149"}, 100, 50),
        (None, {"range": "bytes=48000-"}, 48_000, 44),
        (None, {"range": "bytes=100-99999"}, 0, WHOLE),
        ("damage", {"range": "bytes=-7"}, 48_037, 7),
        ("slow", {}, 0, WHOLE),
        (None, {"if-match": '"other"'}, None, None),
        ("drop", {"if-match": '"other"'}, None, None),
        ("expired_link", {}, None, None),
        ("server_error", {}, None, None),
    ],
)
def test_the_log_tells_what_was_served(
    make_box: Make, ask: Ask, kind: str | None, headers: dict[str, str], start: int | None, length: int | None
) -> None:
    """Of a part that is served whole, the log has its first byte and its length; of a refusal nothing."""
    box = make_box()
    incoming = link(box, ask, **headers)
    box.faults = Faults(shares={} if kind is None else {kind: 1})
    box.handle(incoming)
    assert (start, length, length) == logged(box)
    assert {"Path": incoming.path} == box.requests[-1].parameters


@given(kind=st.sampled_from(["drop", "truncate"]), seed=st.integers(0, 1000), first=st.integers(0, 999))
def test_the_log_tells_how_much_was_sent(make_box: Make, ask: Ask, kind: str, seed: int, first: int) -> None:
    """Of an answer that breaks off the log has what was announced, and how much of it went out."""
    box = make_box()
    box.replace_recording("job-3", bytes(1000))
    incoming = link(box, ask, range=f"bytes={first}-")
    box.faults = Faults(shares={kind: 1}, seed=seed)
    answer = box.handle(incoming)
    assert (first, 1000 - first, 0 if answer.dropped else answer.cut_after) == logged(box)


def test_a_question_for_headers_serves_nothing(make_box: Make, ask: Ask) -> None:
    """A HEAD is logged as a request for the object, of which it gets nothing."""
    box = make_box()
    incoming = link(box, ask)
    text = f"HEAD\n\n\n{NOW + 86_400}\n{incoming.path.removeprefix('/oss')}"
    digest = hmac.new(b"example-oss-secret", text.encode(), hashlib.sha1).digest()
    query = f"{incoming.query.partition('Signature=')[0]}Signature={quote(base64.b64encode(digest).decode(), safe='')}"
    assert 200 == box.handle(Incoming("HEAD", incoming.path, query)).status
    last = box.requests[-1]
    assert ("GetObject", "OK", (None, None, None)) == (last.action, last.code, logged(box))


def test_the_log_has_no_part_of_an_action(box: Sandbox, ask: Ask) -> None:
    """Start and length are said of objects only."""
    ask(box, "GetMonoRecording", ContactId="job-3")
    assert ("OK", (None, None, None)) == (box.requests[-1].code, logged(box))


def test_a_recording_may_be_as_short_as_its_call(ask: Ask) -> None:
    """A recording has 16,000 bytes a second, the same ones in every sandbox, and others for each call."""
    calls = [Call(contact_id=f"job-{n}", start_time=NOW * 1000, talk_time=2, recording_duration=2) for n in (1, 2)]
    boxes = [Sandbox(calls=calls, clock=lambda: NOW) for _ in range(2)]
    first, again = ([box.handle(link(box, ask, call.contact_id)).body for call in calls] for box in boxes)
    assert [32_044, 32_044] == [len(body) for body in first]
    assert first == again
    assert first[0] != first[1]


def test_a_recording_that_changes_midway(make_box: Make, ask: Ask) -> None:
    """A link goes on to work when the file behind it changes; length, tag, checksums and time are the new one's."""
    box = make_box()
    incoming = link(box, ask)
    before = box.handle(incoming)
    box.replace_recording("job-3", b"another")
    for request in (incoming, link(box, ask)):
        after = box.handle(request)
        assert (200, b"another") == (after.status, after.body)
        assert ("7", str(crc64(b"another"))) == (after.headers["Content-Length"], after.headers["x-oss-hash-crc64ecma"])
        assert hashlib.md5(b"another", usedforsecurity=False).hexdigest().upper() == after.headers["ETag"].strip('"')
        assert ("Fri, 02 Jan 2026 09:24:05 GMT", "audio/x-wav") == (
            after.headers["Last-Modified"],
            after.headers["Content-Type"],
        )
    headers = {"range": "bytes=2-", "if-match": before.headers["ETag"]}
    refused = box.handle(Incoming("GET", incoming.path, incoming.query, headers))
    assert (412, "PreconditionFailed") == (refused.status, elements(refused)["Code"])
    headers = {"range": "bytes=2-", "if-match": after.headers["ETag"]}
    assert b"other" == box.handle(Incoming("GET", incoming.path, incoming.query, headers)).body


def test_a_recording_can_be_given_before_it_is_asked_for(make_box: Make, ask: Ask) -> None:
    """What was given is there from the first download on, and nothing else of the call or of others changes."""
    box, other = make_box(), make_box()
    box.replace_recording("job-3", b"")
    box.reset()
    answer = box.handle(link(box, ask))
    assert (200, b"", (0, 0, 0)) == (answer.status, answer.body, logged(box))
    assert other.handle(link(other, ask, "job-1")).body == box.handle(link(box, ask, "job-1")).body
    assert 3000 == ask(box, "GetMonoRecording", ContactId="job-3")["Data"]["Duration"]
    tracks = [ask(one, "GetMultiChannelRecording", ContactId="job-3")["Data"]["FileUrl"] for one in (box, other)]
    first, second = (one.handle(request_of(url)).body for one, url in zip((box, other), tracks, strict=True))
    assert first == second


@pytest.mark.parametrize("contact_id", ["job-none", "job-2"])
def test_only_a_recording_can_change(box: Sandbox, contact_id: str) -> None:
    """A call that does not exist and one that was not recorded have no file to change."""
    with pytest.raises(ValueError, match=f"no recording of '{contact_id}'"):
        box.replace_recording(contact_id, b"")
