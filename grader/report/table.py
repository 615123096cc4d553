"""The table of submissions: points or a sign for each exercise, status, flags."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from ..records import ExerciseRecord, SubmissionRecord
from .heatmap import heat
from .tally import Lesson, is_ungraded
from .words import NOT_STARTED, STATUSES, points, short, untouched

MAX_FLAGS, MAX_FLAG = 3, 200
"""Flags of a submission on the page, and characters of each; results.jsonl has them all."""


@dataclass(frozen=True)
class Cell:
    """One exercise of one submission.

    Args:
        text: points, or a sign.
        words: what the sign means; empty for points.
        kind: class of the style sheet.
    """

    text: str
    words: str
    kind: str


@dataclass(frozen=True)
class SubmissionRow:
    """One line of the table."""

    name: str
    link: str
    score: float
    cells: list[Cell | None]
    status: str
    ungraded: bool
    flags: list[str]
    more_flags: int
    lessons: str


def submission_rows(
    records: Sequence[SubmissionRecord],
    exercises: Sequence[str],
    files: Mapping[str, str],
    mistakes: Sequence[Lesson],
) -> list[SubmissionRow]:
    """The table, a row for each record.

    Args:
        records: the submissions, in the order of the table.
        exercises: the columns.
        files: each submission's feedback file, without its ending.
        mistakes: the mistakes as they are numbered; who made them can be shown alone.
    """
    made: list[list[str]] = [[] for _ in records]
    for number, lesson in enumerate(mistakes):
        for place in lesson.made_by:
            made[place].append(str(number))
    return [
        _row(record, exercises, files[record.submission], " ".join(own))
        for record, own in zip(records, made, strict=True)
    ]


def _row(
    record: SubmissionRecord, exercises: Sequence[str], file: str, lessons: str
) -> SubmissionRow:
    own = {exercise.name: exercise for exercise in record.exercises}
    return SubmissionRow(
        name=record.submission,
        link=quote(f"feedback/{file}.html"),
        score=record.score,
        cells=[_cell(own[name]) if name in own else None for name in exercises],
        status=_status(record),
        ungraded=is_ungraded(record),
        flags=[f if len(f) <= MAX_FLAG else f"{f[:MAX_FLAG]}…" for f in record.flags[:MAX_FLAGS]],
        more_flags=max(0, len(record.flags) - MAX_FLAGS),
        lessons=lessons,
    )


def _cell(exercise: ExerciseRecord) -> Cell:
    sign, words, _ = STATUSES[exercise.status]
    if sign:
        return Cell(sign, words, "owed" if exercise.status == "not_graded" else "off")
    if untouched(exercise):
        return Cell(*NOT_STARTED, "off")
    share = exercise.score / exercise.max_score if exercise.max_score else 1.0
    return Cell(points(exercise.score), "", f"h{heat(share)}")


def _status(record: SubmissionRecord) -> str:
    """Which exercises are in which state, the grader's own failures first; "graded" where all are."""
    said = []
    for status, (sign, words, _) in STATUSES.items():
        names = [short(e.name) for e in record.exercises if e.status == status]
        if sign and names:
            everything = len(names) == len(record.exercises) > 1
            said.append(f"{words}: {'all' if everything else ', '.join(names)}")
    if record.exercises and all(map(untouched, record.exercises)):
        return f"{NOT_STARTED[1]}: all"
    return "; ".join(said) or "graded"
