"""The words that calls are counted by: what became of a call, and what it was to its customer's matter."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from functools import lru_cache
from typing import TYPE_CHECKING

from hillstone_ccc import ContactType, Disposition


class Outcome(Enum):
    """What became of a call, read off its disposition (``ContactDisposition``).

    Attributes:
        ANSWERED: ``Success``, and nothing else.
        ABANDONED_IN_IVR: The customer gave up before the queue: ``AbandonedInIVR``, ``AbandonedInVoiceNavigator``, and
            ``AbandonedInContactFlow`` of 2021. The upstream says so as well of calls that the flow itself ended, where
            the flow has no hang-up reason node.
        ABANDONED_IN_QUEUE: The customer gave up in the queue: ``AbandonedInQueue``.
        ABANDONED_IN_RING: The customer gave up while an agent's phone rang: ``AbandonedInRing``, ``AbandonedRing`` of
            2021.
        TURNED_AWAY: The queue gave up the customer: ``QueuingTimeout``, ``QueuingOverflow``, ``QueuingFailed``,
            and ``QueueOverflow`` of 2021.
        VOICEMAIL: The customer was led to leave a message, ``Voicemail``: nobody spoke with them, so it is not
            answered.
        FORWARDED: The IVR sent the call to an outside number, ``ForwardToOutsideNumber``. What became of it there is
            not told, so it is neither answered nor abandoned.
        UNANSWERED: Nobody took it, or somebody refused it: ``NoAnswer``, ``Reject``. Mostly of outbound calls.
        OTHER: Everything else: ``IVRException``; ``OneStepTransfer`` of 2021, of which it is not known who had the
            call; words that this version does not list, which are never taken for answered; and calls that have no
            disposition (yet).
    """

    ANSWERED = "answered"
    ABANDONED_IN_IVR = "abandoned_in_ivr"
    ABANDONED_IN_QUEUE = "abandoned_in_queue"
    ABANDONED_IN_RING = "abandoned_in_ring"
    TURNED_AWAY = "turned_away"
    VOICEMAIL = "voicemail"
    FORWARDED = "forwarded"
    UNANSWERED = "unanswered"
    OTHER = "other"

    if not TYPE_CHECKING:  # pragma: no branch
        __hash__ = object.__hash__  # there is one of each; Enum's own is Python code, and millions are counted

    @property
    def abandoned(self) -> bool:
        """Whether the customer gave up."""
        return self in _ABANDONED


class Contact(Enum):
    """What an answered inbound call was to its customer's matter.

    Attributes:
        RESOLVED: The first contact, and the customer did not call again in the window after it.
        CALLED_AGAIN: The first contact, and the customer called again in that window.
        REPEATED: No first contact: the customer had been helped in the window before it.
        TOO_NEAR: One of its windows reaches beyond the range of the calls at hand, so nothing is said of it.
        ANONYMOUS: Whose call it was is not told, or not whole, or its time is not.
    """

    RESOLVED = "resolved"
    CALLED_AGAIN = "called_again"
    REPEATED = "repeated"
    TOO_NEAR = "too_near"
    ANONYMOUS = "anonymous"

    if not TYPE_CHECKING:  # pragma: no branch
        __hash__ = object.__hash__  # as above


_ABANDONED = (Outcome.ABANDONED_IN_IVR, Outcome.ABANDONED_IN_QUEUE, Outcome.ABANDONED_IN_RING)

_OUTWARD = (ContactType.OUTBOUND, ContactType.PREDICTIVE, ContactType.BACK2BACK, ContactType.PRIVACY_DIAL)
_OUTCOMES: Mapping[Disposition | None, Outcome] = {
    Disposition.SUCCESS: Outcome.ANSWERED,
    Disposition.ABANDONED_IN_IVR: Outcome.ABANDONED_IN_IVR,
    Disposition.ABANDONED_IN_VOICE_NAVIGATOR: Outcome.ABANDONED_IN_IVR,
    Disposition.ABANDONED_IN_CONTACT_FLOW: Outcome.ABANDONED_IN_IVR,
    Disposition.ABANDONED_IN_QUEUE: Outcome.ABANDONED_IN_QUEUE,
    Disposition.ABANDONED_IN_RING: Outcome.ABANDONED_IN_RING,
    Disposition.ABANDONED_RING: Outcome.ABANDONED_IN_RING,
    Disposition.QUEUING_TIMEOUT: Outcome.TURNED_AWAY,
    Disposition.QUEUING_OVERFLOW: Outcome.TURNED_AWAY,
    Disposition.QUEUING_FAILED: Outcome.TURNED_AWAY,
    Disposition.QUEUE_OVERFLOW: Outcome.TURNED_AWAY,
    Disposition.VOICEMAIL: Outcome.VOICEMAIL,
    Disposition.FORWARD_TO_OUTSIDE_NUMBER: Outcome.FORWARDED,
    Disposition.NO_ANSWER: Outcome.UNANSWERED,
    Disposition.REJECT: Outcome.UNANSWERED,
    Disposition.IVR_EXCEPTION: Outcome.OTHER,
    Disposition.ONE_STEP_TRANSFER: Outcome.OTHER,
}


@lru_cache(1_000)
def ending(word: str | None) -> tuple[Disposition | None, Outcome]:
    """A disposition in any of its spellings, and what it means; whatever is not listed is OTHER."""
    disposition = None if word is None else Disposition(word)
    return disposition, _OUTCOMES.get(disposition, Outcome.OTHER)


@lru_cache(1_000)
def direction(word: str | None) -> tuple[ContactType | None, bool, bool]:
    """A contact type in any of its spellings, whether a customer called, and whether a customer was called."""
    kind = None if word is None else ContactType(word)
    return kind, kind == ContactType.INBOUND, kind in _OUTWARD
