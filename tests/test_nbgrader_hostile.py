"""Whatever is done to the cells of a notebook, nbgrader records the right score, and nobody else's notebook is affected."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from grader.cli import app
from grader.grading import Grader
from grader.nbgrader.notebooks import grade_id, solution_id
from grader.options import PUBLISHED_SEED
from grader.records import read_results
from grader.submissions.notebook import SETUP

from .nbgrader_course import Course, Notebook, Outcome, answers, cell_of, place_of, stubs

pytestmark = [
    pytest.mark.filterwarnings("ignore::nbformat.warnings.DuplicateCellId"),
    pytest.mark.filterwarnings("ignore::nbformat.warnings.MissingIDFieldWarning"),
]

EXERCISE = "ex02_gradient_descent"
FULL = {"predict": 1.0, "mse": 1.0, "gradients": 1.0, "update": 2.0, "updates_per_epoch": 1.0}
NONE = dict.fromkeys(FULL, 0.0)

RIGHT = answers(EXERCISE)
STUBS = stubs(EXERCISE)

Change = Callable[[Notebook], None]


@dataclass(frozen=True)
class Case:
    """A notebook with something done to it, and what it should score."""

    change: Change
    written: Mapping[str, str]
    expected: Mapping[str, float]


CASES: dict[str, Case] = {}


def case(
    expected: Mapping[str, float], written: Mapping[str, str] = RIGHT
) -> Callable[[Change], Change]:
    """Add a case, named after the function that changes the notebook."""

    def add(change: Change) -> Change:
        CASES[change.__name__] = Case(change, written, expected)
        return change

    return add


def code(source: str, **metadata: Any) -> dict[str, Any]:
    """A code cell of a student's own."""
    plain = {"outputs": [], "execution_count": None}
    return {"cell_type": "code", "metadata": metadata, "source": source, **plain}


def value(text: str) -> dict[str, Any]:
    """An output that shows a number."""
    return {
        "output_type": "execute_result",
        "data": {"text/plain": text},
        "metadata": {},
        "execution_count": 1,
    }


def grade_cells(notebook: Notebook) -> list[dict[str, Any]]:
    return [cell_of(notebook, grade_id(name)) for name in FULL]


def marked(notebook: Notebook) -> list[dict[str, Any]]:
    return [cell for cell in notebook["cells"] if "nbgrader" in cell["metadata"]]


@case(FULL)
def nothing(notebook: Notebook) -> None:
    pass


@case(NONE, STUBS)
def nothing_begun(notebook: Notebook) -> None:
    pass


@case(FULL)
def cells_duplicated(notebook: Notebook) -> None:
    notebook["cells"] += deepcopy(marked(notebook))


@case(FULL)
def an_older_answer_kept_above(notebook: Notebook) -> None:
    older = deepcopy(cell_of(notebook, solution_id("mse")))
    older["source"] = STUBS["mse"]
    notebook["cells"].insert(place_of(notebook, solution_id("mse")), older)


@case(FULL)
def an_older_answer_kept_below_as_text(notebook: Notebook) -> None:
    older = deepcopy(cell_of(notebook, solution_id("mse")))
    older["source"], older["cell_type"] = STUBS["mse"], "raw"
    del older["outputs"], older["execution_count"]
    notebook["cells"].append(older)


@case({**FULL, "mse": 0.0})
def the_last_of_two_answers_counts(notebook: Notebook) -> None:
    later = deepcopy(cell_of(notebook, solution_id("mse")))
    later["source"] = STUBS["mse"]
    notebook["cells"].append(later)


@case(FULL)
def points_deleted(notebook: Notebook) -> None:
    for name in FULL:
        del notebook["cells"][place_of(notebook, grade_id(name))]


@case({**FULL, "gradients": 0.0})
def an_answer_deleted(notebook: Notebook) -> None:
    del notebook["cells"][place_of(notebook, solution_id("gradients"))]


@case(NONE)
def everything_deleted(notebook: Notebook) -> None:
    notebook["cells"] = []


@case(FULL)
def everything_reversed_but_the_imports(notebook: Notebook) -> None:
    head = place_of(notebook, SETUP) + 2
    notebook["cells"][head:] = reversed(notebook["cells"][head:])


@case(FULL)
def points_edited(notebook: Notebook) -> None:
    for cell in grade_cells(notebook):
        cell["source"] = "raise SystemExit"


@case(NONE, STUBS)
def points_edited_to_give_points(notebook: Notebook) -> None:
    for cell in grade_cells(notebook):
        cell["source"] = "1.0"
        cell["outputs"] = [value("1.0")]


@case(NONE, STUBS)
def marks_edited_to_give_points(notebook: Notebook) -> None:
    for cell in marked(notebook):
        cell["metadata"]["nbgrader"] |= {"points": 1000.0, "grade": True, "solution": True}


@case(NONE, STUBS)
def points_unmarked_and_empty(notebook: Notebook) -> None:
    for cell in grade_cells(notebook):
        cell["metadata"]["nbgrader"]["grade"] = False
        cell["source"] = ""


@case(FULL)
def points_retyped(notebook: Notebook) -> None:
    for cell in grade_cells(notebook):
        cell["metadata"] = {}


@case(FULL)
def the_setup_edited(notebook: Notebook) -> None:
    cell_of(notebook, SETUP)["source"] = "raise SystemExit"


@case(FULL)
def the_setup_retyped(notebook: Notebook) -> None:
    notebook["cells"][place_of(notebook, SETUP)] = code("from grader.nbgrader import check")


@case(FULL)
def answers_retyped(notebook: Notebook) -> None:
    for name in FULL:
        cell_of(notebook, solution_id(name))["metadata"] = {}


@case(FULL)
def an_answer_turned_into_text(notebook: Notebook) -> None:
    cell = cell_of(notebook, solution_id("update"))
    cell["cell_type"], cell["attachments"] = "markdown", {"a.png": {"image/png": "QQ=="}}
    del cell["outputs"], cell["execution_count"]


@case(FULL)
def a_test_turned_into_text(notebook: Notebook) -> None:
    cell = cell_of(notebook, grade_id("update"))
    cell["cell_type"] = "markdown"
    del cell["outputs"], cell["execution_count"]


@case(FULL)
def metadata_of_another_version(notebook: Notebook) -> None:
    for version, cell in enumerate(marked(notebook), start=-3):
        cell["metadata"]["nbgrader"]["schema_version"] = version * 33


@case(FULL)
def metadata_that_makes_no_sense(notebook: Notebook) -> None:
    nonsense: tuple[Any, ...] = ("nonsense", {}, {"grade": True}, [], None, {"grade_id": ["x"]})
    notebook["cells"] += [code("1", nbgrader=marks) for marks in nonsense]
    notebook["cells"].append(code("1", nbgrader={"grade_id": "unknown", "grade": True}))
    notebook["metadata"] = {"kernelspec": {"name": "no such kernel"}, "celltoolbar": 5}


@case(FULL)
def magics(notebook: Notebook) -> None:
    cell = cell_of(notebook, solution_id("mse"))
    cell["source"] = f"%%time\n{cell['source']}"
    notebook["cells"].insert(0, code("%matplotlib inline\n!rm -rf ~\nprint?"))
    notebook["cells"].append(code("%%html\n<script>alert(1)</script>"))


@case({**FULL, "mse": 0.0})
def an_answer_given_to_another_language(notebook: Notebook) -> None:
    cell = cell_of(notebook, solution_id("mse"))
    cell["source"] = f"%%script false\n{cell['source']}"


_TRANSFORMER = "get_ipython().input_transformers_post.append(lambda lines: ['100.0'])"


@case(FULL)
def a_transformer(notebook: Notebook) -> None:
    notebook["cells"].insert(0, code(_TRANSFORMER))


@case(NONE, STUBS)
def a_transformer_and_no_answers(notebook: Notebook) -> None:
    notebook["cells"].insert(0, code(_TRANSFORMER))


@case(NONE, STUBS)
def outputs_that_show_points(notebook: Notebook) -> None:
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            cell["outputs"] = [value("2.0")]


@case(NONE, STUBS)
def outputs_hidden(notebook: Notebook) -> None:
    for cell in notebook["cells"]:
        cell["metadata"] |= {
            "collapsed": True,
            "jupyter": {"outputs_hidden": True, "source_hidden": True},
            "tags": ["remove_cell", "hide_output"],
        }


@case(FULL)
def words_on_stderr(notebook: Notebook) -> None:
    cell = cell_of(notebook, solution_id("mse"))
    cell["source"] += (
        "\n\n\nimport sys, warnings\nwarnings.warn('old')\nprint('careful', file=sys.stderr)"
    )


@case({**FULL, "predict": 0.0}, answers(EXERCISE, predict="def predict(x, a, b):\n    pass"))
def silence(notebook: Notebook) -> None:
    pass


@case(
    {**FULL, "mse": 0.0},
    answers(
        EXERCISE,
        mse="class Any:\n    def __eq__(self, other):\n        return True\n\n    def __float__(self):\n"
        "        return 0.0\n\ndef mse(y, yhat):\n    return Any()",
    ),
)
def an_object_equal_to_all(notebook: Notebook) -> None:
    pass


@case(
    {**FULL, "mse": 0.0},
    answers(EXERCISE, mse="def mse(y, yhat):\n    import os\n    os._exit(0)"),
)
def a_function_that_ends_the_process(notebook: Notebook) -> None:
    pass


@case({**FULL, "mse": 0.0}, answers(EXERCISE, mse="def mse(y, yhat):\n    return 1 / 0"))
def an_error(notebook: Notebook) -> None:
    pass


@case(NONE)
def a_cell_that_ends_the_process(notebook: Notebook) -> None:
    notebook["cells"].append(code("import os\nos._exit(0)"))


@case(
    {**FULL, "mse": 0.0},
    answers(EXERCISE, mse="def mse(y, yhat):\n    while True:\n        pass"),
)
def a_function_that_never_ends(notebook: Notebook) -> None:
    pass


@case(NONE)
def a_cell_that_never_ends(notebook: Notebook) -> None:
    notebook["cells"].append(code("while True:\n    pass"))


@case(NONE)
def a_cell_that_is_no_python(notebook: Notebook) -> None:
    notebook["cells"].append(code("my notes, with a comma"))


_SCRIPT = (
    '<script>alert(1)</script><img src="x" alt="" onerror="alert(2)"><b id="mse_points">bold</b>'
)


@case(FULL)
def scripts(notebook: Notebook) -> None:
    for kind in ("markdown", "raw"):
        notebook["cells"].append({"cell_type": kind, "metadata": {}, "source": _SCRIPT})
    picture = {"a.png": {"image/png": "QQ=="}}
    source = "[link](javascript:alert(3)) $a < b$ ![a](attachment:a.png)"
    notes = {"cell_type": "markdown", "metadata": {}, "source": source, "attachments": picture}
    notebook["cells"].append(notes)


DAMAGED = "damaged"


@dataclass(frozen=True)
class Graded:
    """The course after `nbgrader autograde`."""

    course: Course
    outcome: Outcome


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Graded:
    course = Course(tmp_path_factory.mktemp("hostile") / "course", timeout=4.0)
    course.well("generate_assignment", EXERCISE)
    for student, each in CASES.items():
        notebook = course.released(EXERCISE, each.written)
        each.change(notebook)
        course.hand_in(student, EXERCISE, notebook)
    course.hand_in(DAMAGED, EXERCISE, '{"cells": [')
    return Graded(course, course.run("autograde", EXERCISE))


@pytest.mark.parametrize("student", CASES)
def test_the_right_score_whatever_was_done(graded: Graded, student: str) -> None:
    assert graded.course.scores(EXERCISE, student) == CASES[student].expected


def test_gradkit_grade_gives_the_same_on_what_nbgrader_collected(
    graded: Graded, tmp_path: Path
) -> None:
    options = ["--seed", str(PUBLISHED_SEED), "--timeout", "4", "--exercises", EXERCISE]
    result = CliRunner().invoke(
        app, ["grade", str(graded.course.root), "--out", str(tmp_path / "out"), *options]
    )
    assert result.exit_code == 0, result.output
    records = read_results(tmp_path / "out" / "results.jsonl").records
    expected = {student: sum(each.expected.values()) for student, each in CASES.items()}
    assert {name: record.score for name, record in records.items()} == {**expected, DAMAGED: 0.0}


def test_only_what_is_no_notebook_is_an_error(graded: Graded) -> None:
    failed = [line for line in graded.outcome.log.splitlines() if "for student" in line]
    assert graded.outcome.code == 1
    assert failed == [
        f"[AutogradeApp | ERROR] There was an error processing assignment '{EXERCISE}' for student '{DAMAGED}'"
    ]


@pytest.mark.parametrize(
    ("student", "function", "words"),
    [
        ("nothing", "mse", "mse: 1 of 1 points"),
        ("nothing_begun", "mse", "mse: 0 of 1 points\nNot started"),
        ("an_answer_deleted", "gradients", "The file has no gradients."),
        ("everything_deleted", "mse", "The file has no mse."),
        ("a_function_that_ends_the_process", "mse", "The code took its process down"),
        ("a_cell_that_ends_the_process", "mse", "None of its checks could run."),
        ("a_function_that_never_ends", "mse", "The code did not come to an end"),
        ("a_cell_that_ends_the_process", "mse", f"While {EXERCISE}.ipynb was imported: "),
        (
            "a_cell_that_is_no_python",
            "mse",
            f"{EXERCISE}.ipynb cannot be imported: SyntaxError: invalid syntax at cell [13], line 1: my notes",
        ),
        ("an_error", "mse", "          cell [5], line 2, in mse: return 1 / 0"),
        ("silence", "predict", "Expected  "),
    ],
)
def test_the_grade_cell_says_what_became_of_the_work(
    graded: Graded, student: str, function: str, words: str
) -> None:
    assert words in graded.course.shown(EXERCISE, student, function)


def test_every_released_cell_is_there_again(graded: Graded) -> None:
    for student in ("everything_deleted", "everything_reversed_but_the_imports"):
        path = graded.course.root / "autograded" / student / EXERCISE / f"{EXERCISE}.ipynb"
        notebook = json.loads(path.read_text("utf-8"))
        assert place_of(notebook, SETUP) < place_of(notebook, grade_id("mse"))
        assert len(marked(notebook)) == 1 + 2 * len(FULL)


def test_feedback_shows_the_message(graded: Graded) -> None:
    graded.course.well("generate_feedback", EXERCISE, "--student", "silence")
    graded.course.well("generate_feedback", EXERCISE, "--student", "outputs_hidden")
    for student in ("silence", "outputs_hidden"):
        path = graded.course.root / "feedback" / student / EXERCISE / f"{EXERCISE}.html"
        assert "predict: 0 of 1 points" in path.read_text("utf-8")


def test_html_of_a_student_can_do_nothing_in_feedback(graded: Graded) -> None:
    graded.course.well("generate_feedback", EXERCISE, "--student", "scripts")
    path = graded.course.root / "feedback" / "scripts" / EXERCISE / f"{EXERCISE}.html"
    body = path.read_text("utf-8").partition("<body")[2]
    assert body.count("&lt;script&gt;alert(1)&lt;/script&gt;") == 2
    assert body.count("<b>bold</b>") == 2
    for harmful in ("<script", "onerror", "javascript:", 'id="mse_points"'):
        assert harmful not in body
    assert "$a &lt; b$" in body
    assert 'src="data:image/png;base64,QQ=="' in body


def test_what_cannot_be_read_has_no_score_in_the_export(graded: Graded) -> None:
    rows = {row["student_id"]: row for row in graded.course.exported()}
    assert (rows[DAMAGED]["state"], rows[DAMAGED]["score"]) == ("not_graded", "")
    assert (rows["everything_deleted"]["state"], rows["everything_deleted"]["score"]) == (
        "graded",
        "0.0",
    )
    assert rows["nothing"]["score"] == rows["nothing"]["max_score"] == "6.0"


def test_a_fault_of_the_graders_is_never_a_score(
    graded: Graded, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("a wall is gone")

    course = graded.course
    with monkeypatch.context() as broken:
        broken.setattr(Grader, "_examine", fail)
        outcome = course.run("autograde", EXERCISE, "--student", "words_on_stderr", "--force")
    assert outcome.code == 1
    assert "The grader itself failed: RuntimeError: a wall is gone" in outcome.log
    assert set(course.scores(EXERCISE, "words_on_stderr").values()) == {None}
    row = next(row for row in course.exported() if row["student_id"] == "words_on_stderr")
    assert (row["state"], row["score"]) == ("not_graded", "")

    course.well("autograde", EXERCISE, "--student", "words_on_stderr")
    assert course.scores(EXERCISE, "words_on_stderr") == FULL


def test_the_score_of_an_earlier_version_is_none_of_a_damaged_one(graded: Graded) -> None:
    course, again = graded.course, ("autograde", EXERCISE, "--student", "nothing", "--force")
    path = course.root / "submitted" / "nothing" / EXERCISE / f"{EXERCISE}.ipynb"
    good = path.read_text("utf-8")
    assert course.scores(EXERCISE, "nothing") == FULL
    course.write(path, f"<<<<<<< HEAD\n{good}\n>>>>>>> mine")
    assert course.run(*again).code == 1
    course.write(path, good)
    assert set(course.scores(EXERCISE, "nothing").values()) == {None}
    assert course.run(*again).code == 0
    assert course.scores(EXERCISE, "nothing") == FULL
