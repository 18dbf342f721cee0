"""How content customers say they were (满意度): how many answered, and apart from that, what."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

import attrs

from .arguments import check_scores
from .figures import mean, share
from .reading import Calls, read

FIELDS = ("satisfaction_survey_offered", "satisfaction_index")


@attrs.frozen
class Satisfaction:
    """What customers answered when they were asked how content they were.

    Attributes:
        surveyed: Calls whose customers were asked.
        answered: Those of them who pressed a key.
        response_rate: ``answered / surveyed``, 0 to 1; None if nobody was asked.
        score: The mean of what the pressed keys score; None if no key with a score was pressed.
        ratings: Key → how often it was pressed, in order of the keys.
    """

    surveyed: int
    answered: int
    response_rate: float | None
    score: float | None
    ratings: Mapping[int, int]


def satisfaction(calls: Calls, *, scores: Mapping[int, float] | None = None) -> Satisfaction:
    """How many of the customers who were asked answered, and how content those were.

    Formula:
        response rate = answered / surveyed. Surveyed: ``satisfaction_survey_offered``, or a key was pressed (who
        answered was asked). Answered: ``satisfaction_index`` is a key; 0 is none.
        score = sum of the scores of the pressed keys / number of pressed keys that have a score. It says nothing
        of those who did not answer.

    Args:
        calls: See :func:`read`; ``satisfaction_survey_offered``, ``satisfaction_index``.
        scores: What each key scores, such as ``{1: 5, 2: 3, 3: 1}``, or ``{1: 1, 2: 0, 3: 0}`` for the share of key
            1. A key that is not in it has no score. If None, each key scores its own number. What a key means, and
            whether 1 is good, is the call center's own choice (``satisfaction_description`` tells it).

    Raises:
        InvalidQueryError: ``scores`` has keys that are no whole numbers, or scores that are no numbers.
    """
    check_scores(scores)
    asked = [call.rating for call in read(calls, FIELDS) if call.surveyed]
    keys = Counter(key for key in asked if key is not None)
    answered = sum(keys.values())
    worth = {key: key for key in keys} if scores is None else scores
    scored = [worth[key] for key in keys.elements() if key in worth]
    return Satisfaction(
        len(asked), answered, share(answered, len(asked)), mean(scored), {key: keys[key] for key in sorted(keys)}
    )
