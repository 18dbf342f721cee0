"""The upstream's actions as data: what each takes, how a value is written for it, what it gives.

Arguments have one vocabulary (``contact_types``, ``start`` …); each action has its own names, letter case and list
encodings for them, and silently ignores what it does not know. So an argument that an action's table does not
list is refused here, never sent in hope. Source of every row: the action's request table of 2020-07-01.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Generic, TypeVar

import attrs

from .agents import Agent, SkillGroup
from .details import CallDetail
from .links import RecordingLink, RecordingPart, RestoreState
from .records import CallRecord
from .vocabulary import OpenEnum

R = TypeVar("R")
T = TypeVar("T")
Write = Callable[[Any], str]


@attrs.frozen
class Listed(Generic[T]):
    """One page as the upstream sent it.

    Attributes:
        rows: The rows.
        total: Rows of the whole listing, or None where the upstream does not tell (call records tell on page 1 only).
    """

    rows: list[T]
    total: int | None


@attrs.frozen
class Operation(Generic[R]):
    """One action.

    Attributes:
        action: Its name.
        shape: What ``Data`` holds: ``page``, ``object`` or ``objects``.
        model: The class of the rows or of the object.
        parameters: Argument → (parameter, how its value is written).
        totals_on_first_page_only: Whether ``TotalCount`` is 0 on every page but the first.
    """

    action: str
    shape: str
    model: type
    parameters: Mapping[str, tuple[str, Write]]
    totals_on_first_page_only: bool = False


def _word(value: Any) -> str:
    return str(value)


def _name(value: Any) -> str:
    return value.name if isinstance(value, OpenEnum) else str(value)


def _json(write: Write) -> Write:
    """A list as JSON text in one parameter, which is how every covered action wants its lists."""

    def write_list(values: Iterable[Any]) -> str:
        import orjson  # noqa: PLC0415 - not before something is asked

        return orjson.dumps([write(value) for value in values]).decode()

    return write_list


def _phone_part(value: Any) -> str:
    import orjson  # noqa: PLC0415 - see _json

    return orjson.dumps({"phoneNumber": value}).decode()


_INSTANCE = {"instance_id": ("InstanceId", _word)}
_CALL = {**_INSTANCE, "contact_id": ("ContactId", _word)}
_PAGE = {**_INSTANCE, "page": ("PageNumber", _word), "size": ("PageSize", _word)}
_RECORDS = {
    **_PAGE,
    "start": ("StartTime", _word),
    "end": ("EndTime", _word),
    "agent_id": ("AgentId", _word),
    "calling_number": ("CallingNumber", _word),
    "called_number": ("CalledNumber", _word),
    "dispositions": ("ContactDispositionList", _json(_word)),
    "early_media_states": ("EarlyMediaStateList", _json(_word)),
    "satisfaction_descriptions": ("SatisfactionDescriptionList", _json(_word)),
    "satisfaction_survey_channel": ("SatisfactionSurveyChannel", _word),
    "order": ("SortOrder", _word),
}
_LEGS = {**_CALL, "agent_id": ("AgentId", _word), "agent_channel_id": ("AgentChannelId", _word)}

LIST_CALL_DETAIL_RECORDS: Operation[Listed[CallRecord]] = Operation(
    "ListCallDetailRecords",
    "page",
    CallRecord,
    {
        **_RECORDS,
        "contact_id": ("ContactId", _word),
        "contact_types": ("ContactTypeList", _json(_word)),
        "skill_group_id": ("SkillGroupId", _word),
        "number_part": ("Criteria", _phone_part),
        "satisfactions": ("SatisfactionList", _json(_word)),
    },
    totals_on_first_page_only=True,
)
LIST_CALL_DETAIL_RECORDS_V2: Operation[Listed[CallRecord]] = Operation(
    "ListCallDetailRecordsV2",
    "page",
    CallRecord,
    {
        **_RECORDS,
        "media_type": ("MediaType", _word),
        "contact_ids": ("ContactIdList", _json(_word)),
        "contact_types": ("ContactTypeList", _json(_name)),
        "skill_group_ids": ("SkillGroupIdList", _json(_word)),
        "satisfactions": ("SatisfactionRateList", _json(_word)),
    },
    totals_on_first_page_only=True,
)
GET_CALL_DETAIL_RECORD: Operation[CallDetail | None] = Operation("GetCallDetailRecord", "object", CallDetail, _CALL)
LIST_USERS: Operation[Listed[Agent]] = Operation(
    "ListUsers",
    "page",
    Agent,
    {**_PAGE, "name_pattern": ("SearchPattern", _word), "skill_group_id": ("SkillGroupId", _word)},
)
GET_USER: Operation[Agent | None] = Operation(
    "GetUser",
    "object",
    Agent,
    {**_INSTANCE, "user_id": ("UserId", _word), "extension": ("Extension", _word)},
)
LIST_SKILL_GROUPS: Operation[Listed[SkillGroup]] = Operation(
    "ListSkillGroups",
    "page",
    SkillGroup,
    {**_PAGE, "name_pattern": ("SearchPattern", _word), "media_type": ("MediaType", _word)},
)
GET_MONO_RECORDING: Operation[RecordingLink | None] = Operation(
    "GetMonoRecording", "object", RecordingLink, {**_CALL, "expire_seconds": ("ExpireSeconds", _word)}
)
GET_MULTI_CHANNEL_RECORDING: Operation[RecordingLink | None] = Operation(
    "GetMultiChannelRecording", "object", RecordingLink, _CALL
)
GET_VOICEMAIL_RECORDING: Operation[RecordingLink | None] = Operation(
    "GetVoicemailRecording", "object", RecordingLink, _CALL
)
GET_EARLY_MEDIA_RECORDING: Operation[RecordingLink | None] = Operation(
    "GetEarlyMediaRecording", "object", RecordingLink, _CALL
)
LIST_MONO_RECORDINGS: Operation[list[RecordingPart]] = Operation("ListMonoRecordings", "objects", RecordingPart, _LEGS)
LIST_MULTI_CHANNEL_RECORDINGS: Operation[list[RecordingPart]] = Operation(
    "ListMultiChannelRecordings", "objects", RecordingPart, _LEGS
)
RESTORE_ARCHIVED_RECORDINGS: Operation[list[RestoreState]] = Operation(
    "RestoreArchivedRecordings",
    "objects",
    RestoreState,
    {**_INSTANCE, "contact_ids": ("ContactIds", _json(_word))},
)

OPERATIONS: Mapping[str, Operation[Any]] = {
    one.action: one
    for one in (
        LIST_CALL_DETAIL_RECORDS,
        LIST_CALL_DETAIL_RECORDS_V2,
        GET_CALL_DETAIL_RECORD,
        LIST_USERS,
        GET_USER,
        LIST_SKILL_GROUPS,
        GET_MONO_RECORDING,
        GET_MULTI_CHANNEL_RECORDING,
        GET_VOICEMAIL_RECORDING,
        GET_EARLY_MEDIA_RECORDING,
        LIST_MONO_RECORDINGS,
        LIST_MULTI_CHANNEL_RECORDINGS,
        RESTORE_ARCHIVED_RECORDINGS,
    )
}
