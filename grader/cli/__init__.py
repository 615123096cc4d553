"""The command line: arguments only; the work is done elsewhere.

    learner      check, watch: for whoever does the exercises
    study        hint, reset, show, doctor: help with them
    author       build, release: for whoever writes them
    grading      grade: for whoever grades a class
    report       report: its page and its feedback, once more
    export       export, gradescope: for whoever takes grades elsewhere
    nbgrader     nbgrader: for classes that use it

Each command imports what it needs when it runs, so that `--help` answers at once.
"""

from __future__ import annotations

# The order of the help.
# isort: off
from . import learner, study, grading, report, export, nbgrader, author
from .app import app

__all__ = ["app", "author", "export", "grading", "learner", "main", "nbgrader", "report", "study"]


def main() -> None:
    """Run the command line."""
    app()
