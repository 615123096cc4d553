"""A class in a few lines: how many, how well, what went wrong most often, and what a person should look at."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Iterator

import msgspec

from ..records import SubmissionRecord
from ..report.tally import count, is_ungraded
from ..statuses import CheckStatus, ExerciseStatus

MISTAKES = 5
_NOTABLE = ("crashed", "timeout", "out_of_memory")


class Mistake(msgspec.Struct, frozen=True):
    """A known mistake, and how many submissions made it."""

    exercise: str
    function: str
    name: str
    submissions: int


class Notable(msgspec.Struct, frozen=True):
    """An exercise of a submission that did not run as it should."""

    submission: str
    exercise: str
    status: ExerciseStatus | CheckStatus


class Summary(msgspec.Struct, frozen=True):
    """What is said at the end of a run.

    Args:
        submissions: how many there are in the results.
        mean: of their scores; None where there are none.
        median: likewise.
        max_score: the most that one can have.
        mistakes: the most frequent ones.
        not_imported: exercises whose file stopped with an error, so that none of its checks could run.
        ended: exercises in which code crashed, did not end, or ran out of memory.
        unreadable: submissions of which something could not be opened.
        flagged: submissions that a person should look at, for more than what could not be opened.
        not_graded: submissions that the grader itself failed on.
        seed: of the run.
        interrupted: whether some were not reached.
        left: how many.
    """

    submissions: int
    mean: float | None
    median: float | None
    max_score: float
    mistakes: list[Mistake]
    not_imported: list[Notable]
    ended: list[Notable]
    unreadable: list[str]
    flagged: list[str]
    not_graded: list[str]
    seed: int
    interrupted: bool = False
    left: int = 0


def summarize(records: Iterable[SubmissionRecord], seed: int, left: int = 0) -> Summary:
    """Sum up a class.

    Args:
        records: its results.
        seed: of the run.
        left: how many submissions an interruption left over.
    """
    found = sorted(records, key=lambda record: record.submission)
    scores = [record.score for record in found]
    return Summary(
        submissions=len(found),
        mean=round(statistics.fmean(scores), 2) if scores else None,
        median=round(statistics.median(scores), 2) if scores else None,
        max_score=max((record.max_score for record in found), default=0.0),
        mistakes=[
            Mistake(lesson.exercise, lesson.function, lesson.name, len(lesson.made_by))
            for lesson in count(found).mistakes[:MISTAKES]
        ],
        not_imported=[
            Notable(record.submission, exercise.name, exercise.status)
            for record in found
            for exercise in record.exercises
            if exercise.status == "import_error"
        ],
        ended=[notable for record in found for notable in _ended(record)],
        unreadable=[
            record.submission
            for record in found
            if any(exercise.status == "unreadable" for exercise in record.exercises)
        ],
        flagged=[record.submission for record in found if _has_more_to_say(record)],
        not_graded=[record.submission for record in found if is_ungraded(record)],
        seed=seed,
        interrupted=left > 0,
        left=left,
    )


def _has_more_to_say(record: SubmissionRecord) -> bool:
    """Whether a flag says what no exercise does."""
    return not {exercise.message for exercise in record.exercises}.issuperset(record.flags)


def _ended(record: SubmissionRecord) -> Iterator[Notable]:
    for exercise in record.exercises:
        statuses = {exercise.status, *(check.status for check in exercise.checks)}
        worst = next((status for status in _NOTABLE if status in statuses), None)
        if worst is not None:
            yield Notable(record.submission, exercise.name, worst)
