"""What became of the calls: counted by outcome and by the upstream's word; who gave up, and where."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

import attrs

from hillstone_ccc import Disposition

from .arguments import check_seconds
from .endings import Outcome
from .facts import CallFacts
from .figures import share
from .reading import Calls, read

FIELDS = ("contact_type", "contact_disposition")
WAITING = (*FIELDS, "queue_time", "ring_time")
"""The fields that waiting is read off; of details, events tell it."""


def outcomes(calls: Calls) -> Mapping[Outcome, int]:
    """How many inbound calls had each outcome; their sum is the number of inbound calls.

    Formula:
        for each outcome: number of inbound calls (``contact_type`` = ``Inbound``) of that outcome; 0 is a number. Which
        dispositions make an outcome is told by :class:`Outcome`.

    Args:
        calls: See :func:`read`; ``contact_type``, ``contact_disposition``.
    """
    counted = Counter(call.outcome for call in read(calls, FIELDS) if call.inbound)
    return {outcome: counted[outcome] for outcome in Outcome}


def dispositions(calls: Calls) -> Mapping[Disposition | None, int]:
    """How many calls of any kind ended in each of the upstream's words, most frequent first.

    A word that this version does not list is counted as itself; None counts calls without one, such as those that
    are not over.

    Args:
        calls: See :func:`read`; ``contact_disposition``.
    """
    counted = Counter(call.disposition for call in read(calls, ("contact_disposition",)))
    return dict(sorted(counted.items(), key=lambda one: (-one[1], one[0] or "")))


@attrs.frozen
class Abandonment:
    """Inbound calls whose customers gave up.

    Attributes:
        inbound: Inbound calls in all.
        abandoned: Customers who gave up, wherever: the sum of the next three.
        in_ivr: In the IVR.
        in_queue: In the queue.
        in_ring: While an agent's phone rang.
        short: How many of them gave up so soon that the rates leave them out.
        rate: ``(abandoned - short) / (inbound - short)``; None if that divides by 0.
    """

    inbound: int
    abandoned: int
    in_ivr: int
    in_queue: int
    in_ring: int
    short: int
    rate: float | None


def abandonment(calls: Calls, *, short: int | None = None) -> Abandonment:
    """Customers who gave up, of all who called.

    Formula:
        rate = (abandoned - short) / (inbound - short); see :class:`Abandonment` and :class:`Outcome`. Who gave up
        within ``short`` seconds of waiting, or of the IVR where it came to no waiting, counts as having misdialled.

    Args:
        calls: See :func:`read`; ``contact_type``, ``contact_disposition``; with ``short`` also ``ivr_time``,
            ``queue_time``, ``ring_time``.
        short: Seconds up to which giving up is left out of the rate; None leaves out nobody.

    Raises:
        InvalidQueryError: ``short`` is no number or below 0.
    """
    if short is not None:
        check_seconds("short", short)
    facts = read(calls, FIELDS if short is None else (*WAITING, "ivr_time"))
    counted = outcomes(facts)
    in_ivr, in_queue, in_ring = (
        counted[one] for one in (Outcome.ABANDONED_IN_IVR, Outcome.ABANDONED_IN_QUEUE, Outcome.ABANDONED_IN_RING)
    )
    inbound, abandoned = sum(counted.values()), in_ivr + in_queue + in_ring
    soon = 0 if short is None else sum(gave_up_within(call, short) for call in facts)
    rate = share(abandoned - soon, inbound - soon)
    return Abandonment(inbound, abandoned, in_ivr, in_queue, in_ring, soon, rate)


def gave_up_within(call: CallFacts, seconds: int | None) -> bool:
    """Whether the customer of an inbound call gave up so soon; nobody did if there are no seconds."""
    if seconds is None or not call.inbound or not call.outcome.abandoned:
        return False
    patience = call.ivr if call.waited is None else call.waited
    return patience is not None and patience <= seconds
