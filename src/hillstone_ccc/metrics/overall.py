"""All figures of some calls in one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta, tzinfo

import attrs

from hillstone_ccc import Disposition, InvalidQueryError

from . import contentment, first_contact, work
from .contentment import satisfaction
from .endings import Outcome
from .facts import Facts
from .figures import share
from .first_contact import with_contacts
from .outcome_counts import WAITING, abandonment, dispositions, outcomes
from .reading import Calls, read
from .waiting import WhenAbandoned, average_speed_of_answer, service_level, waiting
from .work import handling, transfers


@attrs.frozen
class Metrics:
    """The figures of some calls. A figure without value, such as a share of nothing, is None, and a count of nothing 0.

    Times are seconds, shares 0 to 1. What is said to be of inbound calls leaves all others out. ``answered`` to
    ``other`` (but for the four that part ``abandoned``) sum up to ``inbound``.

    Attributes:
        calls: Calls of every kind.
        inbound: Calls of customers (``contact_type`` = ``Inbound``).
        outbound: Calls to customers: ``Outbound``, ``Predictive``, ``Back2Back``, ``PrivacyDial``.
        connected: Outbound calls that were answered (``Success``).
        answered: Inbound calls that an agent answered; see :class:`Outcome` for this and the next nine.
        abandoned: Inbound calls that the customer gave up.
        abandoned_in_ivr: In the IVR.
        abandoned_in_queue: In the queue.
        abandoned_in_ring: While an agent's phone rang.
        abandoned_short: So soon that rates leave them out (``short``).
        turned_away: Inbound calls that the queue gave up.
        voicemail: Inbound calls that were led to leave a message.
        forwarded: Inbound calls that the IVR sent to an outside number.
        unanswered: Inbound calls that nobody took or somebody refused.
        other: Inbound calls that ended otherwise, or are not over.
        answer_rate: ``answered / (inbound - abandoned_short)``.
        abandonment_rate: See :func:`abandonment`.
        waited: Inbound calls that waited for an agent, answered or not; see :func:`waiting_time`.
        service_level: See :func:`service_level`.
        average_speed_of_answer: See :func:`average_speed_of_answer`.
        average_wait: The mean over all that waited; see :func:`waiting` for this and the next four.
        median_wait: Half of them waited no longer.
        p90_wait: Nine of ten waited no longer.
        longest_wait: The longest.
        average_wait_until_given_up: The mean over those who gave up while waiting.
        handled: Calls of any kind that were answered and whose time is told; see :func:`handling` for this and the
            next two.
        handling_time: Seconds of all of them.
        average_handling_time: ``handling_time / handled``.
        transfers: See :func:`transfers` for this and the next two.
        transferred: Calls that were transferred at least once.
        transfer_rate: Their share of the calls that tell it.
        surveyed: Calls whose customers were asked; see :func:`satisfaction` for this and the next three.
        surveys_answered: Those of them who answered.
        response_rate: ``surveys_answered / surveyed``.
        satisfaction_score: The mean score of those who answered.
        first_contacts: See :func:`first_contact_resolution` for this and the next two; None without both windows.
        resolved: First contacts after which the customer did not call again.
        first_contact_resolution: ``resolved / first_contacts``.
        dispositions: How many calls of any kind ended in each of the upstream's words; see :func:`dispositions`.
    """

    calls: int
    inbound: int
    outbound: int
    connected: int
    answered: int
    abandoned: int
    abandoned_in_ivr: int
    abandoned_in_queue: int
    abandoned_in_ring: int
    abandoned_short: int
    turned_away: int
    voicemail: int
    forwarded: int
    unanswered: int
    other: int
    answer_rate: float | None
    abandonment_rate: float | None
    waited: int
    service_level: float | None
    average_speed_of_answer: float | None
    average_wait: float | None
    median_wait: int | None
    p90_wait: int | None
    longest_wait: int | None
    average_wait_until_given_up: float | None
    handled: int
    handling_time: int
    average_handling_time: float | None
    transfers: int | None
    transferred: int | None
    transfer_rate: float | None
    surveyed: int
    surveys_answered: int
    response_rate: float | None
    satisfaction_score: float | None
    first_contacts: int | None
    resolved: int | None
    first_contact_resolution: float | None
    dispositions: Mapping[Disposition | None, int] = attrs.field(hash=False)


@attrs.frozen(kw_only=True)
class Terms:
    """What the figures are to mean, where that is a choice; the arguments of :func:`summary` and :func:`by`."""

    seconds: int
    abandoned: WhenAbandoned
    short: int | None
    add_held: bool
    scores: Mapping[int, float] | None
    before: timedelta | None
    after: timedelta | None
    since: datetime | date | None
    until: datetime | date | None
    outbound: bool

    def read(self, calls: Calls, *more: str, timezone: str | tzinfo | None = None) -> Facts:
        """The facts that all figures need, read off their fields and some more."""
        held = ("held_time",) if self.add_held else ()
        fields = (*WAITING, "ivr_time", *work.FIELDS, *held, "transfer_count", *contentment.FIELDS, *more)
        if (self.before is None) != (self.after is None):
            raise InvalidQueryError("First contacts take both windows, before and after, or neither.")
        if self.before is None or self.after is None:
            return read(calls, fields, timezone=timezone)
        return with_contacts(
            read(calls, (*fields, *first_contact.FIELDS), timezone=timezone),
            before=self.before,
            after=self.after,
            since=self.since,
            until=self.until,
            outbound=self.outbound,
        )

    def figures(self, facts: Facts) -> Metrics:
        """The figures of calls that were read like this."""
        ended = outcomes(facts)
        gave_up = abandonment(facts, short=self.short)
        waits, handled, moved = waiting(facts), handling(facts, add_held=self.add_held), transfers(facts)
        content = satisfaction(facts, scores=self.scores)
        contacts = None if self.before is None else first_contact.counted(facts)
        outward = [call.outcome for call in facts if call.outbound]
        return Metrics(
            calls=len(facts),
            inbound=gave_up.inbound,
            outbound=len(outward),
            connected=outward.count(Outcome.ANSWERED),
            answered=ended[Outcome.ANSWERED],
            abandoned=gave_up.abandoned,
            abandoned_in_ivr=gave_up.in_ivr,
            abandoned_in_queue=gave_up.in_queue,
            abandoned_in_ring=gave_up.in_ring,
            abandoned_short=gave_up.short,
            turned_away=ended[Outcome.TURNED_AWAY],
            voicemail=ended[Outcome.VOICEMAIL],
            forwarded=ended[Outcome.FORWARDED],
            unanswered=ended[Outcome.UNANSWERED],
            other=ended[Outcome.OTHER],
            answer_rate=share(ended[Outcome.ANSWERED], gave_up.inbound - gave_up.short),
            abandonment_rate=gave_up.rate,
            waited=waits.calls,
            service_level=service_level(facts, seconds=self.seconds, abandoned=self.abandoned, short=self.short),
            average_speed_of_answer=average_speed_of_answer(facts),
            average_wait=waits.average,
            median_wait=waits.median,
            p90_wait=waits.p90,
            longest_wait=waits.longest,
            average_wait_until_given_up=waits.until_given_up,
            handled=handled.calls,
            handling_time=handled.total,
            average_handling_time=handled.average,
            transfers=moved.transfers,
            transferred=moved.transferred,
            transfer_rate=moved.rate,
            surveyed=content.surveyed,
            surveys_answered=content.answered,
            response_rate=content.response_rate,
            satisfaction_score=content.score,
            first_contacts=None if contacts is None else contacts.first_contacts,
            resolved=None if contacts is None else contacts.resolved,
            first_contact_resolution=None if contacts is None else contacts.rate,
            dispositions=dispositions(facts),
        )


def summary(
    calls: Calls,
    *,
    seconds: int = 20,
    abandoned: WhenAbandoned = "failed",
    short: int | None = None,
    add_held: bool = False,
    scores: Mapping[int, float] | None = None,
    before: timedelta | None = None,
    after: timedelta | None = None,
    since: datetime | date | None = None,
    until: datetime | date | None = None,
    outbound: bool = False,
) -> Metrics:
    """All figures of some calls.

    Args:
        calls: Records, details or a frame; see :func:`read`. A frame needs every column that a figure needs; with
            fewer, ask the single formulas.
        seconds: What the service level promises; see :func:`service_level`.
        abandoned: What calls given up within that count as; see :func:`service_level`.
        short: Seconds up to which giving up is left out of rates and service level; see :func:`abandonment`.
        add_held: Whether held time comes on top of talk time; see :func:`handling_time`.
        scores: What each key of the survey scores; see :func:`satisfaction`.
        before: The window looked back in for first contacts; see :func:`first_contact_resolution`.
        after: The window looked forward in; give both or neither.
        since: The beginning of the range that was searched, for first contacts.
        until: Its end.
        outbound: Whether calls to the customer count as contacts before and after.

    Raises:
        InvalidQueryError: A frame lacks a column, or an argument cannot be meant.
    """
    terms = Terms(
        seconds=seconds,
        abandoned=abandoned,
        short=short,
        add_held=add_held,
        scores=scores,
        before=before,
        after=after,
        since=since,
        until=until,
        outbound=outbound,
    )
    return terms.figures(terms.read(calls))
