"""How the server is set: bounds, caches, what is shown."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, cast
from urllib.parse import urlsplit

import attrs

from hillstone_ccc import ConfigurationError

RECORDING_ORIGINS = ("https://*.aliyuncs.com",)
"""Where the call center's recordings come from."""

# What a browser's policy takes for the origin of other things: a host, or any below one.
_SOURCE = re.compile(r"https?://(\*\.)?[a-z0-9-]+(\.[a-z0-9-]+)*(:([0-9]{1,5}|\*))?", re.ASCII)


def _amount(_: object, field: attrs.Attribute[Any], value: object) -> None:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 < value < float("inf"):
        raise ConfigurationError(f"{field.name} must be more than 0, not {value!r}.")


def _count(_: object, field: attrs.Attribute[Any], value: object) -> None:
    if type(value) is not int or value < 1:
        raise ConfigurationError(f"{field.name} must be a whole number, 1 or more, not {value!r}.")


def _flag(_: object, field: attrs.Attribute[Any], value: object) -> None:
    if not isinstance(value, bool):
        raise ConfigurationError(f"{field.name} must be true or false, not {value!r}.")


def _origins(given: Any) -> tuple[str, ...]:
    origins = list(cast("Sequence[Any]", given)) if isinstance(given, (list, tuple)) else [""]
    if not all(isinstance(one, str) and one for one in origins):
        raise ConfigurationError("cors_origins takes several origins: write [origin] for one.")
    for origin in origins:
        parts = urlsplit(origin)
        if parts.scheme not in ("http", "https") or not parts.netloc or origin != f"{parts.scheme}://{parts.netloc}":
            raise ConfigurationError(
                f"cors_origins: {origin!r} is no origin such as 'https://support.example.com'; '*' is not taken, since"
                " it would open people's data to any page."
            )
    return tuple(origins)


def _recording_origins(given: Any) -> tuple[str, ...]:
    origins = list(cast("Sequence[Any]", given)) if isinstance(given, (list, tuple)) else [""]
    for origin in origins:
        if not isinstance(origin, str) or not _SOURCE.fullmatch(origin):
            raise ConfigurationError(
                f"recording_origins takes origins such as 'https://*.aliyuncs.com' in a list, not {origin!r}."
            )
    return tuple(origins)


@attrs.frozen(kw_only=True)
class ServerOptions:
    """How the server is set.

    Attributes:
        deadline: Seconds after which a request that is not answered is given up (504).
        walk_rows: Rows that a search may look at which cannot be asked for page by page: several agents, numbers
            known in part. With more it is refused (422), telling to narrow it.
        walks: How many such searches are looked through at one time; with eight times as many on or waiting, more are
            refused (503).
        results_seconds: How long a search stays as its first page found it, so that its next pages go with that one;
            until somebody asks for the first page anew.
        agents_seconds: How long a page of agents is good for.
        recording_seconds: How long a recording's link is handed out again; less if it dies sooner.
        mask_numbers: Whether phone numbers are shown as ``138****0000`` to those without
            ``support.call_record:reveal``.
        cors_origins: Origins whose pages may read the answers; none if empty.
        attempts: Failed attempts to get in that an address has a minute.
        docs: Whether ``/docs`` shows the description.
        page: Whether ``/support/call_record`` is the page of call records.
        recording_origins: Origins that the page may play and save recordings from; ``*.`` stands for any host below
            one. The sandbox's recordings come from the sandbox's own address.
    """

    deadline: float = attrs.field(default=20.0, validator=_amount)
    walk_rows: int = attrs.field(default=10_000, validator=_count)
    walks: int = attrs.field(default=2, validator=_count)
    results_seconds: float = attrs.field(default=30.0, validator=_amount)
    agents_seconds: float = attrs.field(default=60.0, validator=_amount)
    recording_seconds: float = attrs.field(default=60.0, validator=_amount)
    mask_numbers: bool = attrs.field(default=False, validator=_flag)
    cors_origins: Sequence[str] = attrs.field(default=(), converter=_origins)
    attempts: int = attrs.field(default=30, validator=_count)
    docs: bool = attrs.field(default=True, validator=_flag)
    page: bool = attrs.field(default=True, validator=_flag)
    recording_origins: Sequence[str] = attrs.field(default=RECORDING_ORIGINS, converter=_recording_origins)
