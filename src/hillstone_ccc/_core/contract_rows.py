"""The REST contract's rows: what each holds, described once.

The server writes them, its OpenAPI description shows them, and the client that speaks the contract reads them back;
all three go by these classes. A row has exactly the keys of its class, each with the class's type, whether or not
the upstream told it: missing text is ``""``, a missing duration, number or list is 0 or empty, a missing flag is
false. What may be ``null`` says so.

Times are Unix milliseconds, durations seconds. In ``contact_type``, ``contact_disposition`` and ``release_reason``
every ASCII capital is written as ``_`` and its small letter (``_abandoned_in_queue``); no other value is rewritten.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from functools import cache
from typing import Any, cast

import attrs

from .agents import Agent, SkillLevel
from .contract_sent import Row, SentWriter, sent_writer
from .convert import contract_columns
from .details import CallDetail, Transfer
from .events import CallEvent
from .moments import to_milliseconds
from .records import CallRecord
from .redact import mask_number
from .unread import as_sent

NUMBERS = frozenset({"calling_number", "called_number", "broker", "additional_broker"})
"""Keys of a row that hold a phone number."""

PARTS = {"GetCallDetailRecord": "events", "ListCallDetailRecordsV2": "record"}
"""Action → what of a call's details it tells."""


@dataclass
class CallRecordRow:
    """One call (通话记录).

    Attributes:
        called_number: Callee (被叫).
        ivr_time: Seconds in the IVR.
        contact_type: What kind of call: `_inbound`, `_outbound`, …
        contact_disposition: How it ended: `_success`, `_abandoned_in_queue`, …
        contact_id: The call's id.
        calling_number: Caller (主叫).
        talk_time: Seconds talking.
        release_reason: Why it ended, such as `200 - _okay`.
        recording_ready: Whether there is a recording.
        skill_group_names: Names of the agents' skill groups, between commas.
        satisfaction_survey_offered: Whether the customer was asked.
        established_time: When the call was established; null if it never was.
        queue_time: Seconds in queues.
        skill_group_ids: Ids of the agents' skill groups, between commas.
        broker: Middle number of a back-to-back call.
        release_initiator: Who hung up: `agent` or `customer`.
        instance_id: The call center.
        start_time: When it began.
        ring_time: Seconds ringing at agents.
        call_duration: Seconds in all.
        callee_location: `省份-城市` of the callee's number.
        release_time: When it ended.
        satisfaction_survey_channel: How the customer was asked: `IVR` or `SMS`.
        agent_ids: Ids of the agents, between commas.
        additional_broker: Second middle number of a back-to-back call.
        satisfaction_description: The rating, in the call center's words.
        wait_time: Seconds waiting, queue and ring together; 0 if the customer gave up.
        caller_location: `省份-城市` of the caller's number.
        dialing_time: Seconds dialling.
        agent_names: Names of the agents, between commas.
        recording_duration: Seconds of the recording.
    """

    called_number: str
    ivr_time: int
    contact_type: str
    contact_disposition: str
    contact_id: str
    calling_number: str
    talk_time: int
    release_reason: str
    recording_ready: bool
    skill_group_names: str
    satisfaction_survey_offered: bool
    established_time: int | None
    queue_time: int
    skill_group_ids: str
    broker: str
    release_initiator: str
    instance_id: str
    start_time: int | None
    ring_time: int
    call_duration: int
    callee_location: str
    release_time: int | None
    satisfaction_survey_channel: str
    agent_ids: str
    additional_broker: str
    satisfaction_description: str
    wait_time: int
    caller_location: str
    dialing_time: int
    agent_names: str
    recording_duration: int


@dataclass
class SkillLevelRow:
    """An agent's level in a skill group.

    Attributes:
        skill_level: 1 to 10, smaller is stronger.
        skill_group_name: The group's name.
        skill_group_id: The group's id.
    """

    skill_level: int
    skill_group_name: str
    skill_group_id: str


@dataclass
class AgentRow:
    """One agent (坐席).

    Attributes:
        login_name: Login.
        email: Mail address.
        device_id: Registered soft phone or desk phone.
        primary_account: Whether the RAM identity is the main account.
        skill_level_list: Skill groups and levels.
        ram_id: RAM id; beyond what JavaScript's numbers hold exactly. 0 if there is none.
        display_id: Staff number (工号).
        mobile: The agent's own phone.
        role_id: The role's id.
        extension: Desk extension.
        role_name: `Admin`, `Agent` or `Manager`.
        device_state: State of a SIP phone: `UNREGISTERED`, `OFFLINE` or `ONLINE`.
        user_id: The agent's id.
        display_name: The name shown.
        device_ext: Extension of a SIP phone.
        work_mode: Where the agent works now: `ON_SITE`, `OFF_SITE` or `OFFICE_PHONE`.
    """

    login_name: str
    email: str
    device_id: str
    primary_account: bool
    skill_level_list: list[SkillLevelRow]
    ram_id: int
    display_id: str
    mobile: str
    role_id: str
    extension: str
    role_name: str
    device_state: str
    user_id: str
    display_name: str
    device_ext: str
    work_mode: str


@dataclass
class RecordingRow:
    """Where a call's recording is.

    Attributes:
        file_url: Signed link; whoever has it can listen.
        file_name: Name to save it under.
    """

    file_url: str
    file_name: str


@dataclass
class TransferRow:
    """One handing over of the call by an agent (转接), read from the call's events.

    Attributes:
        time: When the agent began it.
        kind: `blind` or `consulted`; empty if that is not told.
        from_agent_id: Who handed over.
        from_agent_name: That agent's name.
        to_kind: What took the call: `agent`, `skill_group`, `ivr` or `outside`; empty if that is not told.
        to_agent_id: The agent who took it.
        to_agent_name: That agent's name.
        to_skill_group_id: The group whose queue it entered.
        to_skill_group_name: That group's name.
        to_number: The outside number.
        completed: Whether the target took it; null if that is not told.
    """

    time: int | None
    kind: str
    from_agent_id: str
    from_agent_name: str
    to_kind: str
    to_agent_id: str
    to_agent_name: str
    to_skill_group_id: str
    to_skill_group_name: str
    to_number: str
    completed: bool | None


@dataclass
class EventRow:
    """Something that happened in a call.

    Attributes:
        event: What: `Ringing`, `Established`, …
        event_time: When.
        party: At whose end: `ivr`, `queue`, `agent` or `customer`.
        party_id: The flow's, queue's or agent's id, or the customer's number.
        party_name: The queue's or agent's name.
        duration: Seconds, of agents' events; null if that is not told.
    """

    event: str
    event_time: int | None
    party: str
    party_id: str
    party_name: str
    duration: int | None


@dataclass
class CallDetailRow(CallRecordRow):
    """One call with what happened in it: the row, and what the list does not tell.

    Attributes:
        media_type: Kind of contact: `AUDIO`, `VIDEO` or `CHAT`.
        held_time: Seconds on hold.
        satisfaction_index: The key the customer pressed; null if none.
        off_site: Whether an agent worked off site (是否场外); null if that is not told.
        transfer_caller: The transferring number (转接主叫).
        transfer_called: The number transferred to (转接被叫).
        transfers: The agents' transfers, earliest first; null if it is not told whether there were any.
        events: What happened, earliest first.
        missing: What could not be had from the upstream: `events`, `record`; empty if nothing.
    """

    media_type: str
    held_time: int
    satisfaction_index: int | None
    off_site: bool | None
    transfer_caller: str
    transfer_called: str
    transfers: list[TransferRow] | None
    events: list[EventRow]
    missing: list[str]


_ABSENT = {"str": "", "int": 0, "bool": False}
"""What stands for a value that is missing, by the key's type; a list's writer gives an empty list itself."""


def record_row(record: CallRecord) -> Row:
    """A call as the contract's list shows it."""
    return record_rows([record])[0]


def record_rows(records: Sequence[CallRecord]) -> list[Row]:
    """Calls as the contract's list shows them: a page of them takes less time than one by one."""
    sent = [as_sent(record) for record in records]
    if not all(row is not None for row in sent):  # some were made by hand
        return [_writer(CallRecordRow, CallRecord)(record) for record in records]
    return _sent_writer()(records, sent)


def agent_row(agent: Agent) -> Row:
    """An agent as the contract's list shows one."""
    return _writer(AgentRow, Agent)(agent)


def detail_row(detail: CallDetail) -> Row:
    """A call's details; what both of the upstream's answers tell is the row's, as in the list."""
    row = _writer(CallDetailRow, CallDetail)(detail)
    if detail.record is not None:
        row.update(_writer(_Listed, CallRecord)(detail.record))
    if row["satisfaction_index"] is None:
        row["satisfaction_index"] = detail.satisfaction_index
    transfers = None if detail.transfers is None else [_transfer_row(one) for one in detail.transfers]
    return row | {
        "off_site": detail.off_site,
        "transfer_caller": detail.transfer_caller or "",
        "transfer_called": detail.transfer_called or "",
        "transfers": transfers,
        "events": [_event_row(one) for one in detail.events],
        "missing": [PARTS[one.action] for one in detail.missing],
    }


def masked(row: Row) -> Row:
    """The row, its phone numbers as ``138****0000``."""
    hidden: Row = {key: mask_number(row[key]) for key in (*NUMBERS, *_NUMBERS_BESIDE) if key in row}
    if "events" in row:
        hidden["events"] = [
            event | {"party_id": mask_number(event["party_id"])} if event["party"] == "customer" else event
            for event in row["events"]
        ]
    if row.get("transfers"):
        hidden["transfers"] = [one | {"to_number": mask_number(one["to_number"])} for one in row["transfers"]]
    return row | hidden


_NUMBERS_BESIDE = ("mobile", "transfer_caller", "transfer_called")


@dataclass
class _Listed(CallRecordRow):
    """What of a call's details the upstream's list tells."""

    media_type: str
    held_time: int
    satisfaction_index: int | None


def _transfer_row(transfer: Transfer) -> Row:
    return _filled(TransferRow, attrs.asdict(transfer, filter=attrs.filters.exclude("evidence"), recurse=False))


def _event_row(event: CallEvent) -> Row:
    told = attrs.asdict(event, recurse=False)
    return _filled(EventRow, told | {"event": told["name"], "event_time": told["time"]})


def _filled(kind: type, told: Row) -> Row:
    return {name: _plain(told[name], absent) for name, absent in _keys(kind)}


def _plain(value: Any, absent: Any) -> Any:
    if value is None:
        return absent
    if isinstance(value, datetime):
        return to_milliseconds(value)
    return str(value) if isinstance(value, str) else value


@cache
def _keys(kind: type) -> list[tuple[str, Any]]:
    return [(field.name, _ABSENT.get(cast("str", field.type))) for field in fields(kind)]


@cache
def _sent_writer() -> SentWriter:
    return sent_writer(CallRecord, _keys(CallRecordRow), contract_columns(CallRecord))


@cache
def _writer(kind: type, model: type) -> Callable[[Any], Row]:
    """Writes a model as a row of that kind: one pass over the row's keys."""
    columns = contract_columns(model)
    table = [(name, *_value(columns, name), absent) for name, absent in _keys(kind)]

    def write(record: Any) -> Row:
        row: Row = {}
        for name, take, form, absent in table:
            value = form(take(record))
            row[name] = absent if value is None else value
        return row

    return write


def _value(columns: dict[str, tuple[str, Any]], name: str) -> tuple[Callable[[Any], Any], Any]:
    """How a key's value is taken from a record, and how it is written."""
    if name not in columns:
        return _nothing, _as_it_is
    attribute, form = columns[name]
    if attribute == "skill_levels":
        return lambda agent: agent.skill_levels, _skill_levels
    return (lambda record: getattr(record, attribute)), form


def _nothing(_: Any) -> None:
    return None


def _as_it_is(value: Any) -> Any:
    return value


def _skill_levels(levels: Iterable[SkillLevel]) -> list[Row]:
    return [_writer(SkillLevelRow, SkillLevel)(level) for level in levels]
