"""A worker that is started as a program of its own, where forking a warm process is not safe."""

from __future__ import annotations

import os
import threading
import time

from . import boot, linux, program, warm


def main(checks: str, accelerator: str) -> None:
    """Serve one judge over what were the standard streams, which then become harmless.

    Args:
        checks: package of the check modules.
        accelerator: the device of checks whose aspect is "device".
    """
    _end_with_judge()
    inward, outward = os.dup(0), os.dup(1)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.dup2(2, 1)
    os.close(nothing)
    warm.up(checks, accelerator)
    warm.settle(boot.ROOT)
    program.main(program.Channel(inward, outward), checks, accelerator)


def _end_with_judge() -> None:
    """End this process when the judge dies, even while student code runs.

    Linux does it at once. Elsewhere a thread looks, which code in C may keep from its turn: RLIMIT_CPU ends that.
    """
    if linux.AVAILABLE:
        linux.die_with_parent()
    elif os.name == "posix":
        threading.Thread(target=_end_when_orphaned, args=(os.getppid(),), daemon=True).start()


def _end_when_orphaned(judge: int) -> None:
    while os.getppid() == judge:
        time.sleep(0.5)
    os._exit(1)
