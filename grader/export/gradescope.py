"""Gradescope's results.json: what a student sees of a graded submission, and what only the instructor does."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from ..records import ExerciseRecord, SubmissionRecord
from .filling import ungraded
from .junit import said


def results(record: SubmissionRecord) -> bytes:
    """A submission's results.json: one test a check."""
    flags = {"name": "For the instructor: look at", "output": "\n".join(record.flags)}
    return _encoded(
        {
            "score": record.score,
            "execution_time": record.duration_s,
            "output": "\n".join(_overview(record)),
            "output_format": "text",
            "visibility": "visible",
            "stdout_visibility": "hidden",
            "extra_data": {"digest": record.digest, "kit": record.kit, "seed": record.seed},
            "tests": [
                *_tests(record),
                *([{**flags, "visibility": "hidden"}] if record.flags else []),
            ],
        }
    )


def failure(reason: str) -> bytes:
    """A results.json for when the grader itself failed: no points, and whose fault it is.

    Args:
        reason: what is wrong, for the student to pass on; it must give nothing of the kit away.
    """
    words = (
        f"The grader failed: {reason}. This says nothing about your code. "
        "Tell your instructor, who finds the details in the output of the autograder."
    )
    test = {"name": "The grader failed", "score": 0, "status": "failed", "visibility": "visible"}
    return _encoded(
        {
            "score": 0,
            "output": words,
            "output_format": "text",
            "visibility": "visible",
            "stdout_visibility": "hidden",
            "tests": [test],
        }
    )


def _overview(record: SubmissionRecord) -> Iterator[str]:
    if waiting := ungraded(record):
        yield f"This is not your final score: {waiting}. Tell your instructor."
    for exercise in record.exercises:
        remark = "" if exercise.status == "graded" else f"  {exercise.status.replace('_', ' ')}"
        yield f"{exercise.name}: {exercise.score:g} of {exercise.max_score:g}{remark}"


def _tests(record: SubmissionRecord) -> Iterator[dict[str, Any]]:
    for place, exercise in enumerate(record.exercises, start=1):
        yield from _tests_of(exercise, place)


def _tests_of(exercise: ExerciseRecord, place: int) -> Iterator[dict[str, Any]]:
    for number, check in enumerate(exercise.checks, start=1):
        passed = check.status == "passed"
        test: dict[str, Any] = {
            "name": f"{exercise.name}: {check.name}",
            "number": f"{place}.{number}",
            "score": check.score,
            "max_score": check.max_score,
            "status": "passed" if passed else "failed",
            "output_format": "text",
            "visibility": "visible",
        }
        if not passed:
            test["output"] = said(exercise, check)
        yield test


def _encoded(value: dict[str, Any]) -> bytes:
    return msgspec.json.format(msgspec.json.encode(value), indent=2) + b"\n"
