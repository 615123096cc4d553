"""The parent of a worker: it starts it, watches what it uses, ends it and all that it started, and reports how it ended.

The judge holds one end of its line. Closing that, by dying too, ends the worker. Where the walls allow it, a supervisor serves
one worker after the other, never two at once, since forking one costs as much as the worker itself.
"""

from __future__ import annotations

import contextlib
import os
import select
import shutil
import signal
import socket
import tempfile
from collections.abc import Callable
from typing import NamedTuple, NoReturn

import msgspec

from . import linux
from .processes import Family
from .protocol import Ended, Limits, Unfit
from .sandbox import privileges
from .sandbox.walls import Walls
from .wire import frame

POLL_SECONDS = 0.05
MB = 2**20
MAX_REQUEST = 64 * 2**10
_CHANNEL = 3
_UNFIT = 98


class Descriptors(NamedTuple):
    """What comes with a request: the worker's line to the judge, the supervisor's, and the file that takes what is printed."""

    channel: int
    control: int
    output: int


DESCRIPTORS = Descriptors._fields


def serve(walls: Walls, requests: socket.socket, program: Callable[[int], NoReturn]) -> NoReturn:
    """Supervise workers as they are asked for, until the judge has gone. Runs in a process just forked for it.

    Args:
        walls: what to put up around each worker.
        requests: brings limits, and descriptors in the order of `Descriptors`.
        program: what a worker runs, given its line to the judge.
    """
    try:
        while True:
            body, descriptors, _, _ = socket.recv_fds(requests, MAX_REQUEST, len(DESCRIPTORS))
            if not body:
                os._exit(0)
            limits = msgspec.msgpack.decode(body, type=Limits)
            if not supervise(walls, limits, Descriptors(*descriptors), program):
                os._exit(1)
    finally:
        # Whatever happens, this process must not go on as the server that it was forked from.
        os._exit(1)


def supervise(
    walls: Walls, limits: Limits, given: Descriptors, program: Callable[[int], NoReturn]
) -> bool:
    """Be the supervisor of one worker, from start to end.

    Args:
        walls: what to put up around the worker.
        limits: what the worker may use up.
        given: the worker's lines, which are closed in the end.
        program: what the worker runs, given its line to the judge.

    Returns:
        Whether nothing is left of it, so that another may be served.
    """
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    linux.adopt_orphans()
    scratch = tempfile.mkdtemp(prefix="gradkit-")
    user = privileges.spare_user()
    try:
        walls.around_family()
    except OSError as error:
        _say_unfit(given.channel, error)
        os.rmdir(scratch)
        return False
    family = Family()
    worker = os.fork()
    if worker == 0:
        _be_worker(walls, limits, given, scratch, user, program)
    os.close(given.channel)
    ended = _watch(worker, family, limits, given)
    clean = family.end()
    _report(given.control, ended)
    for descriptor in (given.control, given.output):
        os.close(descriptor)
    shutil.rmtree(scratch, ignore_errors=True)
    return clean


def _be_worker(
    walls: Walls,
    limits: Limits,
    given: Descriptors,
    scratch: str,
    user: int,
    program: Callable[[int], NoReturn],
) -> NoReturn:
    os.setsid()
    linux.die_with_parent()
    nothing = os.open(os.devnull, os.O_RDONLY)
    for source, target in ((nothing, 0), (given.output, 1), (given.output, 2)):
        os.dup2(source, target)
    if given.channel != _CHANNEL:
        os.dup2(given.channel, _CHANNEL)
    os.closerange(_CHANNEL + 1, os.sysconf("SC_OPEN_MAX"))
    os.chdir(scratch)
    os.environ["TMPDIR"] = os.environ["HOME"] = scratch
    try:
        walls.around_worker(limits, scratch, user)
    except OSError as error:
        _say_unfit(_CHANNEL, error)
        os._exit(_UNFIT)
    tempfile.tempdir = os.environ["TMPDIR"]
    try:
        program(_CHANNEL)
    finally:
        # Whatever happens, this process must not go on as what it was forked from.
        os._exit(1)


def _say_unfit(channel: int, error: OSError) -> None:
    words = f"isolation failed: {error.strerror or error}"
    with contextlib.suppress(OSError):
        os.write(channel, frame(Unfit(words[:500])))


def _watch(worker: int, family: Family, limits: Limits, given: Descriptors) -> Ended | None:
    """Wait until the worker ends, or must be ended; None when the judge has gone."""
    poll = select.poll()
    with open(os.pidfd_open(worker), "rb", buffering=0) as exit_of_worker:
        poll.register(exit_of_worker, select.POLLIN)
        poll.register(given.control, select.POLLIN | select.POLLHUP)
        while True:
            ready = dict(poll.poll(POLL_SECONDS * 1000))
            if exit_of_worker.fileno() in ready:
                return _how_it_ended(os.waitpid(worker, 0)[1])
            if given.control in ready:
                return None
            if excess := _excess(family, limits, given.output):
                return excess


def _excess(family: Family, limits: Limits, output: int) -> Ended | None:
    """What the worker and its children use too much of, if anything."""
    members = family.members()
    if family.threads(members) > limits.processes:
        return Ended("swarm")
    if family.memory(members) > limits.memory_mb * MB:
        return Ended("out_of_memory")
    if os.fstat(output).st_size > limits.flood_mb * MB:
        return Ended("flood")
    return None


def _how_it_ended(status: int) -> Ended:
    if os.WIFSIGNALED(status):
        return Ended("signal", os.WTERMSIG(status))
    return Ended("exit", os.WEXITSTATUS(status))


def _report(control: int, ended: Ended | None) -> None:
    if ended is not None:
        with contextlib.suppress(OSError):  # the judge has gone meanwhile
            os.write(control, msgspec.msgpack.encode(ended))
