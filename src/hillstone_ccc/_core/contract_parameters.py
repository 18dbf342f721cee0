"""The REST contract's parameters: each with how it is read, written and described, once.

The server reads them and describes them in its OpenAPI description, the client that speaks the contract writes
them. The first ones of each path are the contract's own, which every server of it understands; the others are
additions, of which a server says that it knows them by refusing those that it does not know
(:data:`KNOWN_ONLY`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import attrs

from .page import LARGEST_PAGE
from .query import LATEST
from .query_fields import RATING, RETIRED
from .vocabulary import ContactType, Disposition, EarlyMediaState, MediaType, OpenEnum, SatisfactionChannel

ROOT = "/api/support/aliyun_ccc"
CALL_RECORDS = f"{ROOT}/call_record"
RECORDING = f"{ROOT}/call_record/mono_recording"
CALL_RECORD = f"{ROOT}/call_record/{{contact_id}}"
AGENTS = f"{ROOT}/agent"

KNOWN_ONLY = ("x-unknown-parameters", "refused")
"""Header of an answer whose server refuses parameters that it does not know, so that no filter can be ignored."""

_LARGEST = 2**53 - 1
_DIGITS = re.compile(r"[0-9]{1,16}", re.ASCII)
_COMMAS = re.compile("[,，]")
_NUMBER = r"^$|^\+?[0-9*#]*[0-9*][0-9*#]*$"
_A_NAME = r"^$|[^,，\s]"
_AN_ITEM = r"^[^,]*[^,\s][^,]*$"
_A_RATING = f"^({RATING})$"


class UnreadableError(ValueError):
    """A parameter's text is not what it takes; says what that is."""


@attrs.frozen
class Parameter:
    """One parameter of a path.

    Attributes:
        name: Its name on the wire.
        argument: What it carries: an argument of CallRecordQuery, a page's number or size, an id.
        read: Its value of its text; None if that means "not given".
        write: Its text of its value; None if it is not to be sent.
        schema: Its type, as JSON Schema.
        told: What it is, in words.
        first: Whether the contract had it from the first.
        required: Whether it must be given.
        default: What it is if it is not given.
    """

    name: str
    argument: str
    read: Callable[[str], Any]
    write: Callable[[Any], str | None]
    schema: Mapping[str, Any]
    told: str
    first: bool = False
    required: bool = False
    default: Any = None


def _whole(least: int, most: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        value = int(text) if _DIGITS.fullmatch(text) else -1
        if not least <= value <= most:
            bounds = f"{least} or more" if most == _LARGEST else f"{least} to {most}"
            raise UnreadableError(f"must be a whole number, {bounds}")
        return value

    return read


def _text(text: str) -> str | None:
    return text or None


def _some_text(text: str) -> str:
    if not text.strip():
        raise UnreadableError("must not be empty")
    return text


def _list(text: str) -> list[str] | None:
    if not text:
        return None
    parts = text.split(",")
    if not all(part.strip() for part in parts):
        raise UnreadableError("must be one or several values between commas, none of them empty")
    return parts


def _names(text: str) -> list[str] | None:
    if not text:
        return None
    names = [part.strip() for part in _COMMAS.split(text) if part.strip()]
    if not names:
        raise UnreadableError("holds no name: leave it out, or empty, for all agents")
    return names


def _one_of(words: Iterable[str]) -> Callable[[str], str | None]:
    known = list(words)

    def read(text: str) -> str | None:
        if text and text not in known:
            raise UnreadableError(f"must be one of {', '.join(known)}")
        return text or None

    return read


def _joined(values: Iterable[Any]) -> str:
    return _with_commas(values, ",")


def _names_joined(values: Iterable[Any]) -> str:
    return _with_commas(values, ",，")


def _with_commas(values: Iterable[Any], between: str) -> str:
    texts = [str(value) for value in values]
    if any(comma in text for comma in between for text in texts):
        raise UnreadableError("cannot be sent: one of its values holds a comma, which stands between them here")
    return ",".join(texts)


def _several(name: str, told: str, item: Mapping[str, Any] | None = None) -> Parameter:
    schema = {"type": "array", "items": item or {"type": "string", "pattern": _AN_ITEM}}
    return Parameter(name, name, _list, _joined, schema, told)


def _words(name: str, kind: type[OpenEnum], told: str) -> Parameter:
    words = [member.value for member in kind if member not in RETIRED]
    return _several(
        name, f"{told} Also in the contract's own spelling (`_inbound`).", {"type": "string", "enum": words}
    )


def _phone(name: str, told: str, *, first: bool = False) -> Parameter:
    return Parameter(name, name, _text, str, {"type": "string", "pattern": _NUMBER}, told, first=first)


def _time(name: str, argument: str, told: str) -> Parameter:
    schema = {"type": "integer", "minimum": 0, "maximum": LATEST}
    return Parameter(name, argument, _whole(0, LATEST), str, schema, told, first=True)


_PAGE = (
    Parameter(
        "page",
        "page",
        _whole(1, _LARGEST),
        str,
        {"type": "integer", "minimum": 1, "maximum": _LARGEST},
        "Number of the page.",
        first=True,
        default=1,
    ),
    Parameter(
        "size",
        "size",
        _whole(1, LARGEST_PAGE),
        str,
        {"type": "integer", "minimum": 1, "maximum": LARGEST_PAGE},
        "Rows a page.",
        first=True,
        default=LARGEST_PAGE,
    ),
)
CALL = Parameter(
    "contact_id",
    "contact_id",
    _some_text,
    str,
    {"type": "string", "pattern": r"\S"},
    "The call's id.",
    first=True,
    required=True,
)
"""The id of a call, which is a parameter of one path and a part of another."""


_OF_CALL_RECORDS: tuple[Parameter, ...] = (
    *_PAGE,
    Parameter(
        "agent_names",
        "agent_names",
        _names,
        _names_joined,
        {"type": "string", "pattern": _A_NAME},
        "One agent's display name, or several between commas (`,` or `，`); empty for all.",
        first=True,
    ),
    _phone("calling_number", "The caller's whole number; `*` is one unknown digit.", first=True),
    _phone("called_number", "The callee's whole number; `*` is one unknown digit.", first=True),
    _time("start_time", "start", "First moment that belongs. Without it: today from 00:00 in Asia/Shanghai."),
    _time(
        "end_time", "end", "First moment that no longer belongs; now, if left out. Not without a start, nor before it."
    ),
    _phone("number", "Part of either number; `*` is one unknown digit. Of one of them, where both are told whole."),
    _several("agent_ids", "Ids of agents; with names too, agents of whom both are told."),
    _several("contact_ids", "Ids of calls; of any time, unless a start is given."),
    _words("contact_types", ContactType, "Kinds of call."),
    _words("dispositions", Disposition, "How the calls ended."),
    _words("early_media_states", EarlyMediaState, "Why outbound calls failed."),
    _several("skill_group_ids", "Ids of skill groups."),
    _several("skill_group_names", "Names of skill groups; with ids too, groups of which both are told."),
    _several(
        "satisfactions",
        "Keys pressed: `-2` survey not sent, `-1` not rated, positive a rating, `>2`, `<3`.",
        {"type": "string", "pattern": _A_RATING},
    ),
    _several("satisfaction_descriptions", "Ratings in the call center's words."),
    Parameter(
        "satisfaction_survey_channel",
        "satisfaction_survey_channel",
        _one_of(member.value for member in SatisfactionChannel),
        str,
        {"type": "string", "enum": ["", *(member.value for member in SatisfactionChannel)]},
        "How the customers were asked.",
    ),
    Parameter(
        "media_type",
        "media_type",
        _one_of(member.value for member in MediaType),
        str,
        {"type": "string", "enum": ["", *(member.value for member in MediaType)]},
        "Voice, video or chat; all if left out.",
    ),
    Parameter(
        "order",
        "order",
        _one_of(("desc", "asc")),
        lambda value: None if str(value).lower() == "desc" else str(value).lower(),
        {"type": "string", "enum": ["", "desc", "asc"]},
        "Newest first, or oldest first.",
        default="desc",
    ),
)
_OF_AGENTS: tuple[Parameter, ...] = (
    *_PAGE,
    Parameter(
        "name_pattern",
        "name_pattern",
        _text,
        str,
        {"type": "string"},
        "Part of a login or display name; empty for all.",
        first=True,
    ),
    Parameter("skill_group_id", "skill_group_id", _text, str, {"type": "string"}, "Only members of this group."),
)

PARAMETERS: Mapping[str, tuple[Parameter, ...]] = {
    CALL_RECORDS: _OF_CALL_RECORDS,
    AGENTS: _OF_AGENTS,
    RECORDING: (CALL,),
    CALL_RECORD: (),
}
"""Path → its parameters of the query."""
