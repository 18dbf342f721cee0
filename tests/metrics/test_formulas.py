"""Each formula, on records and on frames, against figures that were worked out by hand."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import attrs
import pytest

from hillstone_ccc import CallRecord, ContactType, Disposition, InvalidQueryError, metrics
from hillstone_ccc.metrics import Outcome

from .by_hand import CALLS, FORMS, call, customer, moment, numbered

Form = Callable[..., Any]


@pytest.fixture(params=FORMS)
def form(request: pytest.FixtureRequest) -> Form:
    """Gives calls as an iterator, or as a frame of one of three kinds."""
    return FORMS[request.param]


def test_outcomes(form: Form) -> None:
    """Each inbound call has one, whichever year's word it ended with; outbound calls are not among them."""
    expected = {
        Outcome.ANSWERED: 4,  # 1 2 3 21
        Outcome.ABANDONED_IN_IVR: 3,  # 7 8 9
        Outcome.ABANDONED_IN_QUEUE: 2,  # 4 5
        Outcome.ABANDONED_IN_RING: 2,  # 6 10
        Outcome.TURNED_AWAY: 2,  # 11 12
        Outcome.VOICEMAIL: 2,  # 13 14
        Outcome.FORWARDED: 1,  # 15
        Outcome.UNANSWERED: 1,  # 22
        Outcome.OTHER: 2,  # 16 23
    }
    assert expected == metrics.outcomes(form(CALLS))


def test_dispositions(form: Form) -> None:
    """Each word is counted as itself, also one that nobody listed; most frequent first."""
    counted = metrics.dispositions(form(CALLS))
    assert 7 == counted[Disposition.SUCCESS]  # 1 2 3 17 19 20 21
    assert 1 == counted[Disposition("SomethingNew")]
    assert 1 == counted[None]
    assert len(CALLS) == sum(counted.values())
    assert Disposition.SUCCESS == next(iter(counted))


def test_abandonment(form: Form) -> None:
    """Seven of nineteen."""
    expected = metrics.Abandonment(inbound=19, abandoned=7, in_ivr=3, in_queue=2, in_ring=2, short=0, rate=7 / 19)
    assert expected == metrics.abandonment(form(CALLS))


def test_short_abandonment(form: Form) -> None:
    """Who gave up within 5 s, in the IVR (7: 4 s) or while waiting (10: 4 s), is neither above nor below the line."""
    found = metrics.abandonment(form(CALLS), short=5)
    assert (7, 2) == (found.abandoned, found.short)
    assert (7 - 2) / (19 - 2) == found.rate
    both = metrics.abandonment(form(numbered(7, 10)), short=4)
    assert (2, 2, None) == (both.abandoned, both.short, both.rate)
    assert 0 == metrics.abandonment(form(numbered(7, 10)), short=3).short


def test_waiting_times(form: Form) -> None:
    """Queue and ring, whoever gave up; not the IVR's, not outbound calls', nothing of who never came to a queue."""
    #           1  2   3   4   5   6   10 11  12 14  16 21 22
    expected = [8, 20, 21, 15, 45, 24, 4, 60, 0, 30, 7, 0, 33]
    assert expected == metrics.waiting_times(form(CALLS))
    assert [8, 20, 21, 0] == metrics.waiting_times(form(CALLS), outcome=Outcome.ANSWERED)


def test_waiting_time_is_not_the_upstreams() -> None:
    """``WaitTime`` is 0 when the customer gave up, such as 4 after 15 s in the queue."""
    assert 0 == CALLS[3].wait_time
    assert 15 == metrics.waiting_time(CALLS[3])
    assert metrics.waiting_time(CALLS[6]) is None  # in the IVR
    assert metrics.waiting_time(CALLS[17]) is None  # outbound
    assert metrics.waiting_time(CALLS[22]) is None  # nothing is told


def test_half_a_waiting_time() -> None:
    """A time that is not told counts 0 beside one that is."""
    assert 7 == metrics.waiting_time(call(1, "2 09:00", "01", "Inbound", "Success", 1, 7, None, *_REST))
    assert 3 == metrics.waiting_time(call(1, "2 09:00", "01", "Inbound", "Success", 1, None, 3, *_REST))
    assert metrics.waiting_time(call(1, "2 09:00", "01", "Inbound", "Success", 1, None, None, *_REST)) is None


_REST = (0, 50, 0, 0, None, None, (), ())


@pytest.mark.parametrize(
    ("abandoned", "expected"),
    [
        ("failed", 3 / 13),  # 1 2 21 of the thirteen that waited
        ("excluded", 3 / (13 - 2)),  # without 4 and 10, given up after 15 and 4 s
        ("met", (3 + 2) / 13),
    ],
)
def test_service_level(form: Form, abandoned: metrics.WhenAbandoned, expected: float) -> None:
    """Answered within 20 s, of all that waited; who waited exactly 20 s is within (2), who waited 21 is not (3)."""
    assert expected == metrics.service_level(form(CALLS), seconds=20, abandoned=abandoned)


def test_service_level_by_default(form: Form) -> None:
    """20 s, and who gave up was not served."""
    assert 3 / 13 == metrics.service_level(form(CALLS))
    assert 2 / 13 == metrics.service_level(form(CALLS), seconds=19)
    assert 4 / 13 == metrics.service_level(form(CALLS), seconds=21)


def test_service_level_without_short_abandonment(form: Form) -> None:
    """10 gave up after 4 s and is left out; 4 after 15 s is not."""
    assert 3 / 12 == metrics.service_level(form(CALLS), short=5)
    assert 3 / (12 - 1) == metrics.service_level(form(CALLS), short=5, abandoned="excluded")


def test_service_level_of_a_kind_that_there_is_not() -> None:
    """A slip is told, and not taken for the default."""
    wrong: Any = "ignored"
    with pytest.raises(InvalidQueryError, match="failed, excluded, met"):
        metrics.service_level(CALLS, abandoned=wrong)


def test_average_speed_of_answer(form: Form) -> None:
    """1 2 3 21."""
    assert (8 + 20 + 21 + 0) / 4 == metrics.average_speed_of_answer(form(CALLS))


def test_waiting(form: Form) -> None:
    """0 0 4 7 8 15 20 21 24 30 33 45 60: the 7th is the median, the 12th nine tenths; 4 5 6 10 gave up."""
    assert metrics.Waiting(
        calls=13, average=267 / 13, median=20, p90=45, longest=60, until_given_up=(15 + 45 + 24 + 4) / 4
    ) == metrics.waiting(form(CALLS))


def test_handling(form: Form) -> None:
    """1 2 3 17 19 20 21 were answered; the talk of 16, whose word nobody listed, does not count."""
    total = 100 + 60 + 40 + 200 + 20 + 50 + 80
    assert metrics.Handling(7, total, total / 7) == metrics.handling(form(CALLS))
    held = total + 10 + 30  # 2 17
    assert metrics.Handling(7, held, held / 7) == metrics.handling(form(CALLS), add_held=True)


def test_handling_time() -> None:
    """Of one call; None if nobody answered, whatever was held."""
    assert 200 == metrics.handling_time(CALLS[16])
    assert 230 == metrics.handling_time(CALLS[16], add_held=True)
    assert metrics.handling_time(CALLS[15]) is None
    assert metrics.handling_time(CALLS[15], add_held=True) is None
    assert metrics.read([attrs.evolve(CALLS[15], held_time=9)])[0].held is None


def test_transfers(form: Form) -> None:
    """3 once, 21 twice; 18 and 23 do not tell."""
    assert metrics.Transfers(calls=21, transfers=3, transferred=2, rate=2 / 21) == metrics.transfers(form(CALLS))


def test_transfers_that_are_not_told(form: Form) -> None:
    """Rows of V1 do not: that is no value, and not 0."""
    assert metrics.Transfers(0, None, None, None) == metrics.transfers(form(numbered(18, 23)))


def test_satisfaction(form: Form) -> None:
    """1 2 3 21 were asked, and 17, who answered; 2 did not. Keys 5 1 3 4."""
    expected = metrics.Satisfaction(
        surveyed=5, answered=4, response_rate=4 / 5, score=(5 + 1 + 3 + 4) / 4, ratings={1: 1, 3: 1, 4: 1, 5: 1}
    )
    assert expected == metrics.satisfaction(form(CALLS))


def test_satisfaction_by_other_scores(form: Form) -> None:
    """A key without a score (3) is an answer, and has no part in the score."""
    found = metrics.satisfaction(form(CALLS), scores={1: 0, 4: 1, 5: 1})
    assert (4 / 5, 2 / 3) == (found.response_rate, found.score)


# --- first contacts -------------------------------------------------------------------------------------------

SINCE, UNTIL = moment("1 00:00"), moment("3 10:30")


def test_first_contact_resolution(form: Form) -> None:
    """1 and 3 resolved; 2 called again 20 min later (4, in vain); 21 had been helped 24 h 10 min before."""
    expected = metrics.FirstContactResolution(
        first_contacts=3, resolved=2, called_again=1, repeated=1, too_near=0, anonymous=0, rate=2 / 3
    )
    windows: dict[str, Any] = {"before": timedelta(hours=25), "after": timedelta(hours=1)}
    assert expected == metrics.first_contact_resolution(form(CALLS), since=SINCE, until=UNTIL, **windows)


def test_windows_of_first_contacts(form: Form) -> None:
    """24 h back 21 is a first contact, 20 min ahead 2 was not called again: a window's ends are [ and )."""
    windows: dict[str, Any] = {"before": timedelta(hours=24), "after": timedelta(minutes=20)}
    found = metrics.first_contact_resolution(form(CALLS), since=SINCE, until=UNTIL, **windows)
    assert (4, 4, 0) == (found.first_contacts, found.resolved, found.repeated)
    windows = {"before": timedelta(hours=24, minutes=10), "after": timedelta(minutes=21)}
    found = metrics.first_contact_resolution(form(CALLS), since=SINCE, until=UNTIL, **windows)
    assert (3, 2, 1) == (found.first_contacts, found.resolved, found.repeated)


def test_windows_that_reach_beyond_the_range(form: Form) -> None:
    """Nothing is said of calls near its ends, whichever way they would have counted."""
    back, ahead = timedelta(hours=25), timedelta(hours=2)
    found = metrics.first_contact_resolution(form(CALLS), before=back, after=ahead, since=SINCE, until=UNTIL)
    assert (3, 1) == (found.first_contacts, found.too_near)  # 21 until 11:15
    found = metrics.first_contact_resolution(form(CALLS), before=back, after=ahead)  # from 1 to 22
    assert (0, 4, None) == (found.first_contacts, found.too_near, found.rate)


def test_the_range_is_half_open(form: Form) -> None:
    """A window may end where the range ends, and begin where it begins."""
    back, ahead = timedelta(hours=1), timedelta(hours=1)
    exactly: dict[str, Any] = {"since": moment("3 08:15"), "until": moment("3 10:15")}
    assert 1 == metrics.first_contact_resolution(form(numbered(21)), before=back, after=ahead, **exactly).resolved
    late = {**exactly, "since": exactly["since"] + timedelta(milliseconds=1)}
    assert 1 == metrics.first_contact_resolution(form(numbered(21)), before=back, after=ahead, **late).too_near
    early = {**exactly, "until": exactly["until"] - timedelta(milliseconds=1)}
    assert 1 == metrics.first_contact_resolution(form(numbered(21)), before=back, after=ahead, **early).too_near


def test_outbound_calls_as_contacts(form: Form) -> None:
    """If they count, 1 and 3 were called back within two hours (17, 19), and were not settled at once."""
    found = metrics.first_contact_resolution(
        form(CALLS), before=timedelta(0), after=timedelta(hours=2), since=SINCE, until=UNTIL, outbound=True
    )
    assert (3, 0, 0.0) == (found.first_contacts, found.resolved, found.rate)


def test_calls_that_nobody_answered_as_contacts(form: Form) -> None:
    """An attempt to call back (18) is no contact; who was helped after giving up (4) was helped for the first time."""
    windows: dict[str, Any] = {"before": timedelta(hours=1), "after": timedelta(hours=2)}
    bounds: dict[str, Any] = {"since": SINCE, "until": UNTIL, "outbound": True}
    assert 1 == metrics.first_contact_resolution(form(numbered(2, 18)), **windows, **bounds).resolved
    helped = attrs.evolve(CALLS[0], calling_number=customer("02"), start_time=moment("2 09:40"))
    assert 1 == metrics.first_contact_resolution(form([*numbered(4), helped]), **windows, **bounds).resolved


def test_the_range_without_bounds(form: Form) -> None:
    """It ends with the millisecond of the last call, of which a window of one millisecond is left."""
    found = metrics.first_contact_resolution(form(numbered(1)), before=timedelta(0), after=timedelta(milliseconds=1))
    assert (1, 0) == (found.resolved, found.too_near)
    found = metrics.first_contact_resolution(form(numbered(1)), before=timedelta(0), after=timedelta(milliseconds=2))
    assert (0, 1) == (found.resolved, found.too_near)


def test_calls_of_nobody_in_particular(form: Form) -> None:
    """A number that is masked is that of many, and one without a time is before and after nothing."""
    masked = attrs.evolve(CALLS[0], calling_number="1380000****")
    timeless = attrs.evolve(CALLS[0], start_time=None)
    unnamed = attrs.evolve(CALLS[0], calling_number=None)
    found = metrics.first_contact_resolution(
        form([masked, masked, timeless, unnamed]), before=timedelta(0), after=timedelta(0)
    )
    assert (4, 0, None) == (found.anonymous, found.first_contacts, found.rate)


def test_negative_windows() -> None:
    """They cannot be meant."""
    with pytest.raises(InvalidQueryError, match="after is a window"):
        metrics.first_contact_resolution(CALLS, before=timedelta(1), after=timedelta(-1))


def test_naive_bounds_are_read_in_the_calls_zone(form: Form) -> None:
    """As everywhere in the library."""
    naive: dict[str, Any] = {"since": datetime(2026, 3, 3, 8, 15), "until": datetime(2026, 3, 3, 10, 15)}  # noqa: DTZ001 - meant
    hour = timedelta(hours=1)
    assert 1 == metrics.first_contact_resolution(form(numbered(21)), before=hour, after=hour, **naive).resolved


# --- all in one -----------------------------------------------------------------------------------------------


def test_summary(form: Form) -> None:
    """Everything above once more, and what follows from it."""
    found = metrics.summary(form(CALLS), before=timedelta(hours=25), after=timedelta(hours=1), since=SINCE, until=UNTIL)
    expected = metrics.Metrics(
        calls=23,
        inbound=19,
        outbound=3,  # 17 18 19
        connected=2,  # 17 19
        answered=4,
        abandoned=7,
        abandoned_in_ivr=3,
        abandoned_in_queue=2,
        abandoned_in_ring=2,
        abandoned_short=0,
        turned_away=2,
        voicemail=2,
        forwarded=1,
        unanswered=1,
        other=2,
        answer_rate=4 / 19,
        abandonment_rate=7 / 19,
        waited=13,
        service_level=3 / 13,
        average_speed_of_answer=49 / 4,
        average_wait=267 / 13,
        median_wait=20,
        p90_wait=45,
        longest_wait=60,
        average_wait_until_given_up=88 / 4,
        handled=7,
        handling_time=550,
        average_handling_time=550 / 7,
        transfers=3,
        transferred=2,
        transfer_rate=2 / 21,
        surveyed=5,
        surveys_answered=4,
        response_rate=4 / 5,
        satisfaction_score=13 / 4,
        first_contacts=3,
        resolved=2,
        first_contact_resolution=2 / 3,
        dispositions=metrics.dispositions(CALLS),
    )
    assert expected == found


def test_summary_with_other_terms(form: Form) -> None:
    """Each argument reaches the figure that it is about."""
    found = metrics.summary(
        form(CALLS), seconds=21, abandoned="met", short=5, add_held=True, scores={5: 1, 4: 1, 3: 0, 1: 0}
    )
    assert (4 + 1) / 12 == found.service_level
    assert (2, 5 / 17, 4 / 17) == (found.abandoned_short, found.abandonment_rate, found.answer_rate)
    assert 590 == found.handling_time
    assert 2 / 4 == found.satisfaction_score
    assert (None, None, None) == (found.first_contacts, found.resolved, found.first_contact_resolution)


def test_summary_of_nothing(form: Form) -> None:
    """Counts are 0; what would be divided by it has no value."""
    found = attrs.asdict(metrics.summary(form([]), before=timedelta(1), after=timedelta(1)))
    counts = {name for name, value in found.items() if value == 0}
    assert {name for name in found if name not in counts} == {
        "answer_rate",
        "abandonment_rate",
        "service_level",
        "average_speed_of_answer",
        "average_wait",
        "median_wait",
        "p90_wait",
        "longest_wait",
        "average_wait_until_given_up",
        "average_handling_time",
        "transfers",
        "transferred",
        "transfer_rate",
        "response_rate",
        "satisfaction_score",
        "first_contact_resolution",
        "dispositions",
    }
    assert {} == found["dispositions"]


def test_one_window_alone() -> None:
    """First contacts take both."""
    with pytest.raises(InvalidQueryError, match="both windows"):
        metrics.summary(CALLS, after=timedelta(1))


# --- words ----------------------------------------------------------------------------------------------------


def test_every_listed_disposition_has_a_meaning() -> None:
    """A word that the library learns must be given one, be it OTHER."""
    from hillstone_ccc.metrics.endings import _OUTCOMES  # noqa: PLC0415 - no user's business

    assert set(Disposition) == set(_OUTCOMES)


@pytest.mark.parametrize(
    ("word", "outcome"),
    [
        ("AbandonedInContactFlow", Outcome.ABANDONED_IN_IVR),
        ("AbandonedRing", Outcome.ABANDONED_IN_RING),
        ("QueueOverflow", Outcome.TURNED_AWAY),
        ("QueuingFailed", Outcome.TURNED_AWAY),
        ("Reject", Outcome.UNANSWERED),
        ("IVRException", Outcome.OTHER),
        ("OneStepTransfer", Outcome.OTHER),
    ],
)
def test_words_that_are_not_in_the_table(word: str, outcome: Outcome) -> None:
    """Those of 2021, and seldom ones."""
    counted = metrics.outcomes([attrs.evolve(CALLS[0], contact_disposition=Disposition(word))])
    assert {outcome: 1} == {one: count for one, count in counted.items() if count}


@pytest.mark.parametrize("word", ["SomethingNew", "success!", "", "Answered"])
def test_no_unlisted_word_is_an_answer(form: Form, word: str) -> None:
    """Not even one that looks like it."""
    found = metrics.summary(form([attrs.evolve(CALLS[0], contact_disposition=Disposition(word))]))
    assert (0, 1, 0) == (found.answered, found.other, found.handled)
    assert {word: 1} == {str(one): count for one, count in found.dispositions.items()}


@pytest.mark.parametrize("kind", list(ContactType))
def test_which_way_calls_go(form: Form, kind: ContactType) -> None:
    """One way is inbound, four are outbound, two are neither."""
    found = metrics.summary(form([attrs.evolve(CALLS[0], contact_type=kind)]))
    inward = kind == ContactType.INBOUND
    outward = kind in (ContactType.OUTBOUND, ContactType.PREDICTIVE, ContactType.BACK2BACK, ContactType.PRIVACY_DIAL)
    assert (inward, outward) == (found.inbound, found.outbound)
    assert (inward, outward) == (found.answered, found.connected)


def test_whose_call_it_was() -> None:
    """Who called, or who was called; of calls between colleagues nobody's."""
    told = {one.contact_id: facts.customer for one, facts in zip(CALLS, metrics.read(CALLS), strict=True)}
    assert customer("01") == told["job-1"] == told["job-17"]
    assert customer("03") == told["job-19"]
    assert told["job-20"] is None


def test_records_without_a_type() -> None:
    """Nothing is known of them, so they are calls and no more."""
    found = metrics.summary([CallRecord("job-1")])
    assert (1, 0, 0) == (found.calls, found.inbound, found.outbound)
