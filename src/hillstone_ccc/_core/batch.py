"""Downloading many recordings: what becomes of each, what ends it all, and the count of that."""

from collections.abc import Callable, Hashable
from typing import TYPE_CHECKING, Any, Literal, Protocol, TypeAlias

import attrs

from .details import CallDetail
from .errors import (
    AuthenticationError,
    CCCError,
    ConfigurationError,
    InvalidQueryError,
    NotFoundError,
    PermissionDeniedError,
    RecordingNotReadyError,
    RecordingNotSavedError,
    UnsupportedError,
)
from .flow import Flow, Session, done
from .links import Track
from .lookups import call_detail, is_about_instance
from .meter import Meter
from .plain import as_json
from .public import public
from .readiness import Told, why_never
from .records import CallRecord
from .saving import Place, Saved, save
from .source import Call, contact_id_of, find

if TYPE_CHECKING:
    from .layout import Layout

OnProgress: TypeAlias = "Callable[[DownloadProgress], object] | None"
Outcome: TypeAlias = Literal["done", "kept", "missing", "failed"]

MOST_PROBLEMS = 10_000
"""How many recordings that could not be had a report names; ``not-saved.jsonl`` names all."""


@public
@attrs.frozen(kw_only=True)
class DownloadResult:
    """What became of one recording.

    Attributes:
        contact_id: The call.
        track: Which of its recordings.
        outcome: ``done`` (fetched), ``kept`` (it was there), ``missing`` (the call has none, or none yet), ``failed``.
        path: Where it is, below the directory, with ``/`` between its parts; None if it is not there.
        bytes: The file's size.
        crc64: The file's checksum, as the object store announces it (CRC-64/ECMA).
        duration: Seconds, if the upstream told (mono tracks only).
        error: Why it is not there.
    """

    contact_id: str
    track: Track
    outcome: Outcome
    path: str | None = None
    bytes: int | None = None
    crc64: int | None = None
    duration: int | None = None
    error: CCCError | None = None


@public
@attrs.frozen(kw_only=True)
class DownloadProgress:
    """How far a download of many recordings is.

    Attributes:
        found: Calls that the search has given so far.
        total: Calls in all, as far as that is known: grows while a search that is cut by time goes on.
        done: Recordings fetched.
        kept: Recordings that were there.
        missing: Calls without a recording.
        failed: Recordings that could not be had.
        bytes: Bytes that have come.
        seconds: Since the beginning.
        latest: What has become of the latest one; None if nothing has since the last time.
    """

    found: int
    total: int | None
    done: int
    kept: int
    missing: int
    failed: int
    bytes: int
    seconds: float
    latest: DownloadResult | None = None


@public
@attrs.frozen(kw_only=True)
class DownloadReport:
    """What a download of many recordings came to.

    Attributes:
        done: Recordings fetched.
        kept: Recordings that were there, whole, before.
        missing: Calls without a recording, or without one yet.
        failed: Recordings that could not be had.
        bytes: Bytes that came over the wire, those of repeated attempts among them.
        seconds: How long it took.
        problems: What is missing or failed and why, in the order of their ends; the first 10,000. The file
            ``not-saved.jsonl`` names all.
    """

    done: int
    kept: int
    missing: int
    failed: int
    bytes: int
    seconds: float
    problems: tuple[DownloadResult, ...] = attrs.field(default=(), repr=False)


class Desk(Protocol):
    """The directory and its journal. Its methods look at files, and may take a while."""

    def known(self, contact_id: str, track: Track) -> tuple[str, int, int | None] | None:
        """Path, size and checksum of the recording, if it is said to be there and is."""
        ...

    def place(self, contact_id: str, track: Track, parts: tuple[str, ...]) -> tuple[str, Place]:
        """The path that the recording gets, nobody else's, and the file to be."""
        ...

    def file(self, contact_id: str, track: Track, saved: Saved, call: dict[str, Any]) -> None:
        """It is there: says so in the journal."""
        ...

    def miss(self, result: DownloadResult) -> None:
        """It is not there: says so in the journal."""
        ...


@attrs.frozen(kw_only=True)
class Job:
    """How many recordings are to be downloaded.

    Attributes:
        desk: Where they go.
        track: Which recordings of the calls.
        layout: How the files are named.
        meter: Counts the bytes.
        skip_existing: Whether what is there is kept.
        look_up: Whether a call of which the id was given is asked for, for its name or the manifest.
    """

    desk: Desk
    track: Track
    layout: "Layout"
    meter: Meter
    skip_existing: bool
    look_up: bool = True


def download(session: Session, job: Job, call: Call) -> Flow[DownloadResult]:
    """Downloads one of many recordings; a failure of it alone is its result.

    Raises:
        CCCError: What every other one would meet as well.
    """
    contact_id = contact_id_of(call)
    try:
        result = yield from _downloaded(session, job, contact_id, call)
    except CCCError as error:
        if ends_all(error):
            raise
        outcome: Outcome = "missing" if isinstance(error, RecordingNotReadyError) else "failed"
        # Thousands may be kept, and a traceback holds all that its frames held.
        error.__traceback__ = error.__cause__ = error.__context__ = None
        result = DownloadResult(contact_id=contact_id, track=job.track, outcome=outcome, error=error)
        yield from done(lambda: job.desk.miss(result))
    return result


def _downloaded(session: Session, job: Job, contact_id: str, call: Call) -> Flow[DownloadResult]:
    desk, track = job.desk, job.track
    never = "" if isinstance(call, str) else why_never(call, track)
    if never:
        raise RecordingNotReadyError(never, can_still_come=False)
    known = (yield from done(lambda: desk.known(contact_id, track))) if job.skip_existing else None
    if known is not None:
        path, size, crc = known
        return DownloadResult(contact_id=contact_id, track=track, outcome="kept", path=path, bytes=size, crc64=crc)
    told = call if not isinstance(call, str) else None
    if told is None and job.look_up:
        told = yield from _looked_up(session, contact_id)
    source = yield from find(session, contact_id if told is None else told, track)
    path, place = yield from done(lambda: desk.place(contact_id, track, job.layout.path(source, told)))
    fields = _fields(told)
    saved = yield from save(
        session,
        source,
        place,
        meter=job.meter,
        anew=not job.skip_existing,
        on_saved=lambda saved: desk.file(contact_id, track, saved, fields),
    )
    return DownloadResult(
        contact_id=contact_id,
        track=track,
        outcome="kept" if saved.kept else "done",
        path=path,
        bytes=saved.stored.length,
        crc64=saved.stored.crc64,
        duration=source.link.duration,
    )


def _looked_up(session: Session, contact_id: str) -> Flow[Told | None]:
    """What is known of a call of which the id was given: its row, if there is one."""
    try:
        detail = yield from call_detail(session, contact_id)
    except NotFoundError as error:
        if is_about_instance(error):
            raise
        return None  # its recording may be there all the same
    return detail


def _fields(call: Told | None) -> dict[str, Any]:
    """What a manifest tells of the call: the fields of its row that hold something."""
    row = call.record or call if isinstance(call, CallDetail) else call
    told = as_json(row) if isinstance(row, CallRecord) else _of_detail(row)
    return {name: value for name, value in told.items() if value not in (None, [], {}, "")}


def _of_detail(detail: CallDetail | None) -> dict[str, Any]:
    """The fields that a call's details have in common with its row."""
    if detail is None:
        return {}
    shared = {field.name for field in attrs.fields(CallRecord)} - {"extra"}
    names = [field.name for field in attrs.fields(CallDetail) if field.name in shared]
    return {name: as_json(getattr(detail, name)) for name in names}


def ends_all(error: CCCError) -> bool:
    """Whether every other recording would meet the same."""
    if isinstance(error, RecordingNotSavedError):
        return error.lasting
    if isinstance(error, PermissionDeniedError):
        return error.action is not None  # the upstream's; the object store's is about one file
    of_all = (AuthenticationError, ConfigurationError, InvalidQueryError, UnsupportedError)
    return is_about_instance(error) or isinstance(error, of_all)


@attrs.define
class Batch:
    """The count of a download of many, and whether more may begin.

    Attributes:
        most: How many recordings are under way at once.
        meter: Counts the bytes.
        began: Seconds of the clock at the beginning.
        under_way: Calls whose recordings are under way.
    """

    most: int
    meter: Meter
    began: float
    under_way: set[Hashable] = attrs.field(factory=set[Hashable])
    _found: int = 0
    _counts: dict[str, int] = attrs.field(factory=lambda: dict.fromkeys(("done", "kept", "missing", "failed"), 0))
    _problems: list[DownloadResult] = attrs.field(factory=list[DownloadResult])

    @property
    def has_room(self) -> bool:
        """Whether another one may begin."""
        return len(self.under_way) < self.most

    def admit(self, call: Call) -> bool:
        """Another call was found; False if its recording is under way already, since it was found twice."""
        contact_id = contact_id_of(call)
        if contact_id in self.under_way:
            return False
        self._found += 1
        self.under_way.add(contact_id)
        return True

    def add(self, result: DownloadResult) -> None:
        """One has come to its end."""
        self.under_way.discard(result.contact_id)
        self._counts[result.outcome] += 1
        if result.error is not None and len(self._problems) < MOST_PROBLEMS:
            self._problems.append(result)

    def progress(self, now: float, total: int | None, latest: DownloadResult | None = None) -> DownloadProgress:
        """How far it is."""
        return DownloadProgress(
            found=self._found,
            total=None if total is None else max(total, self._found),
            bytes=self.meter.bytes,
            seconds=now - self.began,
            latest=latest,
            done=self._counts["done"],
            kept=self._counts["kept"],
            missing=self._counts["missing"],
            failed=self._counts["failed"],
        )

    def report(self, now: float) -> DownloadReport:
        """What it came to."""
        return DownloadReport(
            bytes=self.meter.bytes,
            seconds=now - self.began,
            problems=tuple(self._problems),
            done=self._counts["done"],
            kept=self._counts["kept"],
            missing=self._counts["missing"],
            failed=self._counts["failed"],
        )
