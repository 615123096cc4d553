"""Workers forked from a warm process: the judge's side."""

from __future__ import annotations

import contextlib
import socket
import subprocess
import threading
import time
from collections import deque
from collections.abc import Callable
from functools import partial

import msgspec

from . import output
from .handle import Worker
from .launch import Options, launch
from .protocol import Ended, IsolationUnavailable, Limits, Source, Standing
from .sandbox.properties import unwalled
from .wire import HEADER, length_of

SUPERVISOR = b"supervisor"
"""Asks a warm process for another supervisor, to serve the socket that comes with it."""

_SENDING_SECONDS = 120.0
_ENDING_SECONDS = 5.0
_STANDING_SECONDS = 60.0


class ForkServer:
    """A warm process that forks workers, and a second one that has scikit-learn too, whose forks cost more.

    Args:
        given: what is asked for.

    Raises:
        IsolationUnavailable: when it is asked for and not to be had.
    """

    def __init__(self, given: Options) -> None:
        self._errors = output.new()
        pairs = [_pair(socket.SOCK_SEQPACKET) for _ in range(2)]
        self._process = launch(
            "fork",
            given,
            self._errors,
            tuple(there.fileno() for _, there in pairs),
            stdin=subprocess.DEVNULL,
            stdout=self._errors,
        )
        for _, there in pairs:
            there.close()
        self._plain, self._with_sklearn = (Supervisors(here) for here, _ in pairs)
        try:
            standing = self._read_standing(given, pairs[0][0])
            _insist(given, standing)
        except BaseException:
            self.close()
            raise
        self.tier, self.layers = standing.tier, standing.layers
        for each in (self._plain, self._with_sklearn):
            each.lasting = standing.lasting

    def start(self, source: Source, limits: Limits) -> Worker:
        """See `Server.start`."""
        channel, channel_there = _pair(socket.SOCK_STREAM)
        control, control_there = _pair(socket.SOCK_SEQPACKET)
        printed = output.new()
        sent = [channel_there.fileno(), control_there.fileno(), printed.fileno()]
        free = self._server_for(source).ask(msgspec.msgpack.encode(limits), sent)
        channel_there.close()
        control_there.close()
        return Worker(ForkedLine(channel, control, self._fault, free), source, limits, printed)

    def close(self) -> None:
        """See `Server.close`."""
        for each in (self._plain, self._with_sklearn):
            each.close()
        self._process.kill()
        self._process.wait()

    def _server_for(self, source: Source) -> Supervisors:
        """The second process where the source seems to need what only that has; a wrong guess costs time, no more."""
        return self._with_sklearn if b"sklearn" in source.text else self._plain

    def _read_standing(self, given: Options, line: socket.socket) -> Standing:
        if given.isolation == "none":
            return unwalled("not asked for")
        line.settimeout(_STANDING_SECONDS)
        try:
            return msgspec.msgpack.decode(line.recv(2**16), type=Standing)
        except (OSError, msgspec.MsgspecError):
            raise IsolationUnavailable(self._fault()) from None
        finally:
            line.settimeout(None)

    def _fault(self) -> str:
        return f"the worker server failed: {output.last_line(self._errors) or 'it said nothing'}"


class Supervisors:
    """The supervisors forked from one warm process, each with a line of its own.

    Args:
        server: the line to the warm process.

    Attributes:
        lasting: whether a supervisor can serve one worker after the other.
    """

    def __init__(self, server: socket.socket) -> None:
        self.lasting = False
        self._server = server
        self._idle: deque[socket.socket] = deque()
        self._lock = threading.Lock()

    def ask(self, request: bytes, descriptors: list[int]) -> Callable[[], None]:
        """Have a supervisor start a worker.

        Returns:
            What to call once the worker's lines are closed.
        """
        while True:
            line, is_new = self._rested() or self._another()
            try:
                socket.send_fds(line, [request], descriptors)
            except OSError:
                line.close()
                if is_new:
                    # That the server has gone shows when the worker's first reply is read.
                    return _nothing
                continue
            if self.lasting:
                return partial(self._give_back, line)
            line.close()
            return _nothing

    def close(self) -> None:
        """Let go of the warm process and of all supervisors, which end when their workers have."""
        with self._lock:
            self._server.close()
            while self._idle:
                self._idle.pop().close()

    def _rested(self) -> tuple[socket.socket, bool] | None:
        """One that has nothing to do; the last that came back may still be clearing away."""
        with self._lock:
            return (self._idle.popleft(), False) if len(self._idle) > 1 else None

    def _another(self) -> tuple[socket.socket, bool]:
        here, there = _pair(socket.SOCK_SEQPACKET)
        with contextlib.suppress(OSError), self._lock, there:
            socket.send_fds(self._server, [SUPERVISOR], [there.fileno()])
        return here, True

    def _give_back(self, line: socket.socket) -> None:
        with self._lock:
            if self._server.fileno() < 0:
                line.close()
            else:
                self._idle.append(line)


class ForkedLine:
    """The lines to one worker and to its supervisor.

    Args:
        channel: to the worker.
        control: to its supervisor, which ends the worker when this closes.
        fault: says what is wrong with the server, if something is.
        free: to be called when both are closed.
    """

    def __init__(
        self,
        channel: socket.socket,
        control: socket.socket,
        fault: Callable[[], str],
        free: Callable[[], None],
    ) -> None:
        self._channel = channel
        self._control = control
        self._free = free
        self.fault = fault

    def send(self, data: bytes) -> None:
        """See `Line.send`."""
        self._channel.settimeout(_SENDING_SECONDS)
        self._channel.sendall(data)

    def receive(self, deadline: float) -> bytes | None:
        """See `Line.receive`."""
        header = self._exactly(HEADER, deadline)
        return None if header is None else self._exactly(length_of(header), deadline)

    def ended(self) -> Ended:
        """See `Line.ended`."""
        self._control.settimeout(_ENDING_SECONDS)
        try:
            return msgspec.msgpack.decode(self._control.recv(2**12), type=Ended)
        except TimeoutError:
            return Ended("silent")
        except (OSError, msgspec.MsgspecError):
            return Ended("lost")

    def interrupt(self) -> None:
        """See `Line.interrupt`. Nothing is closed here: the number of a closed descriptor may soon be another's."""
        with contextlib.suppress(OSError):  # closed already
            self._control.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """See `Line.close`. The supervisor does the work, as soon as its line is closed."""
        for each in (self._control, self._channel):
            # Whoever inherited a copy of the descriptor must not keep the line open.
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()
        self._free()
        self._free = _nothing

    def _exactly(self, count: int, deadline: float) -> bytes | None:
        data = bytearray()
        while len(data) < count:
            left = deadline - time.monotonic()
            if left <= 0:
                raise TimeoutError
            self._channel.settimeout(left)
            try:
                part = self._channel.recv(min(count - len(data), 2**18))
            except ConnectionError:
                return None
            if not part:
                return None
            data += part
        return bytes(data)


def _insist(given: Options, standing: Standing) -> None:
    lacking = [layer for layer in standing.layers if not layer.in_force]
    if given.isolation == "strict" and lacking:
        first = lacking[0]
        remark = f" ({first.remark})" if first.remark else ""
        raise IsolationUnavailable(f"strict isolation is not to be had here: {first.name}{remark}")


def _nothing() -> None:
    """There is nothing to give back, or it has been."""


def _pair(kind: socket.SocketKind) -> tuple[socket.socket, socket.socket]:
    return socket.socketpair(socket.AF_UNIX, kind)
