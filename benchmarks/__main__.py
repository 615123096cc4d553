"""`make bench`: how long things take, side by side in one run, as ratios.

Whole processes are timed by the wall clock, in turn, several times; medians are printed.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ROUNDS = int(os.environ.get("ROUNDS", "5"))

IMPORT_TORCH = [sys.executable, "-c", "import torch"]
SELF_CHECK = [
    *(sys.executable, "-m", "pytest", "grader", "-q", "-p", "no:cacheprovider"),
    *("--submission", "solutions"),
]
IN_ONE_PROCESS = [sys.executable, "-m", "benchmarks.floor"]


def seconds_of(command: list[str]) -> float:
    """Wall seconds of a whole process."""
    start = time.perf_counter()
    subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


def seconds_to_first_verdict() -> float:
    """Wall seconds from the start of `pytest grader` to the first dot."""
    start = time.perf_counter()
    with subprocess.Popen(SELF_CHECK, cwd=ROOT, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        while process.stdout.read(1) not in (b".", b""):
            pass
        first = time.perf_counter() - start
        process.stdout.read()
    return first


def main() -> None:
    """Time, round by round in turn, and print medians with ratios to the first row."""
    rows: dict[str, Callable[[], float]] = {
        "import torch": lambda: seconds_of(IMPORT_TORCH),
        "pytest grader, first verdict": seconds_to_first_verdict,
        "pytest grader, finished kit": lambda: seconds_of(SELF_CHECK),
        "same scenarios, one plain process": lambda: seconds_of(IN_ONE_PROCESS),
    }
    taken: dict[str, list[float]] = {name: [] for name in rows}
    for turn in range(ROUNDS):
        for name, measure in rows.items():
            taken[name].append(measure())
            print(f"round {turn + 1}/{ROUNDS}: {name} {taken[name][-1]:.2f} s", file=sys.stderr)
    base = statistics.median(taken["import torch"])
    print(f"{'':36}{'min':>8}{'median':>8}{'max':>8}{'ratio':>8}")
    for name, values in taken.items():
        middle = statistics.median(values)
        numbers = "".join(f"{v:8.2f}" for v in (min(values), middle, max(values)))
        print(f"{name:36}{numbers}{middle / base:8.2f}")


if __name__ == "__main__":
    main()
