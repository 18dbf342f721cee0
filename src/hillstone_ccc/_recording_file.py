"""A recording as a file to read from: any stretch of it, fetched when it is read."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, BinaryIO

from ._core.public import public
from ._core.reader import Reader

if TYPE_CHECKING:
    from types import TracebackType

    from typing_extensions import Self

    from ._async_driver import AsyncDriver
    from ._driver import Driver


if TYPE_CHECKING:

    class _File(io.BufferedIOBase, BinaryIO):
        """What type checkers take for a binary file; at run time BinaryIO would only add names that do nothing."""
else:
    _File = io.BufferedIOBase


@public
class RecordingFile(_File):
    """A recording as a binary file, for whatever reads one: ``wave``, ``soundfile``, ``shutil``.

    Reading fetches half a megabyte at least and keeps what has not been read; ``seek`` asks for nothing. If the
    stored file changes meanwhile, reading raises RecordingDamagedError.
    """

    def __init__(self, driver: Driver, reader: Reader) -> None:
        super().__init__()
        self._driver = driver
        self._reader = reader

    def readable(self) -> bool:
        """Always."""
        return True

    def seekable(self) -> bool:
        """Always."""
        return True

    def read(self, size: int | None = -1, /) -> bytes:
        """So many bytes, fewer only at the end; all that is left for -1 or None."""
        self._check()
        return self._driver.run(self._reader.read(size))

    def read1(self, size: int = -1, /) -> bytes:
        """As :meth:`read`."""
        return self.read(size)

    def seek(self, offset: int, whence: int = 0, /) -> int:
        """Goes to a byte, counted from the beginning (0), from here (1) or from the end (2); tells which it is."""
        self._check()
        return self._driver.run(self._reader.seek(offset, whence))

    def tell(self) -> int:
        """The byte that is read next."""
        self._check()
        return self._reader.at

    def size(self) -> int:
        """Bytes of the whole recording."""
        self._check()
        return self._driver.run(self._reader.length())

    def _check(self) -> None:
        if self.closed:
            raise ValueError("The recording's file is closed.")


@public
class AsyncRecordingFile:
    """A recording as a binary file for ``async`` code; see :class:`RecordingFile`."""

    def __init__(self, driver: AsyncDriver, reader: Reader) -> None:
        self._driver = driver
        self._reader = reader
        self.closed: bool = False

    async def read(self, size: int | None = -1, /) -> bytes:
        """So many bytes, fewer only at the end; all that is left for -1 or None."""
        self._check()
        return await self._driver.run(self._reader.read(size))

    async def seek(self, offset: int, whence: int = 0, /) -> int:
        """Goes to a byte, counted from the beginning (0), from here (1) or from the end (2); tells which it is."""
        self._check()
        return await self._driver.run(self._reader.seek(offset, whence))

    def tell(self) -> int:
        """The byte that is read next."""
        self._check()
        return self._reader.at

    async def size(self) -> int:
        """Bytes of the whole recording."""
        self._check()
        return await self._driver.run(self._reader.length())

    async def aclose(self) -> None:
        """Ends the reading."""
        self.closed = True

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.aclose()

    def _check(self) -> None:
        if self.closed:
            raise ValueError("The recording's file is closed.")
