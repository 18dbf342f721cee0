"""What the store tells of a recording, and stretches of one in memory."""

import pytest

from hillstone_ccc._core.errors import RecordingDamagedError
from hillstone_ccc._core.saving import describe, read
from hillstone_ccc._core.store import Stored

from .driving import Driven, MakeSession
from .store_of_bytes import EVERYTHING, Fault, StoreOfBytes

SOUND = b"0123456789"


@pytest.fixture(autouse=True)
def _small_requests(monkeypatch: pytest.MonkeyPatch) -> None:
    """Four bytes at a time."""
    monkeypatch.setattr("hillstone_ccc._core.body.MOST_AT_ONCE", 4)


def test_what_the_store_tells(make_session: MakeSession) -> None:
    """Length, tag and checksum of the object, for one byte."""
    store = StoreOfBytes((SOUND,))
    driven = store.run(describe(make_session(), store.source()))
    assert (store.stored, [(0, 0)]) == (driven.value, store.ranges_asked)


@pytest.mark.parametrize("tells", [EVERYTHING, frozenset({"length"})])
@pytest.mark.parametrize("content", [SOUND, b""])
def test_what_a_store_tells_that_gives_no_parts(
    make_session: MakeSession, content: bytes, tells: frozenset[str]
) -> None:
    """The same."""
    store = StoreOfBytes((content,), ranges=False, tells=tells)
    driven = store.run(describe(make_session(), store.source()))
    assert store.stored == driven.value


def run_read(
    store: StoreOfBytes, make_session: MakeSession, start: int, stop: int | None, stored: Stored | None = None
) -> Driven:
    """What comes of reading a stretch."""
    return store.run(read(make_session(), store.source(), start, stop, stored))


def test_the_whole_in_memory(make_session: MakeSession) -> None:
    """Its checksum is verified: what is damaged is fetched anew."""
    store = StoreOfBytes((SOUND,), [Fault("damaged")])
    driven = store.run(read(make_session(), store.source()))
    assert ((SOUND, store.stored), 6) == (driven.value, len(store.asked))


@pytest.mark.parametrize(
    ("start", "stop", "asked"),
    [
        (2, 5, [(2, 4)]),
        (2, 9, [(2, 5), (6, 8)]),
        (7, 11, [(7, 10)]),
        (6, 20, [(6, 9)]),
        (6, None, [(6, 9)]),
        (10, 12, [(10, 11)]),
        (12, 14, [(12, 13)]),
    ],
)
def test_a_stretch(make_session: MakeSession, start: int, stop: int | None, asked: list[tuple[int, int]]) -> None:
    """Its bytes alone are asked for, and it ends where the recording does."""
    store = StoreOfBytes((SOUND,))
    driven = run_read(store, make_session, start, stop)
    assert ((SOUND[start:stop], store.stored), asked) == (driven.value, store.ranges_asked)


@pytest.mark.parametrize(
    "faults", [[Fault("more")], [Fault("cut", 1), Fault("changed")], [Fault("cut", 1), Fault("whole")], [Fault("late")]]
)
@pytest.mark.parametrize("stop", [9, None])
def test_a_stretch_that_is_begun_anew(make_session: MakeSession, faults: list[Fault], stop: int | None) -> None:
    """It begins where it began, not at the beginning of the recording."""
    store = StoreOfBytes((SOUND, SOUND[::-1]), faults, chunk=1)
    driven = run_read(store, make_session, 3, stop)
    assert (store.content[3:stop], store.stored) == driven.value
    assert all(asked.first >= 3 for asked in store.asked)


@pytest.mark.parametrize("conditions", [True, False])
def test_a_stretch_of_what_was_read_before(make_session: MakeSession, conditions: bool) -> None:
    """It must be the same object, and nothing is begun anew if it is not."""
    store = StoreOfBytes((SOUND, SOUND[::-1]), conditions=conditions)
    before = store.stored
    assert (SOUND[2:5], before) == run_read(store, make_session, 2, 5, before).value
    store.version = 1
    driven = run_read(store, make_session, 2, 5, before)
    assert (RecordingDamagedError, 2) == (type(driven.error), len(store.asked))
