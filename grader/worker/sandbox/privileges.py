"""Giving up rights: another user, no capabilities, none to be gained."""

from __future__ import annotations

import contextlib
import ctypes
import os
import stat
import struct
from pathlib import Path

from ..linux import prctl
from .syscalls import syscall

_PR_CAPBSET_DROP = 24
_PR_SET_NO_NEW_PRIVS = 38
_CAPABILITIES = 64
_FIRST_SPARE_USER = 60001
_SPARE_USERS = 1000
_CAPABILITY_VERSION = 0x20080522


def spare_user() -> int:
    """A user id that nobody has, for this process alone, more or less."""
    return _FIRST_SPARE_USER + os.getpid() % _SPARE_USERS


def become(user: int) -> None:
    """Become another user, without any group of ours. Takes root.

    Raises:
        OSError: when that is not allowed.
    """
    os.setgroups([])
    os.setresgid(user, user, user)
    os.setresuid(user, user, user)


def drop_all() -> None:
    """Give up every capability, and the ways to get any.

    Raises:
        OSError: when that fails.
    """
    prctl(_PR_SET_NO_NEW_PRIVS, 1)
    for capability in range(_CAPABILITIES):
        # Past the last one, or not allowed to; without new privileges nothing can be gained anyway.
        with contextlib.suppress(OSError):
            prctl(_PR_CAPBSET_DROP, capability)
    header = ctypes.create_string_buffer(struct.pack("=Ii", _CAPABILITY_VERSION, 0), 8)
    syscall("capset", header, ctypes.create_string_buffer(24))


def open_to_all(path: str) -> bool:
    """Whether every user can get into the folder at `path`."""
    place = Path(path).resolve()
    needed = stat.S_IXOTH
    return all(folder.stat().st_mode & needed for folder in (place, *place.parents))
