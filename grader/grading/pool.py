"""Many submissions at once: threads on this machine, or the workers of a Dask cluster, behind one executor.

A job is a function of the settings and of what was read, so it does not matter where or in what order it runs. Each process that
runs jobs keeps one warm `Grader` of its own.
"""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from dataclasses import dataclass

from ..records import SubmissionRecord
from ..submissions import ReadSubmission
from ..worker import Layer
from .grader import Grader
from .settings import Settings

_CONNECTING_SECONDS = 10

_own: list[Grader] = []
"""This process's grader, if it has one by now."""

_own_lock = threading.Lock()


class PoolError(Exception):
    """The cluster is not to be had; the text is one line for a person."""


@dataclass(frozen=True)
class Pool:
    """Where submissions are graded.

    Args:
        executor: runs the jobs.
        settings: of the run.
        size: how many run at once.
    """

    executor: Executor
    settings: Settings
    size: int

    def standing(self) -> tuple[str, tuple[Layer, ...]]:
        """Which tier of isolation is in force where the jobs run, and what it gives.

        Raises:
            IsolationUnavailable: when strict isolation is asked for and not to be had.
        """
        return self.executor.submit(_standing, self.settings).result()

    def submit(self, read: ReadSubmission) -> Future[SubmissionRecord]:
        """Have a submission graded."""
        return self.executor.submit(_grade, self.settings, read)


@contextlib.contextmanager
def open_pool(settings: Settings, jobs: int | None, scheduler: str | None) -> Iterator[Pool]:
    """Open a pool, and end what runs in it when it is left early.

    Args:
        settings: of the run.
        jobs: how many submissions at once; None for one a core, or all that the cluster can take.
        scheduler: address of a Dask scheduler; None for this machine.

    Raises:
        PoolError: when the cluster is not to be had.
    """
    if scheduler is not None:
        with _cluster(scheduler) as (executor, size):
            yield Pool(executor, settings, jobs or size)
        return
    size = jobs or usable_cores()
    with ThreadPoolExecutor(size, thread_name_prefix="grade") as executor:
        try:
            yield Pool(executor, settings, size)
        finally:
            executor.shutdown(wait=False, cancel_futures=True)
            # Ends what is still running, so that leaving the executor need not wait for it.
            close_own()


def usable_cores() -> int:
    """The cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def close_own() -> None:
    """End this process's grader."""
    with _own_lock:
        while _own:
            _own.pop().close()


def _grade(settings: Settings, read: ReadSubmission) -> SubmissionRecord:
    return _grader(settings).submission(read)


def _standing(settings: Settings) -> tuple[str, tuple[Layer, ...]]:
    grader = _grader(settings)
    return grader.tier, grader.layers


def _grader(settings: Settings) -> Grader:
    with _own_lock:
        if _own and _own[0].settings != settings:
            _own.pop().close()
        if not _own:
            _own.append(Grader(settings))
        return _own[0]


@contextlib.contextmanager
def _cluster(address: str) -> Iterator[tuple[Executor, int]]:
    try:
        from distributed import Client
        from distributed.comm.addressing import get_address_host_port
    except ImportError:
        raise PoolError(
            "--scheduler needs Dask; in the kit's folder: pip install -c constraints.txt -e '.[cluster]'"
        ) from None
    try:
        get_address_host_port(address)  # a client that is given no address dies with a traceback
        client = Client(address, timeout=_CONNECTING_SECONDS, set_as_default=False)
    except (OSError, ValueError, TypeError) as error:
        words = " ".join(str(error).split()) or type(error).__name__
        raise PoolError(f"no Dask scheduler at {address}: {words}") from None
    with client:
        size = sum(client.nthreads().values())
        if size == 0:
            raise PoolError(f"the Dask scheduler at {address} has no workers")
        yield client.get_executor(pure=False), size
        client.run(close_own)
