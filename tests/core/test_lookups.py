"""One thing by its id."""

from typing import Any
from zoneinfo import ZoneInfo

import attrs
import pytest

from hillstone_ccc._core import lookups
from hillstone_ccc._core.details import MissingPart
from hillstone_ccc._core.errors import (
    APIError,
    AuthenticationError,
    CCCError,
    ConfigurationError,
    ConnectError,
    DecodeError,
    InvalidQueryError,
    NotFoundError,
    PermissionDeniedError,
    RecordingNotReadyError,
    ServerError,
)
from hillstone_ccc._core.openapi import OpenAPI
from hillstone_ccc._core.page import Limits

from .driving import NOON, Driven, MakeSession, Outcome, answer, drive, listed, refused
from .expected import example_data

LINK = {"FileUrl": "https://example.com/x", "FileName": "x.wav"}


DETAIL = answer(example_data("GetCallDetailRecord"))
ROW = answer(example_data("ListCallDetailRecordsV2"))
CALL = "job-000000000000000002"
DAY = 86_400_000


def test_a_call_by_id(make_session: MakeSession) -> None:
    """The id goes as it is but for blanks around it; the details and the row of the same call come back together."""
    driven = drive(lookups.call_detail(make_session(), f" {CALL} "), [DETAIL, ROW])
    detail = driven.value
    assert (CALL, CALL, ()) == (detail.contact_id, detail.record.contact_id, detail.missing)
    assert (True, 1) == (detail.off_site, len(detail.transfers))
    assert ["GetCallDetailRecord", "ListCallDetailRecordsV2"] == [request.action for request in driven.requests]
    assert (("InstanceId", "ccc-demo"), ("ContactId", CALL)) == driven.requests[0].query


def asked(driven: Driven) -> dict[str, str]:
    """What the row was asked for with."""
    return dict(driven.requests[-1].query)


def test_the_row_is_asked_for_around_the_call(make_session: MakeSession) -> None:
    """A day before its start to a day after its end, for the two answers tell other starts; of every medium, by id."""
    told = asked(drive(lookups.call_detail(make_session(), CALL), [DETAIL, ROW]))
    assert (1767323045000 - DAY, 1767323100000 + DAY) == (int(told["StartTime"]), int(told["EndTime"]))
    assert ("ALL", f'["{CALL}"]', "1") == (told["MediaType"], told["ContactIdList"], told["PageNumber"])


@pytest.mark.parametrize(
    ("times", "expected"),
    [
        ({}, (0, int(NOON * 1000) + DAY)),
        ({"StartTime": 5}, (0, 5 + DAY)),
        ({"StartTime": 2 * DAY, "ReleaseTime": DAY}, (DAY, 3 * DAY)),
        ({"ReleaseTime": DAY}, (0, int(NOON * 1000) + DAY)),
    ],
)
def test_where_the_time_of_the_call_is_odd(
    make_session: MakeSession, times: dict[str, int], expected: tuple[int, int]
) -> None:
    """Without a start every call up to now is asked through; no range begins before 1970 or ends before it begins."""
    told = asked(drive(lookups.call_detail(make_session(), CALL), [answer({"ContactId": CALL, **times}), ROW]))
    assert expected == (int(told["StartTime"]), int(told["EndTime"]))


@pytest.mark.parametrize("zone", ["Asia/Shanghai", "Europe/Berlin"])
def test_the_rows_range_ends_after_the_call_in_any_zone(make_session: MakeSession, zone: str) -> None:
    """Also of a call that begins at ten to three and ends half an hour later at twenty past two, as clocks go back."""
    start = 1_792_889_400_000
    times = {"StartTime": start, "ReleaseTime": start + 1_800_000}
    session = attrs.evolve(make_session(), upstream=OpenAPI("ccc-demo", ZoneInfo(zone)))
    told = asked(drive(lookups.call_detail(session, CALL), [answer({"ContactId": CALL, **times}), ROW]))
    assert (start - DAY, start + 1_800_000 + DAY) == (int(told["StartTime"]), int(told["EndTime"]))


def test_no_more_rows_are_asked_for_than_a_page_holds(make_session: MakeSession) -> None:
    """An upstream of smaller pages is asked for less."""
    small = attrs.evolve(make_session(), limits=Limits(rows=3))
    assert "3" == asked(drive(lookups.call_detail(small, CALL), [DETAIL, ROW]))["PageSize"]


def test_another_calls_row_is_not_used(make_session: MakeSession) -> None:
    """If the list of ids were not obeyed, rows of other calls would come: they tell nothing of this one."""
    rows = [{"ContactId": "job-9", "OffSiteAgentIds": "a"}, {"ContactId": CALL, "OffSiteAgentIds": ""}]
    mine = drive(lookups.call_detail(make_session(), CALL), [DETAIL, listed(rows, 2)]).value
    assert (CALL, ()) == (mine.record.contact_id, mine.record.off_site_agent_ids)
    none = drive(lookups.call_detail(make_session(), CALL), [DETAIL, listed(rows[:1], 1)]).value
    assert (None, None, "NotFoundError") == (none.record, none.off_site, none.missing[0].error)


FAILURES: dict[str, Outcome] = {
    "ServerError": refused("InternalError", 500),
    "ThrottledError": refused("Throttling.User", 400),
    "DecodeError": answer("no object"),
    "ConnectError": ConnectError("refused."),
    "PermissionDeniedError": refused("NoPermission", 403),
    "InvalidParameterError": refused("Parameter.Format", 400),
    "APIError": refused("InvalidApi.NotFound", 404),
    "NotFoundError": refused("NotExists.JobId", 404),
}


def _anew(outcome: Outcome) -> Outcome:
    """An error of its own for each use, since the one that is raised remembers its action."""
    return type(outcome)(outcome.message) if isinstance(outcome, CCCError) else outcome


each_failure = pytest.mark.parametrize("failure", FAILURES)


@each_failure
def test_details_without_the_row(make_session: MakeSession, failure: str) -> None:
    """What the events tell is told, and that the row is missing, and why."""
    driven = drive(lookups.call_detail(make_session(attempts=1), CALL), [DETAIL, _anew(FAILURES[failure])])
    (missing,) = driven.value.missing
    assert ("ListCallDetailRecordsV2", failure) == (missing.action, missing.error)
    assert (None, None, 1) == (driven.value.record, driven.value.off_site, len(driven.value.transfers))


@each_failure
def test_the_row_without_details(make_session: MakeSession, failure: str) -> None:
    """What the row tells is told, and that the details are missing, and why."""
    driven = drive(lookups.call_detail(make_session(attempts=1), CALL), [_anew(FAILURES[failure]), ROW])
    (missing,) = driven.value.missing
    assert ("GetCallDetailRecord", failure) == (missing.action, missing.error)
    assert (CALL, True, ()) == (driven.value.contact_id, driven.value.off_site, driven.value.events)


def test_what_is_missing_is_told_whole(make_session: MakeSession) -> None:
    """With the code, the status, the request's id and the advice, for a ticket."""
    driven = drive(
        lookups.call_detail(make_session(), CALL), [DETAIL, refused("NoPermission", 403, "13800000001 may not.")]
    )
    assert [
        MissingPart(
            "ListCallDetailRecordsV2",
            "PermissionDeniedError",
            "138****0001 may not.",
            "NoPermission",
            403,
            "REQ-2",
            "Give the key the RAM policy AliyunCCCReadonlyAccess.",
        )
    ] == list(driven.value.missing)


@pytest.mark.parametrize(
    ("outcome", "kind"),
    [
        (refused("InvalidAccessKeyId.NotFound", 404), AuthenticationError),
        (refused("NotExists.InstanceId", 404), NotFoundError),
        (ConfigurationError("no keys."), ConfigurationError),
    ],
)
@pytest.mark.parametrize("before", [[], [DETAIL]])
def test_what_would_meet_both_is_raised(
    make_session: MakeSession, outcome: Outcome, kind: type, before: list[Outcome]
) -> None:
    """Bad keys, a wrong instance and unusable settings are no half answer, whichever action meets them."""
    driven = drive(lookups.call_detail(make_session(), CALL), [*before, outcome])
    assert (kind, len(before) + 1) == (type(driven.error), len(driven.sends))


NO_ROW = listed([], 0)


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        (answer(None), NO_ROW, ("GetCallDetailRecord", NotFoundError)),
        (answer(None), refused("NoPermission", 403), ("GetCallDetailRecord", NotFoundError)),
        (answer(None), refused("InternalError", 500), ("GetCallDetailRecord", NotFoundError)),
        (refused("InternalError", 500), NO_ROW, ("GetCallDetailRecord", ServerError)),
        (
            refused("InternalError", 500),
            refused("NoPermission", 403),
            ("ListCallDetailRecordsV2", PermissionDeniedError),
        ),
        (ConnectError("refused."), ConnectError("refused."), ("GetCallDetailRecord", ConnectError)),
        (refused("NoPermission", 403), refused("Forbidden", 403), ("GetCallDetailRecord", PermissionDeniedError)),
        (refused("NoPermission", 403), NO_ROW, ("GetCallDetailRecord", PermissionDeniedError)),
    ],
)
def test_when_neither_can_be_had(
    make_session: MakeSession, first: Outcome, second: Outcome, expected: tuple[str, type]
) -> None:
    """The more telling error is raised: never that there is no call, if only the list lacks it."""
    driven = drive(lookups.call_detail(make_session(attempts=1), CALL), [_anew(first), _anew(second)])
    assert driven.error is not None
    assert expected == (driven.error.action, type(driven.error))


@pytest.mark.parametrize("outcome", [answer({}), answer(None), answer([]), refused("NotExists.JobId", 404)])
@pytest.mark.parametrize("look_up", [lookups.call_detail, lookups.agent])
def test_what_is_not_there(make_session: MakeSession, look_up: Any, outcome: Outcome) -> None:
    """An empty answer and a 404 both mean that there is none."""
    driven = drive(look_up(make_session(), "x"), [outcome, NO_ROW])
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


@pytest.mark.parametrize("outcome", [answer([]), answer(None), refused("NotExists.JobId", 404)])
def test_no_legs(make_session: MakeSession, outcome: Outcome) -> None:
    """A call without recordings of legs has none, however the upstream says so."""
    assert [] == drive(lookups.recording_parts(make_session(), "job-1"), [outcome]).value


@pytest.mark.parametrize(
    ("outcome", "kind"),
    [
        (refused("NotExists.InstanceId", 404), NotFoundError),
        (refused("InvalidAccessKeyId.NotFound", 404), AuthenticationError),
        (refused("NoPermission", 403), PermissionDeniedError),
    ],
)
def test_legs_that_cannot_be_had(make_session: MakeSession, outcome: Outcome, kind: type) -> None:
    """What is not about the call is told as what it is."""
    assert kind is type(drive(lookups.recording_parts(make_session(), "job-1"), [outcome]).error)


@pytest.mark.parametrize(
    ("code", "about"),
    [("NotExists.InstanceId", True), ("NotExists.Instance", True), ("NotExists.JobId", False), (None, False)],
)
def test_what_is_about_the_instance(code: str | None, about: bool) -> None:
    """The code tells whether there is no such call center or only not what was asked for in it."""
    assert about is lookups.is_about_instance(NotFoundError("no", code=code))


def test_restoring(make_session: MakeSession) -> None:
    """The ids go as one JSON list, and the state of each comes back."""
    driven = drive(
        lookups.restore(make_session(), ["job-1", " job-2"]), [answer(example_data("RestoreArchivedRecordings"))]
    )
    assert ("ContactIds", '["job-1","job-2"]') == driven.requests[0].query[-1]
    assert "Progressing" == driven.value[0].status


RESTORING = example_data("RestoreArchivedRecordings")[0]


def test_restoring_one(make_session: MakeSession) -> None:
    """Its state is told, though the upstream tells of others too."""
    states = [RESTORING | {"ContactId": "job-9", "Status": "Completed"}, RESTORING | {"ContactId": "job-1"}]
    driven = drive(lookups.restore_one(make_session(), "job-1"), [answer(states)])
    assert ("job-1", "Progressing") == (driven.value.contact_id, driven.value.status)
    assert ("ContactIds", '["job-1"]') == driven.requests[0].query[-1]


@pytest.mark.parametrize("states", [[], [RESTORING | {"ContactId": "job-9"}]])
def test_restoring_one_of_which_nothing_is_told(make_session: MakeSession, states: list[Any]) -> None:
    """That is an answer that is not what the protocol says."""
    driven = drive(lookups.restore_one(make_session(), "job-1"), [answer(states)])
    assert isinstance(driven.error, DecodeError)
    assert "RestoreArchivedRecordings: The upstream tells nothing of job-1." == str(driven.error)


@pytest.mark.parametrize("track", ["mono", "multi_channel", "voicemail", "early_media"])
def test_the_tracks(track: str) -> None:
    """There are four."""
    assert track == lookups.checked_track(track)


@pytest.mark.parametrize("track", ["stereo", "", "Mono", None, 5, ["mono"], b"mono"])
def test_no_track(track: Any) -> None:
    """What is none is refused, and those that are are named."""
    with pytest.raises(InvalidQueryError) as caught:
        lookups.checked_track(track)
    tracks = "mono, multi_channel, voicemail, early_media"
    assert f"track must be one of {tracks}, not {track!r}." == str(caught.value)


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
