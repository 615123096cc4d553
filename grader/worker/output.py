"""The file that takes what a worker prints: bounded by the limits, read by the judge only."""

from __future__ import annotations

import os
import tempfile
from typing import IO


def new() -> IO[bytes]:
    """An empty file that has no name, and is gone when it is closed.

    A file, not a pipe: nobody need stand by to drain it, and what a crash left behind is still there.
    """
    return tempfile.TemporaryFile(buffering=0)


def size(file: IO[bytes]) -> int:
    """How many bytes have been printed."""
    return os.fstat(file.fileno()).st_size


def printed(file: IO[bytes], limit: int) -> str:
    """The first `limit` bytes of what was printed, as text; a line says so where more was."""
    text = _first(file.fileno(), limit).decode("utf-8", "replace")
    dropped = size(file) - limit
    return text if dropped <= 0 else f"{text}\n[{dropped} more bytes were dropped]\n"


def last_line(file: IO[bytes]) -> str:
    """The last line that is not empty; "" where there is none."""
    lines = printed(file, 2**16).strip().splitlines()
    return lines[-1] if lines else ""


def _first(descriptor: int, limit: int) -> bytes:
    if hasattr(os, "pread"):
        return os.pread(descriptor, limit, 0)
    # Windows: the position is the worker's too, so put it back to the end.
    os.lseek(descriptor, 0, os.SEEK_SET)
    text = os.read(descriptor, limit)
    os.lseek(descriptor, 0, os.SEEK_END)
    return text
