"""A picture: a figure of matplotlib's that no global state knows, with a text for those who do not see it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from io import BytesIO
from itertools import pairwise
from typing import Any

import attrs
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator, StrMethodFormatter
from matplotlib.transforms import ScaledTranslation

from .figures import breadth
from .fonts import Lettering, lettering
from .words import EN, Words, words_of

TITLE, TEXT, SMALL = 12, 9, 8
"""Sizes of letters, in points: at 100 dots an inch they are read at 900 px, which is how wide a picture is."""

_WIDTH, _DOTS, _POINTS = 9.0, 100, 72
_SHARP = 2
# Points that a key of a legend takes beside its text, and those of them that part it from the next.
_KEY, _BETWEEN = 39, 16
# How much of a new figure's width its axes take, with names beside them.
_SHARE = 0.8


class Picture(Figure):
    """A figure that a notebook shows when it is the last value of a cell, though pyplot does not know it."""

    def _repr_png_(self) -> tuple[bytes, dict[str, Any]]:
        told = BytesIO()
        itself: Any = self
        itself.savefig(told, format="png", dpi=_SHARP * self.dpi)
        width, height = (round(inches * self.dpi) for inches in itself.get_size_inches())
        return told.getvalue(), {"width": width, "height": height, "alt": alt_text(self)}


def alt_text(figure: Figure) -> str:
    """What a picture shows, in a sentence or two, for those who do not see it.

    Args:
        figure: What a function of this module gave. The text is that of its axes' labels
            (``Axes.get_label()``), where it is kept.
    """
    return " ".join(told for axes in figure.axes if (told := str(axes.get_label())))


@attrs.frozen
class Sheet:
    """What a picture is drawn on, and what it is written with.

    Attributes:
        axes: The user's, or those of a new figure. Any, since matplotlib's types leave the keywords of most methods
            without one, which strict checkers refuse.
        words: In the language that was asked for, or in English where no font writes it.
        letters: The fonts.
        width: How wide the axes are, in points, about: the layout is made when the figure is drawn.
    """

    axes: Any
    words: Words
    letters: Lettering
    width: float

    def title(self, text: str, below: str = "") -> None:
        """The title, and under it in small letters what is to be known about the picture."""
        pad = 2.2 * SMALL if below else None
        self.axes.set_title(text, loc="left", pad=pad, **self.letters.style(TITLE))
        if below:
            at = {"xy": (0, 1), "xycoords": "axes fraction", "xytext": (0, 6), "textcoords": "offset points"}
            self.axes.annotate(below, **at, va="bottom", alpha=0.8, **self.letters.style(SMALL))

    def ticks(self, axis: Any, labels: Mapping[int, str], **more: Any) -> None:
        """Marks on an axis at these places, with these texts."""
        axis.set_ticks(list(labels), labels=list(labels.values()), **self.letters.style(SMALL, **more))

    def framed(self, axis: Any) -> None:
        """An axis with lines across the picture, which has no frame but below and on the left."""
        axis.grid(visible=True, alpha=0.3)
        self.axes.set_axisbelow(True)
        self.axes.spines[["top", "right"]].set_visible(False)

    def counted(self, axis: Any) -> None:
        """The same, of whole numbers."""
        self.framed(axis)
        axis.set_major_locator(MaxNLocator(integer=True, nbins=6))
        axis.set_major_formatter(StrMethodFormatter("{x:,.0f}"))
        axis.set_tick_params(labelsize=SMALL)

    def legend(self, keys: Sequence[Artist]) -> None:
        """What colours and marks mean, under the axes and their label, in as few lines as there is room for."""
        if not keys:
            return
        lines = 4 if self.axes.get_xlabel() else 2.6
        below = ScaledTranslation(0, -lines * TEXT / _POINTS, self.axes.figure.dpi_scale_trans)
        legend = self.axes.legend(
            handles=list(keys),
            loc="upper left",
            bbox_to_anchor=(0, 0),
            bbox_transform=self.axes.transAxes + below,
            ncols=self._columns([breadth(str(key.get_label())) * SMALL for key in keys]),
            frameon=False,
            borderaxespad=0,
            prop=self.letters.style(SMALL)["fontproperties"],
        )
        for text in legend.get_texts():
            text.set_parse_math(False)
            text.set_usetex(False)

    def _columns(self, widths: Sequence[float]) -> int:
        """In how many columns there is room for texts of these widths; matplotlib makes the first ones longer."""
        for columns in range(len(widths), 1, -1):
            each, longer = divmod(len(widths), columns)
            ends = [column * each + min(column, longer) for column in range(columns + 1)]
            if sum(max(widths[begin:end]) + _KEY for begin, end in pairwise(ends)) - _BETWEEN <= self.width:
                return columns
        return 1

    def nothing(self, why: str) -> Figure:
        """A picture that only says why there is nothing on it."""
        self.axes.set_axis_off()
        middle = {"x": 0.5, "y": 0.5, "transform": self.axes.transAxes, "ha": "center", "va": "center"}
        self.axes.text(s=why, **middle, **self.letters.style(TITLE))
        return self.done(why, stacklevel=4)

    def done(self, alt: str, stacklevel: int = 3) -> Figure:
        """The figure, with its text, after a word on what could not be written."""
        self.axes.set_label(alt)
        self.letters.warn(stacklevel)
        figure: Figure = self.axes.figure.figure
        return figure


def sheet(axes: Axes | None, language: str, font: str | None, height: float) -> Sheet:
    """What to draw a picture on.

    Args:
        axes: The user's; None makes a figure.
        language: ``en`` or ``zh``.
        font: The family to write with; None chooses.
        height: Of the new figure, in inches.
    """
    words, letters = words_of(language), lettering(font)
    if not letters.writes(words.no_calls):
        letters.lacking = True
        words = EN
    if axes is not None:
        return Sheet(axes, words, letters, axes.get_window_extent().width * _POINTS / axes.figure.dpi)
    figure = Picture(figsize=(_WIDTH, height), dpi=_DOTS, layout="constrained")
    return Sheet(figure.add_subplot(), words, letters, _SHARE * _WIDTH * _POINTS)
