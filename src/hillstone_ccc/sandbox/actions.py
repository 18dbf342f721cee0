"""The covered actions, one line each: what it needs, and what answers it."""

from collections.abc import Callable, Mapping
from typing import Any

import attrs

from hillstone_ccc.sandbox import call_lists, details, recordings, rendering
from hillstone_ccc.sandbox.ask import NO_DATA, Ask
from hillstone_ccc.sandbox.errors import Refusal


@attrs.frozen
class Action:
    """One action of the upstream.

    Attributes:
        answer: gives the `Data`, or `NO_DATA`.
        required: the parameters that must be sent, in the order in which they are checked.
        params: whether the envelope has the field `Params`.
        wording: messages of its own, by code.
    """

    answer: Callable[[Ask], object]
    required: tuple[str, ...]
    params: bool = False
    wording: Mapping[str, str] = attrs.field(factory=dict[str, str])


def get_call_detail(ask: Ask) -> object:
    """GetCallDetailRecord."""
    contact_id = ask.parameters.required("ContactId")
    call = ask.centre.get(contact_id)
    if call is not None:
        return rendering.detail(call, details.events(call, ask.centre), ask.quirks)
    if ask.quirks.unknown_call == "not_found":
        raise Refusal("NotExists.JobId", contact_id)
    return NO_DATA


def list_users(ask: Ask) -> dict[str, Any]:
    """ListUsers."""
    pattern = (ask.parameters.text("SearchPattern") or "").casefold()
    group = ask.parameters.text("SkillGroupId")
    return _page(
        ask,
        [
            rendering.agent_row(agent, ask.quirks)
            for agent in ask.centre.agents
            if (pattern in agent.login_name.casefold() or pattern in agent.display_name.casefold())
            and (group is None or group in {level.skill_group_id for level in agent.skill_levels})
        ],
    )


def get_user(ask: Ask) -> object:
    """GetUser; with neither `UserId` nor `Extension` it says `Parameter.Null` (unknown)."""
    user_id, extension = ask.parameters.text("UserId"), ask.parameters.text("Extension")
    if user_id is None and extension is None:
        raise Refusal("Parameter.Null", "UserId")
    for agent in ask.centre.agents:
        if user_id in {None, agent.user_id} and extension in {None, agent.extension}:
            return rendering.agent_card(agent, ask.centre.instance_id, ask.quirks)
    if ask.quirks.unknown_user == "empty":
        return NO_DATA
    if user_id is None:
        raise Refusal("NotExists.Extension", extension, ask.centre.instance_id)
    raise Refusal("NotExists.UserId", user_id, ask.centre.instance_id)


def list_skill_groups(ask: Ask) -> dict[str, Any]:
    """ListSkillGroups; voice groups only, unless another `MediaType` is asked for."""
    pattern = (ask.parameters.text("SearchPattern") or "").casefold()
    words = ("AUDIO", "CHAT", "VIDEO", "Audio", "Chat", "Video")
    media = ask.parameters.choice("MediaType", words, default="AUDIO").upper()
    return _page(
        ask,
        [
            rendering.skill_group_row(group, ask.quirks)
            for group in ask.centre.skill_groups
            if group.media_type == media
            and (pattern in group.name.casefold() or pattern in group.display_name.casefold())
        ],
    )


def _page(ask: Ask, rows: list[dict[str, Any]]) -> dict[str, Any]:
    number, size = call_lists.page_of(ask)
    return {
        "PageNumber": number,
        "PageSize": size,
        "TotalCount": len(rows),
        "List": rows[(number - 1) * size : number * size],
    }


_PAGED = ("InstanceId", "PageNumber", "PageSize")
_CALL = ("InstanceId", "ContactId")
_EARLY_MEDIA = {
    "Parameter.Blank": "The parameter %s must not be null.",
    "Parameter.Null": "The parameter %s must not be null.",
}

ACTIONS: Mapping[str, Action] = {
    "ListCallDetailRecords": Action(call_lists.list_v1, _PAGED),
    "ListCallDetailRecordsV2": Action(call_lists.list_v2, _PAGED),
    "ListRecentCallDetailRecords": Action(call_lists.list_recent, _PAGED),
    "GetCallDetailRecord": Action(get_call_detail, _CALL),
    "ListUsers": Action(list_users, _PAGED, params=True),
    "GetUser": Action(get_user, ("InstanceId",), params=True),
    "ListSkillGroups": Action(list_skill_groups, _PAGED),
    "GetMonoRecording": Action(recordings.get_mono, _CALL),
    "ListMonoRecordings": Action(recordings.list_mono, _CALL),
    "GetMultiChannelRecording": Action(recordings.get_multi_channel, _CALL),
    "ListMultiChannelRecordings": Action(recordings.list_multi_channel, _CALL),
    "GetVoicemailRecording": Action(recordings.get_voicemail, _CALL),
    "GetEarlyMediaRecording": Action(recordings.get_early_media, _CALL, wording=_EARLY_MEDIA),
    "RestoreArchivedRecordings": Action(recordings.restore, ("InstanceId",)),
}
