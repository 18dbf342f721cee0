"""The server's answers against the contract's own three examples, for the same upstream data."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from hillstone_ccc import AsyncClient
from hillstone_ccc.server import create_app

ROOT = "/api/support/aliyun_ccc"
EXAMPLES = json.loads((Path(__file__).parent / "contract_examples.json").read_text("utf-8"))
LINK = EXAMPLES["recording"]["data"]["file_url"]

CALL = {
    "AdditionalBroker": "",
    "AgentIds": "agent01@hillstone",
    "AgentNames": "张三",
    "Broker": "",
    "CallDuration": "291",  # the list sends text
    "CalledNumber": "051200000584",
    "CalleeLocation": "江苏省-苏州",
    "CallerLocation": "河北省-石家庄",
    "CallingNumber": "13800000001",
    "ContactDisposition": "Success",
    "ContactId": "job-00000000-0000-4000-8000-000000000001",
    "ContactType": "Inbound",
    "DialingTime": 0,
    "EstablishedTime": 1686040987223,
    "InstanceId": "hillstone",
    "IvrTime": 10,
    "QueueTime": 6,
    "RecordingDuration": 275,
    "RecordingReady": True,
    "ReleaseInitiator": "agent",
    "ReleaseReason": "200 - Okay",
    "ReleaseTime": 1686041277826,
    "RingTime": 6,
    "SatisfactionDescription": "",
    "SatisfactionSurveyChannel": "",
    "SatisfactionSurveyOffered": False,
    "SkillGroupIds": "techsupport@hillstone",
    "SkillGroupNames": "技术支持",
    "StartTime": 1686040987223,
    "TalkTime": 276,
    "WaitTime": 6,
}
AGENT = {
    "DeviceExt": "80410001",
    "DeviceId": "IPPhone",
    "DeviceState": "ONLINE",
    "DisplayId": "3386",
    "DisplayName": "李四",
    "Email": "",
    "Extension": "80160001",
    "LoginName": "",
    "Mobile": "13800000002",
    "PersonalOutboundNumberList": [],
    "Primary": False,
    "PrimaryAccount": False,
    "RamId": 296139145002760001,
    "RoleId": "Agent@hillstone",
    "RoleName": "Agent",
    "SkillLevelList": [
        {"SkillGroupId": "salesconsult@hillstone", "SkillGroupName": "产品咨询", "SkillLevel": 6},
    ],
    "UserId": "agent02@hillstone",
    "WorkMode": "ON_SITE",
}
BARE = {"ContactId": "job-1"}


def page(row: dict[str, Any]) -> dict[str, Any]:
    """A page of the upstream's."""
    return {"PageNumber": 1, "PageSize": 10, "TotalCount": 1, "List": [row]}


@pytest.fixture
def data() -> dict[str, Any]:
    """What the upstream tells, by action."""
    recording = {"FileUrl": LINK, "FileName": EXAMPLES["recording"]["data"]["file_name"], "Duration": 275000}
    return {
        "ListCallDetailRecordsV2": page(CALL),
        "ListCallDetailRecords": page(CALL),
        "ListUsers": page(AGENT),
        "GetMonoRecording": recording,
    }


@pytest.fixture
async def ask(data: dict[str, Any]) -> AsyncIterator[Any]:
    """Asks the server, whose upstream tells the data."""

    def tell(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json={"Code": "OK", "Data": data[request.headers["x-acs-action"]]})

    web = httpx.AsyncClient(transport=httpx.MockTransport(tell))
    client = AsyncClient(
        instance_id="hillstone",
        access_key_id="example-id",
        access_key_secret="example-secret",
        http_client=web,
    )
    app = create_app(client, authorize=lambda _request, _permission: "front-end")
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://support.example") as caller, web:

        async def get(path: str) -> Any:
            answer = await caller.get(ROOT + path)
            assert 200 == answer.status_code
            assert "application/json" == answer.headers["content-type"]
            return answer.json()

        yield get
        await client.aclose()


def strictly(value: Any) -> Any:
    """Types too: true is not 1, and 1 is not 1.0."""
    if isinstance(value, dict):
        return {key: strictly(one) for key, one in value.items()}
    return [strictly(one) for one in value] if isinstance(value, list) else (type(value), value)


def in_order(answer: Any) -> str:
    """The order of keys too."""
    return json.dumps(answer, ensure_ascii=False, indent=1)


@pytest.mark.parametrize(
    ("path", "example"),
    [
        ("/call_record?page=1&size=10&start_time=0", "call_record"),
        ("/call_record?size=10&calling_number=1380000****&called_number=05120000****&start_time=0", "call_record"),
        ("/call_record/mono_recording?contact_id=job-00000000-0000-4000-8000-000000000001", "recording"),
        ("/agent?name_pattern=&page=1&size=10", "agent"),
    ],
)
async def test_the_contracts_own_examples(ask: Any, path: str, example: str) -> None:
    """The same keys in the same nesting and order, the same types, the same values, and nothing else."""
    answer = await ask(path)
    assert in_order(EXAMPLES[example]) == in_order(answer)
    assert strictly(EXAMPLES[example]) == strictly(answer)


async def test_what_the_upstream_does_not_tell(ask: Any, data: dict[str, Any]) -> None:
    """Every key is there all the same: text as "", times as null, durations as 0, flags as false."""
    data["ListCallDetailRecordsV2"] = page(BARE)
    (row,) = (await ask("/call_record?start_time=0"))["data"]["list"]
    (full,) = EXAMPLES["call_record"]["data"]["list"]
    absent = {str: "", int: 0, bool: False}
    times = dict.fromkeys(("start_time", "established_time", "release_time"))
    assert {**{key: absent[type(value)] for key, value in full.items()}, **times, "contact_id": "job-1"} == row
    assert list(full) == list(row)


async def test_an_agent_of_whom_little_is_told(ask: Any, data: dict[str, Any]) -> None:
    """The same holds of agents."""
    data["ListUsers"] = page({"UserId": "agent02@hillstone"})
    (row,) = (await ask("/agent"))["data"]["list"]
    (full,) = EXAMPLES["agent"]["data"]["list"]
    absent = {str: "", int: 0, bool: False, list: []}
    assert {**{key: absent[type(value)] for key, value in full.items()}, "user_id": "agent02@hillstone"} == row
    assert list(full) == list(row)


async def test_ids_names_and_numbers_are_never_rewritten(ask: Any, data: dict[str, Any]) -> None:
    """Capitals are rewritten in three fields and nowhere else."""
    data["ListCallDetailRecordsV2"] = page(
        {
            **CALL,
            "ContactId": "Job-A",
            "AgentIds": "Agent01@Hillstone",
            "AgentNames": "Alice B",
            "ContactDisposition": "AbandonedInQueue",
            "ContactType": "OUTBOUND",  # as V2 may spell it
            "SatisfactionSurveyChannel": "IVR",
        }
    )
    (row,) = (await ask("/call_record?start_time=0"))["data"]["list"]
    told = [row[name] for name in ("contact_id", "agent_ids", "agent_names", "satisfaction_survey_channel")]
    assert ["Job-A", "Agent01@Hillstone", "Alice B", "IVR"] == told
    assert ["_abandoned_in_queue", "_outbound"] == [row["contact_disposition"], row["contact_type"]]
