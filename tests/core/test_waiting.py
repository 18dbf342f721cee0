"""Waiting for a recording."""

import math
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hillstone_ccc._core.errors import (
    AuthenticationError,
    InvalidQueryError,
    RecordingArchivedError,
    RecordingNotReadyError,
)
from hillstone_ccc._core.flow import Fetch
from hillstone_ccc._core.message import Request, Response
from hillstone_ccc._core.records import CallRecord
from hillstone_ccc._core.waiting import find_when_ready, wait_for_file

from .driving import NOON, Clock, MakeSession, Outcome, answer, drive, refused
from .store_of_bytes import StoreOfBytes, xml

LINK = answer({"FileUrl": "https://example.com/a", "FileName": "a.wav"})
ENDED = {"ContactId": "job-1", "ReleaseTime": int(NOON * 1000), "EstablishedTime": int(NOON * 1000)}


def upstream(clock: Clock, ready_after: float, detail: Outcome) -> Callable[[Request], Outcome]:
    """A recording that is made so many seconds after the beginning, of a call of which this is told."""

    def told(request: Request) -> Outcome:
        if request.action == "GetCallDetailRecord":
            return detail
        return LINK if clock.monotonic >= ready_after else answer({})

    return told


def test_a_recording_that_is_there(make_session: MakeSession) -> None:
    """It is not waited for, also where no time is given."""
    driven = drive(find_when_ready(make_session(), "job-1", "mono", 300, 0), [LINK])
    assert ("job-1", "mono", 300, []) == (
        driven.value.contact_id,
        driven.value.track,
        driven.value.expire_seconds,
        driven.pauses,
    )


@pytest.mark.parametrize("detail", [answer(ENDED), answer({}), answer({"ContactId": "job-1"})])
def test_a_recording_that_comes(make_session: MakeSession, detail: Outcome) -> None:
    """It is looked for ever more seldom, a quarter of a minute at most apart, while it can still come."""
    clock = Clock()
    driven = drive(find_when_ready(make_session(), "job-1", "mono", None, 600), upstream(clock, 60, detail), clock)
    assert "a.wav" == driven.value.link.file_name
    assert [1, 1.5, 2.25, 3.375, 5.0625, 7.59375, 11.390625, 15, 15] == driven.waited


def test_a_recording_that_does_not_come_in_time(make_session: MakeSession) -> None:
    """The last look is at the very end of the time given; then what was last told is raised."""
    clock = Clock()
    driven = drive(
        find_when_ready(make_session(), "job-1", "mono", None, 10), upstream(clock, 99, answer(ENDED)), clock
    )
    assert isinstance(driven.error, RecordingNotReadyError)
    assert (True, 10) == (driven.error.can_still_come, clock.monotonic)
    assert [1, 1.5, 2.25, 3.375, 1.875] == driven.waited


def test_time_that_looking_takes_counts(make_session: MakeSession) -> None:
    """Slow answers are part of the time given."""
    clock = Clock(latency=4)
    driven = drive(
        find_when_ready(make_session(), "job-1", "mono", None, 10), upstream(clock, 99, answer(ENDED)), clock
    )
    assert (RecordingNotReadyError, [1]) == (type(driven.error), driven.waited)


def test_a_recording_that_cannot_come_is_not_waited_for(make_session: MakeSession) -> None:
    """A call that was never established has none."""
    never = answer({"ContactId": "job-1", "ReleaseTime": int(NOON * 1000)})
    driven = drive(find_when_ready(make_session(), "job-1", "mono", None, 600), [answer({}), never])
    assert (RecordingNotReadyError, []) == (type(driven.error), driven.pauses)


def test_a_call_is_looked_at_as_it_is_now(make_session: MakeSession) -> None:
    """A row read while it rang does not tell that it was established since."""
    call = CallRecord("job-1")
    clock = Clock()
    driven = drive(find_when_ready(make_session(), call, "mono", None, 9), upstream(clock, 1, answer(ENDED)), clock)
    assert ["GetMonoRecording", "GetCallDetailRecord", "GetMonoRecording"] == driven.actions
    assert driven.error is None


def test_other_failures_are_not_waited_out(make_session: MakeSession) -> None:
    """A bad key stays bad."""
    driven = drive(
        find_when_ready(make_session(), "job-1", "mono", None, 600), [refused("InvalidAccessKeyId.NotFound", 404)]
    )
    assert (AuthenticationError, []) == (type(driven.error), driven.pauses)


@pytest.mark.parametrize("seconds", [-1, -0.001, math.nan, True, False, "60", None, [1]])
def test_how_long_is_waited(make_session: MakeSession, seconds: Any) -> None:
    """Seconds, none or more: anything else is refused before anything is sent."""
    for flow in (
        find_when_ready(make_session(), "job-1", "mono", None, seconds),
        wait_for_file(make_session(), StoreOfBytes().source(), seconds),
    ):
        driven = drive(flow, [])
        assert isinstance(driven.error, InvalidQueryError)
        assert f"timeout must be seconds, 0 or more, not {seconds!r}." == str(driven.error)


def test_waiting_for_as_long_as_it_takes(make_session: MakeSession) -> None:
    """There need be no end."""
    clock = Clock()
    driven = drive(
        find_when_ready(make_session(), "job-1", "mono", None, math.inf), upstream(clock, 5000, answer({})), clock
    )
    assert driven.error is None
    assert clock.monotonic >= 5000


@given(st.floats(0, 1e5), st.floats(0, 1e5), st.floats(0, 100))
def test_waiting_ends_in_time(make_session: MakeSession, seconds: float, ready_after: float, latency: float) -> None:
    """It is found if it comes in the time given, and nobody waits beyond that but for answers on their way."""
    clock = Clock(latency=latency)
    flow = find_when_ready(make_session(), "job-1", "mono", None, seconds)
    driven = drive(flow, upstream(clock, ready_after, answer(ENDED)), clock)
    assert sum(driven.waited) <= seconds * (1 + 1e-9)
    assert clock.monotonic <= seconds * (1 + 1e-9) + 2 * latency
    if ready_after + 3 * latency <= seconds:
        assert driven.error is None


class Thawing(StoreOfBytes):
    """An object that is not at hand until a moment."""

    ready_after: float = 0.0
    code: str = ""

    def fetch(self, fetch: Fetch, clock: Clock) -> Outcome:
        """A refusal until then."""
        if clock.monotonic < self.ready_after:
            return Response(403, {}, xml(self.code))
        return super().fetch(fetch, clock)


@pytest.mark.parametrize(
    ("code", "kind"), [("InvalidObjectState", RecordingArchivedError), ("NoSuchKey", RecordingNotReadyError)]
)
def test_a_file_that_is_not_at_hand(make_session: MakeSession, code: str, kind: type) -> None:
    """One that is archived or not stored yet is waited for, as long as is said and no longer."""
    store = Thawing((b"0123",))
    store.code, store.ready_after = code, 9.0
    driven = store.run(wait_for_file(make_session(), store.source(), 20))
    assert (store.stored, [1, 1.5, 2.25, 3.375, 5.0625]) == (driven.value, driven.waited)
    driven = store.run(wait_for_file(make_session(), store.source(), 8))
    assert (kind, 8) == (type(driven.error), sum(driven.waited))


def test_a_file_that_is_at_hand(make_session: MakeSession) -> None:
    """It is told at once what is known of it."""
    store = StoreOfBytes((b"0123",))
    driven = store.run(wait_for_file(make_session(), store.source(), 0))
    assert (store.stored, []) == (driven.value, driven.pauses)
