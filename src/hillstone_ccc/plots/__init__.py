"""Pictures of calls, by matplotlib: traffic, outcomes, waiting, agents' load, one call's journey.

It needs the extra `plots`. Each function gives a figure that no global state of matplotlib's knows, so that a server
may draw as many as it likes; a notebook shows it when it is the last value of a cell.

from hillstone_ccc import Client
from hillstone_ccc.plots import traffic

with Client.from_env() as ccc:
    traffic(ccc.call_records.search(last_days=7)).savefig("traffic.svg")
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .fonts import FONTS, FontWarning
    from .heat import traffic
    from .lanes import journey
    from .loads import load
    from .over_time import outcomes
    from .picture import alt_text
    from .waits import waiting

__all__ = ["FONTS", "FontWarning", "alt_text", "journey", "load", "outcomes", "traffic", "waiting"]

_HOMES = {
    "FONTS": "fonts",
    "FontWarning": "fonts",
    "alt_text": "picture",
    "journey": "lanes",
    "load": "loads",
    "outcomes": "over_time",
    "traffic": "heat",
    "waiting": "waits",
}


# Nothing is loaded before it is asked for: that the extra is missing is then said by an error of ours.
def __getattr__(name: str) -> Any:
    from importlib import import_module  # noqa: PLC0415

    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    try:
        home = import_module(f"{__name__}.{_HOMES[name]}")
    except ModuleNotFoundError as missing:
        from hillstone_ccc import UnsupportedError  # noqa: PLC0415 - where it is raised

        advice = "pip install 'hillstone-ccc[plots]'"
        raise UnsupportedError(f"Pictures need the extra 'plots' ({missing}).", advice=advice) from missing
    return getattr(home, name)
