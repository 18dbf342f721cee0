"""What is looked at, times, and files for spreadsheets: the page's own code in the browser, held against Python's."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from itertools import chain
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import example, given
from hypothesis import strategies as st
from playwright.sync_api import Page

from hillstone_ccc.contract import CALL_RECORDS, PARAMETERS, UnreadableError

from .modules import STILL, run

Visit = Callable[..., Page]
View = dict[str, Any]

OF_THE_CONTRACT = {one.name: one for one in PARAMETERS[CALL_RECORDS]}
READ = {
    "page",
    "size",
    "agent_names",
    "calling_number",
    "called_number",
    "start_time",
    "end_time",
    "contact_types",
    "dispositions",
}
LATEST = OF_THE_CONTRACT["start_time"].schema["maximum"]
BLANKS = "\t\n\v\f\r \u00a0\u1680\u2028\u2029\u202f\u205f\u3000\ufeff" + "".join(map(chr, range(0x2000, 0x200B)))
"""What a browser trims; Python trims other signs too."""

moments = st.integers(0, LATEST)
since_1992 = st.integers(694_195_200_000, LATEST)
words = st.from_regex("[A-Za-z0-9_]+", fullmatch=True)
numbers = st.just("") | st.from_regex("[+]?[0-9*#]*[0-9*][0-9*#]*", fullmatch=True)


@st.composite
def views(draw: st.DrawFn) -> View:
    """Whatever can be looked at."""
    range_ = draw(st.sampled_from(["today", "7d", "30d", "custom"]))
    return {
        "range": range_,
        "start": draw(moments) if range_ == "custom" else None,
        "end": draw(st.none() | moments) if range_ == "custom" else None,
        "agents": draw(st.text()).strip(BLANKS),
        "calling": draw(numbers),
        "called": draw(numbers),
        "types": draw(st.lists(words, max_size=3)),
        "dispositions": draw(st.lists(words, max_size=3)),
        "page": draw(st.integers(1, 10**15 - 1)),
        "size": draw(st.integers(1, 100)),
        "call": draw(st.text()),
    }


# --- what is looked at --------------------------------------------------------------------------------------

_THERE_AND_BACK = """
(m, texts) => texts.map((text) => {
  const told = [...new URLSearchParams(text.replace(/^#/, ""))];
  const { view, unread } = m.read(text);
  const address = m.write(view);
  return { told, view, unread, address, again: m.read(address) };
})
"""
_VALUES = st.text() | numbers | words | moments.map(str) | st.sampled_from(["7d", "custom", "1", "100", "a,b", " ", ""])
_NAMES = st.sampled_from([*READ, *OF_THE_CONTRACT, "range", "call", "__proto__"]) | st.text()
_ADDRESSES = st.text() | st.builds(
    lambda first, pairs: first + "&".join(f"{name}={value}" for name, value in pairs),
    st.sampled_from(["", "#", "##"]),
    st.lists(st.tuples(_NAMES, _VALUES), max_size=4),
)


def held(view: View) -> dict[str, str]:
    """What a view has of each name that the page reads in an address."""
    texts = {"agent_names": view["agents"], "calling_number": view["calling"], "called_number": view["called"]}
    texts |= {"contact_types": ",".join(view["types"]), "dispositions": ",".join(view["dispositions"])}
    texts |= {"start_time": str(view["start"]), "end_time": str(view["end"]), "range": view["range"]}
    return texts | {"page": str(view["page"]), "size": str(view["size"]), "call": view["call"]}


def same(name: str, text: str) -> str:
    """A text as a view holds it."""
    if name in {"start_time", "end_time"}:
        return str(int(text))
    return text.strip(BLANKS) if name == "agent_names" else text


def test_any_view_comes_back(visit: Visit) -> None:
    """The address of a view means that view, and nothing in it is unread."""
    page = visit(STILL)

    @given(st.lists(views(), max_size=20))
    def law(some: list[View]) -> None:
        assert [{"view": one, "unread": []} for one in some] == run(
            page, "telling/address", "(m, views) => views.map((one) => m.read(m.write(one)))", some
        )

    law()


def test_any_address(visit: Visit) -> None:
    """What is not told as unread is in the view, as it was written: no filter is lost, whatever the address."""
    page = visit(STILL)

    @given(st.lists(_ADDRESSES, max_size=20))
    @example(["#range=7d&start_time=5"])
    @example(["#agent_names=%20"])
    @example(["#page=1&page=1", "#%", "#&&=", "#constructor=1"])
    def law(texts: list[str]) -> None:
        for one in run(page, "telling/address", _THERE_AND_BACK, texts):
            read = {name: same(name, text) for name, text in one["told"] if name not in one["unread"]}
            assert read == {name: text for name, text in held(one["view"]).items() if name in read}
            assert len(read) == sum(name not in one["unread"] for name, _ in one["told"])
            if not one["unread"]:
                assert {"view": one["view"], "unread": []} == one["again"]

    law()


def test_names_that_the_page_does_not_know(visit: Visit) -> None:
    """A filter of the contract's that the page cannot show is told as unread, with any value."""
    page = visit(STILL)
    values = ["", "1", "x", "7d", "-1", ">2", "asc", "AUDIO"]
    for name in {*OF_THE_CONTRACT, "unheard_of"} - READ:
        found = run(page, "telling/address", _THERE_AND_BACK, [f"#{name}={value}" for value in values])
        assert [[name]] * len(values) == [one["unread"] for one in found]


def test_the_latest_moment(visit: Visit) -> None:
    """It is the contract's: what is later is unread."""
    texts = [
        f"#start_time={LATEST}&end_time={LATEST}",
        f"#start_time={LATEST + 1}",
        f"#start_time=5&end_time={LATEST + 1}",
    ]
    found = run(visit(STILL), "telling/address", _THERE_AND_BACK, texts)
    assert [[], ["start_time"], ["end_time"]] == [one["unread"] for one in found]


def test_numbers_are_the_contracts(visit: Visit) -> None:
    """The page takes for a number what the contract takes for one."""
    page = visit(STILL)
    pattern = re.compile(OF_THE_CONTRACT["called_number"].schema["pattern"])

    @given(st.lists(st.text() | numbers | st.text("+*#019 ")))
    def law(texts: list[str]) -> None:
        expected = [pattern.fullmatch(text) is not None for text in texts]
        assert expected == run(page, "telling/address", "(m, texts) => texts.map(m.isNumber)", texts)

    law()


def test_what_is_asked_for_is_read(visit: Visit) -> None:
    """The contract reads the parameters of any view, and as they were meant."""
    page = visit(STILL)

    @given(st.lists(st.tuples(views(), since_1992), max_size=20))
    def law(some: list[tuple[View, int]]) -> None:
        asked = run(
            page,
            "telling/address",
            "(m, some) => some.map(([view, now]) => m.parameters(view, now))",
            list(map(list, some)),
        )
        for (view, now), told in zip(some, asked, strict=True):
            meant = {name: text for name, text in held(view).items() if name in READ - {"page", "size"}}
            if view["range"] != "custom":
                days = {"today": 0, "7d": 6, "30d": 29}[view["range"]]
                meant |= {"start_time": str(midnight(now, days)), "end_time": "None"}
            assert {name: text for name, text in meant.items() if text not in {"", "None"}} == told
            for name, text in told.items():
                try:
                    OF_THE_CONTRACT[name].read(text)
                except UnreadableError:
                    # Commas alone, which whoever typed them is told by the server.
                    assert name == "agent_names"
                    assert not re.search(r"[^,，\s]", text)

    law()


def test_pages_of_the_same_calls(visit: Visit) -> None:
    """Another page, size or open call is of the same calls; another filter is not."""
    page = visit(STILL)

    @given(st.lists(st.tuples(views(), views()), max_size=20))
    def law(pairs: list[tuple[View, View]]) -> None:
        aside = ("page", "size", "call")
        told = [[one, other, {**one, **{name: other[name] for name in aside}}] for one, other in pairs]
        found = run(
            page,
            "telling/address",
            "(m, told) => told.map(([a, b, c]) => [m.sameCalls(a, b), m.sameCalls(a, c)])",
            told,
        )
        expected = [all(one[name] == other[name] for name in one if name not in aside) for one, other in pairs]
        assert [[equal, True] for equal in expected] == found

    law()


# --- times --------------------------------------------------------------------------------------------------

SHANGHAI = ZoneInfo("Asia/Shanghai")
EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)


def local(moment: int) -> datetime:
    """A moment in Shanghai."""
    return (EPOCH + timedelta(milliseconds=moment)).astimezone(SHANGHAI)


def milliseconds(at: datetime) -> int:
    """A time as Unix milliseconds."""
    return (at - EPOCH) // timedelta(milliseconds=1)


def midnight(moment: int, days: int) -> int:
    """The last midnight before a moment, so many days back."""
    day = local(moment).replace(tzinfo=None, hour=0, minute=0, second=0, microsecond=0) - timedelta(days=days)
    return milliseconds(day.replace(tzinfo=SHANGHAI))


def test_moments_are_shanghais(visit: Visit) -> None:
    """Times, dates, hours and midnights are those of Asia/Shanghai, whatever the visitor's zone."""
    page = visit(STILL)

    @given(st.lists(st.tuples(since_1992, st.integers(0, 60)), max_size=50))
    def law(some: list[tuple[int, int]]) -> None:
        found = run(
            page,
            "telling/times",
            "(m, some) => some.map(([at, days]) => [m.dateAndTime(at), m.date(at), m.timeOfDay(at), m.hour(at), "
            "m.typed(at), m.meant(m.typed(at)), m.midnight(at, days)])",
            list(map(list, some)),
        )
        expected: list[list[Any]] = []
        for at, days in some:
            here = local(at)
            shown = [here.strftime(form) for form in ("%Y-%m-%d %H:%M:%S", "%Y-%m-%d", "%H:%M:%S")]
            expected.append(
                [*shown, here.hour, here.strftime("%Y-%m-%dT%H:%M:%S"), at // 1000 * 1000, midnight(at, days)]
            )
        assert expected == found

    law()


def test_no_moment(visit: Visit) -> None:
    """No time is shown as nothing."""
    shown = "(m) => [m.dateAndTime(null), m.date(null), m.timeOfDay(null), m.typed(null)]"
    assert [""] * 4 == run(visit(STILL), "telling/times", shown)


def test_what_is_typed(visit: Visit) -> None:
    """It means that time in Shanghai if there is such a time, and else nothing."""
    page = visit(STILL)
    parts = st.tuples(
        st.integers(1992, 2099),
        st.integers(0, 13),
        st.integers(0, 32) | st.integers(28, 31),
        st.integers(0, 25),
        st.integers(0, 61),
        st.none() | st.integers(0, 61),
    )

    @given(st.lists(parts, max_size=50))
    @example([(2026, 2, 30, 0, 0, None), (2026, 1, 1, 24, 0, 0), (2100, 2, 29, 0, 0, None)])
    def law(some: list[tuple[int, int, int, int, int, int | None]]) -> None:
        texts: list[str] = []
        expected: list[int | None] = []
        for year, month, day, hour, minute, second in some:
            texts.append(
                f"{year}-{month:02}-{day:02}T{hour:02}:{minute:02}" + ("" if second is None else f":{second:02}")
            )
            try:
                expected.append(milliseconds(datetime(year, month, day, hour, minute, second or 0, tzinfo=SHANGHAI)))
            except ValueError:
                expected.append(None)
        assert expected == run(page, "telling/times", "(m, texts) => texts.map(m.meant)", texts)

    law()


def test_what_is_no_time(visit: Visit) -> None:
    """Text of another form means nothing."""
    texts = ["", "2026-03-01", "2026-03-01 00:00", "2026-3-1T00:00", "02026-03-01T00:00", "2026-03-01T00:00Z", "x"]
    assert [None] * len(texts) == run(visit(STILL), "telling/times", "(m, texts) => texts.map(m.meant)", texts)


def test_minutes_and_seconds(visit: Visit) -> None:
    """Durations are whole minutes and seconds, of which there are always two digits."""
    page = visit(STILL)

    @given(st.lists(st.integers(-5, 10**7)))
    def law(some: list[int]) -> None:
        expected = [f"{max(0, seconds) // 60}:{max(0, seconds) % 60:02}" for seconds in some]
        assert expected == run(page, "telling/times", "(m, some) => some.map(m.minutes)", some)

    law()


# --- files for spreadsheets ---------------------------------------------------------------------------------

RUNS = tuple("=+-@＝＋－＠")
SEPARATED = re.compile(f"([,;|\t\r\n][\"'{BLANKS}]*)([{''.join(RUNS[:2])}\\-{''.join(RUNS[3:])}])")
LOSES_DIGITS = re.compile("0[0-9]+|[0-9]{12,}|[0-9]+[eE][0-9]+")
# Python 3.10 reads no file with a zero sign in it.
_texts = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]))
_digits = st.from_regex("[0-9]{1,20}", fullmatch=True) | st.from_regex("[0-9]{1,3}[eE][0-9]{1,3}", fullmatch=True)
_hostile = st.builds(
    "".join,
    st.tuples(st.text([*BLANKS, "\x85"], max_size=2), st.sampled_from([*RUNS, "\t", "\r", "'", '"', ","]), _texts),
)
_cells = _texts | _digits | _hostile | st.integers(0, 2**53) | st.none()
# No fewer columns than two: a line with one empty cell reads like a line with none.
tables = st.integers(2, 5).flatmap(lambda columns: st.lists(st.lists(_cells, min_size=columns, max_size=columns)))


def test_any_table_is_read_back(visit: Visit) -> None:
    """A reader of CSV finds each cell, and in front of some one sign that keeps a spreadsheet from misreading it."""
    page = visit(STILL)

    @given(tables)
    @example([["=1+1", " =1+1"], ["\t=1", "＝1"], ["007", "123456789012"], ["12e34", "12"], ["a\r\nb", '"']])
    def law(table: list[list[Any]]) -> None:
        text = run(page, "telling/csv", "(m, rows) => m.csv(rows)", table)
        read = list(csv.reader(io.StringIO(text.encode().decode("utf-8-sig"), newline=""), strict=True))
        assert list(map(len, table)) == list(map(len, read))
        for told, cell in zip(chain(*table), chain(*read), strict=True):
            assert cell == expected(told)
            assert not cell.lstrip(BLANKS).startswith(RUNS)
            assert not cell.startswith(("\t", "\r", "\n")) or LOSES_DIGITS.fullmatch(cell[1:])

    law()


def expected(told: str | int | None) -> str:
    """A cell as it has to be in the file."""
    if not isinstance(told, str):
        return "" if told is None else str(told)
    told = SEPARATED.sub(r"\1'\2", told)
    if told.lstrip(BLANKS).startswith(RUNS) or told.startswith(("\t", "\r", "\n")):
        return f"'{told}"
    return f"\t{told}" if LOSES_DIGITS.fullmatch(told) else told


def test_where_another_sign_separates(visit: Visit) -> None:
    """Neither does what follows a semicolon, a tab or a line in a cell begin like a formula."""
    page = visit(STILL)

    @given(tables)
    @example([["x;=1+1", "x\t=1"], ['a|"@b', "a,\n-1"]])
    def law(table: list[list[Any]]) -> None:
        text = run(page, "telling/csv", "(m, rows) => m.csv(rows)", table)
        begun = re.split("[;|\t\r\n]", text.removeprefix("\ufeff"))
        assert [] == [one for one in begun if one.lstrip(BLANKS + '"').startswith(RUNS)]

    law()


def test_how_lines_end(visit: Visit) -> None:
    """The file is UTF-8 with its mark, and lines end as RFC 4180 has it."""
    text = run(visit(STILL), "telling/csv", "(m, rows) => m.csv(rows)", [["主叫", "a"], ["", 5]])
    assert "\ufeff主叫,a\r\n,5\r\n" == text
