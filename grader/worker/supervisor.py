"""The parent of one worker: it starts it, watches what it uses, ends it and all that it started, and reports how it ended.

The judge holds one end of its line. Closing that, by dying too, ends the worker.
"""

from __future__ import annotations

import os
import select
import shutil
import signal
import tempfile
import time
from typing import NoReturn

import msgspec

from . import linux, program
from .processes import Family
from .protocol import Ended, Limits

POLL_SECONDS = 0.05
MB = 2**20


class Setting(msgspec.Struct, frozen=True):
    """What is the same for all workers of a server."""

    checks: str
    accelerator: str


class Descriptors(msgspec.Struct, frozen=True):
    """What came with the request: the worker's line, the supervisor's line, and the file for output."""

    channel: int
    control: int
    output: int


def main(setting: Setting, limits: Limits, descriptors: list[int]) -> NoReturn:
    """Be the supervisor of one worker, from start to end. Runs in a process just forked for it."""
    given = Descriptors(*descriptors)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    linux.adopt_orphans()
    scratch = tempfile.mkdtemp(prefix="gradkit-")
    started = time.monotonic()
    family = Family()
    worker = os.fork()
    if worker == 0:
        _be_worker(setting, given, scratch)
    os.close(given.channel)
    ended = _watch(worker, family, limits, given, started)
    family.end()
    shutil.rmtree(scratch, ignore_errors=True)
    _report(given.control, ended)
    os._exit(0)


def _be_worker(setting: Setting, given: Descriptors, scratch: str) -> NoReturn:
    os.setsid()
    linux.die_with_parent()
    nothing = os.open(os.devnull, os.O_RDONLY)
    for source, target in ((nothing, 0), (given.output, 1), (given.output, 2)):
        os.dup2(source, target)
    channel = 3
    if given.channel != channel:
        os.dup2(given.channel, channel)
    os.closerange(channel + 1, 1024)
    os.chdir(scratch)
    os.environ["TMPDIR"] = os.environ["HOME"] = tempfile.tempdir = scratch
    program.main(program.Channel(channel, channel), setting.checks, setting.accelerator)


def _watch(
    worker: int, family: Family, limits: Limits, given: Descriptors, started: float
) -> Ended | None:
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
        if family.memory() > limits.memory_mb * MB:
            return Ended("out_of_memory")
        if os.fstat(given.output).st_size > limits.flood_mb * MB:
            return Ended("flood")
        if time.monotonic() - started > limits.seconds + 1:
            return Ended("timeout")


def _how_it_ended(status: int) -> Ended:
    if os.WIFSIGNALED(status):
        return Ended("signal", os.WTERMSIG(status))
    return Ended("exit", os.WEXITSTATUS(status))


def _report(control: int, ended: Ended | None) -> None:
    if ended is None:
        return
    try:
        os.write(control, msgspec.msgpack.encode(ended))
    except OSError:  # the judge has gone meanwhile
        return
