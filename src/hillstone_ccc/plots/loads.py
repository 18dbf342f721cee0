"""How much each agent has to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from hillstone_ccc import metrics
from hillstone_ccc._core.errors import InvalidQueryError

from .colours import BLUE, GREY, Fill
from .figures import clock
from .picture import SMALL, sheet
from .words import Language

if TYPE_CHECKING:
    from hillstone_ccc.metrics import Calls

_AGENT, _OTHERS = Fill(BLUE), Fill(GREY, "////")
_HOUR = 3_600
# How much longer than the longest bar the axis is, for the text at its end.
_ROOM = 1.22


def load(
    calls: Calls, *, top: int = 15, ax: Axes | None = None, language: Language = "en", font: str | None = None
) -> Figure:
    """Draws how long each agent handled calls, and how many: the busiest first, the others by their average.

    What handling is :func:`hillstone_ccc.metrics.handling_time` says. Calls that nobody answered do not count.

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
        InvalidQueryError: There is no such language, ``top`` is less than 1, or a frame lacks a column.
        ConfigurationError: There is no such font.
    """
    if top < 1:
        raise InvalidQueryError(f"top must be 1 or more, not {top!r}.")
    groups = metrics.by(calls, "agent")
    found = [
        (counted.handling_time or 0, counted.handled, agent)
        for agent, counted in groups.items()
        if agent is not None and counted.handled
    ]
    found.sort(key=lambda one: (-one[0], -one[1], one[2]))
    drawn = sheet(ax, language, font, height=1.3 + 0.27 * max(3, min(len(found), top + 1)))
    words, axes, letters = drawn.words, drawn.axes, drawn.letters
    if not found:
        return drawn.nothing(words.no_calls)
    bars = [(letters.name(groups.labels.get(agent), agent), time, count) for time, count, agent in found[:top]]
    rest = found[top:]
    if rest:
        # Together they would dwarf everybody; what they have each can be compared.
        time, count = (round(sum(one[part] for one in rest) / len(rest)) for part in (0, 1))
        bars.append((words.others.format(len(rest)), time, count))
    places = range(len(bars))
    hours = [time / _HOUR for _, time, _ in bars]
    fills = [_AGENT] * len(found[:top]) + [_OTHERS] * bool(rest)
    for place, length, fill in zip(places, hours, fills, strict=True):
        axes.barh(place, length, height=0.72, **fill.style())
    told = [words.agent.format(f"{count:,}", clock(time)) for _, time, count in bars]
    for place, length, text in zip(places, hours, told, strict=True):
        style = letters.style(SMALL)
        axes.annotate(text, (length, place), (4, 0), textcoords="offset points", va="center", **style)
    drawn.ticks(axes.yaxis, {place: name for place, (name, _, _) in zip(places, bars, strict=True)})
    drawn.counted(axes.xaxis)
    axes.set_xlim(0, _ROOM * max(*hours, 1 / _HOUR))
    axes.set_ylim(len(bars) - 0.4, -0.6)
    axes.set_xlabel(words.talked, **letters.style(SMALL))
    drawn.title(words.load)
    said = "; ".join(f"{name} {text}" for (name, _, _), text in zip(bars, told, strict=True))
    return drawn.done(f"{words.load}: {said}.")
