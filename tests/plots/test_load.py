"""What agents have to do, as it is drawn."""

from __future__ import annotations

from typing import Any

import pytest

from hillstone_ccc import CallRecord, Disposition, InvalidQueryError
from hillstone_ccc.plots import FontWarning, alt_text, load

from .looking import axes_of, outside, png, texts
from .made import agent, as_pandas, detail, record
from .test_fonts import LATIN


def by(*names: str, talked: int = 60, **told: Any) -> CallRecord:
    """A call that these agents had."""
    ids = tuple(f"{name.lower()}@ccc-demo" for name in names)
    return record(agent_ids=ids, agent_names=names, talk_time=talked, **told)


CALLS = [by("Anna"), by("Anna", "Berta", talked=3_600), by("Clara", talked=90), by("Dora", contact_disposition=None)]


def bars(figure: Any) -> list[float]:
    """How long the bars are, from above."""
    axes: Any = axes_of(figure)
    return [bar.get_width() for bar in axes.patches]


def labels(figure: Any) -> list[str]:
    """What stands beside the bars."""
    return [label.get_text() for label in axes_of(figure).get_yticklabels()]


def test_each_agent_has_a_bar_the_busiest_first() -> None:
    """A call that two had counts with each; one that nobody answered counts with none."""
    figure = load(CALLS)
    assert ["Anna", "Berta", "Clara"] == labels(figure)
    assert [3_660, 3_600, 90] == bars(figure)
    assert {"2 calls, 1:01:00", "1 call, 1:00:00", "1 call, 1:30", "3 agents"} <= set(texts(figure))
    assert axes_of(figure).get_ylim()[0] > axes_of(figure).get_ylim()[1]


def test_details_tell_what_each_agent_had() -> None:
    """Where their events do."""
    first = agent("a", "Established@0 BlindTransfer@20 Released@20", "Anna")
    second = agent("b", "Ringing@21 Established@25 Released@60", "Berta")
    ids: dict[str, Any] = {"agent_ids": ("a@ccc-demo", "b@ccc-demo"), "agent_names": ("Anna", "Berta")}
    figure = load([detail(first, second, contact_disposition=Disposition.SUCCESS, **ids)])
    assert (["Berta", "Anna"], [35, 20]) == (labels(figure), bars(figure))


def test_the_others_are_drawn_by_their_average() -> None:
    """All of them together would dwarf everybody."""
    figure = load([by(f"Agent{n:02}", talked=100 - n) for n in range(40)], top=38)
    assert "Agent00" == labels(figure)[0]
    assert "2 others, average" == labels(figure)[-1]
    assert "1 other" == labels(load(CALLS, top=2))[-1]
    assert (39, 62) == (len(bars(figure)), bars(figure)[-1])


def test_its_numbers_are_told() -> None:
    """Of each agent, to who does not see it."""
    assert "Agents' load: Anna 2 calls, 1:01:00; Berta" in alt_text(load(CALLS))


def test_its_axis_has_few_marks() -> None:
    """Of seconds as of weeks."""
    for talked in (0, 5, 60, 3_000, 900_000):
        axes = axes_of(load([by("Anna", talked=talked)]))
        assert 2 <= len(axes.get_xticks()) <= 7
        assert axes.get_xlim()[1] > talked


def test_a_picture_of_many_agents_is_higher() -> None:
    """And one of a few is not low."""
    assert png(load(CALLS))[1] < png(load([by(f"Agent{n}") for n in range(40)]))[1] < 700
    assert 200 < png(load(CALLS))[1]


def test_an_agent_whose_name_no_font_writes_goes_by_the_id() -> None:
    """With a warning."""
    with pytest.warns(FontWarning):
        figure = load([by("张三")], font=LATIN)
    assert ["张三@ccc-demo".encode("ascii", "backslashreplace").decode()] == labels(figure)


def test_no_calls_are_no_crash() -> None:
    """The picture says so."""
    assert "There are no calls to draw." in texts(load([]))
    assert "There are no calls to draw." in texts(load(CALLS[3:]))


def test_no_agents_at_all_cannot_be_meant() -> None:
    """There is nothing to draw then."""
    for top in (0, -1, 1.5, None, True, "3"):
        wrong: Any = top
        with pytest.raises(InvalidQueryError, match=f"top must be a whole number, 1 or more, not {top!r}"):
            load(CALLS, top=wrong)


def test_only_what_is_drawn_is_needed() -> None:
    """A frame of three columns will do; with the names, there are names."""
    frame = as_pandas(CALLS)
    few = frame[["contact_disposition", "talk_time", "agent_ids"]]
    assert ["anna@ccc-demo", "berta@ccc-demo", "clara@ccc-demo"] == labels(load(few))
    assert bars(load(CALLS)) == bars(load(few))
    assert labels(load(CALLS)) == labels(load(few.assign(agent_names=frame["agent_names"])))
    with pytest.raises(InvalidQueryError, match="lack talk_time"):
        load(few[["contact_disposition", "agent_ids"]])


def test_a_time_below_nothing() -> None:
    """Is told as it is, beside where its bar would begin."""
    figure = load([by("Anna", talked=-5)])
    assert "1 call, -0:05" in texts(figure)
    assert [] == outside(figure)
