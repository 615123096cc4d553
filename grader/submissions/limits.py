"""How much one submission may hold, and how a breach or an unreadable file is told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

MB = 1_000_000
MAX_BYTES = 20 * MB
"""Bytes of all files of a submission; of its zips as they are; and of the files in them."""

MAX_FILES = 500
MAX_MODULE = MB
"""Bytes of one module, or of the code in one notebook."""

MAX_NAMES = 10 * MAX_FILES
"""Entries that are looked at in all, among them folders and what is passed over, such as the contents of `.git`."""

MAX_DEPTH = 20
"""Folders within folders."""

MAX_ARCHIVES = 2
"""Zips within each other: a zip, and one in it."""


class Unreadable(Exception):
    """One file, folder or zip cannot be read; the text says why and fits after "it " or a file's name."""


class TooMuch(Exception):
    """A submission is over a limit, so that none of it is read; the text is a whole message."""


def why(error: OSError) -> str:
    """The system's own word for an error, such as "permission denied"."""
    return (error.strerror or type(error).__name__).lower()


@dataclass(frozen=True)
class File:
    """One file of a submission, not read yet.

    Args:
        where: folders, zips and its name, from the top of the submission.
        read: `read(limit)` -> its bytes; raises Unreadable when there are more than `limit`, among other things.
        link: whether it is a symbolic link, which `read` refuses.
        closed: why it could not even be looked at; it may be a whole folder then.
        entry: whether it is the whole submission.
    """

    where: tuple[str, ...]
    read: Callable[[int], bytes]
    link: bool = False
    closed: str = ""
    entry: bool = False


def closed(where: tuple[str, ...], reason: str, *, entry: bool = False) -> File:
    """A file or folder that could not be looked at."""

    def read(limit: int) -> bytes:
        raise Unreadable(reason)

    return File(where, read, closed=reason, entry=entry)


class Budget:
    """Counts what a submission uses up.

    Every method raises TooMuch when that goes over a limit.
    """

    def __init__(self) -> None:
        self.names = self.files = self.content = self.archives = 0

    def name(self) -> None:
        """Count one entry of a folder."""
        self.names += 1
        if self.names > MAX_NAMES:
            raise TooMuch(
                f"it holds more than {MAX_NAMES:,} entries; a submission may have 500 files"
            )

    def file(self, size: int) -> None:
        """Count a file of `size` bytes."""
        self.files += 1
        if self.files > MAX_FILES:
            raise TooMuch(
                f"it holds more than {MAX_FILES} files, the most that a submission may have"
            )
        self._bytes("content", size, "its files are")

    def archive(self, size: int) -> None:
        """Count a zip of `size` bytes that is about to be opened; its contents are counted besides."""
        self._bytes("archives", size, "its zip is" if self.archives == 0 else "its zips are")

    def _bytes(self, kind: str, size: int, subject: str) -> None:
        total = getattr(self, kind) + size
        setattr(self, kind, total)
        if total > MAX_BYTES:
            raise TooMuch(
                f"{subject} larger than {MAX_BYTES // MB} MB, the most that a submission may have"
            )


def within(size: int, limit: int) -> None:
    """Check one file's size against the limit for it.

    Raises:
        Unreadable: when it is larger.
    """
    if size > limit:
        raise Unreadable(f"is larger than {limit // MB} MB, the most that is read")
