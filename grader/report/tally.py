"""What is counted over a class: each check's fate, each known mistake, and failures that none explains."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from ..records import CheckRecord, ExerciseRecord, SubmissionRecord

NOTHING_THERE = frozenset({"not_attempted", "missing"})
"""Statuses of a check that had nothing to judge, in an exercise that could be imported."""


@dataclass
class CheckTally:
    """One check over the class; submissions whose exercise the grader could not grade are left out.

    Args:
        exercise: such as "ex05_autograd".
        check: its name, function and aspect.
        passed: how many submissions passed it.
        wrong: how many tried and did not.
        unreached: how many gave it nothing to judge: not begun, not handed in, not imported.
    """

    exercise: str
    check: CheckRecord
    passed: int = 0
    wrong: int = 0
    unreached: int = 0

    @property
    def total(self) -> int:
        """Submissions that count."""
        return self.passed + self.wrong + self.unreached

    def add(self, exercise: ExerciseRecord, check: CheckRecord) -> None:
        """Count one submission."""
        if check.status == "passed":
            self.passed += 1
        elif is_wrong(exercise, check):
            self.wrong += 1
        elif exercise.status != "not_graded":
            self.unreached += 1


@dataclass
class Lesson:
    """Something that went wrong in the same way in several submissions.

    Args:
        exercise: where.
        function: in which function.
        name: of the known mistake; of the check, where no known mistake explains it.
        made_by: which submissions, by their places in the class.
    """

    exercise: str
    function: str
    name: str
    made_by: list[int] = field(default_factory=list)


@dataclass
class Tally:
    """A class in numbers.

    Attributes:
        checks: by exercise, then by name, in the page's order.
        mistakes: the known mistakes, the most frequent first.
        unexplained: checks that failed without a known mistake, the most frequent first.
    """

    checks: dict[str, dict[str, CheckTally]]
    mistakes: list[Lesson]
    unexplained: list[Lesson]


def count(records: Sequence[SubmissionRecord]) -> Tally:
    """Count a class."""
    checks: dict[str, dict[str, CheckTally]] = {}
    mistakes: dict[tuple[str, ...], Lesson] = {}
    unexplained: dict[tuple[str, ...], Lesson] = {}
    for place, exercise, check in _all_checks(records):
        own = checks.setdefault(exercise.name, {})
        own.setdefault(check.name, CheckTally(exercise.name, check)).add(exercise, check)
        if not is_wrong(exercise, check):
            continue
        found, name = (mistakes, check.mistake) if check.mistake else (unexplained, check.name)
        key = (exercise.name, check.function, name)
        lesson = found.setdefault(key, Lesson(*key))
        if lesson.made_by[-1:] != [place]:
            lesson.made_by.append(place)
    return Tally(checks, _ranked(mistakes), _ranked(unexplained))


def is_wrong(exercise: ExerciseRecord, check: CheckRecord) -> bool:
    """Whether there was something to judge, and it did not pass."""
    return exercise.status == "graded" and check.status not in ("passed", *NOTHING_THERE)


def is_ungraded(record: SubmissionRecord) -> bool:
    """Whether the grader owes this submission something, so that its score is not final."""
    return any(exercise.status == "not_graded" for exercise in record.exercises)


def _all_checks(
    records: Sequence[SubmissionRecord],
) -> Iterator[tuple[int, ExerciseRecord, CheckRecord]]:
    for place, record in enumerate(records):
        for exercise in record.exercises:
            for check in exercise.checks:
                yield place, exercise, check


def _ranked(lessons: dict[tuple[str, ...], Lesson]) -> list[Lesson]:
    return sorted(lessons.values(), key=lambda lesson: (-len(lesson.made_by), lesson.exercise))
