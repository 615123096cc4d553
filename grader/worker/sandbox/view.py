"""Which files a worker may see: Python, its packages, the system's libraries, and nothing of the kit's or the user's."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator

import msgspec

SYSTEM = ("/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/local/lib", "/usr/share/zoneinfo")
FILES = ("/etc/ld.so.cache", "/etc/localtime")
DEVICES = ("/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom")
KIT = ("grader", "solutions", "exercises", "tests", "docs", "benchmarks", "schema")


class View(msgspec.Struct, frozen=True):
    """What can be read, as absolute paths.

    Args:
        trees: folders, with all that is in them.
        hidden: folders that are not to be seen, even inside a tree.
    """

    trees: tuple[str, ...]
    hidden: tuple[str, ...]

    def visible(self) -> list[tuple[str, bool]]:
        """Where something begins or ceases to be visible: paths, outer before inner, and whether each can be seen."""
        marks = dict.fromkeys(self.trees, True) | dict.fromkeys(self.hidden, False)
        borders: list[tuple[str, bool]] = []
        for path in sorted(marks):
            around = [seen for outer, seen in borders if _inside(path, outer)]
            if marks[path] != (around[-1] if around else False):
                borders.append((path, marks[path]))
        return borders

    def readable(self) -> Iterator[str]:
        """The same as a list of all that may be read, for those who can allow but not except."""
        borders = self.visible()
        hidden = [path for path, seen in borders if not seen]
        for path, seen in borders:
            if seen:
                yield from _without(path, hidden)


def view(root: str, hidden: Iterable[str] = (), *, packages: bool = False) -> View:
    """What workers of this process may see.

    Args:
        root: the kit's folder.
        hidden: folders that are not to be seen: submissions, results.
        packages: whether the kit's folder is also where packages are installed.
    """
    libraries = [*sys.path, os.path.join(sys.base_prefix, "lib"), *SYSTEM]
    trees = [os.path.abspath(path) for path in libraries if path and os.path.isdir(path)]
    trees = [path for path in trees if packages or path != root]
    secret = [os.path.join(root, name) for name in KIT] + [os.path.abspath(path) for path in hidden]
    return View(tuple(dict.fromkeys(trees)), tuple(path for path in secret if os.path.isdir(path)))


def _inside(path: str, outer: str) -> bool:
    return path.startswith(outer.rstrip("/") + "/")


def _without(path: str, hidden: list[str]) -> Iterator[str]:
    """`path`, or where something in it is hidden, its entries one by one."""
    if path in hidden:
        return
    if not any(_inside(secret, path) for secret in hidden):
        yield path
        return
    for entry in sorted(os.listdir(path)):
        yield from _without(os.path.join(path, entry), hidden)
