"""Recordings as objects: what is known of one, listening to it, and saving it."""

from __future__ import annotations

import os
from collections.abc import AsyncGenerator, Generator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from ._core.errors import CCCError, InvalidQueryError, RecordingError, RecordingExpiredError
from ._core.file_names import content_type_of, safe_name
from ._core.links import RecordingPart, RestoreState, Track
from ._core.lookups import restore_one
from ._core.moments import from_milliseconds
from ._core.public import public
from ._core.reader import Pieces, Reader
from ._core.saving import read, save
from ._core.source import ABOUT_TO_DIE, Source, living_link
from ._core.store import secure
from ._core.waiting import wait_for_file
from ._player import EMBEDDED, Player, refusal
from ._recording_file import AsyncRecordingFile, RecordingFile

if TYPE_CHECKING:
    from ._async_driver import AsyncDriver
    from ._driver import Driver
    from ._exchange import Exchange
    from ._file import PartialFile, Progress

PIECE = 1024 * 1024


class RecordingBase:
    """What both kinds of recording know.

    Attributes:
        contact_id: The call.
        track: Which of its recordings: ``mono``, ``multi_channel``, ``voicemail``, ``early_media``.
        part: The agent's leg that it is the recording of; None for the whole call's.
    """

    def __init__(self, exchange: Exchange, source: Source) -> None:
        self._exchange = exchange
        self._source = source
        self.contact_id: str = source.contact_id
        self.track: Track = source.track
        self.part: RecordingPart | None = source.part

    @property
    def file_name(self) -> str:
        """The upstream's file name (``FileName``), reduced to one that is safe to write."""
        return safe_name(self._source.link.file_name, self.contact_id)

    @property
    def content_type(self) -> str | None:
        """The media type that the file's name tells: ``audio/wav``, ``audio/x-matroska``, ``audio/mpeg``; else None.

        The upstream does not tell it; mono recordings are documented as WAV, multi-channel ones as Matroska.
        """
        return content_type_of(self.file_name)

    @property
    def duration(self) -> int | None:
        """Seconds (``Duration`` of GetMonoRecording and of a part, milliseconds on the wire); None on other tracks."""
        return self._source.link.duration

    @property
    def expires_at(self) -> datetime | None:
        """When the link at hand dies (its ``Expires``), in the client's zone; None where it does not say."""
        expires = self._source.link.expires
        return None if expires is None else from_milliseconds(expires * 1000, self._exchange.settings.zone)

    def __repr__(self) -> str:
        told = [repr(self.contact_id), f"track={self.track!r}", f"file_name={self.file_name!r}"]
        if self.duration is not None:
            told.append(f"duration={self.duration}")
        return f"{type(self).__name__}({', '.join(told)})"

    def _link_at_hand(self, within: float = ABOUT_TO_DIE) -> str | None:
        """The link, if it lives longer than so many seconds."""
        session = self._exchange.session
        dying = self._source.is_dying(session, self._exchange.time(), within)
        return None if dying else str(secure(self._source.link.file_url or "", plain=session.plain_http_links))

    def _player(self, data: bytes, link: str | None) -> Player:
        return Player(self.file_name, self.content_type, self.duration, data, link)

    def _reader(self) -> Reader:
        return Reader(self._exchange.session, self._source)

    def _pieces(self, chunk_size: int) -> Pieces:
        if type(chunk_size) is not int or chunk_size < 1:
            raise InvalidQueryError(f"chunk_size must be a whole number of bytes, 1 or more, not {chunk_size!r}.")
        return Pieces(self._reader(), chunk_size)


@public
class Recording(RecordingBase):
    """A call's recording (录音)."""

    def __init__(self, driver: Driver, source: Source) -> None:
        super().__init__(driver.exchange, source)
        self._driver = driver

    @property
    def url(self) -> str:
        """The signed link, asked for anew if it is about to die. Whoever has it can listen: do not log it.

        It leads over https, unless to this machine. Source: ``FileUrl``. It must not be changed in any way.

        Raises:
            RecordingNotReadyError: The recording is no longer there.
        """
        return self._link_at_hand() or str(self._driver.run(living_link(self._driver.session, self._source)))

    def renew(self) -> Recording:
        """Asks for another link now; gives the recording itself.

        Raises:
            RecordingNotReadyError: The recording is no longer there.
        """
        self._driver.run(living_link(self._driver.session, self._source, anew=True))
        return self

    def open(self) -> RecordingFile:
        """The recording as a binary file that is read, and sought in, over the wire."""
        return RecordingFile(self._driver, self._reader())

    def read(self) -> bytes:
        """The whole recording in memory, its length and checksum verified.

        Raises:
            RecordingError: It cannot be had, and why.
        """
        return self._driver.run(read(self._driver.session, self._source))[0]

    def iter_bytes(self, chunk_size: int = PIECE) -> Generator[bytes, None, None]:
        """The recording piece by piece. The checksum can only be verified at the end.

        Args:
            chunk_size: Bytes of a piece.

        Raises:
            RecordingDamagedError: After the last piece: what was handed out is not what was stored.
        """
        pieces = self._pieces(chunk_size)
        while piece := self._driver.run(pieces.next()):
            yield piece

    def download(self, where: str | os.PathLike[str] = ".", *, on_progress: Progress | None = None) -> Path:
        """Saves the recording and tells where it is. The file is there whole, under its name, or not at all.

        What an earlier attempt left is gone on with; a file that holds the recording already is kept.

        Args:
            where: A directory (it is made if its name ends with a separator), or the file's own name.
            on_progress: Called with the bytes so far and the bytes in all, if they are known.

        Raises:
            RecordingError: It cannot be had or not be written, and why.
            TransportError: No answer came, also after repeating.
        """
        file = _file(where, self.file_name, on_progress)
        try:
            self._driver.run(save(self._driver.session, self._source, file))
        finally:
            file.leave()
        return file.target

    def wait_until_ready(self, timeout: float = 600.0) -> Recording:
        """Waits until the file can be fetched: until it has been stored, or thawed once :meth:`restore` was called.

        For a call that has just ended see :meth:`Recordings.wait_until_ready`.

        Args:
            timeout: Seconds to wait at most.

        Raises:
            RecordingNotReadyError: It was not stored in time.
            RecordingArchivedError: It was not thawed in time.
        """
        self._driver.run(wait_for_file(self._driver.session, self._source, timeout))
        return self

    def restore(self) -> RestoreState:
        """Asks for the archived recording of this call to be thawed, and tells how far it is."""
        return self._driver.run(restore_one(self._driver.session, self.contact_id))

    def audio(self, *, link: bool = False, limit: int = EMBEDDED) -> Player:
        """A player for a notebook.

        Args:
            link: Whether it holds the signed link, which plays at once and without reading the sound into the
                notebook. It opens the recording to whoever reads the saved notebook, for as long as it lives.
            limit: The most bytes of sound that the notebook is made to hold.

        Raises:
            RecordingError: It cannot be had; or there are more bytes.
        """
        if link:
            return self._player(b"", self.url)
        with self.open() as file:
            within(file.size(), limit)
        return self._player(self.read(), None)

    def _repr_html_(self) -> str:
        try:
            return self.audio().html()
        except CCCError as error:
            return refusal(self.file_name, self.duration, error)


@public
class AsyncRecording(RecordingBase):
    """A call's recording (录音), for ``async`` code. In a notebook ``await recording.audio()`` shows a player."""

    def __init__(self, driver: AsyncDriver, source: Source) -> None:
        super().__init__(driver.exchange, source)
        self._driver = driver

    @property
    def url(self) -> str:
        """The signed link at hand; see :attr:`Recording.url`. A property cannot wait: :meth:`renew` asks for another.

        Raises:
            RecordingExpiredError: It is dead.
        """
        link = self._link_at_hand(within=0.0)
        if link is None:
            raise RecordingExpiredError("The link has died.", advice="Ask for another one: await recording.renew().")
        return link

    async def renew(self) -> AsyncRecording:
        """Asks for another link now; see :meth:`Recording.renew`."""
        await self._driver.run(living_link(self._driver.session, self._source, anew=True))
        return self

    async def open(self) -> AsyncRecordingFile:
        """The recording as a binary file that is read, and sought in, over the wire."""
        return AsyncRecordingFile(self._driver, self._reader())

    async def read(self) -> bytes:
        """The whole recording in memory; see :meth:`Recording.read`."""
        return (await self._driver.run(read(self._driver.session, self._source)))[0]

    async def iter_bytes(self, chunk_size: int = PIECE) -> AsyncGenerator[bytes, None]:
        """The recording piece by piece; see :meth:`Recording.iter_bytes`."""
        pieces = self._pieces(chunk_size)
        while piece := await self._driver.run(pieces.next()):
            yield piece

    async def download(self, where: str | os.PathLike[str] = ".", *, on_progress: Progress | None = None) -> Path:
        """Saves the recording and tells where it is; see :meth:`Recording.download`."""
        file = _file(where, self.file_name, on_progress)
        try:
            await self._driver.run(save(self._driver.session, self._source, file))
        finally:
            file.leave()
        return file.target

    async def wait_until_ready(self, timeout: float = 600.0) -> AsyncRecording:
        """Waits until the file can be fetched; see :meth:`Recording.wait_until_ready`."""
        await self._driver.run(wait_for_file(self._driver.session, self._source, timeout))
        return self

    async def restore(self) -> RestoreState:
        """Asks for the archived recording of this call to be thawed, and tells how far it is."""
        return await self._driver.run(restore_one(self._driver.session, self.contact_id))

    async def audio(self, *, link: bool = False, limit: int = EMBEDDED) -> Player:
        """A player for a notebook; see :meth:`Recording.audio`."""
        if link:
            return self._player(b"", await self._driver.run(living_link(self._driver.session, self._source)))
        within(await self._driver.run(self._reader().length()), limit)
        return self._player(await self.read(), None)


def _file(where: str | os.PathLike[str], name: str, on_progress: Progress | None) -> PartialFile:
    from ._file import PartialFile, target_of  # noqa: PLC0415 - for who saves one

    return PartialFile(target_of(where, name), on_progress)


def within(size: int, limit: int) -> None:
    """Raises RecordingError if a recording is too long for a notebook."""
    if size > limit:
        raise RecordingError(
            f"The recording has {size:,} bytes, more than the {limit:,} that a notebook is made to hold.",
            advice="Ask for more with audio(limit=…), for its link with audio(link=True), or download it.",
        )
