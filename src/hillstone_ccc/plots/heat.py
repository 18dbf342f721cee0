"""When calls come: a heat map of weekdays and hours."""

from __future__ import annotations

from datetime import tzinfo
from typing import TYPE_CHECKING

from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.colors import to_hex
from matplotlib.figure import Figure

from hillstone_ccc import metrics
from hillstone_ccc.metrics.grouping import grouped

from .colours import Fill
from .figures import short
from .picture import SMALL, sheet
from .words import Language, counted

if TYPE_CHECKING:
    from hillstone_ccc.metrics import Calls

_DAYS, _HOURS = 7, 24
# From white to dark in one hue: also for who sees no colours, and on paper.
_COLOURS = "Blues"


def traffic(
    calls: Calls,
    *,
    timezone: str | tzinfo | None = None,
    ax: Axes | None = None,
    language: Language = "en",
    font: str | None = None,
) -> Figure:
    """Draws when calls come: how many there were in each hour of each day of the week.

    Every call counts, of every kind, in the hour of its ``StartTime``: an inbound call's entry into the IVR, an
    outbound one's dialling. A call without one is left out. Numbers are of all weeks together: compare whole weeks.

    Args:
        calls: Records, results of a search, a frame, or facts that were read already: whatever
            :mod:`hillstone_ccc.metrics` takes.
        timezone: Whose hours are meant; None takes that of the calls' times.
        ax: Axes to draw on; None makes a figure of 900 px.
        language: Of the labels, ``en`` or ``zh``.
        font: The font family to write with; None takes matplotlib's own and, for Chinese, the first of ``FONTS`` that
            is installed.

    Returns:
        The figure. It has a text for who does not see it: :func:`alt_text`.

    Raises:
        InvalidQueryError: There is no such language, or a frame lacks a column, or the calls' times are of several
            zones and ``timezone`` is None.
        ConfigurationError: There is no such font or zone.
    """
    facts = metrics.read(calls, ("start_time",), timezone=timezone)
    counts = [[0] * _HOURS for _ in range(_DAYS)]
    for (weekday, hour), members in grouped(facts, ("weekday", "hour_of_day")).items():
        if weekday is not None:
            counts[weekday - 1][hour] = len(members)
    drawn = sheet(ax, language, font, height=3.4)
    words = drawn.words
    most = max(map(max, counts))
    if not most:
        return drawn.nothing(words.no_calls)
    drawn.axes.imshow(counts, cmap=_COLOURS, aspect="auto", vmin=0, vmax=most)
    colours = colormaps[_COLOURS]
    for day, hours in enumerate(counts):
        for hour, count in enumerate(hours):
            if count:
                colour = Fill(to_hex(colours(count / most))).letters
                at = {"ha": "center", "va": "center", "color": colour}
                drawn.axes.text(hour, day, short(count), **at, **drawn.letters.style(SMALL - 1))
    drawn.ticks(drawn.axes.xaxis, {hour: str(hour) for hour in range(_HOURS)})
    drawn.ticks(drawn.axes.yaxis, dict(enumerate(words.weekdays)))
    drawn.axes.tick_params(length=0)
    drawn.axes.spines[:].set_visible(False)
    drawn.axes.set_xlabel(words.hour_of_day, **drawn.letters.style(SMALL))
    total = counted(words.calls, sum(map(sum, counts)))
    drawn.title(words.traffic, total)
    day = max(range(_DAYS), key=lambda one: max(counts[one]))
    busiest = words.busiest.format(words.weekdays[day], counts[day].index(most), counted(words.calls, most))
    return drawn.done(f"{words.traffic}: {total}. {busiest}")
