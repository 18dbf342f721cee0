"""Whether a call has a recording, or may have one later."""

from __future__ import annotations

from typing import TypeAlias

from .details import CallDetail
from .records import CallRecord
from .vocabulary import ContactType, MediaType

Told: TypeAlias = CallRecord | CallDetail

FRESH_SECONDS = 86_400
"""How long after a call a recording is still expected; how long the making of one can take is not documented."""


def can_still_come(call: Told | None, track: str, now: float) -> bool | None:
    """Whether the recording of a call, of which there is none now, can still come.

    Args:
        call: What is known of the call.
        track: Which of its recordings.
        now: Unix seconds.

    Returns:
        True while waiting can help: the call goes on, or ended less than a day ago. False if there will be none: only
        an established call is recorded, only an outbound one has early media, and a chat is not recorded at all. None
        if that is not known: nothing is known of the call, or it has been over for so long that it should be there.
    """
    if call is None:
        return None
    if why_never(call, track):
        return False
    over = call.release_time
    return True if over is None or now - over.timestamp() < FRESH_SECONDS else None


def why_never(call: Told, track: str) -> str:
    """Why the call's own fields rule a recording out; empty if they do not."""
    row = call.record if isinstance(call, CallDetail) else call
    if row is not None and row.media_type == MediaType.CHAT:
        return "It is a chat, which is not recorded."
    if track == "early_media":
        return "Only outbound calls have early media." if call.contact_type == ContactType.INBOUND else ""
    if track == "voicemail" or call.recording_ready:  # nothing in a row tells whether the caller left a message
        return ""
    never = call.release_time is not None and call.established_time is None
    return "The call was never established, so it was not recorded." if never else ""
