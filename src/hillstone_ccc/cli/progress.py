"""How far a download of many recordings is: a bar on a terminal, else a line now and then, on standard error."""

import sys
import time
from collections import deque
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import Protocol

import attrs
import click
from rich.cells import cell_len
from rich.console import Console
from rich.progress import BarColumn, Progress, ProgressColumn, Task
from rich.table import Column
from rich.text import Text

from hillstone_ccc import DownloadProgress, DownloadReport
from hillstone_ccc.cli.table import size, talked

_WINDOW = 20.0  # seconds that "of late" is
_STEP = 0.5
_EVERY = 5.0  # seconds between two lines
_SHORTEST_BAR = 10
_GAP = "  "


class Pace:
    """How far a download is, and how fast it was of late.

    Args:
        clock: Seconds that only go forward.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._latest = DownloadProgress(found=0, total=None, done=0, kept=0, missing=0, failed=0, bytes=0, seconds=0.0)
        self._told_at = clock()
        self._past = deque([self._latest])

    def add(self, progress: DownloadProgress) -> None:
        """More is told."""
        self._latest, self._told_at = progress, self._clock()
        if progress.seconds - self._past[-1].seconds >= _STEP:
            self._past.append(progress)
        while len(self._past) > 1 and self._past[1].seconds <= progress.seconds - _WINDOW:
            self._past.popleft()

    def so_far(self) -> DownloadProgress:
        """What was last told, with the time that has gone on where nothing came and nothing was told."""
        return attrs.evolve(self._latest, seconds=self._latest.seconds + self._clock() - self._told_at)

    def parts(self) -> list[str]:
        """What is to be said of it at this moment, the most important first."""
        latest, before = self.so_far(), self._past[0]
        elapsed = latest.seconds - before.seconds or 1.0
        ended = ended_of(latest)
        each_second = (ended - ended_of(before)) / elapsed
        told = [f"{ended:,}" if latest.total is None else f"{ended:,} of {latest.total:,}"]
        if latest.failed:
            told.append(f"{latest.failed:,} failed")
        if latest.total is not None and each_second > 0:
            told.append(f"{talked(round((latest.total - ended) / each_second))} left")
        if latest.bytes:
            told += [size(latest.bytes), f"{size((latest.bytes - before.bytes) / elapsed)}/s"]
        return told


class Screen(Protocol):
    """Where people see how far it is."""

    def show(self, progress: DownloadProgress) -> None:
        """It is that far."""
        ...

    def say(self, text: str) -> None:
        """Something that stays to be read."""
        ...


@contextmanager
def screen(pace: Pace, *, bar: bool) -> Generator[Screen, None, None]:
    """Shows how far it is while something is done within.

    Args:
        pace: Is told too.
        bar: Whether a bar may be drawn, if standard error is a terminal that can move its cursor.
    """
    error = Console(file=sys.stderr, markup=False, emoji=False, highlight=False)
    if not bar or not error.is_interactive:
        yield _Lines(pace)
        return
    columns = (BarColumn(bar_width=None), _Parts(pace, error))
    with Progress(*columns, console=error, expand=True, transient=True, redirect_stdout=False) as progress:
        yield _Bar(pace, progress)


class _Lines:
    def __init__(self, pace: Pace) -> None:
        self._pace = pace
        self._next = _EVERY

    def show(self, progress: DownloadProgress) -> None:
        self._pace.add(progress)
        if progress.seconds >= self._next:
            self._next = progress.seconds + _EVERY
            self.say(", ".join(self._pace.parts()))

    def say(self, text: str) -> None:
        click.echo(text, err=True)


class _Bar:
    def __init__(self, pace: Pace, progress: Progress) -> None:
        self._pace = pace
        self._progress = progress
        self._task = progress.add_task("", total=None)

    def show(self, progress: DownloadProgress) -> None:
        self._pace.add(progress)
        self._progress.update(self._task, completed=ended_of(progress), total=progress.total)

    def say(self, text: str) -> None:
        self._progress.console.print(text, soft_wrap=True)


class _Parts(ProgressColumn):
    """What there is to say beside the bar, as far as there is room."""

    def __init__(self, pace: Pace, console: Console) -> None:
        super().__init__(Column(no_wrap=True))
        self._pace = pace
        self._console = console

    def render(self, task: Task) -> Text:  # noqa: ARG002 - the pace knows more
        """The text, looked at anew each time it is drawn."""
        first, *more = self._pace.parts()
        text, room = first, self._console.width - _SHORTEST_BAR - 1
        for part in more:
            longer = f"{text}{_GAP}{part}"
            if cell_len(longer) > room:
                break
            text = longer
        return Text(text)


def ended_of(told: DownloadProgress | DownloadReport) -> int:
    """How many recordings have come to their end."""
    return told.done + told.kept + told.missing + told.failed
