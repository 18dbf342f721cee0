"""Saving a recording: what becomes of the file."""

import attrs
import pytest

from hillstone_ccc._core.errors import (
    RecordingNotSavedError,
)
from hillstone_ccc._core.meter import Meter
from hillstone_ccc._core.saving import Found, Saved, save
from hillstone_ccc._core.store import Stored

from .driving import Clock, MakeSession
from .store_of_bytes import EVERYTHING, Fault, Shelf, StoreOfBytes, checksum

SOUND = b"0123456789"
KEPT = Stored(len(SOUND), None, checksum(SOUND))


@pytest.fixture(autouse=True)
def _small_requests(monkeypatch: pytest.MonkeyPatch) -> None:
    """Four bytes at a time."""
    monkeypatch.setattr("hillstone_ccc._core.body.MOST_AT_ONCE", 4)


def test_an_empty_recording(make_session: MakeSession) -> None:
    """It is fetched too, once."""
    store, shelf = StoreOfBytes(), Shelf()
    driven = store.run(save(make_session(), store.source(), shelf))
    assert (None, b"", 1) == (driven.error, shelf.settled, len(store.asked))


def test_a_file_that_is_there_is_kept(make_session: MakeSession) -> None:
    """Whether it is the recording costs one byte; what earlier attempts left is removed."""
    store, shelf = StoreOfBytes((SOUND,)), Shelf(Found(KEPT))
    told: list[tuple[Saved, bool]] = []
    flow = save(make_session(), store.source(), shelf, on_saved=lambda saved: told.append((saved, shelf.tidied)))
    driven = store.run(flow)
    assert ([(0, 0)], Saved(store.stored, kept=True)) == (store.ranges_asked, driven.value)
    assert ([(driven.value, True)], None) == (told, shelf.settled)


@pytest.mark.parametrize(
    ("file", "tells"),
    [
        (attrs.evolve(KEPT, length=9), EVERYTHING),
        (attrs.evolve(KEPT, crc64=1), EVERYTHING),
        (KEPT, frozenset({"length", "etag"})),
    ],
)
def test_a_file_that_is_another_one_is_fetched(make_session: MakeSession, file: Stored, tells: frozenset[str]) -> None:
    """Also one of the same length, if the store tells no checksum."""
    store, shelf = StoreOfBytes((SOUND,), tells=tells), Shelf(Found(file))
    told: list[tuple[Saved, bytes | None]] = []
    flow = save(make_session(), store.source(), shelf, on_saved=lambda saved: told.append((saved, shelf.settled)))
    driven = store.run(flow)
    assert (Saved(store.stored), SOUND, False) == (driven.value, shelf.settled, shelf.tidied)
    assert [(driven.value, SOUND)] == told


def test_all_of_a_file_that_is_there_twice(make_session: MakeSession) -> None:
    """If it is meant to be fetched, what lacks nothing but its name takes the place of what has it."""
    store = StoreOfBytes((SOUND,))
    shelf = Shelf(Found(KEPT, at=len(SOUND), crc=checksum(SOUND), stored=store.stored), SOUND)
    driven = store.run(save(make_session(), store.source(), shelf, anew=True))
    assert (Saved(store.stored, kept=False), SOUND, False) == (driven.value, shelf.settled, shelf.tidied)


def test_a_file_that_is_there_is_fetched_if_that_is_meant(make_session: MakeSession) -> None:
    """It is not even looked at then."""
    store, shelf = StoreOfBytes((SOUND,)), Shelf(Found(KEPT))
    driven = store.run(save(make_session(), store.source(), shelf, anew=True))
    assert (Saved(store.stored), SOUND) == (driven.value, shelf.settled)
    assert [(0, 3), (4, 7), (8, 9)] == store.ranges_asked


@attrs.define
class Broken(Shelf):
    """A file to be, on a disk that fails."""

    at: str = ""

    def look(self) -> Found:
        """What is there, if that can be read."""
        self._fail("look")
        return super().look()

    def start(self, at: int, stored: Stored) -> None:
        """What follows, if there is room."""
        self._fail("start")
        super().start(at, stored)

    def write(self, chunk: bytes) -> None:
        """The next bytes, if there is room."""
        self._fail("write")
        super().write(chunk)

    def settle(self) -> None:
        """The file gets its name, if it may."""
        self._fail("settle")
        super().settle()

    def tidy(self) -> None:
        """What was gathered is removed, if it may be."""
        self._fail("tidy")
        super().tidy()

    def _fail(self, at: str) -> None:
        if self.at == at:
            raise RecordingNotSavedError(f"no {at}.")


@pytest.mark.parametrize(("at", "requests"), [("look", 0), ("start", 1), ("write", 1), ("settle", 3)])
def test_what_the_disk_refuses_is_final(make_session: MakeSession, at: str, requests: int) -> None:
    """It is told as it is, and nothing is fetched again."""
    store, shelf = StoreOfBytes((SOUND,)), Broken(at=at)
    told: list[Saved] = []
    driven = store.run(save(make_session(), store.source(), shelf, on_saved=told.append))
    assert (RecordingNotSavedError, f"no {at}.") == (type(driven.error), str(driven.error))
    assert (requests, [], None, []) == (len(store.asked), driven.pauses, shelf.settled, told)


def test_a_disk_that_refuses_an_empty_recording(make_session: MakeSession) -> None:
    """What could not be begun is not settled, though nothing is missing."""
    store, shelf = StoreOfBytes(), Broken(at="start")
    driven = store.run(save(make_session(), store.source(), shelf))
    assert ("no start.", None) == (str(driven.error), shelf.settled)


def test_a_file_that_is_kept_but_cannot_be_tidied(make_session: MakeSession) -> None:
    """It is not told as saved."""
    store, shelf = StoreOfBytes((SOUND,)), Broken(Found(KEPT), at="tidy")
    told: list[Saved] = []
    driven = store.run(save(make_session(), store.source(), shelf, on_saved=told.append))
    assert (RecordingNotSavedError, []) == (type(driven.error), told)


def test_what_an_earlier_attempt_left_is_gone_on_with(make_session: MakeSession) -> None:
    """The very object is asked for from the next byte on."""
    store = StoreOfBytes((SOUND,))
    shelf = Shelf(Found(at=5, crc=checksum(SOUND[:5]), stored=store.stored), SOUND[:5])
    driven = store.run(save(make_session(), store.source(), shelf))
    assert (Saved(store.stored), SOUND) == (driven.value, shelf.settled)
    assert ([(5, 8), (9, 9)], ['"0"'] * 2) == (store.ranges_asked, [asked.if_match for asked in store.asked])


def test_bytes_of_an_earlier_attempt_that_are_damaged(make_session: MakeSession) -> None:
    """Their checksum shows at the end, and all is fetched anew."""
    store = StoreOfBytes((SOUND,))
    shelf = Shelf(Found(at=5, crc=checksum(b"damag"), stored=store.stored), b"damag")
    driven = store.run(save(make_session(), store.source(), shelf))
    assert (None, SOUND) == (driven.error, shelf.settled)


def test_a_part_of_another_object_costs_no_attempt(make_session: MakeSession) -> None:
    """Where nothing is repeated a recording that has changed since the last attempt is fetched all the same."""
    store = StoreOfBytes((SOUND,))
    shelf = Shelf(Found(at=5, crc=1, stored=Stored(20, '"before"', 2)), b"other")
    driven = store.run(save(make_session(attempts=1), store.source(), shelf))
    assert (None, SOUND, [(5, 8), (0, 3), (4, 7), (8, 9)]) == (driven.error, shelf.settled, store.ranges_asked)


def test_bytes_are_counted(make_session: MakeSession) -> None:
    """The meter counts what comes over the wire, also what comes twice, and holds it up."""
    meter = Meter(2)
    store = StoreOfBytes((SOUND,), [Fault("damaged")])
    clock = Clock()
    driven = store.run(save(make_session(), store.source(), Shelf(), meter=meter), clock)
    assert (None, 20, 10) == (driven.error, meter.bytes, clock.monotonic)
