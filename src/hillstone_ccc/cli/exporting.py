"""An export to a file, and how far it is: a bar on a terminal, on standard error."""

import sys
from typing import Any

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

from hillstone_ccc import Results
from hillstone_ccc.cli.failure import printable, sigterm_ends
from hillstone_ccc.cli.options import verbose
from hillstone_ccc.cli.table import size


def export_shown(calls: Results[Any], path: str) -> None:
    """Writes the rows to the file, and says how many there are and where."""
    error = Console(file=sys.stderr, markup=False, emoji=False, highlight=False)
    columns = (BarColumn(bar_width=None), MofNCompleteColumn(), TimeRemainingColumn())
    written = 0
    with Progress(
        *columns, console=error, expand=True, transient=True, redirect_stdout=False, disable=verbose()
    ) as bar:
        task = bar.add_task("", total=None)

        def show(rows: int, promised: int | None) -> None:
            nonlocal written
            written = rows
            bar.update(task, completed=rows, total=promised)

        with sigterm_ends():
            file = calls.export(path, on_progress=show)
    click.echo(f"{written:,} calls, {size(file.stat().st_size)}, in {printable(str(file))}", err=True)
