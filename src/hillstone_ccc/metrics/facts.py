"""The few facts of a call that the formulas stand on, and how each is read off a call's fields.

Whatever calls come as, records, details or a frame, ends here; no formula knows where a fact came from.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import tzinfo
from typing import Any, NamedTuple, overload

import attrs

from hillstone_ccc import ContactType, Disposition, InvalidQueryError
from hillstone_ccc._core.redact import mask_number

from .endings import Contact, Outcome, direction, ending
from .events import Told

_NOTHING = Told()
# Whoever has come this far has waited, were it for 0 seconds.
_QUEUED = frozenset({Outcome.ANSWERED, Outcome.ABANDONED_IN_QUEUE, Outcome.ABANDONED_IN_RING, Outcome.TURNED_AWAY})


class Fields(NamedTuple):
    """The fields of a call that facts are read off, in the forms of :class:`CallRecord`, but for the time.

    A field that was not read is None, or an empty tuple.
    """

    start_time: int | None = None  # Unix milliseconds
    contact_type: str | None = None
    contact_disposition: str | None = None
    calling_number: str | None = None
    called_number: str | None = None
    ivr_time: int | None = None
    queue_time: int | None = None
    ring_time: int | None = None
    talk_time: int | None = None
    held_time: int | None = None
    transfer_count: int | None = None
    satisfaction_survey_offered: bool | None = None
    satisfaction_index: int | None = None
    agent_ids: tuple[str, ...] = ()
    agent_names: tuple[str, ...] = ()
    skill_group_ids: tuple[str, ...] = ()
    skill_group_names: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return _shown(self, "calling_number", "called_number")


class CallFacts(NamedTuple):
    """What the formulas know of a call. A tuple, since there may be millions.

    Attributes:
        start: When it began, Unix milliseconds.
        contact_type: Inbound, outbound, …
        inbound: Whether a customer called: ``Inbound``.
        outbound: Whether the call center called a customer: ``Outbound``, ``Predictive``, ``Back2Back``,
            ``PrivacyDial``.
        disposition: How it ended, in the upstream's word.
        outcome: What that means.
        ivr: Seconds in the IVR.
        waited: Seconds that the customer waited for an agent; see :func:`waiting_time`. None if they did not.
        talked: Seconds of talk, of a call that was answered.
        held: Seconds on hold, of a call that was answered.
        transfers: How often it was transferred.
        surveyed: Whether the customer was asked how content they were. Whoever gave an answer was asked.
        rating: The key that the customer pressed.
        customer: The customer's number. None if it is not told, or not told whole.
        agents: Ids of the agents involved, each once.
        skill_groups: Ids of their skill groups, each once.
        talked_by: Agent's id → seconds of talk in that agent's stays, where events tell them; else None.
        contact: What it was to its customer's matter, where that was looked at; see :func:`first_contact_resolution`.
    """

    start: int | None
    contact_type: ContactType | None
    inbound: bool
    outbound: bool
    disposition: Disposition | None
    outcome: Outcome
    ivr: int | None
    waited: int | None
    talked: int | None
    held: int | None
    transfers: int | None
    surveyed: bool
    rating: int | None
    customer: str | None
    agents: tuple[str, ...]
    skill_groups: tuple[str, ...]
    talked_by: Mapping[str, int] | None = None
    contact: Contact | None = None

    def __repr__(self) -> str:
        return _shown(self, "customer")


def _shown(told: Any, *numbers: str) -> str:
    """A tuple's repr, with phone numbers masked."""
    values = {name: mask_number(value) if name in numbers else value for name, value in told._asdict().items()}
    return f"{type(told).__name__}({', '.join(f'{name}={value!r}' for name, value in values.items())})"


@attrs.frozen(eq=False, repr=False)
class Facts(Sequence[CallFacts]):
    """Calls as the formulas see them; made by :func:`read`, and taken by every formula in place of calls.

    Attributes:
        calls: The facts of each call, in the order in which the calls came.
        fields: Names of the fields they were read off, as in :class:`CallRecord`.
        zone: The zone in which hours and days are meant. None if no time was read, or if the times were told in
            several.
        agent_names: Agent's id → display name, as far as it is told.
        skill_group_names: Skill group's id → display name, as far as it is told.
    """

    calls: Sequence[CallFacts]
    fields: frozenset[str]
    zone: tzinfo | None = None
    agent_names: Mapping[str, str] = attrs.field(factory=dict[str, str])
    skill_group_names: Mapping[str, str] = attrs.field(factory=dict[str, str])

    @overload
    def __getitem__(self, place: int) -> CallFacts: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[CallFacts]: ...
    def __getitem__(self, place: int | slice) -> CallFacts | Sequence[CallFacts]:
        return self.calls[place]

    def __len__(self) -> int:
        return len(self.calls)

    def __iter__(self) -> Iterator[CallFacts]:
        return iter(self.calls)

    def __repr__(self) -> str:
        return f"Facts({len(self.calls)} calls, zone={str(self.zone)!r})"

    def of(self, calls: Sequence[CallFacts]) -> Facts:
        """Some of these calls, with what is known of all."""
        return attrs.evolve(self, calls=calls)

    def in_zone(self, zone: tzinfo) -> Facts:
        """The same calls, whose hours and days are meant in that zone."""
        return attrs.evolve(self, zone=zone)

    def need(self, *fields: str) -> None:
        """Raises if any of these fields was not read.

        Raises:
            InvalidQueryError: Some are not there; names them.
        """
        missing = [field for field in fields if field not in self.fields]
        if missing:
            raise InvalidQueryError(
                f"The calls lack {', '.join(missing)}.", advice="A frame needs these columns, as CallRecord names them."
            )


def facts_of(fields: Fields, told: Told = _NOTHING) -> CallFacts:
    """The facts of one call: its fields, and what events tell better, or at all."""
    contact_type, inbound, outbound = direction(fields.contact_type)
    disposition, outcome = ending(fields.contact_disposition)
    answered = outcome is Outcome.ANSWERED
    rating = fields.satisfaction_index or None  # 0 is no key
    return CallFacts(
        fields.start_time,
        contact_type,
        inbound,
        outbound,
        disposition,
        outcome,
        fields.ivr_time,
        (_row_wait(fields, outcome) if told.waited is None else told.waited) if inbound else None,
        (told.talked if fields.talk_time is None else fields.talk_time) if answered else None,
        fields.held_time if answered else None,
        fields.transfer_count if told.transfers is None else told.transfers,
        rating is not None or fields.satisfaction_survey_offered is True,
        rating,
        _whole(fields.calling_number if inbound else fields.called_number if outbound else None),
        _once(fields.agent_ids),
        _once(fields.skill_group_ids),
        told.talked_by,
    )


def _row_wait(fields: Fields, outcome: Outcome) -> int | None:
    """Queue and ring together, of a call that came so far."""
    queue, ring = fields.queue_time, fields.ring_time
    if queue is None and ring is None:
        return None
    waited = (queue or 0) + (ring or 0)
    return waited if waited or outcome in _QUEUED else None


def _whole(number: str | None) -> str | None:
    """A number that is one customer's; with its middle masked it is that of many."""
    return number if number and "*" not in number else None


def _once(ids: tuple[str, ...]) -> tuple[str, ...]:
    return ids if len(ids) < 2 else tuple(dict.fromkeys(ids))  # noqa: PLR2004 - one alone is once
