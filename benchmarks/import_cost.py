"""What `import hillstone_ccc` costs, and its first signed request, beside httpx and the official SDK, as Markdown.

    python benchmarks/import_cost.py [--quick] [--rounds 21] [--json FILE]

A name's module is loaded when the name is first asked for, so there is a line for what programs write, and one for
every public name at once. What a client sends with is loaded when one is made, as the HTTP library is: that is in the
second table, and so is the rest of what a first request needs.

Medians of alternating rounds in fresh interpreters; what an interpreter itself costs is taken off. A first request is
everything from the import to a page of 100 calls at hand, from an upstream on loopback over plain HTTP; httpx's is
not signed, and its page stays bytes.

Bytecode is compiled before the first round, into a directory of its own, whatever the environment says of it.
httpx's own command line (click, rich) is kept out: where those are installed, `import httpx` loads them too and
would make us look better than we are. CPU time is told beside wall time, since it does not depend on what else the
machine does.
"""

# ruff: noqa: INP001, S603, T201 - a program, whose business is to run interpreters and print

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

import attrs
import orjson
from rows import NOW_MS, SIZE, START_MS
from upstream import Door, upstream
from walks import environment

_WITHOUT_EXTRAS = "import sys; sys.modules.update(dict.fromkeys(['click', 'rich', 'pygments']))"
_TOLD = "import time; print(len(sys.modules), time.process_time())"
_KEY = "access_key_id='example-id', access_key_secret='example-secret'"
_ASKED = f"StartTime={START_MS}&EndTime={NOW_MS}&PageNumber=1&PageSize={SIZE}"
_SEARCHED = f"ccc.call_records.search(start={START_MS}, end={NOW_MS}).page(1)"
_SETTINGS = f"instance_id='ccc-demo', endpoint='http://@HOST', {_KEY}"
_OFFICIAL = f"""
from alibabacloud_ccc20200701 import models
from alibabacloud_ccc20200701.client import Client
from alibabacloud_tea_openapi.models import Config
client = Client(Config(endpoint='@HOST', protocol='http', {_KEY}))
asked = models.ListCallDetailRecordsV2Request(
    instance_id='ccc-demo', page_number=1, page_size={SIZE}, start_time={START_MS}, end_time={NOW_MS}
)
"""

IMPORTS: Mapping[str, str] = {
    "nothing": "",
    "import httpx": "import httpx",
    "import hillstone_ccc": "import hillstone_ccc",
    "from … import Client, CallRecordQuery": "from hillstone_ccc import Client, CallRecordQuery",
    "from … import AsyncClient": "from hillstone_ccc import AsyncClient",
    "from … import every public name": "from hillstone_ccc import *",
    "import the official SDK": "import alibabacloud_ccc20200701.client",
}
REQUESTS: Mapping[str, str] = {
    "httpx.Client": f"import httpx\nwith httpx.Client() as web: assert web.post('http://@HOST/?{_ASKED}').content",
    "Client": f"from hillstone_ccc import Client\nwith Client({_SETTINGS}) as ccc: assert len({_SEARCHED}) == {SIZE}",
    "AsyncClient": f"""
import asyncio
from hillstone_ccc import AsyncClient
async def main():
    async with AsyncClient({_SETTINGS}) as ccc:
        assert len(await {_SEARCHED}) == {SIZE}
asyncio.run(main())
""",
    "official, sync": f"{_OFFICIAL}assert len(client.list_call_detail_records_v2(asked).body.data.list) == {SIZE}",
    "official, async": f"""{_OFFICIAL}
import asyncio
assert len(asyncio.run(client.list_call_detail_records_v2_async(asked)).body.data.list) == {SIZE}
""",
}
JUDGED = ("import hillstone_ccc", "from … import Client, CallRecordQuery")
"""The package alone loads next to nothing, so what programs write is judged as well."""
MOST = 1.2
"""How many times the cost of `import httpx` each of them may cost."""


@attrs.frozen
class Cost:
    """One run.

    Attributes:
        wall: seconds from start to end.
        cpu: seconds of CPU, user and system, until the program's end.
        modules: how many modules are loaded in the end.
    """

    wall: float
    cpu: float
    modules: int


def run(program: str, bytecode: str, host: str) -> Cost:
    """Runs a program in an interpreter of its own.

    Args:
        program: Python source.
        bytecode: The directory that keeps what is compiled.
        host: Where the upstream is.
    """
    told = {**environment(), "PYTHONPYCACHEPREFIX": bytecode}
    told.pop("PYTHONDONTWRITEBYTECODE", None)
    source = "\n".join((_WITHOUT_EXTRAS, program.replace("@HOST", host), _TOLD))
    began = time.perf_counter()
    said = subprocess.run([sys.executable, "-c", source], check=True, env=told, stdout=subprocess.PIPE).stdout
    wall = time.perf_counter() - began
    modules, cpu = said.split()[-2:]
    return Cost(wall, float(cpu), int(modules))


def measure(rounds: int, *, compiled: bool) -> dict[str, Cost]:
    """What each program costs beyond the interpreter: the medians.

    Args:
        rounds: How often each is timed.
        compiled: Whether a round goes before that does not count, by which bytecode is there.
    """
    programs = {**IMPORTS, **REQUESTS}
    costs: dict[str, list[Cost]] = {name: [] for name in programs}
    door = Door("plain HTTP")
    with TemporaryDirectory() as bytecode, upstream([door], 2) as there:
        host = there.at(door).partition("://")[2]
        for number in range(0 if compiled else 1, rounds + 1):
            for name, program in programs.items():
                cost = run(program, bytecode, host)
                if number:
                    costs[name].append(cost)
    medians = {name: _median(found) for name, found in costs.items()}
    nothing = medians.pop("nothing")
    return {
        name: Cost(one.wall - nothing.wall, one.cpu - nothing.cpu, one.modules - nothing.modules)
        for name, one in medians.items()
    }


def _median(costs: list[Cost]) -> Cost:
    return Cost(
        statistics.median(cost.wall for cost in costs),
        statistics.median(cost.cpu for cost in costs),
        costs[0].modules,
    )


def table(title: str, costs: Mapping[str, Cost], base: str) -> Iterator[str]:
    """What was measured, and how many times the cost of one of them it is."""
    yield f"| {title} | Wall | CPU | Modules | × {base}, wall | × {base}, CPU |"
    yield "| --- | ---: | ---: | ---: | ---: | ---: |"
    for name, cost in costs.items():
        told = f"{cost.wall * 1000:.0f} ms | {cost.cpu * 1000:.0f} ms | {cost.modules}"
        yield f"| {name} | {told} | {cost.wall / costs[base].wall:.2f} | {cost.cpu / costs[base].cpu:.2f} |"


def judged(costs: Mapping[str, Cost]) -> Iterator[str]:
    """What is to be reached, and whether it is."""
    kinds: dict[str, Callable[[Cost], float]] = {"wall": lambda cost: cost.wall, "CPU": lambda cost: cost.cpu}
    for name in JUDGED:
        for kind, of in kinds.items():
            ratio = of(costs[name]) / of(costs["import httpx"])
            holds = "yes" if ratio <= MOST else "**no**"
            yield f"| {name} / import httpx, {kind} | {ratio:.2f} | {MOST} | {holds} |"


def main() -> None:
    """Measures as told and prints the tables."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--quick", action="store_true", help="once, to see that it works")
    parser.add_argument("--rounds", type=int, default=21, help="how often each is timed")
    parser.add_argument("--json", type=Path, help="where the medians are written")
    asked = parser.parse_args()
    costs = measure(1 if asked.quick else asked.rounds, compiled=not asked.quick)
    print("\n".join(table("Import", {name: costs[name] for name in IMPORTS if name in costs}, "import httpx")) + "\n")
    print("\n".join(table("First request", {name: costs[name] for name in REQUESTS}, "httpx.Client")))
    if not asked.quick:
        print("\n| Measure | Value | At most | Holds |\n| --- | ---: | ---: | --- |")
        print("\n".join(judged(costs)))
    if asked.json:
        asked.json.write_bytes(orjson.dumps({name: attrs.asdict(cost) for name, cost in costs.items()}))


if __name__ == "__main__":
    main()
