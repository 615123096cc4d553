"""What was expected beside what a learner's code gave, as rows of a small table."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from ..compare import Difference, allowed
from ..facts import Numbers
from ..messages import sides

_ROWS = 8
_WIDTH = 77
_CELL = 22


class Row(NamedTuple):
    """One number or fact; `difference` is "same" where the two agree, and empty where they are no numbers."""

    name: str
    expected: str
    yours: str
    difference: str


HEADING = Row("", "expected", "yours", "difference")


def table(found: Sequence[Difference]) -> list[str]:
    """The lines of the table, or none where it would say no more than the message.

    Args:
        found: what differs.
    """
    rows = [row for difference in found for row in _rows(difference)]
    if len(rows) < 2:
        return []
    if len(rows) > _ROWS:
        rows = [row for row in rows if row.difference != "same"]
    lines = _columns([HEADING, *rows[:_ROWS]])
    left = len(rows) - _ROWS
    return [*lines, f"and {left} more that differ"] if left > 0 else lines


def _rows(difference: Difference) -> Iterator[Row]:
    expected, saw = difference.expected, difference.saw
    if (
        isinstance(expected, Numbers)
        and isinstance(saw, Numbers)
        and (expected.shape, expected.dtype) == (saw.shape, saw.dtype)
    ):
        yield from _numbers(difference.name, expected, saw)
    else:
        yield Row(difference.name, *sides(difference), "")


def _numbers(name: str, expected: Numbers, saw: Numbers) -> Iterator[Row]:
    limit = allowed(expected)
    places = itertools.product(*map(range, expected.shape))
    for place, wanted, got in zip(places, expected.values(), saw.values(), strict=True):
        label = name if len(expected.values()) == 1 else f"{name}[{', '.join(map(str, place))}]"
        left, right = (Numbers.of([v], (), expected.dtype) for v in (wanted, got))
        gap = "same" if wanted == got or abs(got - wanted) <= limit else f"{got - wanted:+.3g}"
        yield Row(label, *sides(Difference(label, left, right)), gap)


def _columns(rows: Iterable[Row]) -> list[str]:
    cells = [[" ".join(cell.split()) for cell in row] for row in rows]
    if sum(_widths(cells)) + 6 > _WIDTH:
        cells = [[_short(cell) for cell in row] for row in cells]
    widths = _widths(cells)
    return [
        f"{name:<{widths[0]}}  {expected:>{widths[1]}}  {yours:>{widths[2]}}  {gap:>{widths[3]}}".rstrip()
        for name, expected, yours, gap in cells
    ]


def _widths(cells: list[list[str]]) -> list[int]:
    return [max(map(len, column)) for column in zip(*cells, strict=True)]


def _short(cell: str) -> str:
    return cell if len(cell) <= _CELL else f"{cell[: _CELL - 1]}…"
