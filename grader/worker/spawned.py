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
from typing import IO

from . import output
from .handle import Worker
from .launch import Options, launch
from .protocol import Ended, IsolationUnavailable, Layer, Limits, Source, Tier
from .wire import HEADER, Malformed, length_of

_ENDING_SECONDS = 5.0
_LOOK_SECONDS = 0.1
MB = 2**20


class SpawnServer:
    """Starts a fresh process for every worker, and some ahead of time, since each must import torch first.

    Args:
        given: what is asked for.
        spares: how many processes to keep getting ready.

    Raises:
        IsolationUnavailable: when strict isolation is asked for, which needs a forked worker.
    """

    def __init__(self, given: Options, spares: int) -> None:
        if given.isolation == "strict":
            raise IsolationUnavailable("strict isolation is not to be had here: it takes Linux")
        walls = Layer("walls around the student's code", False, "they take Linux")
        self.tier: Tier = "none"
        self.layers: tuple[Layer, ...] = (walls,)
        self._given = given
        self._lock = threading.Lock()
        self._spares = [SpawnedLine(given) for _ in range(spares)]

    def start(self, source: Source, limits: Limits) -> Worker:
        """See `Server.start`."""
        with self._lock:
            self._spares.append(SpawnedLine(self._given))
            line = self._spares.pop(0)
        line.flood_bytes = limits.flood_mb * MB
        return Worker(line, source, limits, line.output)

    def close(self) -> None:
        """See `Server.close`."""
        with self._lock:
            for line in self._spares:
                line.close()
            self._spares.clear()


class SpawnedLine:
    """A process of its own, reached over pipes. What it prints is bounded while somebody waits for it."""

    def __init__(self, given: Options) -> None:
        self.output = output.new()
        self.flood_bytes = 50 * MB
        self._scratch = tempfile.mkdtemp(prefix="gradkit-")
        self._process = launch(
            "single",
            given,
            self.output,
            cwd=self._scratch,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        self._frames: queue.SimpleQueue[bytes | Malformed | None] = queue.SimpleQueue()
        # A thread, since Windows cannot wait for a pipe with a time limit.
        threading.Thread(target=self._read, daemon=True).start()

    def send(self, data: bytes) -> None:
        """See `Line.send`."""
        assert self._process.stdin
        self._process.stdin.write(data)
        self._process.stdin.flush()

    def receive(self, deadline: float) -> bytes | None:
        """See `Line.receive`."""
        while True:
            left = deadline - time.monotonic()
            try:
                received = self._frames.get(timeout=max(0.0, min(left, _LOOK_SECONDS)))
                break
            except queue.Empty:
                if left <= 0:
                    raise TimeoutError from None
                if output.size(self.output) > self.flood_bytes:
                    return None
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
        return f"the worker's program failed: {output.last_line(self.output) or 'it said nothing'}"

    def interrupt(self) -> None:
        """See `Line.interrupt`."""
        if os.name == "posix":
            with contextlib.suppress(OSError):
                os.killpg(self._process.pid, signal.SIGKILL)
        else:
            tree = ["taskkill", "/T", "/F", "/PID", str(self._process.pid)]
            subprocess.run(tree, capture_output=True, check=False)

    def close(self) -> None:
        """See `Line.close`."""
        self.interrupt()
        self._process.wait()
        assert self._process.stdin
        with contextlib.suppress(OSError):
            self._process.stdin.close()
        shutil.rmtree(self._scratch, ignore_errors=True)

    def _read(self) -> None:
        """Take every frame from the pipe, until it ends."""
        assert self._process.stdout
        with self._process.stdout as pipe:
            try:
                while header := _exactly(pipe, HEADER):
                    self._frames.put(_exactly(pipe, length_of(header)))
            except Malformed as malformed:
                self._frames.put(malformed)
        self._frames.put(None)


def _exactly(pipe: IO[bytes], count: int) -> bytes | None:
    data = pipe.read(count)
    return data if len(data) == count else None
