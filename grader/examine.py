"""Examine one exercise of one submission: a worker imports it, runs its checks, and the findings are judged.

A check that crashes or hangs costs itself; the checks after it get a fresh worker. Time is a budget for the exercise, and
what the messages say of it does not depend on how busy the machine is.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Iterator
from pathlib import PurePath

import msgspec

from . import mentions, messages
from .check import CheckInfo
from .facts import Outcome, Raised, Stopped
from .judge import Verdict, judge
from .oracle import Oracle
from .statuses import ExerciseStatus, Failure
from .worker import Limits, Server, Source, Worker

_QUICK = 5
"""The share of the patience that a first try gets."""

_STARTS = 2
"""How often a worker is started where one is lost through the grader's own fault, or that of a submission before."""

_DOUBTFUL = ("failed", "error", "missing")
"""What the code of an earlier function may have caused."""


class Finding(msgspec.Struct, frozen=True):
    """A verdict, and what the student's code printed meanwhile."""

    verdict: Verdict
    output: str = ""


class Examination:
    """One exercise of one submission, being examined.

    Functions are first tried one after the other in one worker, each check with a fifth of the patience. Where that leaves a doubt
    (no answer in time, or a failure that no known mistake explains and that the code of an earlier function may have
    caused), the function is tried again at the end, in a worker of its own and with all the patience: so nothing that one
    function does, or never finishes, costs another its points.

    Args:
        server: where workers come from.
        source: the student's module.
        oracle: what is expected.
        seed: the run's seed.
        limits: what a worker may use up.
        budget: wall seconds for import, checks and fresh workers together.
        patience: wall seconds for the import and for each check.
        watchful: whether suspicious acts are looked for.

    Attributes:
        status: "graded", or why nothing could be checked.
        message: what a person reads where the status is not "graded".
        flags: suspicious acts, for the instructor; complete once all findings are there.
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
        watchful: bool = False,
    ) -> None:
        self.status: ExerciseStatus = "graded"
        self.message: str | None = None
        self.flags = mentions.of(source.text) if watchful else []
        self._server, self._source, self._oracle, self._seed = server, source, oracle, seed
        self._limits, self._patience, self._watchful = limits, patience, watchful
        self._budget, self._deadline = budget, 0.0
        self._worker: Worker | None = None
        self._used = False

    def findings(self, wanted: Collection[str] | None = None) -> Iterator[Finding]:
        """Run the checks (those whose ids are wanted) and yield their findings, as soon as there is no doubt about them."""
        checks = [c for c in self._oracle.checks if wanted is None or c.id in wanted]
        self._deadline = time.monotonic() + self._budget
        try:
            failure = self._fresh_worker()
            if failure is not None:
                yield from self._not_graded(checks, failure)
                return
            doubtful = []
            for function in dict.fromkeys(check.function for check in checks):
                own = [check for check in checks if check.function == function]
                found = self._try(own)
                yield from found or ()
                if found is None:
                    doubtful.append(own)
            for own in doubtful:
                self._drop_worker()
                yield from self._try_at_last(own)
        finally:
            self._drop_worker()

    def _try(self, checks: list[CheckInfo]) -> list[Finding] | None:
        """The findings on one function, or None where there is a doubt."""
        outcomes: dict[str, Outcome] = {}
        printed: dict[str, str] = {}
        shared = self._used
        for check in checks:
            outcome, printed[check.id] = self._run(check, self._patience / _QUICK)
            if isinstance(outcome, Stopped) and (shared or outcome.reason == "timeout"):
                return None
            outcomes[check.id] = outcome
        found = self._judge(outcomes)
        if shared and any(v.status in _DOUBTFUL and v.mistake is None for v in found):
            return None
        return [Finding(verdict, printed[verdict.check.id]) for verdict in found]

    def _try_at_last(self, checks: list[CheckInfo]) -> list[Finding]:
        """The findings on one function in a worker of its own."""
        outcomes: dict[str, Outcome] = {}
        printed: dict[str, str] = {}
        patience = self._patience
        for check in checks:
            outcomes[check.id], printed[check.id] = self._run(check, patience)
            if isinstance(outcomes[check.id], Stopped):
                # What did not end once seldom ends the next time.
                patience = self._patience / _QUICK
        return [Finding(v, printed[v.check.id]) for v in self._judge(outcomes)]

    def _judge(self, outcomes: dict[str, Outcome]) -> tuple[Verdict, ...]:
        """The verdicts. What is expected may have to be observed first, on the grader's time."""
        began = time.monotonic()
        found = judge(self._oracle, outcomes)
        self._deadline += time.monotonic() - began
        return found

    def _run(self, check: CheckInfo, patience: float) -> tuple[Outcome, str]:
        if self._worker is None:
            failure = self._fresh_worker()
            if isinstance(failure, Raised):
                failure = Stopped("crashed", f"a second import raised {failure.type}")
            if failure is not None:
                return failure, ""
        left = self._deadline - time.monotonic()
        if left <= 0:
            return self._used_up(), ""
        assert self._worker is not None
        before = len(self._worker.output())
        outcome: Outcome = self._worker.run(check.id, self._seed, min(patience, left))
        self._used = True
        printed = self._worker.output()[before:]
        if isinstance(outcome, Stopped):
            self._drop_worker()
            outcome = self._in_time(outcome, patience, left)
        return outcome, printed

    def _fresh_worker(self) -> Raised | Stopped | None:
        left = self._deadline - time.monotonic()
        if left <= 0:
            return self._used_up()
        for _ in range(_STARTS):
            self._worker, self._used = self._server.start(self._source, self._limits), False
            failure = self._worker.imported(min(self._patience, left))
            self._deadline += self._worker.getting_ready_s
            if failure is None:
                return None
            self._drop_worker()
            if not (isinstance(failure, Stopped) and failure.reason == "not_graded"):
                break
        if isinstance(failure, Stopped):
            failure = self._in_time(failure, self._patience, left)
        return failure

    def _in_time(self, stopped: Stopped, patience: float, left: float) -> Stopped:
        """The same, unless it was the exercise's time that ended, and not the patience."""
        return self._used_up() if stopped.reason == "timeout" and left < patience else stopped

    def _used_up(self) -> Stopped:
        return Stopped("timeout", f"the {self._budget:g} s for the exercise were used up")

    def _drop_worker(self) -> None:
        if self._worker is not None:
            if self._watchful:
                self.flags = sorted({*self.flags, *self._worker.flags()})
            self._worker.close()
            self._worker = None

    def _not_graded(self, checks: list[CheckInfo], failure: Raised | Stopped) -> Iterator[Finding]:
        frames = failure.frames if isinstance(failure, Raised) else ()
        file = PurePath(self._source.filename).name
        status: Failure
        if isinstance(failure, Raised):
            status = "import_error"
            self.message = messages.import_failed(file, failure)
        else:
            status = failure.reason
            self.message = f"While {file} was imported: {messages.stopped(failure)}"
        self.status = status
        for check in checks:
            yield Finding(Verdict(check, status, None, self.message, frames=frames))


def without_source(oracle: Oracle, status: Failure, message: str) -> Iterator[Finding]:
    """The findings for an exercise that was not handed in, or cannot be read."""
    for check in oracle.checks:
        yield Finding(Verdict(check, status, None, message))
