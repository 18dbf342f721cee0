"""Full call records to measure with: the sandbox's, with a value in every field that ListCallDetailRecordsV2 has.

The sandbox leaves out what only a chat or an AI's report tells, and much that a lost call does not have. A full record
is the most that decoding can cost, and as large as a record gets; nothing else is made up here.
"""

# ruff: noqa: INP001 - beside programs, and no package

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import orjson

from hillstone_ccc.sandbox import CallFilter, Quirks, Sandbox
from hillstone_ccc.sandbox.rendering import record_v2

SIZE = 100
"""Rows of a page."""
NOW_MS = 1_767_323_045_000
START_MS = NOW_MS - 31 * 86_400_000
"""The range of time that holds every row, from here to ``NOW_MS``."""

_RELEASE = "200:OK"
_NUMBER = "02100000001"
_REPORT: dict[str, Any] = {
    "Emotion": {
        "Type": "Neutral",
        "Confidence": 87,
        "Remark": "客户语气平和，没有明显的情绪波动。",
        "Success": True,
        "TaskId": "example-task-1",
    },
    "ProblemSolving": {
        "Problem": "客户询问订单的配送时间。",
        "Solution": "坐席查询后告知客户预计明天送达。",
        "Solved": True,
        "Success": True,
        "TaskId": "example-task-2",
    },
    "Satisfaction": {
        "SatisfactionDescription": "满意",
        "Remark": "客户在通话结束时表示感谢。",
        "Success": True,
        "TaskId": "example-task-3",
    },
    "TodoList": {"Tasks": ["回访客户", "更新订单备注"], "Success": True, "TaskId": "example-task-4"},
}
_WHERE_NOTHING_IS: dict[str, Any] = {
    "CallingNumber": _NUMBER,
    "CalledNumber": _NUMBER,
    "CallerLocation": "演示省-演示市",
    "CalleeLocation": "上海市-上海",
    "Broker": _NUMBER,
    "AdditionalBroker": "02100000002",
    "AgentIds": "alpha@ccc-demo",
    "AgentNames": "演示坐席甲",
    "SkillGroupIds": "sg-one@ccc-demo",
    "SkillGroupNames": "演示技能组",
    "ReleaseInitiator": "customer",
    "ReleaseReason": _RELEASE,
    "EarlyMediaState": "NoAnswer",
    "SatisfactionSurveyChannel": "IVR",
    "SatisfactionIndex": 1,
    "SatisfactionDescription": "非常满意",
    "CallIds": "example-call-id@192.0.2.1",
    "OffSiteAgentIds": "alpha@ccc-demo",
    "OffsiteAgentOriginatorNumbers": _NUMBER,
    "OffsiteAgentDestinationNumbers": "13800000009",
    "OffsiteAgentReleaseReason": _RELEASE,
    "OutsideNumberDestinationNumber": "13800000008",
    "OutsideNumberReleaseReason": _RELEASE,
    "VoicebotOriginatorNumber": _NUMBER,
    "VoicebotDestinationNumber": "13800000007",
    "EarlyMediaText": "您拨打的电话暂时无人接听，请稍后再拨。",
    "AnalyticsReport": _REPORT,
    "SummaryIndex": {"Keywords": "订单,配送,时间"},
    "AccessChannelId": "example-channel",
    "AccessChannelName": "演示渠道",
    "AccessChannelType": "Web",
    "AccessChannelUserId": "example-visitor",
    "AccessChannelUserName": "演示访客",
    "ClientAppName": "example-app",
    "ClientIpAddress": "192.0.2.7",
    "ClientLocation": "演示省-演示市",
    "ClientUserAgent": "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Safari/537.36",
    "FirstResponseTime": 4,
    "MessagesSent": 12,
    "MessagesSentByAgent": 7,
    "MessagesSentByCustomer": 5,
}


def rows_on(pages: int) -> int:
    """Rows on so many pages, the last one half full: a total of just 10,000 may be one that stops there, and is cut."""
    return pages * SIZE - SIZE // 2


def sent_rows(count: int) -> list[dict[str, Any]]:
    """The newest calls of a sandbox, newest first, as it sends them: what a call does not have is null.

    What only a chat has the sandbox leaves out; here it is null as well, so that every row can be asked for it.
    """
    box = Sandbox(records=count, clock=lambda: NOW_MS / 1000)
    quirks = Quirks()
    calls = box.centre.select(CallFilter()).rows(0, count)
    return [dict.fromkeys(_WHERE_NOTHING_IS) | record_v2(call, quirks) for call in calls]


def full_rows(count: int) -> list[dict[str, Any]]:
    """The same with a value in every field, which no call has all at once."""
    return [_full(row) for row in sent_rows(count)]


def _full(row: dict[str, Any]) -> dict[str, Any]:
    told = {name: value for name, value in row.items() if value is not None}
    established = {"EstablishedTime": row["StartTime"] + 15_000, "ReleaseTime": row["StartTime"] + 60_000}
    return dict.fromkeys(row) | _WHERE_NOTHING_IS | established | told | {"AnalyticsReportReady": True}


def body(rows: Sequence[bytes], number: int, size: int, total: int) -> bytes:
    """A page of rows that are JSON already; the total on the first one alone, as the real upstream has it."""
    told = b'{"RequestId":"00000000-0000-0000-0000-000000000001","HttpStatusCode":200,"Code":"OK","Data":{'
    page = b'"PageNumber":%d,"PageSize":%d,"TotalCount":%d,"List":[' % (number, size, total if number == 1 else 0)
    return told + page + b",".join(rows) + b"]}}"


def page_of(rows: Sequence[dict[str, Any]]) -> bytes:
    """An answer with just these."""
    return body([orjson.dumps(row) for row in rows], 1, SIZE, len(rows))
