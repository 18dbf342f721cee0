"""The fixture that other projects' tests use."""

import subprocess
import sys

import httpx
import pytest

from hillstone_ccc.sandbox import Faults, Quirks, Sandbox
from hillstone_ccc.testing import pytest_plugin

pytest_plugins = ("pytester",)
pytestmark = pytest.mark.ccc_sandbox(records=20, rate_limit=5)


def test_the_fixture_runs_a_sandbox(ccc_sandbox: Sandbox) -> None:
    """The fixture is a running sandbox with the marker's settings."""
    assert len(ccc_sandbox.centre) == 20
    assert httpx.get(ccc_sandbox.endpoint, trust_env=False).json()["Code"] == "InvalidApi.NotFound"


@pytest.mark.ccc_sandbox(records=10, quirks=Quirks(scalars="quoted"), faults=Faults(share=0.5))
def test_the_nearest_marker_wins(ccc_sandbox: Sandbox) -> None:
    """A setting of the function's marker wins over the module's."""
    assert (10, "quoted", 0.5) == (
        len(ccc_sandbox.centre),
        ccc_sandbox.quirks.scalars,
        ccc_sandbox.faults.share,
    )


def test_the_extra_is_named_when_it_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without numpy the message names the extra that brings it."""
    monkeypatch.setitem(sys.modules, "numpy", None)
    with pytest.raises(pytest.UsageError, match=r"pip install 'hillstone-ccc\[sandbox\]'"):
        pytest_plugin._sandbox_class()


def test_loading_the_plugin_loads_no_sandbox() -> None:
    """Everybody's pytest loads the plugin, so it must not bring numpy, the sandbox or a server with it."""
    code = (
        "import sys, hillstone_ccc.testing.pytest_plugin;"
        "print(sorted({'numpy', 'aiohttp', 'hillstone_ccc.sandbox'} & set(sys.modules)))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"


def test_a_setting_needs_its_name(pytester: pytest.Pytester) -> None:
    """A marker with a nameless setting is a clear error; the marker is known, and a plain fixture has 1,000 calls."""
    pytester.makepyfile(
        """
        import pytest

        @pytest.mark.ccc_sandbox(7)
        def test_nameless(ccc_sandbox):
            pass

        def test_plain(ccc_sandbox):
            assert len(ccc_sandbox.centre) == 1000
        """
    )
    result = pytester.runpytest("--strict-markers", "-p", "no:cacheprovider", "-p", "no:asyncio")
    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines(["*The settings of the marker ccc_sandbox need their names*"])
