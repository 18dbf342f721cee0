"""A call's details of the REST contract, read back into a CallDetail."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields
from datetime import datetime, tzinfo
from typing import Any, TypeAlias, cast

import attrs
import cattrs

from .contract_rows import PARTS, CallDetailRow, CallRecordRow, TransferRow
from .contract_sent import Row
from .details import CallDetail, MissingPart, Transfer
from .events import AgentEvents, CustomerEvents, Event, IvrEvents, QueueEvents
from .fields import Form, on_the_wire
from .records import CallRecord
from .scalars import scalar
from .vocabulary import EventName

_Reads: TypeAlias = Mapping[type, Callable[[Any], Any]]

_OF_DETAIL = {field.name for field in on_the_wire(CallDetail)}
_OF_RECORD = {field.name for field in fields(CallRecordRow)} | {"media_type", "held_time", "satisfaction_index"}
_TOLD = {field.name for field in fields(CallDetailRow)}

_JOINED: Mapping[str, type] = {"off_site": bool, "transfer_caller": str, "transfer_called": str}
_TRANSFER: Mapping[str, type] = {field.name: str for field in fields(TransferRow)} | {
    "time": datetime,
    "completed": bool,
}
_EVENT: Mapping[str, type] = {
    "event": EventName,
    "event_time": datetime,
    "party": str,
    "party_id": str,
    "party_name": str,
    "duration": int,
}
_ENDS: Mapping[str, tuple[type, str, str | None, str]] = {
    "ivr": (IvrEvents, "flow_id", None, "ivr_events"),
    "queue": (QueueEvents, "queue_id", "queue_name", "queue_events"),
    "agent": (AgentEvents, "agent_id", "agent_name", "agent_events"),
    "customer": (CustomerEvents, "customer_id", None, "customer_events"),
}


def read_detail(converter: cattrs.Converter, zone: tzinfo, data: Any) -> CallDetail | None:
    """The details that a row tells; None if there is none.

    Raises:
        TypeError, ValueError: It is not such a row; says where, and never a value.
    """
    if data is None:
        return None
    if not isinstance(data, dict):
        raise TypeError(f"CallDetail: an object was expected, not {type(data).__name__}")
    row = cast("Row", data)
    reads: _Reads = {
        kind: scalar(kind, Form.PLAIN, "contract", zone)[0] for kind in (str, int, bool, datetime, EventName)
    }
    detail = converter.structure(
        {name: value for name, value in row.items() if name in _OF_DETAIL or name not in _TOLD}, CallDetail
    )
    absent = _listed(row, "missing")
    missing = [
        MissingPart(action, "CCCError", f"{part} could not be had.") for action, part in PARTS.items() if part in absent
    ]
    record = None
    if PARTS["ListCallDetailRecordsV2"] not in absent:
        record = converter.structure({name: row[name] for name in _OF_RECORD if name in row}, CallRecord)
    transfers = [Transfer(**told) for told in _objects(reads, row, "transfers", _TRANSFER)]
    joined: dict[str, Any] = {
        "record": record,
        **_values(reads, row, "", _JOINED),
        "transfers": None if row.get("transfers") is None else tuple(transfers),
        "missing": tuple(missing),
    }
    return attrs.evolve(detail, **joined, **_entries(_objects(reads, row, "events", _EVENT)))


def _values(reads: _Reads, told: Any, where: str, kinds: Mapping[str, type]) -> Row:
    """The values of an object, each of its kind; None for what is missing."""
    if not isinstance(told, dict):
        raise TypeError(f"{where}: an object was expected, not {type(told).__name__}")
    row, values = cast("Row", told), dict[str, Any]()
    for name, kind in kinds.items():
        try:
            values[name] = reads[kind](row.get(name))
        except (TypeError, ValueError) as error:
            raise ValueError(f"{where}{'.' if where else ''}{name}: {error}") from error
    return values


def _objects(reads: _Reads, row: Row, name: str, kinds: Mapping[str, type]) -> list[Row]:
    return [_values(reads, one, f"{name}[{place}]", kinds) for place, one in enumerate(_listed(row, name))]


def _listed(row: Row, name: str) -> list[Any]:
    told = row.get(name)
    if told is None:
        return []
    if not isinstance(told, list):
        raise TypeError(f"{name}: a list was expected, not {type(told).__name__}")
    return cast("list[Any]", told)


def _entries(events: list[Row]) -> dict[str, Any]:
    """The four lists of events of one time line: an entry an agent, queue, flow or customer."""
    # In the order in which they appear, so that what happened at one moment stays in the order that was told.
    told: dict[tuple[str, str, str], list[Event]] = {}
    for place, one in enumerate(events):
        if one["party"] not in _ENDS:
            raise ValueError(f"events[{place}].party: none of {', '.join(_ENDS)}")
        told.setdefault(_whose(one), []).append(Event(one["event"], one["event_time"], one["duration"]))
    lists: dict[str, list[Any]] = {end[3]: [] for end in _ENDS.values()}
    for (party, its_id, its_name), happened in told.items():
        kind, id_field, name_field, where = _ENDS[party]
        named = {id_field: its_id or None} | ({name_field: its_name or None} if name_field else {})
        lists[where].append(kind(**named, events=tuple(happened)))
    return {where: tuple(entries) for where, entries in lists.items()}


def _whose(event: Row) -> tuple[str, str, str]:
    return event["party"] or "", event["party_id"] or "", event["party_name"] or ""
