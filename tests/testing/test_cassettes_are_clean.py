"""Every committed cassette is searched for what must never be in one."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from vcr.serializers import yamlserializer  # type: ignore[import-untyped]

from hillstone_ccc.testing import vcr_config
from hillstone_ccc.testing.stand_ins import MADE_UP_NUMBER

CASSETTES = sorted((Path(__file__).parents[1] / "cassettes").rglob("*.*"))

_SECRET = re.compile(
    r"""(?ix)
      LTAI[a-z0-9]{8,} | \bSTS\.[a-z0-9]{8,} | ACS3-HMAC | authorization | cookie | example-(?:oss-)?(?:id|secret|token)
    | signature-?nonce | x-acs-(?:date|security-token|accesskey-id|content-sha256) | security-token
    | (?:signature|accesskeyid)(?:=|%3D|["']?:\s*["']?)(?!EXAMPLE\b) | \b[0-9a-f]{64}\b
    """
)
_NUMBER = re.compile(r"(?<!\d)(?:1[3-9]\d{9}|0[1-9]\d{8,10})(?!\d)")
_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+\.[\w.]*[A-Za-z]")


def texts(value: Any) -> Iterator[str]:
    """Every text of a cassette, unescaped and unbroken."""
    if isinstance(value, dict):
        for name, one in value.items():
            yield str(name)
            yield from texts(one)
    elif isinstance(value, list):
        for one in value:
            yield from texts(one)
    else:
        yield value.decode("utf-8") if isinstance(value, bytes) else str(value)


@pytest.mark.parametrize("path", CASSETTES, ids=lambda path: path.stem)
def test_nothing_secret_is_in_it(path: Path) -> None:
    """No key, token, signature or nonce, no phone number and no mail address but made-up ones."""
    written = path.read_text(encoding="utf-8")
    for text in (written, *texts(yamlserializer.deserialize(written))):
        assert [] == _SECRET.findall(text)
        assert [] == [number for number in _NUMBER.findall(text) if not MADE_UP_NUMBER.fullmatch(number)]
        assert [] == [address for address in _ADDRESS.findall(text) if not address.endswith("@example.com")]


@pytest.mark.parametrize("path", CASSETTES, ids=lambda path: path.stem)
def test_scrubbing_it_changes_nothing(path: Path) -> None:
    """The scrubber finds nothing left to replace in the answers."""
    scrub = vcr_config(names=path.parent.name == "recorded")["before_record_response"][0]
    for exchange in yamlserializer.deserialize(path.read_text(encoding="utf-8"))["interactions"]:
        answer = exchange["response"]
        answer["body"]["string"] = answer["body"]["string"].encode()
        once = scrub(answer)
        assert once == scrub(once)
        assert _data(answer) == _data(once)


def _data(answer: Any) -> Any:
    # Compared as parsed: by hand, JSON is written over several lines.
    return yamlserializer.deserialize(answer["body"]["string"].decode())


def test_there_are_cassettes() -> None:
    """The search has something to search."""
    assert {"recorded", "documented"} == {path.parent.name for path in CASSETTES}
    assert len(CASSETTES) > 9
