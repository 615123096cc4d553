"""What was run in a notebook's kernel so far, and the module that this makes."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from ..submissions import module_of_cells

_CALL = re.compile(r"""\s*check\(\s*(?:"[^"\n]*"|'[^'\n]*')\s*\)\s*;?\s*""")
"""A cell that calls `check` and does nothing else."""


@dataclass(frozen=True)
class Cell:
    """A cell that was run.

    Args:
        source: as it was typed.
        place: the notebook's own name for it; empty where the frontend tells none.
        error: the name of the exception that ended it, if one did.
    """

    source: str
    place: str = ""
    error: str = ""

    @property
    def is_call(self) -> bool:
        """Whether it only calls `check`."""
        return _CALL.fullmatch(self.source) is not None


class History:
    """The cells that were run, in the order in which they were run.

    Args:
        earlier: what was run before anybody took notes.
    """

    def __init__(self, earlier: Sequence[str] = ()) -> None:
        self._cells = {number: Cell(source) for number, source in enumerate(earlier, start=1)}

    def note(self, result: Any) -> None:
        """Note a cell that has been run; IPython calls this with its ExecutionResult."""
        number = result.execution_count
        if number is None:  # run silently, by the frontend itself
            return
        error = result.error_before_exec or result.error_in_exec
        name = type(error).__name__ if error else ""
        place = getattr(result.info, "cell_id", None) or ""
        self._cells[number] = Cell(result.info.raw_cell, place, name)

    def begin(self, number: int, source: str) -> None:
        """Note the cell that is being run now."""
        self._cells.setdefault(number, Cell(source))

    def module(self) -> bytes:
        """The source of a module that does what these cells did.

        Cells that stopped with an error are left out, but for `nbgrader validate`: it says what grading will, and there they
        stop the whole notebook.
        """
        strict = "NBGRADER_EXECUTION" in os.environ
        return module_of_cells(
            (number, cell.source)
            for number, cell in sorted(self._cells.items())
            if (strict or not cell.error) and not cell.is_call
        )

    def remarks(self) -> Iterator[str]:
        """A line for each cell that was left out and has not come through since."""
        latest = {cell.place: number for number, cell in sorted(self._cells.items())}
        for number, cell in sorted(self._cells.items()):
            if cell.error and cell.place and latest[cell.place] == number and not cell.is_call:
                yield (
                    f"Cell [{number}] stopped with {cell.error} and is left out here. When the notebook is graded, it "
                    "keeps everything from being graded: mend or delete it."
                )


def history() -> History:
    """The history of this kernel, with the cell that is being run.

    Raises:
        RuntimeError: outside a notebook.
    """
    shell = _shell()
    if shell is None:
        raise RuntimeError(
            "check() looks at the cells of a notebook, and this is none; for files there is `gradkit check`"
        )
    notes = _notes()
    notes.begin(shell.execution_count, shell.history_manager.input_hist_raw[-1])
    return notes


def take_notes() -> None:
    """From now on, note what is run and what becomes of it, where this is a notebook's kernel."""
    if "IPython" in sys.modules and _shell() is not None:
        _notes()


@cache
def _notes() -> History:
    shell = _shell()
    notes = History(shell.history_manager.input_hist_raw[1:-1])
    shell.events.register("post_run_cell", notes.note)
    return notes


def _shell() -> Any:
    from IPython import get_ipython

    return get_ipython()
