"""Which browser is opened, if any, in a process of its own: Python looks for browsers once."""

import platform
import subprocess
from collections.abc import Callable

import pytest

Start = Callable[..., "subprocess.Popen[bytes]"]
PROGRAM = "from hillstone_ccc.cli.browser import browser_with_window as found; print(found() and found().name)"

pytestmark = pytest.mark.skipif(
    platform.system() in {"Darwin", "Windows"}, reason="There a screen is taken for granted."
)


@pytest.mark.parametrize(
    ("surroundings", "expected"),
    [
        ({"DISPLAY": ":0", "BROWSER": "echo %s"}, "echo"),
        ({"WAYLAND_DISPLAY": "wayland-0", "BROWSER": "echo %s"}, "echo"),
        ({"DISPLAY": "", "BROWSER": "echo %s"}, "None"),
        ({"BROWSER": "echo %s"}, "None"),
        ({"DISPLAY": ":0", "BROWSER": "w3m %s"}, "None"),
        ({"DISPLAY": ":0", "BROWSER": "/usr/bin/lynx -nopause %s"}, "None"),
        ({"DISPLAY": ":0", "PATH": ""}, "None"),
    ],
)
def test_the_browser_that_has_a_window(
    start: Start, monkeypatch: pytest.MonkeyPatch, surroundings: dict[str, str], expected: str
) -> None:
    """The user's own on a screen; none without a screen, without a browser, or if it would fill the terminal."""
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER"):
        monkeypatch.delenv(name, raising=False)
    for name, value in surroundings.items():
        monkeypatch.setenv(name, value)
    out, err = start(program=("-c", PROGRAM)).communicate(timeout=120)
    assert (f"{expected}\n", "") == (out.decode(), err.decode())
