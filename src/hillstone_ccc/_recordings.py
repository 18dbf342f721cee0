"""What a client offers of recordings; loaded when they are first asked for, since most searches never do."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import TYPE_CHECKING, Literal

from ._core.batch import DownloadReport
from ._core.file_names import STANDARD_LAYOUT
from ._core.links import RestoreState, Track
from ._core.lookups import restore
from ._core.public import public
from ._core.source import Call, contact_ids_of, find, parts
from ._core.waiting import find_when_ready
from ._driver import Driver
from ._recording import Recording

if TYPE_CHECKING:
    from ._core.batch import OnProgress


@public
class Recordings:
    """Recordings (录音)."""

    def __init__(self, driver: Driver) -> None:
        self._driver = driver

    def get(self, call: Call, track: Track = "mono", *, expire_seconds: int | None = None) -> Recording:
        """A call's recording.

        Args:
            call: The call's id, or a :class:`CallRecord` or :class:`CallDetail` of it.
            track: ``mono`` (both sides on one track), ``multi_channel``, ``voicemail`` or ``early_media``.
            expire_seconds: Life time of the link (mono only); a day if left out. Its range is not documented.

        Raises:
            RecordingNotReadyError: There is none; ``can_still_come`` tells whether there may be one later.
        """
        session = self._driver.session
        return Recording(self._driver, self._driver.run(find(session, call, track, expire_seconds)))

    def wait_until_ready(
        self, call: Call, track: Track = "mono", *, expire_seconds: int | None = None, timeout: float = 600.0
    ) -> Recording:
        """A call's recording, waited for as long as it can still come: for a call that has just ended.

        Args:
            call: The call's id, or a :class:`CallRecord` or :class:`CallDetail` of it.
            track: Which of its recordings; see :meth:`get`.
            expire_seconds: Life time of the link (mono only).
            timeout: Seconds to wait at most. How long the making of a recording takes is not documented.

        Raises:
            RecordingNotReadyError: It cannot come, or did not in time.
        """
        session = self._driver.session
        return Recording(self._driver, self._driver.run(find_when_ready(session, call, track, expire_seconds, timeout)))

    def parts(self, call: Call, track: Track = "mono") -> list[Recording]:
        """The recordings of a call's legs, one an agent who took part; empty if there are none.

        Sources: ListMonoRecordings, ListMultiChannelRecordings.

        Args:
            call: The call's id, or a :class:`CallRecord` or :class:`CallDetail` of it.
            track: ``mono`` or ``multi_channel``.
        """
        return [Recording(self._driver, one) for one in self._driver.run(parts(self._driver.session, call, track))]

    def restore(self, calls: Iterable[Call]) -> list[RestoreState]:
        """Asks for archived recordings to be thawed, and tells how far each is; ask again to see."""
        return self._driver.run(restore(self._driver.session, contact_ids_of(calls)))

    def download_all(
        self,
        calls: Iterable[Call],
        directory: str | os.PathLike[str],
        *,
        track: Track = "mono",
        concurrency: int | None = None,
        layout: str = STANDARD_LAYOUT,
        on_progress: OnProgress = None,
        skip_existing: bool = True,
        max_bytes_per_second: float | None = None,
        manifest: Literal["jsonl", "parquet"] | None = "jsonl",
    ) -> DownloadReport:
        """Downloads the recordings of many calls side by side; a failure of one does not stop the rest.

        A journal in the directory makes a later run go on where this one was ended, however it was. At the end
        ``manifest.jsonl`` (or ``.parquet``) lists every file with its call's fields, size and checksum, and
        ``not-saved.jsonl`` what could not be had and why.

        Args:
            calls: A search, or calls or their ids from anywhere; read as it is needed, never whole.
            directory: Where they go; made if it is not there.
            track: Which of their recordings; see :meth:`get`.
            concurrency: How many at once; the client's if left out.
            layout: The files' names below the directory, with fields between braces: ``contact_id``, ``start`` (with a
                form of strftime), ``suffix``, ``track``, ``agent``, ``agent_id``, ``skill_group``, ``calling_number``,
                ``called_number``, ``type``, ``disposition``, ``file_name``. A name that is taken gets the call's id.
            on_progress: Called with a :class:`DownloadProgress` a few times a second and whenever one has ended.
            skip_existing: Whether a recording that is there, whole, is kept; else it is fetched anew.
            max_bytes_per_second: How fast all of them together may come; None for no limit.
            manifest: ``jsonl``, ``parquet`` (with the extra ``arrow``), or None for no lists.

        Raises:
            InvalidQueryError: An argument cannot be meant.
            RecordingNotSavedError: The directory cannot be written, or has no room left.
            CCCError: The search failed, or what every recording would meet: keys, settings.
        """
        from ._downloads import Wanted, download_all  # noqa: PLC0415 - brings sqlite along, for who downloads many

        wanted = Wanted.checked(
            track=track,
            concurrency=self._driver.exchange.settings.concurrency if concurrency is None else concurrency,
            layout=layout,
            on_progress=on_progress,
            skip_existing=skip_existing,
            max_bytes_per_second=max_bytes_per_second,
            manifest=manifest,
        )
        return download_all(self._driver, calls, directory, wanted)
