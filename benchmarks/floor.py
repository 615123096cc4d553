"""The floor: all scenarios on the solutions, in one plain process, with no judge and no walls."""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping

import torch

from grader import accelerator, scenario
from grader.check import checks_of
from grader.facts import Observed
from grader.oracle import exercises, load_checks, load_solution
from grader.worker import dynamo


def main() -> None:
    """Run every scenario once; given a number, that often, and print the seconds that one turn takes once warm."""
    torch.set_num_threads(1)
    dynamo.defer()
    accelerator.install()
    modules = {exercise: load_solution(exercise) for exercise in exercises()}
    turns = int(sys.argv[1]) if len(sys.argv) > 1 else 0
    run_all(modules)
    start = time.perf_counter()
    for _ in range(turns):
        run_all(modules)
    if turns:
        print((time.perf_counter() - start) / turns)


def run_all(modules: Mapping[str, object]) -> None:
    """Run every scenario on the exercises' modules."""
    for exercise, module in modules.items():
        for check in checks_of(load_checks(exercise)):
            outcome = scenario.run(check, module, seed=1)
            assert isinstance(outcome, Observed), outcome


if __name__ == "__main__":
    main()
