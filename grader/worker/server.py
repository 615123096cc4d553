"""A source of workers: forked from a warm process on Linux, started one by one elsewhere."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Protocol

from .forked import ForkServer
from .handle import Worker
from .launch import Options, Preload
from .protocol import Isolation, Layer, Limits, Source, Tier
from .spawned import SpawnServer


class Server(Protocol):
    """Where workers come from. May be used by several threads at once."""

    tier: Tier
    """Which tier of isolation is in force."""
    layers: tuple[Layer, ...]
    """What it gives and what it lacks, for records and people."""

    def start(self, source: Source, limits: Limits) -> Worker:
        """Start a worker, which begins to import `source` as soon as it can."""

    def close(self) -> None:
        """End the server's own processes; the workers are for their holders to close."""


@contextlib.contextmanager
def open_server(
    *,
    isolation: Isolation = "none",
    preload: Preload = "full",
    accelerator: str = "sim",
    hidden: Sequence[str | Path] = (),
    fork: bool | None = None,
    checks: str = "grader.checks",
) -> Iterator[Server]:
    """Start a server; it gets ready while the caller goes on.

    Args:
        isolation: "auto" takes the best tier that holds here, "strict" refuses anything less than all of it,
            "confined" does without namespaces even where they are to be had, "none" is for one's own code.
        preload: "full" imports all that most workers need before the first of them starts, for many submissions; "lazy" lets
            workers start as soon as torch is there. Workers that need scikit-learn come from a second process either way.
        accelerator: the device of checks whose aspect is "device": "sim" or a real one.
        hidden: folders that student code must not see, where that can be helped: submissions, results. The kit's own
            folders are hidden anyway.
        fork: whether workers are forked from a warm process; by default where that is safe.
        checks: package of the check modules.

    Raises:
        IsolationUnavailable: when strict isolation is not to be had; says which layer is missing, in one line.
    """
    folders = tuple(os.path.abspath(path) for path in hidden)
    given = Options(checks, accelerator, preload, isolation, folders)
    server: Server
    if sys.platform == "linux" if fork is None else fork:
        server = ForkServer(given)
    else:
        server = SpawnServer(given, spares=min(2, os.cpu_count() or 1))
    try:
        yield server
    finally:
        server.close()
