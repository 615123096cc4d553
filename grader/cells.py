"""How the cells of a notebook are told apart in the module that is made of them: each follows a comment with its number."""

from __future__ import annotations

import re
from collections.abc import Sequence

_MARK = re.compile(r"# cell \[(\d+)\]")


def mark(number: int) -> str:
    """The line above a cell's code.

    >>> mark(12)
    '# cell [12]'
    """
    return f"# cell [{number}]"


def place(lines: Sequence[str], line: int) -> tuple[int, int]:
    """The cell that a line of the module is in, and its number within that cell; cell 0 where there is none above.

    >>> place(["x = 1", "# cell [12]", "y = 2", "z = 3"], 4)
    (12, 2)
    """
    for above in range(min(line, len(lines)), 0, -1):
        if found := _MARK.fullmatch(lines[above - 1].rstrip()):
            return int(found[1]), line - above
    return 0, line
