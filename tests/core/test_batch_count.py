"""The count of a download of many."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hillstone_ccc._core.batch import (
    MOST_PROBLEMS,
    Batch,
    DownloadProgress,
    DownloadReport,
    DownloadResult,
)
from hillstone_ccc._core.batch import Outcome as End
from hillstone_ccc._core.errors import (
    CCCError,
    RecordingDamagedError,
    RecordingNotReadyError,
)
from hillstone_ccc._core.meter import Meter
from hillstone_ccc._core.records import CallRecord


def result(contact_id: str, outcome: End, error: CCCError | None = None) -> DownloadResult:
    """What became of one."""
    return DownloadResult(contact_id=contact_id, track="mono", outcome=outcome, error=error)


def test_calls_are_admitted_while_there_is_room() -> None:
    """So many are under way at once, and each that ends makes room."""
    batch = Batch(2, Meter(), 0.0)
    assert (True, True, True) == (batch.has_room, batch.admit("job-1"), batch.has_room)
    assert (True, False) == (batch.admit("job-2"), batch.has_room)
    batch.add(result("job-2", "done"))
    assert batch.has_room


def test_a_call_that_is_found_twice() -> None:
    """It is not fetched by two at once, and counts once; later it is admitted again."""
    batch = Batch(9, Meter(), 0.0)
    assert [True, False, False] == [batch.admit(call) for call in ("job-1", " job-1 ", CallRecord("job-1"))]
    assert 1 == batch.progress(0.0, None).found
    batch.add(result("job-1", "done"))
    assert (True, 2) == (batch.admit(CallRecord("job-1")), batch.progress(0.0, None).found)


def test_how_far_it_is() -> None:
    """Every outcome is counted, bytes by the meter, seconds from the beginning; the latest is passed on."""
    meter = Meter()
    meter.take(70, 0.0)
    batch = Batch(9, meter, 100.0)
    times: dict[Any, int] = {"done": 1, "kept": 2, "missing": 3, "failed": 4}
    for number, outcome in enumerate(outcome for outcome, count in times.items() for _ in range(count)):
        batch.admit(f"job-{number}")
        batch.add(result(f"job-{number}", outcome))
    latest = result("job-9", "failed")
    told: dict[str, Any] = dict(times, bytes=70, seconds=5.5)
    assert DownloadProgress(found=10, total=20, latest=latest, **told) == batch.progress(105.5, 20, latest)
    assert DownloadProgress(found=10, total=None, latest=None, **told) == batch.progress(105.5, None)
    assert DownloadReport(**told) == batch.report(105.5)


@pytest.mark.parametrize(("total", "told"), [(None, None), (0, 3), (2, 3), (3, 3), (4, 4)])
def test_the_total_is_no_less_than_what_was_found(total: int | None, told: int | None) -> None:
    """A search may find more than it promised."""
    batch = Batch(9, Meter(), 0.0)
    for number in range(3):
        batch.admit(f"job-{number}")
    assert told == batch.progress(0.0, total).total


def test_problems_are_named() -> None:
    """In the order of their ends, with their errors; what is there is no problem."""
    batch = Batch(9, Meter(), 0.0)
    missing = result("job-2", "missing", RecordingNotReadyError("none yet."))
    failed = result("job-1", "failed", RecordingDamagedError("damaged."))
    for one in (result("job-0", "done"), missing, result("job-4", "kept"), failed):
        batch.admit(one.contact_id)
        batch.add(one)
    assert (missing, failed) == batch.report(0.0).problems


def test_only_so_many_problems_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first ones; all are counted."""
    assert 10_000 == MOST_PROBLEMS
    monkeypatch.setattr("hillstone_ccc._core.batch.MOST_PROBLEMS", 3)
    batch = Batch(9, Meter(), 0.0)
    results = [result(f"job-{number}", "failed", RecordingDamagedError("damaged.")) for number in range(5)]
    for one in results:
        batch.add(one)
    report = batch.report(0.0)
    assert (tuple(results[:3]), 5) == (report.problems, report.failed)


def test_a_report_does_not_show_its_problems() -> None:
    """There may be thousands."""
    problem = result("job-1", "failed", RecordingDamagedError("damaged."))
    report = DownloadReport(done=0, kept=0, missing=0, failed=1, bytes=0, seconds=0.0, problems=(problem,))
    assert "job-1" not in repr(report)


outcomes_of = st.sampled_from(["done", "kept", "missing", "failed"])


@given(
    st.lists(st.tuples(st.integers(0, 6), outcomes_of)),
    st.integers(1, 5),
    st.data(),
)
def test_the_count_is_right_in_any_order(found: list[tuple[int, End]], most: int, data: st.DataObject) -> None:
    """However calls come and end, each that is admitted is counted once, and no more than allowed are under way."""
    batch = Batch(most, Meter(), 0.0)
    going: dict[str, End] = {}
    ended = list[End]()
    admitted = 0

    def end() -> None:
        one = data.draw(st.sampled_from(sorted(going)))
        ended.append(going.pop(one))
        batch.add(result(one, ended[-1]))

    for number, outcome in found:
        while not batch.has_room:
            end()
        if batch.admit(f"job-{number}"):
            admitted += 1
            assert f"job-{number}" not in going
            going[f"job-{number}"] = outcome
        assert set(going) == batch.under_way
        assert len(going) <= most
    while going:
        end()
    progress = batch.progress(0.0, None)
    assert admitted == progress.found
    counts = {outcome: ended.count(outcome) for outcome in ("done", "kept", "missing", "failed")}
    assert counts == {name: getattr(progress, name) for name in counts}
    assert counts == {name: getattr(batch.report(0.0), name) for name in counts}
