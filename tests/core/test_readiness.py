"""Whether a call has a recording, or may have one later."""

from datetime import datetime, timezone
from typing import Any

import pytest

from hillstone_ccc._core.details import CallDetail
from hillstone_ccc._core.readiness import FRESH_SECONDS, Told, can_still_come, why_never
from hillstone_ccc._core.records import CallRecord
from hillstone_ccc._core.vocabulary import ContactType, MediaType

OVER = datetime(2026, 1, 2, 12, tzinfo=timezone.utc)
TIMES: dict[str, dict[str, Any]] = {
    "going on": {},
    "going on, established": {"established_time": OVER},
    "over, never established": {"release_time": OVER},
    "over": {"release_time": OVER, "established_time": OVER},
    "over and made": {"release_time": OVER, "established_time": OVER, "recording_ready": True},
    "made all the same": {"release_time": OVER, "recording_ready": True},
    "said not to be made": {"release_time": OVER, "established_time": OVER, "recording_ready": False},
}
WHOLE = ("mono", "multi_channel")


def reason(time: str, kind: ContactType | None, track: str) -> str:
    """Why there will be none, by the table."""
    if track == "early_media" and kind == ContactType.INBOUND:
        return "Only outbound calls have early media."
    if track in WHOLE and time == "over, never established":
        return "The call was never established, so it was not recorded."
    return ""


@pytest.mark.parametrize("track", [*WHOLE, "voicemail", "early_media"])
@pytest.mark.parametrize("kind", [*ContactType, None, ContactType("Holographic")])
@pytest.mark.parametrize("time", TIMES)
@pytest.mark.parametrize("model", [CallRecord, CallDetail])
def test_what_rules_a_recording_out(model: type[Any], time: str, kind: ContactType | None, track: str) -> None:
    """Only an established call is recorded, and only one that is not inbound has early media; a voicemail may be."""
    call = model("job-1", contact_type=kind, **TIMES[time])
    assert reason(time, kind, track) == why_never(call, track)


@pytest.mark.parametrize("track", [*WHOLE, "voicemail", "early_media"])
@pytest.mark.parametrize("time", TIMES)
def test_a_chat_is_not_recorded(time: str, track: str) -> None:
    """On no track, at no time."""
    call = CallRecord("job-1", media_type=MediaType.CHAT, **TIMES[time])
    assert ("It is a chat, which is not recorded.", False) == (why_never(call, track), can_still_come(call, track, 0))


@pytest.mark.parametrize("media", [MediaType.AUDIO, MediaType.VIDEO, None])
def test_other_media_are(media: MediaType | None) -> None:
    """Calls with a voice are recorded, and so are those of which the medium is not told."""
    assert "" == why_never(CallRecord("job-1", media_type=media, **TIMES["over"]), "mono")


def test_a_chat_is_not_recorded_by_its_details_either() -> None:
    """The row within a call's details tells the medium."""
    row = CallRecord("job-1", media_type=MediaType.CHAT, **TIMES["over"])
    assert why_never(CallDetail("job-1", record=row, **TIMES["over"]), "mono")


DAY = 86_400
JUST_OVER = OVER.timestamp()


@pytest.mark.parametrize(
    ("time", "track", "age", "can"),
    [
        ("going on", "mono", 0, True),
        ("going on", "mono", 100 * DAY, True),
        ("going on, established", "multi_channel", 0, True),
        ("over", "mono", -3600, True),
        ("over", "mono", 0, True),
        ("over", "mono", DAY - 1, True),
        ("over", "mono", DAY, None),
        ("over", "mono", 1000 * DAY, None),
        ("over and made", "mono", DAY - 1, True),
        ("over and made", "mono", DAY, None),
        ("over, never established", "mono", 0, False),
        ("over, never established", "multi_channel", 1000 * DAY, False),
        ("over, never established", "voicemail", 0, True),
        ("over, never established", "voicemail", DAY, None),
        ("going on", "early_media", 0, False),
        ("over", "early_media", DAY, False),
    ],
)
def test_what_can_still_come(time: str, track: str, age: float, can: bool | None) -> None:
    """True while the call goes on and for a day after; False of what is ruled out; then nobody knows."""
    call: Told = CallRecord("job-1", contact_type=ContactType.INBOUND, **TIMES[time])
    assert can is can_still_come(call, track, JUST_OVER + age)


@pytest.mark.parametrize(("age", "can"), [(0, True), (DAY - 1, True), (DAY, None)])
def test_the_early_media_of_an_outbound_call(age: float, can: bool | None) -> None:
    """It need not have been established."""
    call = CallRecord("job-1", contact_type=ContactType.OUTBOUND, **TIMES["over, never established"])
    assert can is can_still_come(call, "early_media", JUST_OVER + age)


def test_what_nothing_is_known_of() -> None:
    """Of a call of which nothing is known nobody knows that either."""
    assert can_still_come(None, "mono", JUST_OVER) is None


def test_a_recording_is_expected_for_a_day() -> None:
    """How long its making can take is not documented; a day is enough for what is late and not for ever."""
    assert DAY == FRESH_SECONDS
