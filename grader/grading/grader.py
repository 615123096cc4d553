"""Grading one submission: its exercises are examined in isolated workers, and the findings become a record.

The process that does this never runs a student's code. Whatever goes wrong on its own side makes the exercise `not_graded`,
never a student's failure, and never a pass.
"""

from __future__ import annotations

import contextlib
import importlib.metadata
import math
import threading
import time
import weakref
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from types import TracebackType
from typing import cast

from ..check import CheckInfo
from ..examine import Examination
from ..expectations import oracle_for
from ..judge import Verdict
from ..oracle import Oracle
from ..records import (
    CheckRecord,
    CheckStatus,
    ExerciseRecord,
    ExerciseStatus,
    SubmissionRecord,
    message,
)
from ..submissions import Problem, ReadSubmission, Source
from ..worker import Layer, Limits, Server, Worker, open_server
from ..worker import Source as WorkerSource
from .settings import Settings

MAX_FLAG = 200
"""Characters of one flag."""


class Grader:
    """Grades submissions; a context manager, since it holds processes. May be used by several threads at once.

    Args:
        settings: what the records depend on.

    Raises:
        IsolationUnavailable: when strict isolation is asked for and not to be had; says which layer is missing.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._held = contextlib.ExitStack()
        opened = open_server(isolation=settings.isolation, hidden=settings.hidden)
        self._server = _Tracking(self._held.enter_context(opened))
        self._oracles: dict[str, Oracle] = {}
        self._oracles_lock = threading.Lock()

    @property
    def tier(self) -> str:
        """Which tier of isolation is in force."""
        return self._server.tier

    @property
    def layers(self) -> tuple[Layer, ...]:
        """What isolation gives here, and what it lacks."""
        return self._server.layers

    def submission(self, read: ReadSubmission) -> SubmissionRecord:
        """Grade everything that was handed in."""
        start = time.perf_counter()
        graded = [self.exercise(name, found) for name, found in read.exercises.items()]
        exercises = [record for record, _ in graded]
        flags = [flag for _, own in graded for flag in own]
        taken = round(time.perf_counter() - start, 3)
        return _submission(read, self.settings, exercises, flags, taken)

    def exercise(self, name: str, found: Source | Problem) -> tuple[ExerciseRecord, list[str]]:
        """Grade one exercise.

        Args:
            name: such as "ex05_autograd".
            found: its code, or why there is none.

        Returns:
            The record, and flags: what a person should look at.
        """
        oracle = self._oracle(name)
        if isinstance(found, Problem):
            return ungraded_exercise(name, oracle.checks, found.status, found.message), []
        try:
            return self._examine(name, oracle, found)
        except (
            Exception
        ) as error:  # a fault of the grader's: it must not cost the student, nor stop the class
            words = f"The grader itself failed: {type(error).__name__}: {error}"
            return ungraded_exercise(name, oracle.checks, "not_graded", words), []

    def _examine(
        self, name: str, oracle: Oracle, found: Source
    ) -> tuple[ExerciseRecord, list[str]]:
        settings = self.settings
        examination = Examination(
            self._server,
            WorkerSource(name, found.code, f"{name}.py"),
            oracle,
            settings.seed,
            limits=settings.limits,
            budget=settings.timeout,
            patience=settings.patience,
            watchful=True,
        )
        verdicts = {f.verdict.check.id: f.verdict for f in examination.findings()}
        flags = [f"{name}: {message(flag)[:MAX_FLAG]}" for flag in examination.flags]
        return examined_exercise(name, oracle.checks, examination, verdicts), flags

    def _oracle(self, name: str) -> Oracle:
        with self._oracles_lock:
            if name not in self._oracles:
                self._oracles[name] = oracle_for(name, self.settings.seed)
            return self._oracles[name]

    def close(self) -> None:
        """End the server and every worker; examinations under way come to an end as `not_graded`."""
        self._server.close()
        self._held.close()

    def __enter__(self) -> Grader:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


class _Tracking:
    """A server that knows the workers in use, so that an interrupted run need not wait for them."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self.tier, self.layers = server.tier, server.layers
        self._workers: weakref.WeakSet[Worker] = weakref.WeakSet()
        self._lock = threading.Lock()
        self._closed = False

    def start(self, source: WorkerSource, limits: Limits) -> Worker:
        """See `Server.start`."""
        with self._lock:
            if self._closed:
                raise RuntimeError("the run was ended")
            worker = self._server.start(source, limits)
            self._workers.add(worker)
        return worker

    def close(self) -> None:
        """Interrupt all workers, for their holders to close; no more are started."""
        with self._lock:
            self._closed = True
            for worker in self._workers:
                worker.interrupt()


@cache
def kit_version() -> str:
    """The version of gradkit that is installed."""
    return importlib.metadata.version("gradkit")


def ungraded(read: ReadSubmission, settings: Settings, error: Exception) -> SubmissionRecord:
    """The record of a submission whose grading failed as a whole, through no fault of its own."""
    words = f"The grader itself failed: {type(error).__name__}: {error}"
    return _submission(
        read,
        settings,
        [
            ungraded_exercise(name, oracle_for(name, settings.seed).checks, "not_graded", words)
            for name in settings.exercises
        ],
    )


def _submission(
    read: ReadSubmission,
    settings: Settings,
    exercises: list[ExerciseRecord],
    flags: Iterable[str] = (),
    duration_s: float = 0.0,
) -> SubmissionRecord:
    return SubmissionRecord(
        submission=read.name,
        digest=read.digest,
        seed=settings.seed,
        kit=kit_version(),
        score=math.fsum(exercise.score for exercise in exercises),
        max_score=math.fsum(exercise.max_score for exercise in exercises),
        duration_s=duration_s,
        flags=[*read.flags, *flags],
        exercises=exercises,
    )


def examined_exercise(
    name: str,
    checks: Sequence[CheckInfo],
    examination: Examination,
    verdicts: Mapping[str, Verdict],
) -> ExerciseRecord:
    """The record of an exercise that was examined.

    Args:
        name: the exercise.
        checks: those that were run, in the page's order.
        examination: which has come to its end.
        verdicts: by check id.
    """
    if examination.status != "graded":
        return ungraded_exercise(name, checks, examination.status, examination.message or "")
    faults = [v for v in verdicts.values() if v.status == "not_graded"]
    if faults:
        return ungraded_exercise(name, checks, "not_graded", faults[0].message or "")
    # A check without a verdict is a KeyError, and so a fault of the grader's.
    return graded_exercise(name, [verdicts[check.id] for check in checks])


def graded_exercise(name: str, verdicts: Iterable[Verdict]) -> ExerciseRecord:
    """The record of an exercise whose checks ran, from their verdicts."""
    return _exercise(name, "graded", None, [check_record(verdict) for verdict in verdicts])


def ungraded_exercise(
    name: str, checks: Iterable[CheckInfo], status: str, words: str
) -> ExerciseRecord:
    """The record of an exercise of which no check could run; `words` say why."""
    records = [check_record(Verdict(check, status)) for check in checks]
    return _exercise(name, status, message(words), records)


def _exercise(
    name: str, status: str, words: str | None, checks: list[CheckRecord]
) -> ExerciseRecord:
    return ExerciseRecord(
        name=name,
        status=cast(ExerciseStatus, status),
        message=words,
        score=math.fsum(check.score for check in checks),
        max_score=math.fsum(check.max_score for check in checks),
        checks=checks,
    )


def check_record(verdict: Verdict) -> CheckRecord:
    """A verdict as it stands in a record."""
    check = verdict.check
    return CheckRecord(
        name=check.id,
        function=check.function,
        aspect=check.aspect,
        status=cast(CheckStatus, verdict.status),
        score=verdict.score,
        max_score=check.points,
        mistake=verdict.mistake,
        message=None if verdict.message is None else message(verdict.message),
    )
