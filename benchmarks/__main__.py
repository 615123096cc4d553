"""`make bench`: how long things take, side by side in one run, as ratios. `python -m benchmarks NAME ...` runs some alone.

ROUNDS (default 5) is how often whole self-checks are timed, CLASS (default 24) the size of the class that is graded, SCALE
(default "10 100") the sizes between which time and memory are followed.
"""

from __future__ import annotations

import importlib
import sys

NAMES = ("selfcheck", "grading", "scale", "autograde")


def main() -> None:
    """Run the benchmarks that are named, or all."""
    wanted = sys.argv[1:] or NAMES
    if unknown := [name for name in wanted if name not in NAMES]:
        sys.exit(f"{unknown[0]}: no such benchmark; there are {', '.join(NAMES)}")
    for name in wanted:
        importlib.import_module(f"benchmarks.{name}").main()


if __name__ == "__main__":
    main()
