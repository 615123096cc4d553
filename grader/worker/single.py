"""A worker that is started as a program of its own, where forking a warm process is not safe."""

from __future__ import annotations

import os
import select
import shutil
import signal
from typing import NoReturn

from .launch import Options
from .limits import data_bytes

_LOOK_MS = 200


def main(given: Options) -> NoReturn:
    """Serve one judge over what were the standard streams, which then become harmless.

    The judge's death closes the line: this process ends when it next reads, and where it does not, a second one ends it.
    """
    inward, outward = os.dup(0), os.dup(1)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.dup2(2, 1)
    os.close(nothing)
    # Forking is safe this early, before anything has started a thread.
    if hasattr(os, "fork") and os.fork() == 0:
        os.close(outward)
        _end_with_judge(inward, os.getppid())
    from . import program, warm  # torch

    setting = warm.up(given)
    warm.forget_path()
    program.main(program.Channel(inward, outward), setting, data_bytes())


def _end_with_judge(line: int, worker: int) -> NoReturn:
    """Wait for the line to close or the worker to end; then end the whole process group, and the folder it lived in."""
    poll = select.poll()
    poll.register(line, 0)
    while os.getppid() == worker and not poll.poll(_LOOK_MS):
        pass
    shutil.rmtree(os.getcwd(), ignore_errors=True)
    os.killpg(0, signal.SIGKILL)
    os._exit(0)
