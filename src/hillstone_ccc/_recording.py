"""Recordings as objects: what is known of one, and saving it."""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from ._core.links import RecordingLink, Track
from ._core.moments import from_milliseconds
from ._core.saving import safe_name, save, secure
from ._file import PartialFile, Progress, target_of

if TYPE_CHECKING:
    from ._async_driver import AsyncDriver
    from ._driver import Driver
    from ._exchange import Exchange


class RecordingBase:
    """What both kinds of recording know.

    Attributes:
        contact_id: The call.
        track: Which of its recordings: ``mono``, ``multi_channel``, ``voicemail``, ``early_media``.
    """

    def __init__(self, exchange: Exchange, contact_id: str, track: Track, link: RecordingLink) -> None:
        self._exchange = exchange
        self._link = link
        self.contact_id = contact_id
        self.track: Track = track

    @property
    def url(self) -> str:
        """The signed link, over https unless it leads to this machine. Whoever has it can listen: do not log it.

        Source: ``FileUrl``. It must not be changed in any way, and lives until :attr:`expires_at`.
        """
        return secure(self._link.file_url or "")

    @property
    def file_name(self) -> str:
        """The upstream's file name (``FileName``), reduced to one that is safe to write."""
        return safe_name(self._link.file_name, self.contact_id)

    @property
    def duration(self) -> int | None:
        """Seconds (``Duration`` of GetMonoRecording, which sends milliseconds); None on the other tracks."""
        return self._link.duration

    @property
    def expires_at(self) -> datetime | None:
        """When the link dies (its ``Expires``), in the client's zone; None where it does not say."""
        expires = self._link.expires
        return None if expires is None else from_milliseconds(expires * 1000, self._exchange.settings.zone)

    def __repr__(self) -> str:
        told = [repr(self.contact_id), f"track={self.track!r}", f"file_name={self.file_name!r}"]
        if self.duration is not None:
            told.append(f"duration={self.duration}")
        return f"{type(self).__name__}({', '.join(told)})"


class Recording(RecordingBase):
    """A call's recording (录音)."""

    def __init__(self, driver: Driver, contact_id: str, track: Track, link: RecordingLink) -> None:
        super().__init__(driver.exchange, contact_id, track, link)
        self._driver = driver

    def download(self, where: str | os.PathLike[str] = ".", *, on_progress: Progress | None = None) -> Path:
        """Saves the recording and tells where it is. The file is there whole, under its name, or not at all.

        Args:
            where: A directory (it is made if its name ends with a separator), or the file's own name.
            on_progress: Called with the bytes so far and the bytes in all, if they are known.

        Raises:
            RecordingError: It cannot be had, and why.
            TransportError: No answer came, also after repeating.
        """
        sink = PartialFile(target_of(where, self.file_name), on_progress)
        try:
            self._driver.run(save(self._driver.session, self.contact_id, self.track, self.url, sink))
        finally:
            sink.discard()
        return sink.target


class AsyncRecording(RecordingBase):
    """A call's recording (录音), for ``async`` code."""

    def __init__(self, driver: AsyncDriver, contact_id: str, track: Track, link: RecordingLink) -> None:
        super().__init__(driver.exchange, contact_id, track, link)
        self._driver = driver

    async def download(self, where: str | os.PathLike[str] = ".", *, on_progress: Progress | None = None) -> Path:
        """Saves the recording and tells where it is; see :meth:`Recording.download`."""
        sink = PartialFile(target_of(where, self.file_name), on_progress)
        try:
            await self._driver.run(save(self._driver.session, self.contact_id, self.track, self.url, sink))
        finally:
            sink.discard()
        return sink.target
