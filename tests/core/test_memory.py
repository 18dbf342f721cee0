"""What is remembered, for how long, and how a flow asks for it."""

from collections.abc import Generator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hillstone_ccc._core.errors import CCCError, ConnectError
from hillstone_ccc._core.flow import Command, Pause, Reply, remembered
from hillstone_ccc._core.memory import Answer, Answers

from .driving import Clock, drive

AnyFlow = Generator[Command, Reply, Any]


def test_an_answer_is_good_until_its_time_is_over() -> None:
    """Not a moment longer, and then it takes no room."""
    answers = Answers()
    answers.keep("name", Answer("zhang", 300.0))
    assert Answer("zhang", 300.0) == answers.find("name", 299.9)
    assert (None, 0) == (answers.find("name", 300.0), len(answers))
    assert answers.find("other", 0.0) is None


def test_nothing_is_an_answer_too() -> None:
    """That there is nothing can be known."""
    answers = Answers()
    answers.keep("name", Answer(None, 1.0))
    assert Answer(None, 1.0) == answers.find("name", 0.0)


def test_the_answer_that_was_not_asked_for_the_longest_goes_first() -> None:
    """Asking and keeping anew both count."""
    answers = Answers(most=3)
    for key in "abc":
        answers.keep(key, Answer(key, 1.0))
    answers.find("a", 0.0)
    answers.keep("b", Answer("b", 1.0))
    answers.keep("d", Answer("d", 1.0))
    assert ["a", "b", None, "d"] == [getattr(answers.find(key, 0.0), "value", None) for key in "abcd"]


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 5), st.booleans())), st.integers(1, 5))
def test_never_too_many_and_never_too_old(steps: list[tuple[int, int, bool]], most: int) -> None:
    """Whatever is kept and asked for: what is found is the latest that was kept, is still good, and room is bounded."""
    answers, latest, now = Answers(most), dict[int, Answer](), 0.0
    for serial, (key, seconds, keeps) in enumerate(steps):
        if keeps:
            latest[key] = Answer(serial, now + seconds)
            answers.keep(key, latest[key])
            assert (answers.find(key, now) is not None) == (seconds > 0)
        else:
            now += seconds
            found = answers.find(key, now)
            assert found is None or (found is latest[key] and now < found.until)
        assert len(answers) <= most


def test_a_flow_is_run_once_for_all_who_ask_in_time() -> None:
    """It is begun only if nobody knows what it comes to, and again when that has grown old."""
    begun: list[float] = []
    clock, memory = Clock(), Answers()

    def found_out() -> AnyFlow:
        begun.append(clock.monotonic)
        yield Pause(2)
        return len(begun)

    def ask() -> Any:
        return drive(remembered("key", 300, found_out), [], clock, memory).value

    assert [1, 1] == [ask(), ask()]
    clock.tick(300)
    assert (2, [0, 302]) == (ask(), begun)


def test_a_failure_is_raised_where_it_was_asked_for_and_not_remembered() -> None:
    """So a flow can catch it, and whoever asks next tries anew."""
    begun: list[str] = []

    def fails() -> AnyFlow:
        begun.append("begun")
        yield Pause()
        raise ConnectError("lost")

    def asks() -> AnyFlow:
        with pytest.raises(CCCError, match="lost") as caught:
            yield from remembered("key", 300, fails)
        assert "fails" in [entry.name for entry in caught.traceback]
        return (yield from remembered("key", 300, fails))

    driven = drive(asks(), [])
    assert (ConnectError, ["begun", "begun"]) == (type(driven.error), begun)
