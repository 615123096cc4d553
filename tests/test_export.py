"""Grades as CSV, for Canvas and Moodle without a file of theirs, for Gradescope and for continuous integration."""

from __future__ import annotations

import csv
import io
import json
import os
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from grader.cli import app
from grader.export import fresh, gradescope
from grader.export.junit import junit
from grader.recording import GRADES, write_grades
from grader.records import SubmissionRecord

from .class_records import a_class, exercise_record, put_class, submission_record, troubled_record
from .test_records import a_record

EX05, EX06 = "ex05_autograd", "ex06_graph"


def gradkit(*arguments: str | os.PathLike[str]):
    return CliRunner().invoke(app, list(map(os.fspath, arguments)))


def rows(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def someone(name: str = "alice", *, flags: tuple[str, ...] = ()) -> SubmissionRecord:
    mixed = exercise_record(EX05, {"train": "stub", "update_params": "rebinds"})
    return submission_record(name, [mixed, troubled_record(EX06, "timeout")], flags)


def owed(name: str = "bob") -> SubmissionRecord:
    return submission_record(name, [exercise_record(EX05, {}), troubled_record(EX06, "not_graded")])


def test_csv_is_the_grades_file(tmp_path: Path) -> None:
    records = a_class(6)
    run = put_class(tmp_path / "run", records)
    result = gradkit("export", run, "--to", "csv")
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == f"wrote {run / GRADES}: 6 submissions\n"
    write_grades(tmp_path, records)
    assert (run / GRADES).read_bytes() == (tmp_path / GRADES).read_bytes()


def test_canvas_imports_a_file_made_from_nothing(tmp_path: Path) -> None:
    run = put_class(tmp_path, [someone("doejane_101_5001_work"), someone("rroe"), owed()])
    result = gradkit("export", run, "--to", "canvas")
    assert result.exit_code == 0
    assert result.stderr == "not graded: bob: the grader failed on ex06_graph; no grade written\n"
    points, full = f"{someone().score}", f"{someone().max_score}"
    assert rows(run / "canvas.csv") == [
        ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "gradkit"],
        ["    Points Possible", "", "", "", "", full],
        ["bob", "", "", "bob", "", ""],
        ["doejane", "101", "", "", "", points],
        ["rroe", "", "", "rroe", "", points],
    ]


def test_moodle_imports_a_file_made_from_nothing(tmp_path: Path) -> None:
    names = ["Jane Doe_7001_assignsubmission_file_", "rroe", "zoe@uni.example"]
    run = put_class(tmp_path, [someone(name) for name in names])
    assert gradkit("export", run, "--to", "moodle").exit_code == 0
    points, full = f"{someone().score}", f"{someone().max_score}"
    assert rows(run / "moodle.csv") == [
        [*fresh.WORKSHEET, "Grade", "Maximum Grade", "Last modified (grade)"],
        ["Participant 7001", "Jane Doe", "", "", points, full, ""],
        ["", "", "rroe", "", points, full, ""],
        ["", "", "", "zoe@uni.example", points, full, ""],
    ]


@pytest.mark.parametrize("make", [fresh.canvas, fresh.moodle])
@given(st.text(st.characters(codec="utf-8"), max_size=12))
def test_no_cell_of_a_new_file_starts_a_formula(make: Any, name: str) -> None:
    text = make([a_record(name)], "title").decode()
    for row in csv.reader(io.StringIO(text, newline="")):
        assert not any(cell.lstrip().startswith(("=", "+", "-", "@")) for cell in row)


# Gradescope


def results_of(record: SubmissionRecord) -> dict[str, Any]:
    return json.loads(gradescope.results(record))


def test_gradescope_has_a_test_for_each_check(tmp_path: Path) -> None:
    record = someone()
    made = results_of(record)
    assert made["score"] == record.score == sum(test["score"] for test in made["tests"])
    assert sum(test["max_score"] for test in made["tests"]) == record.max_score
    assert [test["name"] for test in made["tests"]] == [
        f"{exercise.name}: {check.name}"
        for exercise in record.exercises
        for check in exercise.checks
    ]
    assert {test["visibility"] for test in made["tests"]} == {"visible"}
    assert made["stdout_visibility"] == "hidden"
    assert made["tests"][0]["number"] == "1.1"
    by_status = {
        check.status: test
        for (exercise, check), test in zip(
            ((e, c) for e in record.exercises for c in e.checks), made["tests"], strict=True
        )
    }
    assert "output" not in by_status["passed"]
    assert by_status["passed"]["status"] == "passed"
    assert "Saw " in by_status["failed"]["output"]
    assert by_status["failed"]["status"] == "failed"
    assert "did not come to an end" in by_status["timeout"]["output"]
    assert "ex06_graph: 0 of 8  timeout" in made["output"]


def test_gradescope_shows_flags_to_the_instructor_alone() -> None:
    *tests, flags = results_of(someone(flags=("ex05_autograd: replaced torch.allclose",)))["tests"]
    assert flags == {
        "name": "For the instructor: look at",
        "output": "ex05_autograd: replaced torch.allclose",
        "visibility": "hidden",
    }
    assert "allclose" not in json.dumps(tests)


def test_gradescope_says_when_the_grader_failed_on_an_exercise() -> None:
    output = results_of(owed())["output"]
    assert output.splitlines()[0] == (
        "This is not your final score: the grader failed on ex06_graph. Tell your instructor."
    )


def test_gradescope_is_a_file_for_one_and_a_folder_for_many(tmp_path: Path) -> None:
    one = put_class(tmp_path / "one", [someone()])
    assert gradkit("export", one, "--to", "gradescope").stdout == (
        f"wrote {one / 'gradescope' / 'results.json'}: 1 submission\n"
    )
    many = put_class(tmp_path / "many", [someone("A"), someone("a"), someone("../x")])
    result = gradkit("export", many, "--to", "gradescope", "-o", tmp_path / "out")
    assert result.stdout == f"wrote {tmp_path / 'out'}/: 3 submissions\n"
    written = sorted((tmp_path / "out").rglob("*.json"))
    assert len(written) == 3
    assert {path.name for path in written} == {"results.json"}
    assert all(path.parent.parent == tmp_path / "out" for path in written)


# JUnit


def test_junit_has_a_suite_a_submission_and_a_case_a_check(tmp_path: Path) -> None:
    records = a_class(12)
    run = put_class(tmp_path, records)
    assert gradkit("export", run, "--to", "junit").exit_code == 0
    suites = ET.parse(run / "junit.xml").getroot()
    assert sorted(suite.get("name", "") for suite in suites) == sorted(
        r.submission for r in records
    )
    for suite in suites:
        cases = suite.findall("testcase")
        assert suite.get("tests") == str(len(cases)) == "100"
        for kind, counted in (("failure", "failures"), ("error", "errors"), ("skipped", "skipped")):
            assert suite.get(counted) == str(len(suite.findall(f"testcase/{kind}")))


def test_junit_tells_failures_errors_and_what_was_not_started() -> None:
    (suite,) = ET.fromstring(junit([someone(flags=("look",))]))
    kinds = {
        (case.get("classname"), child.tag, child.get("type"))
        for case in suite.findall("testcase")
        for child in case
        if child.tag != "properties"
    }
    assert (EX05, "failure", "rebinds") in kinds
    assert (EX05, "skipped", "not_attempted") in kinds
    assert (EX06, "error", "timeout") in kinds
    failure = suite.find("testcase/failure")
    assert failure is not None
    assert failure.text
    assert failure.get("message", "").startswith("Expected  ")
    assert suite.findtext("system-out") == "look"
    points = {p.get("name"): p.get("value") for p in suite.findall("properties/property")}
    assert points["score"] == f"{someone().score:g}"


@given(st.text(max_size=20), st.text(max_size=20))
def test_junit_is_valid_whatever_names_and_messages_hold(name: str, words: str) -> None:
    record = a_record(
        name.encode("utf-8", "replace").decode(), flags=[words.encode("utf-8", "replace").decode()]
    )
    (suite,) = ET.fromstring(junit([record]))
    assert suite.find("testcase") is not None


def test_junit_drops_control_characters_and_keeps_markup_as_text() -> None:
    (suite,) = ET.fromstring(junit([a_record("\x1b[1m\x00<b>&\ufffe\U0001f600")]))
    assert suite.get("name") == "[1m<b>&\U0001f600"


# what cannot be


@pytest.mark.parametrize(
    ("more", "words"),
    [
        (["--to", "xls"], "--to xls: choose csv, canvas, moodle, gradescope or junit"),
        (
            ["--to", "csv", "--into", "x.csv"],
            "--into, --column and --scale go with --to canvas and --to moodle",
        ),
        (["--to", "canvas", "--scale"], "--scale goes with --into, whose file says the maximum"),
        (
            ["--to", "canvas", "--into", "no.csv"],
            "no.csv cannot be read: No such file or directory",
        ),
    ],
)
def test_what_makes_no_sense_is_one_line(tmp_path: Path, more: list[str], words: str) -> None:
    result = gradkit("export", put_class(tmp_path, [someone()]), *more)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == f"{words}\n"


def test_a_folder_without_results_is_refused(tmp_path: Path) -> None:
    result = gradkit("export", tmp_path / "nowhere", "--to", "csv")
    assert result.exit_code == 2
    assert result.stderr == (
        f"{tmp_path / 'nowhere'}: no such folder; give the one that `gradkit grade` wrote\n"
    )
    result = gradkit("export", tmp_path, "--to", "csv")
    assert result.exit_code == 2
    assert (
        result.stderr
        == f"{tmp_path} holds no results.jsonl: give the folder that `gradkit grade` wrote\n"
    )


def test_damaged_and_empty_results_are_refused(tmp_path: Path) -> None:
    (tmp_path / "results.jsonl").write_bytes(b"")
    result = gradkit("export", tmp_path, "--to", "csv")
    assert result.stderr == f"{tmp_path / 'results.jsonl'} holds no submission yet\n"
    (tmp_path / "results.jsonl").write_bytes(b"{}\n")
    result = gradkit("export", tmp_path, "--to", "junit")
    assert result.exit_code == 2
    assert f"{tmp_path / 'results.jsonl'}, line 1, is not a record of this kit" in result.stderr
    assert len(result.stderr.splitlines()) == 1
    assert sorted(os.listdir(tmp_path)) == ["results.jsonl"]


def test_an_output_that_exists_is_replaced_only_when_told(tmp_path: Path) -> None:
    run = put_class(tmp_path / "run", [someone()])
    out = tmp_path / "mine.csv"
    out.write_text("mine")
    result = gradkit("export", run, "--to", "csv", "-o", out)
    assert result.exit_code == 2
    assert result.stderr == f"{out} exists: add --force to replace it, or choose another -o\n"
    assert out.read_text() == "mine"
    assert gradkit("export", run, "--to", "csv", "-o", out, "--force").exit_code == 0
    assert out.read_text().startswith("submission,score")


def test_no_export_replaces_the_results_or_a_folder(tmp_path: Path) -> None:
    run = put_class(tmp_path / "run", [someone()])
    before = (run / "results.jsonl").read_bytes()
    for place in (run / "results.jsonl", tmp_path):
        result = gradkit("export", run, "--to", "csv", "--force", "-o", place)
        assert result.exit_code == 2
        assert result.stderr == f"{place} cannot be replaced by an export: choose another -o\n"
    assert (run / "results.jsonl").read_bytes() == before


def test_what_cannot_be_written_is_one_line(tmp_path: Path) -> None:
    run = put_class(tmp_path / "run", [someone()])
    (tmp_path / "file").write_text("")
    result = gradkit("export", run, "--to", "csv", "-o", tmp_path / "file" / "grades.csv")
    assert result.exit_code == 2
    assert result.stderr == f"{tmp_path / 'file'} cannot be written: File exists\n"
