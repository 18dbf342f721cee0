"""A recording far larger than memory should hold, downloaded: every byte, and a few of them in memory at a time."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from .big_store import FILE_NAME, Recording, upstream

# A GiB with the thorough profile; otherwise what is still far more than may be held.
SIZE = 1024 * 1024 * 1024 if os.environ.get("HYPOTHESIS_PROFILE") == "ci" else 64 * 1024 * 1024
MOST_GROWTH_KIB = 16 * 1024
PATIENCE_SECONDS = 300

ROOT = Path(__file__).parents[2]
PROGRAM = "tests.behaviour.big_download"


@pytest.fixture(scope="module")
def big() -> Recording:
    """What the recording consists of. The last block is not a whole one: nor is the last part, whatever its size."""
    return Recording(SIZE - 4321)


@pytest.fixture(scope="module")
def endpoint(big: Recording) -> Iterator[str]:
    """Where it can be had."""
    with upstream(big.size) as address:
        yield address


@pytest.fixture
def directory() -> Iterator[Path]:
    """Where it goes. Unlike `tmp_path` it is not kept for a look afterwards: it would be gigabytes before long."""
    with TemporaryDirectory() as name:
        yield Path(name)


@pytest.mark.thorough
@pytest.mark.skipif(sys.platform != "linux", reason="the peak of memory is read as Linux tells it")
@pytest.mark.parametrize("driver", ["sync", "async"])
def test_a_big_recording_is_saved_in_little_memory(driver: str, big: Recording, endpoint: str, directory: Path) -> None:
    """Every byte is where it belongs, nothing else is left, and less than 16 MiB of memory came on top."""
    keys = {"access_key_id": "example-id", "access_key_secret": "example-secret"}
    errand = json.dumps([driver, {"instance_id": "ccc-demo", "endpoint": endpoint, **keys}, str(directory)])
    growth = subprocess.run(
        [sys.executable, "-m", PROGRAM, errand],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        encoding="ascii",
        timeout=PATIENCE_SECONDS,
        check=True,
    ).stdout
    assert [FILE_NAME] == [path.name for path in directory.iterdir()]
    with (directory / FILE_NAME).open("rb") as file:
        assert all(block == file.read(len(block)) for block in big.blocks())
        assert b"" == file.read()
    assert int(growth) < MOST_GROWTH_KIB
