"""From an answer that says no to the error that says why."""

from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hillstone_ccc._core import errors
from hillstone_ccc._core.errors import APIError, ThrottledError
from hillstone_ccc._core.message import Response
from hillstone_ccc._core.refusal import error_class, refusal, retry_after


def said(status: int = 400, headers: dict[str, str] | None = None, **answer: Any) -> APIError:
    """The error for an answer."""
    return refusal("ListUsers", Response(status, headers or {}, orjson.dumps(answer)), answer)


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (400, "Parameter.Blank", errors.InvalidParameterError),
        (400, "Parameter.Maximum", errors.InvalidParameterError),
        (400, "MissingInstanceId", errors.InvalidParameterError),
        (400, "MissingParameter", errors.InvalidParameterError),
        (400, "InvalidParameter", errors.InvalidParameterError),
        (400, "NoSuchVersion", errors.InvalidParameterError),
        (404, "InvalidAccessKeyId.NotFound", errors.AuthenticationError),
        (400, "InvalidAccessKeyId.Inactive", errors.AuthenticationError),
        (400, "InvalidSecurityToken.Expired", errors.AuthenticationError),
        (400, "InvalidSecurityToken.Malformed", errors.AuthenticationError),
        (400, "IncompleteSignature", errors.AuthenticationError),
        (400, "SignatureDoesNotMatch", errors.AuthenticationError),
        (403, "SignatureDoesNotMatch", errors.AuthenticationError),
        (400, "SignatureNonceUsed", errors.AuthenticationError),
        (400, "InvalidTimeStamp.Expired", errors.ClockSkewError),
        (400, "InvalidTimeStamp.Format", errors.AuthenticationError),
        (400, "Throttling", errors.ThrottledError),
        (400, "Throttling.User", errors.ThrottledError),
        (429, "Throttling.Api", errors.ThrottledError),
        (429, "", errors.ThrottledError),
        (403, "Forbidden.RAM", errors.PermissionDeniedError),
        (403, "NoPermission", errors.PermissionDeniedError),
        (403, "Permission.User", errors.PermissionDeniedError),
        (404, "NotExists.InstanceId", errors.NotFoundError),
        (404, "NotExists.JobId", errors.NotFoundError),
        (404, "InvalidApi.NotFound", errors.APIError),
        (404, "InvalidProduct.NotFound", errors.APIError),
        (404, "InvalidProtocol.NeedSsl", errors.APIError),
        (500, "InternalError", errors.ServerError),
        (500, "InternalService.CTI", errors.ServerError),
        (503, "ServiceUnavailable", errors.ServerError),
        (500, "Something.New", errors.ServerError),
        (502, "", errors.ServerError),
        (401, "Something.New", errors.AuthenticationError),
        (403, "Something.New", errors.PermissionDeniedError),
        (404, "", errors.NotFoundError),
        (400, "UserBusy", errors.InvalidParameterError),
        (409, "AlreadyExists.User", errors.APIError),
    ],
)
def test_every_documented_code(status: int, code: str, kind: type[APIError]) -> None:
    """The code decides by its longest known beginning, the status where the code is not known."""
    assert kind is error_class(code, status)
    assert kind is type(said(status, Code=code))


def test_everything_the_upstream_told() -> None:
    """Action, code, message, request id, status and advice are on the error."""
    error = said(
        404, Code="NotExists.InstanceId", Message="The specified instance x does not exist.", RequestId="REQ-1"
    )
    assert ("ListUsers", "NotExists.InstanceId", "REQ-1", 404) == (
        error.action,
        error.code,
        error.request_id,
        error.http_status,
    )
    assert "The specified instance x does not exist." == error.message
    assert "Check instance_id and region_id." == error.advice


def test_small_letters() -> None:
    """Some layers before the gateway write the same names small."""
    error = said(400, code="Throttling", message="slow", requestId="REQ-1")
    assert (ThrottledError, "Throttling", "slow", "REQ-1") == (type(error), error.code, error.message, error.request_id)


def test_an_answer_that_says_nothing() -> None:
    """The status is told where nothing else is, and the request id is found in the headers."""
    error = said(502, {"x-acs-request-id": "REQ-9"})
    assert ("the upstream answered HTTP 502 and did not say why.", "REQ-9", None, None) == (
        error.message,
        error.request_id,
        error.code,
        error.advice,
    )


@pytest.mark.parametrize("told", [403, "403"])
def test_the_status_inside_an_http_200(told: object) -> None:
    """In a 200 the envelope's own status decides, quoted or not; the error keeps the real one."""
    error = said(200, Code="Something.New", HttpStatusCode=told)
    assert (errors.PermissionDeniedError, 200) == (type(error), error.http_status)


@pytest.mark.parametrize("told", [None, "", "many", 9999, [403], 200])
def test_a_status_that_says_nothing(told: object) -> None:
    """An unreadable status inside a 200, or another 200, leaves the plain error."""
    assert APIError is type(said(200, Code="Something.New", HttpStatusCode=told))


@pytest.mark.parametrize("name", ["AccessDeniedDetail", "accessDeniedDetail"])
def test_a_missing_permission_is_told(name: str) -> None:
    """What the upstream says of the permission is kept, without numbers and keys."""
    told: dict[str, Any] = {
        name: {"AuthAction": "ccc:ListUsers", "Who": "13800000001", "Nested": {"Who": "13800000001"}}
    }
    error = said(403, Code="NoPermission", **told)
    assert {"AuthAction": "ccc:ListUsers", "Who": "138****0001"} == error.details


def test_advice() -> None:
    """Our own advice for a known code, else the upstream's link."""
    link = "https://api.aliyun.com/troubleshoot?q=X&product=CCC&requestId=00000000-0000-0000-0000-0000000000e1"
    assert f"See {link}" == said(Code="X", Recommend=link).advice
    assert "Get a fresh security token." == said(Code="InvalidSecurityToken.Expired", Recommend=link).advice


def test_secrets_and_numbers_do_not_get_into_errors() -> None:
    """The text the gateway signed, keys and numbers are gone before anybody reads the error."""
    said_message = "Specified signature is not matched. server string to sign is:POST\n/\nx-acs-security-token:example"
    assert "example" not in str(said(Code="SignatureDoesNotMatch", Message=said_message))
    assert "13800000001" not in str(said(Code="13800000001", RequestId="13800000001", Message="call 13800000001"))


@given(st.dictionaries(st.sampled_from(["Code", "Message", "RequestId", "Recommend"]), st.text()))
def test_an_error_is_one_line(answer: dict[str, Any]) -> None:
    """Whatever the upstream says, the text has no control character: no line of a log can be forged."""
    assert not [one for one in str(said(400, **answer)) if ord(one) < 32 or 127 <= ord(one) < 160]


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"x-acs-retry-after": "2500"}, 2.5),
        ({"retry-after": "3"}, 3.0),
        ({"x-acs-retry-after": " 500 ", "retry-after": "9"}, 0.5),
        ({"x-acs-retry-after": "0", "retry-after": "9"}, 9.0),
        ({"x-acs-retry-after": "soon"}, None),
        ({"x-acs-retry-after": "-5"}, None),
        ({"x-acs-retry-after": "1e3"}, None),
        ({"x-acs-retry-after": "²"}, None),
        ({"x-acs-retry-after": "9" * 30}, None),
        ({"retry-after": "Fri, 02 Jan 2026 03:04:05 GMT"}, None),
        ({}, None),
    ],
)
def test_how_long_to_wait(headers: dict[str, str], seconds: float | None) -> None:
    """``x-acs-retry-after`` is milliseconds, ``Retry-After`` seconds; what is neither says nothing."""
    assert seconds == retry_after(Response(400, headers, b""))
    error = said(400, headers, Code="Throttling.User")
    assert isinstance(error, ThrottledError)
    assert seconds == error.retry_after
