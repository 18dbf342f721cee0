"""What all pictures have in common, on the sandbox's made-up calls."""

from __future__ import annotations

import gc
import struct
import subprocess
import sys
import warnings
from collections.abc import Callable, Iterator
from io import BytesIO
from typing import Any

import pytest
from matplotlib import rc_context, rcParams
from matplotlib.figure import Figure

from hillstone_ccc import CallDetail, CallRecord, CallRecordQuery, Client, UnsupportedError, plots
from hillstone_ccc.plots.picture import Picture
from hillstone_ccc.sandbox import Call, Sandbox, Transfer

from .looking import axes_of, keep, outside, overlapping, png, svg, texts
from .made import agent, customer, detail, record
from .test_fonts import chinese

pytestmark = pytest.mark.once  # the other modules try each kind of picture with every version

DRAWN: dict[str, Callable[..., Figure]] = {
    "traffic": plots.traffic,
    "outcomes": plots.outcomes,
    "waiting": plots.waiting,
    "load": plots.load,
    "journey": lambda calls, **more: plots.journey(calls[0], **more),
}
CALLS = [record(), record(2, agent_names=("Berta",), agent_ids=("berta@ccc-demo",))]


@pytest.fixture(params=DRAWN)
def draw(request: pytest.FixtureRequest) -> Callable[..., Figure]:
    """Each kind of picture."""
    return DRAWN[request.param]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_each_is_written_as_png_svg_and_pdf(draw: Callable[..., Figure], language: str) -> None:
    """Well-formed, 900 px wide; nothing warns of a glyph."""
    calls = CALLS
    if language == "zh":
        chinese()
        calls = [record(agent_names=("张三",), agent_ids=("zhangsan@ccc-demo",))]
    figure = draw(calls, language=language)
    assert 900 == png(figure)[0]
    assert svg(figure)
    with warnings.catch_warnings():
        # What fontTools says of dates in fonts is no matter of ours.
        warnings.filterwarnings("ignore", category=DeprecationWarning)
        told = BytesIO()
        figure.savefig(told, format="pdf")
    assert told.getvalue().startswith(b"%PDF")


def test_each_says_what_it_shows(draw: Callable[..., Figure]) -> None:
    """In a sentence, which a figure of several pictures joins."""
    assert plots.alt_text(draw(CALLS)).endswith(".")
    whole = Figure()
    for axes in whole.subplots(1, 2):
        assert whole is draw(CALLS, ax=axes)
    assert f"{plots.alt_text(draw(CALLS))} {plots.alt_text(draw(CALLS))}" == plots.alt_text(whole)
    assert "" == plots.alt_text(Figure())


def test_a_notebook_is_given_it_sharp_and_at_its_size(draw: Callable[..., Figure]) -> None:
    """Twice as many dots as it is wide, with its text."""
    figure: Any = draw(CALLS)
    told, about = figure._repr_png_()
    width, height = png(figure)
    assert (2 * width, 2 * height) == struct.unpack(">II", told[16:24])
    assert {"width": width, "height": height, "alt": plots.alt_text(figure)} == about


def test_nothing_global_is_touched(draw: Callable[..., Figure]) -> None:
    """No setting of matplotlib's; and the settings that there are are followed."""
    before = dict(rcParams)
    figure = draw(CALLS)
    png(figure)
    assert before == dict(rcParams)
    with rc_context({"axes.facecolor": "black"}):
        assert (0.0, 0.0, 0.0, 1.0) == axes_of(draw(CALLS)).get_facecolor()


def test_no_figure_stays(draw: Callable[..., Figure]) -> None:
    """A server may draw as many as it likes."""
    draw(CALLS)
    gc.collect()
    assert [] == [one for one in gc.get_objects() if type(one) is Picture]


def test_no_number_is_shown_unmasked(draw: Callable[..., Figure]) -> None:
    """Neither in the picture nor in its text."""
    calls = [record(calling_number="13800000001", called_number="02100000001")]
    shown = plots.alt_text(draw(calls)) + "".join(texts(draw(calls)))
    assert "13800000001" not in shown
    assert "02100000001" not in shown
    whole = detail(agent("a", "Established@0"), customer("Established@0", "02100000001"))
    assert "021****0001" in "".join(texts(plots.journey(whole)))


def test_a_picture_is_drawn_without_pyplot() -> None:
    """Whose figures stay until somebody closes them."""
    program = "import sys; from hillstone_ccc.plots import load; load([]); print('matplotlib.pyplot' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    assert "False\n" == run.stdout


def test_without_matplotlib_it_is_said_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    """When a picture is asked for; the module itself can be imported."""
    for name in [name for name in sys.modules if name.startswith("hillstone_ccc.plots.")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(UnsupportedError, match="extra 'plots'") as caught:
        plots.traffic([])
    assert "hillstone-ccc[plots]" in str(caught.value.advice)


def test_the_module_has_the_names_it_says() -> None:
    """And no others."""
    assert sorted(plots.__all__) == list(plots.__all__)
    assert all(getattr(plots, name) for name in plots.__all__)
    with pytest.raises(AttributeError, match="pie"):
        _ = plots.pie


def test_importing_the_library_does_not_import_matplotlib() -> None:
    """Nor does importing the module of the pictures."""
    program = "import sys, hillstone_ccc, hillstone_ccc.plots; print('matplotlib' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    assert "False\n" == run.stdout


# --- looked at ----------------------------------------------------------------------------------------------

BEGIN = 1_767_323_045_000
TWO_HOURS = 7_200_000
MADE = [
    Call(contact_id="job-usual", start_time=BEGIN, held_time=9),
    Call(
        contact_id="job-short",
        start_time=BEGIN,
        established_time=None,
        release_time=BEGIN + 5_000,
        call_duration=5,
        ivr_time=3,
        queue_time=2,
        ring_time=0,
        wait_time=0,
        talk_time=0,
        agents=(),
        agent_names=(),
        disposition="AbandonedInQueue",
    ),
    Call(
        contact_id="job-long",
        start_time=BEGIN,
        release_time=BEGIN + TWO_HOURS,
        call_duration=7_200,
        talk_time=7_185,
        held_time=600,
        agents=("zhangsan@ccc-demo", "lina@ccc-demo"),
        agent_names=("张三", "李娜"),
        transfers=(
            Transfer(
                from_agent="zhangsan@ccc-demo",
                to="lina@ccc-demo",
                to_kind="agent",
                time=BEGIN + 1_800_000,
                kind="consulted",
            ),
        ),
    ),
]


def client_of(box: Sandbox) -> Client:
    """A client of a sandbox."""
    return Client(
        instance_id=box.instance_id,
        endpoint=box.endpoint,
        access_key_id=box.access_key_id,
        access_key_secret=box.access_key_secret,
    )


@pytest.fixture(scope="module")
def generated() -> Iterator[list[CallRecord]]:
    """A month of the sandbox's calls."""
    with Sandbox(records=3_000, seed=7) as box, client_of(box) as ccc:
        yield ccc.call_records.search(CallRecordQuery.last(days=400)).to_list()


@pytest.fixture(scope="module")
def details() -> Iterator[list[CallDetail]]:
    """Calls that differ in length."""
    with Sandbox(calls=MADE) as box, client_of(box) as ccc:
        yield [ccc.call_records.get(call.contact_id) for call in MADE]


@pytest.mark.once
@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize(
    ("name", "more"),
    [
        ("traffic", {}),
        ("outcomes", {}),
        ("outcomes", {"every": "hour"}),
        ("waiting", {}),
        ("load", {}),
    ],
)
def test_pictures_of_a_month_to_look_at(
    generated: list[CallRecord], name: str, more: dict[str, Any], language: str
) -> None:
    """They lie in build/screenshots; every text lies within its picture, and on no other."""
    chinese()
    figure = DRAWN[name](generated, language=language, **more)
    keep(figure, "-".join(["plot", name, *more.values(), language]))
    assert [] == outside(figure) + overlapping(figure)


@pytest.mark.once
@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("call", range(len(MADE)), ids=[call.contact_id for call in MADE])
def test_journeys_to_look_at(details: list[CallDetail], call: int, language: str) -> None:
    """They lie in build/screenshots; every text lies within its picture, and on no other."""
    chinese()
    figure = DRAWN["journey"](details[call:], language=language)
    keep(figure, f"plot-journey-{MADE[call].contact_id}-{language}")
    assert [] == outside(figure) + overlapping(figure)
