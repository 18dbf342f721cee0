"""How long customers wait, as it is drawn."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hillstone_ccc import CallRecord, ContactType, Disposition, InvalidQueryError
from hillstone_ccc.plots import alt_text, waiting

from .looking import axes_of, texts
from .made import as_pandas, record


def waited(*seconds: int, **told: Any) -> list[CallRecord]:
    """Calls that waited so long."""
    return [record(n, queue_time=one, ring_time=0, **told) for n, one in enumerate(seconds)]


def bars(figure: Any) -> list[tuple[float, float, float]]:
    """Begin of each bar that is not empty, how many were answered, how many were not."""
    answered, rest = ([(bar.get_x(), bar.get_height()) for bar in part] for part in axes_of(figure).containers)
    return [(at, served, other) for (at, served), (_, other) in zip(answered, rest, strict=True) if served or other]


def labels(figure: Any) -> list[str]:
    """What stands under the bars."""
    return [label.get_text() for label in axes_of(figure).get_xticklabels()]


def test_each_wait_is_in_its_bar() -> None:
    """Who was answered is told from who was not; queue and ring count together."""
    given_up = waited(3, 4, contact_disposition=Disposition.ABANDONED_IN_QUEUE)
    figure = waiting([*waited(0, 0, 3), record(queue_time=1, ring_time=2), *given_up])
    assert [(0, 2, 0), (3, 2, 1), (4, 0, 1)] == bars(figure)
    assert {"answered", "not answered"} <= set(texts(figure))


def test_its_numbers_are_told() -> None:
    """The median, the ninth of ten and the longest, on lines and to who does not see it."""
    figure = waiting(waited(*range(1, 11)))
    lines: Any = axes_of(figure).lines
    assert [5, 9] == [line.get_xdata()[0] for line in lines]
    assert {"median 0:05", "90 % within 0:09"} <= set(texts(figure))
    assert "10 inbound calls, median 0:05, 90 % within 0:09, longest 0:10." in alt_text(figure)


def test_the_longest_stand_together() -> None:
    """One call that waited for an hour does not press the others into one bar."""
    figure = waiting(waited(*[10] * 98, 3_600, 3_601))
    assert [(10, 98, 0), (11, 2, 0)] == bars(figure)
    assert "≥ 0:11" == labels(figure)[-1]
    assert not any("≥" in label for label in labels(waiting(waited(1, 2, 3))))


def test_who_did_not_wait_is_not_drawn() -> None:
    """Neither calls to customers nor those who gave up in the IVR."""
    calls = [
        *waited(5, contact_type=ContactType.OUTBOUND),
        *waited(0, contact_disposition=Disposition.ABANDONED_IN_IVR),
    ]
    figure = waiting(calls)
    assert "Nobody waited." in texts(figure)
    assert "Nobody waited." == alt_text(figure)


def test_a_text_stands_on_the_side_where_there_is_room() -> None:
    """Of a line on the right, to its left."""
    figure = waiting(waited(*[1] * 2, *[60] * 8))
    lines = [text for text in axes_of(figure).texts if text.get_text().startswith(("median", "90"))]
    assert ["right", "right"] == [text.get_horizontalalignment() for text in lines]


def test_only_what_is_drawn_is_needed() -> None:
    """A frame of four columns will do."""
    calls = waited(1, 2, 60)
    frame = as_pandas(calls)[["contact_type", "contact_disposition", "queue_time", "ring_time"]]
    assert bars(waiting(calls)) == bars(waiting(frame))
    with pytest.raises(InvalidQueryError, match="lack ring_time"):
        waiting(frame[["contact_type", "contact_disposition", "queue_time"]])


@given(st.lists(st.integers(0, 100_000), min_size=1, max_size=30))
def test_every_wait_is_in_one_bar(seconds: list[int]) -> None:
    """However long; there are few bars, and their labels are few and in order."""
    figure = waiting(waited(*seconds))
    found = bars(figure)
    assert len(seconds) == sum(served for _, served, _ in found)
    assert len(found) <= 32
    places = list(axes_of(figure).get_xticks())
    assert places == sorted(set(places))
    assert len(places) <= 13
