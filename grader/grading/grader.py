"""Grading one submission: its exercises are examined in isolated workers, and the findings become a record.

The process that does this never runs a student's code. Whatever goes wrong on its own side makes the exercise `not_graded`,
never a student's failure, and never a pass.
"""

from __future__ import annotations

import contextlib
import threading
import time
import weakref
from pathlib import PurePath

from ..examine import Examination
from ..expectations import oracle_for
from ..oracle import Oracle
from ..records import ExerciseRecord, SubmissionRecord, message
from ..submissions import Problem, ReadSubmission, Source
from ..worker import Layer, Limits, Server, Worker, open_server
from ..worker import Source as WorkerSource
from .made import examined_exercise, failed_exercise, submission_record, ungraded_exercise
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
        return submission_record(read, self.settings, exercises, flags, taken)

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
        except Exception as error:  # it must neither cost the student nor stop the class
            return failed_exercise(name, oracle.checks, error), []

    def _examine(
        self, name: str, oracle: Oracle, found: Source
    ) -> tuple[ExerciseRecord, list[str]]:
        settings = self.settings
        file = name + PurePath(found.filename).suffix.lower()
        examination = Examination(
            self._server,
            WorkerSource(name, found.code, file),
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

    def __exit__(self, *exception: object) -> None:
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
