"""Tables as HTML that any page can hold: no script, no colour of its own, nothing in them but what was escaped."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import attrs

_LEFT = "text-align:left;vertical-align:baseline"
_RIGHT = "text-align:right;vertical-align:baseline;font-variant-numeric:tabular-nums;white-space:nowrap"


@attrs.frozen
class Cell:
    """What stands in one cell.

    Attributes:
        html: As HTML; empty for nothing.
        right: Whether it is an amount, set to the right.
    """

    html: str = ""
    right: bool = False


def escaped(text: str) -> str:
    """Text as HTML: no markup in it counts, and a blank stands for signs that nobody sees or that turn others round."""
    from html import escape  # noqa: PLC0415 - for notebooks

    return escape("".join(sign if sign.isprintable() else " " for sign in text))


def listing(caption: str, head: Sequence[str], rows: Iterable[Sequence[Cell]]) -> str:
    """A table whose first row tells what the columns are, and the first cell of each other row which one it is."""
    lines = [list(row) for row in rows]
    amounts = [
        bool(lines) and all(row[place].right or not row[place].html for row in lines) for place in range(len(head))
    ]
    heads = "".join(
        f'<th scope="col" style="{_style(right=right)}">{_name(name)}</th>'
        for name, right in zip(head, amounts, strict=True)
    )
    body = "".join(f"<tr>{_first(row[0])}{''.join(map(_other, row[1:]))}</tr>" for row in lines)
    return _table(caption, f"<thead><tr>{heads}</tr></thead><tbody>{body}</tbody>")


def pairs(caption: str, rows: Iterable[tuple[str, Cell]]) -> str:
    """A table of names and values, one under another."""
    body = "".join(f"<tr>{_first(Cell(_name(name)))}{_other(Cell(cell.html))}</tr>" for name, cell in rows)
    return _table(caption, f"<tbody>{body}</tbody>")


def paragraph(text: str, *, code: str = "", why: str = "") -> str:
    """A line of text, with a piece of code behind it, and a reason below."""
    told = escaped(text) + (f" <code>{escaped(code)}</code>" if code else "")
    return f"<p>{told}{f'<br><em>{escaped(why)}</em>' if why else ''}</p>"


def folded(title: str, html: str) -> str:
    """Something that is shown when it is asked for."""
    return f"<details><summary>{escaped(title)}</summary>{html}</details>"


def stretch(begins: float, lasts: float) -> str:
    """A piece of a line, from where it begins and how long it is, each a share of the whole. For eyes alone."""
    return (
        '<div aria-hidden="true" style="width:10em"><div style="height:.7em;min-width:3px;background:currentColor;'
        f'opacity:.55;margin-left:{begins * 97:.1f}%;width:{lasts * 97:.1f}%"></div></div>'
    )


def _table(caption: str, rows: str) -> str:
    told = escaped(caption)
    return (
        f'<div role="region" aria-label="{told}" tabindex="0" style="overflow-x:auto">'
        f'<table><caption style="{_LEFT};caption-side:top">{told}</caption>{rows}</table></div>'
    )


def _name(name: str) -> str:
    """An attribute's name, which may be broken where its words end."""
    return escaped(name).replace("_", "_<wbr>")


def _first(cell: Cell) -> str:
    return f'<th scope="row" style="{_style(right=cell.right)};white-space:nowrap">{cell.html}</th>'


def _other(cell: Cell) -> str:
    return f'<td style="{_style(right=cell.right)}">{cell.html}</td>'


def _style(*, right: bool) -> str:
    return _RIGHT if right else _LEFT
