"""Folders whose entries are opened one by one, without following a link and without waiting for a pipe."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from functools import partial
from typing import Literal

from .limits import MAX_DEPTH, Budget, File, Unreadable, closed, why, within
from .names import is_litter, is_zip

Kind = Literal["folder", "file", "link", "other"]

HELD = (
    hasattr(os, "O_NOFOLLOW")
    and {os.open, os.stat} <= os.supports_dir_fd
    and os.scandir in os.supports_fd
)
"""Whether a folder can be held open and its entries opened relative to it, so that nothing can be swapped meanwhile.

Elsewhere (Windows) entries are looked at before and after they are opened, by their full paths.
"""

_FLAGS = (
    getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_BINARY", 0)
    | getattr(os, "O_NOCTTY", 0)
)
_WINDOWS_JUNCTION = getattr(stat, "IO_REPARSE_TAG_MOUNT_POINT", None)


def kind_of(status: os.stat_result) -> Kind:
    """What kind of thing an entry is, from its own (unfollowed) status."""
    if stat.S_ISLNK(status.st_mode):
        return "link"
    tag = getattr(status, "st_reparse_tag", None)
    if tag is not None and tag == _WINDOWS_JUNCTION:
        return "link"
    if stat.S_ISDIR(status.st_mode):
        return "folder"
    return "file" if stat.S_ISREG(status.st_mode) else "other"


class Folder:
    """A folder that is open; use it as a context manager.

    Args:
        path: where it is; links on the way are followed only if there is no `parent`.
        parent: the open folder that it lies in; `path` is then a mere name.

    Raises:
        OSError: when it cannot be opened, or is a link.
    """

    def __init__(self, path: str, parent: Folder | None = None) -> None:
        self.path: str = os.path.join(parent.path, path) if parent else path
        self._fd = -1
        if HELD:
            flags = os.O_RDONLY | os.O_DIRECTORY | getattr(os, "O_CLOEXEC", 0)
            if parent is None:
                self._fd = os.open(path, flags)
            else:
                self._fd = os.open(path, flags | os.O_NOFOLLOW, dir_fd=parent._fd)
        elif parent is not None and parent.kind(path) != "folder":
            raise NotADirectoryError(20, "Not a folder", path)

    def names(self) -> Iterator[str]:
        """The names of its entries, in no order."""
        with os.scandir(self._fd if HELD else self.path) as entries:
            for entry in entries:
                yield entry.name

    def status(self, name: str) -> os.stat_result:
        """An entry's own status."""
        if HELD:
            return os.stat(name, dir_fd=self._fd, follow_symlinks=False)
        return os.lstat(os.path.join(self.path, name))

    def kind(self, name: str) -> Kind:
        """What kind of thing an entry is."""
        return kind_of(self.status(name))

    def read(self, name: str, limit: int) -> bytes:
        """The content of a regular file that has no other name.

        Raises:
            Unreadable: when it is anything else, has more than `limit` bytes, or the system refuses.
        """
        try:
            before = self.status(name)
            check_regular(before)
            descriptor = (
                os.open(name, os.O_RDONLY | _FLAGS, dir_fd=self._fd)
                if HELD
                else os.open(os.path.join(self.path, name), os.O_RDONLY | _FLAGS)
            )
            with open(descriptor, "rb") as file:
                after = os.fstat(descriptor)
                check_regular(after)
                if not os.path.samestat(before, after):
                    raise Unreadable("was replaced while it was read")
                within(after.st_size, limit)
                content = file.read(limit + 1)
        except OSError as error:
            raise Unreadable(f"cannot be read: {why(error)}") from error
        within(len(content), limit)
        return content

    def __enter__(self) -> Folder:
        return self

    def __exit__(self, *exception: object) -> None:
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1


def check_regular(status: os.stat_result) -> None:
    """Check that an entry is a plain file under one name.

    Raises:
        Unreadable: when it is a link, a folder, a pipe, a device, or has a second name.
    """
    kind = kind_of(status)
    if kind == "link":
        raise Unreadable("is a link, and links are not followed")
    if kind == "folder":
        raise Unreadable("is a folder")
    if kind == "other":
        raise Unreadable("is no regular file")
    if status.st_nlink > 1:
        raise Unreadable("is a hard link, the same file under another name; hand in a copy")


def files_in(folder: Folder, budget: Budget, where: tuple[str, ...] = ()) -> Iterator[File]:
    """List all files under an open folder, ordered by name; what systems and tools leave behind is passed over.

    A folder that cannot be opened is listed as a file that cannot be read. Read each file before asking for the next.

    Raises:
        TooMuch: when the files are too many or too large together.
    """
    try:
        names = list(_counted(folder.names(), budget))
    except OSError as error:
        yield closed(where, f"cannot be opened: {why(error)}")
        return
    for name in sorted(names, key=os.fsencode):
        if is_litter(name):
            continue
        try:
            status = folder.status(name)
        except OSError as error:
            yield closed((*where, name), f"cannot be read: {why(error)}")
            continue
        kind = kind_of(status)
        if kind == "folder":
            yield from _files_below(folder, name, budget, where)
            continue
        if not (kind == "file" and is_zip(name)):
            budget.file(status.st_size if kind == "file" else 0)
        yield File((*where, name), partial(folder.read, name), link=kind == "link")


def _files_below(
    parent: Folder, name: str, budget: Budget, where: tuple[str, ...]
) -> Iterator[File]:
    below = (*where, name)
    if len(below) > MAX_DEPTH:
        yield closed(below, f"lies more than {MAX_DEPTH} folders deep")
        return
    try:
        opened = Folder(name, parent)
    except OSError as error:
        yield closed(below, f"cannot be opened: {why(error)}")
        return
    with opened as folder:
        yield from files_in(folder, budget, below)


def _counted(names: Iterator[str], budget: Budget) -> Iterator[str]:
    for name in names:
        budget.name()
        yield name
