"""What a client offers: call records, agents, skill groups, recordings."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import TYPE_CHECKING, Literal

from ._core import lookups
from ._core.agents import Agent, SkillGroup
from ._core.batch import DownloadReport
from ._core.details import CallDetail
from ._core.errors import InvalidQueryError
from ._core.file_names import STANDARD_LAYOUT
from ._core.links import RestoreState, Track
from ._core.lookups import restore
from ._core.query import CallRecordQuery, Criteria
from ._core.records import CallRecord
from ._core.search import AgentSearch, CallRecordSearch, SkillGroupSearch
from ._core.source import Call, contact_ids_of, find, parts
from ._core.vocabulary import MediaType
from ._core.waiting import find_when_ready
from ._driver import Driver
from ._recording import Recording
from ._results import Results

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from ._core.batch import OnProgress


def the_query(query: object, criteria: Criteria) -> CallRecordQuery:
    """The query given, with the criteria given beside it."""
    if query is None:
        return CallRecordQuery(**criteria)
    if not isinstance(query, CallRecordQuery):
        raise InvalidQueryError(f"search takes a CallRecordQuery, not {type(query).__name__}.")
    return query.evolve(**criteria)


def the_media_type(value: object) -> MediaType | None:
    """A kind of skill group, checked."""
    if value is None:
        return None
    kind = MediaType(value) if isinstance(value, str) else None
    if kind is None or not kind.known:
        raise InvalidQueryError(f"media_type must be one of {', '.join(MediaType)}, not {value!r}.")
    return kind


class CallRecords:
    """Call records (通话记录)."""

    def __init__(self, driver: Driver) -> None:
        self._driver = driver

    def search(self, query: CallRecordQuery | None = None, /, **criteria: Unpack[Criteria]) -> Results[CallRecord]:
        """The call records a query means, newest first unless it says otherwise.

        Args:
            query: What is meant; all calls of today if left out.
            **criteria: :class:`CallRecordQuery`'s own arguments, instead of a query or to change one.

        Raises:
            InvalidQueryError: It cannot be meant.
        """
        return Results(self._driver, CallRecordSearch(the_query(query, criteria), self._driver.exchange.settings.zone))

    def get(self, contact_id: str) -> CallDetail:
        """One call with its events (GetCallDetailRecord) and its row (ListCallDetailRecordsV2).

        If one of the two fails the other is given, and ``missing`` says what is not there; so look at it where it
        matters.

        Raises:
            NotFoundError: There is no such call.
            CCCError: Neither of the two can be had.
        """
        return self._driver.run(lookups.call_detail(self._driver.session, contact_id))


class Agents:
    """Agents (坐席)."""

    def __init__(self, driver: Driver) -> None:
        self._driver = driver

    def search(self, name_pattern: str = "", *, skill_group_id: str | None = None) -> Results[Agent]:
        """Agents by name (ListUsers).

        Args:
            name_pattern: Part of a login or display name; empty for all.
            skill_group_id: Only members of this group.
        """
        return Results(self._driver, AgentSearch(name_pattern, skill_group_id))

    def get(self, user_id: str) -> Agent:
        """One agent by id (GetUser), which tells no skill levels, numbers or RAM id.

        Raises:
            NotFoundError: There is no such agent.
        """
        return self._driver.run(lookups.agent(self._driver.session, user_id))


class SkillGroups:
    """Skill groups (技能组)."""

    def __init__(self, driver: Driver) -> None:
        self._driver = driver

    def search(self, name_pattern: str = "", *, media_type: MediaType | str | None = None) -> Results[SkillGroup]:
        """Skill groups by name (ListSkillGroups).

        Args:
            name_pattern: Part of a name; empty for all.
            media_type: Only voice, video or chat groups; all of them if left out, which asks once for each kind.
        """
        return Results(self._driver, SkillGroupSearch(name_pattern, the_media_type(media_type)))


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
