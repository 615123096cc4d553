"""The fork server: imports everything once, then forks a supervisor, and that a worker, for every request.

It runs no student code, has one thread, and holds no answer.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
from typing import NoReturn

import msgspec

from . import boot, supervisor, warm
from .protocol import Limits

MAX_REQUEST = 2**16
DESCRIPTORS = 3
"""Sent with a request: the worker's line to the judge, the supervisor's, and the file that takes what is printed."""


def main(setting: supervisor.Setting, preload: str, descriptors: list[int]) -> NoReturn:
    """Serve requests on the given sockets until they close.

    Args:
        setting: what is the same for all workers.
        preload: "full" imports scikit-learn before anything is served; "lazy" leaves that to a process of its own,
            which serves the second socket.
        descriptors: one socket, or two where `preload` is "lazy".
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    sockets = [socket.socket(fileno=number) for number in descriptors]
    warm.up(setting.checks, setting.accelerator)
    if preload == "full":
        warm.scikit_learn()
    warm.settle(boot.ROOT)
    # Supervisors are nobody's business once they are forked: their own line to the judge tells how things ended.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    if preload == "lazy":
        if os.fork() == 0:
            sockets.pop(0).close()
            warm.scikit_learn()
            warm.settle(boot.ROOT)
        else:
            sockets.pop(1).close()
    _serve(sockets[0], setting)


def _serve(requests: socket.socket, setting: supervisor.Setting) -> NoReturn:
    while True:
        body, descriptors, _, _ = socket.recv_fds(requests, MAX_REQUEST, DESCRIPTORS)
        if not body:
            shutil.rmtree(setting.folder, ignore_errors=True)
            os._exit(0)
        if os.fork() == 0:
            requests.close()
            supervisor.main(setting, msgspec.msgpack.decode(body, type=Limits), descriptors)
        for number in descriptors:
            os.close(number)
