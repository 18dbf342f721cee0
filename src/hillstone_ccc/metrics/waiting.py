"""How long customers wait for an agent: service level, speed of answer, and how waiting is spread."""

from __future__ import annotations

from typing import Literal, TypeAlias, get_args

import attrs

from hillstone_ccc import CallDetail, CallRecord, InvalidQueryError

from .arguments import check_seconds
from .endings import Outcome
from .figures import mean, percentile, share
from .outcome_counts import WAITING, gave_up_within
from .reading import Calls, read

WhenAbandoned: TypeAlias = Literal["failed", "excluded", "met"]
"""What calls that were given up in time count as; see :func:`service_level`."""


def waiting_time(call: CallRecord | CallDetail) -> int | None:
    """Seconds that the customer of an inbound call waited for an agent, whether one came or not.

    Formula:
        of a record: ``queue_time + ring_time`` (one that is not told counts 0).
        Of details whose events tell it: from the first ``Enqueue``, or ``Ringing`` if that is earlier, to the first
        ``Established`` of an agent from then on; if there is none, to the last of ``Abandoned``, ``GiveUp``,
        ``QueueingTimeout``, ``QueueingOverflow`` and agents' ``Released``; rounded down. It counts the way through
        several queues whole. Who only listens in is no agent of the call. Of other details: as their record.

    Never read from ``wait_time``: the upstream's ``WaitTime`` is 0 when the customer gave up.

    Returns:
        None if the customer did not wait: the call is not inbound, neither queue nor ring is told, or both are 0
        and the outcome is none that is reached by a queue (given up in the IVR, voicemail, forwarded, …).
    """
    return read([call], WAITING)[0].waited


def waiting_times(calls: Calls, *, outcome: Outcome | None = None) -> list[int]:
    """The waiting times of those inbound calls that waited, in the order of the calls; seconds.

    Args:
        calls: See :func:`read`; ``contact_type``, ``contact_disposition``, ``queue_time``, ``ring_time``.
        outcome: Only calls of this outcome.
    """
    return [
        call.waited
        for call in read(calls, WAITING)
        if call.waited is not None and (outcome is None or call.outcome is outcome)
    ]


def service_level(
    calls: Calls, *, seconds: int = 20, abandoned: WhenAbandoned = "failed", short: int | None = None
) -> float | None:
    """The share of waiting customers who were answered within so many seconds, 0 to 1.

    Formula:
        W = inbound calls that waited (:func:`waiting_time` has a value), but for those given up within ``short``.
        A = calls of W that were answered after at most ``seconds``; G = calls of W given up after at most ``seconds``.

        - ``failed``: A / W. Who gave up was not served, however soon.
        - ``excluded``: A / (W - G). Who gave up so soon gave no chance.
        - ``met``: (A + G) / W. Nobody waited longer than promised.

        Calls that waited and ended in voicemail, outside, or were turned away by the queue are in W and never in A.
        Who gave up in the IVR did not wait. The upstream's reports say of their own ``ServiceLevel20``: calls that
        waited at most 20 s over calls that queued, and not which of the three that is for calls given up.

    Args:
        calls: See :func:`read`; ``contact_type``, ``contact_disposition``, ``queue_time``, ``ring_time``.
        seconds: What is promised.
        abandoned: What calls given up within that count as.
        short: Seconds up to which giving up is left out; None leaves out nobody.

    Returns:
        None if nobody waited.

    Raises:
        InvalidQueryError: ``abandoned`` is none of the three, or ``seconds`` or ``short`` is no number or below 0.
    """
    if abandoned not in get_args(WhenAbandoned):
        raise InvalidQueryError(f"abandoned is one of {', '.join(get_args(WhenAbandoned))}, not {abandoned!r}.")
    check_seconds("seconds", seconds)
    if short is not None:
        check_seconds("short", short)
    waited = answered = given_up = 0
    for call in read(calls, WAITING if short is None else (*WAITING, "ivr_time")):
        if call.waited is None or gave_up_within(call, short):
            continue
        waited += 1
        if call.waited <= seconds:
            answered += call.outcome is Outcome.ANSWERED
            given_up += call.outcome.abandoned
    if abandoned == "excluded":
        return share(answered, waited - given_up)
    return share(answered + (given_up if abandoned == "met" else 0), waited)


def average_speed_of_answer(calls: Calls) -> float | None:
    """How long those waited who were answered, on average; seconds.

    Formula:
        sum of :func:`waiting_time` / number, both of inbound calls that were answered and whose waiting is told.

    Args:
        calls: See :func:`read`; ``contact_type``, ``contact_disposition``, ``queue_time``, ``ring_time``.

    Returns:
        None if nobody was answered.
    """
    return mean(waiting_times(calls, outcome=Outcome.ANSWERED))


@attrs.frozen
class Waiting:
    """How waiting is spread over the inbound calls that waited, answered or not; seconds, None of no calls.

    Attributes:
        calls: How many waited.
        average: The mean.
        median: Half of them waited no longer (nearest rank: a time that somebody waited).
        p90: Nine of ten waited no longer (nearest rank).
        longest: The longest.
        until_given_up: The mean of those who gave up while waiting.
    """

    calls: int
    average: float | None
    median: int | None
    p90: int | None
    longest: int | None
    until_given_up: float | None


def waiting(calls: Calls) -> Waiting:
    """How waiting is spread.

    Formula:
        mean, nearest-rank percentiles and maximum of :func:`waiting_time` over all inbound calls that waited;
        ``until_given_up`` is the mean over those of them that were abandoned.

    Args:
        calls: See :func:`read`; ``contact_type``, ``contact_disposition``, ``queue_time``, ``ring_time``.
    """
    waits = [(call.waited, call.outcome.abandoned) for call in read(calls, WAITING) if call.waited is not None]
    ordered = sorted(seconds for seconds, _ in waits)
    return Waiting(
        calls=len(ordered),
        average=mean(ordered),
        median=percentile(ordered, 50),
        p90=percentile(ordered, 90),
        longest=ordered[-1] if ordered else None,
        until_given_up=mean([seconds for seconds, abandoned in waits if abandoned]),
    )
