"""Downloading many recordings: a search walked, and its recordings fetched side by side in threads."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sized
from typing import TYPE_CHECKING, Any

import attrs

from ._archive import Archive
from ._core.batch import Batch, DownloadReport, DownloadResult, Job, OnProgress, download
from ._core.details import CallDetail
from ._core.errors import InvalidQueryError
from ._core.layout import Layout
from ._core.links import Track
from ._core.lookups import checked_track
from ._core.meter import Meter
from ._core.records import CallRecord
from ._core.source import Call, contact_id_of
from ._manifest import check
from ._results import ResultsBase
from ._settings import is_amount
from ._workers import Workers

if TYPE_CHECKING:
    from concurrent.futures import Future

    from ._async_driver import AsyncDriver
    from ._driver import Driver

END: Any = object()
"""What comes after the last call; None may come by mistake."""

TICK = 0.2
"""Seconds between two reports of progress, if nothing comes to its end meanwhile."""


@attrs.frozen(kw_only=True)
class Wanted:
    """What a download of many was told, checked; the fields are the arguments of :meth:`Recordings.download_all`."""

    track: Track
    concurrency: int
    layout: Layout
    on_progress: OnProgress
    skip_existing: bool
    max_bytes_per_second: float | None
    manifest: str | None

    @classmethod
    def checked(
        cls,
        *,
        track: str,
        concurrency: object,
        layout: str,
        on_progress: OnProgress,
        skip_existing: bool,
        max_bytes_per_second: float | None,
        manifest: str | None,
    ) -> Wanted:
        """From the arguments.

        Raises:
            InvalidQueryError: One of them cannot be meant; names it.
            UnsupportedError: It needs an extra that is not installed.
        """
        if type(concurrency) is not int or concurrency < 1:
            raise InvalidQueryError(f"concurrency must be a whole number, 1 or more, not {concurrency!r}.")
        rate = max_bytes_per_second
        if rate is not None and not is_amount(rate):
            raise InvalidQueryError(f"max_bytes_per_second must be more than 0, not {rate!r}.")
        if on_progress is not None and not callable(on_progress):
            raise InvalidQueryError(f"on_progress must be a function, not {on_progress!r}.")
        check(manifest)
        return cls(
            track=checked_track(track),
            concurrency=concurrency,
            layout=Layout(layout),
            on_progress=on_progress,
            skip_existing=skip_existing,
            max_bytes_per_second=rate,
            manifest=manifest,
        )


class Many:
    """One download of many: its calls, its job, its count."""

    def __init__(self, driver: Driver | AsyncDriver, calls: object, archive: Archive, wanted: Wanted) -> None:
        if isinstance(calls, (str, CallRecord, CallDetail)):
            raise InvalidQueryError("calls takes several calls or ids: write [call] for one.")
        self._clock = driver.exchange.clock
        self._calls = calls
        self._on_progress = wanted.on_progress
        self.archive: Archive = archive
        meter = Meter(wanted.max_bytes_per_second)
        self.job: Job = Job(
            desk=archive,
            track=wanted.track,
            layout=wanted.layout,
            meter=meter,
            skip_existing=wanted.skip_existing,
            look_up=wanted.manifest is not None or wanted.layout.needs_call,
        )
        self.batch: Batch = Batch(wanted.concurrency, meter, self._clock.monotonic())
        self._told, self._next = 0, 0.0

    def tell(self, latest: DownloadResult | None = None) -> None:
        """Tells of the progress: whenever one has come to its end, and now and then if bytes have come."""
        now, came = self._clock.monotonic(), self.batch.meter.bytes
        if self._on_progress is None or (latest is None and (now < self._next or self._told == came)):
            return
        self._next, self._told = now + TICK, came
        self._on_progress(self.batch.progress(now, self._total(), latest))

    def _total(self) -> int | None:
        calls: Any = self._calls
        if isinstance(calls, ResultsBase):
            return calls.expected()
        return len(calls) if isinstance(calls, Sized) else None

    def end(self, result: DownloadResult) -> None:
        """One has come to its end."""
        self.batch.add(result)
        self.tell(result)

    def report(self) -> DownloadReport:
        """What it came to."""
        return self.batch.report(self._clock.monotonic())


def download_all(
    driver: Driver, calls: Iterable[Call], directory: str | os.PathLike[str], wanted: Wanted
) -> DownloadReport:
    """Downloads the recordings of all these calls, in threads."""
    with Archive(directory, wanted.manifest) as archive, driver.leaving() as left:
        many = Many(driver, calls, archive, wanted)
        workers = Workers(many.batch.most)
        running: dict[Future[DownloadResult], str] = {}
        incoming = iter(calls)

        def one(call: Call) -> DownloadResult:
            try:
                return driver.run(download(driver.session, many.job, call), left)
            finally:
                archive.leave(contact_id_of(call))

        try:
            more = True
            while more or running:
                while more and many.batch.has_room:
                    call = next(incoming, END)
                    more = call is not END
                    if more and many.batch.admit(call):
                        running[workers.submit(one, call)] = contact_id_of(call)
                for ended in workers.first_of(running, TICK) if running else ():
                    del running[ended]
                    many.end(ended.result())
                many.tell()
        finally:
            left.set()
            for future in running:
                future.cancel()
            workers.close()
        return many.report()
