"""What was expected beside what a learner's code gave, as rows of a small table."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from ..compare import Difference, allowed
from ..facts import Numbers
from ..messages import show, sides

_ROWS = 8
_WIDTH = 77
_GAP = "  "


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
        if wanted == got or abs(got - wanted) <= limit:
            yield Row(label, show(left), show(right), "same")
        else:
            yield Row(label, *sides(Difference(label, left, right)), f"{got - wanted:+.3g}")


def _columns(rows: Sequence[Row]) -> list[str]:
    cells: list[Sequence[str]] = [[" ".join(cell.split()) for cell in row] for row in rows]
    if not any(row.difference for row in rows[1:]):
        cells = [row[:-1] for row in cells]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    while sum(widths) > _WIDTH - len(_GAP) * (len(widths) - 1):
        widths[widths.index(max(widths))] -= 1
    return [_line(row, widths) for row in cells]


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    name, *others = (
        cell if len(cell) <= width else f"{cell[: width - 1]}…"
        for cell, width in zip(row, widths, strict=True)
    )
    right = (f"{cell:>{width}}" for cell, width in zip(others, widths[1:], strict=True))
    return _GAP.join([f"{name:<{widths[0]}}", *right]).rstrip()
