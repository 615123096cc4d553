"""The heat map: checks by how many passed, and the scale of its colours."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from .catalogue import Catalogue
from .tally import CheckTally


@dataclass(frozen=True)
class CheckRow:
    """A check: its claim, the share that passed in percent, and the step of the heat scale."""

    tally: CheckTally
    claim: str
    percent: int
    heat: int


@dataclass(frozen=True)
class ExerciseRow:
    """An exercise of the heat map: the mean share that passed, in percent, and its checks by function."""

    name: str
    percent: int
    functions: list[list[CheckRow]]


def exercise_row(name: str, checks: Sequence[CheckTally], catalogue: Catalogue) -> ExerciseRow:
    """One exercise, with its checks in their order."""
    rows = []
    for tally in checks:
        share = tally.passed / tally.total if tally.total else 1.0
        claim = catalogue.claim(name, tally.check.name)
        rows.append(CheckRow(tally, claim, int(100 * share), heat(share)))
    mean = statistics.fmean(row.percent for row in rows) if rows else 100
    by_function = groupby(rows, key=lambda row: row.tally.check.function)
    return ExerciseRow(name, int(mean), [list(own) for _, own in by_function])


def heat(share: float) -> int:
    """The step of the scale, from 0 (all of it) to 10 (nothing); only what is whole is cold."""
    return 0 if share >= 1 else max(1, round(10 * (1 - share)))
