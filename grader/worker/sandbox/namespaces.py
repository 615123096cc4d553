"""Namespaces: a process tree, a network, and a file system of a worker's own."""

from __future__ import annotations

import ctypes
import os

from ..linux import call
from . import view
from .syscalls import syscall

SCRATCH = "/scratch"
SHARED_MEMORY = "/dev/shm"
MB = 2**20

_NEWNS, _NEWUTS, _NEWIPC = 0x00020000, 0x04000000, 0x08000000
_NEWUSER, _NEWPID, _NEWNET = 0x10000000, 0x20000000, 0x40000000
_NOSUID, _NODEV, _BIND, _REC, _PRIVATE = 2, 4, 4096, 16384, 1 << 18
_DETACH = 2
_CURRENT_FOLDER = -100
_RECURSIVE = 0x8000
_NOBODY = 65534


class _Attributes(ctypes.Structure):
    _fields_ = (
        ("set", ctypes.c_uint64),
        ("clear", ctypes.c_uint64),
        ("propagation", ctypes.c_uint64),
        ("namespace", ctypes.c_uint64),
    )


def separate_processes() -> None:
    """Let the next child be the first process of a tree of its own, which ends with it.

    A plain user first becomes nobody in a user namespace; root needs none.

    Raises:
        OSError: when the kernel refuses.
    """
    if os.geteuid() == 0:
        try:
            call("unshare", _NEWPID)
        except PermissionError:
            _separate_user()
    else:
        _separate_user()


def separate_the_rest() -> None:
    """Leave the network, the mounts, the host name and the shared memory of everybody else.

    Raises:
        OSError: when the kernel refuses.
    """
    call("unshare", _NEWNS | _NEWNET | _NEWIPC | _NEWUTS)
    call("mount", None, b"/", None, _REC | _PRIVATE, None)


def change_root(seen: view.View, place: str, scratch_mb: int, owner: int) -> None:
    """Make a file system that holds only what may be seen, and a writable folder, all there is.

    Args:
        seen: what is shown, read-only.
        place: an empty folder to build it at.
        scratch_mb: size of the writable folders, each.
        owner: the user to whom they belong.

    Raises:
        OSError: when any of it fails.
    """
    _tmpfs(place, "mode=755,size=1m")
    for path, shown in seen.visible():
        if shown:
            os.makedirs(place + path, exist_ok=True)
            _bind(path, place + path)
        else:
            _tmpfs(place + path, "mode=755,size=1m")
    for path in (*view.DEVICES, *view.FILES):
        if os.path.exists(path):
            _bind(path, _empty_file(place + path))
    for path in (SCRATCH, SHARED_MEMORY):
        os.makedirs(place + path, exist_ok=True)
    read_only = _Attributes(set=1 | 2)
    size = ctypes.sizeof(read_only)
    where = place.encode()
    syscall(
        "mount_setattr", _CURRENT_FOLDER, where, _RECURSIVE, ctypes.byref(read_only), size
    )
    for path in (SCRATCH, SHARED_MEMORY):
        _tmpfs(place + path, f"mode=700,size={scratch_mb}m,nr_inodes=16k,uid={owner},gid={owner}")
    os.chdir(place)
    syscall("pivot_root", b".", b".")
    call("umount2", b".", _DETACH)
    os.chdir(SCRATCH)


def _separate_user() -> None:
    user, group = os.geteuid(), os.getegid()
    call("unshare", _NEWUSER | _NEWPID)
    for name, words in (
        ("setgroups", "deny"),
        ("uid_map", f"{_NOBODY} {user} 1"),
        ("gid_map", f"{_NOBODY} {group} 1"),
    ):
        with open(f"/proc/self/{name}", "w") as file:
            file.write(words)


def _tmpfs(path: str, options: str) -> None:
    call("mount", b"tmpfs", os.fsencode(path), b"tmpfs", _NOSUID | _NODEV, options.encode())


def _bind(path: str, target: str) -> None:
    call("mount", os.fsencode(path), os.fsencode(target), None, _BIND | _REC, None)


def _empty_file(path: str) -> str:
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "x"):
        return path
