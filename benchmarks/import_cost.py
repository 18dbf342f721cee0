"""What `import hillstone_ccc` costs, beside `import httpx`: medians of alternating rounds in fresh interpreters.

    python benchmarks/import_cost.py [ROUNDS]

Bytecode is compiled before the first round, into a directory of its own, whatever the environment says of it.
httpx's own command line (click, rich) is kept out: where those are installed, `import httpx` loads them too and
would make us look better than we are. CPU time is told beside wall time, since it does not depend on what else the
machine does.
"""

# ruff: noqa: INP001, S603, T201 - a program, whose business is to run interpreters and print

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Mapping
from tempfile import TemporaryDirectory

import attrs

_WITHOUT_EXTRAS = "import sys; sys.modules.update(dict.fromkeys(['click', 'rich', 'pygments']))"
PROGRAMS: Mapping[str, str] = {
    "nothing": _WITHOUT_EXTRAS,
    "httpx": f"{_WITHOUT_EXTRAS}; import httpx",
    "hillstone_ccc": f"{_WITHOUT_EXTRAS}; import hillstone_ccc",
}
MOST = 1.3
"""How much more than `import httpx` it may cost."""


@attrs.frozen
class Cost:
    """One run.

    Attributes:
        wall: seconds from start to end.
        cpu: seconds of CPU, user and system.
    """

    wall: float
    cpu: float


def run(program: str, bytecode: str) -> Cost:
    """Runs a program in an interpreter of its own.

    Args:
        program: Python source.
        bytecode: The directory that keeps what is compiled.
    """
    environment = {**os.environ, "PYTHONPYCACHEPREFIX": bytecode}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    before, began = os.times(), time.perf_counter()
    subprocess.run([sys.executable, "-c", program], check=True, env=environment)
    wall, after = time.perf_counter() - began, os.times()
    return Cost(wall, after.children_user - before.children_user + after.children_system - before.children_system)


def main(rounds: int = 21) -> None:
    """Prints a line a program and the ratios."""
    costs: dict[str, list[Cost]] = {name: [] for name in PROGRAMS}
    with TemporaryDirectory() as bytecode:
        for program in PROGRAMS.values():
            run(program, bytecode)
        for _ in range(rounds):
            for name, program in PROGRAMS.items():
                costs[name].append(run(program, bytecode))
    wall = {name: statistics.median(cost.wall for cost in found) for name, found in costs.items()}
    cpu = {name: statistics.median(cost.cpu for cost in found) for name, found in costs.items()}
    for name in PROGRAMS:
        print(f"{name:14} {wall[name] * 1000:7.1f} ms wall {cpu[name] * 1000:7.1f} ms CPU")
    for kind, cost in (("wall", wall), ("CPU", cpu)):
        ratio = (cost["hillstone_ccc"] - cost["nothing"]) / (cost["httpx"] - cost["nothing"])
        print(f"{kind}: {ratio:.2f} × import httpx (at most {MOST})")


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:]))
