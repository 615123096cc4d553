"""The student's copy: no answer anywhere in it, and the same verdicts and messages as here."""

from __future__ import annotations

import ast
import json
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from grader import expectations
from grader.answers import NoAnswers
from grader.cli import app
from grader.expectations import oracle_for, read
from grader.oracle import ROOT
from grader.release import release, writing
from tests.kit import EXERCISES
from tests.test_pytest_grader import Run, edited, run_grader

WRONG = {
    "ex01_data": edited(
        "ex01_data", "idx[:n_train], idx[n_train:]", "idx[n_train:], idx[:n_train]"
    ),
    "ex02_gradient_descent": edited("ex02_gradient_descent", "param - lr", "param + lr"),
    "ex03_numpy_regression": "import numpy as np\n\ndef init_params(rng):\n    return rng.randn(1)\n",
    "ex04_tensors": edited("ex04_tensors", "t.detach().cpu().numpy()", "t.numpy()"),
    "ex05_autograd": edited("ex05_autograd", "p -= lr * p.grad", "p = p - lr * p.grad").replace(
        "        zero_grads([a, b])\n", ""
    ),
    "ex06_graph": edited("ex06_graph", "error.abs() > 1).any()", "error > 1).all()"),
    "ex07_optimizer": edited("ex07_optimizer", "    optimizer.zero_grad()\n", ""),
    "ex08_loss": edited("ex08_loss", "squared_error.sum()", "squared_error.mean(0)"),
    "ex09_model": edited("ex09_model", "return self.a + self.b * x", "return self.linear(x)"),
    "ex10_dataset": "def CustomDataset(x, y:\n",
    "ex12_evaluation": edited("ex12_evaluation", "    model.eval()\n", "").replace(
        "losses.append(loss.item())", "losses.append(loss)"
    ),
}
"""One folder of faults: known mistakes, unknown ones, errors, a renamed function, no Python, a file that is missing."""


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("release") / "copy"
    release(out)
    return out


def gradkit(*arguments: str):
    return CliRunner().invoke(app, list(arguments))


ALONE = """
import sys
sys.meta_path = [f for f in sys.meta_path if not f.__module__.startswith("__editable__")]
"""
"""Otherwise the kit that the tests run in, installed as editable, lends the copy the modules that it lacks."""


def in_copy(copy: Path, *command: str) -> subprocess.CompletedProcess[str]:
    """Run Python in the copy, which sees no `grader` but its own."""
    alone = copy.parent / "alone"
    alone.mkdir(exist_ok=True)
    (alone / "sitecustomize.py").write_text(ALONE)
    return subprocess.run(
        [sys.executable, "-B", *command],
        cwd=copy,
        env={**os.environ, "COLUMNS": "79", "NO_COLOR": "1", "PYTHONPATH": str(alone)},
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )


# --- no answer


def test_only_what_is_meant_for_students_is_there(copy):
    top = {path.name for path in copy.iterdir()}
    assert top == {
        *("exercises", "grader", "docs", "schema", "README.md", "LICENSE", ".gitignore"),
        *("Makefile", "constraints.txt", "pyproject.toml"),
    }
    folders = {path.name for path in copy.rglob("*") if path.is_dir()}
    assert not folders & {"solutions", "mistakes", "tests", "release", "student", "__pycache__"}


def test_the_exercises_are_the_stubs(copy):
    for exercise in EXERCISES:
        shipped = (ROOT / "exercises" / f"{exercise}.py").read_bytes()
        assert (copy / "exercises" / f"{exercise}.py").read_bytes() == shipped


def test_no_solution_is_anywhere_in_it(copy):
    places = {path: compact(in_plain_lines(path)) for path in files(copy)}
    answers = list(bodies(ROOT / "solutions"))
    assert len(answers) > 40
    found = [(str(p), a) for p, text in places.items() for a in answers if compact(a) in text]
    assert not found


def test_no_mistake_is_anywhere_in_it(copy):
    places = {path: f"\n{in_plain_lines(path)}\n" for path in files(copy)}
    mistakes = list(bodies(ROOT / "grader" / "mistakes", decorated=True))
    assert len(mistakes) > 150
    found = [(str(p), m) for p, text in places.items() for m in mistakes if f"\n{m}\n" in text]
    assert not found


def test_no_mark_of_an_answer_or_hint_is_left_in_an_exercise(copy):
    for path in (copy / "exercises").iterdir():
        assert not re.search(r"SOLUTION|# HINT", path.read_text(encoding="utf-8"))


def test_the_search_would_find_an_answer(tmp_path):
    answer = next(iter(bodies(ROOT / "solutions")))
    reworded = tmp_path / "notes.py"
    reworded.write_text(f"def f():\n  '''Mine.'''\n  if 1:\n{indented(answer)}  # here\n")
    assert compact(answer) in compact(in_plain_lines(reworded))
    recorded = tmp_path / "notes.json"
    recorded.write_text(json.dumps([{"source": answer}]))
    assert compact(answer) in compact(in_plain_lines(recorded))


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def bodies(folder: Path, *, decorated: bool = False) -> Iterator[str]:
    """What the functions of all pages in a folder do, in plain lines without docstrings.

    Args:
        folder: of Python files.
        decorated: take whole functions and classes that have a decorator, instead of all functions.
    """
    for path in sorted(folder.glob("ex*.py")):
        for node in ast.walk(without_docstrings(path.read_text(encoding="utf-8"))):
            kinds = (ast.FunctionDef, ast.ClassDef) if decorated else (ast.FunctionDef,)
            if isinstance(node, kinds) and (node.decorator_list or not decorated):
                yield plain_lines(ast.unparse(ast.Module(node.body, [])))


def in_plain_lines(path: Path) -> str:
    """The text of a file: of Python its statements, then everything as it stands; of JSON all its strings."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".py":
        text = f"{ast.unparse(without_docstrings(text))}\n{text}"
    if path.suffix == ".json":
        text = "\n".join(strings(json.loads(text)))
    return plain_lines(text)


def strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for item in value:
            yield from strings(item)
    elif isinstance(value, dict):
        for name, item in value.items():
            yield name
            yield from strings(item)


def without_docstrings(text: str) -> ast.Module:
    tree = ast.parse(text)
    for node in ast.walk(tree):
        documented = isinstance(node, ast.FunctionDef | ast.ClassDef | ast.Module)
        if documented and ast.get_docstring(node) is not None:
            node.body = node.body[1:] or [ast.Pass()]
    return tree


def plain_lines(text: str) -> str:
    return "\n".join(line.strip() for line in text.splitlines() if line.strip())


def compact(text: str) -> str:
    return "".join(text.split())


def indented(text: str) -> str:
    return "\n".join(f"    {line}" for line in text.splitlines())


# --- the same verdicts


@pytest.fixture(scope="module")
def both(copy: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Run, Run]:
    folder = tmp_path_factory.mktemp("wrong")
    for exercise, text in WRONG.items():
        (folder / f"{exercise}.py").write_text(text, encoding="utf-8")
    return run_grader(folder), run_grader(folder, root=copy)


def test_wrong_work_meets_the_same_verdicts_and_messages(both):
    here, there = both
    assert there.results == here.results
    assert there.exit_code == here.exit_code == 1
    assert len(here.results) == sum(len(read(e).checks) for e in EXERCISES)


def test_the_wrong_work_is_varied(both):
    texts = "\n".join(text for _, text in both[0].results.values())
    assert {status for status, _ in both[0].results.values()} == {"passed", "failure"}
    for words in (
        "An assignment p = p - ...",
        "ex11_dataloader.py is missing",
        "ex10_dataset.py cannot be imported: SyntaxError",
        "The file has no train.",
        "AttributeError",
    ):
        assert words in " ".join(texts.split())


def test_right_work_earns_everything(copy):
    run = run_grader(ROOT / "solutions", root=copy, report=copy.parent / "right.xml")
    assert {status for status, _ in run.results.values()} == {"passed"}
    assert "100 / 100" in run.screen


def test_the_copy_judges_from_recordings_alone(copy):
    code = (
        "import sys; from grader.expectations import oracle_for; from grader.oracle import exercises;"
        "print({type(oracle_for(e, 2019)).__name__ for e in exercises()}, {'torch', 'pytest'} & {*sys.modules})"
    )
    assert in_copy(copy, "-c", code).stdout == "{'Recorded'} set()\n"


# --- what it can do, and what it cannot


@pytest.mark.parametrize("options", [("--seed", "7"), ("--device", "cuda")])
def test_what_takes_a_live_oracle_is_one_line(copy, options):
    done = in_copy(copy, "-m", "pytest", "grader", *options)
    words = f"ERROR: {' '.join(options)} needs the solutions, which a student's copy does not hold"
    assert done.returncode == pytest.ExitCode.USAGE_ERROR
    assert done.stderr.strip() == words


@pytest.mark.parametrize(
    "arguments",
    [
        ("build",),
        ("build", "--check"),
        ("grade", "exercises", "--out", "results"),
        ("nbgrader", "course"),
        ("gradescope", "autograder.zip"),
        ("release", "further"),
    ],
)
def test_a_command_that_needs_answers_says_so_in_one_line(copy, arguments):
    done = in_copy(copy, "-m", "grader", *arguments)
    words = f"gradkit {arguments[0]} needs the solutions, which a student's copy does not hold\n"
    assert (done.returncode, done.stdout, done.stderr) == (2, "", words)


def test_hints_come_from_the_recording(copy):
    done = in_copy(copy, "-m", "grader", "hint", "ex05.train")
    assert done.returncode == 0
    assert done.stdout.startswith("Hint 1 of 3: ")


def test_a_stub_comes_back(copy):
    file = copy / "exercises" / "ex01_data.py"
    stub = file.read_bytes()
    file.write_text("mine")
    done = in_copy(copy, "-m", "grader", "reset", "ex01")
    assert "ex01_data-1.py" in done.stdout
    assert file.read_bytes() == stub


def test_a_copy_whose_grader_was_changed_says_so(tmp_path):
    release(tmp_path / "copy")
    with (tmp_path / "copy/grader/checks/ex01_data.py").open("a") as file:
        file.write("# mine\n")
    done = in_copy(tmp_path / "copy", "-m", "grader", "check", "ex01")
    words = "ex01_data, whose files in grader/ have changed, needs the solutions"
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(words)
    shown = in_copy(tmp_path / "copy", "-m", "pytest", "grader").stdout
    assert words in shown
    assert "Traceback" not in shown


def test_every_link_in_its_pages_leads_somewhere(copy):
    for page in copy.rglob("*.md"):
        for link in re.findall(r"\]\(([^)#]+)", page.read_text(encoding="utf-8")):
            if "://" not in link:
                assert (page.parent / link).exists(), (page, link)


def test_its_project_installs_what_the_kit_pins_and_no_teachers_tools(copy):
    project = tomllib.loads((copy / "pyproject.toml").read_text(encoding="utf-8"))
    kit = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lean = [
        wanted for wanted in kit["dependencies"] if not wanted.startswith(("nbgrader", "bleach"))
    ]
    assert project["project"]["dependencies"] == lean
    assert project["project"]["scripts"] == kit["scripts"]
    assert project["project"]["entry-points"] == kit["entry-points"]
    assert "optional-dependencies" not in project["project"]
    assert project["tool"]["pytest"]["ini_options"]["testpaths"] == ["grader"]
    assert set(project["tool"]) == {"setuptools", "pytest"}


def test_no_command_of_its_makefile_asks_for_what_is_not_there(copy):
    text = (copy / "Makefile").read_text(encoding="utf-8")
    assert "pytest grader" in text
    assert not re.search(r"\[test\]|pytest tests|mypy|benchmarks", text)


# --- where it may be written


def test_it_says_what_was_written(tmp_path):
    result = gradkit("release", str(tmp_path / "a" / "copy"))
    assert result.exit_code == 0
    count = len(files(tmp_path / "a" / "copy"))
    assert result.stdout.startswith(f"wrote {count} files to {tmp_path / 'a' / 'copy'}")


def test_an_empty_folder_will_do(tmp_path):
    (tmp_path / "copy").mkdir()
    assert gradkit("release", str(tmp_path / "copy")).exit_code == 0
    assert [path.name for path in tmp_path.iterdir()] == ["copy"]


def refused(out: Path) -> str:
    result = gradkit("release", str(out))
    assert result.exit_code == 2
    assert len(result.stderr.splitlines()) == 1
    return result.stderr


def test_a_folder_in_use_is_left_alone(tmp_path):
    (tmp_path / "mine.txt").write_text("mine")
    assert f"{tmp_path} is not empty; name a new folder" in refused(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_a_file_is_left_alone(tmp_path):
    (tmp_path / "mine").write_text("mine")
    assert "is in the way: not a folder" in refused(tmp_path / "mine")


def test_an_unfinished_copy_is_left_alone(tmp_path):
    (tmp_path / "copy.part").mkdir()
    assert "copy.part is in the way; move it elsewhere" in refused(tmp_path / "copy")
    assert not (tmp_path / "copy").exists()


@pytest.mark.parametrize("inside", ["student", "grader/student", "exercises/../student"])
def test_a_place_inside_the_kit_is_refused(inside):
    assert "is inside the kit; name a folder elsewhere" in refused(ROOT / inside)
    assert not (ROOT / inside).exists()


def test_old_recordings_are_refused(tmp_path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(writing, "stale", lambda exercise, root: exercise == "ex05_autograd")
    words = refused(tmp_path / "copy")
    assert words == "recordings are not current (ex05_autograd): run gradkit build\n"


def test_a_disk_that_fills_up_leaves_nothing_behind(tmp_path, monkeypatch: pytest.MonkeyPatch):
    def full(path: Path, content: bytes) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    assert "copy cannot be written: No space left on device" in refused(tmp_path / "copy")
    assert not list(tmp_path.iterdir())


def test_in_a_copy_no_other_oracle_is_tried(copy, monkeypatch: pytest.MonkeyPatch):
    with pytest.raises(NoAnswers, match="--seed 8 needs the solutions"):
        oracle_for("ex01_data", 8, root=copy)
    monkeypatch.setattr(expectations, "read", lambda exercise, root: None)
    with pytest.raises(NoAnswers, match="ex01_data, whose files"):
        oracle_for("ex01_data", 2019, root=copy)
