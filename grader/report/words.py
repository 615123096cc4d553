"""Small pieces of text: points, numbers of things, statuses."""

from __future__ import annotations

import re

from ..records import ExerciseRecord
from ..statuses import CheckStatus, ExerciseStatus

FEEDBACK_MARK = "<!-- gradkit feedback -->"
"""Near the top of every feedback file, by which the report knows its own."""

_NO_CHECK = "None of its checks could run."

STATUSES: dict[ExerciseStatus, tuple[str, str, str]] = {
    "graded": ("", "graded", ""),
    "not_graded": (
        "N",
        "not graded",
        "This exercise could not be graded. That is the grader's fault, not yours; it will be graded again.",
    ),
    "unreadable": ("U", "unreadable", _NO_CHECK),
    "import_error": ("I", "import error", _NO_CHECK),
    "timeout": ("T", "timeout", _NO_CHECK),
    "out_of_memory": ("M", "out of memory", _NO_CHECK),
    "crashed": ("C", "crashed", _NO_CHECK),
    "missing": ("–", "missing", ""),
}
"""Of each status of an exercise: a sign for a narrow cell, the words, and a sentence for the student beside the message."""

NOT_STARTED = ("○", "not started")
"""The sign and the words for an exercise that was handed in as the stub it was."""

NOT_FINAL = "This score is not final: something could not be graded yet, through no fault of yours."

OUTCOMES: dict[CheckStatus, str] = {
    "failed": "not yet",
    "error": "raised an error",
    "missing": "not found",
    "timeout": "took too long",
    "out_of_memory": "took too much memory",
    "crashed": "crashed",
}
"""What a student reads about a check that an imported exercise did not pass."""


def points(value: float) -> str:
    """A number of points, or any other, as short as it can be said.

    >>> points(12.0), points(0.5), points(1 / 3)
    ('12', '0.5', '0.33')
    """
    return f"{round(value, 2):.12g}"


def many(number: float, word: str) -> str:
    """A number of things.

    >>> many(1, "point"), many(1000, "submission")
    ('1 point', '1,000 submissions')
    """
    return f"{round(number, 2):,.12g} {word}{'' if number == 1 else 's'}"


def sentence(name: str) -> str:
    """The name of a check or mistake as words.

    >>> sentence("update_params.each_parameter_stays_a_leaf")
    'each parameter stays a leaf'
    """
    return name.rpartition(".")[2].replace("_", " ").replace("-", " ")


def short(exercise: str) -> str:
    """An exercise's number, where there is no room for its name.

    >>> short("ex05_autograd")
    'ex05'
    """
    return exercise.partition("_")[0]


def in_order(name: str) -> tuple[list[str | int], str]:
    """A key to sort names as people do: numbers by their size, upper and lower case together.

    >>> sorted(["b2", "B10", "b1", "a"], key=in_order)
    ['a', 'b1', 'b2', 'B10']
    """
    pieces = re.split(r"(\d{1,18})", name.casefold())
    return [int(p) if n % 2 else p for n, p in enumerate(pieces)], name


def untouched(exercise: ExerciseRecord) -> bool:
    """Whether an exercise was handed in, and nothing in it was begun."""
    return bool(exercise.checks) and all(c.status == "not_attempted" for c in exercise.checks)
