"""The documented answers with all their oddities, replayed by every driver with the network blocked."""

from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from vcr.errors import CannotOverwriteExistingCassetteException  # type: ignore[import-untyped]

from hillstone_ccc import (
    Agent,
    CallDetail,
    CallRecord,
    ContactType,
    DeviceState,
    Disposition,
    EarlyMediaState,
    Event,
    EventName,
    FlowType,
    HoldSegment,
    MediaType,
    NotFoundError,
    NumberUsage,
    OutboundNumber,
    PermissionDeniedError,
    QueueType,
    RecordingNotReadyError,
    RecordingPart,
    ReleaseInitiator,
    RestoreState,
    RestoreStatus,
    RoleName,
    SatisfactionChannel,
    SkillGroup,
    SkillLevel,
    WorkMode,
)
from hillstone_ccc.testing import vcr_config as scrubbed

pytestmark = [pytest.mark.block_network]

_FILES = "https://example-bucket.oss-cn-shanghai.aliyuncs.com/ccc-demo"
_SIGNED = "Expires=0&OSSAccessKeyId=EXAMPLE&Signature=EXAMPLE"


@pytest.fixture
def vcr_config() -> dict[str, Any]:
    """What the library offers; the names here are made up by hand."""
    return scrubbed(names=False)


def at(milliseconds: int) -> datetime:
    """The moment, as a client in Beijing's zone tells it."""
    return datetime.fromtimestamp(milliseconds / 1000, timezone(timedelta(hours=8)))


@pytest.mark.vcr(match_on=["method", "path", "headers"])
@pytest.mark.default_cassette("documented/calls")
async def test_a_list_of_calls(ccc: Any) -> None:
    """Every odd form of a list's rows is the value that is meant, and unknown fields are kept."""
    page = await ccc.call_records.search(start=at(1767323000000), end=at(1767324000000)).page(1, size=100)

    assert 4 == page.total
    whole, odd, unknown, bare = page.items
    assert whole == CallRecord(
        contact_id="job-000000000000000002",
        instance_id="ccc-demo",
        media_type=MediaType.AUDIO,
        contact_type=ContactType.INBOUND,
        contact_disposition=Disposition.SUCCESS,
        calling_number="13800000001",
        called_number="02100000001",
        caller_location="演示省-演示市",
        callee_location="上海市-上海",
        start_time=at(1767323045000),
        established_time=at(1767323060000),
        release_time=at(1767323100000),
        call_duration=55,
        dialing_time=0,
        ivr_time=8,
        queue_time=4,
        ring_time=3,
        wait_time=7,
        talk_time=40,
        held_time=0,
        recording_ready=True,
        recording_duration=40,
        agent_ids=("alpha@ccc-demo", "beta@ccc-demo"),
        agent_names=("演示坐席甲", "演示坐席乙"),
        skill_group_ids=("sg-one@ccc-demo",),
        skill_group_names=("演示技能组",),
        off_site_agent_ids=("beta@ccc-demo",),
        offsite_agent_originator_numbers=("02100000001",),
        offsite_agent_destination_numbers=("13800000009",),
        transfer_count=1,
        release_initiator=ReleaseInitiator.CUSTOMER,
        release_reason="200:OK",
        satisfaction_survey_offered=False,
        analytics_report_ready=False,
    )
    assert odd == CallRecord(
        contact_id="job-000000000000000005",
        contact_type=ContactType.PRIVACY_DIAL,
        contact_disposition=Disposition.ONE_STEP_TRANSFER,
        start_time=at(1767323045000),
        talk_time=11,
        recording_ready=False,
        agent_ids=("alpha@ccc-demo",),
        agent_names=("演示坐席,夜班",),
        release_initiator=ReleaseInitiator.AGENT,
        release_reason="486:USER_BUSY",
        early_media_state=EarlyMediaState.POWER_OFF,
        extra={"FutureField": {"Depth": [1, "2"]}},
    )
    assert (486, "USER_BUSY") == (odd.release_code, odd.release_text)
    assert (200, "OK") == (unknown.release_code, unknown.release_text)
    assert ("Hologram", False) == (unknown.contact_type, unknown.contact_type.known)
    assert CallRecord(contact_id="job-000000000000000007") == bare


@pytest.mark.vcr
@pytest.mark.default_cassette("documented/details")
async def test_a_call_as_of_today(ccc: Any) -> None:
    """The documented details and their four lists of events."""
    call: CallDetail = await ccc.call_records.get("job-000000000000000002")

    assert (ContactType.INBOUND, 55, True) == (call.contact_type, call.call_duration, call.recording_ready)
    assert "200 - OK" == call.release_reason
    assert (
        Event(EventName.RINGING, at(1767323057000), 3),
        Event(EventName.ESTABLISHED, at(1767323060000), 20),
        Event(EventName.BLIND_TRANSFER, at(1767323080000), 0),
    ) == call.agent_events[0].events
    assert ("13800000001", Event(EventName.RELEASED, at(1767323100000))) == (
        call.customer_events[0].customer_id,
        call.customer_events[0].events[1],
    )
    assert (QueueType.SKILL_GROUP, EventName.QUEUEING_TIMEOUT) == (
        call.queue_events[0].queue_type,
        call.queue_events[0].events[0].name,
    )
    assert (FlowType.MAIN_FLOW, EventName.ROUTE_TO_IVR) == (
        call.ivr_events[0].flow_type,
        call.ivr_events[0].events[0].name,
    )
    assert (True, "02100000001", "13800000009", 40) == (
        call.off_site,
        call.transfer_caller,
        call.transfer_called,
        call.record.recording_duration if call.record else None,
    )
    assert [("alpha@ccc-demo", "blind", None)] == [
        (one.from_agent_id, one.kind, one.to_kind) for one in call.transfers or ()
    ]


@pytest.mark.vcr
@pytest.mark.default_cassette("documented/details")
async def test_a_call_as_of_2021(ccc: Any) -> None:
    """Quoted scalars, a blank behind a word, old words and other letter cases are the same values."""
    call: CallDetail = await ccc.call_records.get("job-000000000000000003")

    assert (ContactType.OUTBOUND, Disposition.ABANDONED_RING) == (call.contact_type, call.contact_disposition)
    assert (at(1767323045000), 50, True) == (call.start_time, call.call_duration, call.recording_ready)
    assert (ReleaseInitiator.AGENT, "486:USER_BUSY") == (call.release_initiator, call.release_reason)
    assert (5, SatisfactionChannel.SMS, True) == (
        call.satisfaction_index,
        call.satisfaction_survey_channel,
        call.satisfaction_survey_offered,
    )
    assert (Event(EventName.RELEASED, at(1767323095000)),) == call.customer_events[0].events
    assert QueueType.AGENT is call.queue_events[0].queue_type
    assert ((), None) == (call.agent_ids, call.release_time)
    assert (None, None, ["NotFoundError"]) == (call.record, call.off_site, [one.error for one in call.missing])


@pytest.mark.vcr
@pytest.mark.default_cassette("documented/people")
async def test_agents(ccc: Any) -> None:
    """18 digits stay exact, 0 is no id, a role misspelt is the role, and a text where a flag belongs is none."""
    alpha, gamma = await ccc.agents.search().to_list()

    assert alpha == Agent(
        user_id="alpha@ccc-demo",
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
        skill_levels=(SkillLevel("sg-one@ccc-demo", "sg-one", 5),),
        outbound_numbers=(OutboundNumber("02100000003", "上海", "上海", NumberUsage.BIDIRECTION, active=True),),
    )
    assert Agent(user_id="gamma@ccc-demo", role_name=RoleName.MANAGER, primary_account=True) == gamma


@pytest.mark.vcr
@pytest.mark.default_cassette("documented/people")
async def test_one_agent_and_the_skill_groups(ccc: Any) -> None:
    """GetUser has fields of its own; blank text is none; a group's display name is kept."""
    beta: Agent = await ccc.agents.get("beta@ccc-demo")

    assert ("ccc-demo", "小乙", "https://example.com/beta.png") == (beta.instance_id, beta.nickname, beta.avatar_url)
    assert (None, None, ()) == (beta.device_ext, beta.ram_id, beta.skill_levels)
    assert (WorkMode.OFF_SITE, DeviceState.UNREGISTERED) == (beta.work_mode, beta.device_state)
    assert [
        SkillGroup("sg-one@ccc-demo", "sg-one", "演示技能组", "演示用", "ccc-demo", MediaType.AUDIO, 1, 2)
    ] == await ccc.skill_groups.search(media_type="AUDIO").to_list()


@pytest.mark.vcr
@pytest.mark.default_cassette("documented/recordings")
async def test_whole_recordings(ccc: Any) -> None:
    """A plain http link becomes https, an object inside a list is the object, and no data is no recording."""
    mono = await ccc.recordings.get("job-000000000000000001")
    multi_channel = await ccc.recordings.get("job-000000000000000002", "multi_channel")

    assert ("job-000000000000000001.wav", 40, at(0)) == (mono.file_name, mono.duration, mono.expires_at)
    assert f"{_FILES}/2026/01/job-000000000000000001.wav?{_SIGNED}" == mono.url
    assert ("job-000000000000000002.mkv", None) == (multi_channel.file_name, multi_channel.duration)
    with pytest.raises(RecordingNotReadyError) as raised:
        await ccc.recordings.get("job-000000000000000004", "voicemail")
    assert raised.value.can_still_come  # the call ended less than a day ago, as the clock of these tests goes


@pytest.mark.vcr
@pytest.mark.default_cassette("documented/recordings")
async def test_recordings_by_leg(ccc: Any) -> None:
    """Times and lengths are the same whether they come as numbers or as text."""
    (mono,) = [one.part for one in await ccc.recordings.parts("job-000000000000000002")]
    (recording,) = await ccc.recordings.parts("job-000000000000000002", "multi_channel")
    multi_channel = recording.part

    name = "job-000000000000000002-00000000-0000-0000-0000-0000000000c1-1767323060000.wav"
    assert mono == RecordingPart(
        contact_id="job-000000000000000002",
        agent_id="alpha@ccc-demo",
        agent_name="演示坐席甲",
        skill_group_id="sg-one@ccc-demo",
        ram_id=200000000000000001,
        start_time=at(1767323060000),
        duration=20,
        file_name=name,
        file_url=f"{_FILES}/{name}?{_SIGNED}",
    )
    assert (at(1767323085000), 15) == (multi_channel.start_time, multi_channel.duration)
    assert "ch-user-13800000009-02100000001-1767323080000-job-000000000000000002" == multi_channel.agent_channel_id
    assert (HoldSegment(at(1767323090000), at(1767323093000)),) == multi_channel.hold_time_segments


@pytest.mark.vcr
@pytest.mark.default_cassette("documented/recordings")
async def test_restoring(ccc: Any) -> None:
    """``"False"`` is false, and a message that contradicts the code says nothing."""
    assert [
        RestoreState("job-000000000000000006", True, RestoreStatus.PROGRESSING, "Archive"),
        RestoreState("job-000000000000000008", False, RestoreStatus.COMPLETED, "Standard"),
    ] == await ccc.recordings.restore(["job-000000000000000006", "job-000000000000000008"])


@pytest.mark.vcr
@pytest.mark.default_cassette("documented/refusals")
async def test_refusals(ccc: Any) -> None:
    """A refusal is an error of its kind, also inside an HTTP 200, and a call without data is none."""
    with pytest.raises(PermissionDeniedError) as denied:
        await ccc.agents.get("nobody@ccc-demo")
    assert ("Forbidden.RAM", 403, "00000000-0000-0000-0000-0000000000e1") == (
        denied.value.code,
        denied.value.http_status,
        denied.value.request_id,
    )
    with pytest.raises(NotFoundError) as missing:
        await ccc.call_records.get("job-000000000000000404")
    assert "NotExists.JobId" == missing.value.code
    with pytest.raises(NotFoundError):
        await ccc.call_records.get("job-000000000000000405")


@pytest.mark.vcr
@pytest.mark.default_cassette("documented/details")
async def test_what_was_not_recorded_is_not_asked(ccc: Any) -> None:
    """Another action, call or agent than the recorded ones fails, and nothing is sent."""
    with pytest.raises(CannotOverwriteExistingCassetteException):
        await ccc.call_records.get("job-000000000000000009")
    with pytest.raises(CannotOverwriteExistingCassetteException):
        await ccc.recordings.get("job-000000000000000002")
