"""`nbgrader autograde`, for each notebook: its own Execute, which runs them in a kernel, against gradkit's worker, on the same notebooks.

All ways run nbgrader's command, as a process of its own, on copies of the same course of finished notebooks. The floor of Execute is the
same with grade cells that check nothing: what a kernel costs, whatever the tests are. What is paid once a run (starting nbgrader,
importing torch, observing what is expected) is told apart: a class of one is timed beside the class.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from nbgrader.api import Gradebook

from grader.nbgrader.course import CONFIG, create

from .table import in_turn, report, seconds_of, setting

EXERCISE = os.environ.get("EXERCISE", "ex05_autograd")
SIZE = setting("NOTEBOOKS", 6)
MANY = 4 * SIZE
"""For gradkit, which needs less for a notebook than starting nbgrader differs from one time to the next."""

ROUNDS = setting("ROUNDS", 2)

OURS = "gradkit in place of Execute"

_STOCK = """
from nbgrader.converters import Autograde
c.Autograde.sanitize_preprocessors = Autograde.sanitize_preprocessors.default()
c.Autograde.autograde_preprocessors = Autograde.autograde_preprocessors.default()
c.Execute.timeout = 300
"""
"""nbgrader as it comes, in the words of its settings."""


def main() -> None:
    """Compare the ways to grade one finished notebook."""
    with tempfile.TemporaryDirectory() as place:
        ours = make_course(Path(place, "ours"))
        stock = make_course(Path(place, "stock"), settings=_STOCK)
        floor = make_course(Path(place, "floor"), settings=_STOCK, grade_cell="0.0")
        rows = {
            OURS: lambda: each(ours, MANY),
            f"gradkit, a whole run of {MANY} / {MANY}": lambda: run(ours, MANY) / MANY,
            "nbgrader's Execute, checking nothing (its floor)": lambda: each(
                floor, SIZE, right=False
            ),
            "nbgrader's Execute": lambda: each(stock, SIZE),
        }
        taken = in_turn(rows, ROUNDS)
    report(f"nbgrader autograde {EXERCISE}, seconds a notebook", taken, base=OURS)


def make_course(root: Path, settings: str = "", grade_cell: str | None = None) -> Path:
    """A course with one assignment generated.

    Args:
        root: where it is made.
        settings: added to its nbgrader_config.py.
        grade_cell: what its grade cells hold instead of their call of `check`.
    """
    create(root, "course", seed=1)
    with (root / CONFIG).open("a", encoding="utf-8") as file:
        file.write(settings)
    if grade_cell is not None:
        replace_grade_cells(root / "source" / EXERCISE / f"{EXERCISE}.ipynb", grade_cell)
    nbgrader(root, "generate_assignment")
    return root


def replace_grade_cells(path: Path, source: str) -> None:
    """Put something else into the grade cells of a notebook."""
    notebook = json.loads(path.read_text(encoding="utf-8"))
    for cell in notebook["cells"]:
        if cell["metadata"].get("nbgrader", {}).get("grade"):
            cell["source"] = source
    path.write_text(json.dumps(notebook), encoding="utf-8")


def each(course: Path, size: int, *, right: bool = True) -> float:
    """Wall seconds for each further notebook, beyond what a run costs once."""
    return (run(course, size, right=right) - run(course, 1, right=right)) / (size - 1)


def run(course: Path, size: int, *, right: bool = True) -> float:
    """Wall seconds of `nbgrader autograde` on a class, whose scores must be full if they should be right."""
    with tempfile.TemporaryDirectory() as place:
        copy = Path(shutil.copytree(course, Path(place, "course")))
        for number in range(size):
            submitted = copy / "submitted" / f"student{number:04}" / EXERCISE
            shutil.copytree(copy / "source" / EXERCISE, submitted)
        seconds = nbgrader(copy, "autograde")
        with Gradebook(f"sqlite:///{copy / 'gradebook.db'}") as gradebook:
            scores = {(s.score, s.max_score) for s in gradebook.assignment_submissions(EXERCISE)}
            assert len(scores) == 1
            ((score, full),) = scores
            assert score == (full if right else 0.0), scores
    return seconds


def nbgrader(course: Path, command: str) -> float:
    """Wall seconds of a command on the assignment."""
    arguments = [sys.executable, "-m", "nbgrader", command, EXERCISE, f"--course-dir={course}"]
    return seconds_of([*arguments, "--quiet"], stderr=subprocess.DEVNULL)


if __name__ == "__main__":
    main()
