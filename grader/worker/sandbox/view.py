"""Which files a worker may read: Python, its packages and libraries, but nothing of the kit's own."""

from __future__ import annotations

import os
import sys
import sysconfig
from collections.abc import Iterator

from ..boot import ROOT
from .landlock import READ, READ_DIR

_SYSTEM = ("/usr", "/lib", "/lib64", "/opt", "/nix/store", "/etc/ld.so.cache", "/etc/localtime")
_HIDDEN_NAMES = ("grader", "solutions", "exercises", "tests")


def readable() -> list[str]:
    """The folders and files that Python and the packages need, none inside another, resolved."""
    python = [sys.prefix, sys.base_prefix, sys.exec_prefix, *sysconfig.get_paths().values()]
    packages = [entry for entry in sys.path if os.path.isdir(entry)]
    found = {os.path.realpath(path) for path in (*_SYSTEM, *python, *packages)}
    root = os.path.realpath(ROOT)
    wanted = sorted(path for path in found if os.path.exists(path) and path not in (root, "/"))
    return [path for path in wanted if not any(_inside(path, other) for other in wanted)]


def links() -> list[tuple[str, str]]:
    """Symbolic links at the top of the file system, such as /lib, that paths of libraries go through."""
    places = ("/lib", "/lib64", "/bin")
    return [(place, os.readlink(place)) for place in places if os.path.islink(place)]


def hidden() -> list[str]:
    """The kit's own folders: answers, mistakes, tests, and whatever else lies beside them."""
    paths = [os.path.join(os.path.realpath(ROOT), name) for name in _HIDDEN_NAMES]
    return [path for path in paths if os.path.isdir(path)]


def rules() -> Iterator[tuple[str, int]]:
    """What Landlock shall allow: reading all that is readable, but not the hidden folders in it."""
    forbidden = hidden()
    for path in readable():
        yield from _around(path, forbidden)


def _around(path: str, forbidden: list[str]) -> Iterator[tuple[str, int]]:
    """Rules for `path` that leave out the forbidden folders: entry by entry where one lies within."""
    if path in forbidden:
        return
    if not any(_inside(other, path) for other in forbidden):
        yield path, READ
        return
    yield path, READ_DIR
    for entry in os.scandir(path):
        if not entry.is_symlink():
            yield from _around(entry.path, forbidden)


def _inside(path: str, folder: str) -> bool:
    return path != folder and path.startswith(folder.rstrip("/") + "/")
