"""The values of the documented examples: what each action's answer in ``examples/`` means."""

from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import orjson

from hillstone_ccc._core.agents import Agent, OutboundNumber, SkillGroup, SkillLevel
from hillstone_ccc._core.details import CallDetail
from hillstone_ccc._core.events import AgentEvents, CustomerEvents, Event, IvrEvents, QueueEvents
from hillstone_ccc._core.links import HoldSegment, RecordingLink, RecordingPart, RestoreState
from hillstone_ccc._core.operation import (
    Listed,
)
from hillstone_ccc._core.records import CallRecord
from hillstone_ccc._core.vocabulary import (
    ContactType,
    DeviceState,
    Disposition,
    EventName,
    FlowType,
    MediaType,
    NumberUsage,
    QueueType,
    ReleaseInitiator,
    RestoreStatus,
    RoleName,
    SatisfactionChannel,
    WorkMode,
)

ZONE = ZoneInfo("Asia/Shanghai")
BUCKET = "https://example-bucket.oss-cn-shanghai.aliyuncs.com/ccc-demo"
FLOW = "00000000-0000-0000-0000-0000000000f1"


def at(second: int, minute: int = 4) -> datetime:
    """A moment of the documented call."""
    return datetime(2026, 1, 2, 11, minute, second, tzinfo=ZONE)


COMMON: dict[str, Any] = {
    "instance_id": "ccc-demo",
    "contact_type": ContactType.INBOUND,
    "contact_disposition": Disposition.SUCCESS,
    "calling_number": "13800000001",
    "called_number": "02100000001",
    "caller_location": "演示省-演示市",
    "callee_location": "上海市-上海",
    "start_time": at(5),
    "established_time": at(20),
    "release_time": at(0, 5),
    "call_duration": 55,
    "recording_ready": True,
    "skill_group_ids": ("sg-one@ccc-demo",),
    "skill_group_names": ("演示技能组",),
    "release_initiator": ReleaseInitiator.CUSTOMER,
}
PHASES: dict[str, Any] = {
    "dialing_time": 0,
    "ivr_time": 8,
    "queue_time": 4,
    "ring_time": 3,
    "wait_time": 7,
    "talk_time": 40,
    "held_time": 0,
}
BOTH: dict[str, Any] = {"agent_ids": ("alpha@ccc-demo", "beta@ccc-demo"), "agent_names": ("演示坐席甲", "演示坐席乙")}


def events(*told: tuple[EventName, datetime, int | None]) -> tuple[Event, ...]:
    """Events by name, time and duration."""
    return tuple(Event(name, time, duration) for name, time, duration in told)


EXPECTED: dict[str, Any] = {
    "ListCallDetailRecords": Listed(
        [
            CallRecord(
                "job-000000000000000001",
                **COMMON,
                **PHASES,
                recording_duration=40,
                agent_ids=("alpha@ccc-demo",),
                agent_names=("演示坐席甲",),
                release_reason="200:OK",
                satisfaction_survey_offered=True,
                satisfaction_survey_channel=SatisfactionChannel.IVR,
                satisfaction_index=1,
                satisfaction_description="满意",
                call_ids=("sip-leg-000001", "sip-leg-000002"),
            )
        ],
        1,
    ),
    "ListCallDetailRecordsV2": Listed(
        [
            CallRecord(
                "job-000000000000000002",
                **COMMON,
                **PHASES,
                **BOTH,
                media_type=MediaType.AUDIO,
                recording_duration=40,
                off_site_agent_ids=("beta@ccc-demo",),
                offsite_agent_originator_numbers=("02100000001",),
                offsite_agent_destination_numbers=("13800000009",),
                transfer_count=1,
                release_reason="200:OK",
                satisfaction_survey_offered=False,
                analytics_report_ready=False,
            )
        ],
        1,
    ),
    "GetCallDetailRecord": CallDetail(
        "job-000000000000000002",
        **COMMON,
        **BOTH,
        release_reason="200 - OK",
        satisfaction_survey_offered=False,
        agent_events=(
            AgentEvents(
                "alpha@ccc-demo",
                "演示坐席甲",
                "sg-one@ccc-demo",
                events(
                    (EventName.RINGING, at(17), 3),
                    (EventName.ESTABLISHED, at(20), 20),
                    (EventName.BLIND_TRANSFER, at(40), 0),
                    (EventName.RELEASED, at(40), 0),
                ),
            ),
            AgentEvents(
                "beta@ccc-demo",
                "演示坐席乙",
                "sg-one@ccc-demo",
                events(
                    (EventName.RINGING, at(40), 5),
                    (EventName.ESTABLISHED, at(45), 15),
                    (EventName.RELEASED, at(0, 5), 0),
                ),
            ),
        ),
        customer_events=(
            CustomerEvents(
                "13800000001", events((EventName.ESTABLISHED, at(5), None), (EventName.RELEASED, at(0, 5), None))
            ),
        ),
        queue_events=(
            QueueEvents(
                "sg-one@ccc-demo",
                "演示技能组",
                QueueType.SKILL_GROUP,
                FLOW,
                events((EventName.ENQUEUE, at(13), None), (EventName.ASSIGN_AGENT, at(17), None)),
            ),
        ),
        ivr_events=(IvrEvents(FLOW, FlowType.MAIN_FLOW, events((EventName.ROUTE_TO_IVR, at(5), None))),),
    ),
    "ListUsers": Listed(
        [
            Agent(
                "alpha@ccc-demo",
                login_name="alpha",
                display_name="演示坐席甲",
                display_id="1001",
                email="alpha@example.com",
                mobile="13800000008",
                extension="80000001",
                device_id="ACC-DEMO-0.0.0-0001",
                device_ext="80000002",
                device_state=DeviceState.OFFLINE,
                work_mode=WorkMode.ON_SITE,
                role_id="Agent@ccc-demo",
                role_name=RoleName.AGENT,
                ram_id=200000000000000001,
                primary=False,
                primary_account=False,
                skill_levels=(SkillLevel("sg-one@ccc-demo", "sg-one", 5),),
                outbound_numbers=(OutboundNumber("02100000003", "上海", "上海", NumberUsage.BIDIRECTION, active=True),),
            )
        ],
        1,
    ),
    "GetUser": Agent(
        "beta@ccc-demo",
        instance_id="ccc-demo",
        login_name="beta",
        display_name="演示坐席乙",
        display_id="1002",
        nickname="小乙",
        avatar_url="https://example.com/beta.png",
        email="beta@example.com",
        mobile="13800000009",
        extension="80000003",
        device_id="ACC-DEMO-0.0.0-0002",
        device_state=DeviceState.UNREGISTERED,
        work_mode=WorkMode.OFF_SITE,
        role_id="Agent@ccc-demo",
        role_name=RoleName.AGENT,
    ),
    "ListSkillGroups": Listed(
        [SkillGroup("sg-one@ccc-demo", "sg-one", "演示技能组", "演示用", "ccc-demo", MediaType.AUDIO, 1, 2)], 1
    ),
    "GetMonoRecording": RecordingLink(
        f"{BUCKET}/2026/01/job-000000000000000001.wav?Expires=1767323045&OSSAccessKeyId=example-id"
        "&Signature=VssNN8aVYK0EBDiLMcseth1SJLo%3D",
        "job-000000000000000001.wav",
        40,
    ),
    "ListMonoRecordings": [
        RecordingPart(
            "job-000000000000000002",
            "alpha@ccc-demo",
            "演示坐席甲",
            "sg-one@ccc-demo",
            200000000000000001,
            None,
            at(20),
            20,
            (),
            "job-000000000000000002-00000000-0000-0000-0000-0000000000c1-1767323060000.wav",
            f"{BUCKET}/job-000000000000000002-00000000-0000-0000-0000-0000000000c1-1767323060000.wav"
            "?Expires=1767409460&OSSAccessKeyId=example-id&Signature=example",
        )
    ],
    "ListMultiChannelRecordings": [
        RecordingPart(
            "job-000000000000000002",
            "beta@ccc-demo",
            "演示坐席乙",
            "sg-one@ccc-demo",
            200000000000000002,
            "ch-user-80000003-80000001-1767323080000-job-000000000000000002",
            at(45),
            15,
            (HoldSegment(at(50), at(53)),),
            "job-000000000000000002-00000000-0000-0000-0000-0000000000c2-1767323085000.mkv",
            f"{BUCKET}/job-000000000000000002-00000000-0000-0000-0000-0000000000c2-1767323085000.mkv"
            "?Expires=1767409460&OSSAccessKeyId=example-id&Signature=example",
        )
    ],
    "RestoreArchivedRecordings": [RestoreState("job-000000000000000006", True, RestoreStatus.PROGRESSING, "Archive")],
}
for _action, _name in (
    ("GetMultiChannelRecording", "job-000000000000000002.mkv"),
    ("GetVoicemailRecording", "voicemail.job-000000000000000004.wav"),
    ("GetEarlyMediaRecording", "job-000000000000000005-earlyMedia.wav"),
):
    EXPECTED[_action] = RecordingLink(
        f"{BUCKET}/2026/01/{_name}?Expires=1767409460&OSSAccessKeyId=example-id&Signature=example", _name
    )


def example(action: str) -> bytes:
    """The documented answer of an action, as it is in the reference."""
    return (Path(__file__).parent / "examples" / f"{action}.json").read_bytes()


def example_data(action: str) -> Any:
    """Its ``Data``."""
    return orjson.loads(example(action))["Data"]
