"""Fetching a recording: what is asked for, when again, and where redirects lead."""

import attrs
import pytest

from hillstone_ccc._core.body import MOST_AT_ONCE, Body, Gathered
from hillstone_ccc._core.errors import (
    APIError,
    CCCError,
    ConnectError,
    DecodeError,
    PermissionDeniedError,
    RecordingDamagedError,
    RecordingError,
    RecordingExpiredError,
    RecordingNotReadyError,
    RecordingNotSavedError,
    ServerError,
    TimeoutError,
    TLSError,
)
from hillstone_ccc._core.flow import Fetch
from hillstone_ccc._core.links import RecordingLink
from hillstone_ccc._core.message import Response
from hillstone_ccc._core.saving import Saved, fetch, save
from hillstone_ccc._core.source import Source

from .driving import NOON, Clock, MakeSession, Outcome, answer, drive
from .store_of_bytes import EVERYTHING, Fault, Shelf, StoreOfBytes, xml

SOUND = b"0123456789"
CUT, LOST, BUSY, EXPIRED, MOVED = (Fault(kind, 5) for kind in ("cut", "lost", "busy", "expired", "moved"))


@pytest.fixture(autouse=True)
def _small_requests(monkeypatch: pytest.MonkeyPatch) -> None:
    """Four bytes at a time."""
    monkeypatch.setattr("hillstone_ccc._core.body.MOST_AT_ONCE", 4)


@attrs.define
class Scripted:
    """A store that answers as it is told."""

    outcomes: list[Outcome]
    urls: list[str] = attrs.field(factory=list[str])

    def fetch(self, fetch: Fetch, clock: Clock) -> Outcome:  # noqa: ARG002 - time does not pass
        """The next answer, which pours nothing."""
        self.urls.append(fetch.url)
        return self.outcomes.pop(0)


def test_a_recording_is_asked_for_part_by_part(make_session: MakeSession) -> None:
    """Each part of the very object that the first one was of; then the file gets its name."""
    store, shelf = StoreOfBytes((SOUND,)), Shelf()
    driven = store.run(save(make_session(), store.source(), shelf))
    assert (Saved(store.stored), SOUND) == (driven.value, shelf.settled)
    assert ([(0, 3), (4, 7), (8, 9)], []) == (store.ranges_asked, driven.pauses)
    assert [None, '"0"', '"0"'] == [asked.if_match for asked in store.asked]
    assert [1, 1, 1] == [asked.attempt for asked in store.asked]


def test_a_request_is_large_but_not_too_large() -> None:
    """A link is looked at every few minutes on any line that is worth the name, and no request is for a mere glance."""
    assert 1024 * 1024 <= MOST_AT_ONCE <= 64 * 1024 * 1024


@pytest.mark.parametrize(
    ("url", "plain", "asked"),
    [
        ("http://example.com/a", False, "https://example.com/a"),
        ("http://example.com/a", True, "http://example.com/a"),
        ("http://127.0.0.1:1/a", False, "http://127.0.0.1:1/a"),
    ],
)
def test_a_link_is_followed_over_https(make_session: MakeSession, url: str, plain: bool, asked: str) -> None:
    """Unless it leads to this machine, or plain links were asked for."""
    session = attrs.evolve(make_session(attempts=1), plain_http_links=plain)
    store = Scripted([ConnectError("lost.")])
    drive(fetch(session, Source("job-1", "mono", RecordingLink(url), None), Body(Gathered())), [], store=store)
    assert [asked] == store.urls


@pytest.mark.parametrize("url", [None, "", "ftp://example.com/a"])
def test_no_link(make_session: MakeSession, url: str | None) -> None:
    """What leads to no web server is not followed."""
    driven = drive(save(make_session(), Source("job-1", "mono", RecordingLink(url), None), Shelf()), [])
    assert RecordingError is type(driven.error)


def test_a_dead_link_is_renewed(make_session: MakeSession) -> None:
    """The upstream is asked for another link, and what came so far counts."""
    store, shelf = StoreOfBytes((SOUND,), [Fault("none"), EXPIRED, EXPIRED]), Shelf()
    driven = store.run(save(make_session(), store.source(), shelf))
    assert (["GetMonoRecording"] * 2, SOUND, []) == (driven.actions, shelf.settled, driven.pauses)
    assert [(0, 3), (4, 7), (4, 7), (4, 7), (8, 9)] == store.ranges_asked
    assert [1, 1, 2, 3, 1] == [asked.attempt for asked in store.asked]


def test_links_that_stay_dead(make_session: MakeSession) -> None:
    """Renewing counts as trying."""
    store, shelf = StoreOfBytes((SOUND,), [EXPIRED], forever=True), Shelf()
    driven = store.run(save(make_session(attempts=3), store.source(), shelf))
    assert (RecordingExpiredError, 2, 3) == (type(driven.error), len(driven.sends), len(store.asked))
    assert shelf.settled is None


@pytest.mark.parametrize(("left", "renewals"), [(3600, 0), (1, 0), (0.5, 1), (-1, 1)])
def test_a_link_about_to_die_is_renewed_before_it_is_followed(
    make_session: MakeSession, left: float, renewals: int
) -> None:
    """A refusal is not waited for where the link says when it dies."""
    store = StoreOfBytes((SOUND,), expires=int(NOON) + 3600)
    clock = Clock(wall=NOON + 3600 - left)
    driven = store.run(save(make_session(), store.source(), Shelf()), clock)
    assert ["GetMonoRecording"] * renewals == driven.actions


def test_a_link_that_dies_between_two_parts(make_session: MakeSession) -> None:
    """It is looked at before each part."""
    store = StoreOfBytes((SOUND,), expires=int(NOON) + 30)
    driven = store.run(save(make_session(), store.source(), Shelf()), Clock(latency=15))
    assert (["GetMonoRecording"], None) == (driven.actions, driven.error)


@pytest.mark.parametrize("fault", [LOST, BUSY, Fault("cut"), Fault("drop"), Fault("garbled"), Fault("garbled", 1)])
def test_what_passes_is_repeated(make_session: MakeSession, fault: Fault) -> None:
    """A lost connection, a failing server and an answer cut or unreadable are tried again, with growing waits."""
    store, shelf = StoreOfBytes((SOUND,), [fault] * 3), Shelf()
    driven = store.run(save(make_session(attempts=4, base=1), store.source(), shelf))
    assert (None, SOUND, [0.75, 1.5, 3.0]) == (driven.error, shelf.settled, driven.waited)
    assert [1, 2, 3, 4, 1, 1] == [asked.attempt for asked in store.asked]
    assert all(isinstance(pause.because, CCCError) for pause in driven.pauses)


@pytest.mark.parametrize(
    ("fault", "kind"),
    [(LOST, ConnectError), (BUSY, ServerError), (Fault("cut"), ConnectError), (Fault("drop"), RecordingDamagedError)],
)
def test_the_last_failure_is_raised(make_session: MakeSession, fault: Fault, kind: type[CCCError]) -> None:
    """After as many attempts as the policy allows, the last failure is raised as it is."""
    store, shelf = StoreOfBytes((SOUND,), [fault], forever=True), Shelf()
    driven = store.run(save(make_session(attempts=3), store.source(), shelf))
    assert (kind, 3, None, False) == (type(driven.error), len(store.asked), shelf.settled, shelf.tidied)


@pytest.mark.parametrize(
    ("outcome", "kind"),
    [
        (Response(404, {}, xml("NoSuchKey")), RecordingNotReadyError),
        (Response(403, {}, xml("AccessDenied", "no")), PermissionDeniedError),
        (Response(416, {}, xml("InvalidRange")), APIError),
        (TLSError("unknown authority."), TLSError),
        (RecordingNotSavedError("no room."), RecordingNotSavedError),
        (None, DecodeError),
    ],
)
def test_what_another_try_cannot_change_is_final(
    make_session: MakeSession, outcome: Outcome, kind: type[CCCError]
) -> None:
    """It is raised at once."""
    store = Scripted([outcome])
    source = StoreOfBytes().source()
    driven = drive(fetch(make_session(), source, Body(Gathered())), [], store=store)
    assert (kind, 1, []) == (type(driven.error), len(store.urls), driven.pauses)


def test_a_connection_that_breaks_behind_the_last_byte(make_session: MakeSession) -> None:
    """Nothing is missing, so nothing is waited for, and it is no failure."""
    store, shelf = StoreOfBytes((SOUND[:4],), [Fault("cut", 4)]), Shelf()
    driven = store.run(save(make_session(attempts=1), store.source(), shelf))
    assert (None, SOUND[:4], []) == (driven.error, shelf.settled, driven.pauses)


def test_each_byte_that_comes_earns_new_attempts(make_session: MakeSession) -> None:
    """What is slow and breaks often comes to its end all the same, however few attempts there are."""
    store, shelf = StoreOfBytes((SOUND,), [Fault("cut", 1)] * 9, chunk=1), Shelf()
    driven = store.run(save(make_session(attempts=2, base=1), store.source(), shelf))
    assert (None, SOUND, [0.75] * 9) == (driven.error, shelf.settled, driven.waited)
    assert [1, *[2] * 9] == [asked.attempt for asked in store.asked]


def test_each_byte_that_comes_earns_new_seconds(make_session: MakeSession) -> None:
    """The budget is for getting on, not for the whole."""
    store, shelf = StoreOfBytes((SOUND,), [Fault("cut", 1)] * 9, chunk=1), Shelf()
    driven = store.run(save(make_session(seconds=10), store.source(), shelf), Clock(latency=100))
    assert (None, SOUND) == (driven.error, shelf.settled)


def test_the_budget_where_nothing_comes(make_session: MakeSession) -> None:
    """Seconds in which no byte came are spent."""
    store = StoreOfBytes((SOUND,), [LOST], forever=True)
    driven = store.run(save(make_session(seconds=50), store.source(), Shelf()), Clock(latency=20))
    assert (ConnectError, 3) == (type(driven.error), len(store.asked))


@pytest.mark.parametrize("conditions", [True, False])
def test_an_object_that_changes_is_begun_anew(make_session: MakeSession, conditions: bool) -> None:
    """What came of the earlier one counts no more, whether the store refuses the rest of it or sends another's."""
    store = StoreOfBytes((SOUND, b"abcdefgh"), [Fault("none"), Fault("changed")], conditions=conditions)
    shelf = Shelf()
    driven = store.run(save(make_session(), store.source(), shelf))
    assert (None, b"abcdefgh", []) == (driven.error, shelf.settled, driven.pauses)
    assert [(0, 3), (4, 7), (0, 3), (4, 7)] == store.ranges_asked
    assert ([None, '"0"', None, '"1"'], store.stored) == ([a.if_match for a in store.asked], driven.value.stored)


DIFFERENT = "What came is not the recording as it was announced: its bytes, checksum or version differ."
CHANGED = "The recording is no longer the one it was: its bytes, checksum or version differ."
LATER = "Try again later; if it stays so, what is stored is damaged."


@pytest.mark.parametrize(
    ("store", "why"),
    [
        (StoreOfBytes((SOUND,), [Fault("damaged")]), f"{DIFFERENT} {LATER}"),
        (StoreOfBytes((SOUND,), [Fault("more")]), f"More bytes came than the 4 that were announced. {LATER}"),
        (StoreOfBytes((SOUND,), [Fault("late")]), f"Other bytes came than those asked for. {LATER}"),
        (
            StoreOfBytes((SOUND,), ranges=False, tells=frozenset({"etag", "crc"})),
            f"The object store does not announce how many bytes come. {LATER}",
        ),
        (StoreOfBytes((SOUND, SOUND), [Fault("changed")]), f"{CHANGED} {LATER}"),
        (StoreOfBytes((SOUND, SOUND), [Fault("changed")], conditions=False), f"{CHANGED} {LATER}"),
        (StoreOfBytes((SOUND[:4],), [Fault("more"), Fault("damaged")]), f"{DIFFERENT} {LATER}"),
        (StoreOfBytes((SOUND[:4],), [Fault("drop", 2), Fault("damaged")]), f"{DIFFERENT} {LATER}"),
    ],
)
def test_what_is_wrong_is_told(make_session: MakeSession, store: StoreOfBytes, why: str) -> None:
    """What was wrong with the last that came, and what can be done about it."""
    driven = attrs.evolve(store, forever=True).run(save(make_session(attempts=2), store.source(), Shelf()))
    assert (RecordingDamagedError, why) == (type(driven.error), str(driven.error))


def test_an_object_that_changes_with_every_answer(make_session: MakeSession) -> None:
    """Where each answer is of another object, and cut, there is an end to it too."""
    torn = [Fault("torn", 7), Fault("torn", 3)]
    store = StoreOfBytes((SOUND, SOUND), torn, forever=True, ranges=False, conditions=False)
    driven = store.run(save(make_session(attempts=3), store.source(), Shelf()))
    assert (RecordingDamagedError, 5) == (type(driven.error), len(store.asked))
    assert f"{CHANGED} It is being written: try again later." == str(driven.error)


def test_what_is_lost_on_the_way_to_the_store(make_session: MakeSession) -> None:
    """The way to look at is the one to the object store, not the one to the upstream."""
    store = StoreOfBytes((SOUND,), [LOST], forever=True)
    driven = store.run(save(make_session(attempts=2), store.source(), Shelf()))
    assert "lost. Check the way to the object store: network, proxy, firewall." == str(driven.error)


@pytest.mark.parametrize("conditions", [True, False])
def test_an_object_that_keeps_changing(make_session: MakeSession, conditions: bool) -> None:
    """It is told as damage once patience has run out."""
    store = StoreOfBytes((SOUND, SOUND[::-1]), [Fault("changed")], forever=True, conditions=conditions)
    shelf = Shelf()
    driven = store.run(save(make_session(attempts=3), store.source(), shelf))
    assert (RecordingDamagedError, None) == (type(driven.error), shelf.settled)


@pytest.mark.parametrize(
    "faults",
    [[Fault("damaged")], [Fault("none"), Fault("damaged", 1)], [Fault("more")], [Fault("none"), Fault("late")]],
)
def test_what_is_damaged_is_begun_anew(make_session: MakeSession, faults: list[Fault]) -> None:
    """Bytes that are not those announced are fetched again, without waiting."""
    store, shelf = StoreOfBytes((SOUND,), faults), Shelf()
    driven = store.run(save(make_session(attempts=2), store.source(), shelf))
    assert (None, SOUND, []) == (driven.error, shelf.settled, driven.pauses)
    assert 2 == [asked.first for asked in store.asked].count(0)


def test_what_stays_damaged(make_session: MakeSession) -> None:
    """It is told with advice, and what was gathered is removed."""
    store, shelf = StoreOfBytes((SOUND,), [Fault("damaged")], forever=True), Shelf()
    driven = store.run(save(make_session(attempts=3), store.source(), shelf))
    assert (None, True, 9) == (shelf.settled, shelf.tidied, len(store.asked))
    assert (
        "What came is not the recording as it was announced: its bytes, checksum or version differ. "
        "Try again later; if it stays so, what is stored is damaged."
    ) == str(driven.error)


def test_a_part_that_begins_too_early_is_gone_on_with(make_session: MakeSession) -> None:
    """Bytes that come twice are written once, also where no checksum would tell."""
    store = StoreOfBytes((SOUND,), [Fault("none"), Fault("early", 2)], tells=frozenset({"length"}))
    shelf = Shelf()
    driven = store.run(save(make_session(), store.source(), shelf))
    assert (None, SOUND) == (driven.error, shelf.settled)


@pytest.mark.parametrize("tells", [EVERYTHING, frozenset({"length"})])
def test_a_store_that_sends_the_same_part_for_ever(make_session: MakeSession, tells: frozenset[str]) -> None:
    """Answers that bring nothing new are counted as attempts."""
    store = StoreOfBytes((SOUND,), [Fault("behind")], forever=True, tells=tells)
    driven = store.run(save(make_session(attempts=3), store.source(), Shelf()))
    assert RecordingDamagedError is type(driven.error)
    assert "The object store's answer brought no new byte." == str(driven.error)


def test_a_store_that_gives_no_parts_and_keeps_breaking(make_session: MakeSession) -> None:
    """Only bytes that never came before earn new attempts: beginning again and again ends."""
    store = StoreOfBytes((SOUND,), [Fault("cut", 7), Fault("cut", 3)], forever=True, ranges=False)
    driven = store.run(save(make_session(attempts=3), store.source(), Shelf()))
    assert (ConnectError, 3) == (type(driven.error), len(store.asked))


@pytest.mark.parametrize("tells", [EVERYTHING, frozenset({"etag", "length"}), frozenset({"length"})])
def test_a_store_that_gives_no_parts(make_session: MakeSession, tells: frozenset[str]) -> None:
    """The whole object comes in one answer; after a cut it comes again from its beginning."""
    store = StoreOfBytes((SOUND,), [CUT], tells=tells, ranges=False)
    shelf = Shelf()
    driven = store.run(save(make_session(), store.source(), shelf))
    assert (None, SOUND, 2) == (driven.error, shelf.settled, len(store.asked))


def test_a_redirect_is_followed(make_session: MakeSession) -> None:
    """To another place on the same server, which is no failure; the next part is asked for where the link leads."""
    store, shelf = StoreOfBytes((SOUND,), [MOVED, MOVED]), Shelf()
    driven = store.run(save(make_session(attempts=1), store.source(), shelf))
    assert (None, SOUND, []) == (driven.error, shelf.settled, driven.pauses)
    elsewhere = "https://example.com/elsewhere?n=0&Signature=secret"
    link = store.link.file_url
    assert [link, elsewhere, elsewhere, link, link] == [asked.url for asked in store.asked]


def test_a_failure_after_a_redirect(make_session: MakeSession) -> None:
    """What failed is tried again where it failed."""
    store = StoreOfBytes((SOUND,), [MOVED, BUSY])
    driven = store.run(save(make_session(), store.source(), Shelf()))
    assert driven.error is None
    assert [False, True, True, False, False] == ["elsewhere" in asked.url for asked in store.asked]


@pytest.mark.parametrize(("hops", "kind"), [(5, None), (6, APIError)])
def test_redirects_end(make_session: MakeSession, hops: int, kind: type[CCCError] | None) -> None:
    """Five are followed, one after the other; the sixth is the failure."""
    store, shelf = StoreOfBytes((SOUND,), [MOVED] * hops), Shelf()
    driven = store.run(save(make_session(), store.source(), shelf))
    assert kind is (None if driven.error is None else type(driven.error))
    assert "secret" not in repr(driven.error)


def test_redirects_of_every_part(make_session: MakeSession) -> None:
    """A store that sends on each request is followed to the end of any recording."""
    store, shelf = StoreOfBytes((SOUND * 4,), [*[MOVED] * 5, Fault("none")], forever=True), Shelf()
    driven = store.run(save(make_session(), store.source(), shelf))
    assert (None, SOUND * 4) == (driven.error, shelf.settled)


@pytest.mark.parametrize(
    "there",
    [
        "https://evil.example/b?Signature=secret",
        "http://example.com/a?Signature=secret",
        "https://example.com:1/a",
        "//x",
    ],
)
def test_a_redirect_to_elsewhere(make_session: MakeSession, there: str) -> None:
    """Another host, port or scheme is not followed, and nothing of the link or of that place is told."""
    store = Scripted([Response(302, {"location": there}, xml("Moved", there))])
    driven = drive(fetch(make_session(), StoreOfBytes().source(), Body(Gathered())), [], store=store)
    assert (RecordingError, 1) == (type(driven.error), len(store.urls))
    assert "The object store sends on to another server, from where no recording is fetched." == str(driven.error)


def test_a_link_that_cannot_be_renewed(make_session: MakeSession) -> None:
    """Where renewing fails, that is why the recording cannot be had."""
    store = StoreOfBytes((SOUND,), [EXPIRED])
    driven = drive(save(make_session(), store.source(), Shelf()), [answer({})], store=store)
    assert RecordingNotReadyError is type(driven.error)


def test_slow_answers_are_repeated(make_session: MakeSession) -> None:
    """A time-out is a failure like any other on the way."""
    store = Scripted([TimeoutError("slow."), TimeoutError("slow.")])
    driven = drive(fetch(make_session(attempts=2), StoreOfBytes().source(), Body(Gathered())), [], store=store)
    assert (TimeoutError, 2) == (type(driven.error), len(store.urls))
