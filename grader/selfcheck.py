"""The self-check of one folder: exercises are examined in the background, in order, while their findings are read."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

from .check import CheckInfo
from .examine import Examination, Finding, without_source
from .expectations import PUBLISHED_SEED, oracle_for
from .oracle import Oracle
from .worker import Limits, Source, open_server

PATIENCE = 10.0
"""Wall seconds for the import of a module, and for each of its checks."""

BUDGET = 120.0
"""Wall seconds for a whole exercise."""

_AT_ONCE = 2


class SelfCheck:
    """A running self-check; a context manager, since it holds processes.

    Args:
        folder: where the student's modules are.
        seed: decides the random inputs.
        accelerator: the device of the device checks.
        patience: wall seconds for each check.
    """

    def __init__(
        self,
        folder: Path,
        *,
        seed: int = PUBLISHED_SEED,
        accelerator: str = "sim",
        patience: float = PATIENCE,
    ) -> None:
        self._folder, self._seed = folder, seed
        self._accelerator, self._patience = accelerator, patience
        self._oracles: dict[str, Oracle] = {}
        self._promises: dict[tuple[str, str], Future[Finding]] = {}
        self._held = contextlib.ExitStack()
        self._server = self._held.enter_context(
            open_server(preload="lazy", accelerator=accelerator)
        )
        self._threads = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="gradkit")

    def __enter__(self) -> SelfCheck:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def close(self) -> None:
        """Stop what is running and end the workers."""
        self._threads.shutdown(wait=False, cancel_futures=True)
        self._held.close()

    def checks(self, exercise: str) -> tuple[CheckInfo, ...]:
        """The checks of an exercise."""
        return self._oracle(exercise).checks

    def begin(self, wanted: Mapping[str, Iterable[str]]) -> None:
        """Begin to examine.

        Args:
            wanted: ids of checks by exercise, in the order in which they will be asked for.
        """
        for exercise, ids in wanted.items():
            own = tuple(ids)
            for check in own:
                self._promises[exercise, check] = Future()
            self._threads.submit(self._examine, exercise, own)

    def finding(self, exercise: str, check: str) -> Finding:
        """Wait for the finding of one check."""
        return self._promises[exercise, check].result()

    def _oracle(self, exercise: str) -> Oracle:
        if exercise not in self._oracles:
            self._oracles[exercise] = oracle_for(exercise, self._seed, self._accelerator)
        return self._oracles[exercise]

    def _examine(self, exercise: str, ids: tuple[str, ...]) -> None:
        left = dict.fromkeys(ids)
        try:
            for finding in self._findings(exercise, ids):
                check = finding.verdict.check.id
                if check in left:
                    del left[check]
                    self._promises[exercise, check].set_result(finding)
            fault: BaseException = RuntimeError(f"{exercise}: the check gave no finding")
        except BaseException as error:  # whoever waits for a finding must hear of it
            fault = error
        for check in left:
            self._promises[exercise, check].set_exception(fault)

    def _findings(self, exercise: str, ids: tuple[str, ...]) -> Iterable[Finding]:
        path = self._folder / f"{exercise}.py"
        oracle = self._oracle(exercise)
        try:
            text = path.read_bytes()
        except FileNotFoundError:
            return without_source(oracle, "missing", f"{path} is missing")
        except OSError as error:
            return without_source(oracle, "unreadable", f"{path} cannot be read: {error.strerror}")
        return Examination(
            self._server,
            Source(exercise, text, str(path)),
            oracle,
            self._seed,
            limits=Limits(),
            budget=BUDGET,
            patience=self._patience,
        ).findings(ids)
