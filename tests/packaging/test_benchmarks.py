"""What the benchmarks make of their figures. That they run, all of them, is seen by `make bench-quick`."""

import importlib
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any
from xml.etree import ElementTree as ET

import pytest

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"
SVG = "{http://www.w3.org/2000/svg}"

pytestmark = pytest.mark.once


@pytest.fixture
def benchmark(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Imports a benchmark's module, as the programs beside it do; none of them stays."""
    before = set(sys.modules)
    monkeypatch.syspath_prepend(str(BENCHMARKS))

    def load(name: str) -> ModuleType:
        return importlib.import_module(name)

    yield load
    for name in {one.stem for one in BENCHMARKS.glob("*.py")} - before:
        sys.modules.pop(name, None)


def test_a_law_of_growth_is_found_again(benchmark: Any) -> None:
    """Times that follow a power of the amount give that power, and nothing is off the line."""
    fit = benchmark("fit").fitted([10, 1_000, 100_000], [2e-6 * amount**1.5 for amount in (10, 1_000, 100_000)])
    assert pytest.approx((1.5, 2e-6, 0.0), abs=1e-9) == (fit.exponent, fit.scale, fit.residual)
    assert pytest.approx(2e-5) == fit.each(100)


def test_what_is_off_the_line_is_told(benchmark: Any) -> None:
    """A tenth too much and a tenth too little are a tenth off."""
    fit = benchmark("fit").fitted([1, 1, 10, 10], [1.1, 1 / 1.1, 11, 10 / 1.1])
    assert pytest.approx((1.0, 0.1)) == (fit.exponent, fit.residual)


def test_a_profile_tells_no_directory_of_this_machine(benchmark: Any) -> None:
    """Functions are told by where they stand below their package, and the interpreter's own by their names."""
    called = benchmark("growth").called
    places = [
        ("/somewhere/src/hillstone_ccc/_core/walk.py", 7, "read"),
        ("/somewhere/lib/python3.11/site-packages/httpx/_client.py", 8, "send"),
        ("/somewhere/lib/python3.11/json/decoder.py", 9, "decode"),
        ("~", 0, "<built-in method orjson.loads>"),
        ("~", 0, "<method 'get' of 'dict' objects>"),
    ]
    assert [
        "hillstone_ccc/_core/walk.py:7 read",
        "httpx/_client.py:8 send",
        "json/decoder.py:9 decode",
        "orjson.loads",
        "dict.get",
    ] == [called(*place) for place in places]


def test_the_parts_of_a_request_are_the_whole(benchmark: Any) -> None:
    """What is left when all that is known is taken off is told as well."""
    layers = benchmark("endpoint_layers")
    known = ("CLIENT", "ROWS", "ENCODING", "PARAMETERS", "SHELTER", "AUDIT", "FASTAPI")
    names = [*(getattr(layers, name) for name in known), *layers.AT_THE_DOOR.values()]
    took = dict.fromkeys(names, 0.001) | {layers.LIST: 0.01}
    parts = layers.breakdown(took)
    assert pytest.approx(0.01) == sum(parts.values())
    assert pytest.approx(0.002) == list(parts.values())[-1]


def test_a_long_listing_has_every_call_once(benchmark: Any) -> None:
    """However its range is cut, in either order; and its talk times add up."""
    long_listing, rows = benchmark("long_listing"), benchmark("rows")
    orjson = importlib.import_module("orjson")
    listing = long_listing.LongListing(250)

    def page(start: int, end: int, number: int, order: str = "DESC") -> Any:
        asked = f"StartTime={start}&EndTime={end}&PageNumber={number}&PageSize=100&SortOrder={order}"
        return orjson.loads(listing.answer(f"POST /?{asked} HTTP/1.1".encode()).partition(b"\r\n\r\n")[2])["Data"]

    whole = [row for number in (1, 2, 3) for row in page(rows.START_MS, rows.NOW_MS, number)["List"]]
    ids = [row["ContactId"] for row in whole]
    assert 250 == len(set(ids)) == page(rows.START_MS, rows.NOW_MS, 1)["TotalCount"]
    assert listing.talk_time == sum(row["TalkTime"] for row in whole)
    assert sorted((row["StartTime"] for row in whole), reverse=True) == [row["StartTime"] for row in whole]
    edge = whole[40]["StartTime"]
    late, early = page(edge, rows.NOW_MS, 1), page(rows.START_MS, edge - 1, 1, "ASC")
    assert ids[:41] == [row["ContactId"] for row in late["List"]]
    assert ids[:-101:-1] == [row["ContactId"] for row in early["List"]]
    assert (41, 209) == (late["TotalCount"], early["TotalCount"])


def test_the_picture_has_a_bar_for_each_contender_that_answers_at_once(benchmark: Any) -> None:
    """The longest one fills the room; doors that answer late, and what has no pages, are left out."""
    picture = benchmark("picture")
    walks = {
        "TLS": {
            name: [{"cpu": cpu}] for name, cpu in {"official sync": 4.0, "ours sync": 1.0, "ours, calls": 9.0}.items()
        },
        "TLS, 30 ms late": {"ours sync": [{"cpu": 9.0}]},
    }
    drawn = ET.fromstring("\n".join(picture.drawn(picture.bars(walks, 100))))  # noqa: S314 - our own
    paper, official, ours = drawn.iter(f"{SVG}rect")
    assert picture.PAPER == paper.get("fill")
    assert [picture.COLOURS["official"], picture.COLOURS["ours"]] == [one.get("fill") for one in (official, ours)]
    assert pytest.approx(4, rel=0.01) == float(official.attrib["width"]) / float(ours.attrib["width"])
    assert {"40.00 ms", "10.00 ms"} < {one.text for one in drawn.iter(f"{SVG}text")}


@pytest.fixture
def looks(benchmark: Any) -> dict[str, Any]:
    """Three visits: the API took 50 ms of 400, of 500 and of 1,150."""
    visit = {"asked": 100, "answered": 150, "there": 300, "requests": 42, "bytes": 160_000, "turned": 90}
    page = benchmark("first_look")
    return {
        name: [{**visit, "painted": painted, "turned": painted / 4} for painted in (400, 1_150, 500)]
        for name in (page.FIRST, page.AGAIN)
    }


def test_the_pages_figure_is_what_the_api_does_not_take(benchmark: Any, looks: dict[str, Any]) -> None:
    """Half of the visits and the worst one are judged; a second is too much."""
    page = benchmark("first_look")
    found = benchmark("report").looks_of({"visits": looks})
    assert [350, 1_100, 450] == [one.beyond for one in found[page.FIRST]]
    median, worst = page.judged(found)
    assert median.endswith("median | 450 | 1000 | yes |")
    assert worst.endswith("at worst | 1100 | 1000 | **no** |")
    told = list(page.table(found))
    assert f"| {page.FIRST} | 450 ms | 1,100 ms | 125 ms | 288 ms | 42 | 160 kB |" in told
    assert f"| {page.AGAIN} | 100 ms | 50 ms | 300 ms | 500 ms |" in list(page.course(found))


def test_without_a_browser_the_report_says_so(benchmark: Any) -> None:
    """Nothing of the page is judged then, and no figure of another run stays."""
    page, report = benchmark("first_look"), benchmark("report")
    assert page.LEFT_OUT in list(report.page_section({"calls": 500, "visits": {}}))
    assert [] == list(page.judged({}))


@pytest.mark.parametrize(("ci", "code"), [("", 0), ("true", 1)])
def test_without_a_browser_the_page_is_left_out_aloud(
    benchmark: Any,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    ci: str,
    code: int,
) -> None:
    """Where a change is judged that is a failure."""
    page = benchmark("first_look")
    monkeypatch.setenv("CI", ci)
    monkeypatch.setenv("HILLSTONE_CCC_BROWSER", str(tmp_path / "none"))
    monkeypatch.setattr(sys, "argv", ["first_look.py", "--quick", "--json", str(tmp_path / "page.json")])
    assert code == page.main()
    assert f"{page.LEFT_OUT}\n" == capsys.readouterr().out
    assert b"visits" in (tmp_path / "page.json").read_bytes()


def test_figures_are_placed_between_the_marks(benchmark: Any) -> None:
    """What stands around them stays; a second time changes nothing but the figures."""
    report = benchmark("report")
    page = f"# Speed\n\nBefore.\n\n{report.BEGIN}\nold\n{report.END}\n\nAfter.\n"
    placed = report.placed(page, "new")
    assert f"# Speed\n\nBefore.\n\n{report.BEGIN}\n\nnew\n\n{report.END}\n\nAfter.\n" == placed
    assert placed == report.placed(placed, "new")


def test_a_page_without_marks_gets_them_at_its_end(benchmark: Any) -> None:
    """So a page can be begun by the figures; half a pair of marks is refused, since it would swallow text."""
    report = benchmark("report")
    assert f"# Speed\n\n{report.BEGIN}\n\nnew\n\n{report.END}\n" == report.placed("# Speed\n", "new")
    for broken in (report.BEGIN, report.END, f"{report.END}{report.BEGIN}"):
        with pytest.raises(SystemExit, match="in this order"):
            report.placed(broken, "new")


def test_both_languages_are_written_from_the_same_figures(benchmark: Any, tmp_path: Path) -> None:
    """Each page has its own words, and a picture of its name."""
    page = tmp_path / "speed.md"
    page.with_suffix(".zh.md").write_text("# 性能\n\n正文。\n", "utf-8")
    benchmark("report").write(page, "| Wall |\n| ---: |\n| 1.50 ms |", "<text>ours sync</text>\n")
    told = {path.name: path.read_text("utf-8") for path in tmp_path.iterdir()}
    assert {"speed.md", "speed.svg", "speed.zh.md", "speed.zh.svg"} == set(told)
    assert told["speed.md"].startswith("# Speed\n\n<!-- figures: begin -->\n\n| Wall |\n| ---: |\n| 1.50 ms |\n")
    assert told["speed.zh.md"].startswith(
        "# 性能\n\n正文。\n\n<!-- figures: begin -->\n\n| 实际耗时 |\n| ---: |\n| 1.50 ms |\n"
    )
    assert ("<text>ours sync</text>\n", "<text>本库（同步）</text>\n") == (told["speed.svg"], told["speed.zh.svg"])


def test_the_chinese_page_has_the_figures_of_the_english_one(benchmark: Any) -> None:
    """Every text of the page that is committed is known in Chinese, in the picture as well."""
    chinese, report, page = benchmark("chinese"), benchmark("report"), benchmark("report").PAGE

    def figures(path: Path) -> str:
        return path.read_text("utf-8").partition(report.BEGIN)[2].partition(report.END)[0]

    english, drawn = figures(page), page.with_suffix(".svg").read_text("utf-8")
    assert [] == chinese.unknown(english)
    assert chinese.chinese(english) == figures(page.with_suffix(".zh.md"))
    assert chinese.drawn(drawn) == page.with_suffix(".zh.svg").read_text("utf-8")
    assert [] == chinese.unknown(benchmark("first_look").LEFT_OUT)


def test_what_is_not_known_in_chinese_stays_english(benchmark: Any) -> None:
    """Neither a part of a text nor a figure is made up, and it is told."""
    chinese = benchmark("chinese")
    row = "| ours by magic | 3.00 ms | | yes |"
    assert row.replace("yes", "是") == chinese.chinese(row)
    assert ["ours by magic"] == chinese.unknown(row)


def test_the_machine_is_told_without_its_name(benchmark: Any) -> None:
    """Cores, system, Python and packages are; neither the host nor a directory."""
    platform = importlib.import_module("platform")
    told = benchmark("report").machine()
    assert " cores" in told
    assert platform.python_version() in told
    assert platform.node() not in told
    assert str(Path.home()) not in told
