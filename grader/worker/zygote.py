"""The fork server: imports everything once, then forks supervisors as they are asked for, and those fork workers.

It runs no student code, has one thread, and holds no answer.
"""

from __future__ import annotations

import contextlib
import os
import signal
import socket
from collections.abc import Callable
from typing import NoReturn

import msgspec

from . import boot, linux, supervisor
from .launch import Options
from .limits import data_bytes
from .sandbox import selftest
from .sandbox.view import view
from .sandbox.walls import Walls


def main(given: Options, descriptors: list[int]) -> NoReturn:
    """Say which isolation holds here, warm up, and serve requests on the given sockets until they close.

    Args:
        given: what is asked for.
        descriptors: two sockets; a process of its own, which has scikit-learn too, serves the second.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # Root's workers become another user, who must get into the folders that root makes for them.
    os.umask(0o022)
    sockets = [socket.socket(fileno=number) for number in descriptors]
    seen = view(boot.ROOT, given.hidden, packages=boot.INSTALLED)
    standing = selftest.standing(given.isolation, seen, canary=__file__)
    sockets[0].send(msgspec.msgpack.encode(standing))
    walls = Walls(standing.tier, seen)
    from . import program, warm  # torch, which nobody should wait for to be told of the isolation

    setting = warm.up(given)
    warm.forget_path()
    warm.settle(for_many=given.preload == "full")
    # Supervisors are nobody's business once they are forked: their own line to the judge tells how things ended.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    if os.fork() == 0:
        linux.die_with_parent()
        sockets.pop(0).close()
        warm.drawing()
        warm.slow_packages()
        warm.settle(for_many=given.preload == "full")
    memory = data_bytes()

    def work(line: int) -> NoReturn:
        program.main(program.Channel(line, line), setting, memory)

    _serve(sockets[0], walls, work)


def _serve(requests: socket.socket, walls: Walls, work: Callable[[int], NoReturn]) -> NoReturn:
    while True:
        body, descriptors, _, _ = socket.recv_fds(requests, 2**10, 1)
        if not body:
            os._exit(0)
        own = socket.socket(fileno=descriptors[0])
        # Where the machine has no process left, the judge sees its line close, and nobody else is concerned.
        with contextlib.suppress(OSError):
            if os.fork() == 0:
                # Else the server's end would not be seen by whoever holds the other one.
                requests.close()
                supervisor.serve(walls, own, work)
        own.close()
