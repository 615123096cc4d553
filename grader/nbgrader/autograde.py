"""What stands in place of nbgrader's Execute: answers are graded in gradkit's isolated worker, and no kernel runs.

`gradkit grade` and this read a notebook alike, as one module, so that the same answers earn the same points.
"""

from __future__ import annotations

import atexit
import math
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any, cast

from nbconvert.exporters import NotebookExporter
from nbformat import NotebookNode
from nbformat.v4 import new_output
from nbgrader.api import Gradebook
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import Execute, NbGraderPreprocessor
from nbgrader.utils import is_grade, is_locked, is_solution
from traitlets import Enum, Float, Integer

from ..grading import Grader, Settings
from ..grading.settings import MEMORY_MB, TIMEOUT
from ..oracle import exercises
from ..records import ExerciseRecord
from ..submissions import Source, Submission, module_of, read
from ..submissions.notebook import SETUP
from ..worker.protocol import Isolation
from .messages import earned, verdict_on
from .notebooks import grade_id


class NotGraded(Exception):
    """The grader itself failed; nbgrader counts the submission among its errors, and grades it when it is asked again."""


class OpenUnlessGraded(NotebookExporter):
    """What takes each notebook through nbgrader's steps: where that fails, no older score is left standing."""

    def from_filename(
        self, filename: str, resources: dict[str, Any] | None = None, **given: Any
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """Read a notebook and go through the steps; see nbconvert's Exporter."""
        assert resources is not None  # where nbgrader notes what it is working on
        try:
            return super().from_filename(filename, resources, **given)
        except BaseException:
            _forget(resources["nbgrader"])
            raise


class GradeOutside(NbGraderPreprocessor):
    """First of `c.Autograde.autograde_preprocessors`: writes the output of every grade cell, from which nbgrader takes the score."""

    seed = Integer(help="Decides the random inputs.").tag(config=True)
    timeout = Float(TIMEOUT, help="Wall seconds for a notebook.").tag(config=True)
    memory_mb = Integer(MEMORY_MB, help="Memory for a notebook's worker.").tag(config=True)
    isolation = Enum(
        ("auto", "strict", "none"), "auto", help="What must hold, as for `gradkit grade`."
    ).tag(config=True)

    def preprocess(
        self, nb: NotebookNode, resources: dict[str, Any]
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """Grade the notebook, or leave it to Execute if it is none of gradkit's; see nbconvert's Preprocessor.

        Raises:
            NotGraded: when the grader itself failed, or a cell is to be graded of which it knows nothing.
        """
        where = resources["nbgrader"]
        if where["notebook"] not in exercises():
            return Execute(parent=self).preprocess(nb, resources)
        record = self._record(where, _given(nb))
        if record.status == "not_graded":
            raise NotGraded(f"{where['student']}: {where['notebook']}: {record.message}")
        functions = {grade_id(check.function): check.function for check in record.checks}
        for cell in nb.cells:
            if is_grade(cell) and not is_solution(cell):
                marks = cell.metadata.nbgrader
                if marks["grade_id"] not in functions:
                    raise NotGraded(f"gradkit knows no check for the cell {marks['grade_id']}")
                cell.outputs = _outputs(functions[marks["grade_id"]], record, marks["points"])
        return nb, resources

    def _record(self, where: dict[str, str], given: dict[str, str]) -> ExerciseRecord:
        course = CourseDirectory(parent=self)
        settings = Settings(
            seed=self.seed,
            exercises=exercises(),
            timeout=self.timeout,
            memory_mb=self.memory_mb,
            isolation=cast(Isolation, self.isolation),
            hidden=(course.root,),
        )
        name, student = where["notebook"], where["student"]
        folder = Path(course.format_path(course.submitted_directory, student, where["assignment"]))
        handed_in = read(Submission(student, str(folder), f"{name}.ipynb"), (name,))
        found = handed_in.exercises[name]
        if given and isinstance(found, Source):
            found = replace(found, code=module_of((folder / found.filename).read_bytes(), given))
        record, flags = _grader(settings).exercise(name, found)
        for flag in (*handed_in.flags, *flags):
            self.log.warning("%s: %s", student, flag)
        return record


def _given(notebook: NotebookNode) -> dict[str, str]:
    """The text of the code cells that an instructor has added for students to read and run."""
    return {
        cell.metadata.nbgrader["grade_id"]: cell.source
        for cell in notebook.cells
        if cell.cell_type == "code" and is_locked(cell) and not is_grade(cell)
        if cell.metadata.nbgrader["grade_id"] != SETUP
    }


@cache
def _grader(settings: Settings) -> Grader:
    """One grader for the process, since its start costs as much as many notebooks."""
    grader = Grader(settings)
    atexit.register(grader.close)
    return grader


def _outputs(function: str, record: ExerciseRecord, worth: float) -> list[NotebookNode]:
    """What the cell would show in a notebook: the message, and the points as its last value.

    Args:
        function: the one that the cell grades.
        record: its exercise's.
        worth: what an instructor made the cell worth, if that is not what its checks are worth.
    """
    own = [check for check in record.checks if check.function == function]
    points = earned(own) * worth / math.fsum(check.max_score for check in own)
    words = new_output("stream", name="stdout", text=verdict_on(function, record) + "\n")
    value = new_output("execute_result", data={"text/plain": repr(points)}, execution_count=None)
    return [words, value]


def _forget(where: dict[str, str]) -> None:
    """Take back the scores of a notebook, so that a person must look."""
    with Gradebook(where["db_url"]) as gradebook:
        found = gradebook.find_submission_notebook(
            where["notebook"], where["assignment"], where["student"]
        )
        for grade in found.grades:
            grade.auto_score = None
            grade.needs_manual_grade = True
        gradebook.db.commit()
