"""Workers forked from a warm process: the judge's side."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable

import msgspec

from . import output
from .handle import Worker
from .isolation import Layer
from .launch import launch
from .protocol import HEADER, Ended, Limits, Source, length_of

_ENDING_SECONDS = 5.0
_SENDING_SECONDS = 120.0
"""Long enough for a server that is still importing torch on a busy machine."""


class ForkServer:
    """A warm process that forks workers, and perhaps a second one that is still warming up.

    Args:
        checks: package of the check modules.
        accelerator: the device of checks whose aspect is "device".
        preload: "full" or "lazy", as for `open_server`.
        tier: which walls workers are behind.
        layers: the layers that make these walls.
    """

    def __init__(
        self, checks: str, accelerator: str, preload: str, tier: str, layers: list[Layer]
    ) -> None:
        self.layers = layers
        self._errors = output.new()
        self._sending = threading.Lock()
        self._folder = tempfile.mkdtemp(prefix="gradkit-")
        os.chmod(self._folder, 0o711)  # a worker of another user must reach its scratch folder
        pairs = [_pair(socket.SOCK_SEQPACKET) for _ in range(2 if preload == "lazy" else 1)]
        theirs = [there.fileno() for _, there in pairs]
        self._process = launch(
            ["fork", checks, accelerator, tier, self._folder, preload, *map(str, theirs)],
            self._errors,
            stdin=subprocess.DEVNULL,
            stdout=self._errors,
            pass_fds=theirs,
        )
        self._sockets = [here for here, _ in pairs]
        for _, there in pairs:
            there.close()

    def start(self, source: Source, limits: Limits) -> Worker:
        """See `Server.start`."""
        channel, channel_there = _pair(socket.SOCK_STREAM)
        control, control_there = _pair(socket.SOCK_SEQPACKET)
        printed = output.new()
        sent = [channel_there.fileno(), control_there.fileno(), printed.fileno()]
        # A server that has gone shows at the worker's end, as a line that closes before it is ready.
        with self._sending, contextlib.suppress(OSError):
            socket.send_fds(self._server_for(source), [msgspec.msgpack.encode(limits)], sent)
        channel_there.close()
        control_there.close()
        return Worker(ForkedLine(channel, control, self._fault), source, limits, printed)

    def close(self) -> None:
        """See `Server.close`."""
        for each in self._sockets:
            each.close()
        self._process.kill()
        self._process.wait()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _server_for(self, source: Source) -> socket.socket:
        """The second process where the source seems to need what only that has; a wrong guess costs time, no more."""
        return self._sockets[-1 if b"sklearn" in source.text else 0]

    def _fault(self) -> str:
        """What the server said last, for the case that it has failed."""
        return f"no worker: {output.last_line(self._errors) or 'the server has gone'}"


class ForkedLine:
    """The lines to one worker and to its supervisor.

    Args:
        channel: to the worker.
        control: to its supervisor, which ends the worker when this closes.
        fault: says what is wrong with the server, if something is.
    """

    def __init__(
        self, channel: socket.socket, control: socket.socket, fault: Callable[[], str]
    ) -> None:
        self._channel = channel
        self._control = control
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
        try:
            self._control.settimeout(_ENDING_SECONDS)
            return msgspec.msgpack.decode(self._control.recv(2**12), type=Ended)
        except TimeoutError:
            return Ended("silent")
        except (OSError, msgspec.MsgspecError):
            return Ended("lost")

    def close(self) -> None:
        """See `Line.close`. The supervisor does the work, as soon as its line is closed."""
        self._channel.close()
        self._control.close()

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


def _pair(kind: socket.SocketKind) -> tuple[socket.socket, socket.socket]:
    return socket.socketpair(socket.AF_UNIX, kind)
