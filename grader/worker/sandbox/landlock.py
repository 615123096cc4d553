"""Landlock: the kernel's own list of which files a process may touch, and whom it may talk to."""

from __future__ import annotations

import ctypes
import os
import stat
import struct
from collections.abc import Iterable

from .. import linux

_CREATE, _ADD_RULE, _RESTRICT = 444, 445, 446  # the same on every architecture
_ASK_VERSION = 1
_PATH_BENEATH = 1

_EXECUTE, _WRITE_FILE, READ_FILE, READ_DIR = 1 << 0, 1 << 1, 1 << 2, 1 << 3
_TRUNCATE, _IOCTL_DEV = 1 << 14, 1 << 15
_FOR_FILES = _EXECUTE | _WRITE_FILE | READ_FILE | _TRUNCATE | _IOCTL_DEV

READ = READ_FILE | READ_DIR
WRITE = (1 << 16) - 1 & ~_EXECUTE & ~_IOCTL_DEV
"""Everything but running programs and controlling devices."""

_FILE_RIGHTS = {1: 13, 2: 14, 3: 15, 4: 15}
"""How many kinds of access each version knows; 16 from version 5."""


def version() -> int:
    """The kernel's version of Landlock, 0 where it has none."""
    try:
        return linux.call("syscall", _CREATE, None, 0, _ASK_VERSION)
    except OSError:
        return 0


def apply(rules: Iterable[tuple[str, int]]) -> None:
    """Forbid this thread and all that it starts, for good, whatever no rule allows. Needs `gain_no_privileges` first.

    TCP, signals to others and abstract sockets are forbidden too, as far as the kernel's version goes.

    Args:
        rules: paths, and what is allowed on them and beneath.

    Raises:
        OSError: when the kernel has no Landlock, or a path does not exist.
    """
    abi = version()
    handled = (1 << _FILE_RIGHTS.get(abi, 16)) - 1
    fields = [handled] + ([3] if abi >= 4 else []) + ([3] if abi >= 6 else [])
    attributes = struct.pack(f"{len(fields)}Q", *fields)
    ruleset = linux.call("syscall", _CREATE, _buffer(attributes), len(attributes), 0)
    try:
        for path, access in rules:
            _allow(ruleset, path, access & handled)
        linux.call("syscall", _RESTRICT, ruleset, 0)
    finally:
        os.close(ruleset)


def _allow(ruleset: int, path: str, access: int) -> None:
    beneath = os.open(path, os.O_PATH | os.O_CLOEXEC)
    try:
        if not stat.S_ISDIR(os.fstat(beneath).st_mode):
            access &= _FOR_FILES
        rule = struct.pack("=Qi", access, beneath)
        linux.call("syscall", _ADD_RULE, ruleset, _PATH_BENEATH, _buffer(rule), 0)
    finally:
        os.close(beneath)


def _buffer(data: bytes) -> ctypes.Array[ctypes.c_char]:
    return ctypes.create_string_buffer(data, len(data))
