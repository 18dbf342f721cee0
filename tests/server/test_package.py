"""The package `hillstone_ccc.server` itself."""

import sys
from importlib import import_module

import pytest

from hillstone_ccc import server


def test_without_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    """The message names the extra that brings what is missing."""
    for name in [name for name in sys.modules if name.startswith("hillstone_ccc.server")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "cachetools", None)
    with pytest.raises(
        ModuleNotFoundError, match=r"needs its extra: pip install \"hillstone-ccc\[server\]\""
    ) as caught:
        import_module("hillstone_ccc.server")
    assert "cachetools" == caught.value.name


def test_its_names() -> None:
    """All of them are there, sorted."""
    assert all(hasattr(server, name) for name in server.__all__)
    assert sorted(server.__all__, key=lambda name: (not name.isupper(), name)) == server.__all__
