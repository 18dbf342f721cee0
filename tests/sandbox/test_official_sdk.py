"""The official SDK, with its own client, signer and models, reads the sandbox: the centre's values, and our walks."""

import os
from collections.abc import Iterator
from typing import Any
from unittest import mock

import httpx
import pytest

import hillstone_ccc
from hillstone_ccc.sandbox import Call, CallFilter, Sandbox
from hillstone_ccc.sandbox.details import legs

with mock.patch.dict(os.environ, {"ALIBABA_CLOUD_ECS_METADATA_DISABLED": "true"}):
    # The vendor's packages read the environment when they are imported.
    from alibabacloud_ccc20200701 import models
    from alibabacloud_ccc20200701.client import Client
    from alibabacloud_tea_openapi.models import Config

# The vendor's signer calls datetime.utcnow().
pytestmark = pytest.mark.filterwarnings("ignore:datetime.datetime.utcnow:DeprecationWarning")

HOURS = 20 * 3_600_000


@pytest.fixture(scope="module")
def box() -> Iterator[Sandbox]:
    """A running sandbox of 3,000 made-up calls, opened with a temporary key."""
    with Sandbox(records=3000, security_token="example-token") as box:
        yield box


def opened(box: Sandbox) -> Any:
    """The vendor's client, pointed at a sandbox."""
    config = Config(
        endpoint=box.endpoint.removeprefix("http://"),
        protocol="http",
        access_key_id=box.access_key_id,
        access_key_secret=box.access_key_secret,
        security_token=box.security_token,
    )
    return Client(config)


@pytest.fixture
def client(box: Sandbox) -> Any:
    """The vendor's client of the running sandbox."""
    return opened(box)


@pytest.fixture
def calls(box: Sandbox) -> list[Call]:
    """The first hundred calls of the last 20 hours, newest first."""
    return box.centre.select(CallFilter(start_ms=box.centre.now_ms - HOURS)).rows(0, 100)


def page(box: Sandbox) -> dict[str, Any]:
    """Parameters of the first page of the last 20 hours."""
    start = box.centre.now_ms - HOURS
    return {"instance_id": box.instance_id, "page_number": 1, "page_size": 100, "start_time": start}


def brief(call: Call) -> tuple[object, ...]:
    """What is compared of a call and a row."""
    agents, names = ",".join(call.agents) or None, ",".join(call.agent_names) or None
    return (
        call.contact_id,
        call.start_time,
        call.established_time,
        str(call.call_duration),
        call.calling_number,
        agents,
        names,
        call.satisfaction_index,
        call.recording_ready,
    )


def brief_row(row: Any) -> tuple[object, ...]:
    """The same of a row."""
    return (
        row.contact_id,
        row.start_time,
        row.established_time,
        row.call_duration,
        row.calling_number,
        row.agent_ids,
        row.agent_names,
        row.satisfaction_index,
        row.recording_ready,
    )


def test_call_records(box: Sandbox, client: Any, calls: list[Call]) -> None:
    """Both lists of calls have the centre's calls, spelled in their own ways."""
    old = client.list_call_detail_records(models.ListCallDetailRecordsRequest(**page(box))).body.data
    new = client.list_call_detail_records_v2(models.ListCallDetailRecordsV2Request(**page(box))).body.data
    assert [brief(call) for call in calls] == [brief_row(row) for row in old.list]
    assert [brief(call) for call in calls] == [brief_row(row) for row in new.list]
    assert [call.contact_type for call in calls] == [row.contact_type for row in old.list]
    assert [len(call.transfers) for call in calls] == [row.transfer_count for row in new.list]
    assert old.total_count == new.total_count >= len(calls) > 0


def test_hard_filters(box: Sandbox, client: Any, calls: list[Call]) -> None:
    """Filters that are JSON and Chinese pass the signature and filter."""
    name = calls[0].calling_number
    request = models.ListCallDetailRecordsRequest(
        **page(box),
        contact_type_list='["Inbound","Outbound"]',
        criteria=f'{{"phoneNumber":"{name}"}}',
        satisfaction_description_list='["满意 ~*+","非常满意"]',
    )
    expected = CallFilter(
        start_ms=box.centre.now_ms - HOURS,
        number_part=name,
        contact_types=("Inbound", "Outbound"),
        satisfaction_descriptions=("满意 ~*+", "非常满意"),
    )
    data = client.list_call_detail_records(request).body.data
    assert box.centre.select(expected).total == data.total_count


def test_a_call(box: Sandbox, client: Any, calls: list[Call]) -> None:
    """A call's detail has the centre's values and its agents' events."""
    call = next(call for call in calls if call.transfers and call.recording_ready)
    request = models.GetCallDetailRecordRequest(instance_id=box.instance_id, contact_id=call.contact_id)
    data = client.get_call_detail_record(request).body.data
    assert (call.contact_id, call.call_duration, call.satisfaction_index) == (
        data.contact_id,
        data.call_duration,
        data.satisfaction,
    )
    assert set(call.agents) == {events.agent_id for events in data.agent_events}


def test_agents_and_groups(box: Sandbox, client: Any) -> None:
    """Agents and skill groups are the centre's, ids of 18 digits exact."""
    asked = {"instance_id": box.instance_id, "page_number": 1, "page_size": 100}
    users = client.list_users(models.ListUsersRequest(**asked, search_pattern="张")).body.data.list
    expected = [agent for agent in box.centre.agents if "张" in agent.display_name]
    assert [(agent.user_id, agent.ram_id) for agent in expected] == [(user.user_id, user.ram_id) for user in users]
    user = client.get_user(models.GetUserRequest(instance_id=box.instance_id, user_id=users[0].user_id)).body.data
    assert user.display_name == expected[0].display_name
    groups = client.list_skill_groups(models.ListSkillGroupsRequest(**asked)).body.data.list
    voice = [group.display_name for group in box.centre.skill_groups if group.media_type == "AUDIO"]
    assert voice == [group.display_name for group in groups]


def test_recordings(box: Sandbox, client: Any, calls: list[Call]) -> None:
    """Recordings have the centre's lengths, and their links lead to audio."""
    call = next(call for call in calls if call.recording_ready)
    asked = {"instance_id": box.instance_id, "contact_id": call.contact_id}
    mono = client.get_mono_recording(models.GetMonoRecordingRequest(**asked)).body.data
    assert call.recording_duration * 1000 == mono.duration
    assert httpx.get(mono.file_url, trust_env=False).content.startswith(b"RIFF")
    found = client.list_mono_recordings(models.ListMonoRecordingsRequest(**asked)).body.data
    expected = [(leg.agent_id, str(leg.start_ms)) for leg in legs(call, box.centre)]
    assert expected == [(leg.agent_id, leg.start_time) for leg in found]


def test_refusals(box: Sandbox, client: Any) -> None:
    """A refusal becomes the vendor's exception, with code and status."""
    with pytest.raises(Exception, match="does not exist") as caught:
        client.list_users(models.ListUsersRequest(instance_id="ccc-none", page_number=1, page_size=1))
    error: Any = caught.value
    assert ("NotExists.InstanceId", 404) == (error.code, error.status_code)


async def test_the_asynchronous_methods(box: Sandbox, client: Any, calls: list[Call]) -> None:
    """The vendor's asynchronous methods read the same."""
    request = models.ListCallDetailRecordsV2Request(**page(box))
    data = (await client.list_call_detail_records_v2_async(request)).body.data
    assert [brief(call) for call in calls] == [brief_row(row) for row in data.list]
    asked = models.ListUsersRequest(instance_id=box.instance_id, page_number=1, page_size=1)
    assert (await client.list_users_async(asked)).body.data.total_count == len(box.centre.agents)


# --- two walks of one range ---------------------------------------------------------------------------------

# Fifty thousand with the thorough profile; else still more than one query can list.
MANY = 50_000 if os.environ.get("HYPOTHESIS_PROFILE") == "ci" else 12_000
WINDOW = 10_000
MONTH = 30 * 24 * 3_600_000


@pytest.fixture(scope="module")
def busy() -> Iterator[Sandbox]:
    """A running sandbox of more calls than one query can list."""
    with Sandbox(records=MANY, days=30, gzip=False) as box:
        yield box


@pytest.fixture(scope="module")
def month(busy: Sandbox) -> tuple[int, int]:
    """The time that holds all of them, its end not included, Unix milliseconds."""
    return busy.centre.now_ms - MONTH, busy.centre.now_ms


def walk(client: Any, box: Sandbox, start: int, end: int) -> Iterator[str]:
    """Ids of the calls from start to before end, newest first, by the vendor's pages: in halves until they fit."""

    def data(number: int) -> Any:
        asked = {"instance_id": box.instance_id, "page_number": number, "page_size": 100}
        request = models.ListCallDetailRecordsV2Request(**asked, start_time=start, end_time=end - 1)
        return client.list_call_detail_records_v2(request).body.data

    first = data(1)
    if first.total_count > WINDOW:
        middle = (start + end) // 2
        yield from walk(client, box, middle, end)
        yield from walk(client, box, start, middle)
        return
    yield from (row.contact_id for row in first.list)
    for number in range(2, -(-first.total_count // 100) + 1):
        yield from (row.contact_id for row in data(number).list)


@pytest.fixture(scope="module")
def walked(busy: Sandbox, month: tuple[int, int]) -> list[str]:
    """The month as the vendor's client walks it."""
    return list(walk(opened(busy), busy, *month))


def ours(box: Sandbox) -> dict[str, Any]:
    """What our clients are told of a sandbox."""
    return {
        "instance_id": box.instance_id,
        "access_key_id": box.access_key_id,
        "access_key_secret": box.access_key_secret,
        "endpoint": box.endpoint,
    }


@pytest.mark.thorough
def test_our_walk_finds_the_same_calls(busy: Sandbox, month: tuple[int, int], walked: list[str]) -> None:
    """Each of them once and in the same order, past what one query can list."""
    start, end = month
    with hillstone_ccc.Client(**ours(busy)) as ccc:
        assert walked == [call.contact_id for call in ccc.call_records.search(start=start, end=end)]
    assert MANY == len(set(walked))


@pytest.mark.thorough
async def test_our_asynchronous_walk_finds_the_same_calls(
    busy: Sandbox, month: tuple[int, int], walked: list[str]
) -> None:
    """So does the asynchronous client."""
    start, end = month
    async with hillstone_ccc.AsyncClient(**ours(busy)) as ccc:
        assert walked == [call.contact_id async for call in ccc.call_records.search(start=start, end=end)]
