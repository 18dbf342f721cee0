"""Tables for people."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from hillstone_ccc.cli import table
from hillstone_ccc.cli.failure import printable
from hillstone_ccc.cli.table import Column, answer, clock, number_shown, say_table, talked

COLUMNS: tuple[Column[str], ...] = (
    Column("Name", lambda name: name),
    Column("First", lambda name: name[:1], rank=2),
    Column("Length", lambda name: str(len(name)), right=True, rank=1),
)


@pytest.fixture
def screen(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Makes the place where tables are printed so many columns wide."""

    def make(width: int) -> None:
        monkeypatch.setattr(table, "console", lambda: Console(width=width, markup=False, emoji=False, highlight=False))

    return make


@pytest.mark.parametrize(
    ("width", "head"),
    [
        (21, "Name    First  Length"),
        (20, "Name    Length"),
        (14, "Name    Length"),
        (13, "Name"),
        (6, "Name"),
    ],
)
def test_columns_leave_by_rank(
    screen: Callable[[int], None], capsys: pytest.CaptureFixture[str], width: int, head: str
) -> None:
    """The column of the highest rank goes first, and what is gone is named."""
    screen(width)
    say_table(COLUMNS, ["张三丰"])
    lines = [line.rstrip() for line in capsys.readouterr().out.splitlines()]
    assert head == lines[0]
    told = "" if width == 21 else "(no room for: First)" if width >= 14 else "(no room for: First, Length)"
    assert told == " ".join(lines[2:])


def test_a_cell_too_long_is_folded(screen: Callable[[int], None], capsys: pytest.CaptureFixture[str]) -> None:
    """A column that stays loses nothing."""
    screen(4)
    say_table(COLUMNS[:1], ["张三丰"])
    assert ["Name", "张三", "丰"] == [line.rstrip() for line in capsys.readouterr().out.splitlines()]


def test_what_a_cell_says_is_not_obeyed(capsys: pytest.CaptureFixture[str]) -> None:
    """Markup, emoji codes, line ends and escape sequences in data stay text."""
    say_table(COLUMNS[:1], ["[bold]x[/bold] :smile:", "\x1b[2J\nx\u202e"])
    assert ["Name", "[bold]x[/bold] :smile:", " [2J x"] == [
        line.rstrip() for line in capsys.readouterr().out.splitlines()
    ]


@given(st.text())
def test_printable_text_is_as_long_and_obeyed_by_nobody(text: str) -> None:
    """Each sign stays, or becomes one blank."""
    shown = printable(text)
    assert len(text) == len(shown)
    assert shown.isprintable()


@pytest.mark.parametrize(
    ("seconds", "told"), [(None, ""), (0, "0:00"), (94, "1:34"), (3599, "59:59"), (3723, "1:02:03")]
)
def test_spans(seconds: int | None, told: str) -> None:
    """Minutes and seconds, and hours where there are any."""
    assert told == talked(seconds)


@pytest.mark.parametrize(("flag", "told"), [(None, ""), (True, "yes"), (False, "no")])
def test_answers(flag: bool | None, told: str) -> None:
    """What nobody told is blank."""
    assert told == answer(flag)


def test_a_time_nobody_told_is_blank() -> None:
    """A call without a time has none."""
    assert "" == clock(None)


@pytest.mark.parametrize("whole", [True, False])
def test_a_number_nobody_told_is_blank(whole: bool) -> None:
    """Masked or whole, nothing is nothing."""
    assert "" == number_shown(whole)(None)
