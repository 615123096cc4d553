"""seccomp: the system calls that no exercise needs, refused by a filter that cannot be taken off."""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import socket
import struct

from ..linux import prctl
from .syscalls import NEWEST, number

_PR_SET_SECCOMP = 22
_MODE_FILTER = 2

_ARCHITECTURES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
_FOREIGN_CALLS = 0x40000000
"""x86_64 numbers its 32-bit variant from here on."""

_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_ALLOW, _KILL, _ERROR = 0x7FFF0000, 0x80000000, 0x00050000
_NUMBER, _ARCHITECTURE, _FIRST, _SECOND = 0, 4, 16, 24

_NEW_NAMESPACES = 0x7E020080
_TERMINAL_INPUT = (0x5412, 0x541C)
"""TIOCSTI and TIOCLINUX, which type into a terminal."""

REFUSED = (
    *("ptrace", "process_vm_readv", "process_vm_writev", "kcmp", "process_madvise", "pidfd_getfd"),
    *("mount", "umount2", "pivot_root", "chroot", "mount_setattr", "open_tree", "move_mount"),
    *("fsopen", "fsconfig", "fsmount", "fspick", "unshare", "setns", "personality"),
    *("bpf", "perf_event_open", "userfaultfd", "fanotify_init", "kexec_load", "kexec_file_load"),
    *("io_uring_setup", "io_uring_enter", "io_uring_register", "add_key", "request_key", "keyctl"),
    *("init_module", "finit_module", "delete_module", "acct", "quotactl", "reboot", "swapon"),
    *("swapoff", "sethostname", "setdomainname", "settimeofday"),
    *("name_to_handle_at", "open_by_handle_at", "memfd_create", "memfd_secret"),
    *("shmget", "shmat", "shmctl", "semget", "semop", "semctl"),
    *("msgget", "msgsnd", "msgrcv", "msgctl", "mq_open", "mq_unlink"),
    *("execve", "execveat"),
)
_SIGNALS = ("kill", "tkill", "tgkill", "rt_sigqueueinfo", "rt_tgsigqueueinfo")


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_char_p))


def install(*, signals: bool, unix_sockets: bool) -> None:
    """Filter the system calls of this process and of all that it will start.

    Args:
        signals: whether other processes may be signalled, where something else limits which.
        unix_sockets: whether sockets of this machine may be made, where something else limits whom they reach.

    Raises:
        OSError: when it cannot be put in force.
    """
    own = None if signals else os.getpid()
    code = program(platform.machine(), own, unix_sockets)
    filtering = _Program(len(code) // 8, code)
    prctl(_PR_SET_SECCOMP, _MODE_FILTER, ctypes.byref(filtering))


def program(machine: str, own: int | None, unix_sockets: bool) -> bytes:
    """The filter as the kernel reads it, 8 bytes an instruction.

    Args:
        machine: such as "x86_64".
        own: the only process that may be signalled; None for any.
        unix_sockets: whether local sockets may be made.
    """
    refuse = _step(_RETURN, _ERROR | errno.EPERM)
    code = [_step(_LOAD, _ARCHITECTURE), _step(_EQUAL, _ARCHITECTURES[machine], 1, 0)]
    code += [_step(_RETURN, _KILL), _step(_LOAD, _NUMBER)]
    code += [_step(_AT_LEAST, _FOREIGN_CALLS, 0, 1), refuse]
    unknown = _step(_RETURN, _ERROR | errno.ENOSYS)
    code += [_step(_AT_LEAST, NEWEST + 1, 0, 1), unknown]
    # The C library falls back from clone3, whose flags no filter can read, to clone.
    code += _when(machine, "clone3", [unknown])
    for name in REFUSED:
        code += _when(machine, name, [refuse])
    code += _when(machine, "clone", _unless(_FIRST, _ANY_BIT, _NEW_NAMESPACES, refuse))
    for request in _TERMINAL_INPUT:
        code += _when(machine, "ioctl", _unless(_SECOND, _EQUAL, request, refuse), ends=False)
    code += _when(machine, "socket", _only(_FIRST, socket.AF_UNIX if unix_sockets else None))
    if own is not None:
        for name in _SIGNALS:
            code += _when(machine, name, _only(_FIRST, own))
        code += _when(machine, "pidfd_send_signal", [refuse])
    return b"".join([*code, _step(_RETURN, _ALLOW)])


def _step(operation: int, value: int, when_true: int = 0, when_false: int = 0) -> bytes:
    return struct.pack("=HBBI", operation, when_true, when_false, value)


def _when(machine: str, name: str, then: list[bytes], ends: bool = True) -> list[bytes]:
    """Instructions for one system call; `then` must end in a return, or load the number again."""
    value = number(name, machine)
    if value is None:
        return []
    if not ends:
        then = [*then[:-1], _step(_LOAD, _NUMBER)]
    return [_step(_EQUAL, value, 0, len(then)), *then]


def _unless(argument: int, test: int, value: int, refuse: bytes) -> list[bytes]:
    """Refuse when an argument passes the test."""
    return [_step(_LOAD, argument), _step(test, value, 0, 1), refuse, _step(_RETURN, _ALLOW)]


def _only(argument: int, value: int | None) -> list[bytes]:
    """Refuse unless the argument has the value; None refuses always."""
    refuse, allow = _step(_RETURN, _ERROR | errno.EPERM), _step(_RETURN, _ALLOW)
    if value is None:
        return [refuse]
    return [_step(_LOAD, argument), _step(_EQUAL, value, 1, 0), refuse, allow]
