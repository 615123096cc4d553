"""Which submission is whose row: by the system's own number where the name carries it, otherwise exactly and unambiguously."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from ..records import SubmissionRecord
from ..submissions import shown, stamp
from .sheet import Sheet, Student, name_of


@dataclass
class Matched:
    """What came of matching.

    Args:
        records: by student's row, in the file's order.
        notes: one line for each submission or row that was left over.
    """

    records: dict[Student, SubmissionRecord] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


def match(records: Iterable[SubmissionRecord], sheet: Sheet) -> Matched:
    """Find each submission's row; whatever does not fit exactly one is told and left out."""
    matched = Matched()
    claims: dict[Student, list[SubmissionRecord]] = defaultdict(list)
    unclear: set[Student] = set()
    find = _Finder(sheet)
    for record in records:
        found = find(record.submission)
        if len(found) == 1:
            claims[found[0]].append(record)
        else:
            unclear.update(found)
            matched.notes.append(_nowhere(record.submission, found, sheet))
    for student in sheet.students:
        own = claims[student]
        if len(own) == 1:
            matched.records[student] = own[0]
        elif own:
            names = ", ".join(shown([record.submission]) for record in own)
            matched.notes.append(f"ambiguous: {told(student)}: {len(own)} submissions fit, {names}")
        elif student not in unclear:
            matched.notes.append(f"missing: {told(student)}: no submission")
    return matched


class _Finder:
    """Finds the rows that a submission's name fits."""

    def __init__(self, sheet: Sheet) -> None:
        self._system = sheet.system
        self._by_user: dict[str, list[Student]] = defaultdict(list)
        self._by_name: dict[str, list[Student]] = defaultdict(list)
        for student in sheet.students:
            if student.user:
                self._by_user[student.user].append(student)
            for name in student.names:
                self._by_name[name].append(student)

    def __call__(self, submission: str) -> list[Student]:
        """The rows that fit."""
        whole = self._by_name.get(name_of(submission), [])
        mark = stamp(submission)
        if whole or mark is None:
            return whole
        if mark.system == self._system and self._by_user:
            # A number that is not there means another class or assignment: the name would only seem to fit.
            return self._by_user.get(mark.user, [])
        return self._by_name.get(name_of(mark.person), [])


def _nowhere(submission: str, found: list[Student], sheet: Sheet) -> str:
    name = shown([submission])
    if not found:
        return f"unknown: {name}: no row of {sheet.table.path} is theirs"
    lines = " and ".join(str(student.row.line) for student in found)
    return f"ambiguous: {name}: {len(found)} rows fit, lines {lines}"


def told(student: Student) -> str:
    """A student for a message."""
    return f"{shown([student.label])} (line {student.row.line})"
