"""What to teach again: the mistakes as the page lists them, and failures that no known mistake explains."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .catalogue import Catalogue
from .tally import Lesson

MOST_FREQUENT = 10
"""Mistakes that are in view at once; the others can be unfolded."""


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


def lesson_rows(mistakes: Sequence[Lesson], catalogue: Catalogue) -> list[LessonRow]:
    """The mistakes, numbered in their order."""
    rows = []
    for number, lesson in enumerate(mistakes):
        known = catalogue.mistake(lesson.exercise, lesson.function, lesson.name)
        where = f"{lesson.exercise}.{lesson.function}"
        size = len(lesson.made_by)
        rows.append(LessonRow(number, where, known.why, known.look, known.name, size))
    return rows


def unexplained_rows(unexplained: Sequence[Lesson], catalogue: Catalogue) -> list[LessonRow]:
    """The checks that failed most often without a known mistake, each in several submissions."""
    rows = []
    often = [lesson for lesson in unexplained if len(lesson.made_by) > 1]
    for number, lesson in enumerate(often[:MOST_FREQUENT]):
        claim = catalogue.claim(lesson.exercise, lesson.name)
        why = catalogue.why(lesson.exercise, lesson.name)
        where = f"{lesson.exercise}.{lesson.function}"
        rows.append(LessonRow(number, where, why, "", claim, len(lesson.made_by)))
    return rows
