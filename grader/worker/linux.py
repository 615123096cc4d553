"""The few calls to Linux that Python lacks, by ctypes."""

from __future__ import annotations

import ctypes
import os
import signal
import sys

AVAILABLE = sys.platform == "linux"

_PR_SET_PDEATHSIG = 1
_PR_SET_CHILD_SUBREAPER = 36

if AVAILABLE:
    libc = ctypes.CDLL(None, use_errno=True)


def call(name: str, *arguments: object) -> int:
    """Call a function of the C library that answers -1 when it fails.

    Args:
        name: of the function, such as "mount".
        arguments: ints, bytes, ctypes objects or None.

    Raises:
        OSError: with the name of the call and what was wrong.
    """
    result = int(getattr(libc, name)(*map(_whole, arguments)))
    if result == -1:
        number = ctypes.get_errno()
        raise OSError(number, f"{name}: {os.strerror(number)}")
    return result


def prctl(option: int, *arguments: object) -> int:
    """Call prctl, which reads five arguments whatever is meant.

    Raises:
        OSError: when it fails.
    """
    return call("prctl", option, *arguments, *[0] * (4 - len(arguments)))


def die_with_parent() -> None:
    """Be killed when the thread that started this process ends, however that comes. A change of user undoes it."""
    prctl(_PR_SET_PDEATHSIG, int(signal.SIGKILL))


def adopt_orphans() -> None:
    """Become the parent of every descendant whose own parent ends."""
    prctl(_PR_SET_CHILD_SUBREAPER, 1)


def _whole(argument: object) -> object:
    """An int as a whole machine word, which is what calls with a variable number of arguments read."""
    return ctypes.c_long(argument) if isinstance(argument, int) else argument
