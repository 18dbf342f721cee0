"""One call's journey, as it is drawn."""

from __future__ import annotations

import attrs
import pytest
from matplotlib.collections import PolyCollection
from matplotlib.figure import Figure
from matplotlib.text import Annotation, Text

from hillstone_ccc import CallDetail, ConfigurationError, ContactType, InvalidQueryError
from hillstone_ccc.plots import FontWarning, alt_text, journey

from .looking import axes_of, png, svg, texts
from .made import NOON, agent, at, customer, detail, ivr, queue, record
from .test_fonts import LATIN

FULL = detail(
    agent("a", "Ringing@12 Established@15 Released@60", "Anna"),
    customer("Established@0 Released@60"),
    queue("Enqueue@8 AssignAgent@12", "Support"),
    ivr("Route2IVR@0"),
    record=record(held_time=9),
    established_time=at(15),
)


def bars(figure: Figure) -> list[tuple[float, float]]:
    """Begin and end of each bar, lane by lane."""
    found = [one for one in axes_of(figure).collections if isinstance(one, PolyCollection)]
    extents = [path.get_extents() for one in found for path in one.get_paths()]
    return [(round(extent.x0, 2), round(extent.x1, 2)) for extent in extents]


def lanes(figure: Figure) -> list[str]:
    """What stands beside the lanes."""
    return [label.get_text() for label in axes_of(figure).get_yticklabels()]


def test_each_party_has_a_lane_to_scale() -> None:
    """Bars begin and end where their phases do; time on hold has a lane of its own."""
    figure = journey(FULL)
    assert ["Customer 138****0001", "IVR", "Queue Support", "Agent Anna", "On hold"] == lanes(figure)
    assert [(0, 60), (0, 8), (8, 12), (12, 15), (15, 60), (15, 24)] == bars(figure)
    low, high = axes_of(figure).get_xlim()
    assert (-1, 61) == (round(low), round(high))


def test_what_is_drawn_is_said() -> None:
    """Kind, time, durations, what marks and colours mean."""
    found = texts(journey(FULL))
    assert "Call job-1 · inbound · 2026-01-02 12:00:00 · 1:00" in found
    assert "since 12:00:00 (UTC+08:00)" in found
    assert {"in the call 1:00", "IVR 0:08", "0:04", "talking 0:45", "0:10", "agent assigned", "released"} <= set(found)
    assert "0:09 in all; it is not told when" in found


def test_who_does_not_see_it_is_told_the_same() -> None:
    """Every phase and mark with its time, and no number unmasked."""
    told = alt_text(journey(FULL))
    assert told.startswith("Call job-1 · inbound")
    assert "Agent Anna: 0:12 ringing 0:03; 0:15 talking 0:45; 1:00 released." in told
    assert "13800000001" not in told + "".join(texts(journey(FULL)))


@pytest.mark.parametrize("seconds", [5, 7_200])
def test_a_short_and_a_long_call_can_both_be_read(seconds: int) -> None:
    """A few marks on the axis; what has no room within its bar stands beside it."""
    figure = journey(detail(ivr("Route2IVR@0"), customer(f"Ringing@0 Released@1 Coaching@{seconds}"), over=seconds))
    marks = [label for label in axes_of(figure).get_xticklabels() if label.get_text()]
    assert 4 <= len(marks) <= 9
    (ringing,) = [text for text in axes_of(figure).texts if text.get_text() == "ringing 0:01"]
    assert (seconds > 5) == isinstance(ringing, Annotation)


def test_a_short_phase_is_seen_in_a_long_call() -> None:
    """It is drawn wider than it is, where it would be nothing otherwise."""
    (_, _), (begin, end) = bars(journey(detail(ivr("Route2IVR@0"), queue("Enqueue@1 Abandoned@7200"), over=7_200)))[:2]
    assert 7_199 == end - begin
    (begin, end), _ = bars(journey(detail(ivr("Route2IVR@0"), queue("Enqueue@1 Abandoned@7200"), over=7_200)))
    assert 20 < end - begin < 30


def test_a_text_stands_where_there_is_room() -> None:
    """Before a short phase at the end, after one at the beginning."""
    figure = journey(detail(customer("Established@0"), agent("a", "Ringing@990 Released@999", "Anna"), over=1_000))
    (beside,) = [one for one in axes_of(figure).texts if isinstance(one, Annotation) and one.get_text()]
    assert ("ringing 0:09", "right") == (beside.get_text(), beside.get_horizontalalignment())


def test_a_text_without_room_is_left_to_who_reads() -> None:
    """It would lie on the names of the lanes; the picture's text has it."""
    figure = journey(detail(agent("a", "Ringing@0 Established@5 Released@1000", "Anna"), over=1_000))
    assert "ringing 0:05" not in texts(figure)
    assert "ringing 0:05" in alt_text(figure)


def test_a_long_hold_is_told_on_its_bar() -> None:
    """A short one beside it, on whichever side there is room."""
    long = record(held_time=55)
    for held, kind in ((55, Text), (9, Annotation)):
        figure = journey(detail(customer("Established@0 Released@60"), record=attrs.evolve(long, held_time=held)))
        (told,) = [text for text in axes_of(figure).texts if "not told when" in text.get_text()]
        assert kind is type(told)


def test_an_arrow_leads_to_who_took_the_call() -> None:
    """From the lane of who transferred it."""
    first = agent("a", "Established@0 BlindTransfer@20 Released@20", "Anna")
    figure = journey(detail(first, agent("b", "Ringing@21 Established@25 Released@60", "Berta")))
    (arrow,) = [one for one in axes_of(figure).texts if isinstance(one, Annotation) and not one.get_text()]
    assert ((20, 0), (21, 1)) == (arrow.xyann, arrow.xy)


def test_without_events_the_durations_are_drawn_and_that_is_said() -> None:
    """Of a row too."""
    figure = journey(record())
    assert [(0, 8), (8, 12), (12, 15), (15, 60)] == bars(figure)
    assert ["Phases"] == lanes(figure)
    assert any("could not be had" in text for text in texts(figure))


def test_a_call_without_a_time_says_so() -> None:
    """And does not crash."""
    figure = journey(CallDetail("job-1"))
    assert "No time of this call is known." in texts(figure)
    assert "No time of this call is known." == alt_text(figure)


def test_a_call_that_begins_and_ends_and_nothing_else_is_drawn() -> None:
    """An empty lane on an axis."""
    figure = journey(detail(start_time=NOON))
    assert [] == bars(figure)
    assert png(figure)


def test_a_call_that_goes_on_says_so() -> None:
    """In the title and in its bar."""
    found = texts(journey(detail(agent("a", "Established@0 Coaching@100", "Anna"), over=None, contact_type=None)))
    assert "Call job-1 · 2026-01-02 12:00:00 · not over" in found
    assert "talking not over" in found


def test_words_that_nobody_listed_are_shown_as_they_came() -> None:
    """A new kind of call, an event without a name."""
    events = agent("a", "Established@0 Whatever@10 Released@60", "Anna")
    nameless = attrs.evolve(events, events=(*events.events, attrs.evolve(events.events[1], name=None)))
    found = texts(journey(detail(nameless, contact_type=ContactType("Teleport"))))
    assert any("Teleport" in text for text in found)
    assert {"Whatever", "?"} <= set(found)


def test_very_many_lanes_are_cut() -> None:
    """The picture stays one that can be looked at, arrows and all."""
    agents = [
        agent(f"a{n}", f"Ringing@{n} Established@{n}.5 BlindTransfer@{n + 1} Released@{n + 1}") for n in range(50)
    ]
    figure = journey(detail(*agents), font=None)
    assert 24 == len(lanes(figure))
    assert 24 > max(one.xy[1] for one in axes_of(figure).texts if isinstance(one, Annotation) and not one.get_text())
    assert png(figure)[1] < 1_300


def test_an_agent_without_a_name_goes_by_the_id() -> None:
    """And one without either is just an agent."""
    nobody = attrs.evolve(agent("b", "Established@0"), agent_id=None, agent_name=None)
    figure = journey(detail(agent("a", "Established@0", None), nobody))
    assert ["Agent a@ccc-demo", "Agent"] == lanes(figure)


def test_where_no_font_writes_chinese_the_labels_are_english_and_names_are_ids() -> None:
    """With one warning that says what to install, and no empty boxes."""
    call = detail(agent("a", "Established@0 Released@60", "张三"), queue("Enqueue@0", "技术支持"))
    with pytest.warns(FontWarning) as caught:
        figure = journey(call, language="zh", font=LATIN)
    assert 1 == len(caught)
    assert [__file__] == [one.filename for one in caught]
    assert ["Queue sg@ccc-demo", "Agent a@ccc-demo"] == lanes(figure)
    assert svg(figure)


def test_another_language_or_font_is_an_error() -> None:
    """Before anything is drawn."""
    with pytest.raises(InvalidQueryError, match="'fr'"):
        journey(FULL, language="fr")  # type: ignore[arg-type]
    with pytest.raises(ConfigurationError, match="Nobody Sans"):
        journey(FULL, font="Nobody Sans")


def test_it_is_drawn_on_axes_that_somebody_has() -> None:
    """The figure is theirs, also where it is one of several within it."""
    whole = Figure(figsize=(12, 4))
    left, right = whole.subfigures(1, 2)
    for part in (left, right):
        assert whole is journey(FULL, ax=part.subplots())
    assert alt_text(whole).startswith("Call job-1")
    assert 2 == alt_text(whole).count("Call job-1")
    assert png(whole)
