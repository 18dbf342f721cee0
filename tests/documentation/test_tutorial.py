"""Somebody who follows the tutorial, and nothing else, in a fresh clone."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest
from playwright.sync_api import Browser

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "tutorial" / "first-steps.md"
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
FILE = "first_steps.py"
PNG = b"\x89PNG\r\n\x1a\n"
# What somebody has who has just sat down: no environment of ours, no settings; the index is whichever is configured.
KEPT = re.compile(r"(PATH|HOME|LANG|TMPDIR|PIP_\w+|UV_\w+|\w+_proxy|SSL_CERT_\w+)", re.IGNORECASE)


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """The repository as it is committed, and what has been changed since."""
    subprocess.run(["git", "clone", "--quiet", str(ROOT), str(tmp_path / "clone")], check=True)
    changed = subprocess.run(["git", "diff", "--binary", "HEAD"], cwd=ROOT, check=True, capture_output=True).stdout
    if changed:
        subprocess.run(["git", "apply"], cwd=tmp_path / "clone", input=changed, check=True)
    return tmp_path / "clone"


def test_the_page_says_where_the_code_goes() -> None:
    """Commands and the one file are told; both languages show the same ones."""
    text = PAGE.read_text("utf-8")
    assert f"a file `{FILE}`" in text
    blocks = BLOCK.findall(text)
    assert {"sh", "python"} == {kind for kind, _ in blocks}
    assert blocks == BLOCK.findall(PAGE.with_suffix(".zh.md").read_text("utf-8"))


def test_it_ends_at_a_picture_and_a_recording_that_plays(clone: Path, browser: Browser) -> None:
    """Its commands run one after another, with its pieces of code in the file; then both are looked at."""
    text = (clone / PAGE.relative_to(ROOT)).read_text("utf-8")
    pieces = [code for kind, code in BLOCK.findall(text) if kind == "python"]
    (clone / FILE).write_text("\n".join(pieces), "utf-8")
    surroundings = {name: value for name, value in os.environ.items() if KEPT.fullmatch(name)}
    surroundings["ALIBABA_CLOUD_ECS_METADATA_DISABLED"] = "true"
    for commands in [code for kind, code in BLOCK.findall(text) if kind == "sh"]:
        done = subprocess.run(
            ["sh", "-e", "-c", commands], cwd=clone, env=surroundings, capture_output=True, text=True, check=False
        )
        assert 0 == done.returncode, done.stderr
    assert PNG == (clone / "traffic.png").read_bytes()[:8]
    assert list((clone / "recordings").glob("*.wav"))
    page = browser.new_page()
    try:
        page.goto((clone / "listen.html").as_uri())
        page.locator("audio").evaluate("sound => sound.play()")
        page.wait_for_function("() => document.querySelector('audio').currentTime > 0.2")
    finally:
        page.close()
