"""Another system's file with one column filled: what goes in, what stays, and everything that a person must know of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from ..recording import cell
from ..records import SubmissionRecord
from ..submissions import shown
from . import canvas, moodle
from .matching import match, told
from .sheet import Sheet, number
from .table import ExportError, Table, read_table

SYSTEMS: dict[str, Callable[[Table, str | None], Sheet]] = {
    "canvas": canvas.sheet,
    "moodle": moodle.sheet,
}

_QUOTED_FORMULA = re.compile(r'="[^"]*"')
"""How Canvas itself writes a name that begins like a formula: a formula that is only that text."""


@dataclass(frozen=True)
class Filled:
    """A filled file.

    Args:
        content: its bytes.
        summary: a line on how much was filled.
        notes: a line for everything that was not, or that needs a look.
    """

    content: bytes
    summary: str
    notes: list[str]


def fill(
    records: Iterable[SubmissionRecord],
    into: Path,
    system: str,
    *,
    column: str | None = None,
    scale: bool = False,
) -> Filled:
    """Fill a column of the file that a teacher exported.

    Args:
        records: of the class.
        into: the file.
        system: "canvas" or "moodle".
        column: the column's header, where the file does not say which.
        scale: whether points are converted to the file's own maximum.

    Raises:
        ExportError: when the file cannot be read, is of another kind, or does not say which column.
    """
    records = list(records)
    sheet = SYSTEMS[system](read_table(into), column)
    if not sheet.students:
        raise ExportError(f"{into} holds no student")
    matched = match(records, sheet)
    notes = [*_on_the_file(sheet, records, scale), *matched.notes]
    values = {}
    for student, record in matched.records.items():
        if student.keep:
            notes.append(f"kept: {told(student)} {student.keep}")
        elif waiting := ungraded(record):
            notes.append(f"not graded: {shown([record.submission])}: {waiting}; no grade written")
        else:
            values[student.row] = sheet.written(_points(record, sheet, scale))
    filled = f"{len(values)} of {len(sheet.students)} students"
    summary = f"{filled} in the column {shown([sheet.title])}"
    return Filled(sheet.table.with_cells(sheet.column, values), summary, notes)


def ungraded(record: SubmissionRecord) -> str:
    """The exercises that the grader owes a grade, in a phrase; empty where there are none."""
    names = [exercise.name for exercise in record.exercises if exercise.status == "not_graded"]
    return f"the grader failed on {', '.join(names)}" if names else ""


def _points(record: SubmissionRecord, sheet: Sheet, scale: bool) -> float:
    if scale and sheet.maximum is not None and record.max_score:
        return record.score * sheet.maximum / record.max_score
    return record.score


def _on_the_file(sheet: Sheet, records: list[SubmissionRecord], scale: bool) -> Iterator[str]:
    """What to know of the file as a whole."""
    most = max((record.max_score for record in records), default=0)
    if scale and sheet.maximum is None:
        raise ExportError(f"{sheet.table.path} does not say its maximum: leave out --scale")
    if sheet.maximum not in (None, most) and not scale:
        yield (
            f"maximum: the file has {sheet.maximum:g} points, these grades {most:g}; --scale converts them"
        )
    formulas = [row for row in sheet.table.rows if any(_is_formula(c.text) for c in row.cells)]
    if formulas:
        lines = ", ".join(str(row.line) for row in formulas[:5])
        yield f"formulas: line {lines} of the file; kept, so import the file without opening it in a spreadsheet"


def _is_formula(text: str) -> bool:
    """Whether a spreadsheet would take a cell of the file for a formula; a dash, or a number, is none."""
    harmless = text == "-" or number(text.lstrip("+-")) is not None
    return cell(text) != text and not harmless and not _QUOTED_FORMULA.fullmatch(text)
