"""How calls turn out: all that is one of a few values, thrown for whole arrays of calls at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from attrs import frozen

from hillstone_ccc.sandbox import dice, numbers
from hillstone_ccc.sandbox.people import GROUPS, VOICE_GROUPS, AgentData

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from hillstone_ccc.sandbox.call import TransferKind, TransferTarget

NumberCodes: TypeAlias = "NDArray[np.uint16]"

CONTACT_TYPES = ("Inbound", "Outbound", "Internal", "Predictive", "Back2Back", "PrivacyDial", "Conference")
INBOUND, OUTBOUND, INTERNAL, PREDICTIVE, BACK2BACK, PRIVACY_DIAL, CONFERENCE = range(7)
_CONTACT_TYPE_WHEEL = dice.wheel((630, 270, 35, 30, 20, 10, 5))

DISPOSITIONS = (
    "Success",
    "AbandonedInIVR",
    "AbandonedInQueue",
    "AbandonedInRing",
    "AbandonedInVoiceNavigator",
    "NoAnswer",
    "Reject",
    "QueuingTimeout",
    "QueuingOverflow",
    "QueuingFailed",
    "Voicemail",
    "IVRException",
    "ForwardToOutsideNumber",
)
(
    SUCCESS,
    IN_IVR,
    IN_QUEUE,
    IN_RING,
    IN_NAVIGATOR,
    NO_ANSWER,
    REJECT,
    TIMEOUT,
    OVERFLOW,
    FAILED,
    VOICEMAIL,
    EXCEPTION,
    FORWARD,
) = range(13)

_CALM = (836, 35, 35, 26, 3, 0, 0, 6, 3, 2, 20, 4, 30)
_BUSY = (748, 42, 86, 36, 4, 0, 0, 20, 12, 3, 16, 5, 28)
_DIALLED = (640, 0, 0, 0, 0, 335, 25, 0, 0, 0, 0, 0, 0)
_COLLEAGUES = (860, 0, 0, 0, 0, 110, 30, 0, 0, 0, 0, 0, 0)
# One wheel per contact type, and one more for inbound calls at busy times.
_BUSY_ROW = len(CONTACT_TYPES)
_DISPOSITION_WHEELS = np.stack(
    [dice.wheel(w) for w in (_CALM, _DIALLED, _COLLEAGUES, _DIALLED, _DIALLED, _DIALLED, _COLLEAGUES, _BUSY)]
)
BUSY_LOAD = 80
"""From this load on queues grow and customers lose patience."""

EARLY_MEDIA_STATES = (
    "",
    "NoAnswer",
    "OutOfService",
    "NotExist",
    "Restricted",
    "Busy",
    "NotConnected",
    "PowerOff",
)
_EARLY_MEDIA_WHEEL = dice.wheel((0, 50, 4, 5, 2, 17, 9, 13))
BUSY_LINE = EARLY_MEDIA_STATES.index("Busy")

INITIATORS = ("", "agent", "customer")
_ANSWERED_WHEEL = dice.wheel((0, 35, 65))
# Who ends a call that nobody answered: the customer, the dialling agent, or the system.
_UNANSWERED_BY = np.array([0, 2, 2, 2, 2, 1, 2, 0, 0, 0, 2, 0, 0], dtype=np.uint8)

NOT_OFFERED, NOT_ANSWERED = 0, 1
RATINGS = (-2, -1, 1, 2, 3, 4, 5)
"""Survey not offered, offered and not answered, the key pressed."""
DESCRIPTIONS = ("", "", "非常不满意", "不满意", "一般", "满意", "非常满意")
_RATING_WHEEL = dice.wheel((450, 300, 12, 18, 40, 90, 90))
CHANNELS = ("", "IVR", "SMS")
_CHANNEL_WHEEL = dice.wheel((0, 76, 24))

WAYS: tuple[TransferKind, ...] = ("blind", "consulted")
_WAY_WHEEL = dice.wheel((90, 6, 4))
TARGETS: tuple[TransferTarget, ...] = ("agent", "skill_group", "outside")
TO_AGENT, TO_GROUP, TO_OUTSIDE = range(3)
_TARGET_WHEEL = dice.wheel((55, 30, 15))

_WITH_QUEUE = np.isin(np.arange(len(DISPOSITIONS)), (SUCCESS, IN_QUEUE, IN_RING, TIMEOUT, OVERFLOW, FAILED))
_WITH_AGENT = np.isin(np.arange(len(DISPOSITIONS)), (SUCCESS, IN_RING, NO_ANSWER, REJECT))


@frozen(kw_only=True)
class Outcome:
    """Columns of codes. 0 is nobody among agents, groups and numbers; agents count from 1, groups too.

    Attributes:
        way: How the first agent transferred, counting from 1; ``target`` to what.
        again: Whether the second agent transferred blindly to a third.
    """

    contact_type: dice.Codes
    disposition: dice.Codes
    early_media_state: dice.Codes
    first_agent: dice.Codes
    second_agent: dice.Codes
    third_agent: dice.Codes
    first_group: dice.Codes
    second_group: dice.Codes
    third_group: dice.Codes
    calling_number: NumberCodes
    called_number: NumberCodes
    broker: NumberCodes
    rating: dice.Codes
    satisfaction_channel: dice.Codes
    release_initiator: dice.Codes
    way: dice.Codes
    target: dice.Codes
    again: NDArray[np.bool_]


_PLACES = 64


@frozen
class Roster:
    """Who answers for which voice group.

    Attributes:
        members: Row ``g`` holds the agents of group ``g + 1``, in turns: neighbours differ.
        staff: How many agents there are.
    """

    members: dice.Integers
    staff: int

    @classmethod
    def of(cls, agents: tuple[AgentData, ...]) -> Roster:
        """The roster of a staff."""
        rows = [
            [
                place + 1
                for place, agent in enumerate(agents)
                if any(level.skill_group_name == name for level in agent.skill_levels)
            ]
            for name, _, _ in GROUPS[:VOICE_GROUPS]
        ]
        return cls(np.stack([np.resize(np.array(row, dtype=np.int64), _PLACES + 2) for row in rows]), len(agents))

    def pick(self, group: dice.Integers, place: dice.Integers, *others: dice.Integers) -> dice.Integers:
        """An agent of each group who is none of ``others``."""
        agent: dice.Integers = self.members[group, place]
        for step in range(1, len(others) + 1):
            taken = np.any([agent == other for other in others], axis=0)
            agent = np.where(taken, self.members[group, place + step], agent)
        return agent


@frozen(kw_only=True)
class _Team:
    """Who might take part in each call; the codes count from 1."""

    agents: tuple[dice.Integers, dice.Integers, dice.Integers]
    groups: tuple[dice.Integers, dice.Integers, dice.Integers]


def turn_out(seed: int, index: dice.Words, load: dice.Integers, roster: Roster) -> Outcome:
    """Throw the outcome of the calls with these indexes.

    Args:
        seed: The centre's.
        index: Which calls; each call's outcome depends on its own index and load alone.
        load: How busy the centre was when each began.
        roster: Who works here.
    """
    throws = dice.Throws(seed, index)
    contact_type = throws.spin("contact type", _CONTACT_TYPE_WHEEL)
    row = np.where((contact_type == INBOUND) & (load >= BUSY_LOAD), _BUSY_ROW, contact_type)
    disposition: dice.Codes = _DISPOSITION_WHEELS[row, throws.below("disposition", 1000)]
    success = disposition == SUCCESS
    colleagues = (contact_type == INTERNAL) | (contact_type == CONFERENCE)
    way = np.where(success & ~colleagues, throws.spin("way", _WAY_WHEEL), 0)
    target = throws.spin("target", _TARGET_WHEEL)
    team = _team(throws, target, roster)
    # The dialler of a predictive call brings in an agent only once the customer has answered.
    with_agent = _WITH_AGENT[disposition] & ((contact_type != PREDICTIVE) | success)
    handed = (way > 0) & (target != TO_OUTSIDE)
    again = handed & (throws.below("again", 12) == 0)
    present = (with_agent, handed | colleagues, again)
    concerned = (with_agent | _WITH_QUEUE[disposition], handed | colleagues, again)
    agents = [_codes(np.where(mask, agent, 0)) for mask, agent in zip(present, team.agents, strict=True)]
    groups = [_codes(np.where(mask, group, 0)) for mask, group in zip(concerned, team.groups, strict=True)]
    rating = np.where(success & (contact_type == INBOUND), throws.spin("rating", _RATING_WHEEL), NOT_OFFERED)
    calling, called, broker = _parties(throws, contact_type, team, roster.staff)
    return Outcome(
        contact_type=contact_type,
        disposition=disposition,
        early_media_state=_early_media(throws, disposition, ~colleagues),
        first_agent=agents[0],
        second_agent=agents[1],
        third_agent=agents[2],
        first_group=groups[0],
        second_group=groups[1],
        third_group=groups[2],
        calling_number=calling,
        called_number=called,
        broker=broker,
        rating=_codes(rating),
        satisfaction_channel=_codes(np.where(rating > NOT_OFFERED, throws.spin("channel", _CHANNEL_WHEEL), 0)),
        release_initiator=np.where(success, throws.spin("by", _ANSWERED_WHEEL), _UNANSWERED_BY[disposition]),
        way=_codes(way),
        target=target,
        again=again,
    )


def _early_media(throws: dice.Throws, disposition: dice.Codes, outside: NDArray[np.bool_]) -> dice.Codes:
    """Why a call to somebody outside was not connected."""
    heard = np.where(disposition == NO_ANSWER, throws.spin("early media", _EARLY_MEDIA_WHEEL), 0)
    heard = np.where(disposition == REJECT, BUSY_LINE, heard)
    return _codes(np.where(outside, heard, 0))


def _team(throws: dice.Throws, target: dice.Codes, roster: Roster) -> _Team:
    """Three agents of each call, all different, and the groups they answer for."""
    group = throws.below("group", VOICE_GROUPS)
    first = roster.pick(group, throws.below("first agent", _PLACES))
    # To a colleague of the same group or of another one; but a group hands a call to another group only.
    apart = throws.below("second group", VOICE_GROUPS)
    second_group = (group + np.where((apart == 0) & (target == TO_GROUP), 1, apart)) % VOICE_GROUPS
    second = roster.pick(second_group, throws.below("second agent", _PLACES), first)
    third_group = (second_group + throws.below("third group", VOICE_GROUPS)) % VOICE_GROUPS
    third = roster.pick(third_group, throws.below("third agent", _PLACES), first, second)
    return _Team(agents=(first, second, third), groups=(group + 1, second_group + 1, third_group + 1))


def _parties(
    throws: dice.Throws, contact_type: dice.Codes, team: _Team, staff: int
) -> tuple[NumberCodes, NumberCodes, NumberCodes]:
    """Codes of the calling, the called and the middle number."""
    bits = dice.throw(throws.seed, "customer", throws.index)
    # The product of two dice makes some customers call far more often than others.
    rank = ((bits >> 48) * ((bits >> 32) & 0xFFFF)) >> 16
    customer = numbers.FIRST_CUSTOMER + ((rank * numbers.CUSTOMERS) >> 16) * 7919 % numbers.CUSTOMERS
    hot_line = numbers.FIRST_HOT_LINE + throws.below("hot line", numbers.HOT_LINES)
    extension = numbers.FIRST_EXTENSION - 1
    mobile = extension + staff
    first, second, _ = team.agents

    inbound = contact_type == INBOUND
    colleagues = (contact_type == INTERNAL) | (contact_type == CONFERENCE)
    through_middle = (contact_type == BACK2BACK) | (contact_type == PRIVACY_DIAL)
    customer = customer.astype(np.int64)
    calling = np.select([inbound, colleagues, through_middle], [customer, extension + first, mobile + first], hot_line)
    called = np.select([inbound, colleagues], [hot_line, extension + second], customer)
    broker = np.where(through_middle, hot_line, numbers.NOBODY)
    return calling.astype(np.uint16), called.astype(np.uint16), broker.astype(np.uint16)


def _codes(values: NDArray[Any]) -> dice.Codes:
    return values.astype(np.uint8)
