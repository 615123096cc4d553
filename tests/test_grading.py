"""Grading a class as a function: where the jobs run, what a fault of the grader's costs, what is said at the end."""

from __future__ import annotations

import gc
import io
import os
import re
import shutil
import sys
from concurrent.futures import Executor, Future
from contextlib import nullcontext
from pathlib import Path

import msgspec
import pytest
from rich.console import Console

from grader.grading import Grader, Settings, pool
from grader.grading.place import exercises_before, keep_exercises, without_results
from grader.grading.pool import Pool, PoolError, open_pool
from grader.grading.run import Request, grade_class
from grader.grading.screen import ClassScreen, show
from grader.grading.summary import Mistake, Notable, Summary, summarize
from grader.oracle import ROOT
from grader.records import RecordsError, read_results, read_run
from grader.submissions import Found, Problem, Source, SubmissionsError, find
from grader.worker import Layer

EXERCISES = ("ex01_data", "ex02_gradient_descent")
MAX_SCORE = 12.0
SETTINGS = Settings(0, EXERCISES)

posix = pytest.mark.skipif(os.name != "posix", reason="makes a link")


@pytest.fixture
def submissions(tmp_path: Path) -> Path:
    """One who has finished, and one who has not begun."""
    for name, source in (("ann", "solutions"), ("ben", "exercises")):
        for exercise in EXERCISES:
            place = tmp_path / "handed in" / name
            place.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / source / f"{exercise}.py", place)
    return tmp_path / "handed in"


def quiet() -> ClassScreen:
    return ClassScreen(Console(file=io.StringIO()))


def graded(submissions: Path, out: Path, **more):
    return grade_class(Request(submissions, out, SETTINGS, seed=5, **more), quiet())


def without_durations(records):
    return {name: msgspec.structs.replace(record, duration_s=0) for name, record in records.items()}


def checks_of(records):
    """What became of each exercise and check, line by line."""
    for name, record in sorted(records.items()):
        for exercise in record.exercises:
            yield name, exercise.name, exercise.status, exercise.message
            yield from ((name, c.name, c.status, c.mistake, c.message) for c in exercise.checks)


class Broken(Executor):
    """Loses every job, as a cluster does whose workers die."""

    def submit(self, job, /, *arguments):
        future: Future = Future()
        if job is pool._standing:
            future.set_result(("none", ()))
        else:
            future.set_exception(RuntimeError("the worker was lost"))
        return future


def test_a_dask_cluster_gives_the_same_records_as_this_machine(submissions, tmp_path):
    distributed = pytest.importorskip("distributed", reason="Dask is an extra")
    here = graded(submissions, tmp_path / "here")
    with distributed.LocalCluster(
        n_workers=1, threads_per_worker=2, dashboard_address=None, host="127.0.0.1"
    ) as cluster:
        address = cluster.scheduler_address
        there = graded(submissions, tmp_path / "there", scheduler=address)
    here_checks, there_checks = (list(checks_of(run.records)) for run in (here, there))
    assert [
        pair for pair in zip(here_checks, there_checks, strict=True) if pair[0] != pair[1]
    ] == []
    assert without_durations(there.records) == without_durations(here.records)
    assert [record.score for record in there.records.values()].count(MAX_SCORE) == 1
    assert there.run.isolation == here.run.isolation
    assert there.run.options["scheduler"] == address


@pytest.mark.filterwarnings("error::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("address", ["tcp://127.0.0.1:1", "nonsense"])
def test_a_cluster_that_is_not_there_is_told_in_one_line(monkeypatch, address):
    monkeypatch.setattr(pool, "_CONNECTING_SECONDS", 0.5)
    with (
        pytest.raises(PoolError, match=rf"^no Dask scheduler at {re.escape(address)}: .+$"),
        open_pool(SETTINGS, None, address),
    ):
        pass
    gc.collect()  # a client that was only half made would complain here


def test_without_dask_the_line_that_installs_it_is_told(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(PoolError) as refused, open_pool(SETTINGS, None, "tcp://127.0.0.1:1"):
        pass
    assert str(refused.value).endswith("pip install -c constraints.txt -e '.[cluster]'")


def test_a_lost_job_is_not_graded_and_graded_again_on_resume(submissions, tmp_path, monkeypatch):
    out = tmp_path / "out"
    with monkeypatch.context() as broken:
        lost = Pool(Broken(), msgspec.structs.replace(SETTINGS, seed=5), 1)
        broken.setattr("grader.grading.run.open_pool", lambda *_: nullcontext(lost))
        first = graded(submissions, out)
    statuses = {e.status for record in first.records.values() for e in record.exercises}
    assert statuses == {"not_graded"}
    words = {e.message for record in first.records.values() for e in record.exercises}
    assert words == {"The grader itself failed: RuntimeError: the worker was lost"}
    assert summarize(first.records.values(), 5).not_graded == ["ann", "ben"]

    second = graded(submissions, out, resume=True)
    assert {name: record.score for name, record in second.records.items()} == {"ann": 12, "ben": 0}
    lines = read_results(out / "results.jsonl")
    assert lines.lines == len(lines.records) == 2


def test_a_fault_of_the_graders_own_never_passes_and_never_blames(monkeypatch):
    with Grader(SETTINGS) as grader:
        monkeypatch.setattr(grader, "_examine", lambda *_: 1 / 0)
        record, flags = grader.exercise("ex01_data", Source("ex01_data.py", b""))
    assert (record.status, record.score, record.max_score) == ("not_graded", 0, 6)
    assert record.message == "The grader itself failed: ZeroDivisionError: division by zero"
    assert {check.status for check in record.checks} == {"not_graded"}
    assert flags == []


def test_what_was_not_handed_in_lists_every_check():
    with Grader(SETTINGS) as grader:
        record, _ = grader.exercise("ex02_gradient_descent", Problem("missing", "not there"))
    assert (record.status, record.score, record.max_score) == ("missing", 0, 6)
    assert {check.status for check in record.checks} == {"missing"}
    assert record.message == "not there"


def test_results_inside_the_folder_of_submissions_are_no_submission(submissions):
    again = graded(submissions, submissions / "results")
    assert set(again.records) == {"ann", "ben"}
    again = graded(submissions, submissions / "results", resume=True)
    assert set(again.records) == {"ann", "ben"}


def found_beside(submissions: Path, out: Path) -> Found:
    return without_results(find(submissions, EXERCISES), out)


def test_results_beside_submissions_are_passed_over_in_a_line(submissions):
    out = submissions / "round1"
    assert len(found_beside(submissions, out).submissions) == 2
    out.mkdir()
    (out / ".lock").touch()
    found = found_beside(submissions, out)
    assert [s.name for s in found.submissions] == ["ann", "ben"]
    assert found.notes == ["round1 passed over: the results go there"]


@pytest.mark.parametrize("inside", ["ann", "ann/results", "ann/../ben"])
def test_results_in_somebodys_folder_are_refused(submissions, inside):
    out = submissions / inside
    name = "ben" if "ben" in inside else "ann"
    with pytest.raises(SubmissionsError) as refused:
        found_beside(submissions, out)
    assert str(refused.value) == f"--out {out} lies in the submission {name}: choose another"


def test_results_among_the_submissions_themselves_are_refused(submissions, tmp_path):
    with pytest.raises(SubmissionsError) as refused:
        found_beside(submissions, submissions)
    assert str(refused.value) == f"--out {submissions} is the folder of submissions: choose another"
    alone = tmp_path / "alone"
    (alone / "results").mkdir(parents=True)
    with pytest.raises(SubmissionsError, match=r"alone holds no submission, only the results$"):
        found_beside(alone, alone / "results")


@posix
def test_no_students_link_decides_where_results_may_go(submissions, tmp_path):
    (submissions / "eve").symlink_to(tmp_path)
    assert len(found_beside(submissions, tmp_path / "out").submissions) == 3


@pytest.mark.parametrize("name", ["grades.csv", "index.html", "feedback"])
def test_files_of_other_origin_are_not_overwritten(submissions, tmp_path, name):
    place = tmp_path / "course" / name
    place.mkdir(parents=True)
    with pytest.raises(RecordsError) as refused:
        graded(submissions, tmp_path / "course")
    assert str(refused.value) == f"{place} is there, and of no run: choose another folder"
    assert list((tmp_path / "course").iterdir()) == [place]


def test_a_run_keeps_to_its_exercises(submissions, tmp_path):
    out = tmp_path / "out"
    assert exercises_before(out) is None
    keep_exercises(out, EXERCISES)
    graded(submissions, out)
    assert exercises_before(out) == EXERCISES
    keep_exercises(out, EXERCISES)
    with pytest.raises(RecordsError) as refused:
        keep_exercises(out, EXERCISES[:1])
    assert str(refused.value) == (
        f"{out} holds grades for ex01_data, ex02_gradient_descent: to go on, leave --exercises out; "
        "for others, choose another folder"
    )


def test_a_run_goes_on_with_its_own_seed(submissions, tmp_path):
    graded(submissions, tmp_path / "out")
    request = Request(submissions, tmp_path / "out", SETTINGS, resume=True)
    again = grade_class(request, quiet())
    assert again.run.seed == 5
    assert read_run(tmp_path / "out" / "run.json").options["resume"] is True


def test_results_that_are_there_are_not_overwritten(submissions, tmp_path):
    graded(submissions, tmp_path / "out")
    before = (tmp_path / "out" / "results.jsonl").read_bytes()
    with pytest.raises(RecordsError, match="add --resume to go on with it"):
        graded(submissions, tmp_path / "out")
    assert (tmp_path / "out" / "results.jsonl").read_bytes() == before


def test_a_check_gets_a_quarter_of_the_time_and_no_more_than_ten_seconds():
    assert Settings(0, EXERCISES, timeout=8).patience == 2
    assert Settings(0, EXERCISES, timeout=1000).patience == 10


SUMMARY = Summary(
    submissions=1234,
    mean=61.5,
    median=64,
    max_score=100,
    mistakes=[Mistake("ex05_autograd", "train", "accumulates", 17)],
    not_imported=[Notable("tom", "ex05_autograd", "import_error")],
    ended=[Notable("eve", "ex09_model", "timeout")],
    unreadable=["=cmd|' /C calc'!A0"],
    flagged=["\x1b[31mred", "[bold]mark-up[/]"],
    not_graded=[],
    seed=7,
    interrupted=True,
    left=3,
)


def test_the_summary_says_how_many_how_well_and_what_to_look_at():
    seen = io.StringIO()
    show(SUMMARY, Path("round1"), Console(file=seen, width=100))
    assert seen.getvalue().splitlines() == [
        "Interrupted: 3 submissions left. Go on with --resume.",
        "1,234 submissions: mean 61.5, median 64 of 100 points",
        "Most frequent mistakes:",
        "  17  accumulates  ex05_autograd.train  ",
        "Could not be imported: tom (ex05_autograd)",
        "Crashed, endless or out of memory: eve (ex09_model, timeout)",
        "Could not be read, at least in part: =cmd|' /C calc'!A0",
        "Flagged, worth a look: \\x1b[31mred, [bold]mark-up[/]",
        "Results in round1: grades.csv, results.jsonl, index.html, feedback/",
    ]


def test_a_name_takes_no_line_of_its_own():
    seen = io.StringIO()
    ClassScreen(Console(file=seen, width=100)).kept("one\n2/2  forged")
    assert seen.getvalue() == "1/0  one\\n2/2  forged  unchanged, not graded again\n"


def test_a_terminal_that_cannot_draw_reads_lines():
    seen = io.StringIO()
    console = Console(
        file=seen, width=100, force_terminal=True, color_system=None, _environ={"TERM": "dumb"}
    )
    with ClassScreen(console).running() as screen:
        screen.kept("ann")
    assert seen.getvalue() == "1/0  ann  unchanged, not graded again\n"


def test_missing_isolation_is_told_loudly():
    seen = io.StringIO()
    screen = ClassScreen(Console(file=seen, width=100))
    screen.standing("confined", (Layer("Landlock", True), Layer("no network", False, "no such")))
    assert seen.getvalue().splitlines() == [
        "WARNING: isolation is not complete here (confined). Not in force:",
        "  - no network (no such)",
        "  Grade only what you trust, or insist with --isolation strict.",
    ]
