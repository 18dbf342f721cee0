"""A recording as something that a notebook plays."""

from __future__ import annotations

import attrs

from ._core.errors import CCCError
from ._core.public import public

EMBEDDED = 16 * 1024 * 1024
"""Bytes of sound that a notebook is made to hold at most, unless more is asked for: 17 minutes."""

_PLAYABLE = frozenset({"audio/wav", "audio/mpeg"})
_KINDS = (
    (b"RIFF", "audio/wav"),
    (b"\x1aE\xdf\xa3", "audio/x-matroska"),
    (b"ID3", "audio/mpeg"),
    (b"\xff\xfb", "audio/mpeg"),
    (b"\xff\xf3", "audio/mpeg"),
    (b"\xff\xf2", "audio/mpeg"),
)
_NO_PLAYER = "Browsers do not play this kind of file: take track='mono', or download it."


@public
@attrs.frozen(repr=False)
class Player:
    """A recording's sound, shown by Jupyter as a player.

    Attributes:
        file_name: The recording's name.
        content_type: Its media type, as its name or its first bytes tell; None if they do not.
        duration: Seconds, if the upstream told.
        data: The sound itself; empty if the player holds a link instead.
        link: The signed link that the player asks; None unless a link was asked for. Whoever reads a notebook
            that was saved with it can listen for as long as it lives.
    """

    file_name: str
    content_type: str | None
    duration: int | None
    data: bytes = b""
    link: str | None = None

    def __repr__(self) -> str:
        sound = "a link" if self.link is not None else f"{len(self.data):,} bytes"
        return f"Player({self.file_name!r}, {sound})"

    def html(self) -> str:
        """The player as HTML."""
        from base64 import b64encode  # noqa: PLC0415 - for notebooks

        kind = self.content_type or _kind_of(self.data)
        source = self.link
        if source is None:
            source = f"data:{kind or 'audio/wav'};base64,{b64encode(self.data).decode()}"
        if kind is not None and kind not in _PLAYABLE:
            return card(self.file_name, self.duration, _NO_PLAYER)
        return (
            f'<figure style="margin:0"><figcaption>{_escaped(_caption(self.file_name, self.duration))}</figcaption>'
            f'<audio controls preload="metadata" src="{_escaped(source)}"></audio></figure>'
        )

    _repr_html_ = html


def card(file_name: str, duration: int | None, why: str) -> str:
    """What is shown where nothing can be played."""
    return f"<p>{_escaped(_caption(file_name, duration))}<br><em>{_escaped(why)}</em></p>"


def refusal(file_name: str, duration: int | None, error: CCCError) -> str:
    """What is shown where the sound cannot be had."""
    return card(file_name, duration, str(error))


def _escaped(text: str) -> str:
    from html import escape  # noqa: PLC0415 - for notebooks

    return escape(text)


def _caption(file_name: str, duration: int | None) -> str:
    return file_name if duration is None else f"{file_name} · {duration // 60}:{duration % 60:02}"


def _kind_of(data: bytes) -> str | None:
    return next((kind for begins, kind in _KINDS if data.startswith(begins)), None)
