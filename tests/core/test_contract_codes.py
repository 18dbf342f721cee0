"""The contract's codes: each has one meaning, and what a server says of an error its client raises again."""

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

import hillstone_ccc
from hillstone_ccc._core import contract_codes as codes
from hillstone_ccc._core import errors
from hillstone_ccc._core.contract_codes import REFUSALS, Refusal, by_status, error_of, refusal_of
from hillstone_ccc._core.errors import (
    APIError,
    AuthenticationError,
    CCCError,
    ConfigurationError,
    ConnectError,
    InvalidParameterError,
    InvalidQueryError,
    NotFoundError,
    PermissionDeniedError,
    RecordingNotReadyError,
    ServerError,
    ThrottledError,
)

ERRORS: dict[str, type[CCCError]] = {
    name: one
    for name in vars(hillstone_ccc)["__all__"]
    if isinstance(one := getattr(hillstone_ccc, name), type) and issubclass(one, CCCError)
}
"""Every public class of errors."""

every_error = pytest.mark.parametrize("name", ERRORS)
every_code = pytest.mark.parametrize("code", REFUSALS)

OWN_WORDS = {codes.BAD_PARAMETER, codes.NOT_PERMITTED, codes.NO_SUCH_AGENT, codes.NO_SUCH_SKILL_GROUP}
BECOMES: dict[str, str] = {
    "InvalidQueryError": "InvalidParameterError",
    # That the server's key was refused is none of the client's business: it is the server that failed.
    "AuthenticationError": "ServerError",
    "ClockSkewError": "ServerError",
    "PermissionDeniedError": "ServerError",
    "ConfigurationError": "ServerError",
    "CCCError": "ServerError",
    "APIError": "ServerError",
    "TransportError": "ConnectError",
    "ProxyError": "ConnectError",
    "TLSError": "ConnectError",
    "RecordingNotSavedError": "RecordingError",
}
"""What a client raises where it is not the class that its server met."""


def test_every_code_has_one_meaning() -> None:
    """No code is given twice, and each refusal is found by its code."""
    told = [one for one in vars(codes).values() if isinstance(one, Refusal)]
    assert len(told) == len({one.code for one in told}) == len({one.meaning for one in told})
    assert {one.code: one for one in told} == dict(REFUSALS)


@every_code
def test_a_code_is_a_status_and_two_digits(code: int) -> None:
    """A code is never 0, which is success, and its status is one of those that say no."""
    refusal = REFUSALS[code]
    assert (code, True) == (refusal.status * 100 + code % 100, 400 <= refusal.status < 600)
    assert 1 <= code % 100
    assert refusal.meaning.endswith(".")


@every_code
def test_a_code_is_raised_as_its_class(code: int) -> None:
    """The client raises the code's class, in the server's words or else in the code's own, with all that is known."""
    refusal = REFUSALS[code]
    told = {"action": "call_record", "request_id": "REQ-1", "retry_after": 2.0}
    error = error_of(code, refusal.status, "so it is.", **told)
    assert (refusal.becomes, "so it is.") == (type(error), error.message)
    assert (str(code), refusal.status) == (error.code, error.http_status)
    assert ("call_record", "REQ-1") == (error.action, error.request_id)
    assert refusal.meaning == error_of(code, refusal.status, "").message
    assert refusal.told.items() <= vars(error).items()
    # Whatever the server says, only where it asks to wait there is something to wait for.
    expected = 2.0 if refusal.becomes is ThrottledError else None
    assert expected == getattr(error, "retry_after", None)


@every_code
def test_a_code_stays_itself_from_server_to_server(code: int) -> None:
    """A server behind a server says what that one said, as far as its client can tell; only keys are its own."""
    refusal = REFUSALS[code]
    again = refusal_of(error_of(code, refusal.status, ""))
    if refusal.becomes in (AuthenticationError, PermissionDeniedError):
        assert codes.UPSTREAM_REFUSES is again
    else:
        assert refusal.becomes is again.becomes
        assert refusal.told == again.told


@every_error
def test_every_error_has_a_refusal(name: str) -> None:
    """Whatever a server meets, its client raises the same class, or one that says as much as the client may know."""
    refusal = refusal_of(ERRORS[name]("no."))
    assert REFUSALS[refusal.code] is refusal
    assert BECOMES.get(name, name) == type(error_of(refusal.code, refusal.status, "")).__name__


def test_no_class_is_forgotten() -> None:
    """The classes above are the whole tree."""
    assert set(ERRORS.values()) == {
        one for one in vars(errors).values() if isinstance(one, type) and issubclass(one, CCCError)
    }


@every_error
def test_only_what_the_caller_sent_is_told_in_own_words(name: str) -> None:
    """An error's own message is told where it speaks of the query alone; of an upstream's words nothing is told."""
    spoken = ERRORS[name] in (
        InvalidQueryError,
        hillstone_ccc.AgentNotFoundError,
        hillstone_ccc.SkillGroupNotFoundError,
    )
    assert spoken == refusal_of(ERRORS[name]("LTAI-example of 13800000001 at example.com", code="x")).own_words


def test_which_refusals_have_own_words() -> None:
    """Those that name what was asked for; all other texts are fixed, and tell no host, key or code."""
    assert OWN_WORDS == {one for one in REFUSALS.values() if one.own_words}
    for refusal in REFUSALS.values():
        assert not any(word in refusal.meaning for word in ("liyun", "libaba", "LTAI", "access key", "http", "OSS"))


@pytest.mark.parametrize(("can_still_come", "code"), [(True, 40404), (False, 40405), (None, 40403)])
def test_whether_a_recording_can_still_come(can_still_come: bool | None, code: int) -> None:
    """What is known of that is told, each with a code of its own."""
    refusal = refusal_of(RecordingNotReadyError("not yet.", can_still_come=can_still_come))
    assert code == refusal.code
    error = error_of(refusal.code, refusal.status, "")
    assert isinstance(error, RecordingNotReadyError)
    assert can_still_come is error.can_still_come


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("NotExists.JobId", codes.NO_SUCH_CALL),
        (None, codes.NO_SUCH_CALL),
        ("NotExists.InstanceId", codes.UPSTREAM_REFUSES),
        ("NotExists.Instance", codes.UPSTREAM_REFUSES),
    ],
)
def test_a_call_center_that_is_not_there(code: str | None, expected: Refusal) -> None:
    """That the server's call center does not exist is its operator's matter, and never said of a call."""
    assert expected is refusal_of(NotFoundError("no.", code=code))


def test_faults_of_the_server_itself() -> None:
    """Settings that cannot work, and what nobody foresaw, are the server's fault and not the call center's."""
    assert codes.FAULT is refusal_of(ConfigurationError("no key."))
    assert codes.FAULT is refusal_of(CCCError("what?"))
    assert codes.UPSTREAM_FAILED is refusal_of(APIError("InvalidApi", code="InvalidApi.NotFound"))


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, InvalidParameterError),
        (401, AuthenticationError),
        (403, PermissionDeniedError),
        (404, NotFoundError),
        (418, InvalidParameterError),
        (429, ThrottledError),
        (500, ServerError),
        (502, ServerError),
        (503, ServerError),
        (504, hillstone_ccc.TimeoutError),
        (599, ServerError),
    ],
)
@pytest.mark.parametrize("code", [None, 0, 1, -1, 99999, 400])
def test_a_code_that_nobody_knows(code: int | None, status: int, kind: type[CCCError]) -> None:
    """An older client, or another server: the HTTP status decides, and the code is kept."""
    error = error_of(code, status, "")
    assert (kind, status, None if code is None else str(code)) == (type(error), error.http_status, error.code)
    assert by_status(status).meaning == error.message


@given(st.integers(), st.integers(100, 999), st.text(max_size=9), st.none() | st.floats(0, 1e9))
def test_any_code_and_status_is_an_error_of_ours(code: int, status: int, message: str, wait: float | None) -> None:
    """Whatever a server says when it says no, one of our errors comes of it, which is refused in turn."""
    error = error_of(code, status, message, retry_after=wait)
    assert refusal_of(error) in REFUSALS.values()


def test_only_a_throttle_says_how_long() -> None:
    """Seconds to wait are known of what is to be waited for."""
    error = error_of(codes.UPSTREAM_BUSY.code, 503, "", retry_after=3.0)
    assert isinstance(error, ThrottledError)
    assert 3.0 == error.retry_after
    assert isinstance(error_of(codes.UPSTREAM_AWAY.code, 502, "", retry_after=3.0), ConnectError)


def test_refusals_stay_as_they_are() -> None:
    """A refusal is one for everybody and cannot be changed."""
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        codes.FAULT.code = 1  # type: ignore[misc]
