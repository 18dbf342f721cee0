"""Writes the figures of the benchmarks into a page of the documentation and its Chinese twin, with their pictures.

    python benchmarks/every.py --to DIRECTORY
    python benchmarks/report.py DIRECTORY [--page docs/explanation/speed.md] [--quick]

What stands between the two marks of a page is replaced, and nothing else; a page without marks gets them at its end.
The twin of NAME.md is NAME.zh.md, and each picture has its page's name. The machine that is told of is the one that
this runs on. With `--quick` the figures are of a quick run, of which nothing is judged.
"""

# ruff: noqa: INP001 - a program

from __future__ import annotations

import argparse
import os
import platform
from collections.abc import Iterable, Iterator, Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

import chinese
import decoding
import first_look
import growth
import import_cost
import list_endpoint
import orjson
import picture
import walks
from every import PROFILE, REPORTED
from rows import SIZE
from upstream import Counts

BEGIN, END = "<!-- figures: begin -->", "<!-- figures: end -->"
PAGE = Path(__file__).parents[1] / "docs" / "explanation" / "speed.md"
_PACKAGES = ("alibabacloud-ccc20200701", "httpx", "aiohttp", "orjson", "msgspec", "fastapi", "starlette", "uvicorn")
_JUDGED = "| Measure | Value | At most | Holds |\n| --- | ---: | ---: | --- |"

Sections = Iterator[str]
Told = Mapping[str, Any]


def machine() -> str:
    """What was measured on and with; not whose machine it is."""
    python = f"{platform.python_implementation()} {platform.python_version()}"
    system = " ".join(filter(None, (platform.system(), platform.machine(), *platform.libc_ver())))
    packages = ", ".join(f"{name} {version(name)}" for name in _PACKAGES)
    return f"{os.cpu_count()} cores{_model()}, {system}, {python}; {packages}."


def _model() -> str:
    try:
        told = Path("/proc/cpuinfo").read_text("utf-8")
    except OSError:
        return ""
    found = [line.partition(":")[2].strip() for line in told.splitlines() if line.startswith("model name")]
    return f" ({found[0]})" if found else ""


# --- a section a program ------------------------------------------------------------------------------------


def walks_of(told: Told) -> walks.Found:
    """The walks of a file of `walks.py`."""
    found: walks.Found = {}
    for door, contenders in told["walks"].items():
        for name, them in contenders.items():
            each = [walks.Walk(**{**one, "counts": Counts(**one["counts"])}) for one in them]
            found.setdefault(door, {})[name] = each
    return found


def walks_section(told: Told, drawing: str) -> Sections:
    """A table a door."""
    found = walks_of(told)
    rounds = max(len(them) for contenders in found.values() for them in contenders.values())
    yield f"### Walks\n\n![CPU time of a page of {SIZE} records, by contender]({drawing})\n"
    yield f"`benchmarks/walks.py`: {told['pages']} pages of {SIZE} full records, median of {rounds}."
    yield from walks.tables(found, told["pages"])


def decoding_section(told: Told) -> Sections:
    """A table a kind of records."""
    yield f"### Decoding\n\n`benchmarks/decoding.py`: CPU time of a page of {SIZE}, from bytes to records."
    for kind, medians in told.items():
        yield f"\n{kind.capitalize()}:\n"
        yield from decoding.table(medians)


def import_section(told: Told) -> Sections:
    """A table of imports, and one of first requests."""
    costs = {name: import_cost.Cost(**cost) for name, cost in told.items()}
    yield "### Import and first request\n\n`benchmarks/import_cost.py`, without what an interpreter itself costs:\n"
    imports = {name: costs[name] for name in import_cost.IMPORTS if name in costs}
    yield from import_cost.table("Import", imports, "import httpx")
    yield ""
    yield from import_cost.table("First request", {name: costs[name] for name in import_cost.REQUESTS}, "httpx.Client")


def list_section(told: Told) -> Sections:
    """On ports, in process, and the parts of a request."""
    ports = {name: list_endpoint.Figures(**one) for name, one in told["ports"].items()}
    yield f"### The server's list\n\n`benchmarks/list_endpoint.py`: {list_endpoint.CALLERS} callers, full records.\n"
    yield from list_endpoint.port_table(ports, told["rate"])
    yield ""
    yield from list_endpoint.request_table(told["seconds"])
    yield ""
    yield from list_endpoint.part_table(told["seconds"])


def points_of(told: Told) -> growth.Found:
    """The points of a file of `growth.py`."""
    return {how: {int(count): growth.Took(**one) for count, one in of.items()} for how, of in told.items()}


def growth_section(told: Told, profile: str) -> Sections:
    """Walks and downloads with their fits, and where the time of a walk goes."""
    yield "### Long walks and many downloads\n\n`benchmarks/growth.py`:\n"
    for what, kind in (("Records", "walks"), ("Recordings", "downloads")):
        found = points_of(told[kind])
        yield from (*growth.table(what, found), "", *growth.fit_table(what, found), "")
    yield f"### Where the time of a walk goes\n\n{profile.strip()}"


def looks_of(told: Told) -> first_look.Visits:
    """The visits of a file of `first_look.py`; none where there was no browser."""
    return {name: [first_look.Visit(**one) for one in looks] for name, looks in told["visits"].items()}


def page_section(told: Told) -> Sections:
    """What visits came to, and when what has happened."""
    found = looks_of(told)
    yield "### The page\n"
    if not found:
        yield first_look.LEFT_OUT
        return
    visits = max(map(len, found.values()))
    yield f"`benchmarks/first_look.py`: {first_look.ROWS} rows of {told['calls']:,} calls, median of {visits}.\n"
    yield from (*first_look.table(found), "", *first_look.course(found))


def judged(figures: Mapping[str, Told]) -> Sections:
    """Everything that is to be reached, in one table."""
    yield f"### What is to be reached\n\n{_JUDGED}"
    yield from (walks.Ratio(**one).line for one in figures["walks"]["ratios"])
    for kind, medians in figures["decoding"].items():
        yield from decoding.judged(kind, medians)
    yield from import_cost.judged({name: import_cost.Cost(**cost) for name, cost in figures["import_cost"].items()})
    yield from list_endpoint.judged(figures["list_endpoint"]["seconds"])
    yield from growth.judged(points_of(figures["growth"]["walks"]))
    yield from first_look.judged(looks_of(figures["first_look"]))


def report(figures: Mapping[str, Told], profile: str, drawing: str, *, quick: bool) -> str:
    """All sections."""
    sections: list[Iterable[str]] = [[f"Measured by `make bench` on {machine()}"]]
    sections += [] if quick else [judged(figures)]
    sections += [
        walks_section(figures["walks"], drawing),
        decoding_section(figures["decoding"]),
        import_section(figures["import_cost"]),
        list_section(figures["list_endpoint"]),
        page_section(figures["first_look"]),
        growth_section(figures["growth"], profile),
    ]
    return "\n\n".join("\n".join(section).strip() for section in sections)


# --- the page -----------------------------------------------------------------------------------------------


def placed(page: str, told: str) -> str:
    """A page with this between its marks.

    Raises:
        SystemExit: It has one mark without the other, or them in the wrong order.
    """
    before, begun, rest = page.partition(BEGIN)
    _, ended, after = rest.partition(END)
    if bool(begun) != bool(ended) or (END in page and not ended):
        raise SystemExit(f"The page must have {BEGIN} and {END}, in this order, or neither.")
    if not begun:
        before, after = f"{page.rstrip()}\n\n".lstrip(), "\n"
    return f"{before}{BEGIN}\n\n{told}\n\n{END}{after}"


def write(page: Path, told: str, drawn: str) -> None:
    """Puts the figures into a page and its twin, and the picture beside each."""
    twin = page.with_suffix(".zh.md")
    for path, title, figures, drawing in (
        (page, "# Speed\n", told, drawn),
        (twin, "# 性能\n", chinese.chinese(told), chinese.drawn(drawn)),
    ):
        before = path.read_text("utf-8") if path.exists() else title
        path.write_text(placed(before, figures), "utf-8")
        path.with_suffix(".svg").write_text(drawing, "utf-8")


def main() -> None:
    """Writes as told."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("figures", type=Path, help="where the figures are")
    parser.add_argument("--page", type=Path, default=PAGE, help="the page that they are written into")
    parser.add_argument("--quick", action="store_true", help="they are of a quick run")
    told = parser.parse_args()
    figures = {name: orjson.loads((told.figures / f"{name}.json").read_bytes()) for name in REPORTED}
    drawing = told.page.with_suffix(".svg").name  # the site takes the twin's where there is one
    written = report(figures, (told.figures / PROFILE).read_text("utf-8"), drawing, quick=told.quick)
    bars = picture.bars(figures["walks"]["walks"], figures["walks"]["pages"])
    write(told.page, written, "\n".join(picture.drawn(bars)) + "\n")


if __name__ == "__main__":
    main()
