"""The codes with which the upstream says no, each with its HTTP status and its wording.

Source: the tables of the product's metadata of June 2024 (business codes) and of the gateway documentation
(common codes). Where a status is documented in two ways the one named first is used.
"""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

CODES: Mapping[str, tuple[int, str]] = {
    # the gateway
    "IncompleteSignature": (400, "The request signature does not conform to Aliyun standards. %s"),
    "Forbidden.RAM": (
        403,
        "User not authorized to operate on the specified resource, or this API doesn't support RAM.",
    ),
    "InternalError": (
        500,
        "The request processing has failed due to some unknown error, exception or failure.",
    ),
    "InvalidAccessKeyId.NotFound": (404, "Specified access key is not found."),
    "InvalidApi.NotFound": (404, "Specified api is not found,please check your url and method."),
    "InvalidSecurityToken.Expired": (400, "Specified SecurityToken is expired."),
    "InvalidSecurityToken.MismatchWithAccessKey": (
        400,
        "Specified SecurityToken mismatch with the AccessKey.",
    ),
    "InvalidTimeStamp.Expired": (400, "Specified time stamp or date value is expired."),
    "InvalidTimeStamp.Format": (400, "Specified time stamp or date value is not well formatted."),
    "NoSuchVersion": (400, "The specified version does not exist."),
    "ServiceUnavailable": (503, "The request has failed due to a temporary failure of the server."),
    "SignatureDoesNotMatch": (
        400,
        "Specified signature is not matched with our calculation. server string to sign is:%s",
    ),
    "SignatureNonceUsed": (400, "Specified signature nonce was used already."),
    "Throttling.User": (400, "Request was denied due to user flow control."),
    "UnsupportedHTTPMethod": (400, "This http method is not supported."),
    # the product
    "NotExists.Extension": (404, "The extension %s does not exist in instance %s."),
    "NotExists.InstanceId": (404, "The specified instance %s does not exist."),
    "NotExists.JobId": (404, "The call %s does not exist."),
    "NotExists.UserId": (404, "The user %s does not exist in instance %s."),
    "Parameter.Blank": (400, "The parameter %s may not be null or blank."),
    "Parameter.Enumeration": (400, "The parameter %s must be one of the value of enumeration %s."),
    "Parameter.Format": (400, "The format of parameter %s is invalid. %s"),
    "Parameter.Maximum": (400, "The parameter %s must be less than or equal to %s."),
    "Parameter.Minimum": (400, "The parameter %s must be greater than or equal to %s."),
    "Parameter.Null": (400, "The parameter %s may not be null."),
}


class Refusal(Exception):  # noqa: N818 - "no" is an answer of the upstream, not a failure of the sandbox
    """The upstream says no.

    Attributes:
        code: the code as sent, such as `Parameter.Format`.
        values: what the message's placeholders stand for.
        status: the HTTP status.
        headers: headers that only this answer carries.
        detail: which permission is missing, and whose; empty for other refusals.
    """

    def __init__(
        self,
        code: str,
        *values: object,
        status: int | None = None,
        headers: Mapping[str, str] | None = None,
        detail: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(code, *values)
        self.code = code
        self.values = values
        self.status: int = status or (CODES[code][0] if code in CODES else 400)
        self.headers: dict[str, str] = dict(headers or {})
        self.detail: dict[str, str] = dict(detail or {})

    @classmethod
    def missing(cls, parameter: str) -> "Refusal":
        """A required parameter that was not sent at all: the gateway's `Missing<Parameter>`."""
        return cls(f"Missing{parameter}", parameter)

    @classmethod
    def denied(cls, action: str) -> "Refusal":
        """An action that no policy allows to the key's RAM user."""
        detail = {
            "AuthAction": f"ccc:{action}",
            "AuthPrincipalType": "SubUser",
            "AuthPrincipalDisplayName": "example-user",
            "NoPermissionType": "ImplicitDeny",
            "PolicyType": "AccountLevelIdentityBasedPolicy",
        }
        return cls("Forbidden.RAM", detail=detail)

    def message(self, wording: Mapping[str, str] | None = None) -> str:
        """The text for a reader, in an action's own wording where it has one for this code."""
        _, pattern = CODES.get(self.code, (400, "%s is mandatory for this action."))
        return (wording or {}).get(self.code, pattern) % self.values


def error_body(refusal: Refusal, request_id: str, host: str, message: str) -> dict[str, Any]:
    """The gateway's error document, as an object ready for JSON; of a missing permission it tells more."""
    recommend = f"https://api.aliyun.com/troubleshoot?q={quote(refusal.code)}&product=CCC&requestId={request_id}"
    body: dict[str, Any] = {
        "RequestId": request_id,
        "Code": refusal.code,
        "Message": message,
        "HostId": host,
        "Recommend": recommend,
    }
    return {**body, "AccessDeniedDetail": refusal.detail} if refusal.detail else body
