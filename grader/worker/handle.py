"""The judge's side of one worker: ask, wait no longer than told, and read the answer with suspicion."""

from __future__ import annotations

import secrets
import signal
import time
from typing import IO, Protocol

from ..facts import Outcome, Raised, Stopped
from .output import printed, size
from .protocol import (
    Answer,
    Ended,
    Import,
    Imported,
    Inspect,
    Inspected,
    Limits,
    Noticed,
    Ready,
    Reply,
    Request,
    Run,
    Source,
    Unfit,
)
from .wire import Malformed, decode_reply, frame

MB = 2**20

_GETTING_READY_SECONDS = 120.0
"""Long enough for a server that is still importing torch on a busy machine."""

_INSPECTING_SECONDS = 5.0
_MAX_HINTS = 50

_MEMORY_ERRORS = ("MemoryError", "_ArrayMemoryError")
_NO_MEMORY = "DefaultCPUAllocator: can't allocate memory"


class Line(Protocol):
    """A worker's process as the judge reaches it."""

    def send(self, data: bytes) -> None:
        """Send a frame; raises OSError when the process has gone."""

    def receive(self, deadline: float) -> bytes | None:
        """The body of the next frame, or None at the end of the line.

        Raises:
            TimeoutError: when there is none by `deadline`, on the clock of time.monotonic.
            Malformed: when it is longer than a frame may be.
        """

    def ended(self) -> Ended:
        """Wait a little for the process's end and say how it came."""

    def fault(self) -> str:
        """What the grader's own processes said when they failed, in a phrase."""

    def interrupt(self) -> None:
        """End the process while another thread waits for its next frame, which then finds the end of the line."""

    def close(self) -> None:
        """End the process and all that it started."""


class Worker:
    """One student's module, imported in one process.

    Args:
        line: how to reach the process.
        source: the module.
        limits: what it may use up.
        output: the file that takes what it prints.

    Attributes:
        getting_ready_s: wall seconds for which the student's code had to wait for the grader.
    """

    def __init__(self, line: Line, source: Source, limits: Limits, output: IO[bytes]) -> None:
        self._line = line
        self._limits = limits
        self._output = output
        self._stopped: Stopped | None = None
        self._ready = False
        self.getting_ready_s = 0.0
        self._hints: dict[str, None] = {}
        self._send(Import(source, limits))

    def imported(self, timeout: float) -> Raised | Stopped | None:
        """Wait until the module is imported. To be called once, first.

        Args:
            timeout: wall seconds for the student's code; getting the process ready does not count.

        Returns:
            None when it is imported; otherwise why not.
        """
        began = time.monotonic()
        ready = self._reply(_GETTING_READY_SECONDS)
        self.getting_ready_s = time.monotonic() - began
        if isinstance(ready, Unfit):
            return self._stop(Stopped("not_graded", ready.remark))
        if not isinstance(ready, Ready):
            return self._stop(Stopped("not_graded", self._line.fault()))
        self._ready = True
        reply = self._reply(timeout)
        if isinstance(reply, Imported):
            return reply.error and self._named(reply.error)
        return reply if isinstance(reply, Stopped) else self._misbehaved()

    def run(self, check: str, seed: int, timeout: float) -> Outcome:
        """Run one check and wait for its outcome.

        Args:
            check: id of a check of the exercise, "function.name".
            seed: the run's seed.
            timeout: wall seconds. A worker that does not answer in time is ended.

        Returns:
            The outcome; `Stopped` when none came, and from then on. Where the code ran out of memory and lives on, too.
        """
        nonce = secrets.token_bytes(16)
        self._send(Run(nonce, check, seed))
        reply = self._reply(timeout)
        if isinstance(reply, Answer) and secrets.compare_digest(reply.nonce, nonce):
            outcome = reply.outcome
            return self._named(outcome) if isinstance(outcome, Raised) else outcome
        return reply if isinstance(reply, Stopped) else self._misbehaved()

    def flags(self) -> list[str]:
        """What a person should look at in what the student's code did: hints, never verdicts."""
        if self._ready and not self._stopped:
            self._send(Inspect())
            reply = self._reply(_INSPECTING_SECONDS)
            if not isinstance(reply, Inspected | Stopped):
                self._misbehaved()
        return list(self._hints)

    def output(self) -> str:
        """What the student's code has printed so far, cut to the limit."""
        return printed(self._output, self._limits.output_kib * 1024)

    def interrupt(self) -> None:
        """End the process from another thread than its holder's, who then sees it stopped, and closes."""
        self._line.interrupt()

    def close(self) -> None:
        """End the worker and all that it started. What it printed can still be read."""
        self._stopped = self._stopped or Stopped("not_graded", "the worker was closed")
        self._line.close()

    def _send(self, request: Request) -> None:
        """Send a request; that the process has gone shows when its reply is read."""
        if not self._stopped:
            try:
                self._line.send(frame(request))
            except OSError:
                return

    def _reply(self, timeout: float) -> Reply | Stopped:
        """The next reply that is not a hint."""
        deadline = time.monotonic() + timeout
        while not self._stopped:
            try:
                body = self._line.receive(deadline)
                reply = None if body is None else decode_reply(body)
            except TimeoutError:
                return self._stop(Stopped("timeout", f"no answer within {timeout:g} s"))
            except Malformed:
                return self._misbehaved()
            if size(self._output) > self._limits.flood_mb * MB:
                return self._stop(self._explain(Ended("flood")))
            if reply is None:
                return self._stop(self._explain(self._line.ended()))
            if not isinstance(reply, Noticed):
                return reply
            self._hints[reply.hint] = None
            if len(self._hints) > _MAX_HINTS:
                return self._misbehaved()
        return self._stopped

    def _named(self, raised: Raised) -> Raised | Stopped:
        """Too little memory by one name, whether an allocator or the supervisor noticed first."""
        if raised.type in _MEMORY_ERRORS or _NO_MEMORY in raised.message:
            return self._explain(Ended("out_of_memory"))
        return raised

    def _misbehaved(self) -> Stopped:
        self._hints["sent an answer that nobody asked for, or that cannot be read"] = None
        return self._stop(Stopped("crashed", "the answer could not be read"))

    def _stop(self, stopped: Stopped) -> Stopped:
        self._stopped = stopped
        self._line.close()
        return stopped

    def _explain(self, ended: Ended) -> Stopped:
        """Put the end of a process into words."""
        limits = self._limits
        if ended.how == "out_of_memory":
            return Stopped("out_of_memory", f"more than {limits.memory_mb} MB")
        if ended.how == "flood":
            return Stopped("crashed", f"printed more than {limits.flood_mb} MB")
        if ended.how == "swarm":
            return Stopped("crashed", f"more than {limits.processes} processes and threads")
        if ended.how == "exit":
            status = f"the process ended (exit status {ended.number}) before it answered"
            return Stopped("crashed", status)
        if ended.how == "signal" and ended.number == getattr(signal, "SIGXCPU", None):
            return Stopped("timeout", f"more than {limits.cpu_s} s of computing")
        if ended.how == "signal":
            return Stopped("crashed", f"ended by signal {ended.number}{_signal_name(ended.number)}")
        if ended.how == "silent":
            return Stopped("crashed", "the process closed its line before it answered")
        if self._ready:
            return Stopped("crashed", "the process and its supervisor are gone")
        return Stopped("not_graded", self._line.fault())


def _signal_name(number: int) -> str:
    try:
        words = signal.strsignal(number)
    except ValueError:
        words = None
    return f" ({words.lower()})" if words else ""
