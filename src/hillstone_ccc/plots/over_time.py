"""What became of calls, hour by hour, day by day or month by month."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta, tzinfo
from datetime import timezone as fixed
from typing import TYPE_CHECKING, Literal, TypeAlias

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from hillstone_ccc import metrics
from hillstone_ccc._core.errors import InvalidQueryError
from hillstone_ccc.metrics.buckets import shown
from hillstone_ccc.metrics.grouping import grouped
from hillstone_ccc.metrics.outcome_counts import FIELDS

from .colours import ABANDONED, ANSWERED, OTHER
from .picture import SMALL, Sheet, sheet
from .words import Language, counted

if TYPE_CHECKING:
    from hillstone_ccc.metrics import Calls

Every: TypeAlias = Literal["hour", "day", "month"]

_FORMS: dict[str, str] = {"hour": "%m-%d %H:00", "day": "%Y-%m-%d", "month": "%Y-%m"}
_MOST_LABELS = 9
_HOURS_APART = (2, 3, 4, 6, 12)
_FILLS = (ANSWERED, ABANDONED, OTHER)
# Three years of days; with more, each is thinner than a dot of the picture.
_MOST = 1_100
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
        every: How long a period is: ``hour``, ``day`` or ``month``. There is room for 1,100 of them: 45 days by the
            hour, 3 years by the day.
        timezone: Whose days are meant; None takes that of the calls' times.
        ax: Axes to draw on; None makes a figure of 900 px.
        language: Of the labels, ``en`` or ``zh``.
        font: The font family to write with; None takes matplotlib's own and, for Chinese, the first of ``FONTS`` that
            is installed.

    Returns:
        The figure. It has a text for who does not see it: :func:`alt_text`.

    Raises:
        InvalidQueryError: There is no such language or period, there are too many periods to be seen, a frame lacks
            a column, or the calls' times are of several zones and ``timezone`` is None.
        ConfigurationError: There is no such font or zone.
    """
    if every not in _FORMS:
        raise InvalidQueryError(f"every must be 'hour', 'day' or 'month', not {every!r}.")
    facts = metrics.read(calls, ("start_time", *FIELDS), timezone=timezone)
    ended = {
        period: _parts(metrics.outcomes(facts.of(members)))
        for (period,), members in grouped(facts, (every,)).items()
        if period is not None and any(call.inbound for call in members)
    }
    # By instants: the hour that comes twice is one by its clock face.
    groups = {_instant(shown(every, key, facts.zone)): parts for key, parts in ended.items()}
    drawn = sheet(ax, language, font, height=3.6)
    words = drawn.words
    if not groups:
        return drawn.nothing(words.no_calls)
    first, last = (shown(every, key, facts.zone) for key in (min(ended), max(ended)))
    _fits(first, last, every)
    periods = _periods(first, last, every)
    found = [groups.get(_instant(period), (0, 0, 0)) for period in periods]
    answered, abandoned, other = ([parts[place] for parts in found] for place in range(3))
    _stacked((answered, abandoned, other), drawn)
    form = _FORMS[every]
    drawn.ticks(drawn.axes.xaxis, _labels(periods, form))
    told = [counted(words.inbound, sum(map(sum, (answered, abandoned, other))))]
    counts = zip(words.outcomes, (answered, abandoned, other), strict=True)
    told += [f"{label} {sum(part):,}" for label, part in counts]
    drawn.title(words.outcomes_title, " · ".join(told))
    if every == "hour":
        form = f"%Y-{form}"
        years = dict.fromkeys(str(period.year) for period in (first, last))
        drawn.axes.set_xlabel(" – ".join(years), **drawn.letters.style(SMALL))
    drawn.legend([Patch(label=label, **fill.style()) for label, fill in zip(words.outcomes, _FILLS, strict=True)])
    span = f"{first.strftime(form)} – {last.strftime(form)}"
    return drawn.done(f"{words.outcomes_title}, {span}: {', '.join(told)}.")


def _parts(ended: Mapping[metrics.Outcome, int]) -> tuple[int, int, int]:
    """How many were answered, abandoned, and neither."""
    answered = ended[metrics.Outcome.ANSWERED]
    abandoned = sum(count for outcome, count in ended.items() if outcome.abandoned)
    return answered, abandoned, sum(ended.values()) - answered - abandoned


def _fits(first: date, last: date, every: Every) -> None:
    """Raises if there are more periods than a picture has room for, before they are made."""
    several = {one: _between(first, last, one) for one in _FORMS}
    if several[every] <= _MOST:
        return
    coarser = next((one for one in _FORMS if several[one] <= _MOST), None)
    fewer = "leave out the calls that are far from the others"
    raise InvalidQueryError(
        f"every={every!r} makes {several[every]:,} periods, from {first:%Y-%m-%d} to {last:%Y-%m-%d}; a picture has"
        f" room for {_MOST:,}.",
        advice=f"Say every={coarser!r}, or {fewer}." if coarser else f"{fewer.capitalize()}.",
    )


def _between(first: date, last: date, every: str) -> int:
    """How many periods there are from one to the other, both counted; hours to the day where those are days."""
    if every == "month":
        return (last.year - first.year) * 12 + last.month - first.month + 1
    days = last.toordinal() - first.toordinal()
    if every == "day":
        return days + 1
    if isinstance(first, datetime) and isinstance(last, datetime):
        return int((last.timestamp() - first.timestamp()) // 3_600) + 1
    return 24 * (days + 1)


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
