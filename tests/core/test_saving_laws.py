"""What holds of fetching a recording, whatever the object store does: nothing but what is stored is ever saved."""

from typing import Any

import attrs
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from hillstone_ccc._core.errors import RecordingDamagedError
from hillstone_ccc._core.saving import Found, Saved, read, save
from hillstone_ccc._core.store import Stored

from .driving import MakeSession
from .store_of_bytes import (
    BAD,
    EVERYTHING,
    ODD,
    PASSING,
    Fault,
    Shelf,
    StoreOfBytes,
    checksum,
    contents,
    faults_of,
    stores,
)

KINDS = {"passing": PASSING, "odd": ODD, "bad": BAD, "any": (*PASSING, *ODD, *BAD)}

FOREVER = 1e9
"""Seconds that do not run out: how often is tried is what counts here."""

sizes = st.integers(1, 20)
"""Bytes of one request."""


@pytest.fixture
def set_most(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Sets how many bytes are asked for in one request."""
    return lambda size: monkeypatch.setattr("hillstone_ccc._core.body.MOST_AT_ONCE", size)


def left_by(store: StoreOfBytes, content: bytes, at: int, etag: str | None) -> Shelf:
    """What an earlier attempt left of an object: so many of its bytes."""
    kept = content[:at]
    stored = Stored(len(content), etag if "etag" in store.tells else None, checksum(content))
    if "crc" not in store.tells:
        stored = attrs.evolve(stored, crc64=None)
    return Shelf(Found(at=len(kept), crc=checksum(kept), stored=stored), kept)


@st.composite
def shelves(draw: st.DrawFn, store: StoreOfBytes) -> Shelf:
    """Nothing; a part of the object as it is, of an earlier one, of damaged bytes; or bytes of who knows what."""
    kind = draw(st.sampled_from(["nothing", "same", "changed", "damaged", "unknown"]))
    if kind == "unknown":
        return Shelf(Found(), draw(contents))
    if kind == "nothing" or not store.tells & {"etag", "crc"}:
        return Shelf()
    at = draw(st.integers(0, 40))
    if kind == "same":
        return left_by(store, store.content, at, store.stored.etag)
    other = draw(contents)
    if kind == "changed":
        assume(other not in (b"", store.content))
        return left_by(store, other, at % len(other), '"another"')
    assume("crc" in store.tells)  # nothing else tells of it
    kept = (other + bytes(40))[: min(at, len(store.content))]
    found = left_by(store, store.content, at, store.stored.etag).found
    return Shelf(attrs.evolve(found, crc=checksum(kept)), kept)


def seen(store: StoreOfBytes, kinds: set[str], *, partly: bool) -> bool:
    """Whether these troubles show where the store tells so much and no checksum."""
    unseen = {"damaged", "more"} | ({"drop"} if "length" not in store.tells else set())
    if "etag" not in store.tells:
        unseen |= {"changed", "torn"}
    return not (kinds & unseen or ("untold" in kinds and (partly or kinds & {"changed", "torn"})))


@pytest.mark.thorough
@pytest.mark.parametrize("kinds_of_fault", KINDS)
@given(st.data(), sizes, st.integers(1, 6))
def test_what_is_saved_is_what_is_stored(
    make_session: MakeSession, set_most: Any, kinds_of_fault: str, data: st.DataObject, most: int, attempts: int
) -> None:
    """What gets its name is the object byte for byte, wherever the store tells enough; else an error of ours comes."""
    set_most(most)
    store = data.draw(stores(*KINDS[kinds_of_fault]))
    shelf = data.draw(shelves(store))
    kinds = {fault.kind for fault in store.faults}
    driven = store.run(save(make_session(attempts=attempts, seconds=FOREVER), store.source(), shelf))
    if driven.error is not None:
        assert shelf.settled is None
        return
    saved: Saved = driven.value
    assert shelf.settled is not None
    assert len(shelf.settled) == saved.stored.length
    if saved.stored.crc64 is not None or seen(store, kinds, partly=shelf.found.at > 0):
        assert store.content == shelf.settled


@pytest.mark.thorough
@pytest.mark.parametrize("kinds_of_fault", KINDS)
@given(st.data(), sizes)
def test_what_goes_wrong_less_often_than_is_tried_is_overcome(
    make_session: MakeSession, set_most: Any, kinds_of_fault: str, data: st.DataObject, most: int
) -> None:
    """With more attempts than faults a recording is saved; bad bytes that an earlier attempt has left are one fault."""
    set_most(most)
    store = data.draw(stores(*KINDS[kinds_of_fault]))
    shelf = data.draw(shelves(store))
    attempts = len(store.faults) + 1 + (shelf.found.at > 0)
    driven = store.run(save(make_session(attempts=attempts, seconds=FOREVER), store.source(), shelf))
    assert driven.error is None
    longest = max(map(len, store.versions)) // most + 1
    assert len(store.asked) <= len(store.faults) + (len(store.faults) + 2) * longest + 1


@pytest.mark.thorough
@pytest.mark.parametrize("kinds", [*zip(KINDS["any"]), KINDS["any"]], ids=" ".join)
@given(st.data(), sizes, st.integers(1, 4), st.integers(0, 40), st.booleans())
def test_fetching_ends(
    make_session: MakeSession,
    set_most: Any,
    kinds: tuple[str, ...],
    data: st.DataObject,
    most: int,
    attempts: int,
    start: int,
    part: bool,
) -> None:
    """It comes to an end also where things go wrong for ever."""
    set_most(most)
    store = data.draw(stores(*kinds, forever=True))
    session = make_session(attempts=attempts, seconds=FOREVER)
    store.run(save(session, store.source(), Shelf()))
    store.run(read(session, store.source(), start, start + 7 if part else None))


@pytest.mark.thorough
@given(
    st.builds(
        StoreOfBytes,
        st.tuples(contents),
        faults_of(*PASSING),
        tells=st.frozensets(st.sampled_from(["etag", "crc"])).map({"length"}.__or__).map(frozenset),
        truncates=st.booleans(),
        chunk=st.integers(1, 12),
    ),
    st.integers(0, 40),
    sizes,
)
def test_nothing_that_has_come_is_asked_for_again(
    make_session: MakeSession, set_most: Any, store: StoreOfBytes, at: int, most: int
) -> None:
    """Where nothing is damaged or changed each request begins where the bytes so far end."""
    set_most(most)
    shelf = left_by(store, store.content, at % max(1, len(store.content)), store.stored.etag)
    driven = store.run(save(make_session(attempts=6, seconds=FOREVER), store.source(), shelf))
    assert (None, store.content) == (driven.error, shelf.settled)
    firsts = [first for first, _ in store.ranges_asked]
    assert sorted(firsts) == firsts
    assert all(shelf.found.at <= first < max(1, len(store.content)) for first in firsts)
    assert all(first <= last < first + most for first, last in store.ranges_asked)


@given(contents.filter(bool), st.integers(0, 40), sizes, st.frozensets(st.sampled_from(sorted(EVERYTHING))))
def test_where_nothing_goes_wrong_each_byte_is_asked_for_once(
    make_session: MakeSession, set_most: Any, content: bytes, at: int, most: int, tells: frozenset[str]
) -> None:
    """The requests are the parts of the object, one after the other, of one size but the last."""
    set_most(most)
    store = StoreOfBytes((content,), tells=tells | {"length", "etag"})
    at %= len(content)
    shelf = left_by(store, content, at, store.stored.etag)
    assert Saved(store.stored) == store.run(save(make_session(), store.source(), shelf)).value
    starts = range(at, len(content), most)
    assert [(start, min(start + most, len(content)) - 1) for start in starts] == store.ranges_asked
    assert {'"0"'} >= {asked.if_match for asked in store.asked}


@pytest.mark.thorough
@pytest.mark.parametrize("open_end", [False, True])
@given(stores(*PASSING, *ODD, "changed", "more"), st.integers(0, 45), st.integers(1, 45), sizes)
def test_a_stretch_is_that_stretch(
    make_session: MakeSession, set_most: Any, open_end: bool, store: StoreOfBytes, start: int, size: int, most: int
) -> None:
    """What is read are the object's bytes from the first that is wanted to the last, or an error of ours comes."""
    set_most(most)
    stop = None if open_end else start + size
    assume(store.tells & {"etag", "crc"} or all(fault.kind != "changed" for fault in store.faults))
    assume("length" in store.tells or all(fault.kind not in ("drop", "more") for fault in store.faults))
    assume(all(fault.kind != "untold" for fault in store.faults))
    assume(not store.truncates or start < min(map(len, store.versions)))
    driven = store.run(read(make_session(attempts=6, seconds=FOREVER), store.source(), start, stop))
    if driven.error is None:
        data, stored = driven.value
        assert store.content[start:stop] == data
        assert len(store.content) == stored.length


@pytest.mark.thorough
@given(stores(*PASSING, *ODD, "changed", "more"), st.integers(0, 45), st.integers(1, 45), sizes)
def test_a_stretch_of_another_version_is_an_error(
    make_session: MakeSession, set_most: Any, store: StoreOfBytes, start: int, size: int, most: int
) -> None:
    """Bytes of the object that was meant, or an error; nothing is begun anew where bytes were handed out."""
    set_most(most)
    store = attrs.evolve(store, tells=store.tells | {"etag"}, truncates=False)
    assume("length" in store.tells or all(fault.kind not in ("drop", "more") for fault in store.faults))
    meant, content = attrs.evolve(store.stored, length=len(store.content)), store.content
    read_it = read(make_session(attempts=6, seconds=FOREVER), store.source(), start, start + size, meant)
    driven = store.run(read_it)
    if driven.error is None:
        assert (content[start : start + size], meant) == driven.value
    assert all(start <= first for first, _ in store.ranges_asked)


TELLING = [EVERYTHING, frozenset({"etag", "length"}), frozenset({"crc", "length"})]


@pytest.mark.parametrize("tells", TELLING)
@given(contents.filter(bool), contents, st.integers(0, 40))
def test_a_part_of_an_earlier_version_is_thrown_away(
    make_session: MakeSession, set_most: Any, tells: frozenset[str], before: bytes, now: bytes, at: int
) -> None:
    """Of a partial file nothing is used whose object has changed since."""
    assume(before != now)
    set_most(7)
    store = StoreOfBytes((now,), tells=tells)
    shelf = left_by(store, before, at % len(before), '"another"')
    driven = store.run(save(make_session(), store.source(), shelf))
    assert (None, now) == (driven.error, shelf.settled)


@pytest.mark.parametrize("tells", TELLING)
@given(contents, contents)
def test_all_of_an_earlier_version_is_thrown_away(
    make_session: MakeSession, set_most: Any, tells: frozenset[str], before: bytes, now: bytes
) -> None:
    """Also a partial file that lacks nothing but its name is not used if its object has changed since."""
    assume(before != now)
    set_most(7)
    store = StoreOfBytes((now,), tells=tells)
    shelf = left_by(store, before, len(before), '"another"')
    driven = store.run(save(make_session(), store.source(), shelf))
    assert (None, now) == (driven.error, shelf.settled)


@pytest.mark.parametrize("tells", TELLING)
@given(contents)
def test_a_partial_file_that_lacks_nothing_is_not_fetched_again(
    make_session: MakeSession, tells: frozenset[str], content: bytes
) -> None:
    """If its object is the one that is stored the file gets its name, at the cost of one byte at most."""
    store = StoreOfBytes((content,), tells=tells)
    shelf = left_by(store, content, len(content), store.stored.etag)
    driven = store.run(save(make_session(), store.source(), shelf))
    assert (None, content) == (driven.error, shelf.settled)
    assert {(0, 0)} >= set(store.ranges_asked)


@given(contents.filter(bool), st.integers(1, 6))
def test_what_stays_damaged_is_not_saved(make_session: MakeSession, content: bytes, attempts: int) -> None:
    """It is begun anew as often as the policy allows attempts, and then told; nothing gets its name."""
    store = StoreOfBytes((content,), [Fault("damaged")], forever=True)
    shelf = Shelf()
    driven = store.run(save(make_session(attempts=attempts), store.source(), shelf))
    assert (RecordingDamagedError, None, attempts) == (type(driven.error), shelf.settled, len(store.asked))
    assert shelf.tidied
