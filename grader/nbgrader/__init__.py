"""The bridge to nbgrader: the same exercises as notebooks, graded outside the kernel.

Making a course, for `gradkit nbgrader`:
    notebooks   pages as notebooks
    config      the text of nbgrader_config.py
    course      the folder with everything in it

In a student's kernel:
    history     what was run in it so far, as a module
    live        `check`, which the notebooks' grade cells call

In nbgrader's own commands, put there by nbgrader_config.py:
    restore     a submitted notebook in the order of the released one, whatever was done to its cells
    autograde   the score and message of each grade cell, from the isolated worker
    exchange    feedback also where some notebooks were put into submitted/ by hand
    pages       HTML of notebooks that can do nothing on a page
    export      grades.csv, quoted, with a word for what was not graded
    messages    what a grade cell says

nbgrader itself is imported by the last group alone: a student's kernel does without.
"""

from __future__ import annotations

from .history import take_notes
from .live import check

__all__ = ["check"]

take_notes()
