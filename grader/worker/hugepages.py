"""Gather this process's memory into huge pages, so that a fork copies one table entry for what were five hundred.

A warm process holds some two hundred megabytes of Python and torch. Copying and dropping their page tables is most of what a
fork of it costs.
"""

from __future__ import annotations

import contextlib
import ctypes
from collections.abc import Iterator

from . import linux

_HUGE = 2 * 2**20
_ADVISE_HUGE, _COLLAPSE = 14, 25


def gather() -> None:
    """Do it for all anonymous memory, as far as the kernel offers it (Linux 6.1 and later); otherwise nothing changes."""
    if not linux.AVAILABLE:
        return
    for start, end in _anonymous():
        first, last = -(-start // _HUGE) * _HUGE, end // _HUGE * _HUGE
        if first < last:
            for advice in (_ADVISE_HUGE, _COLLAPSE):
                # A region in which nothing is used yet cannot be collapsed, which is no loss.
                with contextlib.suppress(OSError):
                    linux.call("madvise", ctypes.c_void_p(first), last - first, advice)


def _anonymous() -> Iterator[tuple[int, int]]:
    """Where private writable memory that belongs to no file lies: start and end of each region."""
    with open("/proc/self/maps", encoding="utf-8", errors="replace") as maps:
        lines = maps.readlines()
    for line in lines:
        span, rights, _, _, inode, *name = line.split(maxsplit=5)
        if rights == "rw-p" and inode == "0" and (not name or name[0].strip() == "[heap]"):
            start, _, end = span.partition("-")
            yield int(start, 16), int(end, 16)
