"""Whatever a set-up is made of, it gets a diagnosis, and what is secret of it is not shown."""

from __future__ import annotations

import socket
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hillstone_ccc.doctor import examine

from .conftest import NO_TLS
from .test_set_ups import shown

TEXT = st.text(max_size=30) | st.sampled_from(["a..b", "[::1", "http://[::1]:80", "https://ccc.example:99999", "xn--"])
SECRET = "example-secret-of-a-law"
WRAPPED = st.tuples(*[st.text(st.characters(codec="utf-8"), max_size=3)] * 2).map(SECRET.join)
SETTINGS = st.fixed_dictionaries(
    {"access_key_id": st.just("example-id"), "access_key_secret": WRAPPED},
    optional={
        "instance_id": TEXT,
        "endpoint": TEXT,
        "region_id": TEXT,
        "timezone": TEXT,
        "proxy": TEXT,
        "verify": TEXT,
        "security_token": TEXT,
        "timeout": st.floats() | st.integers(),
    },
)
GATEWAYS = st.fixed_dictionaries({"url": TEXT, "token": WRAPPED}, optional={"proxy": TEXT, "timezone": TEXT})


def _unknown(*_: Any, **__: Any) -> None:
    raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")


@pytest.mark.once
@pytest.mark.thorough
@given(settings=SETTINGS | GATEWAYS)
def test_a_diagnosis_never_fails(monkeypatch: pytest.MonkeyPatch, settings: dict[str, Any]) -> None:
    """No text that somebody may put into a setting makes it raise; no name is known here, so some check fails."""
    monkeypatch.setattr(socket, "getaddrinfo", _unknown)
    diagnosis = examine(**{"verify": NO_TLS, **settings})
    assert not diagnosis.healthy
    assert SECRET not in shown(diagnosis)
    assert [] == [check for check in diagnosis.checks if not (check.seen + check.remedy).isprintable()]
