"""How much each agent has to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from hillstone_ccc import metrics
from hillstone_ccc._core.errors import InvalidQueryError
from hillstone_ccc.metrics.grouping import grouped
from hillstone_ccc.metrics.work import FIELDS

from .colours import BLUE, GREY, Fill
from .figures import clock, step
from .picture import SMALL, sheet
from .words import Language, counted

if TYPE_CHECKING:
    from hillstone_ccc.metrics import Calls

_AGENT, _OTHERS = Fill(BLUE), Fill(GREY, "////")
_MOST_LABELS = 6
# How much longer than the longest bar the axis is, for the text at its end.
_ROOM = 1.22


def load(
    calls: Calls, *, top: int = 15, ax: Axes | None = None, language: Language = "en", font: str | None = None
) -> Figure:
    """Draws how long each agent handled calls, and how many: the busiest first, the others by their average.

    The time is that of :func:`hillstone_ccc.metrics.handling_time` (``TalkTime``; work after the call is not in it), of
    calls of any kind that were answered. A call that several agents had counts fully with each, unless details tell
    how long each had it.

    Args:
        calls: Records, results of a search, a frame, or facts that were read already: whatever
            :mod:`hillstone_ccc.metrics` takes.
        top: How many agents have a bar of their own.
        ax: Axes to draw on; None makes a figure of 900 px.
        language: Of the labels, ``en`` or ``zh``. Agents' names stay as they are.
        font: The font family to write with; None takes matplotlib's own and, for Chinese, the first of ``FONTS`` that
            is installed.

    Returns:
        The figure. It has a text for who does not see it: :func:`alt_text`.

    Raises:
        InvalidQueryError: There is no such language, ``top`` is no number of 1 or more, or a frame lacks a column.
        ConfigurationError: There is no such font.
    """
    if type(top) is not int or top < 1:
        raise InvalidQueryError(f"top must be a whole number, 1 or more, not {top!r}.")
    facts = metrics.read(calls, ("agent_ids", *FIELDS))
    handled = [
        (metrics.handling(facts.of(members)), agent)
        for (agent,), members in grouped(facts, ("agent",)).items()
        if agent is not None
    ]
    found = [(figures.total, figures.calls, agent) for figures, agent in handled if figures.calls]
    found.sort(key=lambda one: (-one[0], -one[1], one[2]))
    drawn = sheet(ax, language, font, height=1.3 + 0.27 * max(3, min(len(found), top + 1)))
    words, axes, letters = drawn.words, drawn.axes, drawn.letters
    if not found:
        return drawn.nothing(words.no_calls)
    bars = [(letters.name(facts.agent_names.get(agent), agent), time, count) for time, count, agent in found[:top]]
    rest = found[top:]
    if rest:
        # Together they would dwarf everybody; what they have each can be compared.
        time, count = (round(sum(one[part] for one in rest) / len(rest)) for part in (0, 1))
        bars.append((counted(words.others, len(rest)), time, count))
    places = range(len(bars))
    times = [time for _, time, _ in bars]
    told = [words.agent.format(counted(words.calls, count), clock(time)) for _, time, count in bars]
    fills = [_AGENT] * len(found[:top]) + [_OTHERS] * bool(rest)
    for place, time, text, fill in zip(places, times, told, fills, strict=True):
        axes.barh(place, time, height=0.72, **fill.style())
        style = letters.style(SMALL)
        axes.annotate(text, (max(time, 0), place), (4, 0), textcoords="offset points", va="center", **style)
    drawn.ticks(axes.yaxis, {place: name for place, (name, _, _) in zip(places, bars, strict=True)})
    longest = max(*times, 1)
    apart = step(longest, _MOST_LABELS)
    drawn.framed(axes.xaxis)
    drawn.ticks(axes.xaxis, {time: clock(time) for time in range(0, longest + 1, apart)})
    axes.tick_params(axis="y", length=0)
    axes.set_xlim(0, _ROOM * longest)
    axes.set_ylim(len(bars) - 0.4, -0.6)
    axes.set_xlabel(words.talked, **letters.style(SMALL))
    drawn.title(words.load, counted(words.agents, len(found)))
    said = "; ".join(f"{name} {text}" for (name, _, _), text in zip(bars, told, strict=True))
    return drawn.done(f"{words.load}: {said}.")
