"""The few calls to Linux that Python lacks, by ctypes."""

from __future__ import annotations

import ctypes
import os
import signal
import sys

AVAILABLE = sys.platform == "linux"

_PR_SET_PDEATHSIG = 1
_PR_SET_DUMPABLE = 4
_PR_SET_CHILD_SUBREAPER = 36

if AVAILABLE:
    libc = ctypes.CDLL(None, use_errno=True)


def call(name: str, *arguments: int | bytes | None) -> int:
    """Call a function of the C library that answers -1 when it fails.

    Raises:
        OSError: with the name of the call and what was wrong.
    """
    result = int(getattr(libc, name)(*arguments))
    if result == -1:
        number = ctypes.get_errno()
        raise OSError(number, f"{name}: {os.strerror(number)}")
    return result


def die_with_parent() -> None:
    """Be killed when the thread that started this process ends, however that comes."""
    call("prctl", _PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


def adopt_orphans() -> None:
    """Become the parent of every descendant whose own parent ends."""
    call("prctl", _PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def hide_memory(hidden: bool = True) -> None:
    """Let no other process of the same user read this one's memory."""
    call("prctl", _PR_SET_DUMPABLE, 0 if hidden else 1, 0, 0, 0)
