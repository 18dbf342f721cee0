"""What became of calls, hour by hour, day by day or month by month."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta, tzinfo
from datetime import timezone as fixed
from typing import TYPE_CHECKING, Literal, TypeAlias

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from hillstone_ccc import metrics
from hillstone_ccc._core.errors import InvalidQueryError

from .colours import BLUE, GREY, VERMILION, Fill
from .picture import Sheet, sheet
from .words import Language

if TYPE_CHECKING:
    from hillstone_ccc.metrics import Calls

Every: TypeAlias = Literal["hour", "day", "month"]

_FORMS: dict[str, str] = {"hour": "%m-%d %H:00", "day": "%Y-%m-%d", "month": "%Y-%m"}
_MOST_LABELS = 9
_FILLS = (Fill(BLUE), Fill(VERMILION, "////"), Fill(GREY, ".."))
# More bars than this have no room between them.
_MOST_PARTED = 62


def outcomes(
    calls: Calls,
    *,
    every: Every = "day",
    timezone: str | tzinfo | None = None,
    ax: Axes | None = None,
    language: Language = "en",
    font: str | None = None,
) -> Figure:
    """Draws what became of calls over time: answered, abandoned, and everything else.

    What counts as what is :class:`hillstone_ccc.metrics.Outcome`'s, read off ``ContactDisposition``; the time is that
    of ``StartTime``, and a call without one is left out. A period without calls has its place.

    Args:
        calls: Records, results of a search, a frame, or facts that were read already: whatever
            :mod:`hillstone_ccc.metrics` takes.
        every: How long a period is: ``hour``, ``day`` or ``month``.
        timezone: Whose days are meant; None takes that of the calls' times.
        ax: Axes to draw on; None makes a figure of 900 px.
        language: Of the labels, ``en`` or ``zh``.
        font: The font family to write with; None takes matplotlib's own and, for Chinese, the first of ``FONTS`` that
            is installed.

    Returns:
        The figure. It has a text for who does not see it: :func:`alt_text`.

    Raises:
        InvalidQueryError: There is no such language or period, or a frame lacks a column.
        ConfigurationError: There is no such font.
    """
    if every not in _FORMS:
        raise InvalidQueryError(f"every must be 'hour', 'day' or 'month', not {every!r}.")
    groups = {key: counted for key, counted in metrics.by(calls, every, timezone=timezone).items() if key is not None}
    drawn = sheet(ax, language, font, height=3.6)
    words = drawn.words
    if not groups:
        return drawn.nothing(words.no_calls)
    periods = _periods(min(groups), max(groups), every)
    found = [groups.get(period) for period in periods]
    answered = [one.answered if one else 0 for one in found]
    abandoned = [one.abandoned if one else 0 for one in found]
    other = [one.calls - one.answered - one.abandoned if one else 0 for one in found]
    _stacked((answered, abandoned, other), drawn)
    form = _FORMS[every]
    apart = -(-len(periods) // _MOST_LABELS)
    drawn.ticks(drawn.axes.xaxis, {place: periods[place].strftime(form) for place in range(0, len(periods), apart)})
    drawn.legend([Patch(label=label, **fill.style()) for label, fill in zip(words.outcomes, _FILLS, strict=True)])
    told = [words.calls.format(f"{sum(map(sum, (answered, abandoned, other))):,}")]
    counts = zip(words.outcomes, (answered, abandoned, other), strict=True)
    told += [f"{label} {sum(counted):,}" for label, counted in counts]
    drawn.title(words.outcomes_title, " · ".join(told))
    span = f"{periods[0].strftime(form)} – {periods[-1].strftime(form)}"
    return drawn.done(f"{words.outcomes_title}, {span}: {', '.join(told)}.")


def _stacked(parts: Sequence[Sequence[int]], drawn: Sheet) -> None:
    """Bars upon each other; one area for each part where there are very many."""
    axes = drawn.axes
    periods = len(parts[0])
    below = [0] * periods
    for part, fill in zip(parts, _FILLS, strict=True):
        above = [low + count for low, count in zip(below, part, strict=True)]
        if periods <= _MOST_PARTED:
            axes.bar(range(periods), part, bottom=below, width=0.8, **fill.style())
        else:
            edges = [place - 0.5 for place in range(periods + 1)]
            axes.stairs(above, edges, baseline=below, fill=True, **{**fill.style(), "linewidth": 0})
        below = above
    axes.set_xlim(-0.6, periods - 0.4)
    axes.set_ylim(0, max(1.0, 1.05 * max(below)))
    drawn.counted(axes.yaxis)


def _periods(first: date, last: date, every: Every) -> list[date]:
    """Every period from the first to the last; hours by instants, since a clock may go back."""
    found = [first]
    while found[-1] < last:
        found.append(_next(found[-1], every))
    return found


def _next(period: date, every: Every) -> date:
    if isinstance(period, datetime):
        return (period.astimezone(fixed.utc) + timedelta(hours=1)).astimezone(period.tzinfo)
    if every == "day":
        return period + timedelta(days=1)
    return (period.replace(day=1) + timedelta(days=32)).replace(day=1)
