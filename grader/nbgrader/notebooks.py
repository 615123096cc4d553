"""Pages as notebooks for nbgrader: prose in Markdown, a solution cell and a grade cell for each function.

What students get of it is what `exercises/` holds: hints stay behind, and nbgrader's `generate_assignment` takes the answers out.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from ..check import CheckInfo
from ..marks import without_hints
from ..page import Page, PageFunction
from ..submissions.notebook import SETUP

SCHEMA = 3
"""Version of nbgrader's metadata."""

KERNEL = {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"}

_SETUP_CODE = """\
# What the cells below call to check your answers. Run this cell first.
try:
    from grader.nbgrader import check
except ImportError:
    raise ImportError(
        "this kernel has no gradkit: install it as your course says, "
        "restart the kernel and run this cell again"
    ) from None"""

_HOW_TO_CHECK = """\
Check yourself: run the cell below each function. Stuck: `gradkit hint {exercise}.FUNCTION` in a terminal gives a hint, a deeper one
each time."""

_FOR_ANOTHER_MEDIUM = "Check yourself:"
"""How the paragraph of a page's introduction begins that speaks of files and terminals."""

_HEADER = """\
Replace each `raise NotImplementedError` with your code, and run the cell below it to check it. You may add cells and import what you need.

Before you hand in: **Kernel → Restart Kernel and Run All Cells**. A cell that stops with an error keeps all that is on this page from being graded,
so mend it or delete it. Leave the cells with `check` as they are, and keep the name of this file."""


def notebook_of(page: Page, checks: Iterable[CheckInfo]) -> str:
    """Write a page as the instructor's notebook, answers included.

    Args:
        page: the exercise.
        checks: its checks, which say what each function is worth.

    Returns:
        The notebook as JSON; the same page gives the same text.
    """
    points = points_of(checks)
    cells = [
        new_markdown_cell(_introduction(page), id="title"),
        new_code_cell(_SETUP_CODE, id=SETUP, metadata=_marks(SETUP, locked=True)),
        new_code_cell(page.preamble, id="imports"),
    ]
    for function in page.functions:
        cells += _cells_of(page.name, function, points[function.name])
    return _written(cells)


def header() -> str:
    """The notebook whose cells nbgrader puts on top of every notebook that it releases."""
    return _written([new_markdown_cell(_HEADER, id="header")])


def points_of(checks: Iterable[CheckInfo]) -> dict[str, float]:
    """What each function is worth, in the order of the checks."""
    own: dict[str, list[float]] = {}
    for check in checks:
        own.setdefault(check.function, []).append(check.points)
    return {function: math.fsum(points) for function, points in own.items()}


def grade_id(function: str) -> str:
    """nbgrader's name for the cell that grades a function."""
    return f"{function}_points"


def solution_id(function: str) -> str:
    """nbgrader's name for the cell in which a function is written."""
    return f"{function}_answer"


def _cells_of(exercise: str, function: PageFunction, points: float) -> list[NotebookNode]:
    """A function's heading and prose, its solution cell, its grade cell."""
    name, answer, grade = function.name, solution_id(function.name), grade_id(function.name)
    prose = f"## `{name}`\n\n{function.prose}".strip()
    call = f'check("{exercise}.{name}")'
    source = without_hints(function.source).strip("\n")
    worth = _marks(grade, grade=True, locked=True, points=points)
    return [
        new_markdown_cell(prose, id=_cell_id(f"{name}-prose")),
        new_code_cell(source, id=_cell_id(answer), metadata=_marks(answer, solution=True)),
        new_code_cell(call, id=_cell_id(grade), metadata=worth),
    ]


def _introduction(page: Page) -> str:
    paragraphs = page.introduction.split("\n\n")
    kept = [text for text in paragraphs if not text.startswith(_FOR_ANOTHER_MEDIUM)]
    return "\n\n".join([f"# {page.title}", *kept, _HOW_TO_CHECK.format(exercise=page.name)])


def _marks(name: str, **given: Any) -> dict[str, Any]:
    """nbgrader's metadata for a cell."""
    plain = {"grade": False, "solution": False, "locked": False, "task": False}
    return {"nbgrader": {"schema_version": SCHEMA, "grade_id": name, **plain, **given}}


def _cell_id(name: str) -> str:
    """The notebook format's own name for a cell: at most 64 of a few characters."""
    return re.sub(r"[^A-Za-z0-9_-]", "-", name)[:64]


def _written(cells: list[NotebookNode]) -> str:
    metadata = {"kernelspec": KERNEL, "language_info": {"name": "python"}}
    notebook = new_notebook(cells=cells, metadata=metadata)
    nbformat.validate(notebook)
    return nbformat.writes(notebook) + "\n"
