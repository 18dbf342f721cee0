"""The two clients, and all they give, have the same names and take the same arguments."""

from __future__ import annotations

import inspect
import io
from typing import Any

import pytest

import hillstone_ccc
from hillstone_ccc import (
    Agents,
    AsyncAgents,
    AsyncCallRecords,
    AsyncClient,
    AsyncRecording,
    AsyncRecordingFile,
    AsyncRecordings,
    AsyncResults,
    AsyncSkillGroups,
    CallRecords,
    Client,
    Recording,
    RecordingFile,
    Recordings,
    Results,
    SkillGroups,
)

PAIRS = [
    (Client, AsyncClient),
    (CallRecords, AsyncCallRecords),
    (Agents, AsyncAgents),
    (SkillGroups, AsyncSkillGroups),
    (Recordings, AsyncRecordings),
    (Results, AsyncResults),
    (Recording, AsyncRecording),
    (RecordingFile, AsyncRecordingFile),
]
EACH = pytest.mark.parametrize(("sync", "asynchronous"), PAIRS, ids=lambda kind: kind.__name__)
# Where the two kinds differ in what they are, not in what they offer.
NAMES = {"aclose": "close"}
ITERATION = {
    "Generator": "AsyncGenerator",
    "Iterator": "AsyncIterator",
}


# What Python's own binary files have besides: whoever reads one asks for it, and `async` code has no such protocol.
OF_FILES = {name for name in dir(io.BufferedIOBase) if not name.startswith("_")} - {"read", "seek", "tell", "close"}


def _public(kind: type[Any]) -> dict[str, Any]:
    found = {name: getattr(kind, name) for name in dir(kind) if not name.startswith("_")}
    left_out = OF_FILES if kind is RecordingFile else set()
    return {NAMES.get(name, name): member for name, member in found.items() if name not in left_out}


def _parameters(member: Any) -> list[tuple[str, Any, Any]]:
    return [
        (one.name, one.kind, one.default) for one in inspect.signature(member).parameters.values() if one.name != "self"
    ]


def test_every_asynchronous_class_has_a_synchronous_one() -> None:
    """No pair is missing here."""
    assert {name for name in vars(hillstone_ccc)["__all__"] if name.startswith("Async")} == {
        asynchronous.__name__ for _, asynchronous in PAIRS
    }


@EACH
def test_names_are_the_same(sync: type[Any], asynchronous: type[Any]) -> None:
    """But for closing, which is called as the rest of asyncio calls it."""
    assert _public(sync).keys() == _public(asynchronous).keys()


@EACH
def test_arguments_are_the_same(sync: type[Any], asynchronous: type[Any]) -> None:
    """Names, kinds and defaults, of the class and of each method."""
    assert _parameters(sync) == _parameters(asynchronous)
    theirs = _public(asynchronous)
    methods = {name: member for name, member in _public(sync).items() if callable(member)}
    assert {name: _parameters(member) for name, member in methods.items()} == {
        name: _parameters(theirs[name]) for name in methods
    }


def _annotation(text: str) -> str:
    """A synchronous type as the asynchronous class writes it."""
    text = text.replace("Results[", "AsyncResults[").replace("[Recording]", "[AsyncRecording]")
    if text in ("Recording", "RecordingFile"):
        return f"Async{text}"
    if text == "Iterable[Call]":  # an asynchronous client takes both kinds
        return "AsyncIterable[Call] | Iterable[Call]"
    head, bracket, rest = text.partition("[")
    if head == "Generator":
        return f"AsyncGenerator[{rest.removesuffix(', None, None]')}, None]"
    return head + bracket + rest


@EACH
def test_types_are_the_same(sync: type[Any], asynchronous: type[Any]) -> None:
    """Each argument's, and each answer's, once it is awaited."""
    theirs = _public(asynchronous)
    for name, member in _public(sync).items():
        if not inspect.isfunction(member) or name == "close":
            continue
        left, right = inspect.signature(member), inspect.signature(theirs[name])
        assert _annotation(str(left.return_annotation)) == str(right.return_annotation)
        asked = [one.annotation for one in left.parameters.values()]
        if name == "download_all":
            asked = [_annotation(one) if isinstance(one, str) else one for one in asked]
        assert asked == [one.annotation for one in right.parameters.values()]


@EACH
def test_what_asks_the_upstream_is_awaited_or_iterated(sync: type[Any], asynchronous: type[Any]) -> None:
    """Nothing of an asynchronous class may block; what is lazy is lazy in both."""
    lazy = {"search", "limit", "bounded", "coverage", "expected", "from_env", "iter_arrow", "tell", "watch"}
    for name, member in _public(asynchronous).items():
        if inspect.isfunction(member):
            waits = inspect.iscoroutinefunction(member) or inspect.isasyncgenfunction(member)
            assert waits is (name not in lazy)
            assert not inspect.iscoroutinefunction(_public(sync)[name])
