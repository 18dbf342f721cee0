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

from .colours import ABANDONED, ANSWERED, OTHER
from .picture import Sheet, sheet
from .words import Language, counted

if TYPE_CHECKING:
    from hillstone_ccc.metrics import Calls

Every: TypeAlias = Literal["hour", "day", "month"]

_FORMS: dict[str, str] = {"hour": "%m-%d %H:00", "day": "%Y-%m-%d", "month": "%Y-%m"}
_MOST_LABELS = 9
_HOURS_APART = (2, 3, 4, 6, 12)
_FILLS = (ANSWERED, ABANDONED, OTHER)
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
    """Draws what became of inbound calls over time: answered, abandoned, and everything else.

    What counts as what is :class:`hillstone_ccc.metrics.Outcome`'s, read off ``ContactDisposition``; the time is that
    of ``StartTime``, and a call without one is left out. A period without calls has its place. Calls of other kinds
    are not drawn: nobody can abandon a call that the call center makes.

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
        InvalidQueryError: There is no such language or period, or a frame lacks a column, or the calls' times are of
            several zones and ``timezone`` is None.
        ConfigurationError: There is no such font or zone.
    """
    if every not in _FORMS:
        raise InvalidQueryError(f"every must be 'hour', 'day' or 'month', not {every!r}.")
    # By instants: the hour that comes twice is one by its clock face.
    groups = {
        _instant(period): (period, figures)
        for period, figures in metrics.by(calls, every, timezone=timezone).items()
        if period is not None and figures.inbound
    }
    drawn = sheet(ax, language, font, height=3.6)
    words = drawn.words
    if not groups:
        return drawn.nothing(words.no_calls)
    periods = _periods(groups[min(groups)][0], groups[max(groups)][0], every)
    found = [groups[_instant(period)][1] if _instant(period) in groups else None for period in periods]
    answered = [one.answered if one else 0 for one in found]
    abandoned = [one.abandoned if one else 0 for one in found]
    other = [one.inbound - one.answered - one.abandoned if one else 0 for one in found]
    _stacked((answered, abandoned, other), drawn)
    form = _FORMS[every]
    drawn.ticks(drawn.axes.xaxis, _labels(periods, form))
    drawn.legend([Patch(label=label, **fill.style()) for label, fill in zip(words.outcomes, _FILLS, strict=True)])
    told = [counted(words.inbound, sum(map(sum, (answered, abandoned, other))))]
    counts = zip(words.outcomes, (answered, abandoned, other), strict=True)
    told += [f"{label} {sum(part):,}" for label, part in counts]
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
            axes.stairs(above, edges, baseline=below, fill=True, color=fill.colour, linewidth=0)
        below = above
    axes.set_xlim(-0.6, periods - 0.4)
    axes.set_ylim(0, max(1.0, 1.05 * max(below)))
    drawn.counted(axes.yaxis)


def _labels(periods: Sequence[date], form: str) -> dict[int, str]:
    """What stands under the bars, a few of them: where hours are many, their midnights."""
    apart = -(-len(periods) // _MOST_LABELS)
    hours = [period.hour for period in periods if isinstance(period, datetime)]
    if not hours or apart == 1:
        return {place: periods[place].strftime(form) for place in range(0, len(periods), apart)}
    within = next((some for some in _HOURS_APART if some >= apart), None)
    if within:
        return {place: periods[place].strftime(form) for place, hour in enumerate(hours) if hour % within == 0}
    midnights = [place for place, hour in enumerate(hours) if hour == 0]
    return {place: periods[place].strftime("%m-%d") for place in midnights[:: -(-len(midnights) // _MOST_LABELS)]}


def _periods(first: date, last: date, every: Every) -> list[date]:
    """Every period from the first to the last."""
    found = [first]
    while _instant(found[-1]) < _instant(last):
        found.append(_next(found[-1], every))
    return found


def _next(period: date, every: Every) -> date:
    if isinstance(period, datetime):
        return (period.astimezone(fixed.utc) + timedelta(hours=1)).astimezone(period.tzinfo)
    if every == "day":
        return period + timedelta(days=1)
    return (period.replace(day=1) + timedelta(days=32)).replace(day=1)


def _instant(period: date) -> float:
    """What a period is known by."""
    return period.timestamp() if isinstance(period, datetime) else period.toordinal()
