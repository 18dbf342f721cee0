"""A picture looked at: the texts on it, the files it makes."""

from __future__ import annotations

import struct
from io import BytesIO
from itertools import combinations
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.transforms import Bbox

_PICTURES = Path(__file__).parents[2] / "build" / "screenshots"
_PNG = b"\x89PNG\r\n\x1a\n"


def axes_of(figure: Figure) -> Axes:
    """A picture's only axes."""
    (axes,) = figure.axes
    return axes


def texts(figure: Figure) -> list[str]:
    """Every text that is seen on a picture, after it was drawn."""
    png(figure)
    found: Any = (text for text in figure.findobj(Text) if text.get_visible())
    return [text.get_text() for text in found if text.get_text()]


def png(figure: Figure) -> tuple[int, int]:
    """A picture as PNG: its width and height. A warning, such as of a missing glyph, is an error in tests."""
    told = BytesIO()
    figure.savefig(told, format="png")
    assert _PNG == told.getvalue()[: len(_PNG)]
    width, height = struct.unpack(">II", told.getvalue()[16:24])
    return width, height


def svg(figure: Figure) -> str:
    """A picture as SVG, well-formed."""
    told = BytesIO()
    figure.savefig(told, format="svg")
    assert "{http://www.w3.org/2000/svg}svg" == ET.fromstring(told.getvalue()).tag  # noqa: S314 - of our own
    return told.getvalue().decode("utf-8")


def keep(figure: Figure, name: str) -> None:
    """Keeps a picture as build/screenshots/NAME.png, to be looked at."""
    _PICTURES.mkdir(parents=True, exist_ok=True)
    figure.savefig(_PICTURES / f"{name}.png")


def _boxes(figure: Figure) -> list[tuple[str, Bbox]]:
    """Every text that was drawn, with the room that it takes; marks beyond an axis' ends are not drawn."""
    axes = axes_of(figure)
    ticks = [
        tick.label1
        for axis in (axes.xaxis, axes.yaxis)
        for tick in axis.get_major_ticks()
        if min(axis.get_view_interval()) <= tick.get_loc() <= max(axis.get_view_interval())
    ]
    legend = axes.get_legend()
    others = [*axes.texts, *axes.findobj(lambda one: one in {axes.xaxis.label, axes.yaxis.label}), *_titles(axes)]
    found: Any = [*ticks, *others, *(legend.get_texts() if legend else [])]
    return [(text.get_text(), _of_text(text)) for text in found if text.get_visible() and text.get_text()]


def _titles(axes: Axes) -> list[Text]:
    itself: Any = axes
    return [itself.title, itself._left_title, itself._right_title]


def _of_text(text: Text) -> Bbox:
    """Without the arrow that an annotation may have."""
    return Text.get_window_extent(text)


def outside(figure: Figure) -> list[str]:
    """Texts of a picture that was drawn which are not wholly on it."""
    whole = figure.bbox.padded(1)
    boxes = _boxes(figure)
    return [told for told, box in boxes if not (whole.contains(box.x0, box.y0) and whole.contains(box.x1, box.y1))]


def overlapping(figure: Figure) -> list[str]:
    """Pairs of texts of a picture that was drawn which lie on each other."""
    boxes = _boxes(figure)
    return [f"{one} / {two}" for (one, here), (two, there) in combinations(boxes, 2) if here.padded(-1).overlaps(there)]
