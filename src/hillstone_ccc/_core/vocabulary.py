"""The upstream's words, each once.

The upstream spells one value several ways (``Inbound`` in V1, ``INBOUND`` in V2) and the REST contract a third
(``_inbound``). A program sees one member for all of them, whose text is V1's word. The sets are open: a word
nobody listed stays readable text, as a member-like value of the same class (see :attr:`OpenEnum.known`).
"""

from __future__ import annotations

from enum import Enum
from functools import cache
from typing import TypeVar

from .public import public

E = TypeVar("E", bound="OpenEnum")


# Slips of the upstream's own documents, which may be slips of its answers too.
_MISSPELT = {"MANNAGER": "MANAGER"}


def _key(text: str) -> str:
    """What spellings of one word have in common: no case, no ``_``, no blanks around (``"agent "`` occurs)."""
    key = text.strip().replace("_", "").upper()
    return _MISSPELT.get(key, key)


class OpenEnum(str, Enum):
    """An enumeration that also holds words it does not list.

    ``ContactType("INBOUND")``, ``ContactType("Inbound")`` and ``ContactType("_inbound")`` are the same member; an
    unlisted word gives a value of the class that is equal to its text and whose :attr:`known` is False.
    Compare with ``==``: unlisted words are not singletons.
    """

    @classmethod
    def _missing_(cls, value: object) -> OpenEnum:
        if not isinstance(value, str):
            raise TypeError(f"{cls.__name__} takes text, not {type(value).__name__}")
        listed = _listed(cls).get(_key(value))
        if listed is not None:
            return listed
        unlisted = str.__new__(cls, value)
        unlisted._name_ = unlisted._value_ = value
        return unlisted

    @property
    def known(self) -> bool:
        """Whether the word is one that this version of the library lists."""
        return self._name_ in type(self).__members__

    def __reduce_ex__(self, _protocol: object) -> tuple[type[OpenEnum], tuple[str]]:
        # By value in every Python: some of 3.11 pickle members by name, and an unlisted word is none.
        return type(self), (self._value_,)

    def __str__(self) -> str:
        return str(self.value)

    def __repr__(self) -> str:
        return f"{type(self).__name__}.{self._name_}" if self.known else f"{type(self).__name__}({self.value!r})"

    def __format__(self, spec: str) -> str:
        return format(str(self.value), spec)


@cache
def _listed(kind: type[OpenEnum]) -> dict[str, OpenEnum]:
    return {spelling: member for member in kind for spelling in (_key(member.value), _key(member.name))}


@public
class ContactType(OpenEnum):
    """What kind of call it was (``ContactType``; V1 writes ``PrivacyDial``, V2 ``PRIVACY_DIAL``)."""

    INBOUND = "Inbound"
    OUTBOUND = "Outbound"
    INTERNAL = "Internal"
    PREDICTIVE = "Predictive"
    BACK2BACK = "Back2Back"
    PRIVACY_DIAL = "PrivacyDial"
    CONFERENCE = "Conference"


@public
class Disposition(OpenEnum):
    """How the call ended (``ContactDisposition``, 挂断类型).

    ``VOICEMAIL``, ``QUEUING_*`` and ``IVR_EXCEPTION`` appear only where the IVR flow has a hang-up reason node.
    """

    SUCCESS = "Success"
    ABANDONED_IN_IVR = "AbandonedInIVR"
    ABANDONED_IN_QUEUE = "AbandonedInQueue"
    ABANDONED_IN_RING = "AbandonedInRing"
    ABANDONED_IN_VOICE_NAVIGATOR = "AbandonedInVoiceNavigator"
    NO_ANSWER = "NoAnswer"
    REJECT = "Reject"
    QUEUING_TIMEOUT = "QueuingTimeout"
    QUEUING_OVERFLOW = "QueuingOverflow"
    QUEUING_FAILED = "QueuingFailed"
    VOICEMAIL = "Voicemail"
    IVR_EXCEPTION = "IVRException"
    FORWARD_TO_OUTSIDE_NUMBER = "ForwardToOutsideNumber"
    # Words of the 2021 documents: read, never sent.
    ABANDONED_IN_CONTACT_FLOW = "AbandonedInContactFlow"
    ABANDONED_RING = "AbandonedRing"
    QUEUE_OVERFLOW = "QueueOverflow"
    ONE_STEP_TRANSFER = "OneStepTransfer"


@public
class EarlyMediaState(OpenEnum):
    """Why an outbound call was not connected, told from its ring-back audio (``EarlyMediaState``)."""

    NO_ANSWER = "NoAnswer"
    OUT_OF_SERVICE = "OutOfService"
    NOT_EXIST = "NotExist"
    RESTRICTED = "Restricted"
    BUSY = "Busy"
    NOT_CONNECTED = "NotConnected"
    POWER_OFF = "PowerOff"


@public
class ReleaseInitiator(OpenEnum):
    """Who hung up (``ReleaseInitiator``, 挂断方)."""

    AGENT = "agent"
    CUSTOMER = "customer"


@public
class SatisfactionChannel(OpenEnum):
    """How the customer was asked (``SatisfactionSurveyChannel``; ``CHAT`` in V2 only)."""

    IVR = "IVR"
    SMS = "SMS"
    CHAT = "CHAT"


@public
class MediaType(OpenEnum):
    """What kind of contact or skill group (``MediaType``)."""

    AUDIO = "AUDIO"
    VIDEO = "VIDEO"
    CHAT = "CHAT"


@public
class WorkMode(OpenEnum):
    """Where an agent works now (``WorkMode``): 场内, 场外 or 办公电话. The present value, not a call's."""

    ON_SITE = "ON_SITE"
    OFF_SITE = "OFF_SITE"
    OFFICE_PHONE = "OFFICE_PHONE"


@public
class DeviceState(OpenEnum):
    """An agent's SIP phone (``DeviceState``): never registered, registered but off, on."""

    UNREGISTERED = "UNREGISTERED"
    OFFLINE = "OFFLINE"
    ONLINE = "ONLINE"


@public
class RoleName(OpenEnum):
    """An agent's role (``RoleName``): 管理员, 坐席, 技能组组长."""

    ADMIN = "Admin"
    AGENT = "Agent"
    MANAGER = "Manager"


@public
class NumberUsage(OpenEnum):
    """What a number may be used for (``Usage``)."""

    INBOUND = "Inbound"
    OUTBOUND = "Outbound"
    BIDIRECTION = "Bidirection"


@public
class QueueType(OpenEnum):
    """Whose queue it was (``QueueType`` 1 and 2): a skill group's, or an agent's own."""

    SKILL_GROUP = "1"
    AGENT = "2"


@public
class EventName(OpenEnum):
    """What happened in a call (``Event`` of GetCallDetailRecord's four lists)."""

    DIALING = "Dialing"
    RINGING = "Ringing"
    ESTABLISHED = "Established"
    RELEASED = "Released"
    BLIND_TRANSFER = "BlindTransfer"
    CONSULTING = "Consulting"
    COACHING = "Coaching"
    BARGING = "Barging"
    INTERCEPTING = "Intercepting"
    MONITORING = "Monitoring"
    START_CONFERENCE = "StartConference"
    ENQUEUE = "Enqueue"
    ASSIGN_AGENT = "AssignAgent"
    GIVE_UP = "GiveUp"
    ABANDONED = "Abandoned"
    QUEUEING_TIMEOUT = "QueueingTimeout"
    QUEUEING_OVERFLOW = "QueueingOverflow"
    ROUTE_TO_IVR = "Route2IVR"


@public
class FlowType(OpenEnum):
    """Which kind of IVR flow it was (``FlowType``)."""

    MAIN_FLOW = "MAIN_FLOW"
    SURVEY_FLOW = "SURVEY_FLOW"


@public
class RestoreStatus(OpenEnum):
    """How far the thawing of an archived recording is (``Status`` of RestoreArchivedRecordings)."""

    COMPLETED = "Completed"
    PROGRESSING = "Progressing"
