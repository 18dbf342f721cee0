"""The links of the object store: signature version 1, which dies at a second that the link itself names."""

import hashlib
import hmac
from base64 import b64encode
from collections.abc import Mapping
from datetime import datetime, timezone
from urllib.parse import parse_qsl, quote

import attrs

from hillstone_ccc.sandbox.message import Incoming

_PARTS = ("OSSAccessKeyId", "Expires", "Signature")
_SUB_RESOURCES = frozenset({"security-token", "versionId", "x-oss-process", "acl", "restore", "uploadId"})


class Denied(Exception):  # noqa: N818 - an answer of the store, not a failure of the sandbox
    """The store says no.

    Attributes:
        status: the HTTP status.
        code: the error's code.
        message: the text for a reader.
        extra: further elements of the error document.
    """

    def __init__(self, status: int, code: str, message: str, **extra: object) -> None:
        super().__init__(code, message)
        self.status = status
        self.code = code
        self.message = message
        self.extra = extra


@attrs.frozen
class Signer:
    """Signs links and checks them.

    Attributes:
        access_key_id: the store's own key, not the caller's.
        access_key_secret: its secret.
    """

    access_key_id: str = "example-oss-id"
    access_key_secret: str = attrs.field(default="example-oss-secret", repr=False)

    def query(self, resource: str, expires: int) -> str:
        """The query of a link to GET a resource.

        Args:
            resource: the bucket and the key, such as `/bucket/key`.
            expires: the second, Unix time, at which the link dies.
        """
        values = {
            "Expires": str(expires),
            "OSSAccessKeyId": self.access_key_id,
            "Signature": self._signature(_string_to_sign(Incoming("GET"), resource, str(expires))),
        }
        return "&".join(f"{name}={quote(value, safe='')}" for name, value in values.items())

    def check(self, incoming: Incoming, resource: str, now: float) -> None:
        """Check a request's link: its parts, its key, its life, then its signature.

        Raises:
            Denied: the first check that fails.
        """
        values = dict(parse_qsl(incoming.query, keep_blank_values=True))
        if "authorization" in incoming.headers and "Signature" in values:
            raise Denied(400, "InvalidArgument", "Only one auth mechanism allowed.")
        _complete(values)
        expires = values["Expires"]
        if values["OSSAccessKeyId"] != self.access_key_id:
            message = "The OSS Access Key Id you provided does not exist in our records."
            raise Denied(403, "InvalidAccessKeyId", message, OSSAccessKeyId=values["OSSAccessKeyId"])
        if int(expires) < now:
            raise expired(int(expires), now)
        text = _string_to_sign(incoming, resource, expires)
        if not hmac.compare_digest(values["Signature"].encode(), self._signature(text).encode()):
            raise _mismatch(values, text)

    def _signature(self, text: str) -> str:
        return b64encode(hmac.new(self.access_key_secret.encode(), text.encode(), hashlib.sha1).digest()).decode()


def _complete(values: Mapping[str, str]) -> None:
    """Refuse a link that lacks a part, or whose end is no time."""
    if not all(values.get(name) for name in _PARTS):
        message = "Query-string authentication requires the Signature, Expires and OSSAccessKeyId parameters"
        raise Denied(403, "AccessDenied", message, EC=f"0002-000000{68 if 'Expires' in values else 67}")
    expires = values["Expires"]
    if not (expires.isascii() and expires.isdigit() and len(expires) < 12):  # noqa: PLR2004 - digits of a time
        raise Denied(403, "AccessDenied", "Invalid date (should be seconds since epoch).")


def expired(expires: int, now: float) -> Denied:
    """What the store says of a dead link.

    Args:
        expires: the second at which it died, Unix time.
        now: the store's clock, Unix seconds.
    """
    return Denied(
        403,
        "AccessDenied",
        "Request has expired.",
        Expires=_iso(expires),
        ServerTime=_iso(now),
        EC="0002-00000069",
    )


def _mismatch(values: Mapping[str, str], text: str) -> Denied:
    return Denied(
        403,
        "SignatureDoesNotMatch",
        "The request signature we calculated does not match the signature you provided. "
        "Check your key and signing method.",
        OSSAccessKeyId=values["OSSAccessKeyId"],
        SignatureProvided=values["Signature"],
        StringToSign=text,
        StringToSignBytes=text.encode().hex(" ").upper(),
        EC="0002-00000040",
    )


def _string_to_sign(incoming: Incoming, resource: str, expires: str) -> str:
    """The text that a link's signature (version 1) signs."""
    headers = incoming.headers
    special = sorted(item for item in headers.items() if item[0].startswith("x-oss-"))
    resources = sorted(
        f"{name}={value}" if value else name
        for name, value in parse_qsl(incoming.query, keep_blank_values=True)
        if name in _SUB_RESOURCES or name.startswith("response-")
    )
    return "\n".join(
        [
            incoming.method,
            headers.get("content-md5", ""),
            headers.get("content-type", ""),
            expires,
            *(f"{name}:{value}" for name, value in special),
            resource + ("?" + "&".join(resources) if resources else ""),
        ]
    )


def _iso(seconds: float) -> str:
    moment = datetime.fromtimestamp(seconds, tz=timezone.utc)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + "000Z"
