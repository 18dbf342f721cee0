"""A picture looked at: the texts on it, the files it makes."""

from __future__ import annotations

import struct
from io import BytesIO
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.text import Text

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
