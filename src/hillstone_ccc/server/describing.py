"""What the OpenAPI description tells of the contract, made of its own tables."""

from __future__ import annotations

import inspect
import re
from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from typing import Any, get_args, get_origin, get_type_hints

from hillstone_ccc.contract import (
    CALL,
    CALL_RECORD,
    PARAMETERS,
    AgentRow,
    CallDetailRow,
    CallRecordRow,
    Parameter,
    RecordingRow,
    refusals,
)


@dataclass
class CallRecordPage:
    """A page of calls.

    Attributes:
        page: Its number.
        size: Rows a page may hold.
        total: Rows of the whole search, the same on every page.
        list: The rows.
    """

    page: int
    size: int
    total: int
    list: list[CallRecordRow]


@dataclass
class AgentPage:
    """A page of agents.

    Attributes:
        page: Its number.
        size: Rows a page may hold.
        total: Rows of the whole search, the same on every page.
        list: The rows.
    """

    page: int
    size: int
    total: int
    list: list[AgentRow]


@dataclass
class CallRecordsAnswer:
    """The envelope of a page of calls.

    Attributes:
        code: 0.
        message: Empty, or who was named and is not there.
        data: The page.
    """

    code: int
    message: str
    data: CallRecordPage


@dataclass
class AgentsAnswer:
    """The envelope of a page of agents.

    Attributes:
        code: 0.
        message: Empty.
        data: The page.
    """

    code: int
    message: str
    data: AgentPage


@dataclass
class RecordingAnswer:
    """The envelope of a recording's link.

    Attributes:
        code: 0.
        message: Empty.
        data: The link.
    """

    code: int
    message: str
    data: RecordingRow


@dataclass
class CallDetailAnswer:
    """The envelope of a call's details.

    Attributes:
        code: 0.
        message: Empty.
        data: The details.
    """

    code: int
    message: str
    data: CallDetailRow


@dataclass
class RefusalAnswer:
    """The envelope of an answer that says no.

    Attributes:
        code: What is the matter: the HTTP status and two digits more.
        message: The same in words.
        data: null.
    """

    code: int
    message: str
    data: None


_ATTRIBUTE = re.compile(r"^ {4}(\w+): (.+?)(?=^ {4}\w+: |\Z)", re.MULTILINE | re.DOTALL)


def operation(path: str) -> dict[str, Any]:
    """The parameters of a path, for its place in the description."""
    parameters = [_parameter(one, "query") for one in PARAMETERS[path]]
    if path == CALL_RECORD:
        parameters.append(_parameter(CALL, "path"))
    return {"parameters": parameters}


def answers(kind: type, *statuses: int) -> dict[int | str, dict[str, Any]]:
    """What a path may answer: the rows, or one of the refusals of these statuses.

    A refusal of 500 and above is possible everywhere.
    """
    possible = {*statuses, 400, 401, 403, 405, 429, 500, 501, 502, 503, 504}
    told: dict[int | str, dict[str, Any]] = {
        200: {"description": "What was asked for.", "content": {"application/json": {"schema": schema(kind)}}}
    }
    for status in sorted(possible):
        meant = [one for one in refusals.REFUSALS.values() if one.status == status]
        told[status] = {
            "description": "\n".join(f"- {one.code}: {one.meaning}" for one in meant),
            "content": {"application/json": {"schema": _refusal_schema([one.code for one in meant])}},
        }
    return told


def schema(kind: Any) -> dict[str, Any]:
    """A row's type as JSON Schema: exactly its keys, all of them, each with what is told of it."""
    if is_dataclass(kind):
        about = _told(kind)
        types = get_type_hints(kind)
        return {
            "type": "object",
            "title": getattr(kind, "__name__", ""),
            "properties": {
                one.name: _described(schema(types[one.name]), about.get(one.name, "")) for one in fields(kind)
            },
            "required": [one.name for one in fields(kind)],
            "additionalProperties": False,
        }
    choices = get_args(kind)
    if choices and get_origin(kind) is not list:
        return {"anyOf": [schema(one) for one in choices]}
    if choices:
        return {"type": "array", "items": schema(choices[0])}
    return {"type": _JSON[kind]}


_JSON: Mapping[Any, str] = {str: "string", int: "integer", bool: "boolean", type(None): "null"}


def _refusal_schema(codes: list[int]) -> dict[str, Any]:
    told = schema(RefusalAnswer)
    told["properties"]["code"]["enum"] = codes
    told["properties"]["message"]["minLength"] = 1
    return told


def _described(told: dict[str, Any], about: str) -> dict[str, Any]:
    return told | {"description": about} if about else told


def _told(kind: Any) -> dict[str, str]:
    """What a class says of its attributes, its parents' included."""
    told: dict[str, str] = {}
    for one in reversed(kind.__mro__):
        said = inspect.cleandoc(one.__doc__ or "").partition("Attributes:\n")[2]
        told.update({found[1]: " ".join(found[2].split()) for found in _ATTRIBUTE.finditer(said)})
    return told


def _parameter(parameter: Parameter, where: str) -> dict[str, Any]:
    told: dict[str, Any] = {
        "name": parameter.name,
        "in": where,
        "required": parameter.required,
        "description": parameter.told,
        "schema": dict(parameter.schema),
    }
    if parameter.default is not None:
        told["schema"]["default"] = parameter.default
    if parameter.schema["type"] == "array":
        told |= {"style": "form", "explode": False}
    return told
