"""Keys: given by hand, or found by the default chain of alibabacloud-credentials."""

from __future__ import annotations

import logging
import os
import re
import threading
from collections.abc import Callable
from textwrap import shorten
from typing import Any, Protocol, TypeAlias, runtime_checkable

import attrs

from ._core.errors import ConfigurationError
from ._core.public import public
from ._core.redact import for_people

_TEXT = re.compile(r"[!-~]+")  # what a header can carry, without blanks

# Seconds for which a fetched key is used without asking its provider again. The vendor's providers refresh a
# temporary key 15 minutes before it ends, so a minute is never too long, and a request does not wait for a lock.
_FRESH = 60.0
_LONGEST_REASON = 300
_PAIR = ("ALIBABA_CLOUD_ACCESS_KEY_ID", "ALIBABA_CLOUD_ACCESS_KEY_SECRET")


@public
@attrs.frozen(repr=False)
class Credentials:
    """An access key, with a token if it is a temporary one.

    Attributes:
        access_key_id: Its id.
        access_key_secret: Its secret.
        security_token: STS token of a temporary key.
    """

    access_key_id: str
    access_key_secret: str
    security_token: str | None = None

    def __attrs_post_init__(self) -> None:
        told = attrs.asdict(self)
        if not self.security_token:
            del told["security_token"]
        for name, value in told.items():
            if not isinstance(value, str) or not _TEXT.fullmatch(value):
                raise ConfigurationError(f"{name} is empty or holds blanks or other signs that no key has.")

    def __repr__(self) -> str:
        return f"Credentials(***{', with a token' if self.security_token else ''})"

    @property
    def secrets(self) -> tuple[str, ...]:
        """What must never be shown, the longest first so that no part of one is left over."""
        told = (self.access_key_id, self.access_key_secret, self.security_token or "")
        return tuple(sorted(filter(None, told), key=len, reverse=True))


@runtime_checkable
class CredentialsProvider(Protocol):
    """What alibabacloud-credentials' clients look like."""

    def get_credential(self) -> Any:
        """An object with ``access_key_id``, ``access_key_secret`` and ``security_token``; may block."""
        ...


CredentialsSource: TypeAlias = "Credentials | CredentialsProvider | Callable[[], Credentials]"


class Keys:
    """The current key, asked for when it is needed and kept for a minute.

    Args:
        source: A key, a provider, or a function that gives one.
    """

    def __init__(self, source: CredentialsSource) -> None:
        self._source = source
        self._lock = threading.Lock()
        self._kept: Credentials | None = source if isinstance(source, Credentials) else None
        self._until = float("inf") if self._kept else 0.0

    def __repr__(self) -> str:
        return "Keys(***)"

    @property
    def secrets(self) -> tuple[str, ...]:
        """What must never be shown of the key used last."""
        return self._kept.secrets if self._kept else ()

    def kept(self, now: float) -> Credentials | None:
        """The key, if it is there without asking anybody. Never blocks."""
        return self._kept if now < self._until else None

    def fetch(self, now: float, *, renew: bool = False) -> Credentials:
        """The key; asks the provider if the one kept is old. May block: never call it on an event loop.

        Raises:
            ConfigurationError: There is none.
        """
        if isinstance(self._source, Credentials):
            return self._source
        with self._lock:
            kept = self.kept(now)
            if kept is None or renew:
                self._kept = kept = _from(self._source)
                self._until = now + _FRESH
            return kept


def default_source() -> CredentialsSource:
    """The default chain: environment, OIDC, profile files, RAM role of the machine, URI.

    The environment's own pair is read here and now, since alibabacloud-credentials reads it once, when it is
    imported. For the rest its chain decides, at the first request.
    """
    key_id, secret = map(os.environ.get, _PAIR)
    if key_id and secret:
        token = os.environ.get("ALIBABA_CLOUD_SECURITY_TOKEN", "").strip()
        return Credentials(key_id.strip(), secret.strip(), token or None)
    return _Chain()


def lacking_half() -> str | None:
    """The variable that is missing where the environment names one half of a key; its chain then passes over it."""
    lacking = [name for name in _PAIR if not os.environ.get(name)]
    return lacking[0] if len(lacking) == 1 else None


class _Chain:
    """The vendor's chain, made when it is first asked: importing it costs a third of a second."""

    def __init__(self) -> None:
        self._client: Any = None

    def get_credential(self) -> Any:
        if self._client is None:
            from alibabacloud_credentials.client import Client  # noqa: PLC0415

            # Its tracebacks would go to stderr where nobody has configured logging; who has still gets them.
            logging.getLogger("credentials").addHandler(logging.NullHandler())
            self._client = Client()
        return self._client.get_credential()


def _from(source: CredentialsSource) -> Credentials:
    advice = (
        "Give access_key_id and access_key_secret, set ALIBABA_CLOUD_ACCESS_KEY_ID and "
        "ALIBABA_CLOUD_ACCESS_KEY_SECRET, or configure a profile or a RAM role."
    )
    try:
        told = asked(source)
    except ConfigurationError:
        raise
    except Exception as error:  # noqa: BLE001 - a provider may fail in any way it likes
        # Its beginning says why; the vendor's chain goes on to list every place where it looked.
        said = shorten(for_people(f"{type(error).__name__}: {error}"), _LONGEST_REASON, placeholder=" …")
        raise ConfigurationError(f"No access key could be had ({said}).", advice=advice) from None
    if isinstance(told, Credentials):
        return told
    key_id, secret = getattr(told, "access_key_id", None), getattr(told, "access_key_secret", None)
    if not key_id or not secret:
        raise ConfigurationError("The credentials provider gave no access key.", advice=advice)
    return Credentials(key_id, secret, getattr(told, "security_token", None) or None)


def asked(source: CredentialsSource) -> object:
    """What a source gives, in whatever form; raises what it raises."""
    if isinstance(source, CredentialsProvider):
        return source.get_credential()
    return source if isinstance(source, Credentials) else source()
