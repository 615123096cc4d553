"""`gradkit nbgrader`: a complete course, on which nbgrader's own commands run without a warning."""

from __future__ import annotations

import csv
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from nbgrader.api import Gradebook
from nbgrader.converters import Autograde
from nbgrader.nbgraderformat import MetadataValidator
from nbgrader.preprocessors import Execute
from traitlets.config import Config
from traitlets.config.loader import PyFileConfigLoader
from traitlets.utils.importstring import import_item
from typer.testing import CliRunner

from grader.cli import app
from grader.nbgrader.autograde import GradeOutside
from grader.nbgrader.course import course_id_of
from grader.nbgrader.notebooks import KERNEL, SCHEMA, grade_id, solution_id
from grader.nbgrader.restore import RestoreCells
from grader.submissions.notebook import SETUP

from .kit import EXERCISES, checks
from .nbgrader_course import Course, answers, cell_of, page

EXERCISE = "ex02_gradient_descent"
PLAIN_PATH = os.pathsep.join(["/usr/bin", "/bin"])


def gradkit(*arguments: str):
    return CliRunner().invoke(app, ["nbgrader", *arguments])


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Course:
    """A course whose notebooks have been generated, each by nbgrader's own command."""
    made = Course(tmp_path_factory.mktemp("nbgrader") / "course")
    for exercise in EXERCISES:
        made.well("generate_assignment", exercise)
    return made


def notebooks(course: Course, step: str):
    for exercise in EXERCISES:
        path = course.root / step / exercise / f"{exercise}.ipynb"
        yield exercise, nbformat.read(path, as_version=4)


def test_each_exercise_has_a_valid_notebook(course: Course) -> None:
    for exercise, notebook in notebooks(course, "source"):
        nbformat.validate(notebook)
        MetadataValidator().validate_nb(notebook)
        names = [cell.metadata.get("nbgrader", {}).get("grade_id") for cell in notebook.cells]
        own = [
            name
            for f in page(exercise).functions
            for name in (solution_id(f.name), grade_id(f.name))
        ]
        assert [name for name in names if name] == [SETUP, *own]


def test_a_grade_cell_is_a_line_that_is_locked_and_has_its_functions_points(course: Course) -> None:
    total = 0.0
    for exercise, notebook in notebooks(course, "source"):
        for function in page(exercise).functions:
            cell = cell_of(notebook, grade_id(function.name))
            marks = cell["metadata"]["nbgrader"]
            worth = sum(c.info.points for c in checks(exercise) if c.info.function == function.name)
            assert cell["source"] == f'check("{exercise}.{function.name}")'
            assert (marks["grade"], marks["locked"], marks["solution"]) == (True, True, False)
            assert marks["points"] == worth
            total += worth
    assert total == 100


def test_students_get_what_exercises_hold_and_no_more(course: Course) -> None:
    for exercise, notebook in notebooks(course, "release"):
        text = "\n".join(cell.source for cell in notebook.cells)
        assert text.startswith("Replace each `raise NotImplementedError`")
        for function in page(exercise).functions:
            cell = cell_of(notebook, solution_id(function.name))
            assert cell["source"] == function.stub().strip("\n")
            assert not any(hint in " ".join(text.split()) for hint in function.hints)
        assert "SOLUTION" not in text


def test_the_same_pages_give_the_same_files(course: Course, tmp_path: Path) -> None:
    again = Course(tmp_path / "again")
    for path in (course.root / "source").rglob("*.ipynb"):
        assert path.read_bytes() == (again.root / path.relative_to(course.root)).read_bytes()


def test_the_settings_differ_from_nbgraders_where_they_say_so(course: Course) -> None:
    loader = PyFileConfigLoader("nbgrader_config.py", path=str(course.root))
    settings: Config = loader.load_config()

    def classes(names: list[str]) -> list[type]:
        return [import_item(name) for name in names]

    grading = Autograde.autograde_preprocessors.default()
    assert classes(settings.Autograde.autograde_preprocessors) == [
        GradeOutside if step is Execute else step for step in grading
    ]
    assert classes(settings.Autograde.sanitize_preprocessors) == [
        RestoreCells,
        *Autograde.sanitize_preprocessors.default(),
    ]


def test_from_release_to_exported_grades_without_a_warning(course: Course, tmp_path: Path) -> None:
    course.well("release_assignment", EXERCISE)
    student = tmp_path / "student"
    student.mkdir()
    course.well("fetch_assignment", EXERCISE, folder=student)
    notebook = course.released(EXERCISE, answers(EXERCISE, mse="def mse(y, yhat):\n    return 0.0"))
    course.write(student / EXERCISE / f"{EXERCISE}.ipynb", notebook)
    course.well("submit", EXERCISE, folder=student)
    course.hand_in("by hand", EXERCISE, course.released(EXERCISE, answers(EXERCISE)))

    course.well("collect", EXERCISE)
    course.well("autograde", EXERCISE)
    course.well("generate_feedback", EXERCISE)
    log = course.well("release_feedback", EXERCISE)
    assert f"by hand/{EXERCISE} was not handed in by `nbgrader submit`: pass it on yourself" in log
    course.well("fetch_feedback", EXERCISE, folder=student)

    (mine,) = (student / EXERCISE / "feedback").rglob("*.html")
    assert "mse: 0 of 1 points" in mine.read_text("utf-8")
    rows = [row for row in course.exported() if row["assignment"] == EXERCISE]
    assert sorted((row["score"], row["max_score"], row["state"]) for row in rows) == [
        ("5.0", "6.0", "graded"),
        ("6.0", "6.0", "graded"),
    ]


def test_validate_in_a_kernel_agrees_and_alembic_is_found_without_an_activated_environment(
    course: Course, tmp_path: Path
) -> None:
    notebook = course.released(EXERCISE, answers(EXERCISE, mse="def mse(y, yhat):\n    return 0.0"))
    course.write(tmp_path / "wrong.ipynb", notebook)
    (course.root / "gradebook.db").rename(tmp_path / "gradebook.db")

    def nbgrader(*arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "nbgrader", *arguments],
            cwd=course.root,
            env={**os.environ, "PATH": PLAIN_PATH},
            capture_output=True,
            text=True,
            timeout=120,
            check=True,
        )
        assert "WARNING" not in done.stderr + done.stdout, done.stderr
        return done.stdout

    try:
        nbgrader("generate_assignment", EXERCISE, "--force", "--quiet")
        right = f"source/{EXERCISE}/{EXERCISE}.ipynb"
        told = nbgrader("validate", right, str(tmp_path / "wrong.ipynb"))
    finally:
        (tmp_path / "gradebook.db").replace(course.root / "gradebook.db")
    assert told.startswith(
        "Success! Your notebook passes all the tests.\nVALIDATION FAILED ON 1 CELL(S)!"
    )
    assert f'check("{EXERCISE}.mse")' in told


def test_names_in_the_export_are_quoted_and_start_no_formula(tmp_path: Path) -> None:
    course = Course(tmp_path / "course")
    course.well("generate_assignment", EXERCISE)
    with Gradebook(f"sqlite:///{course.root / 'gradebook.db'}") as gradebook:
        gradebook.add_student("=1+1", last_name='O"Hara, the 2nd', first_name="Zoë")
    course.well("export", "--to", "out.csv")
    with (course.root / "out.csv").open(encoding="utf-8", newline="") as file:
        (row,) = csv.DictReader(file)
    assert (row["student_id"], row["last_name"], row["first_name"]) == (
        "'=1+1",
        'O"Hara, the 2nd',
        "Zoë",
    )
    assert (row["score"], row["max_score"], row["state"]) == ("0.0", "6.0", "missing")


def test_an_instructor_may_change_what_a_cell_is_worth_and_add_notebooks(tmp_path: Path) -> None:
    course = Course(tmp_path / "course")
    path = course.root / "source" / EXERCISE / f"{EXERCISE}.ipynb"
    notebook = json.loads(path.read_text("utf-8"))
    for function, points in {"update": 5, "mse": 0.5}.items():
        cell_of(notebook, grade_id(function))["metadata"]["nbgrader"]["points"] = points
    course.write(path, notebook)
    marks = {**cell_of(notebook, grade_id("mse"))["metadata"]["nbgrader"], "points": 3}
    own = new_notebook(
        cells=[new_code_cell("1 + 1", metadata={"nbgrader": marks})],
        metadata={"kernelspec": KERNEL},
    )
    course.write(path.with_name("own.ipynb"), nbformat.writes(own))
    course.well("generate_assignment", EXERCISE)
    course.hand_in("alice", EXERCISE, course.released(EXERCISE, answers(EXERCISE)))
    shutil.copy(path.with_name("own.ipynb"), course.root / "submitted" / "alice" / EXERCISE)
    course.well("autograde", EXERCISE)
    scores = course.scores(EXERCISE, "alice")
    assert (scores["update"], scores["mse"], scores["predict"]) == (5.0, 0.5, 1.0)
    assert course.exported()[0]["score"] == "10.5"


def test_what_a_student_changed_in_an_instructors_read_only_cell_is_ignored(tmp_path: Path) -> None:
    course = Course(tmp_path / "course")
    path = course.root / "source" / EXERCISE / f"{EXERCISE}.ipynb"
    notebook = json.loads(path.read_text("utf-8"))
    marks = {**cell_of(notebook, SETUP)["metadata"]["nbgrader"], "grade_id": "mine"}
    notebook["cells"].insert(0, new_code_cell("HALF = 0.5", metadata={"nbgrader": marks}))
    course.write(path, notebook)
    course.well("generate_assignment", EXERCISE)
    root = "def mse(y, yhat):\n    return float(((y - yhat) ** (1 / HALF)).mean())"
    handed_in = course.released(EXERCISE, answers(EXERCISE, mse=root))
    cell_of(handed_in, "mine")["source"] = "raise SystemExit"
    course.hand_in("alice", EXERCISE, handed_in)
    course.run("autograde", EXERCISE)
    assert course.exported()[0]["score"] == "6.0"


def test_an_instructor_may_add_cells_that_a_person_grades(tmp_path: Path) -> None:
    course = Course(tmp_path / "course")
    path = course.root / "source" / EXERCISE / f"{EXERCISE}.ipynb"
    notebook = json.loads(path.read_text("utf-8"))
    plain = {"schema_version": SCHEMA, "grade": False, "solution": False, "locked": False}
    for name, points, marks in (
        ("essay", 4, {"grade": True, "solution": True, "task": False}),
        ("plot", 2, {"task": True, "locked": True}),
    ):
        own = {**plain, "grade_id": name, "points": points, **marks}
        cell = new_markdown_cell("Explain.", metadata={"nbgrader": own})
        notebook["cells"].append(cell)
    course.write(path, notebook)
    course.well("generate_assignment", EXERCISE)
    handed_in = course.released(EXERCISE, answers(EXERCISE))
    course.hand_in("bob", EXERCISE, handed_in)
    cell_of(handed_in, "essay")["source"] = "because"
    course.hand_in("alice", EXERCISE, handed_in)
    course.well("autograde", EXERCISE)

    def grades(student: str) -> list[tuple[float | None, bool]]:
        found = gradebook.find_submission_notebook(EXERCISE, EXERCISE, student)
        by_name = {grade.name: grade for grade in found.grades}
        return [
            (by_name[name].auto_score, by_name[name].needs_manual_grade)
            for name in ("essay", "plot")
        ]

    with Gradebook(f"sqlite:///{course.root / 'gradebook.db'}") as gradebook:
        assert grades("alice") == [(None, True), (None, True)]
        assert grades("bob") == [(0.0, False), (None, True)]
        for name, score in {"essay": 3, "plot": 1.5}.items():
            grade = gradebook.find_grade(name, EXERCISE, EXERCISE, "alice")
            grade.manual_score, grade.needs_manual_grade = score, False
        gradebook.find_comment("mse_answer", EXERCISE, EXERCISE, "alice").manual_comment = "neat"
        gradebook.db.commit()
    assert [row["state"] for row in course.exported()] == ["graded", "not_graded"]
    assert course.run("autograde", EXERCISE, "--force", "--student", "alice").code == 0
    assert course.exported()[0]["score"] == "10.5"
    course.well("generate_feedback", EXERCISE, "--student", "alice")
    feedback = course.root / "feedback" / "alice" / EXERCISE / f"{EXERCISE}.html"
    assert "<p>neat</p>" in feedback.read_text("utf-8")


def test_a_cell_that_nothing_is_known_of_earns_nothing_in_silence(tmp_path: Path) -> None:
    course = Course(tmp_path / "course")
    path = course.root / "source" / EXERCISE / f"{EXERCISE}.ipynb"
    notebook = json.loads(path.read_text("utf-8"))
    cell_of(notebook, grade_id("mse"))["metadata"]["nbgrader"]["grade_id"] = "my_test"
    course.write(path, notebook)
    course.well("generate_assignment", EXERCISE)
    course.hand_in("alice", EXERCISE, course.released(EXERCISE, answers(EXERCISE)))
    outcome = course.run("autograde", EXERCISE)
    assert outcome.code == 1
    assert "NotGraded: gradkit knows no check for the cell my_test" in outcome.log
    assert (course.exported()[0]["score"], course.exported()[0]["state"]) == ("", "not_graded")


def test_the_seed_is_drawn_noted_and_kept(tmp_path: Path) -> None:
    for name in ("a", "b"):
        assert gradkit(str(tmp_path / name)).exit_code == 0
    notes = [(tmp_path / name / "nbgrader_config.py").read_text("utf-8") for name in ("a", "b")]
    assert notes[0].replace("'a'", "'b'") != notes[1]
    assert (
        gradkit(str(tmp_path / "c"), "--seed", "7", "--course-id", "Deep Learning").exit_code == 0
    )
    text = (tmp_path / "c" / "nbgrader_config.py").read_text("utf-8")
    assert "c.GradeOutside.seed = 7\n" in text
    assert "c.CourseDirectory.course_id = 'Deep Learning'\n" in text


def test_update_rewrites_notebooks_and_nothing_else_and_loses_nothing(tmp_path: Path) -> None:
    root = tmp_path / "course"
    result = gradkit(str(root))
    assert result.output == (
        f"wrote {len(EXERCISES) + 2} files to {root}\nnext: cd {root} && nbgrader generate_assignment ex01_data\n"
    )
    settings = root / "nbgrader_config.py"
    settings.write_text(settings.read_text("utf-8") + "# mine\n", encoding="utf-8")
    notebook = root / "source" / EXERCISE / f"{EXERCISE}.ipynb"
    for number, text in enumerate(("{}", "[]"), start=1):
        notebook.write_text(text, encoding="utf-8")
        kept = root / "replaced" / f"{EXERCISE}-{number}.ipynb"
        assert gradkit(str(root), "--update").output == (
            f"wrote 1 file to {root}\nkept what was there: {kept}\n"
        )
        assert kept.read_text("utf-8") == text
    assert gradkit(str(root), "--update").output == f"wrote 0 files to {root}\n"
    assert list(notebook.parent.iterdir()) == [notebook]
    assert settings.read_text("utf-8").endswith("# mine\n")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (
            ("full",),
            "full is there already; name a new folder, or rewrite the notebooks of a course with --update",
        ),
        (
            ("full", "--update"),
            "full is no course: it has no nbgrader_config.py; make one without --update",
        ),
        (
            ("full", "--update", "--seed", "7"),
            "--update keeps the course's name and seed: leave out --course-id and --seed",
        ),
        (("file",), "file is there already"),
        (("file/course",), "file/course cannot be written: Not a directory"),
        (
            ("new", "--course-id", "a/b"),
            "--course-id 'a/b': nbgrader names a folder so; leave out slashes",
        ),
        (("new", "--course-id", ".."), "--course-id '..': nbgrader names a folder so"),
    ],
)
def test_what_cannot_become_a_course_is_refused_in_one_line(
    arguments: tuple[str, ...], words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("full").mkdir()
    Path("full", "thesis.txt").touch()
    Path("file").touch()
    result = gradkit(*arguments)
    assert result.exit_code == 2
    assert words in result.stderr
    assert len(result.stderr.splitlines()) == 1


def test_the_next_command_can_be_copied_whatever_the_folder_is_called(tmp_path: Path) -> None:
    root = tmp_path / "Deep Learning"
    next_ = gradkit(str(root)).output.splitlines()[1]
    assert next_ == f"next: cd '{root}' && nbgrader generate_assignment ex01_data"


def test_a_courses_name_is_made_of_characters_that_nbgrader_takes(tmp_path: Path) -> None:
    assert course_id_of(tmp_path / "Deep Learning + 2026") == "Deep-Learning-2026"
    assert course_id_of(tmp_path / "+") == "course"
