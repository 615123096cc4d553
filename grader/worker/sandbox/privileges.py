"""Another user, and no capabilities."""

from __future__ import annotations

import ctypes
import os
import struct

from .. import linux

_PR_CAPBSET_DROP = 24
_VERSION_3 = 0x20080522
_MOST_CAPABILITIES = 64

SPARE_USERS = 100_000
"""Users from this number on are taken to be nobody's; each worker gets one of its own, by its process id."""


def become_spare_user() -> None:
    """Stop being root: become a user that owns nothing. Limits on processes mean nothing to root.

    Raises:
        OSError: when the right to do so is missing.
    """
    user = SPARE_USERS + os.getpid()
    os.setgroups([])
    os.setresgid(user, user, user)
    os.setresuid(user, user, user)


def drop_capabilities() -> None:
    """Give up every capability, for this process and all that it may become.

    Raises:
        OSError: when the kernel refuses.
    """
    for capability in range(_MOST_CAPABILITIES):
        try:
            linux.call("prctl", _PR_CAPBSET_DROP, capability, 0, 0, 0)
        except OSError:  # beyond the last, or not ours to drop: then it is not ours to use
            break
    header = struct.pack("Ii", _VERSION_3, 0)
    linux.call("capset", ctypes.create_string_buffer(header, len(header)), bytes(24))
