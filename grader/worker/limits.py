"""What one process may use up, enforced by the kernel where it can."""

from __future__ import annotations

import contextlib

from .protocol import Limits

MB = 2**20


def apply(limits: Limits) -> list[str]:
    """Limit the process that calls this, for good.

    Returns:
        The names of the limits in force; none where the platform has no such thing.
    """
    try:
        import resource
    except ImportError:  # Windows
        return []
    # A little below the sum that the supervisor allows, so that honest code meets the allocator's own message.
    memory = _data_bytes() + int(limits.memory_mb * MB * 0.95)
    wanted = {
        "RLIMIT_CPU": (limits.cpu_s, limits.cpu_s + 1),
        "RLIMIT_DATA": (memory, memory),
        "RLIMIT_FSIZE": (max(limits.file_mb, limits.flood_mb + 1) * MB,) * 2,
        "RLIMIT_NOFILE": (limits.open_files,) * 2,
        "RLIMIT_CORE": (0, 0),
    }
    in_force = []
    for name, value in wanted.items():
        # macOS has some of these names and refuses their values.
        with contextlib.suppress(AttributeError, ValueError, OSError):
            resource.setrlimit(getattr(resource, name), value)
            in_force.append(name)
    return in_force


def limit_processes(count: int) -> None:
    """Let this process's user have `count` processes and threads. Means nothing for root.

    Raises:
        OSError: when that is more than allowed now.
    """
    import resource

    resource.setrlimit(resource.RLIMIT_NPROC, (count, count))


def _data_bytes() -> int:
    """The private writable memory that this process has already."""
    with contextlib.suppress(OSError, ValueError), open("/proc/self/status", "rb") as status:
        for line in status:
            if line.startswith(b"VmData:"):
                return int(line.split()[1]) * 1024
    return 0
