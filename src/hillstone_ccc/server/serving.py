"""The application on a port of its own, by uvicorn: one process or several, ended without losing a request."""

from __future__ import annotations

import logging
import os
import socket
from collections.abc import Callable, Mapping
from ipaddress import ip_network
from logging.handlers import WatchedFileHandler
from pathlib import Path
from typing import Any

import attrs
import orjson
import uvicorn
from fastapi import FastAPI

from hillstone_ccc import ConfigurationError
from hillstone_ccc._endpoint import LOOPBACK
from hillstone_ccc.contract import METRICS, PERMISSION, REVEAL

from .app import create_app
from .link import LinkToken
from .settings import authorizer_of, client_of, from_file, options_of

_NAMED = ("host", "port", "workers", "trust_proxy", "audit")
_TOLD_TO_WORKERS = "HILLSTONE_CCC_SERVER_TOLD"
_KEEP_ALIVE_SECONDS = 30
_GRACE_SECONDS = 30
_BACKLOG = 2048


@attrs.frozen(kw_only=True)
class Serving:
    """A server of its own, before it runs.

    Attributes:
        file: The configuration.
        given: What the command line tells, which wins.
        host: The address that it listens on.
        port: The port; 0 takes a free one.
        workers: How many processes answer.
        link: Lets one browser in, where nobody else is named; only on this machine, and of one process.
        trust_proxy: Addresses of proxies whose word on the caller's own address counts.
        audit: The file that the audit goes to; None for standard error.

    Raises:
        ConfigurationError: The network would be let in without a token, or processes could not know one.
    """

    file: Path | None
    given: Mapping[str, Any] = attrs.field(repr=False)
    host: str = "127.0.0.1"
    port: int = 8000
    workers: int = 1
    link: LinkToken | None = None
    trust_proxy: str | None = None
    audit: str | None = None

    def __attrs_post_init__(self) -> None:
        if self.link is None:
            return
        if self.host not in LOOPBACK:
            raise ConfigurationError(
                f"On {self.host} others would reach the server, and nobody is named who may: give a file with"
                " [[tokens]] or [jwt], or listen on 127.0.0.1."
            )
        if self.workers > 1:
            raise ConfigurationError(
                "Several workers cannot share a link's token: give a file with [[tokens]] or [jwt]."
            )

    def run(self, announce: Callable[[str], object]) -> None:
        """Serves until SIGINT or SIGTERM; requests that were begun are finished.

        Args:
            announce: Is told the address, once it is listened on.

        Raises:
            OSError: The port cannot be had.
        """
        common: dict[str, Any] = {
            "log_config": None,
            "access_log": False,  # it would write whole numbers; the audit tells who asked for what
            "server_header": False,
            "timeout_keep_alive": _KEEP_ALIVE_SECONDS,
            "timeout_graceful_shutdown": _GRACE_SECONDS,
            "proxy_headers": self.trust_proxy is not None,
            "forwarded_allow_ips": self.trust_proxy,
        }
        if self.audit is not None:
            _audit(self.audit).close()
        app = self.app()  # what cannot work is found out here, and not by each worker
        if self.workers == 1:
            self.begin_logging()
            with _listening(self.host, self.port) as listener:
                announce(_address(self.host, listener.getsockname()[1]))
                uvicorn.Server(uvicorn.Config(app, **common)).run(sockets=[listener])
        else:
            _listening(self.host, self.port).close()
            told = {"file": None if self.file is None else str(self.file), "given": dict(self.given)}
            os.environ[_TOLD_TO_WORKERS] = orjson.dumps(told).decode()
            announce(_address(self.host, self.port))
            where: dict[str, Any] = {"host": self.host, "port": self.port, "workers": self.workers}
            uvicorn.run(f"{__name__}:worker", factory=True, **where, **common)

    def app(self) -> FastAPI:
        """The application.

        Raises:
            ConfigurationError: A setting cannot work.
        """
        told = _told(self.file, self.given)
        authorize = self.link or authorizer_of(told)
        if authorize is None:  # the file has changed since
            raise ConfigurationError("Nobody is named who may be let in: give a file with [[tokens]] or [jwt].")
        return create_app(
            client_of(told), authorize=authorize, options=options_of(told), link=self.link, closes_client=True
        )

    def begin_logging(self) -> None:
        """Sends what the server says to standard error, and the audit there or to its file."""
        form = logging.Formatter("%(asctime)s %(levelname)s %(message)s")
        here = logging.StreamHandler()
        here.setFormatter(form)
        for name, level in (("hillstone_ccc.server", logging.INFO), ("uvicorn.error", logging.WARNING)):
            logging.getLogger(name).addHandler(here)
            logging.getLogger(name).setLevel(level)
        if self.audit is not None:
            file = _audit(self.audit)
            file.setFormatter(logging.Formatter("%(asctime)s %(message)s"))
            logging.getLogger("hillstone_ccc.server.audit").addHandler(file)
            logging.getLogger("hillstone_ccc.server.audit").propagate = False


def serving(file: Path | None, given: Mapping[str, Any]) -> Serving:
    """A server as a file and the command line tell it.

    Args:
        file: The configuration; None for none.
        given: What the command line tells, which wins: the names of the file's top, ``upstream`` and ``options``.

    Raises:
        ConfigurationError: Something in them cannot be meant.
    """
    told = _told(file, given)
    named = {name: told[name] for name in _NAMED if name in told}
    _check(named)
    link = None if authorizer_of(told) else LinkToken(permissions=(PERMISSION, REVEAL, METRICS))
    return Serving(file=file, given=given, link=link, **named)


def worker() -> FastAPI:
    """The application of one of several processes, as their parent was told it."""
    told = orjson.loads(os.environ[_TOLD_TO_WORKERS])
    one = serving(None if told["file"] is None else Path(told["file"]), told["given"])
    one.begin_logging()
    return one.app()


def _told(file: Path | None, given: Mapping[str, Any]) -> dict[str, Any]:
    told = {} if file is None else from_file(file)
    for name in ("upstream", "options"):
        told[name] = {**told.get(name, {}), **given.get(name, {})}
    return {**told, **{name: value for name, value in given.items() if name in _NAMED}}


def _check(named: Mapping[str, Any]) -> None:
    for name, kind in (("host", str), ("trust_proxy", str), ("audit", str), ("port", int), ("workers", int)):
        if name in named and type(named[name]) is not kind:
            raise ConfigurationError(f"{name} must be {'text' if kind is str else 'a whole number'}.")
    if "trust_proxy" in named:
        _trusted(named["trust_proxy"])
    if named.get("workers", 1) < 1:
        raise ConfigurationError("workers must be 1 or more.")
    if not 0 <= named.get("port", 0) <= 65535:  # noqa: PLR2004
        raise ConfigurationError("port must be 0 to 65535.")
    if named.get("workers", 1) > 1 and named.get("port", 1) == 0:
        raise ConfigurationError("Several workers need a port that is named: 0 would give each its own.")


def _audit(path: str) -> WatchedFileHandler:
    try:
        return WatchedFileHandler(path, encoding="utf-8", delay=False)
    except OSError as error:
        raise ConfigurationError(f"audit: {path} cannot be written: {error.strerror}.") from error


def _trusted(addresses: str) -> None:
    for one in addresses.split(","):
        try:
            ip_network(one.strip())
        except ValueError as error:
            raise ConfigurationError(
                "trust_proxy must be addresses or networks of proxies, between commas: whoever is trusted can say of"
                f" a request that it comes from anywhere. {one.strip()!r} is none."
            ) from error


def _listening(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # Named to be TCP: of any other asyncio would not send small answers at once, which costs 40 ms each.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(_BACKLOG)
    except OSError:
        listener.close()
        raise
    return listener


def _address(host: str, port: int) -> str:
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
