"""Reading a recording bit by bit, from anywhere in it."""

import io
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hillstone_ccc._core.errors import ConnectError, InvalidQueryError, RecordingDamagedError
from hillstone_ccc._core.reader import AHEAD, Pieces, Reader
from hillstone_ccc._core.store import Stored

from .driving import MakeSession
from .store_of_bytes import PASSING, Fault, StoreOfBytes, contents, faults_of

SOUND = b"0123456789"


@pytest.fixture
def set_ahead(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Sets how many bytes are fetched ahead, and asked for in one request."""

    def set_both(ahead: int, most: int) -> None:
        monkeypatch.setattr("hillstone_ccc._core.reader.AHEAD", ahead)
        monkeypatch.setattr("hillstone_ccc._core.body.MOST_AT_ONCE", most)

    return set_both


@attrs.define
class File:
    """A reader that is used as a file is."""

    store: StoreOfBytes
    reader: Reader

    @classmethod
    def of(cls, store: StoreOfBytes, make_session: MakeSession, **policy: Any) -> "File":
        """What reads the store's object."""
        return cls(store, Reader(make_session(**policy), store.source()))

    def _value(self, flow: Any) -> Any:
        driven = self.store.run(flow)
        if driven.error is not None:
            raise driven.error
        return driven.value

    def read(self, size: int | None = -1) -> bytes:
        """So many bytes."""
        data = self._value(self.reader.read(size))
        assert isinstance(data, bytes)
        return data

    def seek(self, offset: int, whence: int = 0) -> int:
        """Goes there."""
        return int(self._value(self.reader.seek(offset, whence)))

    def length(self) -> int:
        """Bytes in all."""
        return int(self._value(self.reader.length()))


def test_so_much_is_fetched_ahead() -> None:
    """More than any header of a file, and less than would be felt."""
    assert 64 * 1024 <= AHEAD <= 4 * 1024 * 1024


def test_small_reads_cost_one_request(make_session: MakeSession) -> None:
    """What was fetched ahead is read from memory."""
    store = StoreOfBytes((SOUND,))
    file = File.of(store, make_session)
    assert [b"012", b"345", b"", b"6789", b"", b""] == [file.read(size) for size in (3, 3, 0, 99, 1, -1)]
    assert [(0, AHEAD - 1)] == store.ranges_asked


def test_each_byte_is_fetched_once(make_session: MakeSession, set_ahead: Any) -> None:
    """A large read fetches what it lacks, a small one a little more; each request goes on where the last one ended."""
    set_ahead(4, 1_000)
    store = StoreOfBytes((SOUND * 2,))
    file = File.of(store, make_session)
    assert [b"01", b"234", b"5678901", b"2"] == [file.read(size) for size in (2, 3, 7, 1)]
    assert [(0, 3), (4, 7), (8, 11), (12, 15)] == store.ranges_asked
    assert b"3456789" == file.read()
    assert (16, 19) == store.ranges_asked[-1]


def test_a_step_back_into_what_was_read(make_session: MakeSession, set_ahead: Any) -> None:
    """What lies in memory need not be fetched again; what does not is."""
    set_ahead(4, 1_000)
    store = StoreOfBytes((SOUND,))
    file = File.of(store, make_session)
    assert b"01" == file.read(2)
    assert 1 == file.seek(-1, 1)
    assert b"1234" == file.read(4)
    assert [(0, 3), (4, 7)] == store.ranges_asked
    assert 0 == file.seek(0)
    assert b"0" == file.read(1)
    assert (0, 3) == store.ranges_asked[-1]


def test_seeking_asks_for_nothing(make_session: MakeSession, set_ahead: Any) -> None:
    """But for the length, where the place is counted from the end, and once."""
    set_ahead(4, 1_000)
    store = StoreOfBytes((SOUND,))
    file = File.of(store, make_session)
    assert [7, 9, 5] == [file.seek(7), file.seek(2, 1), file.seek(-4, 1)]
    assert [] == store.asked
    assert [8, 10, 15] == [file.seek(-2, 2), file.seek(0, 2), file.seek(5, 2)]
    assert [(0, 0)] == store.ranges_asked
    assert (b"", 10) == (file.read(3), file.length())
    assert 1 == len(store.asked)


@pytest.mark.parametrize("whence", [3, -1, None, "0"])
def test_a_whence_that_is_none(make_session: MakeSession, whence: Any) -> None:
    """It is refused, and the place stays."""
    file = File.of(StoreOfBytes((SOUND,)), make_session)
    file.seek(4)
    with pytest.raises(InvalidQueryError, match=f"whence must be 0, 1 or 2, not {whence!r}"):
        file.seek(0, whence)
    assert 4 == file.reader.at


@pytest.mark.parametrize(("offset", "whence", "byte"), [(-1, 0, -1), (-5, 1, -1), (-11, 2, -1)])
def test_before_the_beginning(make_session: MakeSession, offset: int, whence: int, byte: int) -> None:
    """There is no such place, and the one before stays."""
    file = File.of(StoreOfBytes((SOUND,)), make_session)
    file.seek(4)
    with pytest.raises(InvalidQueryError, match=f"offset: byte {byte} lies before the beginning"):
        file.seek(offset, whence)
    assert 4 == file.reader.at


@pytest.mark.parametrize("size", [-1, None, -7])
def test_all_that_is_left(make_session: MakeSession, size: int | None) -> None:
    """From the present place to the end, wherever that is."""
    file = File.of(StoreOfBytes((SOUND,)), make_session)
    file.seek(6)
    assert [b"6789", b""] == [file.read(size), file.read(size)]
    file.seek(100)
    assert b"" == file.read(size)
    assert 100 == file.reader.at


def test_a_length_that_is_not_known(make_session: MakeSession) -> None:
    """Where the store did not tell it, that is told."""
    store = StoreOfBytes((SOUND,))
    reader = Reader(make_session(), store.source(), stored=Stored())
    assert "The object store does not tell how long the recording is." == str(store.run(reader.length()).error)


@pytest.mark.parametrize("conditions", [True, False])
def test_a_recording_that_changes_meanwhile(make_session: MakeSession, set_ahead: Any, conditions: bool) -> None:
    """It is an error, again and again, and never bytes of the other one."""
    set_ahead(4, 4)
    store = StoreOfBytes((SOUND, b"abcdefghij"), conditions=conditions)
    file = File.of(store, make_session)
    assert b"012" == file.read(3)
    store.version = 1
    for _ in range(2):
        with pytest.raises(RecordingDamagedError, match="version differ"):
            file.read(3)
    assert 3 == file.reader.at


def test_a_change_before_any_byte_was_handed_out(make_session: MakeSession, set_ahead: Any) -> None:
    """Nobody has seen the earlier one, so the stretch is read again, from where it begins."""
    set_ahead(6, 2)
    store = StoreOfBytes((SOUND, b"abcdefghij"), [Fault("none"), Fault("changed")])
    file = File.of(store, make_session)
    file.seek(3)
    assert b"defg" == file.read(4)


def test_a_failure_changes_nothing(make_session: MakeSession, set_ahead: Any) -> None:
    """Who reads again after one goes on where it was."""
    set_ahead(2, 2)
    store = StoreOfBytes((SOUND,), [Fault("none"), Fault("lost")])
    file = File.of(store, make_session, attempts=1)
    assert b"01" == file.read(2)
    with pytest.raises(ConnectError):
        file.read(4)
    assert (2, b"2345") == (file.reader.at, file.read(4))


steps = st.lists(
    st.tuples(st.just("read"), st.integers(0, 50) | st.sampled_from([-1, None]), st.just(0))
    | st.tuples(st.just("seek"), st.integers(0, 50), st.just(0))
    | st.tuples(st.just("seek"), st.integers(-50, 50), st.sampled_from([1, 2])),
    max_size=12,
)
aheads = st.integers(1, 30)
mosts = st.integers(1, 20)


@pytest.mark.thorough
@given(
    st.builds(
        StoreOfBytes,
        st.tuples(contents),
        faults_of(*PASSING, "whole", "early", "behind"),
        ranges=st.booleans(),
        chunk=st.integers(1, 12),
    ),
    steps,
    aheads,
    mosts,
)
def test_it_reads_as_a_file_does(
    make_session: MakeSession, set_ahead: Any, store: StoreOfBytes, steps: list[Any], ahead: int, most: int
) -> None:
    """Every read and every step gives what it would give in memory, whatever passes on the way."""
    set_ahead(ahead, most)
    file, memory = File.of(store, make_session, attempts=7, seconds=1e9), io.BytesIO(store.content)
    for what, size, whence in steps:
        if what == "read":
            assert memory.read(size) == file.read(size)
        elif memory.tell() * (whence == 1) + len(store.content) * (whence == 2) + size >= 0:
            assert memory.seek(size, whence) == file.seek(size, whence)
        assert memory.tell() == file.reader.at


@pytest.mark.thorough
@given(contents, st.lists(st.integers(1, 20)), aheads, mosts)
def test_reading_on_fetches_each_byte_once(
    make_session: MakeSession, set_ahead: Any, content: bytes, sizes: list[int], ahead: int, most: int
) -> None:
    """From the beginning to the end in bits of any size, no byte comes twice."""
    set_ahead(ahead, most)
    store = StoreOfBytes((content,), truncates=True)
    file = File.of(store, make_session)
    for size in sizes:
        file.read(size)
    fetched = [at for first, last in store.ranges_asked for at in range(first, last + 1)]
    assert list(range(len(fetched))) == fetched


def versions_of(number: int, length: int) -> tuple[bytes, ...]:
    """Versions of which every byte tells which it is of."""
    return tuple(bytes([version * 64 + at % 64 for at in range(length)]) for version in range(number))


@pytest.mark.thorough
@given(
    st.builds(
        StoreOfBytes,
        st.builds(versions_of, st.integers(2, 4), st.integers(0, 40)),
        faults_of(*PASSING, "whole", "early", "behind", "late", "more", "changed", "changed", "changed"),
        tells=st.sampled_from([frozenset({"length", "etag"}), frozenset({"length", "crc"})]),
        ranges=st.sampled_from([True, True, False]),
        conditions=st.booleans(),
        chunk=st.integers(1, 12),
    ),
    steps,
    aheads,
    mosts,
)
def test_nobody_reads_two_versions(
    make_session: MakeSession, set_ahead: Any, store: StoreOfBytes, steps: list[Any], ahead: int, most: int
) -> None:
    """All that is ever handed out is of one version, at its place in it, however often the object changes."""
    set_ahead(ahead, most)
    file = File.of(store, make_session, attempts=7, seconds=1e9)
    possible = list(store.versions)
    for what, size, whence in steps:
        try:
            at = file.reader.at
            if what == "seek":
                file.seek(size, whence)
                continue
            data = file.read(size)
        except (RecordingDamagedError, InvalidQueryError):
            continue
        possible = [version for version in possible if data == version[at : at + len(data)]]
        assert possible


@pytest.mark.parametrize(
    ("content", "size", "pieces"),
    [(SOUND, 4, [b"0123", b"4567", b"89"]), (SOUND, 5, [b"01234", b"56789"]), (SOUND, 99, [SOUND]), (b"", 4, [])],
)
@pytest.mark.parametrize("tells", [{"length", "etag", "crc"}, {"length", "etag"}])
def test_pieces(
    make_session: MakeSession, set_ahead: Any, tells: set[str], content: bytes, size: int, pieces: list[bytes]
) -> None:
    """The recording from its beginning to its end; all pieces but the last are of one size."""
    set_ahead(3, 1_000)
    store = StoreOfBytes((content,), tells=frozenset(tells))
    reader = Pieces(File.of(store, make_session).reader, size)
    assert [*pieces, b"", b""] == [store.run(reader.next()).value for _ in range(len(pieces) + 2)]


def test_pieces_that_are_damaged(make_session: MakeSession, set_ahead: Any) -> None:
    """That shows at the end, and stays so."""
    set_ahead(4, 4)
    store = StoreOfBytes((SOUND,), [Fault("none"), Fault("damaged", 0)])
    pieces = Pieces(File.of(store, make_session).reader, 5)
    assert 10 == len(store.run(pieces.next()).value + store.run(pieces.next()).value)
    for _ in range(2):
        error = store.run(pieces.next()).error
        assert RecordingDamagedError is type(error)
        assert "The recording's checksum is not the announced one: the pieces are damaged." == str(error)


def test_damage_that_nothing_tells(make_session: MakeSession) -> None:
    """Without a checksum pieces are taken as they come."""
    store = StoreOfBytes((SOUND,), [Fault("damaged")], tells=frozenset({"length", "etag"}))
    pieces = Pieces(File.of(store, make_session).reader, 99)
    assert SOUND != store.run(pieces.next()).value
    assert (b"", None) == ((end := store.run(pieces.next())).value, end.error)


@pytest.mark.thorough
@given(contents, st.integers(1, 50), aheads, mosts, st.integers(0, 60), st.booleans())
def test_pieces_are_the_recording(
    make_session: MakeSession, set_ahead: Any, content: bytes, size: int, ahead: int, most: int, at: int, damaged: bool
) -> None:
    """Put together they are what is stored, or an error comes at the end."""
    set_ahead(ahead, most)
    store = StoreOfBytes((content,), [Fault("damaged", at)] if damaged else [])
    pieces, came = Pieces(File.of(store, make_session).reader, size), b""
    while (driven := store.run(pieces.next())).value:
        came += driven.value
    assert len(content) == len(came)
    assert (driven.error is None) is (came == content)
