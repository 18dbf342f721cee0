"""What a server of its own is told, in a TOML file: where it listens, who is let in, how it is set.

```toml
host = "127.0.0.1"
port = 8000

[upstream]                      # beside the environment's variables; keys never stand here
instance_id = "my-call-center"

[options]
mask_numbers = true

[[tokens]]
name = "front-end"
sha256 = "…"
permissions = ["support.call_record:list"]

[jwt]
jwks_url = "https://login.example.com/keys"
algorithms = ["RS256"]
audience = "support"
issuer = "https://login.example.com"
```
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import attrs

from hillstone_ccc import AsyncClient, ConfigurationError

from .json_web_tokens import JSONWebTokens
from .options import ServerOptions
from .principal import AnyOf, Authorizer
from .tokens import BearerTokens, StaticToken

if sys.version_info >= (3, 11):
    import tomllib
else:  # pragma: no cover - coverage is measured on a newer Python
    import tomli as tomllib

TOP = ("host", "port", "workers", "trust_proxy", "audit", "upstream", "options", "tokens", "jwt")
UPSTREAM = (
    "instance_id",
    "region_id",
    "network",
    "endpoint",
    "timezone",
    "timeout",
    "concurrency",
    "max_requests_per_second",
    "proxy",
    "plain_http_links",
)
_TOKEN = ("name", "sha256", "permissions", "expires_at")
_JWT = (
    "keys_file",
    "jwks_file",
    "jwks_url",
    "secret_file",
    "algorithms",
    "audience",
    "issuer",
    "permissions_claim",
    "name_claim",
    "leeway",
)


def from_file(path: Path) -> dict[str, Any]:
    """What a file tells.

    Raises:
        ConfigurationError: It cannot be read, or tells something that is not known; names it.
    """
    try:
        told = tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else error
        raise ConfigurationError(f"{path} cannot be read: {why}.") from error
    _known("the file", told, TOP)
    for name, known in (("upstream", UPSTREAM), ("options", _options()), ("jwt", _JWT)):
        _known(f"[{name}]", _table(told, name), known)
    for token in _tokens(told):
        _known("[[tokens]]", token, _TOKEN)
    return told


def options_of(told: Mapping[str, Any]) -> ServerOptions:
    """How the server is set.

    Raises:
        ConfigurationError: A value cannot be meant.
    """
    return ServerOptions(**_table(told, "options"))


def authorizer_of(told: Mapping[str, Any]) -> Authorizer | None:
    """Who decides who is let in; None if nobody is named.

    Raises:
        ConfigurationError: An entry cannot be meant.
    """
    found: list[Authorizer] = []
    tokens = _tokens(told)
    if tokens:
        found.append(BearerTokens([_token(one) for one in tokens]))
    if "jwt" in told:
        found.append(_jwt(dict(_table(told, "jwt"))))
    if not found:
        return None
    return found[0] if len(found) == 1 else AnyOf(*found)


def client_of(told: Mapping[str, Any]) -> AsyncClient:
    """What reaches the call center: what the file tells, and the environment the rest.

    Raises:
        ConfigurationError: No call center is named, or a setting cannot work.
    """
    upstream = _table(told, "upstream")
    # A key that the program itself gives, the sandbox's, has nothing to do with the environment.
    return AsyncClient(**upstream) if "access_key_id" in upstream else AsyncClient.from_env(**upstream)


def _token(told: Mapping[str, Any]) -> StaticToken:
    missing = [name for name in ("name", "sha256", "permissions") if name not in told]
    if missing:
        raise ConfigurationError(f"[[tokens]]: {', '.join(missing)} is missing.")
    return StaticToken(told["name"], told["sha256"], told["permissions"], told.get("expires_at"))


def _jwt(told: dict[str, Any]) -> JSONWebTokens:
    for name in ("algorithms", "audience", "issuer"):
        if name not in told:
            raise ConfigurationError(f"[jwt]: {name} is missing.")
    for name, argument in (("keys_file", "keys"), ("secret_file", "secret")):
        if name in told:
            told[argument] = _content(name, told.pop(name))
    return JSONWebTokens(**told)


def _content(name: str, path: Any) -> bytes:
    try:
        return Path(path).read_bytes().strip()
    except (OSError, TypeError) as error:
        raise ConfigurationError(f"[jwt]: {name} cannot be read.") from error


def _table(told: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    table = told.get(name, {})
    if not isinstance(table, Mapping):
        raise ConfigurationError(f"{name} must be a table: [{name}].")
    return table  # pyright: ignore[reportUnknownVariableType] - its keys are checked where it is read


def _tokens(told: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    tokens = told.get("tokens", [])
    if not isinstance(tokens, list) or not all(isinstance(one, Mapping) for one in tokens):  # pyright: ignore[reportUnknownVariableType]
        raise ConfigurationError("tokens must be tables: [[tokens]].")
    return tokens  # pyright: ignore[reportUnknownVariableType]


def _known(where: str, told: Iterable[str], known: Iterable[str]) -> None:
    names = tuple(known)
    unknown = [name for name in told if name not in names]
    if unknown:
        raise ConfigurationError(f"{where}: {', '.join(unknown)} is not known; known are {', '.join(names)}.")


def _options() -> tuple[str, ...]:
    return tuple(field.name for field in attrs.fields(ServerOptions))
