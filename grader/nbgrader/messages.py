"""What a grade cell says under its one line of code, in the kernel and after grading alike."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from ..records import CheckRecord, ExerciseRecord
from ..report.words import OUTCOMES, STATUSES, many, points, sentence
from ..visible import visible

NOT_STARTED = "Not started"


def earned(checks: Iterable[CheckRecord]) -> float:
    """The points of a grade cell: the sum over its function's checks."""
    return math.fsum(check.score for check in checks)


def verdict_on(function: str, exercise: ExerciseRecord) -> str:
    """What is said about one function of an exercise.

    Args:
        function: the function.
        exercise: the record of the whole exercise.
    """
    own = [check for check in exercise.checks if check.function == function]
    if exercise.status == "graded":
        return told(function, own)
    _, _, remark = STATUSES[exercise.status]
    said = filter(None, [exercise.message, remark])
    return visible("\n".join([_heading(function, own), "", *said])).rstrip()


def told(function: str, checks: Sequence[CheckRecord]) -> str:
    """The points of a function, and what its checks found; those that say the same say it once."""
    if all(check.status == "not_attempted" for check in checks):
        return f"{_heading(function, checks)}\n{NOT_STARTED}"
    found: dict[str, list[CheckRecord]] = {}
    for check in checks:
        if check.status in OUTCOMES:
            found.setdefault(check.message or "", []).append(check)
    parts = [_heading(function, checks)]
    parts += [f"{_names(own)}\n{message}" for message, own in found.items()]
    return visible("\n\n".join(parts))


def _heading(function: str, checks: Sequence[CheckRecord]) -> str:
    possible = math.fsum(check.max_score for check in checks)
    return f"{function}: {points(earned(checks))} of {points(possible)} points"


def _names(checks: Sequence[CheckRecord]) -> str:
    """The checks that did not pass, each with what became of it and what it is worth."""
    return "\n".join(
        f"{sentence(check.name)} ({many(check.max_score, 'point')}): {OUTCOMES[check.status]}"
        for check in checks
    )
