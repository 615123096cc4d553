"""Time and memory from small classes to large ones: the first should grow with the class, the second not at all."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

import psutil

from .grading import make_class
from .table import ROOT

SIZES = [int(size) for size in os.environ.get("SCALE", "10 100").split()]
MB = 2**20


class Memory(NamedTuple):
    """Bytes of the judge, of the server, and of all processes together, where what several share is counted once."""

    judge: float
    server: float
    everything: float


def main() -> None:
    """Grade classes of several sizes, and follow the memory of the run's processes."""
    print(
        f"\n{'class':>8}{'seconds':>10}{'a submission':>14}{'judge MB':>10}{'server MB':>11}{'all MB':>8}"
    )
    for size in SIZES:
        with tempfile.TemporaryDirectory() as place:
            submissions = make_class(Path(place, "class"), size)
            seconds, most = measure(submissions, Path(place, "out"))
        judge, server, everything = (value / MB for value in most)
        print(
            f"{size:8}{seconds:10.1f}{seconds / size:14.3f}{judge:10.0f}{server:11.0f}{everything:8.0f}"
        )


def measure(submissions: Path, out: Path) -> tuple[float, Memory]:
    """Grade a class.

    Returns:
        Wall seconds, and the most memory that was seen.
    """
    command = [sys.executable, "-m", "grader", "grade", str(submissions), "--out", str(out)]
    start = time.perf_counter()
    most = Memory(0, 0, 0)
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as run:
        judge = psutil.Process(run.pid)
        while run.poll() is None:
            most = Memory(*map(max, most, _memory(judge)))
            time.sleep(0.5)
    assert run.returncode == 0
    return time.perf_counter() - start, most


def _memory(judge: psutil.Process) -> Memory:
    try:
        children = judge.children()
        server = children[0].memory_full_info().pss if children else 0
        everything = sum(p.memory_full_info().pss for p in [judge, *judge.children(recursive=True)])
        return Memory(judge.memory_full_info().pss, server, everything)
    except psutil.Error:  # ended meanwhile
        return Memory(0, 0, 0)


if __name__ == "__main__":
    main()
