"""Giving up rights: another user, no capabilities, none to be gained."""

from __future__ import annotations

import contextlib
import ctypes
import os
import stat
import struct
from pathlib import Path

from .. import linux

_PR_CAPBSET_DROP = 24
_CAPABILITIES = 64
_CAPABILITY_VERSION = 0x20080522
_FIRST_SPARE_USER = 100_000


def spare_user() -> int:
    """A user that owns nothing and whom nobody else is: by the id of this process."""
    return _FIRST_SPARE_USER + os.getpid()


def become(user: int) -> None:
    """Stop being root, and be another user without any group of ours.

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
    linux.gain_no_privileges()
    for capability in range(_CAPABILITIES):
        # Past the last one, or not ours to drop; without new privileges nothing can be gained anyway.
        with contextlib.suppress(OSError):
            linux.call("prctl", _PR_CAPBSET_DROP, capability, 0, 0, 0)
    header = struct.pack("Ii", _CAPABILITY_VERSION, 0)
    linux.call("capset", ctypes.create_string_buffer(header, len(header)), bytes(24))


def open_to_all(*folders: str) -> bool:
    """Whether every user can get into all of these folders."""
    places = [place for folder in folders for place in (Path(folder), *Path(folder).parents)]
    return all(place.stat().st_mode & stat.S_IXOTH for place in places)
