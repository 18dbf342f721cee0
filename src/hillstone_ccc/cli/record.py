"""`hillstone-ccc record`: one call with what happened in it."""

from collections.abc import Iterator
from datetime import datetime

import attrs
import click

from hillstone_ccc import CallDetail, Client, Event
from hillstone_ccc.cli.data import write_csv, write_json
from hillstone_ccc.cli.options import Format, format_option, show_numbers_option, verbose_option, with_client
from hillstone_ccc.cli.table import Column, ShowNumber, answer, clock, number_shown, say, say_table, talked


@click.command()
@click.argument("contact_id")
@format_option
@show_numbers_option
@verbose_option
@with_client
def record(ccc: Client, *, contact_id: str, form: Format, show_numbers: bool) -> None:
    """Show one call with its events."""
    detail = ccc.call_records.get(contact_id)
    if form == "json":
        write_json([detail])
    elif form == "csv":
        write_csv([detail], CallDetail)
    else:
        say_detail(detail, number_shown(show_numbers))


@attrs.frozen
class _Fact:
    name: str
    value: str


@attrs.frozen
class _Happening:
    """An event, and at whose end it happened."""

    where: str
    event: Event


def say_detail(detail: CallDetail, number: ShowNumber) -> None:
    """Prints what is known of a call, then its events on one time line."""
    facts = [fact for fact in _facts(detail, number) if fact.value]
    say_table([Column("", lambda fact: fact.name), Column("", lambda fact: fact.value)], facts)
    happenings = sorted(_happenings(detail, number), key=_time)
    if happenings:
        say()
        say_table(
            [
                Column("Time", lambda one: clock(one.event.time, "%H:%M:%S")),
                Column("Where", lambda one: one.where),
                Column("Event", lambda one: one.event.name or ""),
                Column("Lasted", lambda one: talked(one.event.duration or None), right=True),
            ],
            happenings,
        )


def _facts(detail: CallDetail, number: ShowNumber) -> Iterator[_Fact]:
    yield _Fact("Call", detail.contact_id)
    yield _Fact("Type", detail.contact_type or "")
    yield _Fact("Outcome", detail.contact_disposition or "")
    yield _Fact("From", _party(number(detail.calling_number), detail.caller_location))
    yield _Fact("To", _party(number(detail.called_number), detail.callee_location))
    yield _Fact("Began", _moment(detail.start_time))
    yield _Fact("Connected", _moment(detail.established_time))
    yield _Fact("Ended", _moment(detail.release_time))
    yield _Fact("Lasted", talked(detail.call_duration))
    yield _Fact("Agents", ", ".join(detail.agent_names))
    yield _Fact("Skill groups", ", ".join(detail.skill_group_names))
    yield _Fact("Ended by", detail.release_initiator or "")
    yield _Fact("Reason", detail.release_reason or "")
    yield _Fact("Rating", "" if detail.satisfaction_index is None else str(detail.satisfaction_index))
    yield _Fact("Recording", answer(detail.recording_ready))


def _party(number: str, location: str | None) -> str:
    return " ".join(part for part in (number, f"({location})" if location else "") if part)


def _moment(time: datetime | None) -> str:
    return "" if time is None else f"{clock(time)} {time.tzinfo}"


def _happenings(detail: CallDetail, number: ShowNumber) -> Iterator[_Happening]:
    ends = [
        *(("IVR", one.events) for one in detail.ivr_events),
        *((f"queue {one.queue_name or one.queue_id or ''}", one.events) for one in detail.queue_events),
        *((f"agent {one.agent_name or one.agent_id or ''}", one.events) for one in detail.agent_events),
        *((f"customer {number(one.customer_id)}", one.events) for one in detail.customer_events),
    ]
    return (_Happening(where, event) for where, events in ends for event in events)


def _time(happening: _Happening) -> tuple[bool, float]:
    time = happening.event.time
    return time is None, 0.0 if time is None else time.timestamp()
