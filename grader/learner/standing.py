"""Where a learner stands: what is done, begun and untouched; what to mend, and what comes next."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal

import msgspec

from ..check import CheckInfo
from ..examine import Finding
from ..selfcheck import Examined

State = Literal["done", "begun", "untouched", "missing", "unchecked"]
"""A file that is not there is missing; where the grader itself failed, nothing was checked."""

FINE = ("passed", "not_attempted")
"""The statuses of checks that leave nothing to mend."""


class Place(msgspec.Struct, frozen=True):
    """A function to work on."""

    exercise: str
    function: str

    def __str__(self) -> str:
        return f"{self.exercise}.{self.function}"


class Standing(msgspec.Struct, frozen=True):
    """Where a learner stands with one exercise.

    Args:
        exercise: such as "ex05_autograd".
        checks: those that were asked for, in the page's order.
        examined: what was found out last; None before the first time.
        checking: whether it is being examined, for the first time or again.
    """

    exercise: str
    checks: tuple[CheckInfo, ...]
    examined: Examined | None = None
    checking: bool = False

    @property
    def state(self) -> State:
        """One word for the exercise."""
        if self.examined is not None and self.examined.status == "missing":
            return "missing"
        return _state(self.findings)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """The findings there are."""
        return self.examined.findings if self.examined else ()

    @property
    def functions(self) -> dict[str, State]:
        """One word for each function."""
        names = dict.fromkeys(check.function for check in self.checks)
        if self.state == "missing":
            return dict.fromkeys(names, "missing")
        return {name: _state(self.of(name)) for name in names}

    @property
    def score(self) -> float:
        """The points earned."""
        return sum(finding.verdict.score for finding in self.findings)

    @property
    def max_score(self) -> float:
        """The points to be had."""
        return sum(check.points for check in self.checks)

    def of(self, function: str) -> list[Finding]:
        """The findings on one function."""
        return [f for f in self.findings if f.verdict.check.function == function]

    def faults(self) -> list[Finding]:
        """What there is to mend. A file that is not there is nothing attempted."""
        if self.state == "missing":
            return []
        return [finding for finding in self.findings if finding.verdict.status not in FINE]


def first_to_mend(standings: Iterable[Standing]) -> Finding | None:
    """The first check that failed; stubs that nobody has begun do not count."""
    return next((fault for standing in standings for fault in standing.faults()), None)


def open_places(standings: Iterable[Standing]) -> list[Place]:
    """The functions that are not done and whose file is there, in the page's order."""
    return [
        Place(standing.exercise, function)
        for standing in standings
        if standing.state != "missing"
        for function, state in standing.functions.items()
        if state != "done"
    ]


def next_place(standings: Sequence[Standing]) -> Place | None:
    """The function to work on: where something is to mend, otherwise the first that is not done."""
    fault = first_to_mend(standings)
    if fault is not None:
        return Place(fault.verdict.check.exercise, fault.verdict.check.function)
    return next(iter(open_places(standings)), None)


def _state(findings: Sequence[Finding]) -> State:
    statuses = {finding.verdict.status for finding in findings}
    if statuses == {"passed"}:
        return "done"
    if "not_graded" in statuses:
        return "unchecked"
    return "untouched" if statuses <= {"not_attempted"} else "begun"
