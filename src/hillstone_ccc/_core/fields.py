"""How a model's field is declared: its type, its unit's form on the wire, its name where that is irregular.

A field's wire name is its own name in PascalCase upstream (``talk_time`` → ``TalkTime``) and its own name on the
REST contract, unless it says otherwise. The form says what the type alone does not: that a text is a comma list
of names, or that a duration comes in milliseconds.
"""

from __future__ import annotations

from enum import Enum
from typing import Any, cast

import attrs

from .redact import for_people, mask_number

WIRE = "hillstone_ccc.wire"
_JOINED = "hillstone_ccc.joined"


class Form(Enum):
    """What a value looks like on the wire, where its Python type does not tell."""

    PLAIN = "plain"
    TRIMMED = "text with blanks around it that mean nothing"
    NAMES = "comma list of names that may themselves hold commas"
    CAPITALS = "text whose capitals the REST contract writes as _ and the small letter"
    POSITIVE = "a number for which 0 means nothing there"
    DIGITS = "a whole number that comes as text"
    LOOSE_FLAG = "a flag that may hold any text instead"
    MILLISECONDS = "a duration that is milliseconds on the wire and seconds here"


@attrs.frozen
class Wire:
    """A field's names and form on the wire; a name of None is the regular one."""

    upstream: str | None = None
    contract: str | None = None
    form: Form = Form.PLAIN


def wire(
    upstream: str | None = None,
    *,
    contract: str | None = None,
    form: Form = Form.PLAIN,
    default: Any = None,
    repr: Any = True,  # noqa: A002 - attrs' own word
) -> Any:
    """An attrs field with its wire names and form; ``repr=number`` masks a phone number."""
    return attrs.field(default=default, repr=repr, metadata={WIRE: Wire(upstream, contract, form)})


def extra() -> Any:
    """The field that keeps what the upstream sent and this version does not know; equal, but not hashed."""
    return attrs.field(factory=dict[str, Any], repr=False, hash=False)


def joined(*, default: Any = None, repr: Any = True) -> Any:  # noqa: A002 - attrs' own word
    """A field that no wire carries: what the library puts there from another answer."""
    return attrs.field(default=default, repr=repr, kw_only=True, metadata={_JOINED: True})


def on_the_wire(model: Any) -> list[attrs.Attribute[Any]]:
    """The fields of a model that a wire carries under names of their own."""
    return [field for field in attrs.fields(model) if field.name != "extra" and _JOINED not in field.metadata]


def number(value: Any) -> str:
    """The repr of a phone number, or of several: masked."""
    if isinstance(value, tuple):
        return repr(tuple(mask_number(one) for one in cast("tuple[str, ...]", value)))
    return repr(mask_number(value))


def free_text(value: Any) -> str:
    """The repr of text that people wrote or said, or of several: phone numbers in it masked."""
    if isinstance(value, list):
        return repr([for_people(one) for one in cast("list[str]", value)])
    return repr(for_people(value))


def shown(self: Any) -> str:
    """A model's repr: only what is there, numbers masked, times readable."""
    told: list[str] = []
    for field in attrs.fields(cast("type[Any]", type(self))):
        value = getattr(self, field.name)
        how: Any = field.repr
        if how is False or value is None or value == ():
            continue
        text = (repr if how is True else how)(value)
        if text:
            told.append(f"{field.name}={text}")
    return f"{type(self).__name__}({', '.join(told)})"


def displayed(self: Any) -> str:
    """A model as a notebook shows it, numbers masked."""
    from .displays import html_of  # noqa: PLC0415 - for notebooks

    return html_of(self)
