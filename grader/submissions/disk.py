"""Folders on disk, read without ever following a link.

Each folder is opened from the one above it and each file from its folder, by descriptor where the system can
(Linux, macOS), so that nothing can be exchanged for a link in between. Elsewhere (Windows) the path is used, and what was opened
is compared with what was seen before.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import BinaryIO

from .entries import Budget, Entry, UnreadableError, within
from .names import decoded, is_junk

_BY_DESCRIPTOR = {os.open, os.stat} <= os.supports_dir_fd and os.scandir in os.supports_fd

_FLAGS = (
    os.O_RDONLY
    | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_NONBLOCK", 0)  # a pipe put in the file's place must not hang us
    | getattr(os, "O_BINARY", 0)
)

_KINDS = (
    (stat.S_ISLNK, "is a link, and links are not followed"),
    (stat.S_ISFIFO, "is a pipe, not a file"),
    (stat.S_ISSOCK, "is a socket, not a file"),
    (stat.S_ISBLK, "is a device, not a file"),
    (stat.S_ISCHR, "is a device, not a file"),
)

LINK = _KINDS[0][1]


@dataclass(frozen=True)
class Folder:
    """An open folder: its path, and its descriptor where the system can open by one."""

    path: str
    descriptor: int | None

    def names(self) -> Iterator[str]:
        """The names in it, as Python spells them, in no order."""
        with os.scandir(self.path if self.descriptor is None else self.descriptor) as listing:
            for item in listing:
                yield item.name

    def look(self, name: str) -> os.stat_result:
        """What `name` is, itself: not what it links to."""
        return os.stat(self._at(name), dir_fd=self.descriptor, follow_symlinks=False)

    def open(self, name: str, flags: int = 0) -> int:
        """A descriptor of `name`."""
        return os.open(self._at(name), _FLAGS | flags, dir_fd=self.descriptor)

    def _at(self, name: str) -> str:
        return name if self.descriptor is not None else os.path.join(self.path, name)

    @contextmanager
    def inside(self, name: str) -> Iterator[Folder]:
        """The folder `name` of this one, open."""
        path = os.path.join(self.path, name)
        if self.descriptor is None:
            yield Folder(path, None)
            return
        descriptor = self.open(name, os.O_DIRECTORY)
        try:
            yield Folder(path, descriptor)
        finally:
            os.close(descriptor)


@contextmanager
def opened(path: str) -> Iterator[Folder]:
    """The folder at a path that we were given by the one who runs us: links in it are theirs, and followed."""
    if not _BY_DESCRIPTOR:
        yield Folder(path, None)
        return
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        yield Folder(path, descriptor)
    finally:
        os.close(descriptor)


def walk(folder: Folder, budget: Budget, place: tuple[str, ...] = ()) -> Iterator[Entry]:
    """What is in the folder and below it, in no order; each entry can be read until the next is asked for."""
    for name in folder.names():
        here = (*place, decoded(name))
        try:
            status = folder.look(name)
        except OSError as error:
            budget.take_file(here, 0)
            yield Entry(here, trouble=said(error))
            continue
        if not is_folder(status):
            budget.take_file(here, status.st_size if stat.S_ISREG(status.st_mode) else 0)
            yield entry(folder, name, here, status)
        elif not is_junk(name):
            budget.take_folder(here)
            yield from _below(folder, name, budget, here)


def _below(folder: Folder, name: str, budget: Budget, place: tuple[str, ...]) -> Iterator[Entry]:
    try:
        with folder.inside(name) as inner:
            yield from walk(inner, budget, place)
    except OSError as error:
        yield Entry(place, trouble=said(error), hides=True)


def entry(folder: Folder, name: str, place: tuple[str, ...], status: os.stat_result) -> Entry:
    """The entry of something that is no folder."""

    def read(limit: int) -> bytes:
        try:
            descriptor = folder.open(name)
        except OSError as error:
            raise UnreadableError(said(error)) from None
        with os.fdopen(descriptor, "rb") as file:
            now = os.fstat(descriptor)
            if (now.st_dev, now.st_ino) != (status.st_dev, status.st_ino) or trouble_with(now):
                raise UnreadableError("was changed while it was read")
            return _read(file, limit)

    return Entry(place, status.st_size, read, trouble_with(status))


def _read(file: BinaryIO, limit: int) -> bytes:
    try:
        return within(file.read(limit + 1), limit)
    except OSError as error:
        raise UnreadableError(said(error)) from None


def is_folder(status: os.stat_result) -> bool:
    """Whether it is a real folder; a Windows junction is none."""
    return stat.S_ISDIR(status.st_mode) and not _is_reparse_point(status)


def trouble_with(status: os.stat_result) -> str:
    """Why something that is no folder is not read as a file; "" where it is."""
    for is_kind, words in _KINDS:
        if is_kind(status.st_mode):
            return words
    if not stat.S_ISREG(status.st_mode) or _is_reparse_point(status):
        return LINK
    # A hard link can be anyone's file, such as a solution, under a student's name.
    return "is a hard link: one file under several names" if status.st_nlink > 1 else ""


def _is_reparse_point(status: os.stat_result) -> bool:
    tag = getattr(
        status, "st_reparse_tag", 0
    )  # Windows alone; a cloud drive's placeholders are files
    return tag in {
        getattr(stat, "IO_REPARSE_TAG_SYMLINK", -1),
        getattr(stat, "IO_REPARSE_TAG_MOUNT_POINT", -1),
    }


def said(error: OSError) -> str:
    """The system's reason, completing "NAME ..."."""
    if error.errno in (errno.EACCES, errno.EPERM):
        return "cannot be read: no permission"
    if error.errno in (errno.ELOOP, errno.ENOENT, errno.ENOTDIR, errno.ENXIO):
        return "was changed while it was read"
    return f"cannot be read: {(error.strerror or 'the system gave no reason').lower()}"
