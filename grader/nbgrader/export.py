"""grades.csv from nbgrader's gradebook, with nbgrader's own columns, and without two traps of nbgrader's own writer.

That one quotes nothing, and writes 0.0 alike for work that earned nothing, for work that was never handed in, and for work whose
grading failed.
"""

from __future__ import annotations

from pathlib import Path

from nbgrader.api import Assignment, Gradebook, MissingEntry, Student, SubmittedAssignment
from nbgrader.plugins import ExportPlugin

from ..recording import csv_of, write_whole

COLUMNS = (
    *("assignment", "duedate", "timestamp", "student_id", "last_name", "first_name", "email"),
    *("raw_score", "late_submission_penalty", "score", "max_score"),
    "state",
)
"""nbgrader's columns, and a word on each row: graded, missing (nothing was handed in), not_graded (grading failed, or a person is
to look); the last has no score."""

_Row = list[str | float | None]


class Grades(ExportPlugin):
    """Writes a row for each assignment and student."""

    def export(self, gradebook: Gradebook) -> None:
        """Write the file; see nbgrader's ExportPlugin."""
        path = Path(self.to or "grades.csv")
        self.log.info("Exporting grades to %s", path)
        students = [s for s in gradebook.students if not self.student or s.id in self.student]
        rows = [
            _row(gradebook, assignment, student)
            for assignment in gradebook.assignments
            if not self.assignment or assignment.name in self.assignment
            for student in students
        ]
        write_whole(path, csv_of([COLUMNS, *rows]))


def _row(gradebook: Gradebook, assignment: Assignment, student: Student) -> _Row:
    try:
        submission = gradebook.find_submission(assignment.name, student.id)
    except MissingEntry:
        timestamp, points = None, [0.0, 0.0, 0.0]
        state = "missing"
    else:
        timestamp, points = submission.timestamp, _points(submission)
        state = "not_graded" if _is_open(submission) else "graded"
    scores = [None, None, None] if state == "not_graded" else points
    person = [student.id, student.last_name, student.first_name, student.email]
    when = [_text(assignment.duedate), _text(timestamp)]
    return [assignment.name, *when, *map(_text, person), *scores, assignment.max_score, state]


def _points(submission: SubmittedAssignment) -> list[float]:
    """The score, the late penalty, and what remains."""
    raw, penalty = submission.score, submission.late_submission_penalty or 0.0
    return [raw, penalty, max(0.0, raw - penalty)]


def _is_open(submission: SubmittedAssignment) -> bool:
    """Whether the score of some cell is not known."""
    return any(
        grade.auto_score is None and grade.manual_score is None
        for notebook in submission.notebooks
        for grade in notebook.grades
    )


def _text(value: object) -> str:
    return "" if value is None else str(value)
