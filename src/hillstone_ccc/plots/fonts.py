"""Which font writes Chinese here, and what becomes of text that no font here writes.

matplotlib's own font has no Chinese, and draws a box for what a font does not have. So each text is given a list of
families, its own and one that has Chinese, and is looked through before it is drawn.
"""

from __future__ import annotations

import unicodedata
import warnings
from collections.abc import Iterable, Sequence
from typing import Any

import attrs
from matplotlib import rcParams
from matplotlib.font_manager import FontProperties, fontManager, get_font

from hillstone_ccc._core.errors import ConfigurationError

FONTS = (
    "Noto Sans CJK SC",
    "Noto Sans SC",
    "Source Han Sans SC",
    "Source Han Sans CN",
    "Microsoft YaHei",
    "PingFang SC",
    "PingFang HK",
    "Hiragino Sans GB",
    "Heiti SC",
    "Heiti TC",
    "STHeiti",
    "WenQuanYi Micro Hei",
    "WenQuanYi Zen Hei",
    "Noto Sans CJK JP",
    "Noto Sans CJK TC",
    "Source Han Sans",
    "Droid Sans Fallback",
    "SimHei",
    "SimSun",
    "Arial Unicode MS",
)
"""The font families that are looked for, in this order; the first that is installed writes the Chinese.

Of a collection (``.ttc``) matplotlib knows the first family alone, which of Noto Sans CJK is the Japanese one and of
PingFang Hong Kong's: both hold every simplified character, some a little differently drawn.
"""

_LONGEST_NAME = 24
_MISSING = (
    "Name one that is there, or leave font out. After installing one, such as Debian's package fonts-noto-cjk, remove"
    " matplotlib's list of fonts (fontlist-*.json in matplotlib.get_cachedir())."
)
_ADVICE = (
    "Name a font that has its script: font='…'. Where none is installed, install one, such as Debian's package"
    " fonts-noto-cjk for Chinese, Japanese and Korean or fonts-noto-core for most others, and remove matplotlib's list"
    " of fonts (fontlist-*.json in matplotlib.get_cachedir())."
)


class FontWarning(UserWarning):
    """A picture holds text that none of its fonts writes; it is given without that text."""


@attrs.define
class Lettering:
    """The fonts that a picture is written in.

    Attributes:
        families: In the order in which they are asked for a character.
        paths: Their files.
        lacking: Whether something could not be written.
    """

    families: tuple[str, ...]
    paths: tuple[str, ...]
    lacking: bool = False

    def writes(self, text: str) -> bool:
        """Whether each character of the text is in one of the fonts."""
        return all(self._has(character) for character in text)

    def _has(self, character: str) -> bool:
        return any(get_font(path).get_char_index(ord(character)) for path in self.paths)

    def name(self, text: str | None, instead: str | None = None) -> str:
        """A name of somebody's or something's, on one line, not too long, and such that it can be written.

        Signs that no font has are left out. Letters cannot be: where one is missing, the other name is used.

        Args:
            text: The name.
            instead: What else it is known by, such as its id.
        """
        found = _on_one_line(text or instead or "")
        written = "".join(one for one in found if one.isalnum() or self._has(one)).strip()
        if not self.writes(written) or not written:
            self.lacking = self.lacking or bool(found)
            other = _on_one_line(instead or "")
            usable = other if other and self.writes(other) else other or found
            written = usable.encode("ascii", "backslashreplace").decode("ascii")
        return written if len(written) <= _LONGEST_NAME else f"{written[: _LONGEST_NAME - 1]}…"

    def style(self, size: float, **more: Any) -> dict[str, Any]:
        """How a text is drawn, as arguments of matplotlib's; a ``$`` in a name begins no formula."""
        font = FontProperties(family=list(self.families), size=size)
        return {"fontproperties": font, "parse_math": False, "usetex": False, **more}

    def warn(self, stacklevel: int) -> None:
        """Says once for the picture that something could not be written, and what to do about it."""
        if self.lacking:
            warnings.warn(
                f"No font of this picture writes all of its text: ids stand for names, English for Chinese. {_ADVICE}",
                FontWarning,
                stacklevel=stacklevel + 1,
            )


def lettering(font: str | None = None, families: Sequence[str] = FONTS) -> Lettering:
    """The fonts for a picture.

    Args:
        font: The family to write with; None takes matplotlib's own (``rcParams``) and the first of ``families``.
        families: Families that have Chinese, the best first.

    Raises:
        ConfigurationError: That family is not installed.
    """
    own = list(rcParams["font.family"])
    if font is not None:
        if not _file(font):
            raise ConfigurationError(f"No font family {font!r} is known to matplotlib.", advice=_MISSING)
        return _of([font, *own])
    installed = {entry.name for entry in fontManager.ttflist}
    return _of([*own, *[family for family in families if family in installed][:1]])


def _of(families: Iterable[str]) -> Lettering:
    found = {family: path for family in families if (path := _file(family))}
    return Lettering(tuple(found), tuple(found.values()))


def _file(family: str) -> str | None:
    try:
        # In a list: a bare text would be read as a pattern, in which a dash has a meaning.
        return fontManager.findfont(FontProperties(family=[family]), fallback_to_default=False)
    except ValueError:
        return None


def _on_one_line(text: str) -> str:
    """Without what would break the line, turn it round or not be seen."""
    shown = (" " if unicodedata.category(one) in {"Cc", "Zl", "Zp"} else one for one in text)
    return " ".join("".join(one for one in shown if unicodedata.category(one) != "Cf").split())
