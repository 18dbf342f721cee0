"""How the files of many recordings are named."""

import os
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from hillstone_ccc._core.details import CallDetail
from hillstone_ccc._core.errors import InvalidQueryError
from hillstone_ccc._core.file_names import STANDARD_LAYOUT
from hillstone_ccc._core.layout import FIELDS, Layout
from hillstone_ccc._core.links import RecordingLink
from hillstone_ccc._core.records import CallRecord
from hillstone_ccc._core.source import Source
from hillstone_ccc._core.vocabulary import ContactType, Disposition

EIGHT = timezone(timedelta(hours=8))
START = datetime(2026, 1, 2, 11, 4, 5, tzinfo=EIGHT)
CALL = CallRecord(
    "job-1",
    start_time=START,
    contact_type=ContactType.INBOUND,
    contact_disposition=Disposition.SUCCESS,
    calling_number="13800000001",
    called_number="02100000001",
    agent_ids=("alpha@ccc-demo", "beta@ccc-demo"),
    agent_names=("演示坐席甲", "演示坐席乙"),
    skill_group_names=("演示技能组",),
)


def source(file_name: str | None = "a.WAV", contact_id: str = "job-1", track: Any = "mono") -> Source:
    """Where a recording of that name comes from."""
    return Source(contact_id, track, RecordingLink("https://example.com/a", file_name), None)


@pytest.mark.parametrize(
    ("template", "path"),
    [
        (STANDARD_LAYOUT, "2026/01/02/job-1.wav"),
        ("{contact_id}", "job-1"),
        ("{track}/{file_name}", "mono/a.WAV"),
        ("{agent}/{agent_id}{suffix}", "演示坐席甲+演示坐席乙/alpha@ccc-demo+beta@ccc-demo.wav"),
        ("{skill_group} {type} {disposition}", "演示技能组 Inbound Success"),
        ("{calling_number}-{called_number}", "13800000001-02100000001"),
        ("{start}", "2026-01-02 11.04.05"),
        ("{start:}", "2026-01-02 11.04.05"),
        ("{start:%H:%M}", "11_04"),
        ("{start:%Y年}/{start:%m}", "2026年/01"),
        ("{start:%D}", "01/02/26"),
        ("calls {{x}} {contact_id}", "calls {x} job-1"),
        ("a.b/{contact_id}", "a.b/job-1"),
        ("...x/{contact_id}", "x/job-1"),
        ("con/{contact_id}", "_con/job-1"),
        ("X/{contact_id}", "X/job-1"),
        ("a" * 300 + "{suffix}", "a" * 196 + ".wav"),
        ("/".join(["a"] * 16), "/".join(["a"] * 16)),
    ],
)
def test_what_a_template_makes(template: str, path: str) -> None:
    """Fields are filled in, parts of the path stand between slashes, and each is made a safe name."""
    assert path == "/".join(Layout(template).path(source(), CALL))


@pytest.mark.parametrize(
    ("template", "path"),
    [
        ("{start:%Y/%m}/{contact_id}{suffix}", "undated/job-1.wav"),
        ("{agent} {agent_id} {skill_group} {type}", "none none none none"),
        ("{calling_number}/{called_number}/{disposition}", "none/none/none"),
    ],
)
@pytest.mark.parametrize("call", [None, CallRecord("job-1"), CallDetail("job-1")])
def test_what_is_not_known(template: str, path: str, call: Any) -> None:
    """A word stands for what the call does not tell, or for a call of which nothing is known."""
    assert path == "/".join(Layout(template).path(source(), call))


@pytest.mark.parametrize(
    ("file_name", "path"),
    [
        ("b.mkv", ".mkv=b.mkv"),
        (None, "=job-1"),
        ("", "=job-1"),
        ("../../x", "=_.._x"),
        ("a/b.wav", ".wav=a_b.wav"),
        ("...", "=job-1"),
    ],
)
def test_the_upstreams_file_name(file_name: str | None, path: str) -> None:
    """Its suffix and itself, or the call's id where there is none; it leads nowhere else."""
    assert (f"x{path}",) == Layout("x{suffix}={file_name}").path(source(file_name), CALL)


def test_a_part_that_comes_to_nothing() -> None:
    """It has a name all the same."""
    assert ("none", "job-1") == Layout("{suffix}/{contact_id}").path(source("a"), CALL)


def test_a_calls_details_name_it_too() -> None:
    """Where the call was asked for by its id."""
    detail = CallDetail("job-1", start_time=START, agent_names=("甲",))
    assert ("2026", "甲") == Layout("{start:%Y}/{agent}").path(source(), detail)


def test_the_usual_layout() -> None:
    """A folder a day, a file a call."""
    assert (Layout(STANDARD_LAYOUT), "{start:%Y/%m/%d}/{contact_id}{suffix}") == (Layout(), STANDARD_LAYOUT)


@pytest.mark.parametrize(
    ("template", "needs"),
    [
        ("{contact_id} {track}{suffix}", False),
        ("{file_name}", False),
        ("x", False),
        ("{start}", True),
        ("{contact_id} {agent}", True),
        ("{type}", True),
    ],
)
def test_which_templates_need_to_know_of_the_call(template: str, needs: bool) -> None:
    """Those with fields of it; the id and the file are known without."""
    assert needs is Layout(template).needs_call


BETWEEN_BRACES = f"between braces may stand {', '.join(FIELDS)}; only start takes a form, of strftime"
NO_PATH = "it is no path below the directory, each part with a name"
NO_CHARACTERS = "no part of a path holds a backslash or control characters; / stands between parts"


@pytest.mark.parametrize(
    ("template", "why"),
    [
        (None, "it must be text"),
        (5, "it must be text"),
        (b"x", "it must be text"),
        ("", NO_PATH),
        ("/", NO_PATH),
        ("/x", NO_PATH),
        ("x/", NO_PATH),
        ("x//y", NO_PATH),
        (".", NO_PATH),
        ("..", NO_PATH),
        ("../{contact_id}", NO_PATH),
        ("x/../y", NO_PATH),
        ("x/ .. /y", NO_PATH),
        ("x/ /y", NO_PATH),
        ("{start:..}", NO_PATH),
        ("{start:/}x", NO_PATH),
        ("/".join(["a"] * 17), NO_PATH),
        ("a\\b", NO_CHARACTERS),
        ("C:\\x", NO_CHARACTERS),
        ("a\0b", NO_CHARACTERS),
        ("a\nb", NO_CHARACTERS),
        ("a\x9fb", NO_CHARACTERS),
        ("a\ud800b", NO_CHARACTERS),
        ("{start:%n}", "the form of start gives a time no path can hold"),
        ("{start:%t}", "the form of start gives a time no path can hold"),
        ("{}", BETWEEN_BRACES),
        ("{0}", BETWEEN_BRACES),
        ("{nothing}", BETWEEN_BRACES),
        ("{START}", BETWEEN_BRACES),
        ("{contact_id.__class__}", BETWEEN_BRACES),
        ("{contact_id[0]}", BETWEEN_BRACES),
        ("{contact_id!r}", BETWEEN_BRACES),
        ("{start!s}", BETWEEN_BRACES),
        ("{contact_id:>9}", BETWEEN_BRACES),
        ("{ contact_id }", BETWEEN_BRACES),
        ("{contact_id", "expected '}' before end of string"),
        ("{", "Single '{' encountered in format string"),
        ("}", "Single '}' encountered in format string"),
    ],
)
def test_what_is_no_template(template: Any, why: str) -> None:
    """It is refused with its reason, and with what is usual."""
    with pytest.raises(InvalidQueryError) as caught:
        Layout(template)
    assert f"layout: {template!r} is none: {why}. The usual one is {STANDARD_LAYOUT!r}." == str(caught.value)


TRICKS = [
    "..",
    "../",
    "/",
    "\\",
    "./",
    "~",
    "/etc/passwd",
    "C:",
    "\0",
    "\n",
    "\x1b",
    "\u202e",
    "\u061c",
    "\ud800",
    " ",
    ".",
    "con",
    "NUL",
    "aux.wav",
    "a" * 150,
    "名" * 70,
    "{contact_id}",
    "{start:%Y/%m/%d}",
    "{start:%c}",
    "{start:%Q}",
    "{start:%}",
    "{start:%Z}",
    "{start:..}",
    "{start:{contact_id}}",
    "{start:{start:%Y}}",
    "{contact_id.__class__}",
    "{contact_id!r}",
    "{0}",
    "{}",
    "{{}}",
    "{",
    "}",
    "{{",
    *(f"{{{field}}}" for field in FIELDS),
]
words = st.text(st.characters(), max_size=20) | st.lists(st.sampled_from(TRICKS), max_size=6).map("".join)
templates = (
    words
    | st.lists(words, max_size=4).map("/".join)
    | st.text("{}%/.\\! :YmdHQcxXDFZjn", max_size=12).map("{{start:{}}}".format)
)
moments = st.none() | st.datetimes() | st.datetimes(timezones=st.sampled_from([timezone.utc, EIGHT]))
calls = st.none() | st.builds(
    CallRecord,
    words,
    start_time=moments,
    contact_type=st.none() | words.map(ContactType),
    contact_disposition=st.none() | words.map(Disposition),
    calling_number=st.none() | words,
    called_number=st.none() | words,
    agent_ids=st.lists(words, max_size=3).map(tuple),
    agent_names=st.lists(words, max_size=3).map(tuple),
    skill_group_names=st.lists(words, max_size=3).map(tuple),
)
DIRECTORY = os.path.normpath("/there/below")


@pytest.mark.thorough
@example("{start:%c}", CALL, "job-1", None)
@example("{agent}", CallRecord("job-1", agent_names=("..",)), "..", "..")
@given(templates, calls, words, st.none() | words)
def test_no_path_leads_out(template: str, call: CallRecord | None, contact_id: str, file_name: str | None) -> None:
    """A template is refused, or whatever it is filled with each part of the path is one name that is safe to write."""
    try:
        layout = Layout(template)
    except InvalidQueryError:
        return
    parts = layout.path(source(file_name, contact_id), call)
    assert parts
    for part in parts:
        assert part not in ("", ".", "..")
        assert not set("/\\\0") & set(part)
        assert 1 <= len(part.encode()) <= 200
        assert part == part.strip(" .")
        assert not any(ord(character) < 32 for character in part)
    path = os.path.normpath("/".join((DIRECTORY, *parts)))
    assert DIRECTORY == os.path.commonpath([DIRECTORY, path])
    assert list(parts) == path.removeprefix(DIRECTORY + "/").split("/")


@pytest.mark.thorough
@given(calls, words, st.none() | words)
def test_what_fills_a_template_makes_no_parts(call: CallRecord | None, contact_id: str, file_name: str | None) -> None:
    """However many separators the words of the wire hold, the template alone says how deep a file lies."""
    template = "/".join(f"{{{field}}}" for field in FIELDS)
    assert len(FIELDS) == len(Layout(template).path(source(file_name, contact_id), call))


@given(words)
def test_what_fills_a_template_is_not_read_as_one(word: str) -> None:
    """Braces in the words of the wire are braces."""
    call = CallRecord("job-1", agent_names=("{contact_id}{start:%Y}" + word,))
    (name,) = Layout("{agent}").path(source(), call)
    assert name.startswith("{contact_id}{start_%Y}")
