"""Namespaces: a process tree, a network, and a file system of a worker's own."""

from __future__ import annotations

import ctypes
import os
import struct

from .. import linux
from . import view
from .syscalls import number

SCRATCH = "/scratch"
SHARED_MEMORY = "/dev/shm"

_NEWNS, _NEWUTS, _NEWIPC = 0x00020000, 0x04000000, 0x08000000
_NEWUSER, _NEWPID, _NEWNET = 0x10000000, 0x20000000, 0x40000000
_NOSUID, _NODEV, _BIND, _REC, _PRIVATE = 2, 4, 4096, 16384, 1 << 18
_DETACH = 2
_CURRENT_FOLDER = -100
_RECURSIVE = 0x8000
_READ_ONLY_NO_SETUID = struct.pack("4Q", 1 | 2, 0, 0, 0)
_NOBODY = 65534


def separate_processes() -> None:
    """Let the next child be the first process of a tree of its own, which ends with it.

    A plain user first becomes nobody in a user namespace, once and for all; root needs none, and can do it again for another child.

    Raises:
        OSError: when the kernel refuses.
    """
    if os.geteuid() == 0:
        try:
            _separate_again()
        except PermissionError:
            _separate_user()
    else:
        _separate_user()


def can_separate_again() -> bool:
    """Whether this process, or a fork of it, can separate one child after the other."""
    child = os.fork()
    if child == 0:
        try:
            for _ in range(2):
                _separate_again()
                if (grandchild := os.fork()) == 0:
                    os._exit(0)
                os.waitpid(grandchild, 0)
            os._exit(0)
        finally:
            os._exit(1)
    return os.waitpid(child, 0)[1] == 0


def _separate_again() -> None:
    """The namespace that awaits the next child can be left only for this process's own, and only from there renewed."""
    own = os.open("/proc/self/ns/pid", os.O_RDONLY | os.O_CLOEXEC)
    try:
        linux.call("setns", own, _NEWPID)
    finally:
        os.close(own)
    linux.call("unshare", _NEWPID)


def separate_the_rest() -> None:
    """Leave the network, the mounts, the host name and the shared memory of everybody else.

    Raises:
        OSError: when the kernel refuses.
    """
    linux.call("unshare", _NEWNS | _NEWNET | _NEWIPC | _NEWUTS)
    linux.call("mount", None, b"/", None, _REC | _PRIVATE, None)


def change_root(seen: view.View, place: str, scratch_mb: int, owner: int) -> None:
    """Make a file system that holds only what may be seen, and two writable folders, all there is.

    Args:
        seen: what is shown, read-only.
        place: an empty folder to build it at.
        scratch_mb: size of each writable folder.
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
    _make_read_only(place)
    for path in (SCRATCH, SHARED_MEMORY):
        _tmpfs(place + path, f"mode=700,size={scratch_mb}m,nr_inodes=16k,uid={owner},gid={owner}")
    _go_in(place)


def _separate_user() -> None:
    user, group = os.geteuid(), os.getegid()
    # Else the files below would belong to root.
    linux.hide_memory(False)
    linux.call("unshare", _NEWUSER | _NEWPID)
    for name, words in (
        ("setgroups", "deny"),
        ("uid_map", f"{_NOBODY} {user} 1"),
        ("gid_map", f"{_NOBODY} {group} 1"),
    ):
        with open(f"/proc/self/{name}", "w") as file:
            file.write(words)


def _make_read_only(place: str) -> None:
    """Everything below `place`, other people's mounts included."""
    linux.call(
        "syscall",
        number("mount_setattr", linux.machine()),
        _CURRENT_FOLDER,
        os.fsencode(place),
        _RECURSIVE,
        ctypes.create_string_buffer(_READ_ONLY_NO_SETUID, len(_READ_ONLY_NO_SETUID)),
        len(_READ_ONLY_NO_SETUID),
    )


def _go_in(place: str) -> None:
    """Put `place` over the old root, which then lies below it and is let go."""
    os.chdir(place)
    linux.call("syscall", number("pivot_root", linux.machine()), b".", b".")
    linux.call("umount2", b".", _DETACH)
    os.chdir(SCRATCH)


def _tmpfs(path: str, options: str) -> None:
    _mount(b"tmpfs", path, b"tmpfs", _NOSUID | _NODEV, options.encode())


def _bind(path: str, target: str) -> None:
    _mount(os.fsencode(path), target, None, _BIND | _REC, None)


def _mount(source: bytes, path: str, kind: bytes | None, flags: int, options: bytes | None) -> None:
    try:
        linux.call("mount", source, os.fsencode(path), kind, flags, options)
    except OSError as error:
        raise OSError(error.errno, f"{error.strerror} ({path})") from None


def _empty_file(path: str) -> str:
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "x"):
        return path
