"""The parent of one worker: it starts it, watches what it uses, ends it and all that it started, and reports how it ended.

The judge holds one end of its line. Closing that, by dying too, ends the worker.
"""

from __future__ import annotations

import contextlib
import os
import select
import shutil
import signal
import tempfile
from collections.abc import Callable
from typing import NoReturn

import msgspec

from . import linux
from .processes import Family
from .protocol import Ended, Limits, Unfit
from .sandbox import privileges
from .sandbox.walls import Walls
from .wire import frame

POLL_SECONDS = 0.05
MB = 2**20
_CHANNEL = 3
_UNFIT = 98


class Descriptors(msgspec.Struct, frozen=True):
    """What came with the request: the worker's line, the supervisor's line, and the file for output."""

    channel: int
    control: int
    output: int


def main(
    walls: Walls, limits: Limits, descriptors: list[int], program: Callable[[int], NoReturn]
) -> NoReturn:
    """Be the supervisor of one worker, from start to end. Runs in a process just forked for it.

    Args:
        walls: what to put up around the worker.
        limits: what the worker may use up.
        descriptors: in the order of `Descriptors`.
        program: what the worker runs, given its line to the judge.
    """
    given = Descriptors(*descriptors)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    linux.adopt_orphans()
    scratch = tempfile.mkdtemp(prefix="gradkit-")
    user = privileges.spare_user()
    try:
        walls.around_family()
    except OSError as error:
        _say_unfit(given.channel, error)
        os.rmdir(scratch)
        os._exit(_UNFIT)
    family = Family()
    worker = os.fork()
    if worker == 0:
        _be_worker(walls, limits, given, scratch, user, program)
    os.close(given.channel)
    ended = _watch(worker, family, limits, given)
    family.end()
    _report(given.control, ended)
    shutil.rmtree(scratch, ignore_errors=True)
    os._exit(0)


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
    exit_of_worker = os.pidfd_open(worker)
    poll.register(exit_of_worker, select.POLLIN)
    poll.register(given.control, select.POLLIN | select.POLLHUP)
    while True:
        ready = dict(poll.poll(POLL_SECONDS * 1000))
        if exit_of_worker in ready:
            return _how_it_ended(os.waitpid(worker, 0)[1])
        if given.control in ready:
            return None
        members = family.members()
        if len(members) > limits.processes:
            return Ended("swarm")
        if family.memory(members) > limits.memory_mb * MB:
            return Ended("out_of_memory")
        if os.fstat(given.output).st_size > limits.flood_mb * MB:
            return Ended("flood")


def _how_it_ended(status: int) -> Ended:
    if os.WIFSIGNALED(status):
        return Ended("signal", os.WTERMSIG(status))
    return Ended("exit", os.WEXITSTATUS(status))


def _report(control: int, ended: Ended | None) -> None:
    if ended is not None:
        with contextlib.suppress(OSError):  # the judge has gone meanwhile
            os.write(control, msgspec.msgpack.encode(ended))
