"""What `gradkit check` says: to a person at a terminal, in plain lines, or to a machine."""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec
from rich.console import Console
from rich.live import Live
from rich.text import Text

from ..grading.made import graded_exercise, ungraded_exercise
from ..options import PUBLISHED_SEED
from ..parts import WIDTH
from ..records import ExerciseRecord
from ..statuses import Failure
from .chart import chart, plain_line, points
from .lines import line_of
from .standing import Standing, first_to_mend, next_place
from .telling import next_step, told

Check = Callable[[Callable[[Sequence[Standing]], None]], list[Standing]]
"""Checks, and calls back whenever there is something to draw."""


class ToMend(msgspec.Struct, frozen=True):
    """The first check that failed.

    Args:
        exercise: such as "ex05_autograd".
        check: its name, as in the exercise's record.
        file: the learner's file.
        line: of the code that raised, otherwise of the function; None where the file has no such line.
    """

    exercise: str
    check: str
    file: str
    line: int | None


class Report(msgspec.Struct, frozen=True):
    """What `gradkit check --json` writes.

    Args:
        folder: what was checked.
        seed: decided the random inputs.
        score: sum over the exercises.
        max_score: sum over the exercises.
        exercises: as in results.jsonl, with the checks that were asked for.
        states: by exercise "done", "begun", "untouched", "missing" or "unchecked" (the grader itself failed).
        mend: the first thing to mend, if anything failed.
        next: the function to work on, "exercise.function"; None when all is done.
    """

    folder: str
    seed: int
    score: float
    max_score: float
    exercises: list[ExerciseRecord]
    states: dict[str, str]
    mend: ToMend | None
    next: str | None


def draw(check: Check, folder: Path, console: Console) -> list[Standing]:
    """Check and draw the map meanwhile; then the first thing to mend, and what comes next."""
    with Live(console=console, auto_refresh=False, transient=True) as live:
        standings = check(lambda seen: live.update(_meanwhile(seen, console), refresh=True))
    whole = [chart(standings, console.encoding), *_after(standings, folder, console.width)]
    console.print(Text("\n\n").join(whole))
    return standings


def _meanwhile(standings: Sequence[Standing], console: Console) -> Text:
    """The map, or a line in a window that is too low for it: what has scrolled away cannot be redrawn."""
    whole = chart(standings, console.encoding)
    if whole.plain.count("\n") + 1 < console.height:
        return whole
    return Text(
        f"checking {', '.join(s.exercise for s in standings if s.checking)}"[: console.width]
    )


def plain(standings: Sequence[Standing], folder: Path) -> Text:
    """The same in lines of text."""
    lines = [plain_line(standing) for standing in standings]
    if len(standings) > 1:
        lines.append(points(standings))
    return Text("\n\n").join([Text("\n".join(lines)), *_after(standings, folder)])


def as_json(standings: Sequence[Standing], folder: Path) -> bytes:
    """The same for a machine, as a `Report`."""
    records = [_record(standing) for standing in standings]
    place = next_place(standings)
    report = Report(
        folder=os.fsencode(folder).decode("utf-8", "backslashreplace"),
        seed=PUBLISHED_SEED,
        score=math.fsum(record.score for record in records),
        max_score=math.fsum(record.max_score for record in records),
        exercises=records,
        states={standing.exercise: standing.state for standing in standings},
        mend=_to_mend(standings, folder),
        next=str(place) if place else None,
    )
    return msgspec.json.format(msgspec.json.encode(report), indent=2) + b"\n"


def _after(standings: Sequence[Standing], folder: Path, width: int = WIDTH) -> list[Text]:
    """What stands below the map."""
    wrong = first_to_mend(standings)
    return [*([told(wrong, folder, width)] if wrong else []), next_step(standings)]


def _to_mend(standings: Sequence[Standing], folder: Path) -> ToMend | None:
    wrong = first_to_mend(standings)
    if wrong is None:
        return None
    check, frames = wrong.verdict.check, wrong.verdict.frames
    path = folder / f"{check.exercise}.py"
    line = frames[-1].line if frames else line_of(path, check.function)
    file = os.fsencode(path).decode("utf-8", "backslashreplace")
    return ToMend(check.exercise, check.id, file, line)


def _record(standing: Standing) -> ExerciseRecord:
    assert standing.examined is not None
    name, status = standing.exercise, standing.examined.status
    verdicts = [finding.verdict for finding in standing.findings]
    faults = [v for v in verdicts if status != "graded" or v.status == "not_graded"]
    if not faults:
        return graded_exercise(name, verdicts)
    failure: Failure = "not_graded" if status == "graded" else status
    return ungraded_exercise(name, standing.checks, failure, faults[0].message or "")
