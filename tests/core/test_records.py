"""What records tell beyond their fields."""

import random
from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hillstone_ccc._core.details import CallDetail
from hillstone_ccc._core.events import AgentEvents, CustomerEvents, Event, IvrEvents, QueueEvents
from hillstone_ccc._core.links import RecordingLink
from hillstone_ccc._core.records import CallRecord
from hillstone_ccc._core.vocabulary import EventName

NOON = datetime(2026, 1, 2, 12, tzinfo=timezone.utc)


@pytest.mark.parametrize(
    ("reason", "code", "text"),
    [
        ("486:USER_BUSY", 486, "USER_BUSY"),
        ("200 - OK", 200, "OK"),
        ("200:", 200, ""),
        ("480:Temporarily Unavailable", 480, "Temporarily Unavailable"),
        ("VisitorInitiatedClosure", None, "VisitorInitiatedClosure"),
        ("1234:x", None, "1234:x"),
        (None, None, None),
    ],
)
def test_release_reasons(reason: str | None, code: int | None, text: str | None) -> None:
    """The lists write ``486:USER_BUSY`` and the details ``200 - OK``: status and words are told apart."""
    record = CallRecord("job-1", release_reason=reason)
    assert (code, text) == (record.release_code, record.release_text)


moments = st.none() | st.integers(0, 100).map(lambda second: NOON + timedelta(seconds=second))


@given(st.lists(st.lists(moments, max_size=3), min_size=4, max_size=4))
def test_events_on_one_time_line(times: list[list[datetime | None]]) -> None:
    """The events of the four lists are each there once, earliest first, those without a time last."""
    names = iter(range(100))
    made = [tuple(Event(EventName(f"event {next(names)}"), time) for time in one) for one in times]
    detail = CallDetail(
        "job-1",
        agent_events=(AgentEvents(events=made[0]),),
        customer_events=(CustomerEvents(events=made[1]),),
        queue_events=(QueueEvents(events=made[2]),),
        ivr_events=(IvrEvents(events=made[3]),),
    )
    told = [event.time for event in detail.events]
    timed = [time for time in told if time is not None]
    assert sorted(timed) + [None] * (len(told) - len(timed)) == told
    assert sorted(str(event.name) for one in made for event in one) == sorted(
        str(event.name) for event in detail.events
    )


def test_events_of_one_moment_keep_the_calls_order() -> None:
    """At equal times the flow comes before the queue, the queue before the agent, the agent before the customer."""
    lists = [IvrEvents, QueueEvents, AgentEvents, CustomerEvents]
    random.Random(1).shuffle(lists)
    told = {kind: (kind(events=(Event(EventName(kind.__name__), NOON),)),) for kind in lists}
    detail = CallDetail(
        "job-1",
        agent_events=told[AgentEvents],
        customer_events=told[CustomerEvents],
        queue_events=told[QueueEvents],
        ivr_events=told[IvrEvents],
    )
    assert ["IvrEvents", "QueueEvents", "AgentEvents", "CustomerEvents"] == [str(event.name) for event in detail.events]


@pytest.mark.parametrize(
    ("url", "expires"),
    [
        ("https://example.com/x?Expires=1767323045&Signature=x", 1767323045),
        ("https://example.com/x?Signature=x", None),
        ("https://example.com/x?Expires=soon", None),
        ("https://example.com/x?Expires=" + "9" * 40, None),
        ("https://example.com/x?Expires=²", None),
        (None, None),
    ],
)
def test_when_a_link_dies(url: str | None, expires: int | None) -> None:
    """A link of the object store's first signature says when it dies, in Unix seconds."""
    assert expires == RecordingLink(url).expires


@given(st.text())
def test_any_text_as_a_link(url: str) -> None:
    """Whatever the upstream calls a link, asking when it dies breaks nothing."""
    for told in (url, f"https://[{url}", f"https://x/?Expires={url}"):
        expires = RecordingLink(told).expires
        assert expires is None or 0 <= expires < 10**11
