"""A fixture for other projects' tests: an embedded upstream, running on loopback for one test.

pytest loads this module for everybody who has the package installed, so it imports nothing until a test asks.
"""

import importlib
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hillstone_ccc.sandbox import Sandbox

_MARKER = "ccc_sandbox(**settings): settings of the fixture ccc_sandbox, those of hillstone_ccc.sandbox.Sandbox"


def pytest_configure(config: pytest.Config) -> None:
    """Make the marker known."""
    config.addinivalue_line("markers", _MARKER)


@pytest.fixture
def ccc_sandbox(request: pytest.FixtureRequest) -> "Iterator[Sandbox]":
    """A running sandbox, stopped after the test.

    Settings are given by the marker, the nearest one winning name by name:
    `@pytest.mark.ccc_sandbox(records=5000, rate_limit=5)`. Without `records` it has 1,000 calls.

    Raises:
        pytest.UsageError: the extra `sandbox` is not installed, or a marker has a setting without a name.
    """
    settings: dict[str, Any] = {"records": 1000}
    for marker in reversed(list(request.node.iter_markers("ccc_sandbox"))):
        if marker.args:
            raise pytest.UsageError("The settings of the marker ccc_sandbox need their names, such as records=1000.")
        settings |= marker.kwargs
    with _sandbox_class()(**settings) as box:
        yield box


def _sandbox_class() -> "type[Sandbox]":
    try:
        importlib.import_module("numpy")
    except ModuleNotFoundError as error:
        message = "The fixture ccc_sandbox needs the extra `sandbox`: pip install 'hillstone-ccc[sandbox]'"
        raise pytest.UsageError(message) from error
    from hillstone_ccc.sandbox import Sandbox  # noqa: PLC0415 - only for who asks

    return Sandbox
