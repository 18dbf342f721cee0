"""What helps to test a program that uses `hillstone_ccc`.

Cassettes without secrets for vcrpy (:func:`vcr_config`, the extra ``testing``), a clock that tests move
(:class:`SimulatedClock`), and, by a plugin of its own, pytest's fixture ``ccc_sandbox`` (the extra ``sandbox``).
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .cassettes import vcr_config
    from .clock import SimulatedClock
    from .stand_ins import StandIns

__all__ = ["SimulatedClock", "StandIns", "vcr_config"]

_HOMES = {"SimulatedClock": "clock", "StandIns": "stand_ins", "vcr_config": "cassettes"}


# pytest imports this package for everybody who has it installed, so nothing is loaded before it is asked for.
def __getattr__(name: str) -> Any:
    from importlib import import_module  # noqa: PLC0415

    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
