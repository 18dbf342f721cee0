"""Downloads the recordings of a search in a process of its own, which may be killed at any moment.

Run as a program by `test_killed_downloads.py`, with a driver, a client's settings, a directory and options as JSON for
an argument. Prints a line of bytes whenever there is progress, and `ended` when all is done.
"""

# ruff: noqa: T201 - a program, whose business is to print

from __future__ import annotations

import asyncio
import json
import sys
from typing import Any

from hillstone_ccc import AsyncClient, Client, DownloadProgress


def tell(progress: DownloadProgress) -> None:
    """One line, at once."""
    print(progress.bytes, flush=True)


def download(settings: dict[str, Any], directory: str, options: dict[str, Any]) -> None:
    """In threads."""
    with Client(**settings) as ccc:
        ccc.recordings.download_all(ccc.call_records.search(start=0), directory, on_progress=tell, **options)


async def download_async(settings: dict[str, Any], directory: str, options: dict[str, Any]) -> None:
    """In tasks."""
    async with AsyncClient(**settings) as ccc:
        await ccc.recordings.download_all(ccc.call_records.search(start=0), directory, on_progress=tell, **options)


def main() -> None:
    """Download as told."""
    driver, *told = json.loads(sys.argv[1])
    if driver == "sync":
        download(*told)
    else:
        asyncio.run(download_async(*told))
    print("ended", flush=True)


if __name__ == "__main__":
    main()
