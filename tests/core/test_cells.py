"""Values as cells of a CSV file for spreadsheets."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from hillstone_ccc._core.cells import as_cell, of_cell
from hillstone_ccc._core.columns import Column, Kind
from hillstone_ccc._core.records import SummaryIndex

SIGNS = "=+@＝＋－＠-"
NASTY = st.text(st.sampled_from(f"{SIGNS},;|\t\r\n '\"[]0123456789Ee好a"), max_size=12)
TEXT = Column("told", Kind.TEXT)


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        ("07350000001", "\t07350000001"),
        ("13800000001", "13800000001"),
        ("138000000011", "\t138000000011"),
        ("12e34", "\t12e34"),
        ("+8613800000001", "'+8613800000001"),
        ("＝1", "'＝1"),
        ("\t=1", "'\t'=1"),
        ("张三,=1", "张三,'=1"),
        ("0", "0"),
        ("'=1", "''=1"),
        (("07350000001",), "\t07350000001"),
        (("a", "-b"), "a;'-b"),
        (("a;b", "c"), '["a;b", "c"]'),
        (("[", "c"), '["[", "c"]'),
        (12, "12"),
        (-12, "-12"),
        (SummaryIndex("退款;=1"), '{"keywords": "退款;\'=1", "extra": {}}'),
    ],
)
def test_what_a_spreadsheet_opens(value: Any, cell: str) -> None:
    """A tab keeps zeros and digits, an apostrophe keeps from running; several texts are told apart."""
    assert cell == as_cell(value, spreadsheet=True)


@given(st.text(st.characters(codec="utf-8", exclude_characters="\0")) | NASTY)
@example("'a")
@example("\n'=1")
@example(" \t'=")
@example("'\t")
def test_text_is_read_back(text: str) -> None:
    """Whatever was put in front or between is taken off again, and nothing else."""
    assert (text or None) == of_cell(as_cell(text, spreadsheet=True), TEXT)


@given(st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=4) | NASTY))
def test_several_texts_are_read_back(texts: list[str]) -> None:
    """Also empty ones and those that hold the sign between them."""
    assert texts == (of_cell(as_cell(tuple(texts), spreadsheet=True), Column("told", Kind.TEXTS)) or [])


@given(st.recursive(st.integers() | st.booleans() | NASTY, lambda inner: st.dictionaries(NASTY, inner, max_size=2)))
def test_structures_are_read_back(value: Any) -> None:
    """As JSON, whose texts could run as well."""
    assert {"a": value} == of_cell(as_cell({"a": value}, spreadsheet=True), Column("extra", Kind.JSON))


@given(NASTY | st.text())
def test_nothing_runs(text: str) -> None:
    """Neither the cell, nor what follows another program's separator in it."""
    cell = as_cell(text, spreadsheet=True)
    assert None is re.match(rf"\s*[{SIGNS}]|[\r\n]", cell.removeprefix("\t"))
    assert None is re.search(rf"[,;|\t\r\n][\s\"]*[{SIGNS}]", cell)


@pytest.mark.parametrize(
    ("value", "kind"), [(None, Kind.TEXT), (0, Kind.WHOLE), (-3, Kind.WHOLE), (False, Kind.FLAG), (True, Kind.FLAG)]
)
def test_what_is_no_text_is_read_back(value: Any, kind: Kind) -> None:
    """A number is one again, also below 0."""
    assert value == of_cell(as_cell(value, spreadsheet=True), Column("told", kind))


@pytest.mark.parametrize(
    ("cell", "kind"), [("x", Kind.WHOLE), ("maybe", Kind.FLAG), ("[", Kind.TEXTS), ("{", Kind.JSON)]
)
def test_what_is_no_such_cell_is_refused(cell: str, kind: Kind) -> None:
    """Nothing is guessed."""
    with pytest.raises(ValueError):  # noqa: PT011 - whoever reads the file says which row
        of_cell(cell, Column("told", kind))
