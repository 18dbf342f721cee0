"""What the upstream tells of a recording: where the file is, what it is called, whose leg it is."""

from datetime import datetime
from typing import Any, Literal
from urllib.parse import parse_qs, urlsplit

import attrs

from .fields import Form, extra, shown, wire
from .public import public
from .vocabulary import RestoreStatus

Track = Literal["mono", "multi_channel", "voicemail", "early_media"]


@attrs.frozen(repr=False)
class RecordingLink:
    """Answer of the four actions that give a whole call's recording.

    Attributes:
        file_url: Signed link, as sent; good for a day by default. Never shown.
        file_name: Name the upstream gives the file; not to be trusted as a path.
        duration: Seconds (GetMonoRecording only, which sends milliseconds).
        extra: What the upstream sent and this version does not know.
    """

    file_url: str | None = wire(repr=False)
    file_name: str | None = wire()
    duration: int | None = wire(form=Form.MILLISECONDS)
    extra: dict[str, Any] = extra()

    __repr__ = shown

    @property
    def expires(self) -> int | None:
        """Unix seconds at which the link dies (its ``Expires``), or None where it does not say."""
        try:
            query = parse_qs(urlsplit(self.file_url or "").query)
        except ValueError:  # what the upstream calls a link is none
            return None
        told = query.get("Expires", [""])[0]
        return int(told) if told.isascii() and told.isdigit() and len(told) < 12 else None  # noqa: PLR2004


@public
@attrs.frozen(repr=False)
class HoldSegment:
    """A stretch in which the customer was on hold.

    Attributes:
        start_time: When it began.
        end_time: When it ended.
        extra: What the upstream sent and this version does not know.
    """

    start_time: datetime | None = wire()
    end_time: datetime | None = wire()
    extra: dict[str, Any] = extra()

    __repr__ = shown


@public
@attrs.frozen(repr=False)
class RecordingPart:
    """One agent's leg of a recorded call (ListMonoRecordings, ListMultiChannelRecordings).

    Attributes:
        contact_id: The call.
        agent_id: The agent of the leg.
        agent_name: The agent's display name.
        skill_group_id: The skill group of the leg.
        ram_id: The agent's RAM id; the upstream sends text here and a number in ListUsers.
        agent_channel_id: The leg's id, which embeds numbers and so is not shown (multi-channel only).
        start_time: When the recording of the leg begins.
        duration: Seconds (milliseconds as text on the wire).
        hold_time_segments: When the customer was on hold (multi-channel only).
        file_name: Name the upstream gives the file.
        file_url: Signed link, as sent. Never shown.
        extra: What the upstream sent and this version does not know.
    """

    contact_id: str | None = wire()
    agent_id: str | None = wire()
    agent_name: str | None = wire()
    skill_group_id: str | None = wire()
    ram_id: int | None = wire(form=Form.POSITIVE)
    agent_channel_id: str | None = wire(repr=False)
    start_time: datetime | None = wire()
    duration: int | None = wire(form=Form.MILLISECONDS)
    hold_time_segments: tuple[HoldSegment, ...] = wire(default=())
    file_name: str | None = wire()
    file_url: str | None = wire(repr=False)
    extra: dict[str, Any] = extra()

    __repr__ = shown


@public
@attrs.frozen(repr=False)
class RestoreState:
    """How far the thawing of one archived recording is (RestoreArchivedRecordings).

    Attributes:
        contact_id: The call.
        exists: Whether there is a file at all.
        status: Completed or in progress.
        storage_type: The object store's class; values beyond ``Standard`` are not documented.
        extra: What the upstream sent and this version does not know.
    """

    contact_id: str | None = wire()
    exists: bool | None = wire()
    status: RestoreStatus | None = wire()
    storage_type: str | None = wire()
    extra: dict[str, Any] = extra()

    __repr__ = shown
