"""From an answer that says no to the error that says why.

The upstream's ``Code`` decides, by the longest prefix in one table; the HTTP status decides where the code is not
known. Codes and statuses: the product's and the gateway's documented tables.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, cast

from .errors import (
    APIError,
    AuthenticationError,
    ClockSkewError,
    InvalidParameterError,
    NotFoundError,
    PermissionDeniedError,
    ServerError,
    ThrottledError,
)
from .message import Response
from .redact import for_people

OK = "OK"

_BY_CODE: Mapping[str, type[APIError]] = {
    "Throttling": ThrottledError,
    "InvalidTimeStamp.Expired": ClockSkewError,
    "InvalidTimeStamp": AuthenticationError,
    "InvalidAccessKeyId": AuthenticationError,
    "InvalidSecurityToken": AuthenticationError,
    "SignatureDoesNotMatch": AuthenticationError,
    "SignatureNonceUsed": AuthenticationError,
    "IncompleteSignature": AuthenticationError,
    "InvalidCredentials": AuthenticationError,
    "Permission": PermissionDeniedError,
    "Forbidden": PermissionDeniedError,
    "NoPermission": PermissionDeniedError,
    "NotExists": NotFoundError,
    # These come as 404 too, and are about the way there, not about a call or an agent.
    "InvalidApi": APIError,
    "InvalidProduct": APIError,
    "InvalidProtocol": APIError,
    "Parameter": InvalidParameterError,
    "Missing": InvalidParameterError,
    "InvalidParameter": InvalidParameterError,
    "InternalService": ServerError,
    "InternalError": ServerError,
    "ServiceUnavailable": ServerError,
}
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]+")
_STATUS = re.compile("[1-5][0-9]{2}")
_BY_STATUS: Mapping[int, type[APIError]] = {
    400: InvalidParameterError,
    401: AuthenticationError,
    403: PermissionDeniedError,
    404: NotFoundError,
    429: ThrottledError,
}
_LONGEST_FIRST = sorted(_BY_CODE, key=len, reverse=True)

_ADVICE: Mapping[str, str] = {
    "NotExists.InstanceId": "Check instance_id and region_id.",
    "NotExists.UserId": "Check the agent's id; agents.search() lists them.",
    "NotExists.JobId": "Check the contact id; a call just ended may not be there yet.",
    "InvalidAccessKeyId": "Check the access key id; it may be deleted or disabled.",
    "SignatureDoesNotMatch": "Check the access key secret; a proxy that rewrites requests breaks signatures too.",
    "InvalidSecurityToken": "Get a fresh security token.",
    "InvalidTimeStamp": "Set this machine's clock.",
    "InvalidApi.NotFound": "The endpoint does not know this action; check endpoint and region_id.",
    "Throttling": "Ask more slowly: lower concurrency or set max_requests_per_second.",
    "Permission": "Give the key the privilege in the call center, or the RAM policy AliyunCCCReadonlyAccess.",
    "Forbidden": "Give the key the RAM policy AliyunCCCReadonlyAccess.",
    "NoPermission": "Give the key the RAM policy AliyunCCCReadonlyAccess.",
}


def error_class(code: str, status: int) -> type[APIError]:
    """The class for the upstream's code and the HTTP status."""
    for known in _LONGEST_FIRST:
        if code.startswith(known):
            return _BY_CODE[known]
    return ServerError if status >= 500 else _BY_STATUS.get(status, APIError)  # noqa: PLR2004


def refusal(action: str, response: Response, answer: Mapping[str, Any]) -> APIError:
    """The error for an answer that says no, its text without secrets and numbers."""
    code = _said(answer, "Code")
    status = response.status
    if status < 400:  # noqa: PLR2004 - a failure inside an HTTP 200
        status = _told_status(answer) or status
    kind = error_class(code, status)
    request_id = _said(answer, "RequestId") or response.headers.get("x-acs-request-id", "")
    told: dict[str, Any] = {
        "action": action,
        "code": code or None,
        "http_status": response.status,
        "request_id": request_id or None,
        "advice": _advice(code, answer),
    }
    if kind is ThrottledError:
        told["retry_after"] = retry_after(response)
    details = answer.get("AccessDeniedDetail", answer.get("accessDeniedDetail"))
    if isinstance(details, dict):
        # Documented as flat; what is nested could hold anything and is left out.
        told["details"] = {
            key: for_people(value) for key, value in cast("dict[str, Any]", details).items() if isinstance(value, str)
        }
    message = _said(answer, "Message") or f"the upstream answered HTTP {response.status} and did not say why."
    return kind(message, **told)


def retry_after(response: Response) -> float | None:
    """Seconds to wait by ``x-acs-retry-after`` (milliseconds) or the plain ``Retry-After`` (seconds), if told."""
    for header, unit in (("x-acs-retry-after", 1000), ("retry-after", 1)):
        told = response.headers.get(header, "").strip()
        if told.isascii() and told.isdigit() and len(told) <= 9 and int(told) > 0:  # noqa: PLR2004
            return int(told) / unit
    return None


def _said(answer: Mapping[str, Any], name: str) -> str:
    """A text of the envelope, fit for a line of a log; the gateway writes ``Code``, some layers before it ``code``."""
    value = answer.get(name, answer.get(name[0].lower() + name[1:]))
    return _CONTROL.sub(" ", for_people(value)).strip() if isinstance(value, str) else ""


def _told_status(answer: Mapping[str, Any]) -> int | None:
    """The status the envelope repeats; the 2021 samples quote it."""
    told = answer.get("HttpStatusCode")
    text = str(told) if isinstance(told, (int, str)) else ""
    return int(text) if _STATUS.fullmatch(text) else None


def _advice(code: str, answer: Mapping[str, Any]) -> str | None:
    for known, advice in _ADVICE.items():
        if code.startswith(known):
            return advice
    recommended = _said(answer, "Recommend")
    return f"See {recommended}" if recommended else None
