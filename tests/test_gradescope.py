"""The autograder for Gradescope, run for real: it grades, it fails closed, it hides the solutions."""

from __future__ import annotations

import io
import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from grader.cli import app
from grader.export import autograde, autograder
from grader.export.autograde import CannotGrade, Options, main
from grader.export.gradescope import failure
from grader.export.table import ExportError
from grader.oracle import ROOT
from grader.worker import Layer

from .kit import worth

EXERCISES = ("ex01_data", "ex02_gradient_descent")
posix = pytest.mark.skipif(os.name == "nt", reason="Gradescope runs Linux")


def options(**changes: Any) -> Options:
    return Options(
        **(
            {
                "exercises": EXERCISES,
                "seed": 7,
                "timeout": 40,
                "memory_mb": 2048,
                "isolation": "auto",
            }
            | changes
        )
    )


def unpacked(place: Path, **changes: Any) -> Path:
    """/autograder as Gradescope lays it out, without an installation of its own."""
    for name in ("source", "submission"):
        (place / name).mkdir()
    with zipfile.ZipFile(io.BytesIO(autograder.archive(options(**changes)))) as archive:
        archive.extractall(place / "source")
    shutil.copy(place / "source" / "run_autograder", place)
    (place / "run_autograder").chmod(0o755)
    return place


def run(place: Path, python: str = sys.executable) -> tuple[dict[str, Any], str]:
    """results.json, and what the instructor reads."""
    environment = {
        "PATH": os.environ["PATH"],
        "GRADKIT_AUTOGRADER": str(place),
        "GRADKIT_PYTHON": python,
    }
    done = subprocess.run(
        [place / "run_autograder"],
        env=environment,
        capture_output=True,
        text=True,
        cwd=place,
        check=True,
    )
    return json.loads((place / "results" / "results.json").read_bytes()), done.stdout + done.stderr


def failed(results: dict[str, Any]) -> str:
    assert results["score"] == 0
    assert [test["score"] for test in results["tests"]] == [0]
    assert results["output"].startswith("The grader failed: ")
    return results["output"]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An autograder that has graded: a right answer, and one that looks for the solutions."""
    made = unpacked(tmp_path_factory.mktemp("autograder"))
    shutil.copy(ROOT / "solutions" / "ex02_gradient_descent.py", made / "submission")
    spy = f"""
import os, pathlib
found = []
for path in ({str(made / "source" / "solutions" / "ex01_data.py")!r}, "solutions/ex01_data.py"):
    try:
        found.append(pathlib.Path(path).read_text())
    except OSError as error:
        found.append(type(error).__name__)
raise RuntimeError(" | ".join(found))
"""
    (made / "submission" / "ex01_data.py").write_text(spy)
    return made


@posix
@pytest.mark.skipif(sys.platform != "linux", reason="isolation takes Linux")
def test_it_grades_and_hides_the_solutions(place: Path) -> None:
    results, told = run(place)
    done = "ex02_gradient_descent"
    assert results["output"].splitlines() == [
        f"ex01_data: 0 of {worth('ex01_data'):g}  import error",
        f"{done}: {worth(done):g} of {worth(done):g}",
    ], told
    assert results["score"] == worth(done)
    assert results["extra_data"]["seed"] == 7
    first = results["tests"][0]
    unread = "(FileNotFoundError|PermissionError)"
    assert re.search(rf"RuntimeError: {unread} \| {unread}", first["output"])
    assert "BEGIN SOLUTION" not in json.dumps(results)
    assert sum(test["max_score"] for test in results["tests"]) == worth("ex01_data", done)


@posix
def test_without_its_python_the_results_say_that_the_grader_failed(place: Path) -> None:
    results, told = run(place, python="/nowhere/python")
    assert failed(results) == (
        "The grader failed: it did not come to an end. This says nothing about your code. "
        "Tell your instructor, who finds the details in the output of the autograder."
    )
    assert "the grader failed (exit status 127): see above" in told


@posix
def test_a_grader_that_is_killed_leaves_no_points(place: Path, tmp_path: Path) -> None:
    (place / "results").mkdir(exist_ok=True)
    (place / "results" / "results.json").write_text('{"score": 100}')
    killed = tmp_path / "python"
    killed.write_text("#!/bin/sh\nkill -9 $$\n")
    killed.chmod(0o755)
    results, told = run(place, python=str(killed))
    assert "it did not come to an end" in failed(results)
    assert "exit status 137" in told


def given(place: Path, **changes: Any) -> Path:
    """/autograder with options and nothing else."""
    for name in ("source", "submission", "results"):
        (place / name).mkdir()
    (place / "source" / autograde.OPTIONS).write_bytes(
        json.dumps({f: getattr(options(**changes), f) for f in Options.__struct_fields__}).encode()
    )
    return place


def results_in(place: Path) -> dict[str, Any]:
    main(place)
    return json.loads((place / "results" / "results.json").read_bytes())


def test_without_a_submission_the_grader_failed(tmp_path: Path) -> None:
    given(tmp_path)
    (tmp_path / "submission").rmdir()
    words = failed(results_in(tmp_path))
    assert "there is no submission where Gradescope puts it" in words


@pytest.mark.parametrize("damage", [b"{}", b"no json", None])
def test_with_damaged_options_the_grader_failed(tmp_path: Path, damage: bytes | None) -> None:
    given(tmp_path)
    file = tmp_path / "source" / autograde.OPTIONS
    file.unlink() if damage is None else file.write_bytes(damage)
    words = failed(results_in(tmp_path))
    assert "it met an unexpected " in words
    assert str(tmp_path) not in words


class _Open:
    """A grader on a machine that hides nothing."""

    layers = (Layer("no reading of other files", False, "not to be had"),)

    def __init__(self, *_: object) -> None: ...

    def __enter__(self) -> _Open:
        return self

    def __exit__(self, *_: object) -> None: ...

    def submission(self, *_: object) -> None:
        raise AssertionError("nothing may be graded here")


def test_where_solutions_cannot_be_hidden_nothing_is_graded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("grader.grading.Grader", _Open)
    words = failed(results_in(given(tmp_path)))
    assert "this machine cannot hide the solutions from the code that it grades" in words


def test_an_instructor_may_trust_the_students(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("grader.grading.Grader", _Open)
    words = failed(results_in(given(tmp_path, isolation="none")))
    assert "it met an unexpected AssertionError" in words  # it went on to grade
    with pytest.raises(CannotGrade):
        autograde._insist_on_secrecy(_Open(), "strict")  # type: ignore[arg-type]


# the archive


def entries(content: bytes) -> dict[str, zipfile.ZipInfo]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        return {entry.filename: entry for entry in archive.infolist()}


def test_the_archive_is_the_same_each_time() -> None:
    assert autograder.archive(options()) == autograder.archive(options())
    assert autograder.archive(options()) != autograder.archive(options(seed=8))


def test_the_archive_holds_what_grading_needs_and_no_more() -> None:
    found = entries(autograder.archive(options()))
    assert {"setup.sh", "run_autograder", "constraints.txt", "pyproject.toml"} <= found.keys()
    assert {"solutions/ex05_autograd.py", "grader/recorded/ex05_autograd.json"} <= found.keys()
    assert {name.split("/")[0] for name in found if "/" in name} == {"grader", "solutions"}
    assert not [name for name in found if "__pycache__" in name or name.endswith(".pyc")]
    for name, entry in found.items():
        runnable = name in ("setup.sh", "run_autograder")
        assert entry.external_attr >> 16 == (0o100755 if runnable else 0o100644)
        assert entry.date_time == (1980, 1, 1, 0, 0, 0)


def test_the_scripts_name_no_host() -> None:
    with zipfile.ZipFile(io.BytesIO(autograder.archive(options()))) as archive:
        for name in ("setup.sh", "run_autograder"):
            assert b"://" not in archive.read(name)


@posix
def test_setup_installs_the_kit_with_its_constraints(tmp_path: Path) -> None:
    """With a stand-in for Python, which notes what it is asked for and makes the environment's Python."""
    kit = tmp_path / "source"
    kit.mkdir()
    (kit / "setup.sh").write_text(autograder.SETUP)
    stand_in = tmp_path / "bin" / "python3"
    stand_in.parent.mkdir()
    stand_in.write_text(
        f'#!/bin/sh\necho "$PWD $*" >>{tmp_path}/asked\n'
        'if [ "$1 $2" = "-m venv" ]; then mkdir -p "$3/bin" && cp "$0" "$3/bin/python"; fi\n'
    )
    stand_in.chmod(0o755)
    environment = {"PATH": f"{stand_in.parent}:/usr/bin:/bin"}
    subprocess.run(["bash", kit / "setup.sh"], env=environment, cwd="/", check=True)
    asked = (tmp_path / "asked").read_text().splitlines()
    assert asked[1:] == [
        f"{kit} -m venv .venv",
        f"{kit} -m pip install --no-cache-dir --disable-pip-version-check -c constraints.txt -e .",
    ]


@posix
def test_setup_fails_when_an_installation_fails(tmp_path: Path) -> None:
    (tmp_path / "setup.sh").write_text(autograder.SETUP)
    broken = tmp_path / "python3"
    broken.write_text('#!/bin/sh\n[ "$1" = "-c" ]\n')
    broken.chmod(0o755)
    done = subprocess.run(
        ["bash", tmp_path / "setup.sh"], env={"PATH": f"{tmp_path}:/usr/bin:/bin"}, check=False
    )
    assert done.returncode != 0


def test_the_failure_says_nothing_that_json_or_a_shell_could_trip_over() -> None:
    assert b"'" not in failure("it did not come to an end")


# the command


def gradkit(*arguments: str | os.PathLike[str]):
    return CliRunner().invoke(app, list(map(os.fspath, arguments)))


def test_the_command_writes_the_archive_and_replaces_it_only_when_told(tmp_path: Path) -> None:
    out = tmp_path / "autograder.zip"
    result = gradkit("gradescope", out, "--exercises", "ex06,ex05_autograd", "--seed", "3")
    assert result.exit_code == 0, result.output
    assert result.stdout == f"wrote {out}: upload it as the assignment's autograder\n"
    with zipfile.ZipFile(out) as archive:
        chosen = json.loads(archive.read(autograde.OPTIONS))
    assert chosen["exercises"] == ["ex05_autograd", "ex06_graph"]
    assert chosen["seed"] == 3
    result = gradkit("gradescope", out)
    assert result.exit_code == 2
    assert result.stderr == f"{out} exists: add --force to replace it, or choose another name\n"
    assert gradkit("gradescope", out, "--force").exit_code == 0


def test_an_unknown_exercise_is_one_line(tmp_path: Path) -> None:
    result = gradkit("gradescope", tmp_path / "a.zip", "--exercises", "ex99")
    assert result.exit_code == 2
    assert result.stderr.startswith("--exercises ex99: no such exercise")
    assert len(result.stderr.splitlines()) == 1


def test_a_copy_without_solutions_builds_no_autograder(tmp_path: Path) -> None:
    with pytest.raises(
        ExportError, match="solutions: no such folder; this copy of the kit cannot grade"
    ):
        autograder.build(tmp_path / "a.zip", options(), root=tmp_path)
