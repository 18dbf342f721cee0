"""Tables for people: as wide as the terminal, numbers masked, nothing in them that a terminal would obey."""

import sys
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any, Generic, TypeVar

import attrs
import click
from rich.cells import cell_len
from rich.console import Console, RenderableType
from rich.filesize import decimal
from rich.table import Table
from rich.text import Text

from hillstone_ccc._core.redact import mask_number
from hillstone_ccc.cli.failure import printable

T = TypeVar("T")
ShowNumber = Callable[["str | None"], str]

PLAIN_WIDTH = 100
"""Columns where there is no terminal to ask."""

_GAP = 2


@attrs.frozen
class Column(Generic[T]):
    """One column.

    Attributes:
        title: Its head.
        cell: The text for a row.
        right: Whether it is a number, set to the right.
        rank: In a terminal too narrow for all, the column of the highest rank goes first; one of rank 0 stays.
    """

    title: str
    cell: Callable[[T], str]
    right: bool = False
    rank: int = 0


def console() -> Console:
    """Standard output as rich sees it now. What is printed is data: no markup, no emoji codes."""
    width = None if sys.stdout.isatty() else PLAIN_WIDTH
    return Console(file=sys.stdout, width=width, markup=False, emoji=False, highlight=False)


def say(renderable: RenderableType = "", *, style: str | None = None) -> None:
    """Prints something for people; a text is not broken, whatever its length."""
    screen = console()
    with screen.capture() as captured:
        screen.print(renderable, style=style, soft_wrap=isinstance(renderable, str))
    # Not rich itself, which ends the process with 1 when the reader has left.
    click.echo(captured.get(), nl=False)


def say_table(columns: Sequence[Column[T]], rows: Iterable[T]) -> None:
    """Prints a table, without the columns for which there is no room, and says which those are."""
    cells = [[printable(column.cell(row)) for column in columns] for row in rows]
    shown = _fitting(columns, cells, console().width)
    table = Table(
        box=None,
        padding=(0, _GAP, 0, 0),
        pad_edge=False,
        show_header=any(column.title for column in columns),
        header_style="bold",
    )
    for place in shown:
        column = columns[place]
        table.add_column(column.title, justify="right" if column.right else "left", overflow="fold")
    for row in cells:
        table.add_row(*(Text(row[place]) for place in shown))
    say(table)
    hidden = [column.title for place, column in enumerate(columns) if place not in shown]
    if hidden:
        say(f"(no room for: {', '.join(hidden)})", style="dim")


def _fitting(columns: Sequence[Column[Any]], cells: list[list[str]], width: int) -> list[int]:
    """Places of the columns that fit, those of the highest rank left out first."""
    widths = [
        max(cell_len(text) for text in (column.title, *(row[place] for row in cells)))
        for place, column in enumerate(columns)
    ]
    shown = list(range(len(columns)))
    leaving = sorted((place for place in shown if columns[place].rank), key=lambda place: columns[place].rank)
    while leaving and sum(widths[place] + _GAP for place in shown) - _GAP > width:
        shown.remove(leaving.pop())
    return shown


def number_shown(whole: bool) -> ShowNumber:
    """How phone numbers are shown: whole, or masked."""
    return (lambda number: number or "") if whole else (lambda number: mask_number(number) or "")


def talked(seconds: int | None) -> str:
    """Seconds as `1:34` or `1:02:03`."""
    if seconds is None:
        return ""
    minutes, rest = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def size(count: float | None) -> str:
    """Bytes as `532 bytes`, `1.5 kB` or `12.3 MB`, in thousands."""
    return "" if count is None else decimal(int(count))


def clock(time: datetime | None, form: str = "%Y-%m-%d %H:%M:%S") -> str:
    """A time in the client's zone."""
    return "" if time is None else time.strftime(form)


def answer(flag: bool | None) -> str:
    """A truth value in words."""
    return "" if flag is None else "yes" if flag else "no"
