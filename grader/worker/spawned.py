"""Workers started as programs of their own, for platforms where forking a warm process is not safe: the judge's side."""

from __future__ import annotations

import contextlib
import os
import queue
import shutil
import signal
import subprocess
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import IO, cast

from . import output
from .handle import Worker
from .isolation import Layer
from .launch import launch
from .protocol import HEADER, Ended, Limits, Malformed, Source, length_of

_ENDING_SECONDS = 5.0


class SpawnServer:
    """Starts a fresh process for every worker, and some ahead of time, since each must import torch first.

    Args:
        checks: package of the check modules.
        accelerator: the device of checks whose aspect is "device".
        layers: what is known about the isolation of workers.
        spares: how many processes to keep getting ready.
    """

    def __init__(self, checks: str, accelerator: str, layers: list[Layer], spares: int) -> None:
        self.layers = layers
        self._arguments = ["single", checks, accelerator]
        self._lock = threading.Lock()
        # Linux ends a process with the thread that started it, so one thread starts them all.
        self._launcher = ThreadPoolExecutor(1)
        self._spares = [self._launch() for _ in range(spares)]

    def start(self, source: Source, limits: Limits) -> Worker:
        """See `Server.start`."""
        with self._lock:
            self._spares.append(self._launch())
            line = self._spares.pop(0)
        return Worker(line, source, limits, line.output)

    def close(self) -> None:
        """See `Server.close`."""
        with self._lock:
            for line in self._spares:
                line.close()
            self._spares.clear()
        self._launcher.shutdown()

    def _launch(self) -> SpawnedLine:
        return self._launcher.submit(SpawnedLine, self._arguments).result()


class SpawnedLine:
    """A process of its own, reached over pipes.

    Args:
        arguments: of boot.py.
    """

    def __init__(self, arguments: list[str]) -> None:
        self.output = output.new()
        self._scratch = tempfile.mkdtemp(prefix="gradkit-")
        self._process = launch(
            arguments,
            self.output,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=self._scratch,
        )
        self._inward = cast("IO[bytes]", self._process.stdout)
        self._outward = cast("IO[bytes]", self._process.stdin)
        self._frames: queue.SimpleQueue[bytes | Malformed | None] = queue.SimpleQueue()
        # A thread, since Windows cannot wait for a pipe with a time limit.
        threading.Thread(target=self._read, daemon=True).start()

    def send(self, data: bytes) -> None:
        """See `Line.send`."""
        self._outward.write(data)
        self._outward.flush()

    def receive(self, deadline: float) -> bytes | None:
        """See `Line.receive`."""
        try:
            received = self._frames.get(timeout=max(0.0, deadline - time.monotonic()))
        except queue.Empty:
            raise TimeoutError from None
        if isinstance(received, Malformed):
            raise received
        return received

    def ended(self) -> Ended:
        """See `Line.ended`."""
        try:
            status = self._process.wait(_ENDING_SECONDS)
        except subprocess.TimeoutExpired:
            return Ended("silent")
        return Ended("signal", -status) if status < 0 else Ended("exit", status)

    def fault(self) -> str:
        """See `Line.fault`."""
        return f"no worker: {output.last_line(self.output) or 'the process has gone'}"

    def close(self) -> None:
        """See `Line.close`."""
        if os.name == "posix":
            with contextlib.suppress(OSError):
                os.killpg(self._process.pid, signal.SIGKILL)
        self._process.kill()
        self._process.wait()
        with contextlib.suppress(OSError):
            self._outward.close()
        shutil.rmtree(self._scratch, ignore_errors=True)

    def _read(self) -> None:
        """Pass on frames until the line ends. Runs on a thread of its own."""
        try:
            while header := _exactly(self._inward, HEADER):
                self._frames.put(_exactly(self._inward, length_of(header)))
        except Malformed as malformed:
            self._frames.put(malformed)
        except OSError:
            pass
        self._frames.put(None)


def _exactly(pipe: IO[bytes], count: int) -> bytes | None:
    data = pipe.read(count)
    return data if len(data) == count else None
