"""The same answers earn the same points, whichever way they are graded: as modules, as notebooks, by pytest, by nbgrader."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from grader.options import PUBLISHED_SEED
from grader.oracle import ROOT

from .nbgrader_course import Answers, Course, answers, module, stubs

EXERCISES = ("ex02_gradient_descent", "ex05_autograd", "ex10_dataset")
STEPS, GRAD, DATA = EXERCISES

PATIENCE = 6
"""Seconds for a check, everywhere alike; an exercise gets four times as much."""

Points = dict[str, float]
"""Points by exercise."""

RIGHT: Mapping[str, Answers] = {exercise: answers(exercise) for exercise in EXERCISES}

HANDED_IN: dict[str, Mapping[str, Answers]] = {
    "all right": RIGHT,
    "nothing begun": {exercise: stubs(exercise) for exercise in EXERCISES},
    "other styles": {
        STEPS: answers(STEPS, mse="mse = lambda y, yhat: np.average(np.square(yhat - y))"),
        GRAD: answers(
            GRAD,
            update_params="def update_params(params, lr):\n    for p in params:\n        p.data -= lr * p.grad",
            zero_grads="zero_grads = lambda params: [p.grad.zero_() for p in params if p.grad is not None]",
        ),
        DATA: answers(DATA),
    },
    "known mistakes": {
        STEPS: answers(STEPS, mse="def mse(y, yhat):\n    return float(((y - yhat) ** 2).sum())"),
        GRAD: answers(
            GRAD,
            backward_pass="def backward_pass(a, b, x, y):\n    return ((y - (a + b * x)) ** 2).mean().item()",
            update_params="def update_params(params, lr):\n    for p in params:\n        p = p - lr * p.grad",
        ),
        DATA: stubs(DATA, make_tensor_dataset=answers(DATA)["make_tensor_dataset"]),
    },
    "one exercise only": {GRAD: answers(GRAD)},
    "no python, and an exit": {
        **RIGHT,
        GRAD: answers(GRAD, freeze="def freeze(model:\n    return model"),
        STEPS: answers(STEPS, mse="raise SystemExit(0)"),
    },
    "warnings and words": {
        STEPS: answers(
            STEPS,
            mse="import sys, warnings\n\n\ndef mse(y, yhat):\n    warnings.warn('old')\n    print(100.0)\n"
            "    print('!', file=sys.stderr)\n    return float(((y - yhat) ** 2).mean())",
        ),
        GRAD: answers(GRAD),
    },
    "ends the process": {
        **RIGHT,
        GRAD: answers(GRAD, freeze="def freeze(model):\n    import os\n    os._exit(0)"),
        STEPS: answers(STEPS, update=answers(STEPS)["update"] + "\n\nimport os\nos._exit(0)"),
    },
    "never ends": {
        **RIGHT,
        STEPS: answers(STEPS, mse="def mse(y, yhat):\n    while True:\n        pass"),
    },
    "equal to everything": {
        STEPS: answers(
            STEPS,
            mse="class Any(float):\n    def __eq__(self, other):\n        return True\n\n    __hash__ = None\n\n\n"
            "def mse(y, yhat):\n    return Any(1e9)\n\n\nnp.allclose = np.array_equal = lambda *a, **k: True",
        ),
        DATA: answers(DATA, CustomDataset="class CustomDataset(Dataset):\n    pass"),
    },
    "functions missing, and errors": {
        STEPS: answers(STEPS, gradients="# later", update="# later"),
        GRAD: answers(GRAD, zero_grads="def zero_grads(params):\n    return zero_grads(params)"),
        DATA: answers(
            DATA, make_tensor_dataset="def make_tensor_dataset(x):\n    return x.shape()"
        ),
    },
}


def by_pytest(folder: Path) -> Points:
    """What the table of `pytest grader --submission` is made from."""
    report = folder.with_suffix(".xml")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    command += [f"grader/checks/{exercise}.py" for exercise in EXERCISES]
    command += ["--submission", str(folder), "--junitxml", str(report)]
    done = subprocess.run(
        [*command, "--timeout", str(PATIENCE)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode in (0, 1), done.stdout + done.stderr
    points = dict.fromkeys(EXERCISES, 0.0)
    for case in ET.parse(report).iter("testcase"):
        known = {p.get("name", ""): p.get("value", "") for p in case.iter("property")}
        points[known["exercise"]] += float(known["points"])
    return points


def by_gradkit(submissions: Path, out: Path) -> dict[str, Points]:
    """What `gradkit grade` records."""
    command = [sys.executable, "-m", "grader", "grade", str(submissions), "--out", str(out)]
    command += ["--seed", str(PUBLISHED_SEED), "--exercises", ",".join(EXERCISES)]
    subprocess.run(
        [*command, "--timeout", str(4 * PATIENCE)],
        cwd=ROOT,
        env={**os.environ, "NO_COLOR": "1"},
        capture_output=True,
        timeout=240,
        check=True,
    )
    lines = (out / "results.jsonl").read_text("utf-8").splitlines()
    records = [json.loads(line) for line in lines]
    return {r["submission"]: {e["name"]: e["score"] for e in r["exercises"]} for r in records}


def in_the_gradebook(course: Course, student: str) -> Points:
    """What nbgrader recorded, a cell at a time."""
    points = dict.fromkeys(EXERCISES, 0.0)
    for exercise in HANDED_IN[student]:
        scores = course.scores(exercise, student)
        assert None not in scores.values()
        points[exercise] = sum(score or 0.0 for score in scores.values())
    return points


def in_the_export(rows: list[dict[str, str]], student: str) -> Points:
    """What nbgrader exports."""
    return {r["assignment"]: float(r["score"]) for r in rows if r["student_id"] == student}


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Course:
    made = Course(tmp_path_factory.mktemp("agrees") / "course", timeout=4.0 * PATIENCE)
    for exercise in EXERCISES:
        made.well("generate_assignment", exercise)
    for student, exercises in HANDED_IN.items():
        for exercise, written in exercises.items():
            made.hand_in(student, exercise, made.released(exercise, written))
    for exercise in EXERCISES:
        outcome = made.run("autograde", exercise)
        assert outcome.code == 0, outcome.log
    return made


@pytest.fixture(scope="module")
def modules(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("modules")
    for student, exercises in HANDED_IN.items():
        (root / student).mkdir()
        for exercise, written in exercises.items():
            path = root / student / f"{exercise}.py"
            path.write_text(module(exercise, written), encoding="utf-8")
    return root


@pytest.mark.timeout(300)
def test_scores_agree(course: Course, modules: Path, tmp_path: Path) -> None:
    assert len(HANDED_IN) >= 10
    exported = course.exported()
    with ThreadPoolExecutor(2) as threads:
        tested = dict(
            zip(HANDED_IN, threads.map(lambda s: by_pytest(modules / s), HANDED_IN), strict=True)
        )
    ways = {
        "pytest grader": tested,
        "gradkit grade, modules": by_gradkit(modules, tmp_path / "modules"),
        "gradkit grade, notebooks": by_gradkit(course.root, tmp_path / "notebooks"),
        "nbgrader's gradebook": {s: in_the_gradebook(course, s) for s in HANDED_IN},
        "nbgrader export": {s: in_the_export(exported, s) for s in HANDED_IN},
    }
    first = ways["gradkit grade, modules"]
    for way, found in ways.items():
        assert found == first, way
    assert len({tuple(points.values()) for points in first.values()}) >= 10
    assert first["all right"] == {STEPS: 6.0, GRAD: 15.0, DATA: 7.0}
    assert first["nothing begun"] == dict.fromkeys(EXERCISES, 0.0)


def test_who_handed_nothing_in_is_told_from_who_earned_nothing(course: Course) -> None:
    states = {(r["student_id"], r["assignment"]): r["state"] for r in course.exported()}
    assert states["one exercise only", DATA] == "missing"
    assert states["nothing begun", DATA] == "graded"
