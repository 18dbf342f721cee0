"""The picture of `walks.py` for the documentation: CPU a page of every contender, as bars in an SVG on stdout.

python benchmarks/walks.py --json FILE
python benchmarks/picture.py FILE > docs/…/walks.svg

Those that answer late are left out: their CPU is much the same.
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

WIDTH, LABEL, LINE, BAR = 760, 210, 22, 14
COLOURS = {"official": "#c2703d", "ours": "#2a7f9e", "floor": "#9aa5ab"}
TEXT, PAPER = "#333333", "#ffffff"
_STYLE = "font: 13px system-ui, sans-serif"


def bars(walks: dict[str, dict[str, list[dict[str, Any]]]], pages: int) -> dict[str, dict[str, float]]:
    """Door → contender → milliseconds of CPU a page, of doors that answer at once."""
    found: dict[str, dict[str, float]] = {}
    for door, contenders in walks.items():
        for name, them in contenders.items():
            if "late" not in door and "calls" not in name:
                milliseconds = statistics.median(one["cpu"] for one in them) / pages * 1000
                found.setdefault(door, {})[name] = milliseconds
    return found


def text(left: float, top: float, told: str, more: str = "") -> str:
    """A line of text."""
    return f'<text x="{left:.0f}" y="{top:.0f}" fill="{TEXT}"{more}>{escape(told)}</text>'


def drawn(found: dict[str, dict[str, float]]) -> Iterator[str]:
    """The lines of the picture."""
    longest = max(value for contenders in found.values() for value in contenders.values())
    height = sum(LINE * (len(contenders) + 2) for contenders in found.values()) + LINE
    yield f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" style="{_STYLE}" role="img">'
    yield f'<title>CPU time of a page of 100 records</title><rect width="{WIDTH}" height="{height}" fill="{PAPER}"/>'
    top = LINE
    for door, contenders in found.items():
        yield text(8, top, f"{door}: CPU a page of 100 records", ' font-weight="bold"')
        for name, value in contenders.items():
            top += LINE
            length = (WIDTH - LABEL - 80) * value / longest
            yield text(LABEL - 8, top, name, ' text-anchor="end"')
            colour = COLOURS[name.partition(" ")[0]]
            yield f'<rect x="{LABEL}" y="{top - BAR + 3}" width="{length:.1f}" height="{BAR}" fill="{colour}"/>'
            yield text(LABEL + length + 6, top, f"{value:.1f} ms")
        top += 2 * LINE
    yield "</svg>"


def main(file: str) -> None:
    """Prints the picture."""
    told = orjson.loads(Path(file).read_bytes())
    print("\n".join(drawn(bars(told["walks"], told["pages"]))))


if __name__ == "__main__":
    main(*sys.argv[1:])
