"""A submitted notebook in the shape of the released one, whatever was done to its cells.

nbgrader trusts the marks in a student's notebook further than it should: a duplicated cell or a strange version number ends its run
for the whole class, and a deleted test is worth no points. So the notebook is made anew: of the student it has the sources
of cells, of the gradebook everything else.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_raw_cell
from nbgrader.api import Gradebook
from nbgrader.preprocessors import NbGraderPreprocessor

from ..oracle import exercises
from .notebooks import SCHEMA

_NEW = {"code": new_code_cell, "markdown": new_markdown_cell, "raw": new_raw_cell}


class RestoreCells(NbGraderPreprocessor):
    """First of `c.Autograde.sanitize_preprocessors`: nothing after it meets anything that a student could have invented."""

    def preprocess(
        self, nb: NotebookNode, resources: dict[str, Any]
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """Make the notebook anew, if it is one of gradkit's; see nbconvert's Preprocessor."""
        where = resources["nbgrader"]
        if where["notebook"] not in exercises():
            return nb, resources
        with Gradebook(where["db_url"]) as gradebook:
            released = _released(gradebook.find_notebook(where["notebook"], where["assignment"]))
        submitted = [_Submitted(cell) for cell in nb.cells if isinstance(cell, dict)]
        for number, cell in _keepers(submitted, released):
            submitted[number].released = cell
        cells = _with_missing([cell.made() for cell in submitted], released)
        kernel = {"language_info": {"name": "python"}}
        return new_notebook(cells=cells, metadata=kernel), resources


class _Submitted:
    """A cell as it was handed in, of which only plain text and its claim to be some released cell are taken.

    Attributes:
        kind: "code", "markdown" or "raw".
        source: its text.
        claim: the released cell that it says it is.
        released: the marks and text of the released cell, if the claim holds.
    """

    def __init__(self, cell: dict[str, Any]) -> None:
        kind, source = cell.get("cell_type"), cell.get("source")
        self.kind = kind if kind in ("code", "markdown") else "raw"
        self.source = source if isinstance(source, str) else ""
        metadata = cell.get("metadata")
        marks = metadata.get("nbgrader") if isinstance(metadata, dict) else None
        self.claim = marks.get("grade_id") if isinstance(marks, dict) else None
        self.attachments = cell.get("attachments")
        self.released: NotebookNode | None = None

    def made(self) -> NotebookNode:
        """A cell without anything that a student could have invented but its text."""
        if self.released is None:
            made = _NEW[self.kind](self.source)
            if self.kind == "markdown" and isinstance(self.attachments, dict):
                made["attachments"] = self.attachments  # pictures in a student's notes
            return made
        made = _NEW[self.released.cell_type](self.source, metadata=self.released.metadata)
        if self.released.metadata.nbgrader["locked"]:
            made.source = self.released.source
        return made


def _released(notebook: Any) -> dict[str, NotebookNode]:
    """The cells that nbgrader knows, in their order, as they were released."""
    graded = {cell.name: float(cell.max_score) for cell in notebook.grade_cells}
    tasks = {cell.name: float(cell.max_score) for cell in notebook.task_cells}
    solutions = {cell.name for cell in notebook.solution_cells}
    cells = {}
    for cell in notebook.source_cells:
        marks: dict[str, Any] = {
            "schema_version": SCHEMA,
            "grade_id": cell.name,
            "grade": cell.name in graded,
            "solution": cell.name in solutions,
            "locked": cell.locked,
            "task": cell.name in tasks,
            "cell_type": cell.cell_type,
            "checksum": cell.checksum,
        }
        if cell.name in graded | tasks:
            marks["points"] = (graded | tasks)[cell.name]
        made = _NEW[cell.cell_type](cell.source or "", metadata={"nbgrader": marks})
        cells[cell.name] = made
    return cells


def _keepers(
    submitted: list[_Submitted], released: dict[str, NotebookNode]
) -> Iterator[tuple[int, NotebookNode]]:
    """For each released cell that was handed in, the number of the cell that stands for it.

    Of several, the last of the released kind counts, as it does when a module is imported; else the last.
    """
    for name, cell in released.items():
        claims = [n for n, one in enumerate(submitted) if one.claim == name]
        alike = [n for n in claims if submitted[n].kind == cell.cell_type]
        if claims:
            yield (alike or claims)[-1], cell


def _with_missing(
    cells: list[NotebookNode], released: dict[str, NotebookNode]
) -> list[NotebookNode]:
    """Put released cells that were deleted behind the one that they followed."""
    place = 0
    for name, cell in released.items():
        found = [n for n, one in enumerate(cells) if _name(one) == name]
        if not found:
            cells.insert(place, cell)
        place = (found[0] if found else place) + 1
    return cells


def _name(cell: NotebookNode) -> object:
    return cell.metadata.get("nbgrader", {}).get("grade_id")
