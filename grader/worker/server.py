"""A source of workers: forked from a warm process on Linux, started one by one elsewhere."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator
from typing import Literal, Protocol

from .forked import ForkServer
from .handle import Worker
from .isolation import Isolation, Layer, choose
from .protocol import Limits, Source
from .spawned import SpawnServer

Preload = Literal["lazy", "full"]


class Server(Protocol):
    """Where workers come from. May be used by several threads at once."""

    @property
    def layers(self) -> list[Layer]:
        """The layers of isolation around every worker, and those that are missing."""

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
    checks: str = "grader.checks",
    fork: bool | None = None,
) -> Iterator[Server]:
    """Start a server; it gets ready while the caller goes on.

    Args:
        isolation: "strict" insists on all layers of isolation, "auto" takes those that this machine offers, "none" leaves
            it at limits.
        preload: "full" imports all that workers may need before the first of them, for many submissions; "lazy" lets
            workers start as soon as torch is there, while a second process gets ready for those that need scikit-learn.
        accelerator: the device of checks whose aspect is "device": "sim" or a real one.
        checks: package of the check modules.
        fork: whether to fork workers; by default where that is safe.

    Raises:
        IsolationUnavailable: when `isolation` is "strict" and a layer is missing.
    """
    fork = sys.platform == "linux" if fork is None else fork
    tier, layers = choose(isolation, fork)
    server: Server
    if fork:
        server = ForkServer(checks, accelerator, preload, tier, layers)
    else:
        server = SpawnServer(checks, accelerator, layers, spares=min(2, os.cpu_count() or 1))
    try:
        yield server
    finally:
        server.close()
