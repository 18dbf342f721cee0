"""From a request's query to arguments: every parameter known, given once and readable, or it is refused by name."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from urllib.parse import unquote_to_bytes

from starlette.requests import Request

from hillstone_ccc.contract import PARAMETERS, Parameter, UnreadableError, refusals

from .envelope import RefusedError

_LONGEST = 8_000  # what an upstream's own request can hold of it, with room for the others


def read(request: Request, path: str) -> dict[str, Any]:
    """The arguments that a request's query gives: the defaults, and what is told.

    Raises:
        RefusedError: A parameter is not known, comes twice, is missing or cannot be read; names it.
    """
    parameters = {one.name: one for one in PARAMETERS[path]}
    told: dict[str, str] = {}
    for name, text in _sent(request):
        if name not in parameters:
            raise _refused(
                name, f"is not known here; known are {_listed(parameters)}" if parameters else "is not known"
            )
        if name in told:
            raise _refused(name, "is given twice")
        told[name] = text
    return {one.argument: _value(one, told.get(one.name)) for one in parameters.values()}


def read_id(parameter: Parameter, text: str) -> Any:
    """An id that stands in the path.

    Raises:
        RefusedError: It cannot be one.
    """
    return _value(parameter, text)


def criteria(arguments: dict[str, Any]) -> dict[str, Any]:
    """Those of the arguments that are criteria of a search for calls, in agreement with each other.

    Raises:
        RefusedError: The range cannot be meant.
    """
    told = {name: value for name, value in arguments.items() if name not in ("page", "size") and value is not None}
    if "end" in told and "start" not in told:
        raise _refused("end_time", "is given without start_time: say from when")
    if "end" in told and told["start"] > told["end"]:
        raise _refused("start_time", "lies after end_time")
    return told


def _sent(request: Request) -> Iterable[tuple[str, str]]:
    """What stands in the query; a browser's, or a form's, in another encoding is not guessed at."""
    query: bytes = request.scope["query_string"]
    for pair in query.split(b"&"):
        if not pair:
            continue
        name, _, value = pair.replace(b"+", b" ").partition(b"=")
        told = unquote_to_bytes(name).decode("utf-8", "replace")
        try:
            yield told, unquote_to_bytes(value).decode("utf-8")
        except UnicodeDecodeError as error:
            raise _refused(told, "is not in UTF-8") from error


def _value(parameter: Parameter, text: str | None) -> Any:
    if text is None:
        if parameter.required:
            raise _refused(parameter.name, "is missing")
        return parameter.default
    if len(text) > _LONGEST:
        raise _refused(parameter.name, f"is longer than {_LONGEST} signs")
    try:
        return parameter.read(text)
    except UnreadableError as error:
        raise _refused(parameter.name, str(error)) from error


def _refused(name: str, what: str) -> RefusedError:
    shown = name if name.isprintable() and len(name) <= 64 else "a parameter"  # noqa: PLR2004
    return RefusedError(refusals.BAD_PARAMETER, f"{shown} {what}.")


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names)
