"""How long customers wait: a histogram."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from hillstone_ccc import metrics
from hillstone_ccc.metrics.outcome_counts import WAITING

from .colours import ABANDONED, ANSWERED
from .figures import clock, step
from .picture import SMALL, sheet
from .words import Language, counted

if TYPE_CHECKING:
    from hillstone_ccc.metrics import Calls

_MOST_BARS, _MOST_LABELS = 30, 11
_FILLS = (ANSWERED, ABANDONED)
# The longest two of a hundred stand together: one call of an hour would leave one bar for all the others.
_SHOWN = 98


def waiting(calls: Calls, *, ax: Axes | None = None, language: Language = "en", font: str | None = None) -> Figure:
    """Draws how long customers waited for an agent: how many waited how long, and who of them were answered.

    The waits are those of :func:`hillstone_ccc.metrics.waiting_time`, queue and ringing together (``QueueTime``,
    ``RingTime``), of inbound calls; lines show the median and what nine of ten did not exceed. The longest two of a
    hundred may stand together in a last bar, which is marked ``≥``.

    Args:
        calls: Records, results of a search, a frame, or facts that were read already: whatever
            :mod:`hillstone_ccc.metrics` takes.
        ax: Axes to draw on; None makes a figure of 900 px.
        language: Of the labels, ``en`` or ``zh``.
        font: The font family to write with; None takes matplotlib's own and, for Chinese, the first of ``FONTS`` that
            is installed.

    Returns:
        The figure. It has a text for who does not see it: :func:`alt_text`.

    Raises:
        InvalidQueryError: There is no such language, or a frame lacks a column.
        ConfigurationError: There is no such font.
    """
    facts = metrics.read(calls, WAITING)
    told = metrics.waiting(facts)
    answered = metrics.waiting_times(facts, outcome=metrics.Outcome.ANSWERED)
    everybody = sorted(metrics.waiting_times(facts))
    drawn = sheet(ax, language, font, height=3.6)
    words, axes = drawn.words, drawn.axes
    if told.median is None or told.p90 is None or told.longest is None:
        return drawn.nothing(words.no_waits)
    common = everybody[-(-len(everybody) * _SHOWN // 100) - 1]
    width = step(common + 1, _MOST_BARS)
    bars = common // width + 1
    counts, of_them = (_counts(waits, width, bars) for waits in (everybody, answered))
    rest = [count - served for count, served in zip(counts, of_them, strict=True)]
    middles = [(place + 0.5) * width for place in range(len(counts))]
    axes.bar(middles, of_them, width=width, **_FILLS[0].style())
    axes.bar(middles, rest, bottom=of_them, width=width, **_FILLS[1].style())
    apart = -(-bars // _MOST_LABELS)
    # The last mark but the open bar's is left out where it would touch that one's.
    labels = {place * width: clock(place * width) for place in range(0, bars, apart) if bars - place > apart / 2}
    labels[bars * width] = f"≥ {clock(bars * width)}" if counts[-1] else clock(bars * width)
    shown = bars + bool(counts[-1])
    drawn.ticks(axes.xaxis, labels)
    axes.set_xlim(0, shown * width)
    axes.set_ylim(0, 1.25 * max(counts))
    drawn.counted(axes.yaxis)
    axes.set_xlabel(words.waited, **drawn.letters.style(SMALL))
    lines = ((told.median, words.median, 0.97, "-"), (told.p90, words.ninth, 0.88, "--"))
    for at, label, height, dashes in lines:
        axes.axvline(at, color="black", linestyle=dashes, linewidth=1.2)
        left = at < 0.7 * shown * width
        gap, side = (4, "left") if left else (-4, "right")
        xy = {"xy": (at, height), "xycoords": axes.get_xaxis_transform(), "xytext": (gap, 0)}
        style = drawn.letters.style(SMALL)
        axes.annotate(f"{label} {clock(at)}", textcoords="offset points", ha=side, va="top", **xy, **style)
    parts = [
        counted(words.inbound, told.calls),
        f"{words.median} {clock(told.median)}",
        f"{words.ninth} {clock(told.p90)}",
        f"{words.longest} {clock(told.longest)}",
    ]
    drawn.title(words.waiting, " · ".join(parts))
    drawn.legend([Patch(label=label, **fill.style()) for label, fill in zip(words.waits, _FILLS, strict=True)])
    return drawn.done(f"{words.waiting}: {', '.join(parts)}.")


def _counts(waits: Iterable[int], width: int, bars: int) -> list[int]:
    """How many waited so long, bar by bar; the last holds whoever waited longer."""
    found = Counter(min(wait // width, bars) for wait in waits)
    return [found[bar] for bar in range(bars + 1)]
