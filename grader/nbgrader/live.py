"""`check`: in a student's kernel, check one function of the notebook as it will be graded.

What was run so far in this kernel makes a module, as at grading the notebook's cells do, and that is checked in a process
of its own: nothing in the notebook can be harmed by a check, nor a check by what the notebook has replaced. Its verdicts
help; those that count are made at grading.
"""

from __future__ import annotations

import atexit
import contextlib
from collections.abc import Sequence
from functools import cache

from ..check import CheckInfo
from ..examine import Examination
from ..expectations import oracle_for
from ..grading.made import examined_exercise
from ..learner.names import choose
from ..options import PUBLISHED_SEED
from ..oracle import Oracle
from ..records import ExerciseRecord
from ..selfcheck import BUDGET, PATIENCE
from ..worker import Limits, Server, Source, open_server
from .history import history
from .messages import earned, verdict_on


def check(name: str) -> float:
    """Check one function of this notebook, and say what was found.

    Args:
        name: such as "ex05_autograd.train"; an exercise alone means all of its functions.

    Returns:
        The points, which nbgrader takes from a cell's last value.

    Raises:
        UnknownName: when no exercise or function is called so.
        RuntimeError: outside a notebook.
    """
    ((exercise, function),) = choose([name]).items()
    cells = history()
    oracle = oracle_for(exercise, PUBLISHED_SEED)
    wanted = [check for check in oracle.checks if function in (None, check.function)]
    record = _examined(exercise, cells.module(), oracle, wanted)
    functions = dict.fromkeys(check.function for check in record.checks)
    remarks = cells.remarks() if record.status == "graded" else ()
    print("\n\n".join([*(verdict_on(own, record) for own in functions), *remarks]))
    return earned(record.checks)


def _examined(
    exercise: str, code: bytes, oracle: Oracle, checks: Sequence[CheckInfo]
) -> ExerciseRecord:
    """The record of some checks of an exercise."""
    examination = Examination(
        _server(),
        Source(exercise, code, f"{exercise}.ipynb"),
        oracle,
        PUBLISHED_SEED,
        limits=Limits(),
        budget=BUDGET,
        patience=PATIENCE,
    )
    found = examination.findings([check.id for check in checks])
    verdicts = {finding.verdict.check.id: finding.verdict for finding in found}
    return examined_exercise(exercise, checks, examination, verdicts)


@cache
def _server() -> Server:
    """The source of workers, kept for the life of the kernel: the first check pays for torch's import."""
    held = contextlib.ExitStack()
    atexit.register(held.close)
    return held.enter_context(open_server(preload="lazy"))
