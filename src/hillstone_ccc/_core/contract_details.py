"""A call's details of the REST contract, read back into a CallDetail."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields
from datetime import datetime, tzinfo
from itertools import groupby
from typing import Any, cast

import attrs
import cattrs

from .contract_rows import PARTS, CallDetailRow, CallRecordRow, Row, TransferRow
from .details import CallDetail, MissingPart, Transfer
from .events import AgentEvents, CustomerEvents, Event, IvrEvents, QueueEvents
from .fields import on_the_wire
from .moments import from_milliseconds
from .records import CallRecord
from .vocabulary import EventName

_OF_DETAIL = {field.name for field in on_the_wire(CallDetail)}
_OF_RECORD = {field.name for field in fields(CallRecordRow)} | {"media_type", "held_time", "satisfaction_index"}
_TOLD = {field.name for field in fields(CallDetailRow)}
_OF_TRANSFER = [field.name for field in fields(TransferRow)]

_ENDS: dict[str, tuple[type, str, str | None, str]] = {
    "ivr": (IvrEvents, "flow_id", None, "ivr_events"),
    "queue": (QueueEvents, "queue_id", "queue_name", "queue_events"),
    "agent": (AgentEvents, "agent_id", "agent_name", "agent_events"),
    "customer": (CustomerEvents, "customer_id", None, "customer_events"),
}


def read_detail(converter: cattrs.Converter, zone: tzinfo, data: Any) -> CallDetail | None:
    """The details that a row tells; None if there is none.

    Raises:
        TypeError, ValueError: It is not such a row.
    """
    if data is None:
        return None
    if not isinstance(data, dict):
        raise TypeError(f"an object was expected, not {type(data).__name__}")
    row = cast("Row", data)
    detail = converter.structure(
        {name: value for name, value in row.items() if name in _OF_DETAIL or name not in _TOLD}, CallDetail
    )
    missing = [
        MissingPart(action, "CCCError", f"{part} could not be had.")
        for action, part in PARTS.items()
        if part in row.get("missing", ())
    ]
    record = None
    if PARTS["ListCallDetailRecordsV2"] not in row.get("missing", ()):
        record = converter.structure({name: row[name] for name in _OF_RECORD if name in row}, CallRecord)
    transfers = row.get("transfers")
    joined: dict[str, Any] = {
        "record": record,
        "off_site": row.get("off_site"),
        "transfer_caller": row.get("transfer_caller") or None,
        "transfer_called": row.get("transfer_called") or None,
        "transfers": None if transfers is None else tuple(_transfer(one, zone) for one in transfers),
        "missing": tuple(missing),
    }
    return attrs.evolve(detail, **joined, **_entries(row.get("events") or (), zone))


def _transfer(row: Row, zone: tzinfo) -> Transfer:
    told: dict[str, Any] = {name: None if row[name] == "" else row[name] for name in _OF_TRANSFER}
    told["time"] = _time(row["time"], zone)
    return Transfer(**told)


def _time(milliseconds: Any, zone: tzinfo) -> datetime | None:
    return None if milliseconds is None else from_milliseconds(milliseconds, zone)


def _entries(events: Iterable[Row], zone: tzinfo) -> dict[str, Any]:
    """The four lists of events of one time line: an entry an agent, queue, flow or customer."""
    lists: dict[str, list[Any]] = {end[3]: [] for end in _ENDS.values()}
    ordered = sorted(events, key=_whose)
    for (party, its_id, its_name), told in groupby(ordered, key=_whose):
        kind, id_field, name_field, where = _ENDS[party]
        named = {id_field: its_id or None} | ({name_field: its_name or None} if name_field else {})
        happened = tuple(
            Event(EventName(one["event"]) if one["event"] else None, _time(one["event_time"], zone), one["duration"])
            for one in told
        )
        lists[where].append(kind(**named, events=happened))
    return {where: tuple(entries) for where, entries in lists.items()}


def _whose(event: Row) -> tuple[str, str, str]:
    return event["party"], event["party_id"], event["party_name"]
