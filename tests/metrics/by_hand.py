"""Calls that were made up, and small enough to be counted by hand; also as frames of three kinds."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from hillstone_ccc import CallRecord, ContactType, Disposition
from hillstone_ccc._frames import Batches, to_pandas, to_polars

SHANGHAI = ZoneInfo("Asia/Shanghai")
NAMES = {"a@demo": "甲", "b@demo": "乙", "c@demo": "丙", "g1@demo": "一组", "g2@demo": "二组"}
A, B, C = "a@demo", "b@demo", "c@demo"
G1, G2 = "g1@demo", "g2@demo"
HOT_LINE = "02100000001"

# Number, day and time in March 2026 (the 2nd is a Monday), customer, type, disposition: seconds in IVR, queue and
# ringing, WaitTime as the upstream tells it, seconds of talk and on hold, transfers, survey offered, key, agents,
# skill groups.
_TABLE: list[tuple[Any, ...]] = [
    (1, "2 09:05", "01", "Inbound", "Success", 10, 5, 3, 8, 100, 0, 0, True, 5, (A,), (G1,)),
    (2, "2 09:10", "02", "Inbound", "Success", 12, 18, 2, 20, 60, 10, 0, True, None, (B,), (G1,)),
    (3, "2 09:20", "03", "Inbound", "Success", 8, 20, 1, 21, 40, 0, 1, True, 1, (A, B), (G1,)),
    (4, "2 09:30", "02", "Inbound", "AbandonedInQueue", 9, 15, 0, 0, 0, 0, 0, False, None, (), (G1,)),
    (5, "2 09:40", "05", "Inbound", "AbandonedInQueue", 9, 45, 0, 0, 0, 0, 0, False, None, (), (G1,)),
    (6, "2 09:50", "06", "Inbound", "AbandonedInRing", 9, 10, 14, 0, 0, 0, 0, False, None, (A,), (G1,)),
    (7, "2 10:00", "07", "Inbound", "AbandonedInIVR", 4, 0, 0, 0, 0, 0, 0, False, None, (), ()),
    (8, "2 10:05", "08", "Inbound", "AbandonedInVoiceNavigator", 30, 0, 0, 0, 0, 0, 0, False, None, (), ()),
    (9, "2 10:10", "09", "Inbound", "AbandonedInContactFlow", 6, 0, 0, 0, 0, 0, 0, False, None, (), ()),
    (10, "2 10:15", "10", "Inbound", "AbandonedRing", 9, 0, 4, 0, 0, 0, 0, False, None, (B,), (G1,)),
    (11, "2 10:20", "11", "Inbound", "QueuingTimeout", 9, 60, 0, 0, 0, 0, 0, False, None, (), (G1,)),
    (12, "2 10:25", "12", "Inbound", "QueuingOverflow", 9, 0, 0, 0, 0, 0, 0, False, None, (), (G1,)),
    (13, "2 10:30", "13", "Inbound", "Voicemail", 40, 0, 0, 0, 0, 0, 0, False, None, (), ()),
    (14, "2 10:35", "14", "Inbound", "Voicemail", 40, 30, 0, 0, 0, 0, 0, False, None, (), ()),
    (15, "2 10:40", "15", "Inbound", "ForwardToOutsideNumber", 20, 0, 0, 0, 0, 0, 0, False, None, (), ()),
    (16, "2 10:45", "16", "Inbound", "SomethingNew", 5, 7, 0, 0, 33, 0, 0, False, None, (), ()),
    (17, "2 11:00", "01", "Outbound", "Success", 0, 0, 0, 0, 200, 30, 0, None, 3, (A,), (G1,)),
    (18, "2 11:05", "02", "Outbound", "NoAnswer", 0, 0, 25, 0, 0, 0, None, None, None, (B,), (G1,)),
    (19, "2 11:10", "03", "Predictive", "Success", 0, 0, 0, 0, 20, 0, 0, None, None, (C,), (G2,)),
    (20, "2 11:15", None, "Internal", "Success", 0, 0, 5, 0, 50, 0, 0, None, None, (A, B), ()),
    (21, "3 09:15", "01", "Inbound", "Success", 7, 0, 0, 0, 80, 0, 2, True, 4, (C,), (G2,)),
    (22, "3 09:25", "17", "Inbound", "NoAnswer", 7, 3, 30, 0, 0, 0, 0, False, None, (C,), (G2,)),
    (23, None, "18", "Inbound", None, None, None, None, None, None, None, None, None, None, (), ()),
]


def moment(told: str, zone: ZoneInfo = SHANGHAI) -> datetime:
    """The time ``2 09:05`` is that on the 2nd of March 2026."""
    return datetime.strptime(f"2026-03-{told}", "%Y-%m-%d %H:%M").replace(tzinfo=zone)


def customer(number: str) -> str:
    """The phone number of customer ``01``, and so on."""
    return f"138000000{number}"


def call(
    number: int,
    start: str | datetime | None,
    who: str | None,
    kind: str,
    disposition: str | None,
    *rest: Any,
) -> CallRecord:
    """One line of the table as a record."""
    ivr, queue, ring, wait, talk, held, transfers, offered, key, agents, groups = rest
    inbound, theirs = kind == "Inbound", customer(who) if who else "8001"
    return CallRecord(
        contact_id=f"job-{number}",
        contact_type=ContactType(kind),
        contact_disposition=None if disposition is None else Disposition(disposition),
        calling_number=theirs if inbound else HOT_LINE,
        called_number=HOT_LINE if inbound else theirs,
        start_time=moment(start) if isinstance(start, str) else start,
        ivr_time=ivr,
        queue_time=queue,
        ring_time=ring,
        wait_time=wait,
        talk_time=talk,
        held_time=held,
        transfer_count=transfers,
        satisfaction_survey_offered=offered,
        satisfaction_index=key,
        agent_ids=agents,
        agent_names=tuple(NAMES[agent] for agent in agents),
        skill_group_ids=groups,
        skill_group_names=tuple(NAMES[group] for group in groups),
    )


CALLS = [call(*line) for line in _TABLE]


def numbered(*numbers: int) -> list[CallRecord]:
    """The calls of these numbers."""
    return [CALLS[number - 1] for number in numbers]


# --- the same as frames --------------------------------------------------------------------------------------


def as_arrow(calls: Sequence[CallRecord], zone: tzinfo = SHANGHAI) -> Any:
    """A table of pyarrow."""
    batches = Batches(CallRecord, zone)
    return batches.table([batches.batch(calls)])


def as_pandas(calls: Sequence[CallRecord], zone: tzinfo = SHANGHAI) -> Any:
    """A DataFrame of pandas."""
    return to_pandas(as_arrow(calls, zone))


def as_polars(calls: Sequence[CallRecord], zone: tzinfo = SHANGHAI) -> Any:
    """A DataFrame of polars."""
    return to_polars(as_arrow(calls, zone))


def as_iterator(calls: Sequence[CallRecord], _zone: tzinfo = SHANGHAI) -> Any:
    """What can be gone through once, as a search."""
    return iter(calls)


FORMS: Mapping[str, Callable[..., Any]] = {
    "records": as_iterator,
    "arrow": as_arrow,
    "pandas": as_pandas,
    "polars": as_polars,
}
