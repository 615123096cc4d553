"""A file system, a process table and a network of the worker's own."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable

from .. import linux

_NEWNS, _NEWUTS, _NEWIPC = 0x00020000, 0x04000000, 0x08000000
_NEWUSER, _NEWPID, _NEWNET = 0x10000000, 0x20000000, 0x40000000

_RDONLY, _NOSUID, _NODEV, _NOEXEC = 1, 2, 4, 8
_REMOUNT, _BIND, _REC, _PRIVATE = 32, 4096, 16384, 1 << 18
_DETACH = 2

SCRATCH = "/scratch"
"""The only folder, besides /dev/shm, that a worker may write to."""

_DEVICES = ("null", "zero", "full", "random", "urandom")


def leave() -> None:
    """Put the processes that this one starts from now on into namespaces of their own. The file system's comes later.

    Root does so as root; anybody else as the only user of a namespace of users.

    Raises:
        OSError: when the kernel, or who set it up, does not allow it.
    """
    others = _NEWPID | _NEWNET | _NEWIPC | _NEWUTS
    if os.geteuid() == 0:
        linux.call("unshare", others)
        return
    user, group = os.geteuid(), os.getegid()
    linux.hide_memory(False)  # or the maps below would be root's
    linux.call("unshare", _NEWUSER | others)
    _write("/proc/self/setgroups", "deny")
    _write("/proc/self/uid_map", f"{user} {user} 1")
    _write("/proc/self/gid_map", f"{group} {group} 1")


def enter_own_root(
    mountpoint: str, readable: Iterable[str], hidden: Iterable[str], scratch_mb: int
) -> None:
    """Give this process a file system of its own: what is readable, /dev, /proc and a scratch folder.

    Args:
        mountpoint: an empty folder.
        readable: paths that appear in it, to be read only.
        hidden: folders within those that appear empty.
        scratch_mb: size of the scratch folder.

    Raises:
        OSError: when a mount is refused.
    """
    linux.call("unshare", _NEWNS)
    _mount("none", "/", None, _REC | _PRIVATE)
    _mount("tmpfs", mountpoint, "tmpfs", _NOSUID | _NODEV, "size=1m,mode=755")
    for path in readable:
        _show(path, mountpoint)
    for path in hidden:
        if os.path.isdir(mountpoint + path):
            _mount("tmpfs", mountpoint + path, "tmpfs", _RDONLY, "size=4k,mode=755")
    _make_dev(mountpoint)
    _make_proc(mountpoint)
    _folder(mountpoint + SCRATCH, f"size={scratch_mb}m,nr_inodes=10k,mode=1777")
    os.chdir(mountpoint)
    # The new root is put over the old one, which then lies below it and is let go.
    linux.call("syscall", _pivot_root(), b".", b".")
    linux.call("umount2", b".", _DETACH)
    os.chdir("/")
    _mount("none", "/", None, _REMOUNT | _BIND | _RDONLY | _NOSUID | _NODEV)
    os.chdir(SCRATCH)


def _show(path: str, mountpoint: str) -> None:
    target = mountpoint + path
    if os.path.isdir(path):
        os.makedirs(target, exist_ok=True)
    else:
        os.makedirs(os.path.dirname(target), exist_ok=True)
        os.close(os.open(target, os.O_CREAT | os.O_WRONLY, 0o644))
    _mount(path, target, None, _BIND)
    _read_only(target)


def _read_only(target: str) -> None:
    """Remount a bind as read only; where the kernel locks other flags of the mount, keep them."""
    for extra in (0, os.statvfs(target).f_flag & (_NOSUID | _NODEV | _NOEXEC)):
        try:
            _mount("none", target, None, _REMOUNT | _BIND | _RDONLY | _NOSUID | _NODEV | extra)
        except PermissionError:
            continue
        return
    raise PermissionError(f"mount: {target} cannot be made read only")


def _make_dev(mountpoint: str) -> None:
    os.makedirs(f"{mountpoint}/dev/shm")
    for name in _DEVICES:
        target = f"{mountpoint}/dev/{name}"
        os.close(os.open(target, os.O_CREAT | os.O_WRONLY, 0o666))
        _mount(f"/dev/{name}", target, None, _BIND)
    _mount("tmpfs", f"{mountpoint}/dev/shm", "tmpfs", _NOSUID | _NODEV, "size=64m,mode=1777")


def _make_proc(mountpoint: str) -> None:
    """A table of the worker's own processes only; none at all where a container covers parts of it."""
    os.makedirs(f"{mountpoint}/proc")
    with contextlib.suppress(OSError):
        flags = _NOSUID | _NODEV | _NOEXEC
        _mount("proc", f"{mountpoint}/proc", "proc", flags, "hidepid=2,subset=pid")


def _folder(path: str, options: str) -> None:
    os.makedirs(path)
    _mount("tmpfs", path, "tmpfs", _NOSUID | _NODEV, options)


def _mount(source: str, target: str, kind: str | None, flags: int, options: str = "") -> None:
    try:
        linux.call(
            "mount",
            os.fsencode(source),
            os.fsencode(target),
            kind.encode() if kind else None,
            flags,
            options.encode() or None,
        )
    except OSError as error:
        raise OSError(error.errno, f"{error.strerror} ({target})") from error


def _pivot_root() -> int:
    from .syscalls import number

    found = number("pivot_root", linux.machine())
    assert found is not None
    return found


def _write(path: str, text: str) -> None:
    with open(path, "w") as file:
        file.write(text)
