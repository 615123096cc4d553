"""A source of workers: forked from a warm process on Linux, started one by one elsewhere."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator
from typing import Literal, Protocol

from .forked import ForkServer
from .handle import Worker
from .protocol import Limits, Source
from .spawned import SpawnServer

Kind = Literal["fork", "spawn"]
Preload = Literal["eager", "lazy"]


class Server(Protocol):
    """Where workers come from. May be used by several threads at once."""

    def start(self, source: Source, limits: Limits) -> Worker:
        """Start a worker, which begins to import `source` at once.

        Raises:
            GraderFault: when no worker can be started.
        """

    def close(self) -> None:
        """End the server's own processes; the workers are for their holders to close."""


@contextlib.contextmanager
def open_server(
    *,
    preload: Preload = "eager",
    accelerator: str = "sim",
    checks: str = "grader.checks",
    kind: Kind | None = None,
) -> Iterator[Server]:
    """Start a server; it gets ready while the caller goes on.

    Args:
        preload: "eager" imports all that workers may need before the first of them, for many submissions; "lazy" lets
            workers start as soon as torch is there, while a second process gets ready for those that need scikit-learn.
        accelerator: the device of checks whose aspect is "device": "sim" or a real one.
        checks: package of the check modules.
        kind: "fork" or "spawn" to force one; by default whatever is safe here.
    """
    kind = kind or ("fork" if sys.platform == "linux" else "spawn")
    server: Server
    if kind == "fork":
        server = ForkServer(checks, accelerator, preload)
    else:
        server = SpawnServer(checks, accelerator, spares=min(2, os.cpu_count() or 1))
    try:
        yield server
    finally:
        server.close()
