"""The picture of `walks.py` for the documentation: CPU a page of every contender, as bars in an SVG on stdout.

    python benchmarks/walks.py --json FILE
    python benchmarks/picture.py FILE > docs/…/walks.svg

Those that work alike stand together: the official SDK, ours, the floor. Doors that answer late are left out: their
CPU is much the same. Paper and text have the colours of the page around them, light or dark.
"""

# ruff: noqa: INP001, T201 - a program, whose business is to print

from __future__ import annotations

import statistics
import sys
from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import Any

import orjson

WIDTH, LABEL, LINE, BAR, MARGIN, GAP = 760, 210, 22, 14, 16, 8
COLOURS = {"official": "#c2703d", "ours": "#2a7f9e", "floor": "#9aa5ab"}
TEXT, PAPER = "#333333", "#ffffff"
# A picture in a page is told the colours of the page, also where a reader has switched them there.
DARK = "@media (prefers-color-scheme: dark) { .paper { fill: #1c2326 } text { fill: #eceff0 } }"
ALIKE = (
    ("official sync", "ours sync", "floor sync"),
    ("ours sync, prefetch 8", "floor sync, 8 threads"),
    ("official async", "ours async", "floor async"),
    ("official async, 8 at once", "ours async, prefetch 8", "floor async, 8 at once"),
)
_STYLE = "font: 13px system-ui, sans-serif"

Bars = dict[str, dict[str, float]]
"""Door → contender → milliseconds of CPU a page."""


def bars(walks: dict[str, dict[str, list[dict[str, Any]]]], pages: int) -> Bars:
    """What is drawn, of the walks as `walks.py` writes them: doors that answer at once."""
    found: Bars = {}
    for door, contenders in walks.items():
        if "late" not in door:
            found[door] = {
                name: statistics.median(one["cpu"] for one in them) / pages * 1000
                for name, them in contenders.items()
                if any(name in group for group in ALIKE)
            }
    return found


def text(left: float, top: float, told: str, more: str = "") -> str:
    """A line of text."""
    return f'<text x="{left:.0f}" y="{top:.0f}" fill="{TEXT}"{more}>{escape(told)}</text>'


def bar(top: float, name: str, value: float, longest: float) -> Iterator[str]:
    """A contender's name, bar and value."""
    length = (WIDTH - LABEL - MARGIN - 70) * value / longest
    yield text(LABEL - 8, top, name, ' text-anchor="end"')
    colour = COLOURS[name.partition(" ")[0]]
    yield f'<rect x="{LABEL}" y="{top - BAR + 3}" width="{length:.1f}" height="{BAR}" rx="2" fill="{colour}"/>'
    yield text(LABEL + length + 6, top, f"{value:.2f} ms")


def drawn(found: Bars) -> Iterator[str]:
    """The lines of the picture."""
    longest = max(value for contenders in found.values() for value in contenders.values())
    told: list[str] = []
    top = MARGIN
    for door, contenders in found.items():
        top += LINE
        told.append(text(MARGIN, top, f"{door}: CPU time of a page of 100 records", ' font-weight="bold"'))
        for group in ALIKE:
            for name in (one for one in group if one in contenders):
                top += LINE
                told += bar(top, name, contenders[name], longest)
            top += GAP
    height = top + MARGIN
    yield f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" style="{_STYLE}" role="img">'
    yield "<title>CPU time of a page of 100 records: the official SDK, ours, the floor</title>"
    yield f"<style>{DARK}</style>"
    yield f'<rect class="paper" width="{WIDTH}" height="{height}" rx="6" fill="{PAPER}"/>'
    yield from told
    yield "</svg>"


def main(file: str) -> None:
    """Prints the picture."""
    told = orjson.loads(Path(file).read_bytes())
    print("\n".join(drawn(bars(told["walks"], told["pages"]))))


if __name__ == "__main__":
    main(*sys.argv[1:])
