"""The smallest file that another system imports, where there is none of its own to fill."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from ..recording import csv_of
from ..records import SubmissionRecord
from ..submissions import stamp
from .filling import ungraded

TITLE = "gradkit"
"""The assignment's name in Canvas, unless another is given."""

WORKSHEET = ("Identifier", "Full name", "Username", "Email address")
_Rows = list[list[str | float | None]]


def canvas(records: Iterable[SubmissionRecord], title: str) -> bytes:
    """A gradebook with one assignment."""
    records = list(records)
    most = max(record.max_score for record in records)
    rows: _Rows = [
        ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", title],
        ["    Points Possible", None, None, None, None, most],
    ]
    for record in records:
        mark = stamp(record.submission)
        known = mark is not None and mark.system == "canvas"
        who = [mark.person, mark.user] if mark and known else [record.submission, None]
        login = None if known else record.submission
        rows.append([*who, None, login, None, _grade(record)])
    return csv_of(rows)


def moodle(records: Iterable[SubmissionRecord], title: str) -> bytes:
    """A grading worksheet, which also a course's grade import takes."""
    rows: _Rows = [[*WORKSHEET, title, "Maximum Grade", "Last modified (grade)"]]
    for record in records:
        rows.append([*_person(record.submission), _grade(record), record.max_score, None])
    return csv_of(rows)


def _person(submission: str) -> list[str | None]:
    mark = stamp(submission)
    if mark and mark.system == "moodle":
        return [f"Participant {mark.user}" if mark.user else None, mark.person, None, None]
    address = "@" in submission
    return [None, None, None if address else submission, submission if address else None]


def _grade(record: SubmissionRecord) -> float | None:
    """The points; none where the grader owes a grade."""
    return None if ungraded(record) else record.score


FILES: dict[str, tuple[Callable[[Iterable[SubmissionRecord], str], bytes], str]] = {
    "canvas": (canvas, TITLE),
    "moodle": (moodle, "Grade"),
}
"""By system, what makes its file and what the column is called unless told."""
