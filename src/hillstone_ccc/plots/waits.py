"""How long customers wait: a histogram."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from hillstone_ccc import metrics

from .colours import ORANGE, SKY, Fill
from .figures import clock, step
from .picture import SMALL, sheet
from .words import Language

if TYPE_CHECKING:
    from hillstone_ccc.metrics import Calls

_MOST_BARS, _MOST_LABELS = 30, 11
_COMMON, _BEYOND = Fill(SKY), Fill(ORANGE, "////")
# The longest two of a hundred stand together: one call of an hour would leave one bar for all the others.
_SHOWN = 0.98


def waiting(calls: Calls, *, ax: Axes | None = None, language: Language = "en", font: str | None = None) -> Figure:
    """Draws how long customers waited for an agent: how many waited how long, with the median and the 90 % line.

    The waits are those of :func:`hillstone_ccc.metrics.waiting_times`, in seconds. The longest two of a hundred stand
    together in the last bar, which is marked.

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
    facts = metrics.read(calls)
    waits = sorted(metrics.waiting_times(facts))
    drawn = sheet(ax, language, font, height=3.6)
    words, axes = drawn.words, drawn.axes
    if not waits:
        return drawn.nothing(words.no_calls)
    common = waits[int(_SHOWN * (len(waits) - 1))]
    width = step(common + 1, _MOST_BARS)
    bars = common // width + 1
    counts = [0] * (bars + 1)
    for wait in waits:
        counts[min(wait // width, bars)] += 1
    axes.bar([(place + 0.5) * width for place in range(bars)], counts[:-1], width=width, **_COMMON.style())
    apart = -(-bars // _MOST_LABELS)
    # The last mark but the open bar's is left out where it would touch that one's.
    labels = {place * width: clock(place * width) for place in range(0, bars, apart) if bars - place > apart / 2}
    shown = bars + bool(counts[-1])
    if counts[-1]:
        axes.bar([(bars + 0.5) * width], counts[-1:], width=width, **_BEYOND.style())
        labels[bars * width] = f"≥ {clock(bars * width)}"
    else:
        labels[bars * width] = clock(bars * width)
    drawn.ticks(axes.xaxis, labels)
    axes.set_xlim(0, shown * width)
    axes.set_ylim(0, 1.25 * max(counts))
    told = metrics.waiting(facts)
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
        words.calls.format(f"{len(waits):,}"),
        f"{words.median} {clock(told.median)}",
        f"{words.ninth} {clock(told.p90)}",
        f"{words.longest} {clock(told.longest)}",
    ]
    drawn.title(words.waiting, " · ".join(parts))
    return drawn.done(f"{words.waiting}: {', '.join(parts)}.")
