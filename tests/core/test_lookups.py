"""One thing by its id."""

from typing import Any

import pytest

from hillstone_ccc._core import lookups
from hillstone_ccc._core.errors import (
    APIError,
    AuthenticationError,
    InvalidQueryError,
    NotFoundError,
    RecordingNotReadyError,
)

from .driving import MakeSession, Outcome, answer, drive, refused
from .expected import example_data

LINK = {"FileUrl": "https://example.com/x", "FileName": "x.wav"}


def test_a_call_by_id(make_session: MakeSession) -> None:
    """The id goes as it is but for blanks around it, and the details come back."""
    driven = drive(lookups.call_detail(make_session(), " job-1 "), [answer(example_data("GetCallDetailRecord"))])
    assert "job-000000000000000002" == driven.value.contact_id
    assert (("InstanceId", "ccc-demo"), ("ContactId", "job-1")) == driven.requests[0].query


@pytest.mark.parametrize("outcome", [answer({}), answer(None), answer([]), refused("NotExists.JobId", 404)])
@pytest.mark.parametrize("look_up", [lookups.call_detail, lookups.agent])
def test_what_is_not_there(make_session: MakeSession, look_up: Any, outcome: Outcome) -> None:
    """An empty answer and a 404 both mean that there is none."""
    driven = drive(look_up(make_session(), "x"), [outcome])
    assert isinstance(driven.error, NotFoundError)
    assert driven.error.action in {"GetCallDetailRecord", "GetUser"}


def test_an_agent_by_id(make_session: MakeSession) -> None:
    """An agent is asked for by the user id."""
    driven = drive(lookups.agent(make_session(), "beta@ccc-demo"), [answer(example_data("GetUser"))])
    assert ("演示坐席乙", ("UserId", "beta@ccc-demo")) == (driven.value.display_name, driven.requests[0].query[1])


@pytest.mark.parametrize(
    ("track", "action"),
    [
        ("mono", "GetMonoRecording"),
        ("multi_channel", "GetMultiChannelRecording"),
        ("voicemail", "GetVoicemailRecording"),
        ("early_media", "GetEarlyMediaRecording"),
    ],
)
def test_a_recording_of_each_track(make_session: MakeSession, track: Any, action: str) -> None:
    """Each track has an action of its own."""
    driven = drive(lookups.recording_link(make_session(), "job-1", track), [answer(LINK)])
    assert (action, "x.wav") == (driven.requests[0].action, driven.value.file_name)


def test_how_long_a_link_lives(make_session: MakeSession) -> None:
    """The mono track's link can be given a life time."""
    driven = drive(lookups.recording_link(make_session(), "job-1", "mono", 300), [answer(LINK)])
    assert ("ExpireSeconds", "300") == driven.requests[0].query[-1]


@pytest.mark.parametrize(
    "outcome", [answer(None), answer({}), answer({"FileName": "x.wav"}), refused("NotExists.JobId", 404)]
)
def test_a_recording_that_is_not_there(make_session: MakeSession, outcome: Outcome) -> None:
    """An empty answer, an empty link and a 404 about the call are a recording that is not ready."""
    driven = drive(lookups.recording_link(make_session(), "job-1", "voicemail"), [outcome])
    assert isinstance(driven.error, RecordingNotReadyError)
    assert "no voicemail recording of job-1, or not yet" in str(driven.error)
    assert driven.error.can_still_come is None


@pytest.mark.parametrize(
    ("outcome", "kind"),
    [
        (refused("NotExists.InstanceId", 404), NotFoundError),
        (refused("InvalidApi.NotFound", 404), APIError),
        (refused("InvalidAccessKeyId.NotFound", 404), AuthenticationError),
    ],
)
def test_other_404s_are_no_recording_to_wait_for(make_session: MakeSession, outcome: Outcome, kind: type) -> None:
    """A wrong instance, endpoint or key is told as what it is."""
    assert kind is type(drive(lookups.recording_link(make_session(), "job-1"), [outcome]).error)


@pytest.mark.parametrize(
    ("track", "action"), [("mono", "ListMonoRecordings"), ("multi_channel", "ListMultiChannelRecordings")]
)
def test_the_legs_of_a_recording(make_session: MakeSession, track: Any, action: str) -> None:
    """Legs are listed for two tracks; there may be none."""
    driven = drive(lookups.recording_parts(make_session(), "job-1", track), [answer(example_data(action))])
    assert (action, 1) == (driven.requests[0].action, len(driven.value))
    assert [] == drive(lookups.recording_parts(make_session(), "job-1", track), [answer([])]).value


def test_restoring(make_session: MakeSession) -> None:
    """The ids go as one JSON list, and the state of each comes back."""
    driven = drive(
        lookups.restore(make_session(), ["job-1", " job-2"]), [answer(example_data("RestoreArchivedRecordings"))]
    )
    assert ("ContactIds", '["job-1","job-2"]') == driven.requests[0].query[-1]
    assert "Progressing" == driven.value[0].status


@pytest.mark.parametrize(
    ("look_up", "arguments", "message"),
    [
        (lookups.call_detail, [""], "contact_id must be an id, not ''."),
        (lookups.call_detail, [None], "contact_id must be an id, not None."),
        (lookups.agent, ["  "], "user_id must be an id"),
        (lookups.agent, [5], "user_id must be an id, not 5."),
        (lookups.recording_link, [[]], "contact_id must be an id"),
        (
            lookups.recording_link,
            ["job-1", "stereo"],
            "track must be one of mono, multi_channel, voicemail, early_media",
        ),
        (lookups.recording_link, ["job-1", "voicemail", 300], "expire_seconds: only the mono track's link"),
        (lookups.recording_link, ["job-1", "mono", 0], "expire_seconds must be a whole number, 1 or more, not 0."),
        (lookups.recording_link, ["job-1", "mono", True], "expire_seconds must be a whole number"),
        (lookups.recording_link, ["job-1", "mono", 1.5], "expire_seconds must be a whole number"),
        (lookups.recording_parts, ["job-1", "voicemail"], "track must be one of mono, multi_channel, not 'voicemail'."),
        (lookups.restore, [[]], "contact_ids is empty"),
        (lookups.restore, ["job-1"], r"contact_ids takes several ids: write \[contact_id\] for one."),
        (lookups.restore, [["job-1", ""]], "contact_ids must be an id, not ''."),
    ],
)
def test_what_cannot_be_looked_up(make_session: MakeSession, look_up: Any, arguments: list[Any], message: str) -> None:
    """It is refused before anything is sent, and the message names the argument."""
    driven = drive(_guarded(look_up, make_session, arguments), [])
    assert isinstance(driven.error, InvalidQueryError)
    assert driven.error.message
    with pytest.raises(InvalidQueryError, match=message):
        raise driven.error
    assert [] == driven.sends


def _guarded(look_up: Any, make_session: MakeSession, arguments: list[Any]) -> Any:
    return (yield from look_up(make_session(), *arguments))
