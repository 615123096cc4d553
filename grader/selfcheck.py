"""The self-check of one folder: exercises are examined in the background, in order, while their findings are read."""

from __future__ import annotations

import contextlib
import errno
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import msgspec

from .check import CheckInfo
from .examine import Examination, Finding, without_source
from .expectations import oracle_for
from .options import PUBLISHED_SEED
from .oracle import Oracle
from .statuses import ExerciseStatus
from .submissions import MAX_MODULE
from .worker import Limits, Server, Source, Worker, open_server

PATIENCE = 10.0
"""Wall seconds for the import of a module, and for each of its checks."""

BUDGET = 120.0
"""Wall seconds for a whole exercise."""

_AT_ONCE = 2


class Examined(msgspec.Struct, frozen=True):
    """All that was found out about one exercise.

    Args:
        exercise: such as "ex05_autograd".
        status: "graded", or why nothing could be checked, such as "missing".
        findings: one for each check that was asked for, in the page's order.
    """

    exercise: str
    status: ExerciseStatus
    findings: tuple[Finding, ...]


class Dropped(Exception):
    """Nobody waits for this examination any more."""


class SelfCheck:
    """A running self-check; a context manager, since it holds processes.

    Args:
        folder: where the student's modules are.
        seed: decides the random inputs.
        accelerator: the device of the device checks.
        patience: wall seconds for each check.
        at_once: how many exercises are examined at the same time.
    """

    def __init__(
        self,
        folder: Path,
        *,
        seed: int = PUBLISHED_SEED,
        accelerator: str = "sim",
        patience: float = PATIENCE,
        at_once: int = _AT_ONCE,
    ) -> None:
        self._folder, self._seed = folder, seed
        self._accelerator, self._patience = accelerator, patience
        self._oracles: dict[str, Oracle] = {}
        self._running: dict[str, _Running] = {}
        self._held = contextlib.ExitStack()
        self._server = self._held.enter_context(
            open_server(preload="lazy", accelerator=accelerator)
        )
        self._threads = ThreadPoolExecutor(at_once, thread_name_prefix="gradkit")

    def __enter__(self) -> SelfCheck:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def close(self) -> None:
        """Stop what is running and end the workers."""
        self._threads.shutdown(wait=False, cancel_futures=True)
        for running in self._running.values():
            running.drop()
        self._held.close()

    def checks(self, exercise: str) -> tuple[CheckInfo, ...]:
        """The checks of an exercise."""
        return self._oracle(exercise).checks

    def begin(self, wanted: Mapping[str, Sequence[str]]) -> dict[str, Future[Examined]]:
        """Begin to examine. An exercise that is being examined is begun anew, with its file as it is now.

        Args:
            wanted: ids of checks by exercise, in the order in which they will be asked for.

        Returns:
            By exercise, what there will be once all its checks have run.
        """
        begun = {}
        for exercise, ids in wanted.items():
            if exercise in self._running:
                self._running[exercise].drop()
            running = self._running[exercise] = _Running(self._server, ids)
            begun[exercise] = self._threads.submit(self._examine, exercise, running)
        return begun

    def finding(self, exercise: str, check: str) -> Finding:
        """Wait for the finding of one check."""
        return self._running[exercise].promises[check].result()

    def open_functions(self, exercise: str) -> list[str]:
        """The functions of an exercise that have a check without a finding yet, in the page's order."""
        promises = self._running[exercise].promises
        waiting = (check for check, promise in promises.items() if not promise.done())
        return list(dict.fromkeys(check.partition(".")[0] for check in waiting))

    def _oracle(self, exercise: str) -> Oracle:
        if exercise not in self._oracles:
            self._oracles[exercise] = oracle_for(exercise, self._seed, self._accelerator)
        return self._oracles[exercise]

    def _examine(self, exercise: str, running: _Running) -> Examined:
        found: dict[str, Finding] = {}
        try:
            for finding in self._findings(exercise, running):
                check = finding.verdict.check.id
                if check in running.promises and check not in found:
                    found[check] = finding
                    running.promises[check].set_result(finding)
            if len(found) < len(running.promises):
                raise RuntimeError(f"{exercise}: a check gave no finding")
            return Examined(
                exercise, running.status, tuple(found[check] for check in running.promises)
            )
        except BaseException as error:  # whoever waits for a finding must hear of it
            for check, promise in running.promises.items():
                if check not in found:
                    promise.set_exception(error)
            raise

    def _findings(self, exercise: str, running: _Running) -> Iterator[Finding]:
        path = self._folder / f"{exercise}.py"
        oracle = self._oracle(exercise)
        try:
            text = read_module(path)
        except FileNotFoundError:
            running.status = "missing"
            yield from without_source(oracle, "missing", f"{path} is missing")
            return
        except OSError as error:
            running.status = "unreadable"
            words = f"{path} cannot be read: {error.strerror}"
            yield from without_source(oracle, "unreadable", words)
            return
        examination = Examination(
            running,
            Source(exercise, text, str(path)),
            oracle,
            self._seed,
            limits=Limits(),
            budget=BUDGET,
            patience=self._patience,
        )
        yield from examination.findings(tuple(running.promises))
        running.status = examination.status


class _Running:
    """One exercise being examined: the findings to come, and a source of workers that can be cut off.

    Args:
        server: where the workers come from.
        ids: of the checks that are asked for.
    """

    def __init__(self, server: Server, ids: Sequence[str]) -> None:
        self.promises: dict[str, Future[Finding]] = {check: Future() for check in ids}
        self.status: ExerciseStatus = "graded"
        self.tier, self.layers = server.tier, server.layers
        self._server = server
        self._worker: Worker | None = None
        self._dropped = False

    def start(self, source: Source, limits: Limits) -> Worker:
        """See `Server.start`."""
        if self._dropped:
            raise Dropped
        self._worker = self._server.start(source, limits)
        if self._dropped:  # meanwhile
            self._worker.interrupt()
        return self._worker

    def close(self) -> None:
        """See `Server.close`: the server is everybody's, and closed by its holder."""

    def drop(self) -> None:
        """End the worker, and start no other."""
        self._dropped = True
        if self._worker is not None:
            self._worker.interrupt()


def read_module(path: Path) -> bytes:
    """The content of a module's file.

    Raises:
        OSError: when it cannot be read, is no regular file (a pipe would be waited for), or is larger than a module may be.
    """
    if path.exists() and not path.is_file():
        raise OSError(errno.EINVAL, "it is no regular file")
    with path.open("rb") as file:
        text = file.read(MAX_MODULE + 1)
    if len(text) > MAX_MODULE:
        raise OSError(errno.EFBIG, f"it is larger than {MAX_MODULE // 10**6} MB")
    return text
