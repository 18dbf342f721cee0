"""First-contact resolution: whoever was helped at once neither had called before nor calls again.

The upstream does not tell whether a matter was settled; that the customer comes back is the sign that it was not.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta, timezone

import attrs

from hillstone_ccc._core.moments import aware, to_milliseconds

from .arguments import check_bound, check_window
from .endings import Contact, Outcome
from .facts import CallFacts, Facts
from .figures import share
from .reading import Calls, read

FIELDS = ("start_time", "contact_type", "contact_disposition", "calling_number", "called_number")


@attrs.frozen
class FirstContactResolution:
    """How many first contacts settled the matter.

    Attributes:
        first_contacts: ``resolved + called_again``.
        resolved: First contacts after which the customer did not call again.
        called_again: First contacts after which the customer did.
        repeated: Answered calls that were no first contact.
        too_near: Answered calls that are left out, since a window of theirs reaches beyond the range.
        anonymous: Answered calls that are left out, since the customer's number or the time is not told.
        rate: ``resolved / first_contacts``, 0 to 1; None if there are none.
    """

    first_contacts: int
    resolved: int
    called_again: int
    repeated: int
    too_near: int
    anonymous: int
    rate: float | None


def first_contact_resolution(
    calls: Calls,
    *,
    before: timedelta,
    after: timedelta,
    since: datetime | date | None = None,
    until: datetime | date | None = None,
    outbound: bool = False,
) -> FirstContactResolution:
    """How many customers had to call only once.

    Formula:
        rate = resolved / first contacts, where for an inbound call that was answered, begun at ``t``, of a customer
        (``calling_number``):

        - it is *repeated*, and no first contact, if another answered call of that customer began in [t - before, t);
        - else it is *called again* if another inbound call of that customer, answered or not, began in
          (t, t + after), and *resolved* if none did.

        Calls of which [t - before, t + after) is not within [``since``, ``until``) are left out, also where a second
        call is already there: of those near the ends only the bad ones would be known. So with a week's calls and
        windows of two days, three days count. Calls that began at the same millisecond are not one after the other.

    Args:
        calls: See :func:`read`; ``start_time``, ``contact_type``, ``contact_disposition``, ``calling_number``,
            ``called_number``. All of the range, not those of one agent or hour: for these use :func:`by`.
        before: The window looked back in.
        after: The window looked forward in.
        since: The beginning of the range that was searched; the first call's start if None.
        until: Its end, which is no more in it; the millisecond after the last call's start if None. Without zone both
            are read in that of the calls.
        outbound: Whether answered calls to the customer (``called_number``) also count as calls before and after;
            they are never first contacts.

    Raises:
        InvalidQueryError: A window is no timedelta or negative, or an end of the range is no time.
    """
    facts = with_contacts(read(calls, FIELDS), before=before, after=after, since=since, until=until, outbound=outbound)
    return counted(facts)


def counted(calls: Iterable[CallFacts]) -> FirstContactResolution:
    """The counts of calls that :func:`with_contacts` has looked at."""
    of = Counter(call.contact for call in calls)
    resolved, again = of[Contact.RESOLVED], of[Contact.CALLED_AGAIN]
    return FirstContactResolution(
        first_contacts=resolved + again,
        resolved=resolved,
        called_again=again,
        repeated=of[Contact.REPEATED],
        too_near=of[Contact.TOO_NEAR],
        anonymous=of[Contact.ANONYMOUS],
        rate=share(resolved, resolved + again),
    )


def with_contacts(
    facts: Facts,
    *,
    before: timedelta,
    after: timedelta,
    since: datetime | date | None,
    until: datetime | date | None,
    outbound: bool,
) -> Facts:
    """The same calls, each told what it was to its customer's matter; it takes all of them to tell."""
    facts.need(*FIELDS)
    check_bound("since", since)
    check_bound("until", until)
    starts = [call.start for call in facts if call.start is not None]
    range_ = _Range(
        _window("before", before),
        _window("after", after),
        min(starts, default=0) if since is None else _moment(since, facts),
        max(starts, default=0) + 1 if until is None else _moment(until, facts),
    )
    history = _History.of(facts, outbound=outbound)
    return facts.of([CallFacts(*call[:-1], _contact(call, range_, history)) for call in facts])


@attrs.frozen
class _Range:
    """Windows and bounds, in milliseconds."""

    before: int
    after: int
    since: int
    until: int


@attrs.frozen
class _History:
    """When customers' calls began, in order.

    Attributes:
        helped: Of each customer, of calls that were answered.
        came: Of each customer, of calls answered or not.
    """

    helped: Mapping[str, list[int]]
    came: Mapping[str, list[int]]

    @classmethod
    def of(cls, calls: Iterable[CallFacts], *, outbound: bool) -> _History:
        helped: defaultdict[str, list[int]] = defaultdict(list)
        came: defaultdict[str, list[int]] = defaultdict(list)
        for call in calls:
            if call.customer is None or call.start is None:
                continue
            answered = call.outcome is Outcome.ANSWERED
            if answered and (call.inbound or outbound):
                helped[call.customer].append(call.start)
            if call.inbound or (answered and outbound):
                came[call.customer].append(call.start)
        for times in (*helped.values(), *came.values()):
            times.sort()
        return cls(helped, came)


def _contact(call: CallFacts, range_: _Range, history: _History) -> Contact | None:
    if not call.inbound or call.outcome is not Outcome.ANSWERED:
        return None
    if call.customer is None or call.start is None:
        return Contact.ANONYMOUS
    begun, over = call.start - range_.before, call.start + range_.after
    if begun < range_.since or over > range_.until:
        return Contact.TOO_NEAR
    helped, came = history.helped[call.customer], history.came[call.customer]
    if bisect_left(helped, begun) < bisect_left(helped, call.start):
        return Contact.REPEATED
    if bisect_right(came, call.start) < bisect_left(came, over):
        return Contact.CALLED_AGAIN
    return Contact.RESOLVED


def _window(name: str, length: timedelta) -> int:
    check_window(name, length)
    return length // timedelta(milliseconds=1)


def _moment(moment: datetime | date, facts: Facts) -> int:
    return to_milliseconds(aware(moment, facts.zone or timezone.utc))
