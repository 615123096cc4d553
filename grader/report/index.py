"""The class's page: what each of its sections shows, made ready for the templates."""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ..records import RunRecord, SubmissionRecord
from .catalogue import Catalogue
from .heatmap import exercise_row
from .histogram import Bin, distribution, draw
from .lessons import MOST_FREQUENT, lesson_rows, unexplained_rows
from .rendering import render
from .table import submission_rows
from .tally import count, is_ungraded
from .words import NOT_STARTED, STATUSES, short


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


def as_html(
    name: str,
    records: Sequence[SubmissionRecord],
    run: RunRecord | None,
    files: Mapping[str, str],
    catalogue: Catalogue,
) -> str:
    """The page.

    Args:
        name: what the class is called: the run's folder.
        records: the submissions, in the order of the table.
        run: how they were graded; None where nothing says so.
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
        mistakes=lesson_rows(tally.mistakes, catalogue),
        most_frequent=MOST_FREQUENT,
        unexplained=unexplained_rows(tally.unexplained, catalogue),
        exercises=[
            exercise_row(e, list(own.values()), catalogue) for e, own in tally.checks.items()
        ],
        columns=[(short(exercise), exercise) for exercise in exercises],
        signs=[(sign, words) for sign, words, _ in STATUSES.values() if sign] + [NOT_STARTED],
        rows=submission_rows(records, exercises, files, tally.mistakes),
        run=run,
        made=sorted({(record.seed, record.kit) for record in records}),
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
