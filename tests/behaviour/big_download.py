"""Downloads a recording in a process of its own, and prints by how many KiB that raised its peak of memory.

Run as a program by `test_big_recordings.py`, with a driver, a client's settings and a directory as JSON for an
argument. The client is made and has asked for the link before: what counts is the downloading alone.
"""

# ruff: noqa: T201 - a program, whose business is to print

from __future__ import annotations

import asyncio
import json
import sys
from typing import Any

from hillstone_ccc import AsyncClient, Client

from .long_walk import peak


def download(settings: dict[str, Any], directory: str) -> int:
    """With the synchronous client: the growth."""
    with Client(**settings) as ccc:
        recording = ccc.recordings.get("job-1")
        before = peak()
        recording.download(directory)
        return peak() - before


async def download_async(settings: dict[str, Any], directory: str) -> int:
    """With the asynchronous client: the growth."""
    async with AsyncClient(**settings) as ccc:
        recording = await ccc.recordings.get("job-1")
        before = peak()
        await recording.download(directory)
        return peak() - before


def main() -> None:
    """Download as told."""
    driver, settings, directory = json.loads(sys.argv[1])
    print(download(settings, directory) if driver == "sync" else asyncio.run(download_async(settings, directory)))


if __name__ == "__main__":
    main()
