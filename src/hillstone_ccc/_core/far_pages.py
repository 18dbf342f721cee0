"""A page far down a long listing: found by the counts of pieces of its range, not by walking to it."""

from __future__ import annotations

from typing import Any, TypeVar

import attrs

from .edges import Edges, KnownEdges, questions
from .errors import ResultWindowError
from .flow import Flow, Session
from .operation import Listed
from .part import Part, Timeline, list_page

T = TypeVar("T")


@attrs.define
class Piece:
    """A range of places whose rows were counted.

    Attributes:
        first: Where it begins.
        stop: Where it ends.
        total: Rows in it.
    """

    first: int
    stop: int
    total: int


def rows_from(session: Session, part: Part[T], pieces: list[Piece], offset: int, size: int) -> Flow[list[T]]:
    """Up to ``size`` rows from ``offset`` on.

    Args:
        session: The client's.
        part: A listing with a timeline.
        pieces: What was counted so far, in order; refined here, so that the next page is found sooner.
        offset: How many rows stand before the first that is wanted.
        size: Rows wanted, at most a page.
    """
    most = session.limits.rows
    rows: list[T] = []
    while len(rows) < size:
        index, before = _holding(pieces, offset + len(rows))
        if index is None:
            break
        local = offset + len(rows) - before
        if local // most >= session.limits.pages:
            yield from _cut(session, part, pieces, index, local)
            continue
        # Larger pages reach further: most of what is asked for in small ones needs no cut.
        asked = size if local // size < session.limits.pages else most
        piece = pieces[index]
        edges = session.edges.of(part.operation.action).assumed()
        arguments = part.between((piece.first, piece.stop), edges)
        listed = yield from list_page(session, part.operation, arguments, local // asked + 1, asked)
        came = listed.rows[local % asked :][: size - len(rows)]
        if not came:
            break  # fewer rows than were counted a moment ago
        rows += came
    return rows


def _holding(pieces: list[Piece], offset: int) -> tuple[int | None, int]:
    """The piece that holds a row, and how many rows stand before it."""
    before = 0
    for index, piece in enumerate(pieces):
        if offset < before + piece.total:
            return index, before
        before += piece.total
    return None, before


def _cut(session: Session, part: Part[Any], pieces: list[Piece], index: int, local: int) -> Flow[None]:
    """Cuts a piece a little before the row that is wanted, were its rows spread evenly, and counts one half."""
    edges = yield from _learned(session, part)
    piece = pieces[index]
    length = piece.stop - piece.first
    if length <= 1:
        yield from _count(session, part, piece, edges)  # which was the rest of a subtraction
        if local < piece.total:
            raise ResultWindowError(
                f"{piece.total} rows match in one millisecond, and the upstream can list {session.limits.window}.",
                action=part.operation.action,
                advice="Narrow the search by another filter.",
            )
        return
    guess = piece.first + length * max(0, local - session.limits.window // 4) // piece.total
    # Never near an end alone: where rows are not spread evenly, halves at least get shorter.
    least = max(1, length // 16)
    cut = min(max(guess, piece.first + least), piece.stop - least)
    head = Piece(piece.first, cut, piece.total)
    yield from _count(session, part, head, edges)
    pieces[index : index + 1] = [head, Piece(cut, piece.stop, max(0, piece.total - head.total))]


def _count(session: Session, part: Part[Any], piece: Piece, edges: Edges) -> Flow[None]:
    arguments = part.between((piece.first, piece.stop), edges)
    listed = yield from list_page(session, part.operation, arguments, 1, 1)
    piece.total = listed.total or 0


def _learned(session: Session, part: Part[Any]) -> Flow[Edges]:
    """The upstream's edges, asked for if they are not known yet: pieces must neither overlap nor miss a millisecond."""
    action, timeline = part.operation.action, part.timeline
    known: KnownEdges = session.edges
    if known.of(action).known or timeline is None:
        return known.of(action)
    first = yield from list_page(session, part.operation, part.between(timeline.places, Edges()), 1, 1)
    time = _time_of(timeline, first)
    if time is not None:
        told: list[bool] = []
        for question in questions(time):
            answer = yield from list_page(session, part.operation, part.asking(question), 1, 1)
            told.append(_time_of(timeline, answer) == time)
        known.learn(action, Edges(*told))
    return known.of(action).assumed()


def _time_of(timeline: Timeline[Any], listed: Listed[Any]) -> int | None:
    return next(iter(timeline.moments(listed.rows[:1])), None)
