"""An nbgrader course for the tests: made by gradkit, run by nbgrader's own commands, in this process."""

from __future__ import annotations

import contextlib
import csv
import io
import json
import logging
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from jupyter_core.application import NoStart
from nbgrader.api import Gradebook
from nbgrader.apps import NbGraderApp

from grader.nbgrader.course import create
from grader.nbgrader.notebooks import grade_id, solution_id
from grader.options import PUBLISHED_SEED
from grader.oracle import ROOT
from grader.page import Page, read_page

Notebook = dict[str, Any]
Answers = Mapping[str, str]
"""The source of each function, by name."""


@cache
def page(exercise: str) -> Page:
    """An exercise's page."""
    return read_page(ROOT / "solutions" / f"{exercise}.py")


def answers(exercise: str, **changed: str) -> dict[str, str]:
    """The reference's answers, some of them changed."""
    return {function.name: function.source for function in page(exercise).functions} | changed


def stubs(exercise: str, **changed: str) -> dict[str, str]:
    """What is handed in where nothing was begun, or little."""
    return {function.name: function.stub() for function in page(exercise).functions} | changed


def module(exercise: str, written: Answers) -> str:
    """The answers as a module."""
    return "\n\n\n".join([page(exercise).preamble, *written.values()]) + "\n"


@dataclass(frozen=True)
class Outcome:
    """What a command of nbgrader's printed, and its exit code."""

    code: int
    log: str


class Course:
    """A course in a folder.

    Args:
        root: where it is made.
        timeout: wall seconds for a notebook, little where some of them never end.
    """

    def __init__(self, root: Path, timeout: float = 60.0) -> None:
        self.root = root
        create(
            root, "course", PUBLISHED_SEED
        )  # the published seed: nothing need be run to know what is expected
        config = root / "nbgrader_config.py"
        with config.open("a", encoding="utf-8") as file:
            file.write(f"c.GradeOutside.timeout = {timeout}\n")
            file.write(f"c.Exchange.cache = {str(root / 'cache')!r}\n")

    def run(self, *arguments: str, folder: Path | None = None) -> Outcome:
        """Run one of nbgrader's commands in the course's folder, or a student's command in another."""
        log, code = io.StringIO(), 0
        app = NbGraderApp.instance()
        given = list(arguments)
        if folder is not None:
            exchange = f"--Exchange.root={self.root / 'exchange'}"
            given += ["--course=course", exchange, f"--Exchange.cache={self.root / 'cache'}"]
        with contextlib.chdir(folder or self.root), contextlib.redirect_stdout(log):
            try:
                app.initialize(given)
                app.init_logging(logging.StreamHandler, [log], color=False, subapps=True)
                app.start()
            except NoStart:  # how a command that has run comes back
                pass
            except SystemExit as leaving:
                code = int(leaving.code or 0)
            finally:
                app.reset()
                NbGraderApp.clear_instance()
        return Outcome(code, log.getvalue())

    def well(self, *arguments: str, folder: Path | None = None) -> str:
        """Run a command that must succeed and warn of nothing; returns its log."""
        outcome = self.run(*arguments, folder=folder)
        assert outcome.code == 0, outcome.log
        assert "WARNING" not in outcome.log, outcome.log
        assert "ERROR" not in outcome.log, outcome.log
        return outcome.log

    def released(self, exercise: str, written: Answers) -> Notebook:
        """The notebook as it was released, with answers written into it."""
        path = self.root / "release" / exercise / f"{exercise}.ipynb"
        notebook: Notebook = deepcopy(_parsed(path))
        for name, source in written.items():
            cell_of(notebook, solution_id(name))["source"] = source.strip("\n")
        return notebook

    def hand_in(self, student: str, exercise: str, notebook: Notebook | str) -> None:
        """Put a notebook where nbgrader expects what was handed in."""
        folder = self.root / "submitted" / student / exercise
        folder.mkdir(parents=True)
        self.write(folder / f"{exercise}.ipynb", notebook)

    @staticmethod
    def write(path: Path, notebook: Notebook | str) -> None:
        """Write a notebook, or what is none, to a file."""
        text = notebook if isinstance(notebook, str) else json.dumps(notebook)
        path.write_text(text, encoding="utf-8")

    def scores(self, exercise: str, student: str) -> dict[str, float | None]:
        """The points by function, as they stand in the gradebook."""
        with Gradebook(f"sqlite:///{self.root / 'gradebook.db'}") as gradebook:
            found = gradebook.find_submission_notebook(exercise, exercise, student)
            points = {grade.name: grade.auto_score for grade in found.grades}
        return {f.name: points[grade_id(f.name)] for f in page(exercise).functions}

    def shown(self, exercise: str, student: str, function: str) -> str:
        """What the grade cell of a function shows after grading."""
        path = self.root / "autograded" / student / exercise / f"{exercise}.ipynb"
        outputs = cell_of(json.loads(path.read_text("utf-8")), grade_id(function))["outputs"]
        return "".join(outputs[0]["text"])

    def exported(self) -> list[dict[str, str]]:
        """The rows that `nbgrader export` writes."""
        self.well("export")
        with (self.root / "grades.csv").open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))


def cell_of(notebook: Notebook, name: str) -> dict[str, Any]:
    """The cell that has this name of nbgrader's."""
    return notebook["cells"][place_of(notebook, name)]


def place_of(notebook: Notebook, name: str) -> int:
    """Where it is."""
    names = [c["metadata"].get("nbgrader", {}).get("grade_id") for c in notebook["cells"]]
    return names.index(name)


@cache
def _parsed(path: Path) -> Notebook:
    return json.loads(path.read_text(encoding="utf-8"))
