"""Grading a class: what there is, what is done already, records as they come, and the files at the end.

Only this process writes. What was recorded stays recorded, whatever happens afterwards: an interruption, a full disk, a kill.
"""

from __future__ import annotations

import importlib.metadata
import time
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

import msgspec

from .. import report
from ..recording import RUN, ResultsWriter, write_grades, write_run
from ..records import (
    RunRecord,
    SubmissionRecord,
    read_results,
    read_run,
)
from ..submissions import Found, Problem, ReadSubmission, Submission, find, read
from ..worker import Layer
from .made import kit_version, ungraded
from .place import keep_others_files, without_results
from .pool import Pool, open_pool
from .settings import Settings, draw_seed


@dataclass(frozen=True)
class Request:
    """What is asked for.

    Args:
        submissions: the folder of submissions.
        out: where the results go.
        settings: what the records depend on; the seed and the hidden folders are filled in.
        seed: None for the one of the run that is resumed, or a new one.
        jobs: how many at once; None for one a core.
        resume: go on with the results that are there.
        scheduler: address of a Dask scheduler.
    """

    submissions: Path
    out: Path
    settings: Settings
    seed: int | None = None
    jobs: int | None = None
    resume: bool = False
    scheduler: str | None = None


class Screen(Protocol):
    """What is told while a class is graded."""

    def found(self, found: Found, seed: int) -> None:
        """The submissions, and what was passed over."""

    def standing(self, tier: str, layers: tuple[Layer, ...]) -> None:
        """The isolation in force."""

    def done(self, record: SubmissionRecord) -> None:
        """One submission has been graded."""

    def kept(self, name: str) -> None:
        """One submission was graded before, and nothing about it has changed."""


@dataclass
class Graded:
    """What came of a run.

    Args:
        records: of all submissions in the results, those of earlier runs too.
        run: how it was made.
        interrupted: whether it was ended before all were done.
        left: how many submissions were not reached.
    """

    records: dict[str, SubmissionRecord]
    run: RunRecord
    interrupted: bool
    left: int


def grade_class(request: Request, screen: Screen) -> Graded:
    """Grade a class, and write results, grades, run and report.

    Raises:
        SubmissionsError: when there is nothing to grade.
        RecordsError: when results cannot be read or written, or the folder holds files of other origin.
        IsolationUnavailable: when strict isolation is not to be had.
        PoolError: when there is no cluster at the given address.
    """
    clock = _Clock()
    found = without_results(find(request.submissions, request.settings.exercises), request.out)
    keep_others_files(request.out)
    with ResultsWriter(request.out, resume=request.resume) as writer:
        settings = _settings(request, writer)
        if writer.before.dropped:
            found.notes.insert(0, writer.before.dropped)
        screen.found(found, settings.seed)
        with open_pool(settings, request.jobs, request.scheduler) as pool:
            tier, layers = pool.standing()
            screen.standing(tier, layers)
            run = _run_record(request, settings, layers, clock)
            write_run(request.out, run)
            clock.lap("start")
            left = _grade_all(pool, found.submissions, writer, screen)
        clock.lap("grading")
        writer.drop_replaced()
        records = read_results(writer.path).records
        write_grades(request.out, records.values())
        write_run(request.out, msgspec.structs.replace(run, durations_s=clock.total()))
        report.write(request.out)
        run = msgspec.structs.replace(run, durations_s=clock.total("report"))
        write_run(request.out, run)
    return Graded(records, run, interrupted=left > 0, left=left)


class _Clock:
    """Seconds by the name of what took them."""

    def __init__(self) -> None:
        self.started = datetime.now(UTC)
        self._begin = self._last = time.perf_counter()
        self._laps: dict[str, float] = {}

    def lap(self, name: str) -> None:
        """What ends here took the time since the last lap."""
        now = time.perf_counter()
        self._laps[name], self._last = round(now - self._last, 3), now

    def total(self, name: str | None = None) -> dict[str, float]:
        """All laps and their total; `name`, where given, is the last of them."""
        if name is not None:
            self.lap(name)
        return {**self._laps, "total": round(time.perf_counter() - self._begin, 3)}


def _settings(request: Request, writer: ResultsWriter) -> Settings:
    hidden = tuple(str(path.resolve()) for path in (request.submissions, request.out))
    seed = request.seed if request.seed is not None else _seed_before(request, writer)
    return msgspec.structs.replace(request.settings, seed=seed, hidden=hidden)


def _seed_before(request: Request, writer: ResultsWriter) -> int:
    """The seed of the run that is resumed; a new one where there is none."""
    if (request.out / RUN).exists() and request.resume:
        return read_run(request.out / RUN).seed
    seeds = [record.seed for record in writer.before.records.values()]
    return seeds[-1] if seeds else draw_seed()


def _run_record(
    request: Request, settings: Settings, layers: tuple[Layer, ...], clock: _Clock
) -> RunRecord:
    return RunRecord(
        seed=settings.seed,
        kit=kit_version(),
        torch=importlib.metadata.version("torch"),
        isolation=[layer.name for layer in layers if layer.in_force],
        isolation_missing=[
            f"{layer.name}: {layer.remark}" if layer.remark else layer.name
            for layer in layers
            if not layer.in_force
        ],
        options={
            "submissions": request.submissions.name,
            "exercises": list(settings.exercises),
            "timeout": settings.timeout,
            "memory": settings.memory_mb,
            "isolation": settings.isolation,
            "jobs": request.jobs,
            "scheduler": request.scheduler,
            "resume": request.resume,
        },
        started=clock.started,
        durations_s={},
    )


def _grade_all(
    pool: Pool, submissions: list[Submission], writer: ResultsWriter, screen: Screen
) -> int:
    """Grade and record what is not done yet.

    Returns:
        How many were not reached, because somebody interrupted.
    """
    left = len(submissions)
    try:
        for result in _results(pool, submissions, writer.before.records):
            if isinstance(result, SubmissionRecord):
                writer.append(result)
                screen.done(result)
            else:
                screen.kept(result)
            left -= 1
    except KeyboardInterrupt:
        return left
    return 0


def _results(
    pool: Pool, submissions: list[Submission], before: dict[str, SubmissionRecord]
) -> Iterator[SubmissionRecord | str]:
    """Records as they are done, and the names of those that need not be graded again."""
    waiting: dict[Future[SubmissionRecord], ReadSubmission] = {}
    for submission in submissions:
        content = _read(submission, pool.settings.exercises)
        old = before.get(content.name)
        if old is not None and _is_current(old, content, pool.settings):
            yield content.name
            continue
        waiting[pool.submit(content)] = content
        # A few more than are running, so that nobody waits; not all, which may be many megabytes.
        while len(waiting) > 2 * pool.size:
            yield from _finished(waiting, pool.settings)
    while waiting:
        yield from _finished(waiting, pool.settings)


def _finished(
    waiting: dict[Future[SubmissionRecord], ReadSubmission], settings: Settings
) -> Iterator[SubmissionRecord]:
    for future in wait(waiting, return_when=FIRST_COMPLETED).done:
        content = waiting.pop(future)
        try:
            yield future.result()
        except Exception as error:  # a lost worker of a cluster, say: nobody is lost with it
            yield ungraded(content, settings, error)


def _read(submission: Submission, exercises: tuple[str, ...]) -> ReadSubmission:
    try:
        return read(submission, exercises)
    except Exception as error:
        # What no reader foresaw concerns this submission alone.
        problem = Problem("unreadable", f"it cannot be read: {type(error).__name__}: {error}")
        digest = "sha256:" + "0" * 64
        return ReadSubmission(submission.name, digest, (), dict.fromkeys(exercises, problem))


def _is_current(old: SubmissionRecord, content: ReadSubmission, settings: Settings) -> bool:
    """Whether a record is what grading would give again, and no fault of the grader's stands in it."""
    return (
        (old.digest, old.seed, old.kit) == (content.digest, settings.seed, kit_version())
        and tuple(exercise.name for exercise in old.exercises) == settings.exercises
        and all(exercise.status != "not_graded" for exercise in old.exercises)
    )
