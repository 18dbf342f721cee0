"""The recording actions: which files a call has, under which names, and the links to them."""

from collections.abc import Callable
from datetime import datetime, timezone
from functools import partial
from typing import Any

from hillstone_ccc.sandbox import audio, details
from hillstone_ccc.sandbox.ask import DAY_SECONDS, NO_DATA, Ask
from hillstone_ccc.sandbox.call import Call
from hillstone_ccc.sandbox.errors import Refusal
from hillstone_ccc.sandbox.matroska import two_tracks
from hillstone_ccc.sandbox.objects import StoredObject
from hillstone_ccc.sandbox.rendering import fill

RESTORE_LIMIT = 100
"""Most calls of one RestoreArchivedRecordings; which limit the live service has is unknown."""

_VOICEMAIL_MS = 12_000
_EARLY_MEDIA_MS = 6_000
_LONGEST_LINK = 10 * 365 * DAY_SECONDS
_TYPES = {"wav": "audio/x-wav", "mkv": "video/x-matroska"}


def get_mono(ask: Ask) -> object:
    """GetMonoRecording: the whole call, both sides on one track. Only this action knows `ExpireSeconds`."""
    life = ask.parameters.integer("ExpireSeconds", minimum=1, maximum=_LONGEST_LINK, default=DAY_SECONDS)
    call = _recorded(ask, lambda call: call.recording_ready)
    if call is None:
        return _nothing(ask, {})
    milliseconds = call.recording_duration * 1000
    stored = _file(ask, call, _mono_name(call), partial(audio.recording, call.contact_id, milliseconds))
    return {**_link(ask, stored, life), "Duration": milliseconds}


def mono_key(call: Call) -> str:
    """Where the object store keeps the file that GetMonoRecording links to."""
    return _key(call, _mono_name(call))


def get_multi_channel(ask: Ask) -> object:
    """GetMultiChannelRecording: the whole call, each side on a track of its own."""
    call = _recorded(ask, lambda call: call.recording_ready)
    if call is None:
        return _nothing(ask, {})
    content = partial(_both_sides, call.contact_id, call.recording_duration * 1000)
    data = _link(ask, _file(ask, call, f"{call.contact_id}.mkv", content))
    return [data] if ask.quirks.multi_channel_as_list else data


def list_mono(ask: Ask) -> object:
    """ListMonoRecordings: a file for each agent's leg."""
    return _legs(ask, "wav")


def list_multi_channel(ask: Ask) -> object:
    """ListMultiChannelRecordings: a file of two tracks for each agent's leg."""
    return _legs(ask, "mkv")


def get_voicemail(ask: Ask) -> object:
    """GetVoicemailRecording: the message that the caller left. Without one the answer has no `Data`."""
    call = _recorded(ask, lambda call: call.voicemail)
    if call is None:
        return _nothing(ask, NO_DATA)
    content = partial(audio.recording, f"voicemail {call.contact_id}", _VOICEMAIL_MS)
    return _link(ask, _file(ask, call, f"voicemail.{call.contact_id}.wav", content))


def get_early_media(ask: Ask) -> object:
    """GetEarlyMediaRecording: what was heard before an outbound call failed."""
    call = _recorded(ask, lambda call: bool(call.early_media_state))
    if call is None:
        return _nothing(ask, {})
    content = partial(audio.recording, f"early media {call.contact_id}", _EARLY_MEDIA_MS)
    return _link(ask, _file(ask, call, f"{call.contact_id}-earlyMedia.wav", content))


def restore(ask: Ask) -> list[dict[str, Any]]:
    """RestoreArchivedRecordings: asked once more, it tells how far the thawing is.

    Raises:
        Refusal: `Parameter.Null` without calls, `Parameter.Maximum` with too many.
    """
    contact_ids = ask.parameters.words("ContactIds")
    if not contact_ids:
        raise Refusal("Parameter.Null", "ContactIds")
    if len(contact_ids) > RESTORE_LIMIT:
        raise Refusal("Parameter.Maximum", "ContactIds", RESTORE_LIMIT)
    archive = ask.store.archive
    rows: list[dict[str, Any]] = []
    for contact_id in contact_ids:
        archive.restore(contact_id)
        call = ask.centre.get(contact_id)
        exists = call is not None and call.recording_ready and contact_id not in ask.readiness.never
        row = {
            "ContactId": contact_id,
            "Exists": str(exists),
            "Status": None,
            "StorageType": None,
        }
        if exists:
            row["Status"] = "Progressing" if archive.frozen(contact_id) else "Completed"
            row["StorageType"] = "Archive" if contact_id in archive.contact_ids else "Standard"
        rows.append(fill(row, ask.quirks))
    return rows


def _legs(ask: Ask, suffix: str) -> object:
    call = _recorded(ask, lambda call: call.recording_ready)
    if call is None:
        return _nothing(ask, [])
    agent, channel = ask.parameters.text("AgentId"), ask.parameters.text("AgentChannelId")
    return [
        fill(_leg(ask, call, leg, suffix), ask.quirks)
        for leg in details.legs(call, ask.centre)
        if agent in {None, leg.agent_id} and channel in {None, leg.channel_id}
    ]


def _leg(ask: Ask, call: Call, leg: details.Leg, suffix: str) -> dict[str, Any]:
    mono = suffix == "wav"
    content = partial(audio.recording if mono else _both_sides, leg.file_stem, leg.duration_ms)
    values: dict[str, Any] = {
        "ContactId": call.contact_id,
        "AgentId": leg.agent_id,
        "AgentName": leg.agent_name or None,
        "SkillGroupId": leg.skill_group_id or None,
        "RamId": str(leg.ram_id),
        "StartTime": str(leg.start_ms) if mono else leg.start_ms,
        "Duration": str(leg.duration_ms),
        **_link(ask, _file(ask, call, f"{leg.file_stem}.{suffix}", content)),
    }
    if not mono:
        values["AgentChannelId"] = leg.channel_id
        values["HoldTimeSegments"] = [{"StartTime": start, "EndTime": end} for start, end in leg.hold_segments]
    return values


def _recorded(ask: Ask, has: Callable[[Call], bool]) -> Call | None:
    """The call, if it has such a file and the file is there by now.

    Raises:
        Refusal: `NotExists.JobId`, when this upstream says so of a call that does not exist.
    """
    contact_id = ask.parameters.required("ContactId")
    call = ask.centre.get(contact_id)
    if call is None and ask.quirks.unknown_call == "not_found":
        raise Refusal("NotExists.JobId", contact_id)
    if call is None or not has(call):
        return None
    return call if ask.readiness.ask(ask.action, contact_id) else None


def _nothing(ask: Ask, empty: object) -> object:
    if ask.quirks.recording_not_ready == "not_found":
        raise Refusal("NotExists.JobId", ask.parameters.required("ContactId"))
    return NO_DATA if ask.quirks.recording_not_ready == "no_data_field" else empty


def _both_sides(text: str, milliseconds: int) -> bytes:
    return two_tracks(audio.recording(text, milliseconds, track="multi"))


def _mono_name(call: Call) -> str:
    return f"{call.contact_id}.wav"


def _key(call: Call, name: str) -> str:
    day = datetime.fromtimestamp(call.start_time / 1000, tz=timezone.utc)
    return f"{call.instance_id}/{day:%Y/%m}/{name}"


def _file(ask: Ask, call: Call, name: str, content: Callable[[], bytes]) -> StoredObject:
    return StoredObject(
        key=_key(call, name),
        content=content,
        modified=min(call.release_time // 1000 + 60, int(ask.now)),
        content_type=_TYPES[name.rpartition(".")[2]],
        contact_id=call.contact_id,
    )


def _link(ask: Ask, stored: StoredObject, life: float = DAY_SECONDS) -> dict[str, Any]:
    seconds = life if ask.link_seconds is None else ask.link_seconds
    url = ask.store.link(ask.base, stored, int(ask.now + seconds))
    return {"FileUrl": url, "FileName": stored.key.rpartition("/")[2]}
