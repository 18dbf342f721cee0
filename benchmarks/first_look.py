"""How soon the page of call records shows its first 100 calls, beyond what the server's answer takes, as Markdown.

    python benchmarks/first_look.py [--quick] [--visits 15] [--json FILE]

The call center is a sandbox in this process, the server a process of its own, and the browser the system's Chromium
without a window, as `scripts/browser find` finds it. Each visit is somebody's who has never been there: nothing is kept
from before, connections neither. The same visitor then looks again, and the browser asks of each file whether it is
still the one that it has.

A script that runs before the page's own watches the document. As soon as 100 rows are in it, it waits for two frames:
the first one paints them, the second one begins when that has been done. So the time that is told is up to a frame,
17 ms, too long and never too short. It counts from the beginning of the navigation. The API's own time is that of the
page's first request for the list, from its first byte sent to the last one received, as Resource Timing tells it.

Then the page is left alone until it has counted its pictures, and turned by a click that the same script makes and
times, until 100 calls are painted none of which was there before.
"""

# ruff: noqa: INP001, S603, T201 - a program, whose business is to run a browser and print

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import attrs
import orjson
from paced import served
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from hillstone_ccc.contract import CALL_RECORDS, MANIFEST
from hillstone_ccc.sandbox import Sandbox

MOST_MS = 1_000
"""What the first look takes beyond the API's own time, milliseconds at most."""
ROWS = 100
CALLS, FEW = 2_000, 5 * ROWS
"""Calls of seven days, of which the page shows those since midnight six days ago. For its pictures it counts at most
as many, in requests of their own."""
FIRST, AGAIN = "first look", "another look"
LEFT_OUT = (
    "NO BROWSER: the page was left out. scripts/browser finds or installs one, or HILLSTONE_CCC_BROWSER names it."
)
_PAGE = str(MANIFEST["link"])
_ARGUMENTS = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-quic",
    "--no-sandbox",  # root, as in a container, may not have one
    # Nothing leaves loopback: no proxy is asked, and no other name or address is ever resolved.
    "--no-proxy-server",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)
_PATIENCE_MS = 30_000
_WATCHING = f"""
{{
  const rows = () => [...document.querySelectorAll("tbody tr:not(.player)")];
  const callOf = (row) => row.querySelector("[data-call]")?.dataset.call;
  const painted = (before) => new Promise((told, failed) => {{
    setTimeout(() => failed(new Error("There are " + rows().length + " rows.")), {_PATIENCE_MS});
    const observer = new MutationObserver(() => {{
      const now = rows();
      if (now.length !== {ROWS} || now.some((row) => before.has(callOf(row)))) return;
      const there = performance.now();
      observer.disconnect();
      requestAnimationFrame(() => requestAnimationFrame(() => told({{ there, painted: performance.now() }})));
    }});
    observer.observe(document, {{ attributes: true, childList: true, subtree: true }});
  }});
  const first = painted(new Set());
  first.catch(() => {{}});  // whoever asks is told
  const of = (path, after) => performance.getEntriesByType("resource")
    .filter((one) => path(new URL(one.name).pathname) && one.startTime >= after);
  const list = (after) => {{
    const [{{ requestStart, responseEnd }}] = of((path) => path === "{CALL_RECORDS}", after);
    return {{ asked: requestStart, answered: responseEnd }};
  }};
  globalThis.looking = {{
    first: async () => ({{ ...(await first), ...list(0) }}),
    files() {{
      const files = [...performance.getEntriesByType("navigation"), ...of((path) => path.startsWith("{_PAGE}/"), 0)];
      return {{ requests: files.length, bytes: files.reduce((sum, one) => sum + one.transferSize, 0) }};
    }},
    async turned() {{
      const next = document.querySelectorAll(".pager button")[1];
      const began = performance.now();
      const done = painted(new Set(rows().map(callOf)));
      next.click();
      const times = await done;
      const {{ asked, answered }} = list(began);
      return times.painted - began - (answered - asked);
    }},
  }};
}}
"""


@attrs.frozen
class Visit:
    """One look at the page; times are milliseconds from the beginning of the navigation.

    Attributes:
        asked: when the first request for the list went out.
        answered: when its answer was there.
        there: when the rows were in the document.
        painted: when they were to be seen.
        requests: how many the page's own files took, itself among them.
        bytes: what went over the wire for them, with headers as the browser reckons them.
        turned: milliseconds from the click for the second page until its rows were to be seen, beyond the API's own.
    """

    asked: float
    answered: float
    there: float
    painted: float
    requests: int
    bytes: int
    turned: float

    @property
    def own(self) -> float:
        """The API's own time."""
        return self.answered - self.asked

    @property
    def beyond(self) -> float:
        """What it took beyond that."""
        return self.painted - self.own


Visits = Mapping[str, list[Visit]]


# --- measuring ----------------------------------------------------------------------------------------------


def browser() -> str | None:
    """Where a browser is, by the rule of the tests; None if there is none."""
    finder = Path(__file__).parents[1] / "scripts" / "browser"
    found = subprocess.run([str(finder), "find"], stdout=subprocess.PIPE, encoding="utf-8", check=False)
    return found.stdout.strip() or None


def measured(path: str, visits: int, calls: int) -> dict[str, list[Visit]]:
    """So many visits of either kind."""
    found: dict[str, list[Visit]] = {FIRST: [], AGAIN: []}
    with Sandbox(records=calls, days=7) as box, sync_playwright() as playwright:
        known = {"instance_id": box.instance_id, "endpoint": box.endpoint}
        keys = {"access_key_id": box.access_key_id, "access_key_secret": box.access_key_secret}
        with served(**known, **keys) as there:
            leads = playwright.chromium.launch(executable_path=path, args=_ARGUMENTS)
            try:
                cookies = _let_in(leads, there.link)
                for number in range(visits):
                    print(f"visit {number + 1} of {visits}", file=sys.stderr)
                    context = _visitor(leads)
                    context.add_cookies(cookies)
                    for looks in found.values():
                        looks.append(_look(context, there.address))
                    context.close()
            finally:
                leads.close()
    return found


def _visitor(leads: Browser) -> BrowserContext:
    context = leads.new_context(viewport={"width": 1280, "height": 900})
    context.set_default_timeout(_PATIENCE_MS)
    context.add_init_script(_WATCHING)
    return context


def _let_in(leads: Browser, link: str) -> Any:
    """Opens the link, which works once; what lets others in. So the browser and the server have warmed up, too."""
    context = _visitor(leads)
    page = context.new_page()
    page.goto(link)
    _leave_alone(page)
    cookies = context.cookies()
    context.close()
    return cookies


def _look(context: BrowserContext, address: str) -> Visit:
    page = context.new_page()  # since in the same one only what follows the # would change
    page.goto(f"{address}{_PAGE}#range=7d")
    told = page.evaluate("looking.first()")
    _leave_alone(page)
    told |= page.evaluate("looking.files()")  # by now its icon is among them
    turned = page.evaluate("looking.turned()")
    page.close()
    return Visit(**told, turned=turned)


def _leave_alone(page: Page) -> None:
    """Waits until the page has asked for nothing for half a second."""
    page.wait_for_load_state("networkidle")


# --- the tables ---------------------------------------------------------------------------------------------


def table(found: Visits) -> Iterator[str]:
    """A line a kind of visit."""
    yield "| Visit | Beyond the API's own time | at worst | Page 2, beyond it | at worst | Files | On the wire |"
    yield "| --- | ---: | ---: | ---: | ---: | ---: | ---: |"
    for name, visits in found.items():
        told: list[str] = []
        for times in ([one.beyond for one in visits], [one.turned for one in visits]):
            told += [f"{statistics.median(times):,.0f} ms", f"{max(times):,.0f} ms"]
        last = visits[-1]
        yield f"| {name} | {' | '.join(told)} | {last.requests} | {last.bytes / 1000:.0f} kB |"


def course(found: Visits) -> Iterator[str]:
    """When what has happened, the medians."""
    yield "| Visit | List asked for | The API's own time | Rows in the document | Rows painted |"
    yield "| --- | ---: | ---: | ---: | ---: |"
    for name, visits in found.items():
        columns = zip(*((one.asked, one.own, one.there, one.painted) for one in visits), strict=True)
        yield f"| {name} | {' | '.join(f'{statistics.median(times):,.0f} ms' for times in columns)} |"


def judged(found: Visits) -> Iterator[str]:
    """What is to be reached, and whether it is."""
    times = [one.beyond for one in found.get(FIRST, [])]
    for which, value in (("median", statistics.median(times)), ("at worst", max(times))) if times else ():
        holds = "yes" if value < MOST_MS else "**no**"
        yield f"| The page's {FIRST} beyond the API's own time, ms, {which} | {value:.0f} | {MOST_MS} | {holds} |"


def main() -> int:
    """Measures as told and prints the tables; 1 if there is no browser where there has to be one."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--quick", action="store_true", help="a visit of each kind, to see that it works")
    parser.add_argument("--visits", type=int, default=15, help="how many visitors look, each of them twice")
    parser.add_argument("--json", type=Path, help="where the figures are written")
    told = parser.parse_args()
    visits, calls = (1, FEW) if told.quick else (told.visits, CALLS)
    path = browser()
    found = measured(path, visits, calls) if path else {}
    if found:
        print("\n".join((*table(found), "", *course(found))))
    else:
        print(LEFT_OUT)
    if found and not told.quick:
        print("\n| Measure | Value | At most | Holds |\n| --- | ---: | ---: | --- |")
        print("\n".join(judged(found)))
    if told.json:
        looks = {name: [attrs.asdict(one) for one in looks] for name, looks in found.items()}
        told.json.write_bytes(orjson.dumps({"calls": calls, "visits": looks}, option=orjson.OPT_INDENT_2))
    return 1 if not found and os.environ.get("CI") else 0


if __name__ == "__main__":
    sys.exit(main())
