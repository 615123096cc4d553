"""A worker that is started as a program of its own, where forking a warm process is not safe."""

from __future__ import annotations

import os

from . import boot, program, warm


def main(checks: str, accelerator: str) -> None:
    """Serve one judge over what were the standard streams, which then become harmless.

    The judge's death closes the line, and ends this process when it next reads; on Linux the kernel also ends it at once.
    """
    _die_with_parent()
    inward, outward = os.dup(0), os.dup(1)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.dup2(2, 1)
    os.close(nothing)
    warm.up(checks, accelerator)
    warm.forget_paths(boot.ROOT)
    program.main(program.Channel(inward, outward), checks, accelerator)


def _die_with_parent() -> None:
    from . import linux

    if linux.AVAILABLE:
        linux.die_with_parent()
