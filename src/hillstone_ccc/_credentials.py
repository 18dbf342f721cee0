"""Keys: given by hand, or found by the default chain of alibabacloud-credentials."""

from __future__ import annotations

import ast
import logging
import os
import re
import sys
import threading
from collections.abc import Callable
from textwrap import shorten
from typing import Any, Protocol, TypeAlias, cast, runtime_checkable

import attrs

from ._core.errors import ConfigurationError
from ._core.public import public
from ._core.redact import for_people

_TEXT = re.compile(r"[!-~]+")  # what a header can carry, without blanks

# Seconds for which a fetched key is used without asking its provider again. The vendor's providers refresh a
# temporary key 15 minutes before it ends, so a minute is never too long, and a request does not wait for a lock.
_FRESH = 60.0
_LONGEST_REASON = 300
# Parts of what the vendor's links say where there is nothing to find: a variable, a file, a machine's role.
_NOTHING_THERE = (
    "cannot be empty",
    "unable to open credentials file",
    "failed to get credential from credentials file",
    "disabled",
)
_QUERY = re.compile(r"\?[^\s'\")]+")  # of a URL, which may hold a token
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

            _quieten()
            self._client = Client()
        return self._client.get_credential()


def _quieten() -> None:
    """Keeps the vendor's tracebacks, which hold URLs with what is secret of them, from going to stderr unasked.

    Its modules put handlers of their own on its logger. Those go, be the modules imported by whomever; handlers of
    the user's stay, and who has configured logging still gets what is logged. Older versions call the logger as their
    modules are called, and give it none.
    """
    log = logging.getLogger("credentials")
    for name, module in tuple(sys.modules.items()):
        theirs = getattr(module, "ch", None) if name.startswith("alibabacloud_credentials.") else None
        if isinstance(theirs, logging.Handler):
            log.removeHandler(theirs)
    for told in (log, logging.getLogger("alibabacloud_credentials")):
        told.addHandler(logging.NullHandler())  # without any, those of level WARNING go to stderr after all


def _reason(error: Exception) -> str:
    """Why a source gave nothing, in a line that holds nothing secret.

    The vendor's chain tells of every place where it looked. Of those only the broken ones are told, if any are: that
    nothing was there is no reason to look at it again.
    """
    told = str(error)
    broken = [one for one in _links(told) if not any(part in one for part in _NOTHING_THERE)]
    # The first line of each: in those that follow, lines of a profile are quoted.
    said = "; ".join(one.partition("\n")[0] for one in broken) or f"{type(error).__name__}: {told}"
    return shorten(for_people(_QUERY.sub("?***", said)), _LONGEST_REASON, placeholder=" …")


def _links(told: str) -> list[str]:
    """What each link of the vendor's chain says, which it puts down as Python does."""
    _, found, rest = told.partition("in the chain: ")
    try:
        links: Any = ast.literal_eval(rest) if found else []
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return []
    return [one for one in cast("list[Any]", links) if isinstance(one, str)] if isinstance(links, list) else []


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
        raise ConfigurationError(f"No access key could be had ({_reason(error)}).", advice=advice) from None
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
