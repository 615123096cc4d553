"""What a file's name says: which exercise it holds, whose it is, and how it is shown.

Names come decorated. A file downloaded from Canvas is called `doejane_LATE_12345_678901_ex05_autograd-1.py` (sortable name,
user, attachment, the student's own name for it, a counter where that was taken; `anon_x1Y2z` for the user in anonymous
grading), one from Moodle lies in `Jane Doe_123456_assignsubmission_file_/` or begins with that, and browsers count
downloads as `ex05_autograd (1).py`. Colab, Jupyter and file managers call copies `Copy of ex05_autograd.ipynb`, `ex05_autograd-Copy1.ipynb`,
`ex05_autograd copy.py`.
"""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from ..visible import on_one_line

MAX_NAME = 255
"""Longer names exist only inside zips, and are nobody's exercise."""

_CANVAS = re.compile(
    r"(?:(?P<person>.+?)_)?(?:LATE_)?(?P<user>\d+|anon_[A-Za-z0-9]+)_\d+_", re.ASCII | re.DOTALL
)
_MOODLE = re.compile(r"(?P<person>.+?)_assignsubmission_(?P<kind>file|onlinetext)_?", re.DOTALL)
"""The first mark counts: behind it stands the name that the student chose."""

_LITTER = frozenset({"__macosx", "__pycache__", "thumbs.db", "desktop.ini"})


@dataclass(frozen=True)
class ExerciseFile:
    """What the name of an exercise's file says.

    Args:
        exercise: the exercise.
        notebook: whether it is a notebook rather than a module.
        exact: whether the name is the exercise's own, without decoration.
    """

    exercise: str
    notebook: bool
    exact: bool


_COPY = r"(?:-\d+|[ ]?\(\d+\)|-Copy\d+|[ ]copy(?:[ ]\d+)?)?"


@lru_cache(maxsize=8)
def _pattern(exercises: tuple[str, ...]) -> re.Pattern[str]:
    either = "|".join(map(re.escape, sorted(exercises, key=len, reverse=True))) or r"(?!)"
    return re.compile(
        rf"(?P<prefix>.*?)(?:Copy of )?(?P<exercise>{either}){_COPY}\.(?P<kind>py|ipynb)",
        re.ASCII | re.IGNORECASE | re.DOTALL,
    )


def exercise_in(
    name: str, exercises: tuple[str, ...], *, entry: bool = False
) -> ExerciseFile | None:
    """Which exercise a file holds, going by its name.

    Args:
        name: the file's name, without folders.
        exercises: the names of all exercises.
        entry: whether the file is a submission by itself; then any prefix may say whose, as in `alice_ex05_autograd.py`.

    >>> exercise_in("doejane_12_34_ex05_autograd-1.py", ("ex05_autograd",))
    ExerciseFile(exercise='ex05_autograd', notebook=False, exact=False)
    """
    found = _pattern(exercises).fullmatch(name) if len(name) <= MAX_NAME else None
    if found is None:
        return None
    prefix = found["prefix"]
    named = entry and prefix.endswith(("_", "-", ".", " "))
    if prefix and not (named or _CANVAS.fullmatch(prefix) or _MOODLE.fullmatch(prefix)):
        return None
    exercise = next(e for e in exercises if e.lower() == found["exercise"].lower())
    notebook = found["kind"].lower() == "ipynb"
    return ExerciseFile(exercise, notebook, name == f"{exercise}{'.ipynb' if notebook else '.py'}")


@dataclass(frozen=True)
class Stamp:
    """What a system wrote in front of a name.

    Args:
        system: which one.
        person: whose it is, as that system writes names; empty where it gives none.
        user: what it calls the person: mostly a number, in Moodle one of this assignment only; empty where it says nothing.
    """

    system: Literal["canvas", "moodle"]
    person: str
    user: str


def stamp(name: str) -> Stamp | None:
    """What Canvas or Moodle has put into a name; None where neither has.

    >>> stamp("Jane Doe_99_assignsubmission_file_")
    Stamp(system='moodle', person='Jane Doe', user='99')
    """
    if len(name) > MAX_NAME:
        return None
    if moodle := _MOODLE.match(name):
        person, _, user = moodle["person"].rpartition("_")
        numbered = user.isascii() and user.isdigit()
        return Stamp("moodle", *((person, user) if numbered else (moodle["person"], "")))
    if canvas := _CANVAS.match(name):
        return Stamp("canvas", canvas["person"] or "", canvas["user"])
    return None


def owner(name: str) -> str | None:
    """Whose a file or folder is, if Canvas or Moodle has put that into its name; None otherwise.

    >>> owner("doejane_LATE_12345_678901_work.zip"), owner("Jane Doe_99_assignsubmission_file_")
    ('doejane_12345', 'Jane Doe_99')
    """
    found = stamp(name)
    return "_".join(filter(None, [found.person, found.user])) if found else None


def owner_in(where: Sequence[str]) -> str | None:
    """Whose a file is, going by the folders it lies in and its own name."""
    return next(filter(None, map(owner, where)), None)


def is_online_text(name: str) -> bool:
    """Whether Moodle keeps in this folder what a student typed into a form, beside the files."""
    found = _MOODLE.fullmatch(name)
    return found is not None and found["kind"] == "onlinetext"


def is_zip(name: str) -> bool:
    """Whether a file's name is that of a zip."""
    return name.lower().endswith(".zip")


def is_litter(name: str) -> bool:
    """Whether a system or tool left this behind: hidden, `__MACOSX`, `__pycache__` and the like."""
    return name.startswith(".") or name.lower() in _LITTER


def text_of(name: str) -> str:
    r"""A file system's name as text; bytes that are not UTF-8 are written `\xNN`.

    >>> text_of("caf\udce9") == "caf" + chr(92) + "xe9"
    True
    """
    try:
        return os.fsencode(name).decode("utf-8", "backslashreplace")
    except UnicodeEncodeError:  # from a zip, or half a character on Windows
        return name.encode("utf-8", "backslashreplace").decode("utf-8")


def shown(where: Sequence[str]) -> str:
    """A path for a message: on one line, of bearable length, control characters escaped."""
    text = "/".join(map(text_of, where))
    line = on_one_line(text)
    return line if len(line) <= 200 else f"…{line[-199:]}"
