"""Moodle's two files: the grading worksheet of an assignment, and the grade export of a course.

Their headers are translated. A worksheet is known by its first column, "Participant 123456" in whatever language; that number
also stands in the names of the submissions' folders, and goes before every name.
"""

from __future__ import annotations

import re

from .sheet import Sheet, Student, chosen_column, has_comma, name_of, names_of, number
from .table import ExportError, Row, Table, named

_PARTICIPANT = re.compile(r"(?P<word>\D+)(?P<number>\d+)")
_GRADE_ITEM = re.compile(r"[^:]+:\s?.+ \(.+\)")

_HEADERS = {
    "full name": "name|full name|vollständiger name|nombre completo|nom complet|nome completo|volledige naam",
    "first name": "first name|vorname|nombre|prénom|nome|voornaam",
    "last name": "last name|surname|nachname|apellido(s)|apellidos|nom de famille|cognoms|cognome|apelido|sobrenome|achternaam",
    "number": "id number|id-nummer|número de id|número id|numéro d’identification|numéro d'identification|codice identificativo"
    "|número de identificação",
    "username": "username|anmeldename|nombre de usuario|nom d’utilisateur|nom d'utilisateur|nom d'usuari|identificação de usuário"
    "|nome de utilizador|gebruikersnaam",
    "grade": "grade|bewertung|calificación|note|qualificació|valutazione|voto|nota|avaliação|cijfer",
    "maximum": "maximum grade|bestwertung|calificación máxima|note maximale|qualificació màxima|valutazione massima|nota máxima"
    "|avaliação máxima|maximumcijfer",
}
_WORDS = {kind: frozenset(words.split("|")) for kind, words in _HEADERS.items()}
_PEOPLE = ("full name", "first name", "last name", "number", "username")


def sheet(table: Table, column: str | None) -> Sheet:
    """Understand a worksheet or an export.

    Args:
        table: the file.
        column: the header of the grades; None where there is only one.

    Raises:
        ExportError: when it is neither, or does not say which column.
    """
    worksheet = _is_worksheet(table)
    people = [place for place in range(len(table.header.cells)) if _says_who(table, place)]
    if not (worksheet or people):
        headers = [cell.text for cell in table.header.cells][:8]
        raise ExportError(
            f"{table.path} is neither a grading worksheet nor a grade export of Moodle: no column says who is who; "
            f"it has {named(headers)}"
        )
    likely = _places(table, "grade") or _grade_items(table)
    chosen = chosen_column(table, column, likely, {*people, *([0] if worksheet else [])})
    limits = [row.text(place) for place in _places(table, "maximum") for row in table.rows]
    students = [_student(table, row, people, worksheet) for row in table.rows]
    comma = has_comma([*limits, *(row.text(chosen) for row in table.rows)])
    return Sheet("moodle", table, chosen, tuple(students), number("".join(limits[:1])), comma)


def _is_worksheet(table: Table) -> bool:
    cells = [row.text(0) for row in table.rows]
    found = [match for match in map(_PARTICIPANT.fullmatch, cells) if match]
    one_word = len({match["word"] for match in found}) == 1
    return one_word and len(found) == len(cells) and not _says_who(table, 0)


def _says_who(table: Table, place: int) -> bool:
    """Whether a column holds names, numbers or addresses of people."""
    if any(place in _places(table, kind) for kind in _PEOPLE):
        return True
    there = [text for row in table.rows if (text := row.text(place))]
    return bool(there) and all("@" in text for text in there)


def _places(table: Table, kind: str) -> list[int]:
    headers = [name_of(cell.text).casefold() for cell in table.header.cells]
    return [place for place, header in enumerate(headers) if header in _WORDS[kind]]


def _grade_items(table: Table) -> list[int]:
    """The columns of a course's export that hold an activity's grades: "Assignment: Title (Real)"."""
    headers = enumerate(table.header.cells)
    return [place for place, cell in headers if _GRADE_ITEM.fullmatch(cell.text.strip())]


def _student(table: Table, row: Row, people: list[int], worksheet: bool) -> Student:
    first, last = (
        " ".join(row.text(place) for place in _places(table, kind) if place in people)
        for kind in ("first name", "last name")
    )
    whole = [f"{first} {last}", f"{last}, {first}"] if first and last else []
    # A first name by itself is nobody's, and neither is a family name.
    halves = {*_places(table, "first name"), *_places(table, "last name")} if whole else set()
    known = [row.text(place) for place in people if place not in halves]
    found = _PARTICIPANT.fullmatch(row.text(0)) if worksheet else None
    user, identifier = (found["number"], [found[0]]) if found else ("", [])
    names = [name for name in (*whole, *known, *identifier) if name]
    return Student(row, (names or [""])[0], user, names_of(names))
