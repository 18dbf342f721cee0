"""A page of results."""

import pytest

from hillstone_ccc._core.page import Page


@pytest.mark.parametrize(("total", "pages"), [(0, 0), (1, 1), (100, 1), (101, 2), (199, 2)])
def test_pages(total: int, pages: int) -> None:
    """The number of pages is the total over the size, rounded up."""
    assert pages == Page((), 1, 100, total).pages


def test_a_page_is_its_items() -> None:
    """It iterates over its items, has their length, and its repr shows no row."""
    page = Page(("13800000001", "b"), 2, 2, 5)
    assert ["13800000001", "b"] == list(page)
    assert 2 == len(page)
    assert "Page(page=2, size=2, total=5, pages=3, items=<2>)" == repr(page)
