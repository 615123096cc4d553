"""All processes that come from this one: what memory they use, and ending them."""

from __future__ import annotations

import contextlib
import os
import signal
import time

_SECONDS = 10.0
"""Giving back gigabytes takes the kernel a while."""

_OWN_MEMORY = (b"RssAnon:", b"RssShmem:", b"VmSwap:", b"VmPTE:")
"""What no file stands behind: resident, swapped out, and the tables that say where it lies, themselves not small."""


class Family:
    """The descendants of the calling process, orphans included, which it has adopted.

    What this process itself uses when the family begins is what every forked member shares with it, and is not counted.
    """

    def __init__(self) -> None:
        self._self = os.getpid()
        self._shared = _memory(self._self)

    def members(self) -> list[int]:
        """The ids of all descendants, parents before their children."""
        found: list[int] = []
        waiting = [self._self]
        while waiting:
            children = _children(waiting.pop())
            found += children
            waiting += children
        return found

    def threads(self, members: list[int]) -> int:
        """How many threads `members` have, all together: one each at least."""
        return sum(max(1, len(_threads(member))) for member in members)

    def memory(self, members: list[int]) -> int:
        """Bytes that `members` hold for themselves, all together."""
        return sum(max(0, _memory(member) - self._shared) for member in members)

    def end(self) -> bool:
        """Kill every descendant and wait for them.

        All are stopped before any is killed, so that none can start another meanwhile.

        Returns:
            Whether none is left.
        """
        deadline = time.monotonic() + _SECONDS
        while time.monotonic() < deadline:
            members = self.members()
            for number in (signal.SIGSTOP, signal.SIGKILL):
                for member in members:
                    with contextlib.suppress(OSError):
                        os.kill(member, number)
            if not _reap():
                return True
            time.sleep(0.002)
        return False


def _reap() -> bool:
    """Collect all children that have ended; whether any is left."""
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        return False
    return True


def _children(process: int) -> list[int]:
    found: list[int] = []
    for thread in _threads(process):
        with (
            contextlib.suppress(OSError),
            open(f"/proc/{process}/task/{thread}/children", "rb") as children,
        ):
            found += map(int, children.read().split())
    return found


def _threads(process: int) -> list[str]:
    """The ids of its threads; none when the process has gone."""
    with contextlib.suppress(OSError):
        return os.listdir(f"/proc/{process}/task")
    return []


def _memory(process: int) -> int:
    """Memory that is not a file's, in bytes; 0 when the process has gone."""
    total = 0
    with contextlib.suppress(OSError), open(f"/proc/{process}/status", "rb") as status:
        for line in status:
            if line.startswith(_OWN_MEMORY):
                total += int(line.split()[1]) * 1024
    return total
