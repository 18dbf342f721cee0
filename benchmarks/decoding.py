"""What a page costs from bytes to typed records: ours, the official SDK, and the floors, as Markdown.

    python benchmarks/decoding.py [--quick] [--rounds 41] [--batch 5] [--json FILE]

One page of 100 records is decoded again and again, by all in turn; told is the median CPU time of a page. *Full*
records have a value in every field; those *as sent* are the sandbox's, which have null where a call has nothing; with
*numbers as text* they are as the documents of 2021 have them, which is not judged.

- `Client` is what ours does with an answer's body: `CallRecord` objects, of which every value has been checked.
- *official* is `ListCallDetailRecordsV2ResponseBody().from_map(json.loads(body))`: nothing is checked or converted.
- *orjson* makes dictionaries.
- *msgspec* makes attrs objects with the wire's own types, which it checks: no datetime, no enum, no tuple.

Since ours reads some fields when they are looked at, each is told with none, 3, 10 and all fields of each record read.
"""

# ruff: noqa: INP001, T201 - a program, whose business is to print

from __future__ import annotations

import argparse
import json
import os
import statistics
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta, timezone
from importlib.util import find_spec
from operator import attrgetter, itemgetter
from pathlib import Path
from typing import Any

import attrs
import orjson
from rows import SIZE, full_rows, page_of, sent_rows

from hillstone_ccc._core.convert import kind_of
from hillstone_ccc._core.fields import WIRE, Wire, on_the_wire
from hillstone_ccc._core.message import Response
from hillstone_ccc._core.openapi import OpenAPI
from hillstone_ccc._core.operation import LIST_CALL_DETAIL_RECORDS_V2
from hillstone_ccc._core.records import CallRecord

os.environ["ALIBABA_CLOUD_ECS_METADATA_DISABLED"] = "true"  # read by the vendor's packages when they are imported

# Those that a program looks at first come first.
FIRST = (
    ("contact_id", "start_time", "agent_names"),
    (
        "contact_disposition",
        "contact_type",
        "calling_number",
        "called_number",
        "talk_time",
        "release_initiator",
        "recording_ready",
    ),
)
JUDGED = ("full records", "as sent")
MOST = {"official": 0.5, "msgspec": 1.8}
"""How many times another one's CPU ours may take, with three fields read."""


def read_fields() -> dict[str, tuple[str, ...]]:
    """How many fields are read → their names."""
    every = tuple(field.name for field in on_the_wire(CallRecord))
    return {"0": (), "3": FIRST[0], "10": FIRST[0] + FIRST[1], "all": every}


def wire_name(field: attrs.Attribute[Any]) -> str:
    """What the upstream calls a field."""
    told: Wire = field.metadata.get(WIRE, Wire())
    return told.upstream or "".join(word.capitalize() for word in field.name.split("_"))


# --- the contenders -----------------------------------------------------------------------------------------

Rows = Callable[[bytes], list[Any]]
Name = Callable[[str], str]
WIRE_NAMES = {field.name: wire_name(field) for field in on_the_wire(CallRecord)}


@attrs.frozen
class Contender:
    """A way to decode a page.

    Attributes:
        rows: its records of an answer's body.
        getter: reads several fields of a record at once.
        name: what it calls a field that ours calls so.
    """

    rows: Rows
    getter: Callable[..., Callable[[Any], Any]] = attrgetter
    name: Name = str

    def work(self, fields: tuple[str, ...]) -> Callable[[bytes], object]:
        """Decodes a body and reads these fields of each record."""
        if not fields:
            return self.rows
        get = self.getter(*map(self.name, fields))

        def decode_and_read(body: bytes) -> None:
            for row in self.rows(body):
                get(row)

        return decode_and_read


def ours() -> Contender:
    """What a client does with an answer's body."""
    upstream = OpenAPI("ccc-demo", timezone(timedelta(hours=8)))

    def rows(body: bytes) -> list[CallRecord]:
        return upstream.decode(LIST_CALL_DETAIL_RECORDS_V2, Response(200, {}, body)).rows

    return Contender(rows)


def official() -> Contender:
    """The official SDK's models."""
    from alibabacloud_ccc20200701 import models  # noqa: PLC0415 - reads the environment

    def rows(body: bytes) -> list[Any]:
        found: list[Any] = models.ListCallDetailRecordsV2ResponseBody().from_map(json.loads(body)).data.list
        return found

    return Contender(rows)


def with_orjson() -> Contender:
    """Dictionaries."""

    def rows(body: bytes) -> list[Any]:
        found: list[Any] = orjson.loads(body)["Data"]["List"]
        return found

    return Contender(rows, itemgetter, WIRE_NAMES.__getitem__)


def with_msgspec() -> Contender | None:
    """Attrs objects with the wire's types, made in one go; None where msgspec is not installed."""
    if find_spec("msgspec") is None:
        return None
    import msgspec  # noqa: PLC0415 - not there in every environment

    rows_of_page: Any = list[_wire_class(CallRecord)]  # type: ignore[misc]
    page = attrs.make_class("Page", {"List": attrs.field(type=rows_of_page)})
    answer = attrs.make_class("Answer", {"Code": attrs.field(type=str), "Data": attrs.field(type=page)})
    decoder: Any = msgspec.json.Decoder(answer)

    def rows(body: bytes) -> list[Any]:
        found: list[Any] = decoder.decode(body).Data.List
        return found

    return Contender(rows, attrgetter, WIRE_NAMES.__getitem__)


def _wire_class(model: type) -> type:
    """A class as the model, whose fields have the wire's names and types."""
    fields = {wire_name(field): attrs.field(type=_wire_type(field), default=None) for field in on_the_wire(model)}
    return attrs.make_class(model.__name__, fields)


def _wire_type(field: attrs.Attribute[Any]) -> Any:
    kind, many = kind_of(field.type)
    if many is list:
        return list[str]
    if field.name == "call_duration" or many is tuple or issubclass(kind, str):
        return str | None
    if attrs.has(kind):
        return _wire_class(kind) | None
    return (int if kind is datetime else kind) | str | None


def contenders() -> dict[str, Contender]:
    """All that can be tried here."""
    every = {"Client": ours(), "official": official(), "orjson": with_orjson(), "msgspec": with_msgspec()}
    return {name: one for name, one in every.items() if one is not None}


# --- measuring ----------------------------------------------------------------------------------------------


def timed(work: Callable[[bytes], object], body: bytes, batch: int) -> float:
    """Seconds of CPU a page."""
    began = time.process_time()
    for _ in range(batch):
        work(body)
    return (time.process_time() - began) / batch


def measure(body: bytes, rounds: int, batch: int) -> dict[str, dict[str, float]]:
    """Contender → fields read → the median seconds a page; the first round warms up and does not count."""
    works = {
        (name, read): contender.work(fields)
        for name, contender in contenders().items()
        for read, fields in read_fields().items()
    }
    found: dict[tuple[str, str], list[float]] = {which: [] for which in works}
    for number in range(rounds + 1):
        for which, work in works.items():
            took = timed(work, body, batch)
            if number:
                found[which].append(took)
    medians: dict[str, dict[str, float]] = {}
    for (name, read), times in found.items():
        medians.setdefault(name, {})[read] = statistics.median(times)
    return medians


def table(medians: dict[str, dict[str, float]]) -> Iterator[str]:
    """What was measured, and how many times the others' time ours takes."""
    yield (
        "| Fields read | " + " | ".join(medians) + " | " + " | ".join(f"÷ {name}" for name in list(medians)[1:]) + " |"
    )
    yield "| --- |" + " ---: |" * (2 * len(medians) - 1)
    for read in read_fields():
        times = [of[read] for of in medians.values()]
        told = [f"{one * 1000:.2f} ms" for one in times] + [f"{times[0] / other:.2f}" for other in times[1:]]
        yield f"| {read} | {' | '.join(told)} |"


def quoted(value: Any) -> Any:
    """A value as the documents of 2021 have it."""
    return value if value is None or isinstance(value, dict) else str(value)


def judged(kind: str, medians: dict[str, dict[str, float]]) -> Iterator[str]:
    """What is to be reached, and whether it is."""
    for other, most in MOST.items():
        if kind in JUDGED and other in medians:
            ratio = medians["Client"]["3"] / medians[other]["3"]
            holds = "yes" if ratio <= most else "**no**"
            yield f"| CPU of decoding, {kind}, 3 fields read / {other} | {ratio:.2f} | {most} | {holds} |"


def main() -> None:
    """Measures as told and prints the tables."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--quick", action="store_true", help="once, to see that it works")
    parser.add_argument("--rounds", type=int, default=41, help="how often each is timed")
    parser.add_argument("--batch", type=int, default=5, help="pages that are timed together")
    parser.add_argument("--json", type=Path, help="where the medians are written")
    asked = parser.parse_args()
    rounds, batch = (1, 1) if asked.quick else (asked.rounds, asked.batch)
    sent = sent_rows(SIZE)
    bodies = dict(zip(JUDGED, (page_of(full_rows(SIZE)), page_of(sent)), strict=True))
    bodies["numbers as text"] = page_of([{name: quoted(value) for name, value in row.items()} for row in sent])
    found = {kind: measure(body, rounds, batch) for kind, body in bodies.items()}
    for kind, medians in found.items():
        print(f"A page of {SIZE}, {kind}, {len(bodies[kind]) / 1000:.0f} kB, CPU time, median of {rounds}:\n")
        print("\n".join(table(medians)) + "\n")
    if find_spec("msgspec") is None:
        print("msgspec is not installed; with it there is another column.\n")
    if not asked.quick:
        print("| Measure | Value | At most | Holds |\n| --- | ---: | ---: | --- |")
        print("\n".join(line for kind, medians in found.items() for line in judged(kind, medians)))
    if asked.json:
        asked.json.write_bytes(orjson.dumps(found, option=orjson.OPT_INDENT_2))


if __name__ == "__main__":
    main()
