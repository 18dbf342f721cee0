"""Where a recording comes from."""

from datetime import datetime, timezone
from typing import Any

import attrs
import pytest

from hillstone_ccc._core.details import CallDetail
from hillstone_ccc._core.errors import (
    AuthenticationError,
    ConfigurationError,
    ConnectError,
    InvalidQueryError,
    NotFoundError,
    PermissionDeniedError,
    RecordingError,
    RecordingNotReadyError,
)
from hillstone_ccc._core.links import RecordingLink, RecordingPart
from hillstone_ccc._core.records import CallRecord
from hillstone_ccc._core.source import Source, contact_id_of, contact_ids_of, find, living_link, parts, renew

from .driving import NOON, Clock, MakeSession, Outcome, answer, drive, refused
from .expected import example_data

OVER = datetime.fromtimestamp(NOON - 60, timezone.utc)
CALL = CallRecord("job-1", release_time=OVER, established_time=OVER)
DAY = 86_400


def link(name: str = "a", lives: float | None = None) -> dict[str, Any]:
    """What the upstream tells of a recording: its link, which dies so long after noon."""
    expires = "" if lives is None else f"Expires={int(NOON + lives)}&"
    return {"FileUrl": f"http://example.com/{name}?{expires}Signature=secret", "FileName": f"{name}.wav"}


def source(lives: float | None = None, life: float | None = DAY, **told: Any) -> Source:
    """A recording whose link dies so long after noon."""
    url = link(lives=lives)["FileUrl"]
    return Source("job-1", "mono", RecordingLink(url, "a.wav"), None if lives is None else life, **told)


@pytest.mark.parametrize("call", ["job-1", " job-1 ", CALL, CallDetail("job-1")])
def test_which_call_is_meant(call: Any) -> None:
    """A call is meant by its id, its row or its details."""
    assert "job-1" == contact_id_of(call)


@pytest.mark.parametrize("call", ["", "  ", None, 5, ["job-1"], "job-\ud800", CallRecord(""), CallDetail(" ")])
def test_no_call(call: Any) -> None:
    """Nothing else is a call."""
    with pytest.raises(InvalidQueryError, match="contact_id must be an id"):
        contact_id_of(call)


CALLS: list[Any] = [CALL, "job-2", CallDetail("job-3")]


def test_which_calls_are_meant() -> None:
    """Calls may be mixed with ids, in any order."""
    assert ["job-1", "job-2", "job-3"] == contact_ids_of(one for one in CALLS)
    assert [] == contact_ids_of([])


@pytest.mark.parametrize("calls", ["job-1", CALL, CallDetail("job-1")])
def test_one_call_is_not_several(calls: Any) -> None:
    """Who means one writes a list of one."""
    with pytest.raises(InvalidQueryError, match=r"calls takes several calls or ids: write \[call\] for one"):
        contact_ids_of(calls)


def test_no_call_among_several() -> None:
    """What is among several and no call is named."""
    with pytest.raises(InvalidQueryError, match="contact_id must be an id, not 5"):
        contact_ids_of(["job-1", 5])  # type: ignore[list-item]


@pytest.mark.parametrize("call", ["job-1", CALL])
def test_a_recording(make_session: MakeSession, call: Any) -> None:
    """One request tells where it is; how long the link lives is counted from when it came."""
    driven = drive(find(make_session(), call, "mono", 300), [answer(link(lives=300))], Clock(latency=10))
    assert ["GetMonoRecording"] == driven.actions
    found = Source("job-1", "mono", RecordingLink(**_fields(link(lives=300))), 290, expire_seconds=300)
    assert found == driven.value
    assert ("ExpireSeconds", "300") == driven.requests[0].query[-1]


def _fields(told: dict[str, Any]) -> dict[str, Any]:
    return {"file_url": told["FileUrl"], "file_name": told["FileName"]}


def test_a_link_that_does_not_say_when_it_dies(make_session: MakeSession) -> None:
    """Nothing is known of its life, so it never counts as dying."""
    found: Source = drive(find(make_session(), "job-1", "voicemail"), [answer(link())]).value
    assert ("voicemail", None, None) == (found.track, found.life, found.expire_seconds)
    assert not found.is_dying(make_session(), Clock(wall=NOON * 2).reply())


def test_a_source_does_not_show_its_link() -> None:
    """Whoever reads it could listen."""
    assert "secret" not in repr(source())


@pytest.mark.parametrize(
    ("lives", "life", "within", "dying"),
    [
        (100, DAY, 60, False),
        (60, DAY, 60, False),
        (59, DAY, 60, True),
        (-10, DAY, 60, True),
        (-10, 1, 60, True),
        (59, 100, 60, False),
        (49, 100, 60, True),
        (0, 0, 60, False),
        (-10, -20, 60, False),
        (1, DAY, 1, False),
        (0, DAY, 1, True),
        (-1, DAY, 0, True),
        (1, DAY, 0, False),
        (None, None, 60, False),
    ],
)
def test_which_link_is_dying(
    make_session: MakeSession, lives: float | None, life: float | None, within: float, dying: bool
) -> None:
    """One that is near its end, and past half of its life; one that was dead when it came tells of a wrong clock."""
    assert dying is source(lives, life).is_dying(make_session(), Clock().reply(), within)


@pytest.mark.parametrize(("lives", "dying"), [(1, False), (0.5, True)])
def test_a_link_is_dying_in_its_last_second(make_session: MakeSession, lives: float, dying: bool) -> None:
    """Unless another margin is meant."""
    assert dying is source(1).is_dying(make_session(), Clock(wall=NOON + 1 - lives).reply())


def test_time_is_the_upstreams(make_session: MakeSession) -> None:
    """A clock that is off is corrected by what was found out about it."""
    session = make_session()
    session.pace.clock_offset = 3600
    assert source(3600).is_dying(session, Clock().reply())
    driven = drive(find(session, "job-1", "mono"), [answer(link(lives=3700))])
    assert 100 == driven.value.life


DETAIL = answer({"ContactId": "job-1", "ReleaseTime": int(NOON * 1000) - 60_000, "EstablishedTime": 5})
NEVER = answer({"ContactId": "job-1", "ReleaseTime": int(NOON * 1000) - 60_000})


@pytest.mark.parametrize(
    ("call", "told", "can", "advice"),
    [
        (CALL, [], True, "It is made after the call ends: wait_until_ready waits for it."),
        (CallDetail("job-1"), [], True, "It is made after the call ends: wait_until_ready waits for it."),
        (attrs.evolve(CALL, established_time=None), [], False, "None will come."),
        ("job-1", [DETAIL], True, "It is made after the call ends: wait_until_ready waits for it."),
        ("job-1", [NEVER], False, "None will come."),
        ("job-1", [answer({})], None, "It is made after the call ends, and only if the call was established."),
        ("job-1", [refused("NoPermission", 403)], None, "It is made after the call ends, and only if"),
        ("job-1", [ConnectError("lost.")], None, "It is made after the call ends, and only if"),
        ("job-1", [answer("no object")], None, "It is made after the call ends, and only if"),
    ],
)
def test_no_recording(make_session: MakeSession, call: Any, told: list[Outcome], can: bool | None, advice: str) -> None:
    """Whether one can still come is told by the call: as it is known, or else as the upstream tells it, if it does."""
    driven = drive(find(make_session(attempts=1), call, "mono"), [answer({}), *told])
    assert isinstance(driven.error, RecordingNotReadyError)
    assert can is driven.error.can_still_come
    assert (driven.error.advice or "").startswith(advice)
    assert ["GetMonoRecording", "GetCallDetailRecord"][: 1 + len(told)] == driven.actions


def test_what_can_still_come_is_judged_by_the_upstreams_time(make_session: MakeSession) -> None:
    """A clock that is off would make a call of today one of yesterday."""
    session = make_session()
    session.pace.clock_offset = DAY
    driven = drive(find(session, CALL, "mono"), [answer({})])
    assert getattr(driven.error, "can_still_come", 0) is None


@pytest.mark.parametrize(
    ("outcome", "kind"),
    [
        (refused("NotExists.InstanceId", 404), NotFoundError),
        (refused("InvalidAccessKeyId.NotFound", 404), AuthenticationError),
        (refused("NoPermission", 403), PermissionDeniedError),
    ],
)
def test_other_refusals_are_told_as_they_are(make_session: MakeSession, outcome: Outcome, kind: type) -> None:
    """They say nothing of the call, so nothing is asked about it."""
    driven = drive(find(make_session(), "job-1", "mono"), [outcome])
    assert (kind, 1) == (type(driven.error), len(driven.sends))


def test_settings_that_cannot_work_are_told(make_session: MakeSession) -> None:
    """They would meet everything, also while asking about the call."""
    driven = drive(find(make_session(), "job-1", "mono"), [answer({}), ConfigurationError("no keys.")])
    assert ConfigurationError is type(driven.error)


LEGS = answer(example_data("ListMonoRecordings"))


def test_the_recordings_of_the_legs(make_session: MakeSession) -> None:
    """Each with its link, which lives on its own."""
    (found,) = drive(parts(make_session(), CALL, "mono"), [LEGS]).value
    assert ("job-1", "mono", 20, "alpha@ccc-demo") == (
        found.contact_id,
        found.track,
        found.link.duration,
        found.part.agent_id,
    )
    assert (found.part.file_url, found.part.file_name) == (found.link.file_url, found.link.file_name)
    assert 1_767_409_460 - NOON == found.life


def test_no_legs(make_session: MakeSession) -> None:
    """There may be none, and none is no error."""
    assert [] == drive(parts(make_session(), "job-1", "multi_channel"), [answer([])]).value


def test_a_link_that_lives(make_session: MakeSession) -> None:
    """The present one, over https, if it does for a minute."""
    driven = drive(living_link(make_session(), source(60)), [])
    assert (f"https://example.com/a?Expires={int(NOON + 60)}&Signature=secret", []) == (driven.value, driven.sends)


@pytest.mark.parametrize(("lives", "anew"), [(59, False), (DAY, True)])
def test_a_link_in_place_of_another(make_session: MakeSession, lives: float, anew: bool) -> None:
    """One that dies within a minute is replaced, and any one if that is asked for."""
    one = source(lives, expire_seconds=77)
    driven = drive(living_link(make_session(), one, anew=anew), [answer(link("b", lives=500))])
    assert (f"https://example.com/b?Expires={int(NOON + 500)}&Signature=secret", 500) == (driven.value, one.life)
    assert ("ExpireSeconds", "77") == driven.requests[0].query[-1]


def test_a_plain_link_that_is_wanted(make_session: MakeSession) -> None:
    """It is given as it is where plain links were asked for."""
    session = attrs.evolve(make_session(), plain_http_links=True)
    assert "http://example.com/a?Signature=secret" == drive(living_link(session, source()), []).value


def test_a_link_that_is_none(make_session: MakeSession) -> None:
    """What leads nowhere is not given out."""
    nowhere = Source("job-1", "mono", RecordingLink(None), None)
    assert RecordingError is type(drive(living_link(make_session(), nowhere), []).error)


def test_a_recording_that_is_gone(make_session: MakeSession) -> None:
    """Then there is no other link, and the one at hand stays."""
    one = source()
    before = one.link
    driven = drive(renew(make_session(), one), [answer({})])
    assert (RecordingNotReadyError, before) == (type(driven.error), one.link)


LEG = RecordingPart(
    agent_id="beta", start_time=datetime(2026, 1, 2, 3, 4, 5, tzinfo=timezone.utc), file_name="b.wav", duration=7
)


def leg(name: str, start: int, url: str) -> dict[str, Any]:
    """A leg as the upstream tells it."""
    return {"FileName": name, "StartTime": start, "FileUrl": url, "Duration": "7000"}


def test_the_link_of_a_leg_is_renewed(make_session: MakeSession) -> None:
    """It is the one of the leg with the same file and the same beginning, among others of either."""
    start = 1_767_323_045_000
    others = [leg("b.wav", start + 1, "https://example.com/1"), leg("c.wav", start, "https://example.com/2")]
    url = f"https://example.com/3?Expires={int(NOON) + 50}"
    one = source(part=LEG)
    driven = drive(renew(make_session(), one), [answer([*others, leg("b.wav", start, url)])], Clock(latency=10))
    assert (["ListMonoRecordings"], None) == (driven.actions, driven.error)
    assert (RecordingLink(url, "b.wav", 7), 40) == (one.link, one.life)


def test_a_leg_that_is_gone(make_session: MakeSession) -> None:
    """Its recording is no longer there; whether it comes back is not known."""
    one = source(part=LEG)
    driven = drive(renew(make_session(), one), [LEGS])
    assert isinstance(driven.error, RecordingNotReadyError)
    assert ("The recording of this part of the call is no longer there.", None) == (
        str(driven.error),
        driven.error.can_still_come,
    )
