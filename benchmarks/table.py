"""Timing in turn, and a table of medians with ratios."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def setting(name: str, default: int) -> int:
    """A number that the environment may change."""
    return int(os.environ.get(name, default))


def seconds_of(command: list[str], **options: object) -> float:
    """Wall seconds of a whole process, which must succeed."""
    start = time.perf_counter()
    subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL, **options)  # type: ignore[call-overload]
    return time.perf_counter() - start


def in_turn(rows: Mapping[str, Callable[[], float]], rounds: int) -> dict[str, list[float]]:
    """Measure every row in turn, `rounds` times, so that a drift of the machine concerns all alike."""
    taken: dict[str, list[float]] = {name: [] for name in rows}
    for turn in range(rounds):
        for name, measure in rows.items():
            taken[name].append(measure())
            print(f"round {turn + 1}/{rounds}: {name} {taken[name][-1]:.3f}", file=sys.stderr)
    return taken


def report(title: str, taken: Mapping[str, list[float]], base: str) -> None:
    """Print minimum, median, maximum, and the ratio of each median to that of the row `base`."""
    width = max(map(len, [title, *taken]))
    unit = statistics.median(taken[base])
    print(f"\n{title:{width}}{'min':>10}{'median':>10}{'max':>10}{'ratio':>10}")
    for name, values in taken.items():
        middle = statistics.median(values)
        numbers = "".join(f"{v:10.3f}" for v in (min(values), middle, max(values)))
        print(f"{name:{width}}{numbers}{middle / unit:10.2f}")
