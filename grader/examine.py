"""Examine one exercise of one submission: a worker imports it, runs its checks, and the findings are judged.

A check that crashes or hangs costs itself; the checks after it get a fresh worker. Time is a budget for the exercise.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Iterator

import msgspec

from . import messages
from .check import CheckInfo
from .facts import Outcome, Raised, Stopped
from .judge import Verdict, judge
from .oracle import Oracle
from .worker import Limits, Server, Source, Worker


class Finding(msgspec.Struct, frozen=True):
    """A verdict, and what the student's code printed meanwhile."""

    verdict: Verdict
    output: str = ""


class Examination:
    """One exercise of one submission, being examined.

    Args:
        server: where workers come from.
        source: the student's module.
        oracle: what is expected.
        seed: the run's seed.
        limits: what a worker may use up.
        budget: wall seconds for import, checks and fresh workers together.
        patience: wall seconds for the import and for each check.

    Attributes:
        status: "graded", or why nothing could be checked: "import_error", "timeout", "out_of_memory", "crashed", "not_graded".
        message: what a person reads where the status is not "graded".
        flags: suspicious acts, for the instructor.
    """

    def __init__(
        self,
        server: Server,
        source: Source,
        oracle: Oracle,
        seed: int,
        *,
        limits: Limits,
        budget: float,
        patience: float,
    ) -> None:
        self.status = "graded"
        self.message: str | None = None
        self.flags: list[str] = []
        self._server, self._source, self._oracle, self._seed = server, source, oracle, seed
        self._limits, self._patience = limits, patience
        self._budget = budget
        self._worker: Worker | None = None

    def findings(self, wanted: Collection[str] | None = None) -> Iterator[Finding]:
        """Run the checks (those whose ids are wanted) and yield their findings, function by function."""
        checks = [c for c in self._oracle.checks if wanted is None or c.id in wanted]
        deadline = time.monotonic() + self._budget
        try:
            failure = self._fresh_worker(deadline)
            if failure is not None:
                yield from self._not_graded(checks, failure)
                return
            for function in dict.fromkeys(check.function for check in checks):
                own = [check for check in checks if check.function == function]
                yield from self._function(own, deadline)
        finally:
            self._drop_worker()

    def _function(self, checks: list[CheckInfo], deadline: float) -> Iterator[Finding]:
        outcomes: dict[str, Outcome] = {}
        printed: dict[str, str] = {}
        for check in checks:
            outcomes[check.id], printed[check.id] = self._run(check, deadline)
        for verdict in judge(self._oracle, outcomes):
            yield Finding(verdict, printed[verdict.check.id])

    def _run(self, check: CheckInfo, deadline: float) -> tuple[Outcome, str]:
        if self._worker is None:
            failure = self._fresh_worker(deadline)
            if isinstance(failure, Raised):
                failure = Stopped("crashed", f"a second import raised {failure.type}")
            if failure is not None:
                return failure, ""
        left = deadline - time.monotonic()
        if left <= 0:
            return Stopped("timeout", f"the {self._budget:g} s for the exercise were used up"), ""
        assert self._worker is not None
        before = len(self._worker.output())
        outcome = self._worker.run(check.id, self._seed, min(self._patience, left))
        printed = self._worker.output()[before:]
        if isinstance(outcome, Stopped):
            self._drop_worker()
        return outcome, printed

    def _fresh_worker(self, deadline: float) -> Raised | Stopped | None:
        left = deadline - time.monotonic()
        if left <= 0:
            return Stopped("timeout", f"the {self._budget:g} s for the exercise were used up")
        self._worker = self._server.start(self._source, self._limits)
        failure = self._worker.imported(min(self._patience, left))
        if failure is not None:
            self._drop_worker()
        return failure

    def _drop_worker(self) -> None:
        if self._worker is not None:
            self._worker.close()
            self._worker = None

    def _not_graded(self, checks: list[CheckInfo], failure: Raised | Stopped) -> Iterator[Finding]:
        if isinstance(failure, Raised):
            self.status = "import_error"
            self.message = messages.import_failed(self._source.exercise, failure)
        else:
            self.status = failure.reason
            self.message = (
                f"While {self._source.exercise}.py was imported: {messages.stopped(failure)}"
            )
        for check in checks:
            yield Finding(Verdict(check, self.status, None, self.message))


def without_source(oracle: Oracle, status: str, message: str) -> Iterator[Finding]:
    """The findings for an exercise that was not handed in, or cannot be read."""
    for check in oracle.checks:
        yield Finding(Verdict(check, status, None, message))
