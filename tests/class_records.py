"""A class that was never there: records with the kit's own checks, mistakes and messages, for tests, benchmarks and pictures.

    a_class(1000)            records: mostly people who made some of the known mistakes, and a few of whatever else can happen
    a_run()                  a run record to go with them
    put_class(folder, ...)   results.jsonl and run.json, as `gradkit grade` would leave them

Verdicts and messages come from the judge itself, which is given what a known mistake was recorded to show. No torch is needed, and
the same arguments give the same class.
"""

from __future__ import annotations

import hashlib
import math
import random
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from grader.expectations import read
from grader.facts import NotStarted, Observed, Outcome, Stopped
from grader.grading.made import graded_exercise, ungraded_exercise
from grader.judge import Verdict, judge
from grader.oracle import Recorded, exercises
from grader.recording import RESULTS, write_run
from grader.records import ExerciseRecord, RunRecord, SubmissionRecord, encode

KIT, SEED = "0.1.0", 7
_FIRST = (
    "ada",
    "björn",
    "chloé",
    "deniz",
    "elif",
    "farid",
    "grace",
    "hana",
    "inês",
    "kofi",
    "mira",
)
_LAST = ("abara", "berg", "costa", "ergün", "fischer", "garcia", "hopper", "ito", "jensen", "novak")

_TROUBLE = {
    "missing": "{}.py is missing",
    "unreadable": "{}.py: this is not text that Python accepts",
    "import_error": "{}.py cannot be imported: SyntaxError: '(' was never closed at line 12: print(x",
    "timeout": "While {}.py was imported: The code did not come to an end: stopped after 10 s.",
    "out_of_memory": "While {}.py was imported: The code asked for too much memory: 2048 MB were allowed.",
    "crashed": "While {}.py was imported: The code took its process down: exit status 3.",
    "not_graded": "The grader itself failed, which is not your doing: no worker could be started.",
}


@cache
def oracle(exercise: str) -> Recorded:
    """The recorded oracle of an exercise."""
    recording = read(exercise)
    assert recording is not None
    return Recorded(recording)


@cache
def verdicts_on(exercise: str, function: str, answer: str) -> tuple[Verdict, ...]:
    """The verdicts on a function that was answered rightly ("right"), not at all ("stub"), endlessly ("loop"), or by a mistake."""
    own = [check for check in oracle(exercise).checks if check.function == function]
    outcomes: dict[str, Outcome] = {}
    for check in own:
        outcomes[check.id] = _outcome(exercise, function, check.id, answer)
    return judge(oracle(exercise), outcomes)


def _outcome(exercise: str, function: str, check: str, answer: str) -> Outcome:
    if answer == "right":
        return Observed(oracle(exercise).expected(check))
    if answer == "stub":
        return NotStarted()
    if answer == "loop":
        return Stopped("timeout", "stopped after 10 s")
    suspects = oracle(exercise).suspects(function)
    return next(s.outcomes[check] for s in suspects if s.info.name == answer)


def exercise_record(exercise: str, answers: dict[str, str]) -> ExerciseRecord:
    """An exercise by its answers; functions that are not named are right."""
    own = (
        v for f in functions(exercise) for v in verdicts_on(exercise, f, answers.get(f, "right"))
    )
    return graded_exercise(exercise, own)


def troubled_record(exercise: str, status: str) -> ExerciseRecord:
    """An exercise in which no check could run."""
    return ungraded_exercise(
        exercise, oracle(exercise).checks, status, _TROUBLE[status].format(exercise)
    )


def submission_record(
    name: str, exercises: Sequence[ExerciseRecord], flags: Sequence[str] = (), duration: float = 2.4
) -> SubmissionRecord:
    """A submission made of exercises."""
    return SubmissionRecord(
        submission=name,
        digest=f"sha256:{hashlib.sha256(name.encode()).hexdigest()}",
        seed=SEED,
        kit=KIT,
        score=math.fsum(e.score for e in exercises),
        max_score=math.fsum(e.max_score for e in exercises),
        duration_s=duration,
        flags=list(flags),
        exercises=list(exercises),
    )


def a_class(size: int = 40, seed: int = 1) -> list[SubmissionRecord]:
    """A class in which the early exercises went better than the late ones, and every status is met."""
    chance = random.Random(seed)
    troubles = list(_TROUBLE)
    records = []
    for number in range(size):
        skill = min(1.0, chance.betavariate(5, 1.6))
        own = [_work(chance, exercise, skill, place) for place, exercise in enumerate(exercises())]
        if number % 5 == 2:
            place = chance.randrange(6, len(own))
            own[place] = troubled_record(own[place].name, troubles[number // 5 % len(troubles)])
        flags = ["ex05_autograd: replaced torch.allclose"] if number % 9 == 4 else []
        records.append(submission_record(_name(number), own, flags, chance.uniform(1.5, 4)))
    return records


def a_run(**changes: Any) -> RunRecord:
    """How the class was graded."""
    values: dict[str, Any] = {
        "seed": SEED,
        "kit": KIT,
        "torch": "2.13.0",
        "isolation": ["own process", "limits", "namespaces", "Landlock", "seccomp"],
        "isolation_missing": [],
        "options": {"jobs": 2, "timeout": 120.0, "memory": 2048, "exercises": None},
        "started": datetime(2026, 3, 2, 9, 30, tzinfo=UTC),
        "durations_s": {"start": 4.1, "grading": 92.6, "total": 96.9},
    }
    return RunRecord(**(values | changes))


def put_class(
    directory: Path, records: Sequence[SubmissionRecord], run: RunRecord | None = None
) -> Path:
    """Leave a run in a folder, as `gradkit grade` does, without a report."""
    directory.mkdir(parents=True, exist_ok=True)
    (directory / RESULTS).write_bytes(b"".join(encode(record) + b"\n" for record in records))
    write_run(directory, run or a_run())
    return directory


def functions(exercise: str) -> list[str]:
    """The functions of an exercise, in the page's order."""
    return list(dict.fromkeys(check.function for check in oracle(exercise).checks))


def _work(chance: random.Random, exercise: str, skill: float, place: int) -> ExerciseRecord:
    """An exercise as somebody of this skill leaves it; whoever gives up leaves all of it."""
    if chance.random() < (1 - skill) * place / 12:
        return exercise_record(exercise, dict.fromkeys(functions(exercise), "stub"))
    answers = {}
    for function in functions(exercise):
        if chance.random() > skill:
            answers[function] = _wrong(chance, exercise, function)
    return exercise_record(exercise, answers)


def _wrong(chance: random.Random, exercise: str, function: str) -> str:
    """A wrong answer: mostly the first of the known mistakes, which come in the order of how common they are."""
    if chance.random() < 0.1:
        return chance.choice(["stub", "loop"])
    known = [s.info.name for s in oracle(exercise).suspects(function)]
    return known[min(int(chance.expovariate(0.9)), len(known) - 1)] if known else "stub"


def _name(number: int) -> str:
    return f"{_LAST[number % len(_LAST)]}_{_FIRST[number % len(_FIRST)]}_{4100 + number}"
