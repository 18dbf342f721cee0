"""Values as cells of a CSV file that a spreadsheet opens as they are meant, and read back from there exactly.

A spreadsheet takes a cell that begins with ``=``, ``+``, ``-`` or ``@`` for a formula, whoever wrote it, and runs it;
an apostrophe in front keeps it from that. And it takes text that is all digits for a number, whose first zero or last
digits are lost; a tab in front keeps it from that. Both are taken off again when the file is read here.
"""

from __future__ import annotations

import json
import re
from typing import Any, cast

from .columns import Column, Kind
from .plain import as_json

_SIGN = r"[=+\-@＝＋－＠]"
# Also after apostrophes: another is put before those that are there, so that the first is always ours.
_RUNS = re.compile(rf"[\s']*{_SIGN}|'*[\t\r\n]")
# Where a spreadsheet separates by another sign than the comma, what follows that sign is a cell of its own.
_RUNS_INSIDE = re.compile(rf"([,;|\t\r\n][\s\"']*)({_SIGN})")
_KEPT_INSIDE = re.compile(rf"([,;|\t\r\n][\s\"']*)'({_SIGN})")
_LOSES_DIGITS = re.compile(r"0[0-9]+|[0-9]{12,}|[0-9]+[Ee][0-9]+", re.ASCII)
_SEPARATOR = ";"
# What begins so is JSON; and so is a list that a separator could not tell apart.
_JSON = "["


def as_cell(value: Any, *, spreadsheet: bool = False) -> str:
    """A field's value as the text of one cell.

    Several texts are joined by ``;``, or are a JSON list where one holds that sign; what has structure is JSON.

    Args:
        value: The value.
        spreadsheet: Whether all is done for whoever opens the file in a spreadsheet, and :func:`of_cell` reads it; else
            programs read it, and no text begins like a formula.
    """
    value = as_json(value)
    if value is None or value in ([], {}):
        return ""
    if isinstance(value, list) and all(isinstance(one, str) for one in cast("list[Any]", value)):
        value = _joined(cast("list[str]", value))
    if not isinstance(value, str):
        told = json.dumps(value, ensure_ascii=False)
        return _RUNS_INSIDE.sub(r"\1'\2", told) if spreadsheet and isinstance(value, (dict, list)) else told
    text = str.__str__(value).replace("\0", "\N{REPLACEMENT CHARACTER}")  # no CSV holds NUL
    return _harmless(text, spreadsheet=spreadsheet)


def of_cell(cell: str, column: Column) -> Any:
    """What :func:`as_cell` made a spreadsheet's cell of, as JSON types; None of an empty one.

    Raises:
        ValueError: It is no cell of such a column.
    """
    if cell == "":
        return None
    if column.kind in {Kind.WHOLE, Kind.FLAG}:
        return json.loads(cell)
    text = _told(cell)
    if column.kind in {Kind.TEXT, Kind.WORD, Kind.TIME}:
        return text
    if column.kind is Kind.TEXTS:
        return json.loads(text) if text.startswith(_JSON) else text.split(_SEPARATOR)
    return json.loads(text)


def _joined(texts: list[str]) -> str:
    plain = not any(not text or _SEPARATOR in text or text.startswith(_JSON) for text in texts)
    return _SEPARATOR.join(texts) if plain else json.dumps(texts, ensure_ascii=False)


def _harmless(text: str, *, spreadsheet: bool) -> str:
    kept = _RUNS_INSIDE.sub(r"\1'\2", text) if spreadsheet else text
    if _RUNS.match(text):
        return f"'{kept}"
    return f"\t{kept}" if spreadsheet and _LOSES_DIGITS.fullmatch(text) else kept


def _told(cell: str) -> str:
    if cell.startswith("\t") or _RUNS.match(cell):
        cell = cell[1:]
    return _KEPT_INSIDE.sub(r"\1\2", cell)
