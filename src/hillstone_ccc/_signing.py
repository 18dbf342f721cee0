"""The gateway's signature (V3, ACS3-HMAC-SHA256), computed by alibabacloud-tea-openapi alone.

Importing that package loads requests and aiohttp, so it is done at the first signed request, not before.
"""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

import attrs

from ._core.message import Request
from ._credentials import Credentials

ALGORITHM = "ACS3-HMAC-SHA256"
_EMPTY_BODY = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
"""SHA-256 of nothing: every parameter is in the query."""


@attrs.frozen
class _Signable:
    """What ``Utils.get_authorization`` reads of a request."""

    method: str
    pathname: str
    query: dict[str, str]
    headers: dict[str, str]


class Signer:
    """Signs requests. :meth:`load` does the slow import; call it off the event loop."""

    def __init__(self) -> None:
        self._authorization: Any = None

    @property
    def loaded(self) -> bool:
        """Whether signing is fast now."""
        return self._authorization is not None

    def load(self) -> None:
        """Imports the vendor's package."""
        from alibabacloud_tea_openapi.utils import Utils  # noqa: PLC0415

        vendor: Any = Utils
        self._authorization = vendor.get_authorization

    def headers(self, request: Request, host: str, credentials: Credentials, now: float, nonce: str) -> dict[str, str]:
        """The headers to send, signed.

        Signed are ``host``, ``content-type`` and every ``x-acs-*`` header, which is what the gateway demands;
        ``accept`` and ``user-agent`` are not, so that a proxy may rewrite them.

        Args:
            request: What to send.
            host: The ``Host`` header.
            credentials: The key.
            now: Unix seconds of the upstream's clock.
            nonce: A text never used before.
        """
        if not self.loaded:
            self.load()
        signed = {name: value for name, value in request.headers.items() if name.startswith(("x-acs-", "content-type"))}
        signed |= {
            "host": host,
            "x-acs-content-sha256": _EMPTY_BODY,
            "x-acs-date": datetime.fromtimestamp(now, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "x-acs-signature-nonce": nonce,
        }
        if credentials.security_token:
            signed["x-acs-accesskey-id"] = credentials.access_key_id
            signed["x-acs-security-token"] = credentials.security_token
        authorization = self._authorization(
            _Signable(request.method, request.path, dict(request.query), signed),
            ALGORITHM,
            _EMPTY_BODY,
            credentials.access_key_id,
            credentials.access_key_secret,
        )
        return {**request.headers, **signed, "authorization": authorization}
