"""The second look: whether there are keys, where they come from, and whether they look like keys.

Nobody is asked but the provider. Of a key itself nothing is told but what every key has: how long its id is, and
whether it begins as a lasting or as a temporary one does.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs

from hillstone_ccc import ConfigurationError, Credentials
from hillstone_ccc._credentials import CredentialsSource, Keys, asked, default_source, lacking_half
from hillstone_ccc._settings import source_of

from .chart import Finding, doubtful, fine, wrong

OF_KEYS = ("access_key_id", "access_key_secret", "security_token", "credentials")
"""Settings that say where keys come from."""

_NO_KEY = (
    "Set ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET, or make a profile with the aliyun "
    "command-line tool, or run where there is a RAM role, or give access_key_id and access_key_secret."
)
_COPY_ANEW = "Copy the key anew, whole, without quotes, blanks and line ends."
_NO_TEXT = "holds blanks"
_AROUND = "\"'`<>{}$"
_LASTING, _TEMPORARY = "LTAI", "STS."

# The vendor's names of the links of its chain → where they look.
_LINKS: Mapping[str, str] = {
    "env": "the environment",
    "oidc_role_arn": "an OIDC role",
    "cli_profile": "the aliyun command-line tool's profile",
    "profile": "a profile in ~/.alibabacloud/credentials.ini",
    "ecs_ram_role": "this machine's RAM role",
}


@attrs.define(repr=False)
class Overheard:
    """A source of keys, of which is remembered where the last one is said to come from."""

    source: CredentialsSource
    provider: str = ""

    def get_credential(self) -> Any:
        """What the source gives; may block."""
        told = asked(self.source)
        self.provider = getattr(told, "provider_name", None) or ""
        return told

    @property
    def origin(self) -> str:
        """Where the key comes from, in words."""
        if isinstance(self.source, Credentials):
            return "the environment" if self.source == _of_environment() else "what was given by hand"
        if self.provider:
            link = self.provider.rpartition("/")[2]
            return _LINKS.get(link, f"the provider {self.provider}")
        return "the provider that was given"


def keys(told: Mapping[str, Any], source: CredentialsSource | None = None) -> tuple[Credentials | None, Finding]:
    """The key, if there is one, and what is to be said of it.

    Args:
        told: Settings given by hand.
        source: A client's own source, already made.
    """
    try:
        overheard = Overheard(source or source_of(*(told.get(name) for name in OF_KEYS)))
        key = Keys(overheard).fetch(0.0)
    except ConfigurationError as error:
        return None, _none(error)
    finding = _looked_at(key, overheard.origin)
    lacking = lacking_half()
    if lacking and not isinstance(overheard.source, Credentials) and finding == fine(finding.seen):
        half = f"{finding.seen}; the environment's own key is passed over, since {lacking} is not set"
        return key, doubtful(half, f"Set {lacking} too, or unset the other half.")
    return key, finding


def _none(error: ConfigurationError) -> Finding:
    if _NO_TEXT in error.message:
        return wrong(error.message, _COPY_ANEW)
    lacking = lacking_half()
    if lacking:
        return wrong(f"No key was found: {lacking} is not set, though the other half of the key is.", f"Set {lacking}.")
    return wrong(error.message, error.advice or _NO_KEY)


def _of_environment() -> CredentialsSource | None:
    try:
        return default_source()
    except ConfigurationError:
        return None


def _looked_at(key: Credentials, origin: str) -> Finding:
    key_id, secret = key.access_key_id, key.access_key_secret
    kind = next((f" that begins with {kind}" for kind in (_LASTING, _TEMPORARY) if key_id.startswith(kind)), "")
    with_token = ", with a token" if key.security_token else ""
    seen = f"an access key id of {len(key_id)} signs{kind}{with_token}, from {origin}"
    for name, value in attrs.asdict(key).items():
        if value and (value[0] in _AROUND or value[-1] in _AROUND):
            return wrong(f"{seen}; its {name} begins or ends with a quote or bracket, which no key does", _COPY_ANEW)
    if secret.startswith(_LASTING) and not key_id.startswith(_LASTING):
        return wrong(f"{seen}; its secret looks like an id", "Swap the two: the id is the one that begins with LTAI.")
    if key_id.startswith(_TEMPORARY) and not key.security_token:
        return wrong(f"{seen}; it is temporary, and its token is missing", "Set ALIBABA_CLOUD_SECURITY_TOKEN too.")
    return fine(seen)
