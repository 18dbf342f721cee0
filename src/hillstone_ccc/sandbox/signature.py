"""Whose request is it? The upstream's signatures, computed anew from the bytes that arrived.

Written from the published description of `ACS3-HMAC-SHA256` and of the older HMAC-SHA1 query signature, and
kept apart from every signer, so that a mistake in a client cannot cancel itself out here.
"""

import hashlib
import hmac
import re
from base64 import b64encode
from collections.abc import Iterable
from datetime import datetime, timezone
from urllib.parse import parse_qsl, quote, unquote

import attrs

from hillstone_ccc.sandbox.errors import Refusal
from hillstone_ccc.sandbox.message import Incoming
from hillstone_ccc.sandbox.parameters import pairs

WINDOW_SECONDS = 15 * 60
"""How far a request's time may be from the server's clock, either way."""

SIGNING_PARAMETERS = frozenset(
    {
        "AccessKeyId",
        "Action",
        "Format",
        "SecurityToken",
        "Signature",
        "SignatureMethod",
        "SignatureNonce",
        "SignatureType",
        "SignatureVersion",
        "Timestamp",
        "Version",
    }
)
"""Parameters of the older style that say who asks for which action, and nothing about the question."""

_ALGORITHM = "ACS3-HMAC-SHA256"
_AUTHORIZATION = re.compile(
    rf"{_ALGORITHM}\s+Credential=([^,]+),\s*SignedHeaders=([^,]+),\s*Signature=([0-9a-f]{{64}})"
)
_TIMESTAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


@attrs.frozen
class Key:
    """An access key that the sandbox knows; with a security token it is a temporary one."""

    access_key_id: str
    access_key_secret: str = attrs.field(repr=False)
    security_token: str | None = attrs.field(default=None, repr=False)


@attrs.frozen
class Claim:
    """What a request says about its sender, before any of it is believed.

    Attributes:
        access_key_id: the key that is said to have signed.
        security_token: the temporary key's token, if any.
        timestamp: when it was signed, as sent.
        nonce: the text that no second request may carry.
        signature: the signature as sent.
        string_to_sign: what the sender must have signed, computed from the request itself.
        version: 3 for `ACS3-HMAC-SHA256`, 1 for the query signature.
    """

    access_key_id: str
    security_token: str | None
    timestamp: str
    nonce: str
    signature: str
    string_to_sign: str
    version: int

    def check(self, key: Key, now: float) -> None:
        """Believe the claim, or refuse it, in the upstream's order: key, token, time, signature.

        Args:
            key: the one key that the sandbox knows.
            now: the server's clock, Unix seconds.

        Raises:
            Refusal: the first check that fails.
        """
        if self.access_key_id != key.access_key_id:
            raise Refusal("InvalidAccessKeyId.NotFound")
        if self.security_token is None and key.security_token is not None:
            raise Refusal("InvalidAccessKeyId.NotFound")
        if not _same(self.security_token or "", key.security_token or ""):
            raise Refusal("InvalidSecurityToken.MismatchWithAccessKey")
        if abs(_seconds(self.timestamp) - now) > WINDOW_SECONDS:
            raise Refusal("InvalidTimeStamp.Expired")
        if not _same(self.signature, self._expected(key.access_key_secret)):
            raise Refusal("SignatureDoesNotMatch", self.string_to_sign)

    def _expected(self, secret: str) -> str:
        text = self.string_to_sign.encode()
        if self.version == 3:  # noqa: PLR2004 - the signature's own version number
            return hmac.new(secret.encode(), text, hashlib.sha256).hexdigest()
        return b64encode(hmac.new(f"{secret}&".encode(), text, hashlib.sha1).digest()).decode()


def claim(incoming: Incoming) -> Claim:
    """What the request says about its sender.

    Raises:
        Refusal: `IncompleteSignature` when parts of the signature are missing, `SignatureDoesNotMatch` when
            the body is not the one whose digest was signed.
    """
    if "authorization" in incoming.headers:
        return _header_claim(incoming)
    return _query_claim(incoming)


def _header_claim(incoming: Incoming) -> Claim:
    headers = incoming.headers
    match = _AUTHORIZATION.fullmatch(headers["authorization"].strip())
    if match is None:
        raise Refusal("IncompleteSignature", "Authorization")
    access_key_id, names, signature = match.groups()
    signed = names.split(";")
    for name in _must_be_signed(incoming):
        if name not in signed or name not in headers:
            raise Refusal("IncompleteSignature", name)
    digest = headers["x-acs-content-sha256"]
    string_to_sign = f"{_ALGORITHM}\n{_sha256(canonical_request(incoming, signed).encode())}"
    if not _same(digest, _sha256(incoming.body)):
        raise Refusal("SignatureDoesNotMatch", string_to_sign)
    return Claim(
        access_key_id=access_key_id,
        security_token=headers.get("x-acs-security-token"),
        timestamp=headers["x-acs-date"],
        nonce=headers["x-acs-signature-nonce"],
        signature=signature,
        string_to_sign=string_to_sign,
        version=3,
    )


def _must_be_signed(incoming: Incoming) -> Iterable[str]:
    """Names of the headers that a signature must cover.

    The type of a body that is empty is not among them: the vendor's own asynchronous client leaves it to its HTTP
    library to add one, unsigned.
    """
    yield from ("host", "x-acs-date", "x-acs-signature-nonce", "x-acs-content-sha256")
    yield from (name for name in incoming.headers if name.startswith("x-acs-"))
    if incoming.body and "content-type" in incoming.headers:
        yield "content-type"


def canonical_request(incoming: Incoming, signed: list[str]) -> str:
    """The text whose digest is signed by `ACS3-HMAC-SHA256`.

    The query arrives form-encoded (a blank is `+`) and is signed by RFC 3986 (a blank is `%20`): it is
    decoded and encoded again.
    """
    headers = "".join(f"{name}:{incoming.headers.get(name, '').strip()}\n" for name in signed)
    return "\n".join(
        [
            incoming.method,
            quote(unquote(incoming.path), safe="/~"),
            _canonical(parse_qsl(incoming.query, keep_blank_values=True)),
            headers,
            ";".join(signed),
            incoming.headers.get("x-acs-content-sha256", ""),
        ]
    )


def _query_claim(incoming: Incoming) -> Claim:
    found = pairs(incoming)
    values = dict(found)
    for name in ("AccessKeyId", "Signature", "SignatureNonce", "Timestamp"):
        if not values.get(name):
            raise Refusal("IncompleteSignature", name)
    canonical = _canonical([pair for pair in found if pair[0] != "Signature"])
    return Claim(
        access_key_id=values["AccessKeyId"],
        security_token=values.get("SecurityToken"),
        timestamp=values["Timestamp"],
        nonce=values["SignatureNonce"],
        signature=values["Signature"],
        string_to_sign=f"{incoming.method}&{_encode('/')}&{_encode(canonical)}",
        version=1,
    )


@attrs.define
class Nonces:
    """The nonces seen lately: each may be used once.

    They are remembered for twice the window, since a request may be dated ahead by one window and still be
    accepted when its date is one window old.
    """

    _seen: dict[str, float] = attrs.field(factory=dict[str, float])

    def use(self, nonce: str, now: float) -> None:
        """Take note of a nonce.

        Raises:
            Refusal: `SignatureNonceUsed` when it was seen before.
        """
        while self._seen and next(iter(self._seen.values())) < now - 2 * WINDOW_SECONDS:
            del self._seen[next(iter(self._seen))]
        if nonce in self._seen:
            raise Refusal("SignatureNonceUsed")
        self._seen[nonce] = now

    def clear(self) -> None:
        """Forget them all."""
        self._seen.clear()


def _seconds(timestamp: str) -> float:
    try:
        if _TIMESTAMP.fullmatch(timestamp):
            moment = datetime.strptime(timestamp, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=timezone.utc)
            return moment.timestamp()
    except ValueError:
        pass
    raise Refusal("InvalidTimeStamp.Format")


def _canonical(found: list[tuple[str, str]]) -> str:
    return "&".join(f"{_encode(name)}={_encode(value)}" for name, value in sorted(found))


def _encode(text: str) -> str:
    return quote(text, safe="~")


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _same(left: str, right: str) -> bool:
    return hmac.compare_digest(left.encode(), right.encode())
