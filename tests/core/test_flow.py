"""One call: what is sent, when it is repeated, and what its failures come to."""

from email.utils import formatdate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hillstone_ccc._core import errors
from hillstone_ccc._core.body import Body, Gathered
from hillstone_ccc._core.errors import CCCError, ClockSkewError, DecodeError, ServerError, ThrottledError
from hillstone_ccc._core.flow import Do, Fetch, Flow, Session, call, done, now
from hillstone_ccc._core.message import Response
from hillstone_ccc._core.operation import GET_USER, LIST_USERS

from .driving import NOON, Clock, Driven, MakeSession, Outcome, answer, drive, listed, refused

GOOD = listed([], 0)
THROTTLED = refused("Throttling.User")
ASKED = refused("Throttling.Api", x_acs_retry_after="2000")
FAILED = refused("ServiceUnavailable", 503)
HTML = Response(502, {"content-type": "text/html"}, b"<html>Bad Gateway</html>")
CUT = Response(200, {}, GOOD.body[:20])
NONCE = refused("SignatureNonceUsed")
SKEWED = refused("InvalidTimeStamp.Expired", date=formatdate(NOON + 3600, usegmt=True))
EXPIRED = refused("InvalidSecurityToken.Expired")
LOST = errors.ConnectError("lost")
BAD = refused("Parameter.Format")


def run(session: Session, *outcomes: Outcome, clock: Clock | None = None) -> Driven:
    """A call with these outcomes, one a request."""
    return drive(call(session, LIST_USERS, page=1, size=10), outcomes, clock)


def test_a_call_that_succeeds(make_session: MakeSession) -> None:
    """One request, no pause, the decoded answer."""
    driven = run(make_session(), GOOD)
    assert ([], 0, 1, []) == (driven.value.rows, driven.value.total, len(driven.sends), driven.pauses)
    assert (("InstanceId", "ccc-demo"), ("PageNumber", "1"), ("PageSize", "10")) == driven.requests[0].query


@pytest.mark.parametrize(
    "outcome",
    [THROTTLED, FAILED, HTML, CUT, NONCE, LOST, errors.TimeoutError("slow"), errors.ProxyError("x"), None],
)
def test_what_passes_is_repeated(make_session: MakeSession, outcome: Outcome) -> None:
    """Throttles, 5xx, unreadable answers, a nonce met twice and lost connections are tried again with growing waits."""
    driven = run(make_session(attempts=4, base=1), outcome, outcome, outcome, GOOD)
    assert driven.error is None
    assert ([1, 2, 3, 4], [0.75, 1.5, 3.0]) == ([send.attempt for send in driven.sends], driven.waited)
    assert all(isinstance(pause.because, CCCError) for pause in driven.pauses)


@pytest.mark.parametrize(
    ("outcome", "kind"),
    [
        (BAD, errors.InvalidParameterError),
        (refused("MissingParameter"), errors.InvalidParameterError),
        (refused("InvalidAccessKeyId.NotFound", 404), errors.AuthenticationError),
        (refused("SignatureDoesNotMatch"), errors.AuthenticationError),
        (refused("Forbidden.RAM", 403), errors.PermissionDeniedError),
        (refused("NotExists.InstanceId", 404), errors.NotFoundError),
        (refused("UserBusy"), errors.InvalidParameterError),
        (answer([]), DecodeError),
        (answer({"List": {}}), DecodeError),
        (errors.TLSError("x"), errors.TLSError),
    ],
)
def test_what_lasts_fails_at_once(make_session: MakeSession, outcome: Outcome, kind: type[CCCError]) -> None:
    """Bad parameters, bad keys and answers of the wrong shape are raised after one request."""
    driven = run(make_session(), outcome)
    assert (kind, 1, []) == (type(driven.error), len(driven.sends), driven.pauses)
    assert driven.error is not None
    assert "ListUsers" == driven.error.action


@pytest.mark.parametrize(
    ("outcome", "kind"),
    [(THROTTLED, ThrottledError), (HTML, ServerError), (CUT, DecodeError), (LOST, errors.ConnectError)],
)
def test_the_last_failure_is_raised(make_session: MakeSession, outcome: Outcome, kind: type[CCCError]) -> None:
    """After as many attempts as the policy allows, the last failure is raised as it is."""
    driven = run(make_session(attempts=3), *[outcome] * 3)
    assert (kind, 3) == (type(driven.error), len(driven.sends))


def test_a_failure_inside_an_http_200(make_session: MakeSession) -> None:
    """The envelope's code decides: a throttle in a 200 is repeated, a refusal raised."""
    throttled = answer(Code="Throttling.User", status=200)
    assert [0.75] == run(make_session(base=1), throttled, GOOD).waited
    assert isinstance(run(make_session(), answer(Code="NotExists.InstanceId")).error, errors.NotFoundError)


def test_the_upstreams_own_wait_is_obeyed(make_session: MakeSession) -> None:
    """``x-acs-retry-after`` is a lower bound of the wait, with a little jitter beyond it."""
    assert [2.2] == run(make_session(base=1), ASKED, GOOD).waited
    assert [2.0] == [round(wait, 3) for wait in run(make_session(base=0.0001), ASKED, GOOD).waited]


def test_a_wait_beyond_the_budget_is_not_begun(make_session: MakeSession) -> None:
    """If what is asked does not fit into the seconds left, the call fails now rather than later."""
    driven = run(make_session(seconds=1), ASKED)
    assert (ThrottledError, 1, []) == (type(driven.error), len(driven.sends), driven.pauses)
    assert isinstance(driven.error, ThrottledError)
    assert 2 == driven.error.retry_after


def test_the_budget_counts_slow_answers(make_session: MakeSession) -> None:
    """Seconds spent waiting for answers are spent."""
    driven = run(make_session(seconds=50), *[LOST] * 5, clock=Clock(latency=20))
    assert 3 == len(driven.sends)


def test_a_throttle_slows_every_call_of_the_client(make_session: MakeSession) -> None:
    """While one call waits because of a throttle, another does not send."""
    session = make_session(base=4)
    first = call(session, LIST_USERS, page=1, size=10)
    clock = Clock()
    next(first)
    first.send(clock.reply())
    pause = first.send(clock.reply(THROTTLED))
    assert 3 == getattr(pause, "seconds", None)
    assert [3] == run(session, GOOD, clock=clock).waited


@pytest.mark.parametrize(("answered", "waited"), [(ASKED, [2]), (THROTTLED, [])])
def test_a_throttle_that_ends_a_call_slows_the_others_too(
    make_session: MakeSession, answered: Response, waited: list[float]
) -> None:
    """Who gives up does not free the others of the wait that the upstream asked for."""
    session = make_session(attempts=1)
    assert isinstance(run(session, answered).error, ThrottledError)
    assert waited == run(session, GOOD).waited


def test_a_hold_that_comes_while_waiting_for_a_slot(make_session: MakeSession) -> None:
    """A call that waits for its turn waits on if a throttle comes meanwhile."""
    session = make_session(per_second=1)
    session.pace.reserve(0)
    flow = call(session, LIST_USERS, page=1, size=10)
    next(flow)
    assert 1 == getattr(flow.send(Clock().reply()), "seconds", None)
    session.pace.hold(0.5, 2)
    assert 1.5 == getattr(flow.send(Clock(monotonic=1).reply()), "seconds", None)


def test_calls_keep_the_pace(make_session: MakeSession) -> None:
    """With two requests a second, the second call waits half a second, the third one."""
    session = make_session(per_second=2)
    assert [[], [0.5], [1.0]] == [run(session, GOOD, clock=Clock()).waited for _ in range(3)]


def test_a_clock_out_of_step_is_corrected_once(make_session: MakeSession) -> None:
    """The answer's ``Date`` corrects the clock of the whole client, without an attempt or a wait."""
    session = make_session()
    driven = run(session, SKEWED, GOOD)
    assert ([0, 3600], [1, 1], []) == (
        [send.clock_offset for send in driven.sends],
        [send.attempt for send in driven.sends],
        driven.pauses,
    )
    assert [3600] == [send.clock_offset for send in run(session, GOOD).sends]


def test_a_clock_that_stays_refused(make_session: MakeSession) -> None:
    """A second refusal is a ClockSkewError that says what to do."""
    driven = run(make_session(), SKEWED, refused("InvalidTimeStamp.Expired", date=formatdate(NOON + 9999)))
    assert (ClockSkewError, 2) == (type(driven.error), len(driven.sends))
    assert "Set this machine's clock." in str(driven.error)


@pytest.mark.parametrize("date", [None, "", "yesterday", formatdate(NOON), "1 Jan 99999 00:00:00 GMT", "Fri, 02 Jan"])
def test_no_date_to_correct_the_clock_by(make_session: MakeSession, date: str | None) -> None:
    """Without a readable ``Date``, or with one that agrees with our clock, the refusal is raised at once."""
    answered = refused("InvalidTimeStamp.Expired") if date is None else refused("InvalidTimeStamp.Expired", date=date)
    driven = run(make_session(), answered)
    assert (ClockSkewError, 1) == (type(driven.error), len(driven.sends))


def test_two_calls_meet_a_clock_out_of_step(make_session: MakeSession) -> None:
    """A call that was sent before another one corrected the clock is sent again too."""
    session = make_session()
    flow = call(session, LIST_USERS, page=1, size=10)
    next(flow)
    flow.send(Clock().reply())
    assert run(session, SKEWED, GOOD).error is None
    assert 3600 == getattr(flow.send(Clock().reply(SKEWED)), "clock_offset", None)


def test_a_date_without_a_zone_is_utc(make_session: MakeSession) -> None:
    """HTTP dates are UTC, also where one does not say so: this machine's zone has no part in it."""
    driven = run(make_session(), refused("InvalidTimeStamp.Expired", date="Fri, 02 Jan 2026 05:04:05 -0000"), GOOD)
    assert 3600 == driven.sends[1].clock_offset


def test_keys_that_ran_out_are_renewed_once(make_session: MakeSession) -> None:
    """An expired token asks the driver for fresh keys, once; a second refusal is raised."""
    driven = run(make_session(), EXPIRED, GOOD)
    assert ([False, True], []) == ([send.renew_keys for send in driven.sends], driven.pauses)
    driven = run(make_session(), EXPIRED, EXPIRED)
    assert (errors.AuthenticationError, 2) == (type(driven.error), len(driven.sends))


def test_now_asks_for_the_time() -> None:
    """A flow knows no clock: it asks."""
    assert NOON == drive(now(), []).value.wall


def test_what_is_done_with_files() -> None:
    """The driver does it and says what came of it, or what it failed with."""
    assert 7 == drive(done(lambda: 7), []).value
    failure = errors.RecordingNotSavedError("no room.")

    def fail() -> int:
        raise failure

    assert failure is drive(done(fail), []).error


def test_what_fails_can_be_caught_in_the_flow() -> None:
    """A flow goes on where what it had done has failed."""

    def fail() -> int:
        raise errors.RecordingNotSavedError("no room.")

    def flow() -> Flow[str]:
        try:
            yield from done(fail)
        except errors.RecordingNotSavedError as error:
            return f"caught: {error}"
        return "not reached"

    assert "caught: no room." == drive(flow(), []).value


def test_work_is_not_done_by_the_flow_itself() -> None:
    """It may take a while, so the driver says where."""
    did: list[int] = []
    command = next(done(lambda: did.append(1)))
    assert isinstance(command, Do)
    assert [] == did


def test_a_fetch_does_not_show_its_link() -> None:
    """Whoever reads it could listen."""
    assert "Fetch(attempt=1)" == repr(Fetch("https://example.com/?Signature=secret", Body(Gathered())))


def test_an_argument_that_the_action_does_not_know(make_session: MakeSession) -> None:
    """It is refused before anything is sent."""
    driven = drive(call(make_session(), GET_USER, order="asc"), [])
    assert (errors.UnsupportedError, []) == (type(driven.error), driven.sends)


outcomes = st.sampled_from([GOOD, THROTTLED, ASKED, FAILED, HTML, CUT, NONCE, SKEWED, EXPIRED, LOST, BAD, None])


@given(
    st.lists(outcomes, min_size=12, max_size=12),
    st.integers(1, 8),
    st.floats(0.01, 100),
    st.floats(0, 0.999),
    st.floats(0, 20),
)
def test_every_call_ends_within_its_budget(
    make_session: MakeSession, script: list[Outcome], attempts: int, seconds: float, chance: float, latency: float
) -> None:
    """Whatever comes, a call ends, sends at most two requests beyond its attempts, and waits no longer than allowed."""
    session = make_session(attempts=attempts, seconds=seconds)
    driven = run(session, *script, clock=Clock(chance=chance, latency=latency))
    assert (driven.value is None) != (driven.error is None)
    assert 1 <= len(driven.sends) <= attempts + 2
    assert sum(driven.waited) <= seconds + 1e-6
    assert driven.value is None or script[len(driven.sends) - 1] is GOOD
