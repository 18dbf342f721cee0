"""Draws the tree of errors into its page, in both languages, as the classes descend from each other.

    python scripts/pages/error_tree.py

What stands behind a name was written by hand, and stays. A test compares the pages with the classes.
"""

from __future__ import annotations

import re
from pathlib import Path

from hillstone_ccc import CCCError

_PAGES = Path(__file__).parents[2] / "docs" / "reference"
_BLOCK = re.compile(r"(?<=^```text\n)CCCError\n.*?(?=^```$)", re.DOTALL | re.MULTILINE)
_LINE = re.compile(r"[│├└─ ]*(\w+)[ \t]*(.*)")
_NOTES_AT = 36  # the column where they begin


def drawn(notes: dict[str, str]) -> str:
    """The tree, each class with its note."""
    return "".join(f"{line}\n" for line in _lines(CCCError, "", "", notes))


def _lines(kind: type[CCCError], first: str, others: str, notes: dict[str, str]) -> list[str]:
    """The lines of a class and those below it, with what stands before the first and before the others."""
    lines = [f"{first}{kind.__name__}".ljust(_NOTES_AT) + notes.get(kind.__name__, "")]
    # Subclasses of users are not ours to draw.
    below = [one for one in kind.__subclasses__() if one.__module__ == kind.__module__]
    for one in below:
        last = one is below[-1]
        lines += _lines(one, others + ("└── " if last else "├── "), others + ("    " if last else "│   "), notes)
    return [line.rstrip() for line in lines]


def notes(block: str) -> dict[str, str]:
    """Each class's note in a tree that was drawn."""
    return {line[1]: line[2] for line in map(_LINE.fullmatch, block.splitlines()) if line}


def block(page: str) -> str:
    """The tree in a page."""
    found = _BLOCK.search(page)
    return found[0] if found else ""


def main() -> None:
    """Draws the tree anew."""
    for path in (_PAGES / "errors.md", _PAGES / "errors.zh.md"):
        page = path.read_text("utf-8")
        path.write_text(_BLOCK.sub(lambda old: drawn(notes(old[0])), page), "utf-8")


if __name__ == "__main__":
    main()
