"""What calls cost agents: handling time and transfers."""

from __future__ import annotations

import attrs

from hillstone_ccc import CallDetail, CallRecord

from .facts import CallFacts
from .figures import share
from .reading import Calls, read

FIELDS = ("contact_disposition", "talk_time")


def handling_time(call: CallRecord | CallDetail, *, add_held: bool = False) -> int | None:
    """Seconds that agents spent with the customer of a call that was answered, inbound or not.

    Formula:
        ``talk_time``, and with ``add_held`` ``talk_time + held_time`` (a held time that is not told counts 0). Of
        details without a record: from the first agent's ``Established`` to the last agent's ``Released``; rounded down.

    What agents do after the call (话后处理) is in no call record, and not in here. Two agents at once count once.

    Args:
        call: The call; ``contact_disposition``, ``talk_time``.
        add_held: Whether held time comes on top. The documents do not say whether talk time includes it; the sandbox's
            does.

    Returns:
        None if nobody answered or it is not told.
    """
    return _handled(read([call], _fields(add_held=add_held))[0], add_held=add_held)


@attrs.frozen
class Handling:
    """How long the calls that were answered took, whoever called.

    Attributes:
        calls: Calls that were answered and whose :func:`handling_time` is told.
        total: Seconds of all of them.
        average: ``total / calls``, seconds; None if there are none.
    """

    calls: int
    total: int
    average: float | None


def handling(calls: Calls, *, add_held: bool = False) -> Handling:
    """How long the calls that were answered took.

    Formula:
        sum of :func:`handling_time` / number of calls that have one.

    Args:
        calls: See :func:`read`; ``contact_disposition``, ``talk_time``, with ``add_held`` also ``held_time``.
        add_held: See :func:`handling_time`.
    """
    facts = read(calls, _fields(add_held=add_held))
    times = [time for call in facts if (time := _handled(call, add_held=add_held)) is not None]
    return Handling(len(times), sum(times), share(sum(times), len(times)))


def _handled(call: CallFacts, *, add_held: bool) -> int | None:
    if call.talked is None or not add_held:
        return call.talked
    return call.talked + (call.held or 0)


def _fields(*, add_held: bool) -> tuple[str, ...]:
    return (*FIELDS, "held_time") if add_held else FIELDS


@attrs.frozen
class Transfers:
    """How often calls were transferred.

    Attributes:
        calls: Calls of which it is told.
        transfers: Transfers of all of them; None if it is told of no call (``TransferCount`` comes from V2 alone).
        transferred: Calls that were transferred at least once; None as before.
        rate: ``transferred / calls``; None if there are none.
    """

    calls: int
    transfers: int | None
    transferred: int | None
    rate: float | None


def transfers(calls: Calls) -> Transfers:
    """How often calls of any kind were transferred.

    Formula:
        sum of ``transfer_count``, and share of the calls in which it is more than 0, of all calls that tell it. Of
        details: the number of ``transfers`` where they are told. Whether the upstream counts consults that came to
        nothing is unknown.

    Args:
        calls: See :func:`read`; ``transfer_count``.
    """
    counts = [call.transfers for call in read(calls, ("transfer_count",)) if call.transfers is not None]
    if not counts:
        return Transfers(0, None, None, None)
    transferred = sum(count > 0 for count in counts)
    return Transfers(len(counts), sum(counts), transferred, share(transferred, len(counts)))
