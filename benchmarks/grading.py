"""Grading a class, for each submission: `gradkit grade` against the floor, and against a pytest process for each submission.

What is paid once a run (importing torch, starting the server, the report) is told apart: a class of one is timed beside the class.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from grader.grading.pool import usable_cores

from .table import ROOT, in_turn, report, seconds_of, setting

SIZE = setting("CLASS", 24)
ROUNDS = setting("ROUNDS", 3)
_PYTEST = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]


def main() -> None:
    """Compare the ways to grade one finished submission of all twelve exercises."""
    with tempfile.TemporaryDirectory() as place:
        one, many = (make_class(Path(place, str(size)), size) for size in (1, SIZE))
        cores = usable_cores()
        rows = {
            "scenarios alone, one warm process (floor)": floor,
            "gradkit grade --jobs 1": lambda: _each(one, many, "1"),
            f"gradkit grade --jobs {cores}": lambda: _each(one, many, str(cores)),
            f"gradkit grade, a whole run of {SIZE} / {SIZE}": lambda: (
                grade(many, str(cores)) / SIZE
            ),
            "plain pytest, a process for each": plain_pytest,
            "pytest grader, a process for each": lambda: seconds_of(
                [*_PYTEST, "grader", "--submission", "solutions"]
            ),
        }
        taken = in_turn(rows, ROUNDS)
    report("One submission, seconds", taken, base="scenarios alone, one warm process (floor)")


def make_class(folder: Path, size: int) -> Path:
    """A class of finished submissions."""
    for number in range(size):
        shutil.copytree(ROOT / "solutions", folder / f"student{number:04}")
    return folder


def grade(submissions: Path, jobs: str) -> float:
    """Wall seconds of a whole run."""
    with tempfile.TemporaryDirectory() as out:
        command = [sys.executable, "-m", "grader", "grade", str(submissions), "--out", out]
        return seconds_of([*command, "--jobs", jobs, "--seed", "1"], stderr=subprocess.DEVNULL)


def floor() -> float:
    """Wall seconds of all scenarios, in a process that has run them before."""
    command = [sys.executable, "-m", "benchmarks.floor", "10"]
    return float(subprocess.run(command, cwd=ROOT, check=True, capture_output=True).stdout)


def plain_pytest() -> float:
    """Wall seconds of pytest on one submission, without a kit."""
    environment = {**os.environ, "SUBMISSION": "solutions"}
    return seconds_of([*_PYTEST, "benchmarks/plain_pytest.py"], env=environment)


def _each(one: Path, many: Path, jobs: str) -> float:
    """Wall seconds for each further submission, beyond what a run costs once."""
    return (grade(many, jobs) - grade(one, jobs)) / (SIZE - 1)


if __name__ == "__main__":
    main()
