"""What one process may use up, enforced by the kernel where it can."""

from __future__ import annotations

import contextlib
import faulthandler
import os

from .protocol import Limits

MB = 2**20


def apply(limits: Limits, data_bytes: int) -> None:
    """Limit the process that calls this, for good, as far as the platform can.

    Args:
        limits: what may be used.
        data_bytes: memory that does not count.
    """
    try:
        import resource
    except ImportError:  # Windows: at least nothing runs for ever, whoever has gone meanwhile
        nowhere = os.open(os.devnull, os.O_WRONLY)
        faulthandler.dump_traceback_later(limits.cpu_s, exit=True, file=nowhere)
        return
    # A little below the sum that the supervisor allows, so that honest code meets the allocator's own message.
    memory = data_bytes + int(limits.memory_mb * MB * 0.95)
    wanted = {
        "RLIMIT_CPU": (limits.cpu_s, limits.cpu_s + 1),
        "RLIMIT_DATA": (memory, memory),
        "RLIMIT_FSIZE": (max(limits.file_mb, limits.flood_mb + 1) * MB,) * 2,
        "RLIMIT_NOFILE": (limits.open_files,) * 2,
        "RLIMIT_CORE": (0, 0),
    }
    for name, value in wanted.items():
        # macOS has some of these names and refuses their values.
        with contextlib.suppress(AttributeError, ValueError, OSError):
            resource.setrlimit(getattr(resource, name), value)


def data_bytes() -> int:
    """The private writable memory that this process has already; 0 where nobody tells."""
    with contextlib.suppress(OSError, ValueError), open("/proc/self/status", "rb") as status:
        for line in status:
            if line.startswith(b"VmData:"):
                return int(line.split()[1]) * 1024
    return 0
