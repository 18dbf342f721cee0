"""The user's browser, where there is one with a window."""

import os
import platform
import webbrowser
from pathlib import PurePath
from threading import Thread

_IN_THE_TERMINAL = frozenset({"elinks", "links", "links2", "lynx", "w3m", "www-browser"})


def browser_with_window() -> webbrowser.BaseBrowser | None:
    """The browser that the user prefers; None without a screen, without a browser, or if it fills the terminal."""
    if not _screen():
        return None
    try:
        found = webbrowser.get()
    except webbrowser.Error:
        return None
    return None if PurePath(found.name).name in _IN_THE_TERMINAL else found


def _screen() -> bool:
    # Elsewhere the browser would fail, or ask over the terminal which program to take.
    return platform.system() in {"Darwin", "Windows"} or any(map(os.environ.get, ("DISPLAY", "WAYLAND_DISPLAY")))


def begin_to_open(browser: webbrowser.BaseBrowser, link: str) -> None:
    """Opens a link, and waits for nothing: some browsers only return when their window is closed."""
    Thread(target=browser.open, args=(link,), name="browser", daemon=True).start()
