"""What a child of the self-test does inside the walls: everything that should not work."""

from __future__ import annotations

import os
import signal
import socket
import stat
import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import NoReturn, TypeAlias

import msgspec

from .. import linux
from ..protocol import Limits, Noticed, Ready
from ..wire import frame

Address: TypeAlias = tuple[int, tuple[str, int] | bytes]
"""A family of sockets, and where one of it listens."""

Attempt: TypeAlias = tuple[str, str, Callable[[], object]]
"""The property that is put to the test, what has been managed if it fails, and the try, which should raise OSError."""

_SECONDS = 5.0
_NEW_USER = 0x10000000


class Targets(msgspec.Struct, frozen=True):
    """What there is outside to get at.

    Args:
        canary: a file that must not be read.
        outside: where no file must be made.
        judge: a process that must not be found.
        hidden: folders that must not be listed.
        addresses: what must not be reached.
    """

    canary: str
    outside: str
    judge: int
    hidden: tuple[str, ...]
    addresses: tuple[Address, ...]


def probe(channel: int, targets: Targets, limits: Limits) -> NoReturn:
    """Try everything, report every hole over the channel, and leave a daemon behind."""
    for name, managed, attempt in _attempts(targets, limits):
        try:
            attempt()
        except OSError:
            continue
        os.write(channel, frame(Noticed(f"{name}: {managed}")))
    _leave_daemon()
    os.write(channel, frame(Ready()))
    time.sleep(_SECONDS)
    os._exit(0)


def _attempts(targets: Targets, limits: Limits) -> Iterator[Attempt]:
    canary, outside = targets.canary, targets.outside
    yield "no reading of other files", f"read {canary}", partial(_read, canary)
    for folder in targets.hidden:
        yield "no reading of other files", f"listed {folder}", partial(_list, folder)
    yield "no writing to other files", f"wrote {outside}", partial(_write, outside)
    yield "no writing to other files", f"touched {canary}", partial(_touch, canary)
    for family, address in targets.addresses:
        yield "no network", f"connected to {address!r}", partial(_connect, family, address)
    judge = targets.judge
    yield "no signals to other processes", "found another", partial(os.kill, judge, 0)
    yield "no other programs", "started one", _start_program
    yield "no further namespaces", "made one", partial(linux.call, "unshare", _NEW_USER)
    large = partial(_write, "large", 2 * limits.scratch_mb)
    yield "disk space limited", "it is not", large


def _read(path: str) -> None:
    with open(path, "rb") as file:
        file.read(1)


def _list(folder: str) -> None:
    if not os.listdir(folder):
        raise OSError("nothing there")


def _write(path: str, megabytes: int = 0) -> None:
    """Write a file, and take it away again where that worked."""
    with open(path, "xb", buffering=0) as file:
        for _ in range(megabytes):
            if file.write(bytes(2**20)) < 2**20:
                raise OSError("the disk is full")
    os.unlink(path)


def _touch(path: str) -> None:
    """Change a file's mode to what it is."""
    os.chmod(path, stat.S_IMODE(os.stat(path).st_mode))


def _connect(family: int, address: tuple[str, int] | bytes) -> None:
    with socket.socket(family) as caller:
        caller.connect(address)


def _start_program() -> None:
    os.waitpid(os.posix_spawn("/bin/true", ["true"], {}), 0)


def _leave_daemon() -> None:
    """A process that nobody waits for, in a session of its own, which ignores what it can."""
    child = os.fork()
    if child:
        os.waitpid(child, 0)
        return
    os.setsid()
    if os.fork():
        os._exit(0)
    for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
        signal.signal(number, signal.SIG_IGN)
    time.sleep(4 * _SECONDS)
    os._exit(0)
