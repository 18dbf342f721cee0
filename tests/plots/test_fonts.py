"""What a picture is written with, and what it says where no font has the characters."""

import warnings

import pytest
from matplotlib import rc_context

from hillstone_ccc import ConfigurationError
from hillstone_ccc.plots import FONTS, FontWarning
from hillstone_ccc.plots.fonts import Lettering, lettering

LATIN = "DejaVu Sans"
"""matplotlib brings it along."""


def latin() -> Lettering:
    """The fonts of a machine that has nothing Chinese."""
    return lettering(families=())


def chinese() -> Lettering:
    """The fonts here; skips where none is Chinese."""
    found = lettering()
    if not found.writes("通话"):
        pytest.skip("no Chinese font is installed")
    return found


def test_chinese_is_written_by_the_first_family_that_is_there() -> None:
    """After matplotlib's own, which keeps the digits and the Latin letters."""
    found = lettering(families=("Nobody Sans", LATIN, "Nobody Serif"))
    assert ("sans-serif", LATIN) == found.families
    assert ("sans-serif",) == lettering(families=("Nobody Sans",)).families


def test_the_list_of_families_names_each_once() -> None:
    """And holds the fonts of Linux, Windows and macOS."""
    assert len(FONTS) == len(set(FONTS))
    assert {"Noto Sans CJK SC", "Microsoft YaHei", "PingFang SC", "SimHei"} <= set(FONTS)


def test_a_family_that_is_named_writes_all() -> None:
    """Before matplotlib's own."""
    assert (LATIN, "sans-serif") == lettering(LATIN).families


def test_a_family_that_is_not_there_is_an_error() -> None:
    """It names the family and says what to do."""
    with pytest.raises(ConfigurationError, match="Nobody Sans") as caught:
        lettering("Nobody Sans")
    assert "fonts-noto-cjk" in str(caught.value.advice)


def test_the_users_own_font_is_kept() -> None:
    """Matplotlib's settings say which it is; none of them is changed."""
    with rc_context({"font.family": ["DejaVu Serif"]}):
        assert "DejaVu Serif" == lettering(families=(LATIN,)).families[0]


def test_a_name_is_written_where_a_font_has_it() -> None:
    """As it is."""
    letters = chinese()
    assert "张三" == letters.name("张三", "zhangsan@ccc-demo")
    assert not letters.lacking


@pytest.mark.parametrize(
    ("name", "instead", "expected"),
    [
        ("Anna", "anna@ccc-demo", "Anna"),
        ("张三", "zhangsan@ccc-demo", "zhangsan@ccc-demo"),
        ("Anna 张", "anna@ccc-demo", "anna@ccc-demo"),
        ("张三", None, r"\u5f20\u4e09"),
        ("张三", "张", r"\u5f20"),
        ("张三", "", r"\u5f20\u4e09"),
        (None, "anna@ccc-demo", "anna@ccc-demo"),
        (None, None, ""),
    ],
)
def test_what_stands_for_a_name_that_no_font_writes(name: str | None, instead: str | None, expected: str) -> None:
    """The id; where there is none, the characters' numbers, and never empty boxes."""
    assert expected == latin().name(name, instead)


def test_signs_that_no_font_has_are_left_out() -> None:
    """A name is not lost for them; it is where nothing else is left of it."""
    assert "Anna" == latin().name("Anna \U000f0000", "anna@ccc-demo")
    assert "anna@ccc-demo" == latin().name("\U000f0000", "anna@ccc-demo")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("  Anna\n\tMaria ", "Anna Maria"),
        ("An\u202ena", "Anna"),
        ("A" * 24, "A" * 24),
        ("A" * 25, "A" * 23 + "…"),
        ("$x^2$", "$x^2$"),
    ],
)
def test_a_name_fits_on_its_line(name: str, expected: str) -> None:
    """No break, no turn of direction, not too long."""
    assert expected == latin().name(name)


def test_a_text_begins_no_formula() -> None:
    """Whoever is called $x$ is not an x in italics, whatever matplotlib's settings say."""
    style = latin().style(9)
    assert (False, False) == (style["parse_math"], style["usetex"])


def test_what_could_not_be_written_is_warned_of() -> None:
    """Once, with what to install; not where all could be written."""
    letters = latin()
    letters.name("Anna")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        letters.warn(stacklevel=1)
    letters.name("张三")
    letters.name("李娜")
    told = "No font of this picture .* fonts-noto-cjk for Chinese.* fonts-noto-core for most others"
    with pytest.warns(FontWarning, match=told) as caught:
        letters.warn(stacklevel=1)
    assert [__file__] == [one.filename for one in caught]
