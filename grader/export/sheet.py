"""What is known of a gradebook's file: the column to fill, and who stands in which row."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from .table import ExportError, Row, Table, named

_NUMBER = re.compile(r"\d+(?:[.,]\d+)?")
_COMMA = re.compile(r"\d+,\d+")


@dataclass(frozen=True, eq=False)
class Student:
    """A student's row.

    Args:
        row: the row itself.
        label: what a person calls it.
        user: the system's own number for the student; empty where the file has none.
        names: every name, address and number by which a submission may call the student.
        keep: why the cell must stay as it is; empty where it may be filled.
    """

    row: Row
    label: str
    user: str
    names: frozenset[str]
    keep: str = ""


@dataclass(frozen=True)
class Sheet:
    """A file of which a column can be filled.

    Args:
        system: "canvas" or "moodle".
        table: the file.
        column: of the grades, counted from 0.
        students: the rows that are students'.
        maximum: the most points that the column may hold, where the file says so.
        comma: whether its numbers are written with a decimal comma.
    """

    system: str
    table: Table
    column: int
    students: tuple[Student, ...]
    maximum: float | None = None
    comma: bool = False

    @property
    def title(self) -> str:
        """The header of the column."""
        return self.table.header.text(self.column)

    def written(self, points: float) -> str:
        """A number as the file writes numbers."""
        text = f"{points:.5f}".rstrip("0").rstrip(".")
        return text.replace(".", ",") if self.comma else text


def name_of(text: str) -> str:
    """A name as it is compared: accents in one encoding, single spaces."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def names_of(texts: Iterable[str]) -> frozenset[str]:
    """The names among the cells of a row."""
    return frozenset(filter(None, map(name_of, texts)))


def chosen_column(table: Table, wanted: str | None, likely: list[int], identity: set[int]) -> int:
    """The column to fill.

    Args:
        table: the file.
        wanted: its header, or the part in front of a number in brackets; None to take the only one likely.
        likely: the columns that hold grades.
        identity: those that say who a row is.

    Raises:
        ExportError: when there is no such column, or more than one.
    """
    headers = {place: cell.text.strip() for place, cell in enumerate(table.header.cells)}
    if wanted is None:
        found = likely
    else:
        asked = wanted.strip()
        exact = [place for place, text in headers.items() if text == asked]
        found = exact or [p for p in likely if re.sub(r" \(\d+\)$", "", headers[p]) == asked]
    if len(found) != 1:
        raise ExportError(_choose(table, wanted, [headers[place] for place in found or likely]))
    if found[0] in identity:
        raise ExportError(f"{table.path}: the column {named([wanted or ''])} says who is who")
    return found[0]


def _choose(table: Table, wanted: str | None, candidates: list[str]) -> str:
    there = f"; name it with --column: {named(candidates)}" if candidates else ""
    if wanted is None:
        number = f"{len(candidates)} columns" if candidates else "no column"
        hint = there or "; name it with --column"
        return f"{table.path} has {number} that may be the assignment's{hint}"
    return f"{table.path} has no single column {named([wanted])}{there}"


def number(text: str) -> float | None:
    """A number, with a decimal point or comma."""
    return float(text.replace(",", ".")) if _NUMBER.fullmatch(text) else None


def has_comma(texts: Iterable[str]) -> bool:
    """Whether numbers are written with a decimal comma."""
    return any(map(_COMMA.fullmatch, texts))
