"""The few calls to Linux that Python lacks, by ctypes."""

from __future__ import annotations

import ctypes
import os
import platform
import signal
import sys
from typing import TypeAlias

AVAILABLE = sys.platform == "linux"

_PR_SET_PDEATHSIG = 1
_PR_SET_DUMPABLE = 4
_PR_SET_CHILD_SUBREAPER = 36
_PR_SET_NO_NEW_PRIVS = 38

# Python's signal.SIGKILL is missing on Windows, where this module is imported and never used.
_SIGKILL = getattr(signal, "SIGKILL", 9)

if AVAILABLE:
    _libc = ctypes.CDLL(None, use_errno=True)


Argument: TypeAlias = int | bytes | ctypes.Array[ctypes.c_char] | ctypes.c_void_p | None


def call(name: str, *arguments: Argument) -> int:
    """Call a function of the C library that answers -1 when it fails.

    Args:
        name: of the function.
        arguments: integers are passed as C's long.

    Raises:
        OSError: with the name of the call and what was wrong.
    """
    passed = [ctypes.c_long(a) if isinstance(a, int) else a for a in arguments]
    function = getattr(_libc, name)
    function.restype = ctypes.c_long if name == "syscall" else ctypes.c_int
    result = int(function(*passed))
    if result == -1:
        number = ctypes.get_errno()
        raise OSError(number, f"{name}: {os.strerror(number)}")
    return result


def machine() -> str:
    """The architecture, as the kernel calls it: "x86_64", "aarch64"."""
    return platform.machine()


def die_with_parent() -> None:
    """Be killed when the thread that started this process ends, however that comes."""
    call("prctl", _PR_SET_PDEATHSIG, int(_SIGKILL), 0, 0, 0)


def adopt_orphans() -> None:
    """Become the parent of every descendant whose own parent ends."""
    call("prctl", _PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def hide_memory(hidden: bool) -> None:
    """Say whether other processes of the same user are kept from reading this one's memory."""
    call("prctl", _PR_SET_DUMPABLE, 0 if hidden else 1, 0, 0, 0)


def gain_no_privileges() -> None:
    """Give up for good what set-user-id programs would add; the kernel asks for it before it filters calls."""
    call("prctl", _PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
