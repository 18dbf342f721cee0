"""The bytes of a recording as they arrive."""

from itertools import pairwise

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hillstone_ccc._core.body import MOST_AT_ONCE, Body, Gathered, crc64
from hillstone_ccc._core.errors import RecordingDamagedError, RecordingNotSavedError
from hillstone_ccc._core.message import Response
from hillstone_ccc._core.store import Stored

from .store_of_bytes import checksum

TEN = b"0123456789"
ONE = Stored(10, '"A"', checksum(TEN))
OTHER = attrs.evolve(ONE, etag='"B"')


def answer(first: int | None = None, last: int = 0, stored: Stored = ONE) -> Response:
    """The head of a good answer: the whole object, or the part of it from the first to the last byte."""
    headers: dict[str, str] = {}
    if stored.etag is not None:
        headers["etag"] = stored.etag
    if stored.crc64 is not None:
        headers["x-oss-hash-crc64ecma"] = str(stored.crc64)
    if first is None:
        told = {} if stored.length is None else {"content-length": str(stored.length)}
        return Response(200, headers | told, b"")
    return Response(206, headers | {"content-range": f"bytes {first}-{last}/{stored.length}"}, b"")


def test_the_checksum_is_the_object_stores() -> None:
    """CRC-64/XZ by its published check value; that of nothing is 0."""
    assert (0x995DC9BBDF1939FA, 0) == (crc64(b"123456789"), crc64(b""))


@given(st.binary(), st.binary())
def test_a_checksum_goes_on(before: bytes, after: bytes) -> None:
    """The sum of what came before is all that is needed for the sum of the whole."""
    assert checksum(before + after) == crc64(after, crc64(before))


def test_what_is_gathered() -> None:
    """Bytes in memory, from the first that was begun with; what is begun again is forgotten."""
    gathered = Gathered()
    gathered.start(5, ONE)
    gathered.write(b"567")
    gathered.start(7, ONE)
    gathered.write(b"789")
    assert b"56789" == gathered.data
    gathered.start(3, ONE)
    assert b"" == gathered.data
    gathered.write(b"345")
    gathered.start(4, ONE)
    assert b"3" == gathered.data


@attrs.define
class Told:
    """A sink that keeps what it is told."""

    starts: list[tuple[int, Stored]] = attrs.field(factory=list[tuple[int, Stored]])
    chunks: list[bytes] = attrs.field(factory=list[bytes])
    full: bool = False

    def start(self, at: int, stored: Stored) -> None:
        """What follows begins there."""
        self.starts.append((at, stored))

    def write(self, chunk: bytes) -> None:
        """The next bytes, if there is room."""
        if self.full:
            raise RecordingNotSavedError("no room.")
        self.chunks.append(chunk)


@pytest.mark.parametrize(
    ("body", "end", "whole"),
    [
        (Body(Told()), None, False),
        (Body(Told(), stop=3), None, False),
        (Body(Told(), stored=Stored()), None, False),
        (Body(Told(), at=3, stop=3, stored=Stored()), None, False),
        (Body(Told(), stored=Stored(0)), 0, True),
        (Body(Told(), at=9, stored=ONE), 10, False),
        (Body(Told(), at=10, stored=ONE), 10, True),
        (Body(Told(), at=11, stored=ONE), 10, True),
        (Body(Told(), at=2, stop=3, stored=ONE), 3, False),
        (Body(Told(), at=3, stop=3, stored=ONE), 3, True),
        (Body(Told(), at=9, stop=12, stored=ONE), 10, False),
        (Body(Told(), at=10, stop=12, stored=ONE), 10, True),
    ],
)
def test_when_all_is_there(body: Body, end: int | None, whole: bool) -> None:
    """At the end of the stretch or of the object, whichever comes first; never while its length is not known."""
    assert (end, whole) == (body.end, body.whole)


@pytest.mark.parametrize(
    ("body", "sound"),
    [
        (Body(Told(), at=10, crc=ONE.crc64 or 0, stored=ONE), True),
        (Body(Told(), at=10, crc=1, stored=ONE), False),
        (Body(Told(), at=10, crc=1, stored=Stored(10)), True),
        (Body(Told(), at=10, crc=1), True),
        (Body(Told(), at=10, crc=1, stop=10, stored=ONE), True),
        (Body(Told(), at=10, crc=1, stored=ONE, pinned=True), True),
        (Body(Told(), stored=Stored(0, None, 0)), True),
        (Body(Told(), stored=Stored(0, None, 1)), False),
    ],
)
def test_what_is_sound(body: Body, sound: bool) -> None:
    """The whole object has the announced checksum, if one is announced; of a stretch it cannot be known."""
    assert sound is body.sound


@pytest.mark.parametrize(
    ("body", "spoilt"),
    [
        (Body(Told(), at=10, crc=1, stored=ONE), True),
        (Body(Told(), at=9, crc=1, stored=ONE), False),
        (Body(Told(), at=10, crc=ONE.crc64 or 0, stored=ONE), False),
        (Body(Told(), broken=True), True),
        (Body(Told()), False),
    ],
)
def test_what_is_spoilt(body: Body, spoilt: bool) -> None:
    """All has come and is unsound, or what has come is broken; a sum that is not at its end tells nothing."""
    assert spoilt is body.spoilt


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (Body(Told()), {"range": f"bytes=0-{MOST_AT_ONCE - 1}"}),
        (Body(Told(), at=5), {"range": f"bytes=5-{MOST_AT_ONCE + 4}"}),
        (Body(Told(), stop=1), {"range": "bytes=0-0"}),
        (Body(Told(), at=5, stop=7), {"range": "bytes=5-6"}),
        (Body(Told(), stop=2 * MOST_AT_ONCE), {"range": f"bytes=0-{MOST_AT_ONCE - 1}"}),
        (Body(Told(), stored=Stored(10)), {"range": "bytes=0-9"}),
        (Body(Told(), stop=12, stored=Stored(10)), {"range": "bytes=0-9"}),
        (Body(Told(), at=4, stored=ONE), {"range": "bytes=4-9", "if-match": '"A"'}),
        (Body(Told(), at=4, stored=Stored(None, '"A"')), {"range": f"bytes=4-{MOST_AT_ONCE + 3}", "if-match": '"A"'}),
        (Body(Told(), stored=Stored(2 * MOST_AT_ONCE)), {"range": f"bytes=0-{MOST_AT_ONCE - 1}"}),
    ],
)
def test_what_is_asked_for(body: Body, headers: dict[str, str]) -> None:
    """The next part, no longer than a request may be and not beyond the end, of the very object that is known."""
    assert headers == body.headers


def test_a_body_that_comes_whole() -> None:
    """The sink is told where it begins and of what; every byte is counted and summed."""
    sink = Told()
    body = Body(sink)
    body.begin(answer())
    body.write(TEN[:4])
    assert (4, False) == (body.at, body.whole)
    body.write(TEN[4:])
    body.finish()
    assert ([(0, ONE)], [b"0123", b"456789"]) == (sink.starts, sink.chunks)
    assert (ONE, 10, True, True, False) == (body.stored, body.at, body.whole, body.sound, body.spoilt)


def test_a_body_that_comes_in_parts() -> None:
    """The sum is of all parts, and each part goes where the last one ended."""
    sink = Told()
    body = Body(sink)
    for first, last in ((0, 3), (4, 7), (8, 9)):
        body.begin(answer(first, last))
        body.write(TEN[first : last + 1])
        body.finish()
    assert ([(0, ONE), (4, ONE), (8, ONE)], [b"0123", b"4567", b"89"]) == (sink.starts, sink.chunks)
    assert (True, True, ONE.crc64) == (body.whole, body.sound, body.crc)


def test_a_body_of_no_announced_length_is_refused() -> None:
    """Nothing would tell where it ends, or whether it was cut."""
    body = Body(Told())
    with pytest.raises(RecordingDamagedError, match=r"^The object store does not announce how many bytes come\.$"):
        body.begin(answer(stored=Stored(None, '"A"', ONE.crc64)))
    assert (True, None) == (body.spoilt, body.stored)


def test_a_body_that_is_cut() -> None:
    """Fewer bytes than announced are an error that tells both numbers; those that came count."""
    body = Body(Told())
    body.begin(answer())
    body.write(TEN[:4])
    with pytest.raises(RecordingDamagedError, match=r"^4 bytes came and 10 were announced\.$"):
        body.finish()
    assert (4, False, "bytes=4-9") == (body.at, body.spoilt, body.headers["range"])


def test_more_than_was_announced() -> None:
    """More bytes than announced are an error, and of the chunk that holds them nothing is written."""
    sink = Told()
    body = Body(sink)
    body.begin(answer(0, 3))
    body.write(TEN[:3])
    with pytest.raises(RecordingDamagedError, match=r"^More bytes came than the 4 that were announced\.$"):
        body.write(TEN[3:5])
    assert ([b"012"], True) == (sink.chunks, body.spoilt)


def test_the_rest_of_an_answer_that_is_not_wanted() -> None:
    """Who has all that is wanted may leave the answer before its end."""
    body = Body(Told(), stop=3)
    body.begin(answer())
    body.write(TEN[:5])
    body.finish()
    assert (True, 3) == (body.whole, body.at)


def test_when_an_answer_is_left() -> None:
    """As soon as its rest is not wanted; at its end there is none, and its connection can be used again."""
    body = Body(Told(), stop=3)
    assert not body.enough
    body.begin(answer())
    body.write(TEN[:2])
    assert not body.enough
    body.write(TEN[2:9])
    assert body.enough
    body.write(TEN[9:])
    assert (True, False) == (body.whole, body.enough)


OTHER_BYTES = "Other bytes came than those asked for."
CHANGED = "The recording is no longer the one it was: its bytes, checksum or version differ."


@pytest.mark.parametrize(
    ("at", "response", "why"),
    [
        (4, answer(5, 9), OTHER_BYTES),
        (4, answer(4, 9, OTHER), CHANGED),
        (4, answer(2, 9, OTHER), CHANGED),
        (0, answer(1, 9), OTHER_BYTES),
        (0, answer(1, 9, OTHER), CHANGED),
    ],
)
def test_other_bytes_than_those_asked_for(at: int, response: Response, why: str) -> None:
    """Bytes behind the next one, and a part of another object, are of no use; nothing of them is written."""
    sink = Told()
    body = Body(sink, at=at, stored=ONE)
    with pytest.raises(RecordingDamagedError) as caught:
        body.begin(response)
    assert why == str(caught.value)
    assert ([], True) == (sink.starts, body.spoilt)


@pytest.mark.parametrize("response", [answer(stored=OTHER), answer(0, 9, OTHER), answer(4, 9, OTHER)])
def test_another_object_where_bytes_were_handed_out(response: Response) -> None:
    """Nothing of another object is taken where bytes of one were handed out, not even the whole of it."""
    sink = Told()
    body = Body(sink, at=4, stored=ONE, pinned=True)
    with pytest.raises(RecordingDamagedError) as caught:
        body.begin(response)
    assert (CHANGED, [], True, 0) == (str(caught.value), sink.starts, body.spoilt, body.changes)


@pytest.mark.parametrize("response", [answer(stored=OTHER), answer(0, 9, OTHER)])
def test_another_object_from_its_beginning(response: Response) -> None:
    """The whole of the object as it is now takes the place of what there was of the earlier one."""
    sink = Told()
    body = Body(sink, at=4, crc=1, stored=ONE)
    body.begin(response)
    body.write(TEN)
    assert ([(0, OTHER)], [TEN], OTHER) == (sink.starts, sink.chunks, body.stored)
    assert (True, True, 1) == (body.whole, body.sound, body.changes)


def test_a_part_that_begins_too_early() -> None:
    """Bytes that have come are passed over, whatever there is to tell the object by."""
    sink = Told()
    body = Body(sink, at=4, stored=Stored(10))
    body.begin(answer(2, 6, Stored(10)))
    body.write(TEN[2:7])
    body.finish()
    assert ([(4, Stored(10))], [b"456"], 7) == (sink.starts, sink.chunks, body.at)


@pytest.mark.parametrize("pinned", [False, True])
def test_a_stretch_out_of_the_whole(pinned: bool) -> None:
    """Of an answer that holds more than the stretch only the stretch is written."""
    sink = Told()
    body = Body(sink, at=3, stop=7, stored=ONE if pinned else None, pinned=pinned)
    body.begin(answer())
    for at in range(10):
        body.write(TEN[at : at + 1])
    body.finish()
    assert ([(3, ONE)], b"3456", 7, True) == (sink.starts, b"".join(sink.chunks), body.at, body.whole)


def test_the_rest_out_of_the_whole_where_bytes_were_handed_out() -> None:
    """Nothing that was handed out is written again."""
    sink = Told()
    body = Body(sink, at=3, stored=ONE, pinned=True)
    body.begin(answer())
    body.write(TEN)
    body.finish()
    assert ([(3, ONE)], [TEN[3:]], True) == (sink.starts, sink.chunks, body.whole)


def test_what_cannot_be_written_does_not_count() -> None:
    """If the sink has no room the body does not go on."""
    body = Body(Told(full=True))
    body.begin(answer())
    with pytest.raises(RecordingNotSavedError):
        body.write(TEN)
    assert (0, 0) == (body.at, body.crc)


def test_beginning_anew() -> None:
    """Nothing is known any more, and any object will do."""
    body = Body(Told(), at=4, crc=1, stored=ONE, broken=True)
    body.restart()
    assert (0, 0, None, False) == (body.at, body.crc, body.stored, body.spoilt)


@given(st.binary(max_size=40), st.lists(st.integers(0, 40)), st.integers(0, 40), st.integers(0, 40))
def test_chunks_of_any_size(content: bytes, cuts: list[int], one: int, other: int) -> None:
    """However an answer comes to pieces, what is written is the stretch that is wanted."""
    start, stop = sorted((one, other))
    stored = Stored(len(content), None, checksum(content))
    sink = Told()
    body = Body(sink, at=start, stop=stop)
    body.begin(answer(stored=stored))
    places = [0, *sorted(cut for cut in cuts if cut <= len(content)), len(content)]
    for at, end in pairwise(places):
        body.write(content[at:end])
    body.finish()
    assert content[start:stop] == b"".join(sink.chunks)
    assert b"" not in sink.chunks
    assert body.whole
