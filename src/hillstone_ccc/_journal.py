"""The journal of a directory of recordings: what is there, what is not, and which name belongs to which recording.

SQLite keeps it: each entry is there whole or not at all whenever the program is killed, several programs may write at
once, and a million entries take no memory.
"""

from __future__ import annotations

import json
import sqlite3
import threading
import time
import unicodedata
from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import attrs

from ._core.batch import DownloadResult
from ._core.errors import RecordingNotReadyError, RecordingNotSavedError
from ._core.store import Stored

NAME = ".hillstone-ccc.sqlite3"
_BUSY_SECONDS = 60.0
_LOOK_AGAIN_SECONDS = 0.02
_VERSION = 1
_CLAIM = "INSERT INTO recordings (contact_id, track, path, path_key) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING"
_ENTRY = "SELECT path, size, crc64 FROM recordings WHERE contact_id = ? AND track = ?"
_ADD = """
    UPDATE recordings SET size = ?, crc64 = ?, etag = ?, saved_at = ?, call = ? WHERE contact_id = ? AND track = ?
"""
_FILES = """
    SELECT contact_id, track, path, size, crc64, etag, saved_at, call FROM recordings
    WHERE size IS NOT NULL ORDER BY path_key
"""
_PROBLEMS = """
    SELECT contact_id, track, outcome, error, message, can_still_come, at FROM problems ORDER BY contact_id, track
"""
_TABLES = """
    CREATE TABLE IF NOT EXISTS recordings (
        contact_id TEXT NOT NULL, track TEXT NOT NULL,
        path TEXT NOT NULL, path_key TEXT NOT NULL UNIQUE,
        size INTEGER, crc64 TEXT, etag TEXT, saved_at TEXT, call TEXT,
        PRIMARY KEY (contact_id, track)
    ) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS problems (
        contact_id TEXT NOT NULL, track TEXT NOT NULL,
        outcome TEXT NOT NULL, error TEXT NOT NULL, message TEXT NOT NULL, can_still_come INTEGER, at TEXT NOT NULL,
        PRIMARY KEY (contact_id, track)
    ) WITHOUT ROWID;
"""


@attrs.frozen
class Entry:
    """A recording that is there, or is to be there.

    Attributes:
        path: Below the directory, with ``/`` between its parts.
        size: Bytes; None while it is not there.
        crc64: Checksum, if it is known.
    """

    path: str
    size: int | None
    crc64: int | None


class Journal:
    """What is known of the recordings in a directory; may be used by many threads and processes.

    Args:
        directory: The directory, which is there.

    Raises:
        RecordingNotSavedError: There is a journal that cannot be read, or none can be made.
    """

    def __init__(self, directory: Path) -> None:
        self._path = directory / NAME
        self._lock = threading.Lock()
        with self._told():
            self._base = sqlite3.connect(
                self._path, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False
            )
        try:
            with self._told():
                self._begin()
                self._check_version()
                self._base.executescript(f"{_TABLES}PRAGMA user_version={_VERSION};")
        except BaseException:
            self._base.close()
            raise

    def _begin(self) -> None:
        """Lets it be written beside the file, and not synced at each entry.

        A killed program loses nothing; after a power cut what the journal has not heard of is looked at again.
        """
        deadline = time.monotonic() + _BUSY_SECONDS
        while True:
            try:
                self._base.execute("PRAGMA journal_mode=WAL")
                break
            except sqlite3.OperationalError as error:
                # Of this SQLite does not wait for others by itself, since they might wait for it.
                if "locked" not in str(error) or time.monotonic() > deadline:
                    raise
                time.sleep(_LOOK_AGAIN_SECONDS)
        self._base.execute("PRAGMA synchronous=NORMAL")

    def _check_version(self) -> None:
        (version,) = self._base.execute("PRAGMA user_version").fetchone()
        if version > _VERSION:
            raise RecordingNotSavedError(f"{str(self._path)!r} was written by a newer hillstone_ccc.", lasting=True)

    def entry(self, contact_id: str, track: str) -> Entry | None:
        """What is known of a recording."""
        with self._told(), self._lock:
            row = self._base.execute(_ENTRY, (contact_id, track)).fetchone()
            return None if row is None else Entry(_below(row[0]), row[1], None if row[2] is None else int(row[2]))

    def claim(self, contact_id: str, track: str, paths: Iterator[str]) -> str:
        """The path that belongs to a recording: the one it has, or else the first of these that is nobody's."""
        with self._told(), self._lock:
            for path in paths:
                self._base.execute(_CLAIM, (contact_id, track, path, _key(path)))
                row = self._base.execute(_ENTRY, (contact_id, track)).fetchone()
                if row is not None:
                    return _below(row[0])
        raise AssertionError("there is always another path")  # pragma: no cover - they do not end

    def add(self, contact_id: str, track: str, saved_at: str, stored: Stored, call: dict[str, Any]) -> None:
        """A recording is there, with its call's fields."""
        crc64 = None if stored.crc64 is None else str(stored.crc64)
        text = json.dumps(call, ensure_ascii=False).encode(errors="replace").decode()  # no database holds half a sign
        told = (stored.length, crc64, stored.etag, saved_at, text)
        with self._told(), self._lock, self._base:
            self._base.execute("BEGIN IMMEDIATE")
            self._base.execute(_ADD, (*told, contact_id, track))
            self._base.execute("DELETE FROM problems WHERE contact_id = ? AND track = ?", (contact_id, track))

    def miss(self, result: DownloadResult, at: str) -> None:
        """A recording is not there, and why."""
        error = result.error
        can_still_come = error.can_still_come if isinstance(error, RecordingNotReadyError) else None
        told = (result.contact_id, result.track, result.outcome, type(error).__name__, str(error), can_still_come, at)
        with self._told(), self._lock:
            self._base.execute("INSERT OR REPLACE INTO problems VALUES (?, ?, ?, ?, ?, ?, ?)", told)

    def files(self) -> Generator[dict[str, Any], None, None]:
        """Every recording that is there, by path."""
        for row in self._rows(_FILES):
            with self._told():
                row["path"], row["call"] = _below(row["path"]), json.loads(row["call"])
            yield row

    def problems(self) -> Generator[dict[str, Any], None, None]:
        """Every recording that was asked for and is not there."""
        for row in self._rows(_PROBLEMS):
            row["can_still_come"] = None if row["can_still_come"] is None else bool(row["can_still_come"])
            yield row

    def close(self) -> None:
        """Ends the use of it."""
        with self._lock:
            self._base.close()

    def _rows(self, question: str) -> Generator[dict[str, Any], None, None]:
        # By a connection of its own, so that reading does not hold up what is written.
        with self._told(), closing(sqlite3.connect(self._path, timeout=_BUSY_SECONDS)) as base:
            found = base.execute(question)
            names = [column[0] for column in found.description]
            for told in found:
                yield dict(zip(names, told, strict=True))

    @contextmanager
    def _told(self) -> Generator[None, None, None]:
        try:
            yield
        except (sqlite3.Error, ValueError) as error:
            raise RecordingNotSavedError(
                f"The journal {str(self._path)!r} cannot be used: {error}.",
                advice="Check the directory's permissions and room. If the journal is damaged, remove it: files that "
                "are there are compared with the stored ones and kept.",
                lasting=True,
            ) from error


def _below(path: object) -> str:
    """A path that leads to a place below the directory, and nowhere else.

    Raises:
        ValueError: It does not: somebody has changed the journal.
    """
    parts = path.split("/") if isinstance(path, str) else [""]
    if any(part in ("", ".", "..") or "\\" in part or "\0" in part for part in parts):
        raise ValueError(f"{path!r} is no path of a recording")
    return "/".join(parts)


def _key(path: str) -> str:
    """Equal for paths that some file system takes for one: whatever their case and spelling of accents."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", path).casefold())
