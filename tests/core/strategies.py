"""Values of every model, as far as both wires can carry them; each limit says what the wire cannot tell apart."""

import re
from datetime import datetime, timedelta, timezone, tzinfo
from typing import Any, get_args, get_origin
from zoneinfo import ZoneInfo

import attrs
from hypothesis import strategies as st

from hillstone_ccc._core.convert import MODELS
from hillstone_ccc._core.fields import WIRE, Form, Wire, on_the_wire
from hillstone_ccc._core.vocabulary import (
    ContactType,
    Disposition,
    EarlyMediaState,
    MediaType,
    OpenEnum,
    QueueType,
    SatisfactionChannel,
)

zones: st.SearchStrategy[tzinfo] = st.sampled_from(
    [
        timezone.utc,
        timezone(timedelta(hours=8)),
        timezone(timedelta(hours=-3, minutes=-30)),
        ZoneInfo("Asia/Shanghai"),
        ZoneInfo("Europe/Berlin"),
        ZoneInfo("America/New_York"),
        ZoneInfo("Australia/Lord_Howe"),
    ]
)
"""Fixed ones, one with half hours, ones with daylight saving."""

characters = st.characters(codec="utf-8")
"""JSON cannot carry a lone surrogate."""

texts = st.text(characters, min_size=1, max_size=12)
"""Text but the empty one, which reads as nothing."""

trimmed = texts.map(str.strip).filter(bool)
"""Text without blanks around it, where those mean nothing."""

unambiguous = trimmed.filter(lambda text: re.search("_[a-z]", text) is None)
"""Text without ``_a``, which the contract's rule for three fields cannot tell from ``A``."""

listed_texts = st.text(st.characters(codec="utf-8", exclude_characters=","), min_size=1, max_size=8)
"""An entry of a comma list."""

wholes = st.integers(-(2**63), 2**63 - 1)
"""Every JSON integer, so also ids of 18 digits, which no float holds."""

digits = st.text("0123456789", min_size=1, max_size=12)
"""Phone numbers, and parts of them."""

patterns = st.from_regex(r"\+?[0-9*#]{0,4}[0-9*][0-9*#]{0,8}", fullmatch=True)
"""Every text that a query takes as a number."""

_FIRST, _LAST = -62_135_510_400_000, 253_402_214_400_000  # a day inside the years 1 to 9999, for any zone
json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(characters, max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(characters, max_size=8), inner, max_size=3),
    max_leaves=5,
)


def moments(zone: tzinfo) -> st.SearchStrategy[datetime]:
    """Times in the zone, on whole milliseconds (the wire has no finer ones) but for 0, which reads as nothing."""
    epoch = datetime(1970, 1, 1, tzinfo=zone)
    return (
        st.integers(_FIRST, _LAST).filter(bool).map(lambda number: zone.fromutc(epoch + timedelta(milliseconds=number)))
    )


def of(model: type, zone: tzinfo) -> st.SearchStrategy[Any]:
    """Instances of a model, with nothing, everything or anything in between in their fields."""
    fields = on_the_wire(model)
    values = {field.name: _values(field, zone) for field in fields}
    values["extra"] = st.dictionaries(texts.filter(lambda name: name not in _names(fields)), json_values, max_size=2)
    rows: st.SearchStrategy[Any] = st.fixed_dictionaries(values).map(_bearers).map(lambda told: model(**told))
    return rows


def criteria() -> st.SearchStrategy[dict[str, Any]]:
    """Arguments of a query but for the range: any filters together that a query takes."""
    several = st.lists(trimmed, min_size=1, max_size=3)
    ratings = st.from_regex(r"-?[0-9]{1,3}|[<>][0-9]{1,3}", fullmatch=True)
    filters: dict[str, st.SearchStrategy[Any]] = {
        "agent_names": several,
        "agent_ids": several,
        "calling_number": patterns,
        "called_number": patterns,
        "number": patterns,
        "contact_ids": several,
        "contact_types": st.lists(st.sampled_from(ContactType), min_size=1, max_size=3),
        "dispositions": st.lists(st.sampled_from(list(Disposition)[:13]), min_size=1, max_size=3),
        "early_media_states": st.lists(st.sampled_from(EarlyMediaState), min_size=1, max_size=3),
        "skill_group_ids": several,
        "skill_group_names": several,
        "satisfactions": st.lists(ratings, min_size=1, max_size=3),
        "satisfaction_descriptions": several,
        "satisfaction_survey_channel": st.sampled_from(SatisfactionChannel),
        "media_type": st.sampled_from(MediaType),
        "order": st.sampled_from(["asc", "desc"]),
    }
    return st.fixed_dictionaries({}, optional=filters).filter(_can_be_meant)


def any_model() -> st.SearchStrategy[tuple[type, Any, tzinfo]]:
    """A model, an instance of it, and the zone that its times are in."""
    return st.tuples(st.sampled_from(MODELS), zones).flatmap(
        lambda told: st.tuples(st.just(told[0]), of(told[0], told[1]), st.just(told[1]))
    )


def _can_be_meant(criteria: dict[str, Any]) -> bool:
    """A part of neither of two whole numbers cannot."""
    sides = [criteria.get(side, "*") for side in ("calling_number", "called_number")]
    return "number" not in criteria or "*" in "".join(sides)


def _values(field: Any, zone: tzinfo) -> st.SearchStrategy[Any]:
    form = field.metadata.get(WIRE, Wire()).form
    annotation = field.type
    if get_origin(annotation) is list:
        return st.lists(st.text(characters, max_size=8), max_size=3)
    if get_origin(annotation) is tuple:
        kind = get_args(annotation)[0]
        items = of(kind, zone) if attrs.has(kind) else listed_texts
        return st.lists(items, max_size=3).map(tuple)
    if annotation is str:
        return texts
    kind = next(one for one in get_args(annotation) if one is not type(None))
    return st.none() | (of(kind, zone) if attrs.has(kind) else _scalars(kind, form, zone))


def _scalars(kind: type, form: Form, zone: tzinfo) -> st.SearchStrategy[Any]:
    if issubclass(kind, OpenEnum):
        unlisted = (unambiguous if form is Form.CAPITALS else trimmed).map(kind)
        return st.sampled_from(list(kind)) | (unlisted.filter(_is_no_number) if kind is QueueType else unlisted)
    if kind is datetime:
        return moments(zone)
    if kind is bool:
        return st.booleans()
    if kind is int:
        seconds = st.integers(-(2**53), 2**53)  # their milliseconds must be a JSON integer
        return {Form.POSITIVE: wholes.filter(bool), Form.MILLISECONDS: seconds}.get(form, wholes)
    return {Form.TRIMMED: trimmed, Form.CAPITALS: unambiguous}.get(form, texts)


def _is_no_number(word: str) -> bool:
    return not word.isdigit() or word in ("1", "2")


def _bearers(told: dict[str, Any]) -> dict[str, Any]:
    """One bearer may have commas in the name; of several, nobody could tell whose they are."""
    for names, ids in (("agent_names", "agent_ids"), ("skill_group_names", "skill_group_ids")):
        if names in told and len(told[ids]) == 1:
            told = {**told, names: (",".join(told[names]),) if told[names] else ()}
    return told


def _names(fields: list[Any]) -> set[str]:
    """The names that a model's fields have on either wire, which are not unknown ones."""
    told: set[str] = set()
    for field in fields:
        wire: Wire = field.metadata.get(WIRE, Wire())
        pascal = "".join(word.capitalize() for word in field.name.split("_"))
        told |= {wire.upstream or pascal, wire.contract or field.name}
    return told
