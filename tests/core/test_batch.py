"""Downloading many recordings."""

from typing import Any

import attrs
import pytest

from hillstone_ccc._core import errors
from hillstone_ccc._core.batch import (
    DownloadResult,
    Job,
    download,
    ends_all,
)
from hillstone_ccc._core.details import CallDetail
from hillstone_ccc._core.errors import (
    CCCError,
    InvalidQueryError,
    NotFoundError,
    RecordingDamagedError,
    RecordingNotReadyError,
    RecordingNotSavedError,
)
from hillstone_ccc._core.flow import Fetch, Session
from hillstone_ccc._core.layout import Layout
from hillstone_ccc._core.links import Track
from hillstone_ccc._core.message import Request, Response
from hillstone_ccc._core.meter import Meter
from hillstone_ccc._core.records import CallRecord
from hillstone_ccc._core.saving import Found, Place, Saved
from hillstone_ccc._core.store import Stored
from hillstone_ccc._core.vocabulary import ContactType, MediaType

from .driving import Clock, Driven, MakeSession, Outcome, answer, drive, listed, refused
from .expected import at
from .store_of_bytes import Fault, Shelf, StoreOfBytes, checksum, xml

SOUND = b"0123456789"
CALL = CallRecord(
    "job-1",
    start_time=at(5),
    established_time=at(20),
    release_time=at(0, 5),
    agent_names=("甲", "乙"),
    talk_time=0,
    recording_ready=False,
)
ROW = {"ContactId": "job-1", "StartTime": 1_767_323_045_000, "CallingNumber": "13800000001"}


@attrs.define
class Desk:
    """A directory and its journal, in memory.

    Attributes:
        entries: What the journal says is there.
        shelves: The files, by path.
        placed: What was given a path.
        filed: What was told of each recording that is there.
        missed: What is not there.
        breaks: What fails, and how.
    """

    entries: dict[tuple[str, Track], tuple[str, int, int | None]] = attrs.field(factory=dict[Any, Any])
    shelves: dict[str, Shelf] = attrs.field(factory=dict[str, Shelf])
    placed: list[tuple[str, Track]] = attrs.field(factory=list[Any])
    filed: list[tuple[str, Track, Saved, dict[str, Any]]] = attrs.field(factory=list[Any])
    missed: list[DownloadResult] = attrs.field(factory=list[DownloadResult])
    breaks: dict[str, CCCError] = attrs.field(factory=dict[str, CCCError])

    def known(self, contact_id: str, track: Track) -> tuple[str, int, int | None] | None:
        """What is said to be there."""
        self._fail("known")
        return self.entries.get((contact_id, track))

    def place(self, contact_id: str, track: Track, parts: tuple[str, ...]) -> tuple[str, Place]:
        """A path, and the file there."""
        self._fail("place")
        path = "/".join(parts)
        self.placed.append((contact_id, track))
        return path, self.shelves.setdefault(path, Shelf())

    def file(self, contact_id: str, track: Track, saved: Saved, call: dict[str, Any]) -> None:
        """It is there."""
        self._fail("file")
        self.filed.append((contact_id, track, saved, call))

    def miss(self, result: DownloadResult) -> None:
        """It is not there."""
        self._fail("miss")
        self.missed.append(result)

    def _fail(self, at: str) -> None:
        if at in self.breaks:
            raise self.breaks[at]


@attrs.define
class Many:
    """A download of many, and the upstream and the store that it is from."""

    session: Session
    store: StoreOfBytes = attrs.field(factory=lambda: StoreOfBytes((SOUND,)))
    desk: Desk = attrs.field(factory=Desk)
    meter: Meter = attrs.field(factory=Meter)
    answers: dict[str, Response] = attrs.field(factory=dict[str, Response])

    def upstream(self, request: Request) -> Response:
        """What it says to an action, if not that there is a recording."""
        told = self.answers.get(request.action)
        return told or answer({"FileUrl": self.store.link.file_url, "FileName": "a.wav", "Duration": "40000"})

    def get(self, call: Any, **job: Any) -> Driven:
        """What becomes of one."""
        options: dict[str, Any] = {"track": "mono", "layout": Layout(), "skip_existing": True} | job
        flow = download(self.session, Job(desk=self.desk, meter=self.meter, **options), call)
        return drive(flow, self.upstream, store=self.store)


@pytest.fixture
def many(make_session: MakeSession) -> Many:
    """A download of many where nothing is repeated."""
    return Many(make_session(attempts=1))


PATH = "2026/01/02/job-1.wav"


def test_a_recording_that_is_fetched(many: Many) -> None:
    """It gets its place, its bytes are counted, and the journal is told of it and of the call."""
    driven = many.get(CALL)
    stored = many.store.stored
    result = DownloadResult(
        contact_id="job-1",
        track="mono",
        outcome="done",
        path=PATH,
        bytes=len(SOUND),
        crc64=checksum(SOUND),
        duration=40,
    )
    assert result == driven.value
    assert (SOUND, len(SOUND), ["GetMonoRecording"]) == (
        many.desk.shelves[PATH].settled,
        many.meter.bytes,
        driven.actions,
    )
    ((contact_id, track, saved, told),) = many.desk.filed
    assert ("job-1", "mono", Saved(stored), []) == (contact_id, track, saved, many.desk.missed)
    assert [("job-1", "mono")] == many.desk.placed
    assert {
        "contact_id": "job-1",
        "start_time": "2026-01-02T11:04:05.000+08:00",
        "established_time": "2026-01-02T11:04:20.000+08:00",
        "release_time": "2026-01-02T11:05:00.000+08:00",
        "agent_names": ["甲", "乙"],
        "talk_time": 0,
        "recording_ready": False,
    } == told


def test_a_file_that_was_there_without_the_journal(many: Many) -> None:
    """It is compared with what is stored, kept, and told to the journal."""
    many.desk.shelves[PATH] = Shelf(Found(Stored(len(SOUND), None, checksum(SOUND))))
    result = many.get(CALL).value
    assert ("kept", PATH, len(SOUND), checksum(SOUND)) == (result.outcome, result.path, result.bytes, result.crc64)
    assert [(0, 0)] == many.store.ranges_asked
    assert Saved(many.store.stored, kept=True) == many.desk.filed[0][2]


def test_what_the_journal_says_is_there_is_not_asked_for(many: Many) -> None:
    """Nothing is sent at all."""
    many.desk.entries["job-1", "mono"] = ("x/y.wav", 7, 5)
    for call in (CALL, "job-1", CallDetail("job-1")):
        driven = many.get(call)
        result = DownloadResult(contact_id="job-1", track="mono", outcome="kept", path="x/y.wav", bytes=7, crc64=5)
        assert result == driven.value
        assert ([], [], []) == (driven.sends, driven.fetches, many.desk.filed)


def test_what_is_there_is_fetched_if_that_is_meant(many: Many) -> None:
    """Neither the journal nor the file is looked at."""
    many.desk.breaks["known"] = RecordingNotSavedError("it was looked at.")
    many.desk.shelves[PATH] = Shelf(Found(Stored(len(SOUND), None, checksum(SOUND))))
    assert "done" == many.get(CALL, skip_existing=False).value.outcome
    assert SOUND == many.desk.shelves[PATH].settled


@pytest.mark.parametrize(
    ("call", "track", "message"),
    [
        (attrs.evolve(CALL, established_time=None), "mono", "The call was never established, so it was not recorded."),
        (CallRecord("job-1", media_type=MediaType.CHAT), "mono", "It is a chat, which is not recorded."),
        (
            CallDetail("job-1", contact_type=ContactType.INBOUND),
            "early_media",
            "Only outbound calls have early media.",
        ),
    ],
)
def test_what_cannot_have_a_recording_is_not_asked_for(many: Many, call: Any, track: Track, message: str) -> None:
    """The call itself tells why."""
    driven = many.get(call, track=track)
    result = driven.value
    assert ("missing", message, False) == (result.outcome, str(result.error), result.error.can_still_come)
    assert ([], [result]) == (driven.sends, many.desk.missed)


@pytest.mark.parametrize("told", [answer({}), refused("NotExists.JobId", 404)])
def test_a_call_without_a_recording(many: Many, told: Response) -> None:
    """It is missing, and what was told of the call says whether one can still come."""
    many.answers["GetMonoRecording"] = told
    driven = many.get(attrs.evolve(CALL, release_time=None))
    assert ("missing", None, True) == (driven.value.outcome, driven.value.path, driven.value.error.can_still_come)
    assert ([driven.value], []) == (many.desk.missed, many.desk.filed)
    assert ["GetMonoRecording"] == driven.actions


class Empty(StoreOfBytes):
    """A store in which nothing is."""

    def fetch(self, fetch: Fetch, clock: Clock) -> Outcome:  # noqa: ARG002 - whatever is asked for
        """Always that."""
        return Response(404, {}, xml("NoSuchKey"))


def test_a_file_that_is_not_stored_yet(many: Many) -> None:
    """It is missing too: there is a link and nothing at its end."""
    many.store = Empty()
    result = many.get(CALL).value
    assert ("missing", RecordingNotReadyError) == (result.outcome, type(result.error))


def test_a_recording_that_cannot_be_had(many: Many) -> None:
    """It has failed, and the journal is told why; the error holds on to nothing but itself."""
    many.store.faults = [Fault("damaged")]
    driven = many.get(CALL)
    result = driven.value
    assert ("failed", RecordingDamagedError, [result]) == (result.outcome, type(result.error), many.desk.missed)
    assert ("job-1", "mono", None, None, None) == (
        result.contact_id,
        result.track,
        result.path,
        result.bytes,
        result.crc64,
    )
    assert (None, None, None) == (result.error.__traceback__, result.error.__cause__, result.error.__context__)


@pytest.mark.parametrize("at", ["known", "place", "file"])
def test_a_file_that_the_disk_refuses(many: Many, at: str) -> None:
    """Its name may be at fault, so the others are gone on with; a full disk would refuse them all."""
    many.desk.breaks[at] = RecordingNotSavedError("a name too long.")
    assert "failed" == many.get(CALL).value.outcome
    many.desk.shelves.clear()
    many.desk.breaks[at] = RecordingNotSavedError("no room.", lasting=True)
    driven = many.get(CALL)
    assert "no room." == str(driven.error)
    assert 1 == len(many.desk.missed)


def test_a_journal_that_cannot_be_written(many: Many) -> None:
    """What is missing cannot be told of, so that is told."""
    many.answers["GetMonoRecording"] = answer({})
    many.desk.breaks["miss"] = RecordingNotSavedError("no room.", lasting=True)
    assert "no room." == str(many.get(CALL).error)


@pytest.mark.parametrize("call", ["", None, 5])
def test_no_call(many: Many, call: Any) -> None:
    """What is no call ends it, whatever else there is to fetch."""
    assert InvalidQueryError is type(many.get(call).error)


def test_a_call_of_which_the_id_was_given(many: Many) -> None:
    """It is looked up, for its name and the manifest."""
    many.answers["GetCallDetailRecord"] = answer(ROW)
    many.answers["ListCallDetailRecordsV2"] = listed([ROW | {"TalkTime": 9}], 1)
    driven = many.get(" job-1 ")
    assert ["GetCallDetailRecord", "ListCallDetailRecordsV2", "GetMonoRecording"] == driven.actions
    assert ("done", PATH) == (driven.value.outcome, driven.value.path)
    assert {
        "contact_id": "job-1",
        "start_time": "2026-01-02T11:04:05.000+08:00",
        "calling_number": "13800000001",
        "talk_time": 9,
    } == many.desk.filed[0][3]


def test_a_call_whose_row_cannot_be_had(many: Many) -> None:
    """What its details tell is told, as far as a row would tell it."""
    many.answers["GetCallDetailRecord"] = answer(ROW | {"Satisfaction": 2, "AgentEvents": [], "New": 1})
    many.answers["ListCallDetailRecordsV2"] = listed([], 0)
    assert PATH == many.get("job-1").value.path
    assert {
        "contact_id": "job-1",
        "start_time": "2026-01-02T11:04:05.000+08:00",
        "calling_number": "13800000001",
        "satisfaction_index": 2,
    } == many.desk.filed[0][3]


NO_CALL = {"GetCallDetailRecord": answer({}), "ListCallDetailRecordsV2": listed([], 0)}


def test_a_call_of_which_nothing_can_be_had(many: Many) -> None:
    """Its recording may be there all the same, under a name without a day."""
    many.answers |= NO_CALL
    driven = many.get("job-1")
    assert ("done", "undated/job-1.wav", {}) == (driven.value.outcome, driven.value.path, many.desk.filed[0][3])


def test_a_call_of_which_nothing_can_be_had_without_a_recording(many: Many) -> None:
    """Nobody knows whether one can still come."""
    many.answers |= NO_CALL | {"GetMonoRecording": answer({})}
    result = many.get("job-1").value
    assert ("missing", None) == (result.outcome, result.error.can_still_come)


def test_a_call_that_need_not_be_looked_up(many: Many) -> None:
    """Where neither its name nor a manifest asks for it nothing is asked about the call."""
    driven = many.get("job-1", look_up=False, layout=Layout("{contact_id}"))
    assert (["GetMonoRecording"], "job-1", {}) == (driven.actions, driven.value.path, many.desk.filed[0][3])


def test_a_call_that_is_known_is_not_looked_up(many: Many) -> None:
    """Whether or not ids are: it is named by what it tells."""
    for look_up in (True, False):
        driven = many.get(CALL, look_up=look_up, skip_existing=False, layout=Layout("{agent}"))
        assert (["GetMonoRecording"], "甲+乙") == (driven.actions, driven.value.path)
        many.desk.shelves.clear()


def test_details_that_were_given(many: Many) -> None:
    """The manifest is told the row that they hold, or else what they hold themselves."""
    many.get(CallDetail("job-1", start_time=at(5), record=attrs.evolve(CALL, talk_time=3)))
    assert 3 == many.desk.filed[0][3]["talk_time"]


@pytest.mark.parametrize(
    ("told", "kind"),
    [
        (refused("NotExists.InstanceId", 404), NotFoundError),
        (refused("InvalidAccessKeyId.NotFound", 404), errors.AuthenticationError),
        (refused("NoPermission", 403), errors.PermissionDeniedError),
    ],
)
@pytest.mark.parametrize("call", ["job-1", CALL])
def test_what_every_other_one_would_meet_ends_it_all(many: Many, call: Any, told: Response, kind: type) -> None:
    """A wrong instance, a bad key and a missing permission are no matter of one recording."""
    many.answers |= dict.fromkeys((*NO_CALL, "GetMonoRecording"), told)
    driven = many.get(call)
    assert (kind, []) == (type(driven.error), many.desk.missed)
    assert not isinstance(call, str) or "GetMonoRecording" not in driven.actions


@pytest.mark.parametrize(
    ("error", "ends"),
    [
        (errors.AuthenticationError("x"), True),
        (errors.ClockSkewError("x"), True),
        (errors.ConfigurationError("x"), True),
        (errors.InvalidQueryError("x"), True),
        (errors.UnsupportedError("x"), True),
        (RecordingNotSavedError("x", lasting=True), True),
        (RecordingNotSavedError("x"), False),
        (errors.PermissionDeniedError("x", action="GetMonoRecording"), True),
        (errors.PermissionDeniedError("x"), False),
        (NotFoundError("x", code="NotExists.InstanceId"), True),
        (NotFoundError("x", code="NotExists.JobId"), False),
        (NotFoundError("x"), False),
        (errors.ServerError("x"), False),
        (errors.ThrottledError("x"), False),
        (errors.ConnectError("x"), False),
        (errors.DecodeError("x"), False),
        (RecordingNotReadyError("x"), False),
        (RecordingDamagedError("x"), False),
        (errors.RecordingArchivedError("x"), False),
        (errors.RecordingExpiredError("x"), False),
        (errors.RecordingError("x"), False),
        (CCCError("x"), False),
    ],
)
def test_which_errors_end_it_all(error: CCCError, ends: bool) -> None:
    """Those that say nothing of the one recording."""
    assert ends is ends_all(error)
