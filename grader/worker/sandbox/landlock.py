"""Landlock: which files a process may touch at all, and no TCP, for good."""

from __future__ import annotations

import contextlib
import ctypes
import os
import stat

from .syscalls import syscall

_VERSION = 1
_PATH_BENEATH = 1

_WRITE_FILE, _READ_FILE, _READ_DIR = 1 << 1, 1 << 2, 1 << 3
_MAKE_CHAR, _MAKE_BLOCK = 1 << 6, 1 << 11
_TRUNCATE, _IOCTL_DEV = 1 << 14, 1 << 15
_OF_FILES = 1 | _WRITE_FILE | _READ_FILE | _TRUNCATE | _IOCTL_DEV

READ = _READ_FILE | _READ_DIR
WRITE = ~(_MAKE_CHAR | _MAKE_BLOCK | 1)
"""All but making devices and running programs; reading included."""


class _Rules(ctypes.Structure):
    _fields_ = (
        ("files", ctypes.c_uint64),
        ("network", ctypes.c_uint64),
        ("scope", ctypes.c_uint64),
    )


class _Beneath(ctypes.Structure):
    _pack_ = 1
    _fields_ = (("allowed", ctypes.c_uint64), ("parent", ctypes.c_int32))


def version() -> int:
    """What this kernel's Landlock can do; 0 where there is none."""
    try:
        return syscall("landlock_create_ruleset", None, 0, _VERSION)
    except OSError:
        return 0


def confine(readable: list[str], writable: list[str]) -> None:
    """Allow this process, and all that it will start, to touch nothing but what is listed.

    Since version 4 this also refuses TCP, since version 6 signals to processes outside and abstract sockets of theirs.

    Args:
        readable: files and folders that may be read, with all that is in them.
        writable: those that may be changed as well.

    Raises:
        OSError: when it cannot be put in force.
    """
    had = version()
    files = (1 << (13 if had < 2 else 14 if had < 3 else 15 if had < 5 else 16)) - 1
    rules = _Rules(files, 3 if had >= 4 else 0, 3 if had >= 6 else 0)
    size = 8 if had < 4 else 16 if had < 6 else 24
    ruleset = syscall("landlock_create_ruleset", ctypes.byref(rules), size, 0)
    for path in readable:
        _allow(ruleset, path, READ & files)
    for path in writable:
        _allow(ruleset, path, WRITE & files)
    syscall("landlock_restrict_self", ruleset, 0)
    os.close(ruleset)


def _allow(ruleset: int, path: str, access: int) -> None:
    with contextlib.suppress(FileNotFoundError):
        place = os.open(path, os.O_PATH | os.O_CLOEXEC)
        if not stat.S_ISDIR(os.fstat(place).st_mode):
            access &= _OF_FILES
        rule = _Beneath(access, place)
        syscall("landlock_add_rule", ruleset, _PATH_BENEATH, ctypes.byref(rule), 0)
        os.close(place)
