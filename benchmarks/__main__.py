"""`make bench`: how long things take, side by side in one run, as ratios. `python -m benchmarks NAME ...` runs some alone.

Numbers in the environment change them: ROUNDS, how often each row is timed (else 5 times for self-checks, 3 for classes, 2 for
nbgrader); CLASS (24), the size of the class that is graded; SCALE ("10 100"), the sizes between which time and memory are
followed; NOTEBOOKS (6) of EXERCISE (ex05_autograd), which nbgrader grades.
"""

from __future__ import annotations

import importlib
import sys

NAMES = ("selfcheck", "grading", "scale", "autograde")


def main() -> None:
    """Run the benchmarks that are named, or all."""
    wanted = sys.argv[1:] or NAMES
    if {"-h", "--help"} & set(wanted):
        print(__doc__)
        return
    if unknown := [name for name in wanted if name not in NAMES]:
        sys.exit(f"{unknown[0]}: no such benchmark; there are {', '.join(NAMES)}")
    for name in wanted:
        importlib.import_module(f"benchmarks.{name}").main()


if __name__ == "__main__":
    main()
