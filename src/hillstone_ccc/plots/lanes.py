"""A call's journey, to scale: a lane for each party, from the IVR to the hang-up."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from hillstone_ccc._core.details import CallDetail
from hillstone_ccc._core.records import CallRecord
from hillstone_ccc._core.redact import mask_number
from hillstone_ccc._core.vocabulary import EventName

from .colours import PHASES, Fill
from .figures import breadth, clock, step
from .picture import SMALL, Sheet, sheet
from .stretches import Lane, Phase, Story, Stretch, story
from .words import Language

_MARKS: Mapping[EventName | None, str] = {
    EventName.RELEASED: "x",
    EventName.ASSIGN_AGENT: "^",
    EventName.BLIND_TRANSFER: "D",
    EventName.CONSULTING: "D",
    EventName.GIVE_UP: "v",
    EventName.ABANDONED: "v",
    EventName.QUEUEING_TIMEOUT: "s",
    EventName.QUEUEING_OVERFLOW: "s",
    EventName.COACHING: "*",
    EventName.BARGING: "*",
    EventName.INTERCEPTING: "*",
    EventName.MONITORING: "*",
    EventName.START_CONFERENCE: "P",
}
_OTHER_MARK = "o"
_BAR = 0.62
_MOST_LANES = 24
_MOST_TICKS = 8
# Less of the axis than this would not be seen.
_THINNEST = 0.003
# Points: a bar of less has no room for an edge, a hatch or a letter; and what is left free beside a text.
_NARROW, _GAP = 6, 7


def journey(
    call: CallDetail | CallRecord, *, ax: Axes | None = None, language: Language = "en", font: str | None = None
) -> Figure:
    """Draws what a call went through, to scale: a lane each for the customer, the IVR, each queue and agent.

    Phases are read off the events of GetCallDetailRecord (``AgentEvents``, ``CustomerEvents``, ``QueueEvents``,
    ``IvrEvents``): each lasts from the event that names it until that party's next one (inferred). What begins no
    phase is marked where it happened, and an arrow leads from who transferred to who took the call. Time on hold
    (``HeldTime``) has a lane of its own, since the upstream does not tell when it was. Without events the phases of
    the row are drawn, one after the other. The customer's number is masked.

    Args:
        call: The call's details. A row of the list will do, and shows its phases' durations.
        ax: Axes to draw on; None makes a figure of 900 px.
        language: Of the labels. Names stay as they are.
        font: The font family to write with; None takes matplotlib's own and, for Chinese, the first of ``FONTS`` that
            is installed.

    Returns:
        The figure. It has a text for who does not see it: :func:`alt_text`.

    Raises:
        InvalidQueryError: There is no such language.
        ConfigurationError: There is no such font.
    """
    told = story(call)
    lanes = told.lanes[:_MOST_LANES] if told else ()
    rows = len(lanes) + bool(told and told.held)
    drawn = sheet(ax, language, font, height=1.6 + 0.4 * max(rows, 2))
    if told is None:
        return drawn.nothing(drawn.words.no_times)
    labels: dict[int, str] = {}
    said: list[str] = []
    for place, lane in enumerate(lanes):
        labels[place] = _name(lane, drawn)
        said.append(f"{labels[place]}: {'; '.join(_lane(lane, place, told, drawn)) or '-'}.")
    if told.held:
        labels[len(lanes)] = drawn.words.held
        said.append(f"{_hold(told, len(lanes), drawn)}.")
    for handover in told.handovers:
        if max(handover.source, handover.target) < len(lanes):
            arrow = {"arrowstyle": "-|>", "shrinkA": 3, "shrinkB": 3, "color": "black", "linewidth": 1.2}
            ends = {"xytext": (handover.begin, handover.source), "xy": (handover.end, handover.target)}
            drawn.axes.annotate("", **ends, arrowprops=arrow, zorder=4)
    _frame(call, told, labels, drawn)
    return drawn.done(" ".join([drawn.axes.get_title(loc="left") + ".", *said]))


def _name(lane: Lane, drawn: Sheet) -> str:
    """Whose lane it is; of an IVR flow there is only an id, which tells people nothing."""
    party = drawn.words.parties[lane.party]
    if lane.party == "customer":
        who = mask_number(lane.party_id)
    elif lane.party in {"ivr", None}:
        who = None
    else:
        who = drawn.letters.name(lane.party_name, lane.party_id) if lane.party_name or lane.party_id else None
    return f"{party} {drawn.letters.name(who)}" if who else party


def _lane(lane: Lane, place: int, told: Story, drawn: Sheet) -> Iterator[str]:
    """Draws a lane, and says what is on it."""
    untold: list[str] = []
    for stretch in lane.stretches:
        fill = PHASES[stretch.phase]
        width = max(stretch.end - stretch.begin, told.length * _THINNEST)
        room = width / told.length * drawn.width
        style = fill.style() if room > _NARROW else {"facecolor": fill.colour}
        bar = (place - _BAR / 2, _BAR)
        drawn.axes.broken_barh([(stretch.begin, width)], bar, alpha=0.6 if stretch.goes_on else 1.0, **style)
        text = _label(stretch, drawn)
        fitting = (one for one in (text, text.rpartition(" ")[2]) if breadth(one) * SMALL < room - _NARROW)
        if written := next(fitting, ""):
            _within(written, stretch.begin + width / 2, place, fill, drawn)
        else:
            untold.append(text)
        yield f"{clock(stretch.begin)} {text}"
    if untold:
        ends = (lane.stretches[0].begin, lane.stretches[-1].end)
        _beside(", ".join(untold), ends, place, told, drawn)
    for mark in lane.marks:
        drawn.axes.plot([mark.at], [place], zorder=5, clip_on=False, **_mark(mark.event))
        yield f"{clock(mark.at)} {_happened(mark.event, drawn)}"


def _mark(event: EventName | None) -> dict[str, Any]:
    marker = _MARKS.get(event, _OTHER_MARK)
    edge = "black" if marker == "x" else "white"
    style = {
        "color": "black",
        "markersize": 7,
        "markeredgecolor": edge,
        "markeredgewidth": 0.8 if marker != "x" else 1.6,
    }
    return {"marker": marker, "linestyle": "none", **style}


def _label(stretch: Stretch, drawn: Sheet) -> str:
    lasted = clock(stretch.end - stretch.begin)
    return f"{drawn.words.phases[stretch.phase]} {drawn.words.goes_on if stretch.goes_on else lasted}"


def _happened(event: EventName | None, drawn: Sheet) -> str:
    """An event in words; one that nobody listed, as the upstream wrote it."""
    if event is None:
        return "?"
    return drawn.words.happened.get(event) or drawn.letters.name(str(event))


def _within(text: str, middle: float, place: int, fill: Fill, drawn: Sheet) -> None:
    """Writes on a bar; on a hatched one upon a ground of its colour."""
    box = {"facecolor": fill.colour, "edgecolor": "none", "pad": 1.0} if fill.hatch else None
    at = {"ha": "center", "va": "center", "color": fill.letters, "clip_on": True}
    drawn.axes.text(middle, place, text, bbox=box, **at, **drawn.letters.style(SMALL))


def _beside(text: str, ends: tuple[float, float], place: int, told: Story, drawn: Sheet) -> bool:
    """Writes beside what stands between two ends, on the side where there is more room; if there is enough."""
    begin, end = ends
    before, after = (seconds / told.length * drawn.width for seconds in (begin, told.length - end))
    if breadth(text) * SMALL + _GAP > max(before, after):
        return False
    anchor, offset, side = (end, _GAP, "left") if after >= before else (begin, -_GAP, "right")
    at = {"xy": (anchor, place), "xytext": (offset, 0), "textcoords": "offset points", "ha": side, "va": "center"}
    drawn.axes.annotate(text, **at, **drawn.letters.style(SMALL))
    return True


def _hold(told: Story, place: int, drawn: Sheet) -> str:
    """Draws how long the customer was on hold, at the scale of the others."""
    begin = min(told.held_from, max(0.0, told.length - told.held))
    end, fill = min(begin + told.held, told.length), PHASES["hold"]
    drawn.axes.broken_barh([(begin, end - begin)], (place - _BAR / 2, _BAR), **fill.style())
    text = drawn.words.held_untold.format(clock(told.held))
    if not _beside(text, (begin, end), place, told, drawn):
        _within(text, (begin + end) / 2, place, fill, drawn)
    return f"{drawn.words.held}: {text}"


def _frame(call: CallDetail | CallRecord, told: Story, labels: Mapping[int, str], drawn: Sheet) -> None:
    """The title, the axes and the legend."""
    words, axes = drawn.words, drawn.axes
    kind = call.contact_type
    parts = [
        words.call.format(drawn.letters.name(call.contact_id)),
        *([words.contact_types.get(kind) or drawn.letters.name(str(kind))] if kind else []),
        told.begin.strftime("%Y-%m-%d %H:%M:%S"),
        clock(told.length) if told.over else words.goes_on,
    ]
    drawn.title(" · ".join(parts), "" if told.exact else words.inexact)
    between = step(told.length, _MOST_TICKS)
    marks = range(0, int(told.length) + 1, between)
    drawn.ticks(axes.xaxis, {mark: clock(mark) for mark in marks})
    drawn.ticks(axes.yaxis, labels)
    axes.set_xlim(-0.01 * told.length, 1.01 * told.length)
    axes.set_ylim(len(labels) - 0.4, -0.6)
    axes.set_xlabel(words.since_begin.format(_zoned(told)), **drawn.letters.style(SMALL))
    axes.grid(visible=True, axis="x", alpha=0.3)
    axes.set_axisbelow(True)
    axes.tick_params(left=False)
    axes.spines[["top", "right", "left"]].set_visible(False)
    _legend(told, drawn)


def _zoned(told: Story) -> str:
    """When the call began, with how far its zone is from UTC."""
    return f"{told.begin:%H:%M:%S} (UTC{told.begin.isoformat()[-6:]})"


def _legend(told: Story, drawn: Sheet) -> None:
    """What the colours and the marks mean: those that are there."""
    lanes = told.lanes[:_MOST_LANES]
    phases: dict[Phase, None] = dict.fromkeys(stretch.phase for lane in lanes for stretch in lane.stretches)
    events = dict.fromkeys(mark.event for lane in lanes for mark in lane.marks)
    keys = [Patch(label=drawn.words.phases[phase], **PHASES[phase].style()) for phase in phases]
    drawn.legend([*keys, *(Line2D([], [], label=_happened(event, drawn), **_mark(event)) for event in events)])
