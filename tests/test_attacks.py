"""Hostile submissions, graded by `gradkit grade` as a class: none gets more than it earned, and nobody else gets less.

What each tries is in attacks/. The sandbox alone is attacked in test_sandbox.py, readers of folders and zips in
test_submissions_hostile.py.
"""

from __future__ import annotations

import csv
import inspect
import io
import json
from pathlib import Path

import pytest

from grader import mentions
from grader.oracle import ROOT
from grader.records import ExerciseRecord
from grader.visible import on_one_line

from . import kit
from .attacks import (
    Attack,
    crashing,
    exhausting,
    folders,
    forging,
    hanging,
    leaving,
    lingering,
    lying,
    patching,
    reaching,
    residue,
    searching,
    showing,
    spoiling,
)
from .attacks.harness import HONEST, Class, grade, hand_in, harmless

KINDS = (
    *(leaving, crashing, hanging, exhausting, patching, lying, searching),
    *(forging, lingering, spoiling, reaching, showing, folders, residue),
)
ATTACKS = [attack for kind in KINDS for attack in kind.ATTACKS]
TIMEOUT = 8
"""Wall seconds for an exercise; a quarter of it is what each check may take."""

MEMORY = 300


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Class:
    """The whole class, graded once."""
    folder = tmp_path_factory.mktemp("attacks")
    exercises = hand_in(folder / "class", harmless(ATTACKS))
    options = ("--timeout", str(TIMEOUT), "--memory", str(MEMORY), "--exercises", exercises)
    return grade(folder, *options)


def exercise_of(graded: Class, attack: Attack) -> ExerciseRecord:
    if attack.name not in graded.records:
        pytest.skip(f"not in force on this machine: {attack.wall}")
    own = graded.records[attack.name].exercises
    return next(exercise for exercise in own if exercise.name == attack.exercise)


def named(attacks: list[Attack]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("attack", attacks, ids=[on_one_line(a.name) for a in attacks])


def assert_earned(graded: Class, attack: Attack) -> None:
    """Its honest part has all its points, and nothing else has any."""
    exercise = exercise_of(graded, attack)
    assert exercise.status == attack.ends, exercise.message
    passed = {check.function for check in exercise.checks if check.status == "passed"}
    assert not passed & attack.cheats
    if attack.ends == "graded":
        lost = [c for c in exercise.checks if c.function in attack.earns and c.status != "passed"]
        assert not lost
    else:
        assert not passed


def assert_told(graded: Class, attack: Attack) -> None:
    """What it came to is told by status and message."""
    exercise = exercise_of(graded, attack)
    own = [check for check in exercise.checks if check.function in attack.cheats]
    if attack.gives:
        assert {check.status for check in own} == {attack.gives}
    words = [exercise.message or ""]
    words += [check.message or "" for check in exercise.checks if check.status != "passed"]
    assert attack.says in " ".join(" ".join(words).split())


@named(ATTACKS)
def test_an_attack_earns_what_its_honest_part_earns(graded: Class, attack: Attack) -> None:
    assert_earned(graded, attack)


@named([attack for attack in ATTACKS if attack.gives or attack.says])
def test_what_an_attack_came_to_is_told(graded: Class, attack: Attack) -> None:
    assert_told(graded, attack)


@named([attack for attack in ATTACKS if attack.flags])
def test_a_suspicious_act_is_flagged(graded: Class, attack: Attack) -> None:
    exercise_of(graded, attack)
    flags = graded.records[attack.name].flags
    for wanted in attack.flags:
        assert any(wanted in flag for flag in flags), flags


@pytest.mark.parametrize("name", HONEST)
def test_an_honest_submission_among_attackers_gets_all_its_points(graded: Class, name: str) -> None:
    record = graded.records[name]
    assert record.score == record.max_score
    assert record.flags == []
    assert {check.message for own in record.exercises for check in own.checks} == {None}


def test_nothing_is_left_behind(graded: Class) -> None:
    assert graded.survivors == []
    assert graded.left == []


def test_every_attack_has_a_record_and_none_is_the_graders_fault(graded: Class) -> None:
    walled = {attack.name for attack in ATTACKS if attack.wall}
    missing = {*HONEST, *(attack.name for attack in ATTACKS)} - set(graded.records)
    assert missing <= walled
    assert graded.status == 0
    statuses = {own.status for record in graded.records.values() for own in record.exercises}
    assert "not_graded" not in statuses


def test_no_exercise_takes_longer_than_it_may(graded: Class) -> None:
    slow = {name: r.duration_s for name, r in graded.records.items() if r.duration_s > 2 * TIMEOUT}
    assert slow == {}


def test_results_are_lines_that_every_reader_reads(graded: Class) -> None:
    text = (graded.folder / "out" / "results.jsonl").read_text(encoding="utf-8")
    assert text.endswith("\n")
    lines = text.splitlines()
    assert {json.loads(line)["submission"] for line in lines} == set(graded.records)
    assert all(len(line) < 100_000 for line in lines)


def test_nothing_steers_the_terminal(graded: Class) -> None:
    assert [c for c in graded.printed if not c.isprintable() and c != "\n"] == []
    assert r"<b>name [red]\x1b[31m" in graded.printed
    assert not [line for line in graded.printed.splitlines() if line.startswith("9 of 9  nobody")]


def test_no_cell_of_the_grades_is_a_formula(graded: Class) -> None:
    text = (graded.folder / "out" / "grades.csv").read_text(encoding="utf-8")
    rows = list(csv.reader(io.StringIO(text)))
    assert len(rows) == len(graded.records) + 1
    assert "'=HYPERLINK(1) formula" in {row[0] for row in rows}
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "@"))]


def test_pages_hold_no_code_of_a_students(graded: Class) -> None:
    pages = list((graded.folder / "out").rglob("*.html"))
    assert len(pages) == len(graded.records) + 1
    for page in pages:
        text = page.read_text(encoding="utf-8")
        assert "<script>alert" not in text
        assert "<img src=x" not in text
        assert "<b>name" not in text


@pytest.mark.parametrize("exercise", kit.EXERCISES)
def test_no_honest_text_is_suspicious(exercise: str) -> None:
    module = inspect.getmodule(kit.alternatives(exercise)[0].implementation)
    texts = [ROOT / "solutions" / f"{exercise}.py", ROOT / "exercises" / f"{exercise}.py"]
    texts += [Path(inspect.getfile(module))] if module else []
    assert [mentions.of(path.read_bytes()) for path in texts] == [[]] * len(texts)
