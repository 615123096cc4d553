"""The self-check as whole processes: how long until the first verdict, how long in all."""

from __future__ import annotations

import subprocess
import sys
import time

from .table import ROOT, in_turn, report, seconds_of, setting

ROUNDS = setting("ROUNDS", 5)

IMPORT_TORCH = [sys.executable, "-c", "import torch"]
SELF_CHECK = [
    *(sys.executable, "-m", "pytest", "grader", "-q", "-p", "no:cacheprovider"),
    *("--submission", "solutions"),
]
IN_ONE_PROCESS = [sys.executable, "-m", "benchmarks.floor"]


def seconds_to_first_verdict() -> float:
    """Wall seconds from the start of `pytest grader` to the first dot."""
    start = time.perf_counter()
    with subprocess.Popen(SELF_CHECK, cwd=ROOT, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        while process.stdout.read(1) not in (b".", b""):
            pass
        first = time.perf_counter() - start
        process.stdout.read()
    assert process.returncode == 0
    return first


def main() -> None:
    """Compare with importing torch, which everything must do at least once."""
    taken = in_turn(
        {
            "import torch": lambda: seconds_of(IMPORT_TORCH),
            "pytest grader, first verdict": seconds_to_first_verdict,
            "pytest grader, all solved": lambda: seconds_of(SELF_CHECK),
            "same scenarios, one plain process": lambda: seconds_of(IN_ONE_PROCESS),
        },
        ROUNDS,
    )
    report("Self-check, seconds", taken, base="import torch")


if __name__ == "__main__":
    main()
