"""`hillstone-ccc record`: one call with what happened in it."""

from collections.abc import Iterator
from datetime import datetime

import attrs
import click

from hillstone_ccc import CallDetail, CallEvent, Client, Transfer
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


_ENDS = {True: "", False: "not taken", None: "outcome not told"}


@attrs.frozen
class _Fact:
    name: str
    value: str


def say_detail(detail: CallDetail, number: ShowNumber) -> None:
    """Prints what is known of a call, then its events on one time line."""
    facts = [fact for fact in _facts(detail, number) if fact.value]
    say_table([Column("", lambda fact: fact.name), Column("", lambda fact: fact.value)], facts)
    if detail.events:
        say()
        say_table(
            [
                Column("Time", lambda event: clock(event.time, "%H:%M:%S")),
                Column("Where", lambda event: _where(event, number)),
                Column("Event", lambda event: event.name or ""),
                Column("Lasted", lambda event: talked(event.duration or None), right=True),
            ],
            detail.events,
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
    yield _Fact("Off site", answer(detail.off_site))
    yield _Fact("Transfer from", number(detail.transfer_caller))
    yield _Fact("Transfer to", number(detail.transfer_called))
    if detail.transfers == ():
        yield _Fact("Transfers", "none")
    for transfer in detail.transfers or ():
        yield _Fact("Transfer", _handing_over(transfer, number))
    yield _Fact("Ended by", detail.release_initiator or "")
    yield _Fact("Reason", detail.release_reason or "")
    yield _Fact("Rating", "" if detail.satisfaction_index is None else str(detail.satisfaction_index))
    yield _Fact("Recording", answer(detail.recording_ready))
    for part in detail.missing:
        yield _Fact("Not told", f"{part.action}: {part.error}: {part.message}")


def _party(number: str, location: str | None) -> str:
    return " ".join(part for part in (number, f"({location})" if location else "") if part)


def _moment(time: datetime | None) -> str:
    return "" if time is None else f"{clock(time)} {time.tzinfo}"


def _handing_over(transfer: Transfer, number: ShowNumber) -> str:
    """A transfer in words, such as `11:04:40 张三 → 技术支持, 李四 (blind)`; what is not told is `?`."""
    group = transfer.to_skill_group_name or transfer.to_skill_group_id
    agent = transfer.to_agent_name or transfer.to_agent_id
    line = {"outside": "outside line", "ivr": "IVR"}.get(transfer.to_kind or "")
    to = [part for part in (line, number(transfer.to_number), group, agent) if part]
    notes = [transfer.kind or "", _ENDS[transfer.completed]]
    words = [
        clock(transfer.time, "%H:%M:%S"),
        transfer.from_agent_name or transfer.from_agent_id or "?",
        "→",
        ", ".join(to) or "?",
        f"({', '.join(note for note in notes if note)})",
    ]
    return " ".join(word for word in words if word)


def _where(event: CallEvent, number: ShowNumber) -> str:
    if event.party == "ivr":
        return "IVR"
    if event.party == "customer":
        return f"customer {number(event.party_id)}"
    return f"{event.party} {event.party_name or event.party_id or ''}"
