"""Colours that people who see colours in another way can tell apart, with hatches for who prints without any.

They are of the palette of Okabe and Ito, which was made for that.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs
from matplotlib.colors import to_rgb

from .stretches import Phase

BLUE, SKY, GREEN, ORANGE, PURPLE = "#0072B2", "#56B4E9", "#009E73", "#E69F00", "#CC79A7"
GREY, PALE = "#BBBBBB", "#DDDDDD"

_BRIGHT = 0.45


@attrs.frozen
class Fill:
    """How an area is filled."""

    colour: str
    hatch: str = ""

    @property
    def letters(self) -> str:
        """The colour of a text on it: black, or white where that is too dark for black."""
        red, green, blue = (part**2.2 for part in to_rgb(self.colour))
        return "black" if 0.2126 * red + 0.7152 * green + 0.0722 * blue > _BRIGHT**2.2 else "white"

    def style(self) -> dict[str, Any]:
        """As arguments of matplotlib's; a hatch has the colour of the edge, which parts neighbours."""
        return {"facecolor": self.colour, "hatch": self.hatch, "edgecolor": "white", "linewidth": 0.8}


PHASES: Mapping[Phase, Fill] = {
    "ivr": Fill(GREY),
    "queue": Fill(ORANGE, "///"),
    "dialing": Fill(SKY, "..."),
    "ringing": Fill(SKY, "\\\\\\"),
    "talking": Fill(BLUE),
    "consulting": Fill(PURPLE, "xxx"),
    "in_call": Fill(GREEN, ""),
    "hold": Fill(PALE, "|||"),
}

ANSWERED, ABANDONED, OTHER = Fill(BLUE), Fill(ORANGE, "////"), Fill(GREY)
"""Dark, hatched, pale: they differ without colours too."""
