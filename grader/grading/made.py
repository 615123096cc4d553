"""Records made from verdicts: of a check, an exercise, a submission."""

from __future__ import annotations

import importlib.metadata
import math
from collections.abc import Iterable, Mapping, Sequence
from functools import cache

from ..check import CheckInfo
from ..examine import Examination
from ..expectations import oracle_for
from ..judge import Verdict
from ..records import CheckRecord, ExerciseRecord, SubmissionRecord, message
from ..statuses import ExerciseStatus, Failure
from ..submissions import ReadSubmission
from .settings import Settings


@cache
def kit_version() -> str:
    """The version of gradkit that is installed."""
    return importlib.metadata.version("gradkit")


def ungraded(read: ReadSubmission, settings: Settings, error: Exception) -> SubmissionRecord:
    """The record of a submission whose grading failed as a whole, through no fault of its own."""
    exercises = [
        failed_exercise(name, oracle_for(name, settings.seed).checks, error)
        for name in settings.exercises
    ]
    return submission_record(read, settings, exercises)


def submission_record(
    read: ReadSubmission,
    settings: Settings,
    exercises: list[ExerciseRecord],
    flags: Iterable[str] = (),
    duration_s: float = 0.0,
) -> SubmissionRecord:
    """The record of a submission, from those of its exercises."""
    return SubmissionRecord(
        submission=read.name,
        digest=read.digest,
        seed=settings.seed,
        kit=kit_version(),
        score=math.fsum(exercise.score for exercise in exercises),
        max_score=math.fsum(exercise.max_score for exercise in exercises),
        duration_s=duration_s,
        flags=[*read.flags, *flags],
        exercises=exercises,
    )


def examined_exercise(
    name: str,
    checks: Sequence[CheckInfo],
    examination: Examination,
    verdicts: Mapping[str, Verdict],
) -> ExerciseRecord:
    """The record of an exercise that was examined.

    Args:
        name: the exercise.
        checks: those that were run, in the page's order.
        examination: which has come to its end.
        verdicts: by check id.
    """
    if examination.status != "graded":
        return ungraded_exercise(name, checks, examination.status, examination.message or "")
    faults = [v for v in verdicts.values() if v.status == "not_graded"]
    if faults:
        return ungraded_exercise(name, checks, "not_graded", faults[0].message or "")
    # A check without a verdict is a KeyError, and so a fault of the grader's.
    return graded_exercise(name, [verdicts[check.id] for check in checks])


def graded_exercise(name: str, verdicts: Iterable[Verdict]) -> ExerciseRecord:
    """The record of an exercise whose checks ran, from their verdicts."""
    return _exercise(name, "graded", None, [check_record(verdict) for verdict in verdicts])


def ungraded_exercise(
    name: str, checks: Iterable[CheckInfo], status: Failure, words: str
) -> ExerciseRecord:
    """The record of an exercise of which no check could run; `words` say why."""
    records = [check_record(Verdict(check, status)) for check in checks]
    return _exercise(name, status, message(words), records)


def failed_exercise(name: str, checks: Iterable[CheckInfo], error: Exception) -> ExerciseRecord:
    """The record of an exercise on which the grader itself failed: no point, and no blame."""
    words = f"The grader itself failed: {type(error).__name__}: {error}"
    return ungraded_exercise(name, checks, "not_graded", words)


def _exercise(
    name: str, status: ExerciseStatus, words: str | None, checks: list[CheckRecord]
) -> ExerciseRecord:
    return ExerciseRecord(
        name=name,
        status=status,
        message=words,
        score=math.fsum(check.score for check in checks),
        max_score=math.fsum(check.max_score for check in checks),
        checks=checks,
    )


def check_record(verdict: Verdict) -> CheckRecord:
    """A verdict as it stands in a record."""
    check = verdict.check
    return CheckRecord(
        name=check.id,
        function=check.function,
        aspect=check.aspect,
        status=verdict.status,
        score=verdict.score,
        max_score=check.points,
        mistake=verdict.mistake,
        message=None if verdict.message is None else message(verdict.message),
    )
