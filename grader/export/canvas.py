"""Canvas's gradebook as it is exported and imported: which columns say who, which hold assignments, which rows are nobody's.

The first columns are never translated: Student (or LastName, FirstName), ID, perhaps SIS User ID, SIS Login ID, Integration ID,
Root Account, and Section; then the teacher's own columns, the assignments as "Title (id)", and totals that are read-only.
"""

from __future__ import annotations

import re

from .sheet import Sheet, Student, chosen_column, has_comma, names_of, number
from .table import ExportError, Row, Table, named

_PERSON = ("Student", "LastName", "FirstName")
_NUMBERS = ("ID", "SIS User ID", "SIS Login ID", "Integration ID")
_IDENTITY = (*_PERSON, *_NUMBERS, "Root Account", "Section")
_ASSIGNMENT = re.compile(r".+ \(\d+\)")
_POSTING = re.compile(r"(?:Muted|Manual Posting.*)?", re.IGNORECASE)
_TEST_STUDENT = "Student, Test"
_KEPT = {"EX": "is excused in the file", "N/A": "is not assigned it in the file"}


def sheet(table: Table, column: str | None) -> Sheet:
    """Understand a gradebook.

    Args:
        table: the file.
        column: the assignment's header, with or without its number; None where there is only one.

    Raises:
        ExportError: when it is no gradebook of Canvas, or does not say which column.
    """
    places = _places(table)
    points = next((row for row in table.rows if "Points Possible" in row.text(0)), None)
    likely = [p for p in range(len(table.header.cells)) if _is_assignment(table, points, p)]
    chosen = chosen_column(table, column, likely, set(places.values()))
    if points and "read only" in points.text(chosen):
        raise ExportError(f"{table.path}: Canvas takes no grades in {named([column or ''])}")
    students = [_student(row, places, chosen) for row in table.rows if not _is_nobody(row, places)]
    own = [row.text(chosen) for row in table.rows]
    maximum = number(points.text(chosen)) if points else None
    return Sheet("canvas", table, chosen, tuple(students), maximum, has_comma(own))


def _places(table: Table) -> dict[str, int]:
    """Where the columns are that say who a row is."""
    headers = [cell.text.strip() for cell in table.header.cells]
    there = {name: headers.index(name) for name in _IDENTITY if name in headers}
    person = "Student" in there or {"LastName", "FirstName"} <= there.keys()
    if not (person and {"ID", "Section"} <= there.keys()):
        raise ExportError(
            f"{table.path} is no gradebook of Canvas: it lacks the columns Student, ID, Section; "
            f"it has {named(headers[:8])}"
        )
    return there


def _is_assignment(table: Table, points: Row | None, place: int) -> bool:
    read_only = points is not None and "read only" in points.text(place)
    return bool(_ASSIGNMENT.fullmatch(table.header.text(place))) and not read_only


def _is_nobody(row: Row, places: dict[str, int]) -> bool:
    """Whether a row is Canvas's own: points, posting, or the student that a teacher can pretend to be."""
    posting = all(_POSTING.fullmatch(cell.text.strip()) for cell in row.cells)
    test = "Student" in places and row.text(places["Student"]) == _TEST_STUDENT
    return "Points Possible" in row.text(0) or posting or test


def _student(row: Row, places: dict[str, int], column: int) -> Student:
    if "Student" in places:
        label = row.text(places["Student"])
    else:
        label = ", ".join(row.text(places[name]) for name in ("LastName", "FirstName"))
    last, _, first = label.partition(", ")
    called = [label, f"{first} {last}", *(row.text(places[n]) for n in _NUMBERS if n in places)]
    keep = _KEPT.get(row.text(column), "")
    return Student(row, label, row.text(places["ID"]), names_of(called), keep)
