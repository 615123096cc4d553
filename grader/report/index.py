"""The class's page: what each of its sections shows, made ready for the templates."""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from urllib.parse import quote

from ..records import ExerciseRecord, RunRecord, SubmissionRecord
from .catalogue import Catalogue
from .histogram import Bin, distribution, draw
from .rendering import render
from .tally import CheckTally, Lesson, Tally, count, is_ungraded
from .words import NOT_STARTED, STATUSES, points, short, untouched

MOST_FREQUENT = 10
"""Mistakes that are in view at once; the others can be unfolded."""

MAX_FLAGS, MAX_FLAG = 3, 200
"""Flags of a submission on the page, and characters of each; results.jsonl has them all."""


@dataclass(frozen=True)
class Overview:
    """The class at a glance; scores that are not final are left out.

    Args:
        size: submissions.
        max_score: points that can be earned.
        final: submissions whose score is final.
        quartiles: lower quartile, median, upper quartile; empty where no score is final.
        complete: submissions with all points.
        flagged: submissions with a flag.
        ungraded: names of the others.
        bins: the distribution of the scores.
        plot: the same as a drawing.
    """

    size: int
    max_score: float
    final: int
    quartiles: list[float]
    complete: int
    flagged: int
    ungraded: list[str]
    bins: list[Bin]
    plot: str


@dataclass(frozen=True)
class LessonRow:
    """A mistake, or an unexplained failure.

    Args:
        number: its place among the mistakes, by which rows of the table refer to it.
        where: exercise and function.
        rule: what to teach.
        look: what to look up; may be empty.
        name: the mistake's name, or the check's claim.
        count: how many submissions made it.
    """

    number: int
    where: str
    rule: str
    look: str
    name: str
    count: int


@dataclass(frozen=True)
class CheckRow:
    """A check: its claim, the share that passed in percent, and the step of the heat scale."""

    tally: CheckTally
    claim: str
    percent: int
    heat: int


@dataclass(frozen=True)
class ExerciseRow:
    """An exercise of the heat map: the mean share that passed, in percent, and its checks by function."""

    name: str
    percent: int
    functions: list[list[CheckRow]]


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


def as_html(
    name: str,
    records: Sequence[SubmissionRecord],
    run: RunRecord,
    files: Mapping[str, str],
    catalogue: Catalogue,
) -> str:
    """The page.

    Args:
        name: what the class is called: the run's folder.
        records: the submissions, in the order of the table.
        run: how they were graded.
        files: each submission's feedback file, without its ending.
        catalogue: the kit's words.
    """
    tally = count(records)
    exercises = list(tally.checks)
    return render(
        "index.html",
        styles=("base.css", "index.css"),
        script="index.js" if records else "",
        name=name,
        overview=_overview(records),
        mistakes=_lessons(tally.mistakes, catalogue),
        most_frequent=MOST_FREQUENT,
        unexplained=_unexplained(tally, catalogue),
        exercises=[_exercise(e, list(own.values()), catalogue) for e, own in tally.checks.items()],
        columns=[(short(exercise), exercise) for exercise in exercises],
        signs=[(sign, words) for sign, words, _ in STATUSES.values() if sign] + [NOT_STARTED],
        rows=_rows(records, exercises, files, tally.mistakes),
        run=run,
        per_submission=statistics.median(r.duration_s for r in records) if records else 0,
    )


def _overview(records: Sequence[SubmissionRecord]) -> Overview:
    final = [record.score for record in records if not is_ungraded(record)]
    top = max((record.max_score for record in records), default=0.0)
    bins = distribution(final, top) if final and top else []
    return Overview(
        size=len(records),
        max_score=top,
        final=len(final),
        quartiles=_quartiles(final),
        complete=sum(score == top for score in final),
        flagged=sum(bool(record.flags) for record in records),
        ungraded=[record.submission for record in records if is_ungraded(record)],
        bins=bins,
        plot=draw(bins, top) if bins else "",
    )


def _quartiles(scores: Sequence[float]) -> list[float]:
    if len(scores) < 2:
        return [*scores] * 3
    return [round(q, 1) for q in statistics.quantiles(scores, n=4, method="inclusive")]


def _lessons(mistakes: Sequence[Lesson], catalogue: Catalogue) -> list[LessonRow]:
    rows = []
    for number, lesson in enumerate(mistakes):
        known = catalogue.mistake(lesson.exercise, lesson.function, lesson.name)
        where = f"{lesson.exercise}.{lesson.function}"
        size = len(lesson.made_by)
        rows.append(LessonRow(number, where, known.why, known.look, known.name, size))
    return rows


def _unexplained(tally: Tally, catalogue: Catalogue) -> list[LessonRow]:
    rows = []
    often = [lesson for lesson in tally.unexplained if len(lesson.made_by) > 1]
    for number, lesson in enumerate(often[:MOST_FREQUENT]):
        claim = catalogue.claim(lesson.exercise, lesson.name)
        why = catalogue.why(lesson.exercise, lesson.name)
        where = f"{lesson.exercise}.{lesson.function}"
        rows.append(LessonRow(number, where, why, "", claim, len(lesson.made_by)))
    return rows


def _exercise(name: str, checks: Sequence[CheckTally], catalogue: Catalogue) -> ExerciseRow:
    rows = []
    for tally in checks:
        share = tally.passed / tally.total if tally.total else 1.0
        claim = catalogue.claim(name, tally.check.name)
        rows.append(CheckRow(tally, claim, int(100 * share), _heat(share)))
    mean = statistics.fmean(row.percent for row in rows) if rows else 100
    by_function = groupby(rows, key=lambda row: row.tally.check.function)
    return ExerciseRow(name, int(mean), [list(own) for _, own in by_function])


def _heat(share: float) -> int:
    """The step of the scale, from 0 (all of it) to 10 (nothing); only what is whole is cold."""
    return 0 if share >= 1 else max(1, round(10 * (1 - share)))


def _rows(
    records: Sequence[SubmissionRecord],
    exercises: Sequence[str],
    files: Mapping[str, str],
    mistakes: Sequence[Lesson],
) -> list[SubmissionRow]:
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
    return Cell(points(exercise.score), "", f"h{_heat(share)}")


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
