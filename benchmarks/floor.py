"""The floor: all scenarios on the solutions, in one plain process, with no judge."""

from __future__ import annotations

from grader import accelerator, scenario
from grader.check import checks_of
from grader.facts import Observed
from grader.oracle import exercises, load_checks, load_solution


def main() -> None:
    """Run every scenario once."""
    accelerator.install()
    for exercise in exercises():
        module = load_solution(exercise)
        for check in checks_of(load_checks(exercise)):
            outcome = scenario.run(check, module, seed=1)
            assert isinstance(outcome, Observed), outcome


if __name__ == "__main__":
    main()
