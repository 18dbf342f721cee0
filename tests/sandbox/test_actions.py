"""What each action answers: its parameters, its limits, the odd types of its fields."""

from collections.abc import Callable
from typing import Any

import pytest

from hillstone_ccc.sandbox import Call, Sandbox

NOW = 1_767_345_845
AT = NOW * 1000 - 3_600_000
Ask = Callable[..., Any]
Make = Callable[..., Sandbox]
V1, V2 = "ListCallDetailRecords", "ListCallDetailRecordsV2"
LISTS = [V1, V2, "ListRecentCallDetailRecords"]


def ids(document: Any) -> list[str]:
    """The last digits of the listed calls' ids."""
    assert document["Code"] == "OK", document
    return [row["ContactId"].removeprefix("job-") for row in document["Data"]["List"]]


def rows(document: Any) -> dict[str, Any]:
    """The listed calls by id."""
    return {row["ContactId"]: row for row in document["Data"]["List"]}


@pytest.mark.parametrize("action", [V1, V2])
def test_the_default_is_today_newest_first(box: Sandbox, ask: Ask, action: str) -> None:
    """Without a range the calls since 00:00 in Beijing are listed, the newest first."""
    assert ["4", "3", "2", "1"] == ids(ask(box, action))


def test_the_day_begins_in_beijing(make_box: Make, ask: Ask) -> None:
    """A call at 00:00 in Beijing is today's, one a millisecond earlier is not."""
    midnight = 1_767_283_200_000
    calls = [Call(contact_id="job-1", start_time=midnight), Call(contact_id="job-2", start_time=midnight - 1)]
    assert ["1"] == ids(ask(make_box(calls=calls), V2))


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({"StartTime": AT - 86_400_000}, "43215"),
        ({"StartTime": AT + 1000, "EndTime": AT + 1000}, "2"),
        ({"StartTime": AT + 1, "EndTime": AT}, ""),
        ({"SortOrder": "ASC"}, "1234"),
        ({"ContactId": "job-5", "StartTime": AT, "ContactType": "Outbound"}, "5"),
        ({"ContactType": "Outbound"}, "2"),
        ({"ContactType": "OUTBOUND"}, ""),
        ({"ContactTypeList": '["Inbound"]'}, "431"),
        ({"ContactTypeList": "[]"}, "4321"),
        ({"ContactType": "Outbound", "ContactTypeList": '["Inbound"]'}, ""),
        ({"ContactType": "Outbound", "ContactTypeList": '["Inbound","Outbound"]'}, "2"),
        ({"ContactDisposition": "Voicemail"}, "4"),
        ({"ContactDispositionList": '["Voicemail","NoAnswer"]'}, "42"),
        ({"EarlyMediaStateList": '["PowerOff"]'}, "2"),
        ({"AgentId": "zhangsanfeng@ccc-demo"}, "3"),
        ({"SkillGroupId": "tech-support@ccc-demo"}, "321"),
        ({"CallingNumber": "02100000001"}, "2"),
        ({"CalledNumber": "1380000"}, ""),
        ({"Criteria": '{"phoneNumber":"0000002","other":1}'}, "2"),
        ({"Criteria": "{}"}, "4321"),
        ({"SatisfactionList": '["5"]'}, "1"),
        ({"SatisfactionList": "[5]"}, "1"),
        ({"SatisfactionDescriptionList": '["非常满意"]'}, "1"),
        ({"SatisfactionSurveyChannel": "IVR"}, "1"),
        ({"OrderByField": "talkTime"}, "3412"),
        ({"OrderByField": "callDuration", "SortOrder": "ASC"}, "2134"),
        ({"OrderByField": "startTime", "FirstAgentId": "nobody", "MediaType": "CHAT"}, "4321"),
    ],
)
def test_the_filters_of_v1(box: Sandbox, ask: Ask, filters: dict[str, Any], expected: str) -> None:
    """Each parameter of ListCallDetailRecords filters; those it does not know are ignored."""
    assert list(expected) == ids(ask(box, V1, **filters))


@pytest.mark.parametrize("field", ["ringTime", "dialingTime", "ivrTime", "queueTime"])
def test_v1_orders_by_phases(box: Sandbox, ask: Ask, field: str) -> None:
    """Calls that are equal in the phase keep the order of their start."""
    assert len(ids(ask(box, V1, OrderByField=field))) == 4


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({"ContactIdList": '["job-2","job-5"]'}, "2"),
        ({"ContactTypeList": '["OUTBOUND"]'}, "2"),
        ({"ContactTypeList": '["Outbound"]'}, ""),
        ({"ContactTypeList": '["PRIVACY_DIAL"]', "StartTime": 0}, "5"),
        ({"ContactDispositionList": '["Voicemail"]'}, "4"),
        ({"EarlyMediaStateList": '["PowerOff"]'}, "2"),
        ({"AgentId": "zhangsanfeng@ccc-demo"}, "3"),
        ({"FirstAgentId": "zhangsanfeng@ccc-demo"}, ""),
        ({"SkillGroupIdList": '["tech-support@ccc-demo","other"]'}, "321"),
        ({"CallingNumber": "02100000001"}, "2"),
        ({"CalledNumber": "02100000001"}, "431"),
        ({"Number": "13800000002"}, "2"),
        ({"Number": "1380000"}, ""),
        ({"Broker": "02100000009"}, ""),
        ({"SatisfactionRateList": '["-2"]'}, "432"),
        ({"SatisfactionRateList": '[">2"]'}, "1"),
        ({"SatisfactionDescriptionList": '["非常满意"]'}, "1"),
        ({"SatisfactionSurveyChannel": "SMS"}, ""),
        ({"ReleaseInitiatorList": '["AGENT"]'}, "3"),
        ({"ReleaseReasonList": '["200:OK"]'}, "431"),
        ({"MediaType": "AUDIO"}, "4321"),
        ({"MediaType": "CHAT"}, ""),
        ({"AccessChannelTypeList": '["Web"]'}, ""),
        ({"SearchPattern": "text:x"}, ""),
        ({"AnalyticsReportReady": "True"}, ""),
        ({"AnalyticsReportReady": "false"}, "4321"),
        ({"ContactId": "job-5", "ContactType": "Outbound", "Criteria": "not read"}, "4321"),
        ({"OrderByField": "startTime", "SortOrder": "ASC"}, "1234"),
    ],
)
def test_the_filters_of_v2(box: Sandbox, ask: Ask, filters: dict[str, Any], expected: str) -> None:
    """Each parameter of ListCallDetailRecordsV2 filters; those of its predecessor are ignored."""
    assert list(expected) == ids(ask(box, V2, **filters))


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({}, "321"),
        ({"StartTime": 0}, "3215"),
        ({"Criteria": '{"phoneNumber":"0000002"}'}, "2"),
        ({"Criteria": '{"callingNumber":"1380","calledNumber":"021"}'}, "31"),
    ],
)
def test_recent_calls_are_one_agents(box: Sandbox, ask: Ask, filters: dict[str, Any], expected: str) -> None:
    """ListRecentCallDetailRecords lists the calls of the caller's own agent, in thin rows."""
    document = ask(box, "ListRecentCallDetailRecords", **filters)
    assert list(expected) == ids(document)
    assert all((row["CallDuration"], len(row)) == (str(row["Duration"]), 11) for row in rows(document).values())


def test_recent_calls_end_180_days_ago(make_box: Make, ask: Ask) -> None:
    """ListRecentCallDetailRecords reaches back 180 days and no further."""
    limit = NOW * 1000 - 180 * 86_400_000
    box = make_box(calls=[Call(contact_id=f"job-{n}", start_time=limit - 1 + n) for n in range(3)])
    assert ["2", "1"] == ids(ask(box, "ListRecentCallDetailRecords", StartTime=0))


@pytest.mark.parametrize("action", LISTS)
def test_the_total_is_on_page_1_only(box: Sandbox, ask: Ask, action: str) -> None:
    """Lists of calls tell the total on page 1 and 0 on every other; a page beyond the last is empty."""
    pages = [ask(box, action, PageNumber=number, PageSize=2)["Data"] for number in (1, 2, 3)]
    total = pages[0]["TotalCount"]
    assert [(1, 2, total), (2, 2, 0), (3, 2, 0)] == [
        (page["PageNumber"], page["PageSize"], page["TotalCount"]) for page in pages
    ]
    assert [2, total - 2, 0] == [len(page["List"]) for page in pages]


def test_an_order_that_is_not_the_centres_is_paged_too(box: Sandbox, ask: Ask) -> None:
    """Pages of an order by talking time follow each other, and page 1 has the total."""
    first, second = (ask(box, V1, OrderByField="talkTime", PageSize=3, PageNumber=n)["Data"] for n in (1, 2))
    assert (4, 0) == (first["TotalCount"], second["TotalCount"])
    assert ["job-2"] == [row["ContactId"] for row in second["List"]]


@pytest.mark.parametrize("action", [*LISTS, "ListUsers", "ListSkillGroups"])
@pytest.mark.parametrize(
    ("parameters", "code", "message"),
    [
        ({"PageNumber": 0}, "Parameter.Minimum", "The parameter PageNumber must be greater than or equal to 1."),
        ({"PageNumber": 101}, "Parameter.Maximum", "The parameter PageNumber must be less than or equal to 100."),
        ({"PageSize": -1}, "Parameter.Minimum", "The parameter PageSize must be greater than or equal to 1."),
        ({"PageSize": 101}, "Parameter.Maximum", "The parameter PageSize must be less than or equal to 100."),
        ({"PageSize": "9" * 40}, "Parameter.Maximum", "The parameter PageSize must be less than or equal to 100."),
        (
            {"PageSize": "ten"},
            "Parameter.Format",
            "The format of parameter PageSize is invalid. It must be an integer.",
        ),
        ({"PageSize": None}, "MissingPageSize", "PageSize is mandatory for this action."),
        ({"PageNumber": ""}, "Parameter.Blank", "The parameter PageNumber may not be null or blank."),
        ({"InstanceId": None}, "MissingInstanceId", "InstanceId is mandatory for this action."),
        ({"InstanceId": " "}, "Parameter.Blank", "The parameter InstanceId may not be null or blank."),
        ({"InstanceId": "x"}, "NotExists.InstanceId", "The specified instance x does not exist."),
    ],
)
def test_pages_and_instances_are_checked(
    box: Sandbox, ask: Ask, action: str, parameters: dict[str, Any], code: str, message: str
) -> None:
    """Page numbers and sizes are 1 to 100, both and the instance are required."""
    document = ask(box, action, **parameters)
    assert (code, message) == (document["Code"], document["Message"])


@pytest.mark.parametrize(
    ("action", "parameters", "code"),
    [
        (V1, {"StartTime": "yesterday"}, "Parameter.Format"),
        (V1, {"StartTime": "²"}, "Parameter.Format"),
        (V1, {"StartTime": -1}, "Parameter.Minimum"),
        (V1, {"EndTime": 4_133_952_000_001}, "Parameter.Maximum"),
        (V1, {"ContactTypeList": "Inbound"}, "Parameter.Format"),
        (V1, {"ContactTypeList": '{"a":1}'}, "Parameter.Format"),
        (V1, {"ContactTypeList": "[true]"}, "Parameter.Format"),
        (V1, {"ContactTypeList": "[[]]"}, "Parameter.Format"),
        (V1, {"ContactTypeList": "[" * 90_000}, "Parameter.Format"),
        (V1, {"Criteria": "[]"}, "Parameter.Format"),
        (V1, {"Criteria": '{"phoneNumber":1}'}, "Parameter.Format"),
        (V1, {"SatisfactionList": '["good"]'}, "Parameter.Format"),
        (V1, {"SortOrder": "desc"}, "Parameter.Enumeration"),
        (V1, {"OrderByField": "name"}, "Parameter.Enumeration"),
        (V2, {"OrderByField": "talkTime"}, "Parameter.Enumeration"),
        (V2, {"MediaType": "FAX"}, "Parameter.Enumeration"),
        (V2, {"AnalyticsReportReady": "yes"}, "Parameter.Format"),
        ("ListSkillGroups", {"MediaType": "ALL"}, "Parameter.Enumeration"),
        ("GetCallDetailRecord", {}, "MissingContactId"),
        ("GetCallDetailRecord", {"ContactId": ""}, "Parameter.Blank"),
        ("GetUser", {}, "Parameter.Null"),
        ("GetUser", {"UserId": "nobody@ccc-demo"}, "NotExists.UserId"),
        ("GetUser", {"Extension": "1"}, "NotExists.Extension"),
    ],
)
def test_malformed_parameters_are_refused(
    box: Sandbox, ask: Ask, action: str, parameters: dict[str, Any], code: str
) -> None:
    """A malformed parameter is refused with the code that says how."""
    assert code == ask(box, action, **parameters)["Code"]


def test_early_media_has_a_wording_of_its_own(box: Sandbox, ask: Ask) -> None:
    """GetEarlyMediaRecording words a blank parameter in its own way."""
    assert "The parameter ContactId must not be null." == (ask(box, "GetEarlyMediaRecording", ContactId=" ")["Message"])


def test_a_row_of_v1(box: Sandbox, ask: Ask) -> None:
    """A row of ListCallDetailRecords, with its duration as text and its lists joined by commas."""
    assert rows(ask(box, V1))["job-1"] == {
        "ContactId": "job-1",
        "InstanceId": "ccc-demo",
        "ContactType": "Inbound",
        "ContactDisposition": "Success",
        "CallingNumber": "13800000001",
        "CalledNumber": "02100000001",
        "CallerLocation": "湖南省-郴州市",
        "CalleeLocation": "上海市-上海市",
        "Broker": None,
        "AdditionalBroker": None,
        "StartTime": AT,
        "EstablishedTime": AT + 15_000,
        "ReleaseTime": AT + 55_000,
        "CallDuration": "55",
        "DialingTime": 0,
        "IvrTime": 8,
        "QueueTime": 4,
        "RingTime": 3,
        "WaitTime": 7,
        "TalkTime": 40,
        "HeldTime": 0,
        "RecordingReady": True,
        "RecordingDuration": 40,
        "AgentIds": "zhangsan@ccc-demo",
        "AgentNames": "张三",
        "SkillGroupIds": "tech-support@ccc-demo",
        "SkillGroupNames": "技术支持",
        "ReleaseInitiator": "customer",
        "ReleaseReason": "200:OK",
        "EarlyMediaState": None,
        "SatisfactionSurveyOffered": True,
        "SatisfactionSurveyChannel": "IVR",
        "SatisfactionIndex": 5,
        "SatisfactionDescription": "非常满意",
        "CallIds": "sip-leg-000001,sip-leg-000002",
    }


def test_a_row_of_v2(box: Sandbox, ask: Ask) -> None:
    """A row of ListCallDetailRecordsV2 is one of V1 with an upper-case type and the newer fields."""
    old, new = (rows(ask(box, action))["job-3"] for action in (V1, V2))
    added = {
        "ContactType": "INBOUND",
        "MediaType": "AUDIO",
        "TransferCount": 1,
        "OffSiteAgentIds": "zhangsanfeng@ccc-demo",
        "OffsiteAgentOriginatorNumbers": "02100000001",
        "OffsiteAgentDestinationNumbers": "13800009501",
        "OffsiteAgentReleaseReason": None,
        "OutsideNumberDestinationNumber": None,
        "OutsideNumberReleaseReason": None,
        "VoicebotOriginatorNumber": None,
        "VoicebotDestinationNumber": None,
        "EarlyMediaText": None,
        "AnalyticsReportReady": False,
        "AnalyticsReport": None,
        "SummaryIndex": None,
    }
    assert new == {**old, **added}


def test_a_calls_detail(box: Sandbox, ask: Ask) -> None:
    """GetCallDetailRecord has its own types and names, the reason with a dash, and the sequences of events."""
    data = ask(box, "GetCallDetailRecord", ContactId="job-1")["Data"]
    sequences = {name: data.pop(name) for name in ("AgentEvents", "CustomerEvents", "QueueEvents", "IvrEvents")}
    assert data == {
        "ContactId": "job-1",
        "InstanceId": "ccc-demo",
        "ContactType": "INBOUND",
        "ContactDisposition": "Success",
        "CallingNumber": "13800000001",
        "CalledNumber": "02100000001",
        "CallerLocation": "湖南省-郴州市",
        "CalleeLocation": "上海市-上海市",
        "StartTime": AT,
        "EstablishedTime": AT + 15_000,
        "ReleaseTime": AT + 55_000,
        "CallDuration": 55,
        "AgentIds": "zhangsan@ccc-demo",
        "AgentNames": "张三",
        "SkillGroupIds": "tech-support@ccc-demo",
        "SkillGroupNames": "技术支持",
        "RecordingReady": True,
        "ReleaseInitiator": "customer",
        "ReleaseReason": "200 - OK",
        "OutsideNumberReleaseReason": None,
        "EarlyMediaState": None,
        "Satisfaction": 5,
        "SatisfactionSurveyChannel": "IVR",
        "SatisfactionSurveyOffered": True,
        "AnalyticsReportReady": False,
        "AnalyticsReport": None,
    }
    assert [True] * 4 == [bool(sequence) for sequence in sequences.values()]


def test_agents_are_listed_with_skills_and_numbers(box: Sandbox, ask: Ask) -> None:
    """A row of ListUsers has the agent's skills and numbers, and the RAM id as a number."""
    agent = box.centre.agents[0]
    row = ask(box, "ListUsers", SearchPattern="ZHANGSAN")["Data"]["List"][0]
    assert row == {
        "UserId": agent.user_id,
        "LoginName": "zhangsan",
        "DisplayName": "张三",
        "DisplayId": agent.display_id,
        "Email": agent.email,
        "Mobile": agent.mobile,
        "Extension": agent.extension,
        "DeviceId": agent.device_id or None,
        "DeviceExt": agent.device_ext or None,
        "DeviceState": agent.device_state,
        "WorkMode": agent.work_mode,
        "RoleId": agent.role_id,
        "RoleName": agent.role_name,
        "RamId": agent.ram_id,
        "Primary": agent.primary,
        "PrimaryAccount": agent.primary,
        "SkillLevelList": [
            {
                "SkillGroupId": level.skill_group_id,
                "SkillGroupName": level.skill_group_name,
                "SkillLevel": level.skill_level,
            }
            for level in agent.skill_levels
        ],
        "PersonalOutboundNumberList": [
            {
                "Number": number.number,
                "Province": number.province,
                "City": number.city,
                "Usage": number.usage,
                "Active": number.active,
            }
            for number in agent.outbound_numbers
        ],
    }
    assert row["RamId"] > 2**53


def test_agents_are_found_by_name_and_group(box: Sandbox, ask: Ask) -> None:
    """ListUsers finds parts of login and display names, and members of a group; the total is on every page."""
    group = box.centre.agents[0].skill_levels[0].skill_group_id
    named = ask(box, "ListUsers", SearchPattern="张三", PageSize=1, PageNumber=2)["Data"]
    expected = [agent.user_id for agent in box.centre.agents if "张三" in agent.display_name]
    assert (len(expected), [expected[1]]) == (named["TotalCount"], [row["UserId"] for row in named["List"]])
    members = [
        agent.user_id for agent in box.centre.agents if group in [level.skill_group_id for level in agent.skill_levels]
    ]
    assert members == [row["UserId"] for row in ask(box, "ListUsers", SkillGroupId=group)["Data"]["List"]]


def test_an_agent_is_found_by_id_or_extension(box: Sandbox, ask: Ask) -> None:
    """GetUser takes an id or an extension, and answers with the card of sixteen fields."""
    agent = box.centre.agents[1]
    by_id, by_extension = (
        ask(box, "GetUser", **one)["Data"] for one in ({"UserId": agent.user_id}, {"Extension": agent.extension})
    )
    assert by_id == by_extension
    assert ("ccc-demo", agent.user_id, 16) == (by_id["InstanceId"], by_id["UserId"], len(by_id))


@pytest.mark.parametrize("media", [None, "CHAT", "Video"])
def test_skill_groups_are_voice_groups_unless_asked(box: Sandbox, ask: Ask, media: str | None) -> None:
    """ListSkillGroups lists the groups of one medium, by default of voice."""
    word = (media or "AUDIO").upper()
    expected = [
        (group.skill_group_id, group.name, group.display_name, group.user_count)
        for group in box.centre.skill_groups
        if group.media_type == word
    ]
    found = ask(box, "ListSkillGroups", MediaType=media)["Data"]["List"]
    assert expected == [
        (row["SkillGroupId"], row["SkillGroupName"], row["DisplayName"], row["UserCount"]) for row in found
    ]
    assert found


def test_skill_groups_are_found_by_name(box: Sandbox, ask: Ask) -> None:
    """ListSkillGroups finds parts of the name and of the display name."""
    by_name, by_display = (
        ask(box, "ListSkillGroups", SearchPattern=text)["Data"]["List"] for text in ("TECH-SUP", "技术支持")
    )
    assert ["tech-support@ccc-demo"] == [row["SkillGroupId"] for row in by_name]
    assert by_name == by_display
