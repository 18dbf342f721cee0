"""How long each part of a call takes, in whole seconds; every time of a row follows from these."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from attrs import frozen

from hillstone_ccc.sandbox import dice, outcome

if TYPE_CHECKING:
    from hillstone_ccc.sandbox.outcome import Outcome

# Values at equally spaced quantiles.
_IVR = (6, 9, 12, 15, 19, 24, 30, 39, 55)
_IVR_GIVEN_UP = (1, 4, 8, 14, 22, 35, 60)
_QUEUE = (0, 0, 0, 0, 1, 2, 4, 9, 25)
_QUEUE_GIVEN_UP = (5, 12, 20, 31, 45, 65, 110)
_QUEUE_TIMEOUT_S = 60
_RING = (2, 3, 4, 5, 7, 9, 14)
_RING_GIVEN_UP = (3, 6, 9, 13, 18, 25, 30)
_DIALING = (4, 7, 10, 13, 17, 22, 31)
_DIALING_IN_VAIN = (3, 8, 15, 28, 40, 50, 60)
_TALK = (5, 14, 22, 31, 41, 53, 67, 84, 104, 128, 158, 195, 245, 310, 420, 640, 1700)
_HELD = (3, 10, 20, 45, 90)
_HOLD_EVERY = 8
_VOICEMAIL = (8, 12, 17, 24, 33, 60)
# A transferred call is at least this long: time for each transfer to ring, be answered and be spoken on.
_TRANSFER_S = 75


@frozen(kw_only=True)
class Phases:
    """Columns of seconds, and the transfers' moments within the talk.

    Attributes:
        held: Part of ``talk``.
        handed_at: Second of the talk in which the first agent transferred; ``again_at`` the second agent's.
    """

    dialing: dice.Integers
    ivr: dice.Integers
    queue: dice.Integers
    ring: dice.Integers
    talk: dice.Integers
    held: dice.Integers
    handed_at: dice.Integers
    again_at: dice.Integers


def phases(
    seed: int, index: dice.Words, turned_out: Outcome, load: dice.Integers, available_ms: dice.Integers
) -> Phases:
    """Throw the durations of calls.

    Args:
        seed: The centre's.
        index: Which calls.
        turned_out: How they turned out.
        load: How busy the centre was when each began.
        available_ms: From each start to now: a call that would still go on is shortened in all its parts.
    """
    throws = dice.Throws(seed, index)
    answered = turned_out.disposition == outcome.SUCCESS
    inbound = turned_out.contact_type == outcome.INBOUND
    ivr, queue, ring = (np.where(inbound, part, 0) for part in _inbound(throws, turned_out.disposition, load))
    curves = throws.along("dialing", _DIALING), throws.along("dialing", _DIALING_IN_VAIN)
    dialing = np.where(inbound, 0, np.where(answered, *curves))
    transferred = np.where(turned_out.way > 0, _TRANSFER_S, 0)
    talk = np.where(answered, throws.along("talk", _TALK) + transferred, 0)

    parts = np.stack([dialing, ivr, queue, ring, talk])
    needed, available = parts.sum(axis=0), available_ms // 1000
    dialing, ivr, queue, ring, talk = np.where(needed > available, parts * available // np.maximum(needed, 1), parts)
    on_hold = np.where(throws.below("hold", _HOLD_EVERY) == 0, throws.along("held", _HELD), 0)
    return Phases(
        dialing=dialing,
        ivr=ivr,
        queue=queue,
        ring=ring,
        talk=talk,
        held=np.minimum(on_hold, talk // 4),
        handed_at=talk * 3 // 8,
        again_at=talk * 3 // 4,
    )


def _inbound(throws: dice.Throws, end: dice.Codes, load: dice.Integers) -> tuple[dice.Integers, ...]:
    """Seconds in the IVR, in the queue and ringing, as if each call were an inbound one."""
    gave_up = (end == outcome.IN_IVR) | (end == outcome.IN_NAVIGATOR)
    ivr = np.where(gave_up, throws.along("ivr", _IVR_GIVEN_UP), throws.along("ivr", _IVR))
    # The message is left in the IVR.
    ivr += np.where(end == outcome.VOICEMAIL, throws.along("voicemail", _VOICEMAIL), 0)
    waiting = throws.along("queue", _QUEUE) * np.where(load >= outcome.BUSY_LOAD, 3, 1)
    reached = (end == outcome.SUCCESS) | (end == outcome.IN_RING)
    queue = np.select(
        [reached, end == outcome.IN_QUEUE, end == outcome.TIMEOUT],
        [waiting, throws.along("queue", _QUEUE_GIVEN_UP), np.full_like(waiting, _QUEUE_TIMEOUT_S)],
    )
    ring = np.select(
        [end == outcome.SUCCESS, end == outcome.IN_RING],
        [throws.along("ring", _RING), throws.along("ring", _RING_GIVEN_UP)],
    )
    return ivr, queue, ring
