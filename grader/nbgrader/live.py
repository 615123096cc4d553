"""`check`: in a student's kernel, check one function of the notebook as it will be graded.

What was run so far in this kernel makes a module, as at grading the notebook's cells do, and that is checked in a process
of its own: nothing in the notebook can be harmed by a check, nor a check by what the notebook has replaced. Its verdicts
help; those that count are made at grading.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import msgspec

from ..examine import Examination
from ..expectations import PUBLISHED_SEED, oracle_for
from ..grading.grader import check_record
from ..learner.names import choose
from ..oracle import Oracle
from ..records import CheckRecord
from ..selfcheck import BUDGET, PATIENCE
from ..submissions import module_of
from ..worker import Limits, Server, Source, open_server
from .messages import earned, told

_CALL = re.compile(r"""\s*check\(\s*(?:"[^"\n]*"|'[^'\n]*')\s*\)\s*;?\s*""")
"""A cell that calls `check` and does nothing else."""


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
    cells = _history()
    oracle = oracle_for(exercise, PUBLISHED_SEED)
    wanted = [c.id for c in oracle.checks if function in (None, c.function)]
    records = _examined(exercise, cells.module(), oracle, wanted)
    for own in dict.fromkeys(record.function for record in records):
        print(told(own, [record for record in records if record.function == own]))
    for remark in cells.remarks():
        print(f"\n{remark}")
    return earned(records)


@dataclass(frozen=True)
class _Cell:
    """A cell that was run.

    Args:
        source: as it was typed.
        place: the notebook's own name for it; empty where the frontend tells none.
        error: the name of the exception that ended it, if one did.
    """

    source: str
    place: str = ""
    error: str = ""


class History:
    """What was run in this kernel, in the order in which it was run.

    Args:
        earlier: the cells that were run before anybody took notes.
    """

    def __init__(self, earlier: Sequence[str] = ()) -> None:
        self._cells = {number: _Cell(source) for number, source in enumerate(earlier, start=1)}

    def note(self, result: Any) -> None:
        """Note a cell that has been run; IPython calls this with its ExecutionResult."""
        number = result.execution_count
        if number is None:  # run silently, by the frontend itself
            return
        error = result.error_before_exec or result.error_in_exec
        name = type(error).__name__ if error else ""
        place = getattr(result.info, "cell_id", None) or ""
        self._cells[number] = _Cell(result.info.raw_cell, place, name)

    def begin(self, number: int, source: str) -> None:
        """Note the cell that is being run now."""
        self._cells.setdefault(number, _Cell(source))

    def module(self) -> bytes:
        """The source of a module that does what these cells did.

        Cells that stopped with an error are left out, but for `nbgrader validate`, which shall say what grading will.
        """
        strict = "NBGRADER_EXECUTION" in os.environ
        sources = [
            cell.source
            for _, cell in sorted(self._cells.items())
            if (strict or not cell.error) and not _CALL.fullmatch(cell.source)
        ]
        cells = [{"cell_type": "code", "source": source} for source in sources]
        return module_of(msgspec.json.encode({"cells": cells}))

    def remarks(self) -> Iterator[str]:
        """A line for each cell that was left out and has not come through since."""
        latest = {cell.place: number for number, cell in sorted(self._cells.items())}
        for number, cell in sorted(self._cells.items()):
            if cell.error and latest[cell.place] == number and not _CALL.fullmatch(cell.source):
                yield (
                    f"Cell [{number}] stopped with {cell.error} and is left out here. In a notebook that is handed in, "
                    "it would keep the whole notebook from being graded: mend or delete it."
                )


def take_notes() -> None:
    """From now on, note what is run and what becomes of it, where this is a notebook's kernel."""
    if "IPython" in sys.modules and _shell() is not None:
        _notes()


@cache
def _notes() -> History:
    shell = _shell()
    history = History(shell.history_manager.input_hist_raw[1:-1])
    shell.events.register("post_run_cell", history.note)
    return history


def _history() -> History:
    """The kernel's history, with the cell that is being run."""
    shell = _shell()
    if shell is None:
        raise RuntimeError(
            "check() looks at the cells of a notebook, and this is none; for files there is `gradkit check`"
        )
    history = _notes()
    history.begin(shell.execution_count, shell.history_manager.input_hist_raw[-1])
    return history


def _shell() -> Any:
    from IPython import get_ipython

    return get_ipython()


@cache
def _server() -> Server:
    """The source of workers, kept for the life of the kernel: the first check pays for torch's import."""
    held = contextlib.ExitStack()
    atexit.register(held.close)
    return held.enter_context(open_server(preload="lazy"))


def _examined(exercise: str, code: bytes, oracle: Oracle, wanted: list[str]) -> list[CheckRecord]:
    examination = Examination(
        _server(),
        Source(exercise, code, f"{exercise}.py"),
        oracle,
        PUBLISHED_SEED,
        limits=Limits(),
        budget=BUDGET,
        patience=PATIENCE,
    )
    found = {f.verdict.check.id: check_record(f.verdict) for f in examination.findings(wanted)}
    return [found[check] for check in wanted]
