"""Options that several commands share, and what their values may look like."""

import functools
import logging
import math
import re
import sys
from collections.abc import Callable
from datetime import timedelta
from typing import Any, Literal, TypeAlias, TypeVar

import click

from hillstone_ccc import Client

F = TypeVar("F", bound=Callable[..., Any])

Option: TypeAlias = Callable[[F], F]
Command: TypeAlias = Callable[..., None]
Format: TypeAlias = Literal["table", "json", "csv"]

_LOGGER = logging.getLogger("hillstone_ccc")
_SPAN = re.compile(r"([0-9]+(?:\.[0-9]+)?)([dhm])")
_UNITS = {"d": "days", "h": "hours", "m": "minutes"}
_RATE = re.compile(r"([0-9]+(?:\.[0-9]+)?)([kKmMgG]?)")
_THOUSANDS = {"": 1, "k": 1e3, "m": 1e6, "g": 1e9}
_MILLISECONDS = re.compile(r"[0-9]{12,20}")  # fewer digits would be a time before September 2001, or a date


def span(text: str) -> timedelta:
    """A length of time of text such as `7d`, `12h` or `30m`."""
    found = _SPAN.fullmatch(text)
    if found is None:
        raise click.BadParameter(f"{text!r} is not a number with d, h or m, such as 7d, 12h or 30m.")
    try:
        return timedelta(**{_UNITS[found[2]]: float(found[1])})
    except OverflowError:
        raise click.BadParameter(f"{text!r} is longer than time is.") from None


def moment(text: str) -> str | int:
    """A point in time: ISO 8601, which the library reads, or Unix milliseconds."""
    return int(text) if _MILLISECONDS.fullmatch(text) else text


def rate(text: str) -> float:
    """Bytes a second of text such as `500k` or `2M`; a k is 1000."""
    found = _RATE.fullmatch(text)
    amount = float(found[1]) * _THOUSANDS[found[2].lower()] if found else 0.0
    if not 0 < amount < math.inf:
        raise click.BadParameter(f"{text!r} is not a number of bytes, such as 500k or 2M, and more than 0.")
    return amount


def verbose() -> bool:
    """Whether requests are logged to standard error."""
    return _LOGGER.isEnabledFor(logging.DEBUG)


def _begin_logging(ctx: click.Context, _: click.Parameter, wanted: bool) -> None:
    root = ctx.find_root()
    if not wanted or __name__ in root.meta:
        return
    root.meta[__name__] = True
    handler, level = logging.StreamHandler(sys.stderr), _LOGGER.level
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    _LOGGER.addHandler(handler)
    _LOGGER.setLevel(logging.DEBUG)

    @root.call_on_close
    def _end_logging() -> None:  # pyright: ignore[reportUnusedFunction]
        _LOGGER.removeHandler(handler)
        _LOGGER.setLevel(level)


verbose_option: Option[Any] = click.option(
    "-v",
    "--verbose",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_begin_logging,
    help="Log every request to standard error.",
)
format_option: Option[Any] = click.option(
    "--format",
    "form",
    type=click.Choice(["table", "json", "csv"]),
    default="table",
    show_default=True,
    help="table is for people; json and csv are data, with whole phone numbers.",
)
show_numbers_option: Option[Any] = click.option(
    "--show-numbers", is_flag=True, help="Show phone numbers whole in the table."
)


def _some_directory(_ctx: click.Context, _parameter: click.Parameter, value: str) -> str:
    if not value.strip():
        raise click.BadParameter("it names no directory; '.' is the one you are in.")
    return value


to_option: Option[Any] = click.option(
    "--to",
    "directory",
    type=click.Path(file_okay=False),
    callback=_some_directory,
    default="recordings",
    show_default=True,
    metavar="DIR",
    help="Where recordings go; made if it is not there.",
)

_CLIENT_OPTIONS: dict[str, Callable[[Command], Command]] = {
    "instance_id": click.option("--instance-id", metavar="NAME", help="The call center's short name."),
    "region_id": click.option("--region-id", metavar="NAME", help="Its region."),
    "endpoint": click.option("--endpoint", metavar="URL", help="Where the upstream answers."),
    "timezone": click.option("--timezone", metavar="ZONE", help="Zone of all times, such as Asia/Shanghai."),
}


def with_settings(command: Command) -> Command:
    """Gives a command, as its first argument, the client's settings that its options name."""

    @functools.wraps(command)
    def run(**given: Any) -> None:
        settings = {name: given.pop(name) for name in _CLIENT_OPTIONS}
        command({name: value for name, value in settings.items() if value is not None}, **given)

    wrapped: Command = run
    for option in reversed(_CLIENT_OPTIONS.values()):
        wrapped = option(wrapped)
    return wrapped


def with_client(command: Command) -> Command:
    """Gives a command a client of what the environment and the options name, open while it runs."""

    @functools.wraps(command)
    def run(settings: dict[str, str], **given: Any) -> None:
        with Client.from_env(**settings) as ccc:
            command(ccc, **given)

    return with_settings(run)
