"""One call as the upstream knows it, in a spelling of its own that no action and no version has.

Times are Unix milliseconds, phases are whole seconds. Held time lies inside talk time (how the live service
counts it is unknown).
"""

from __future__ import annotations

from typing import Literal

from attrs import Factory, frozen

TransferKind = Literal["blind", "consulted"]
TransferTarget = Literal["agent", "skill_group", "ivr", "outside"]
InterventionKind = Literal["Coaching", "Barging", "Intercepting", "Monitoring", "StartConference"]


@frozen(kw_only=True)
class Transfer:
    """One agent's handing over of a call.

    Attributes:
        from_agent: Id of the agent who transferred.
        to: Id of the agent, of the skill group or of the flow, or the outside number, according to ``to_kind``.
        to_kind: What ``to`` is.
        time: When the agent began it, in ms.
        kind: ``blind`` (the agent leaves at once) or ``consulted`` (talks to the target first).
        completed: False for a consult after which the agent took the call back, and for a blind transfer whose
            target never answered.
    """

    from_agent: str
    to: str
    to_kind: TransferTarget
    time: int
    kind: TransferKind
    completed: bool = True


@frozen(kw_only=True)
class Intervention:
    """What an agent does in a call without handing it over.

    Attributes:
        agent: Whose event it is, one of the call's agents: a supervisor, who is there from then to the end and
            never rings, or for ``StartConference`` whoever has the call.
        event: What it is, as GetCallDetailRecord calls it.
        time: When, in ms.
    """

    agent: str
    event: InterventionKind
    time: int


# Without slots: setting fifty fields of a frozen instance is much faster through its dictionary.
@frozen(kw_only=True, slots=False)
class Call:
    """A finished call. ``Call(contact_id="job-1", start_time=123)`` is a small answered inbound call.

    The laws that generated calls and the defaults keep: an inbound call is established ``ivr_time + queue_time
    + ring_time`` after its start, any other ``dialing_time`` after it; it ends ``talk_time`` later;
    ``call_duration`` runs from the IVR entry for an inbound call and from the answer for any other;
    ``wait_time`` is ``queue_time + ring_time``, and 0 if the customer gave up; a recording is as long as the
    talk.

    Attributes:
        contact_type: Mixed-case word such as ``Inbound`` or ``Back2Back``.
        established_time: When an agent and the customer were connected, in ms; None if that never happened.
        release_initiator: ``agent``, ``customer``, or empty when the system ended the call.
        release_reason: SIP code, colon, text.
        recording_duration: In seconds. The file of GetMonoRecording has 16,000 bytes for each, and a header; that of
            GetMultiChannelRecording twice as many. A leg's file is as long as the leg.
        agents: Ids of the agents who took part, in order; ``agent_names`` goes with it.
        skill_group_ids: Groups of those agents, each once, or the group whose queue the customer left.
        satisfaction_index: The key the customer pressed, 1 to 5; None if none was.
        transfers: In the order of their times. Each to an agent, a group or a flow brings in the next of ``agents``,
            if one is left.
        interventions: What else agents did; whether supervisors are among the agents of a row is unknown.
        outside_number: The number the call was forwarded or transferred to (whether the live service fills it
            for an agent's transfer is unknown).
    """

    contact_id: str
    start_time: int
    instance_id: str = "ccc-demo"
    media_type: str = "AUDIO"
    contact_type: str = "Inbound"
    disposition: str = "Success"
    calling_number: str = "13800000001"
    called_number: str = "02100000001"
    caller_location: str = "湖南省-郴州市"
    callee_location: str = "上海市-上海市"
    broker: str = ""
    additional_broker: str = ""
    established_time: int | None = Factory(lambda call: call.start_time + 15_000, takes_self=True)
    release_time: int = Factory(lambda call: call.start_time + 55_000, takes_self=True)
    call_duration: int = 55
    dialing_time: int = 0
    ivr_time: int = 8
    queue_time: int = 4
    ring_time: int = 3
    wait_time: int = 7
    talk_time: int = 40
    held_time: int = 0
    recording_ready: bool = True
    recording_duration: int = 40
    agents: tuple[str, ...] = ("zhangsan@ccc-demo",)
    agent_names: tuple[str, ...] = ("张三",)
    skill_group_ids: tuple[str, ...] = ("tech-support@ccc-demo",)
    skill_group_names: tuple[str, ...] = ("技术支持",)
    release_initiator: str = "customer"
    release_reason: str = "200:OK"
    early_media_state: str = ""
    satisfaction_offered: bool = False
    satisfaction_channel: str = ""
    satisfaction_index: int | None = None
    satisfaction_description: str = ""
    call_ids: tuple[str, ...] = ("sip-leg-000001", "sip-leg-000002")
    transfers: tuple[Transfer, ...] = ()
    interventions: tuple[Intervention, ...] = ()
    off_site_agents: tuple[str, ...] = ()
    off_site_originator_numbers: tuple[str, ...] = ()
    off_site_destination_numbers: tuple[str, ...] = ()
    off_site_release_reason: str = ""
    outside_number: str = ""
    outside_release_reason: str = ""
    voicebot_originator_number: str = ""
    voicebot_destination_number: str = ""
    voicemail: bool = False
    early_media_text: str = ""
