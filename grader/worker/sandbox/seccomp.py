"""Refuse system calls that no exercise needs: a filter of the kernel's, built here as its small program."""

from __future__ import annotations

import ctypes
import errno
import os
import socket
import struct

from .. import linux
from .syscalls import AUDIT_ARCH, NEWEST, number

REFUSED = (
    *("ptrace", "process_vm_readv", "process_vm_writev", "process_madvise", "kcmp", "pidfd_getfd"),
    *("mount", "umount2", "move_mount", "open_tree", "fsopen", "fsconfig", "fsmount", "fspick"),
    *("mount_setattr", "pivot_root", "chroot", "unshare", "setns", "sethostname", "setdomainname"),
    *("bpf", "perf_event_open", "userfaultfd", "fanotify_init", "lookup_dcookie"),
    *("io_uring_setup", "io_uring_enter", "io_uring_register"),
    *("keyctl", "add_key", "request_key"),
    *("kexec_load", "kexec_file_load", "init_module", "finit_module", "delete_module"),
    *("name_to_handle_at", "open_by_handle_at"),
    # Memory that no process is charged for.
    *("memfd_create", "memfd_secret", "shmget", "shmat", "shmctl", "shmdt"),
    *("semget", "semop", "semctl", "semtimedop", "msgget", "msgsnd", "msgrcv", "msgctl"),
    *("mq_open", "mq_unlink", "migrate_pages", "move_pages", "vmsplice", "io_setup"),
    *("execve", "execveat", "uselib"),
    *("swapon", "swapoff", "reboot", "acct", "quotactl", "quotactl_fd", "syslog", "vhangup"),
    *("sync", "syncfs"),
    *("settimeofday", "clock_settime", "adjtimex", "clock_adjtime"),
    *("iopl", "ioperm", "modify_ldt", "personality", "ustat", "sysfs", "_sysctl", "nfsservctl"),
)
_SIGNALLING = ("kill", "tgkill", "rt_sigqueueinfo", "rt_tgsigqueueinfo")
_SIGNALLING_ANY = ("tkill", "pidfd_send_signal")

_OF_OWNERS = (
    *("chmod", "fchmod", "fchmodat", "chown", "fchown", "lchown", "fchownat"),
    *("utime", "utimes", "futimesat", "utimensat"),
    *("setxattr", "lsetxattr", "fsetxattr", "removexattr", "lremovexattr", "fremovexattr"),
    *("setpriority", "ioprio_set"),
)
"""What a user may do to all files and processes of the same user, and Landlock does not look at."""

_OF_OWNERS_ELSEWHERE = (
    *("prlimit64", "sched_setaffinity", "sched_setscheduler", "sched_setparam", "sched_setattr"),
)
"""Likewise, but a process may well do it to itself, by the number 0."""

_NAMESPACE_FLAGS = 0x7E020080
"""The flags of clone that ask for a new namespace."""

_TIOCSTI, _TIOCLINUX = 0x5412, 0x541C
_SO_SNDBUF, _SO_SNDBUFFORCE = 7, 32
_X32 = 0x40000000
_ARCH, _NUMBER = 4, 0

_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_ALLOW = 0x7FFF0000
_PR_SET_SECCOMP, _MODE_FILTER = 22, 2

Program = list[tuple[int, int, int, int]]
"""Instructions: code, how many to skip if true, if false, operand."""


def supported() -> bool:
    """Whether the numbers of this architecture's system calls are known."""
    return linux.machine() in AUDIT_ARCH


def apply(*, only_own_signals: bool, named_sockets: bool, shared_user: bool = False) -> None:
    """Filter the system calls of this thread and all that it starts, for good. Needs `gain_no_privileges` first.

    Args:
        only_own_signals: refuse signals to any other process, for kernels where nothing else does.
        named_sockets: allow unix sockets, which data loaders with processes need.
        shared_user: refuse what a user may do to all of the same user's files and processes: this one has others.

    Raises:
        OSError: when the kernel has no filters, or this architecture's numbers are not known.
    """
    if not supported():
        raise OSError(errno.ENOSYS, f"seccomp: unknown architecture {linux.machine()}")
    program = _program(linux.machine(), only_own_signals, named_sockets, shared_user)
    packed = b"".join(struct.pack("HBBI", *instruction) for instruction in program)
    code = ctypes.create_string_buffer(packed, len(packed))
    # struct sock_fprog: the number of instructions, and where they are.
    header = struct.pack("HxxxxxxQ", len(program), ctypes.addressof(code))
    filter_ = ctypes.create_string_buffer(header, len(header))
    linux.call("prctl", _PR_SET_SECCOMP, _MODE_FILTER, ctypes.addressof(filter_), 0, 0)


def _program(
    machine: str, only_own_signals: bool, named_sockets: bool, shared_user: bool
) -> Program:
    program: Program = [
        (_LOAD, 0, 0, _ARCH),
        (_EQUAL, 1, 0, AUDIT_ARCH[machine]),
        _refuse(errno.ENOSYS),
        (_LOAD, 0, 0, _NUMBER),
    ]
    if machine == "x86_64":
        program += [(_AT_LEAST, 0, 1, _X32), _refuse(errno.ENOSYS)]
    program += [(_AT_LEAST, 0, 1, NEWEST + 1), _refuse(errno.ENOSYS)]
    refused = list(REFUSED)
    if shared_user:
        refused += _OF_OWNERS
        for name in _OF_OWNERS_ELSEWHERE:
            program += _when(name, machine, _unless_argument(0, 0, errno.EPERM))
    if only_own_signals:
        refused += _SIGNALLING_ANY
        for name in _SIGNALLING:
            program += _when(name, machine, _unless_argument(0, os.getpid(), errno.EPERM))
    for name in refused:
        program += _when(name, machine, [_refuse(errno.EPERM)])
    # glibc falls back to clone, whose flags can be seen here.
    program += _when("clone3", machine, [_refuse(errno.ENOSYS)])
    namespaces = (_ANY_BIT, 0, 1, _NAMESPACE_FLAGS)
    program += _when("clone", machine, [_argument(0), namespaces, _refuse(errno.EPERM), _allow()])
    family = int(socket.AF_UNIX) if named_sockets else 2**31
    program += _when("socket", machine, _unless_argument(0, family, errno.EAFNOSUPPORT))
    program += _when(
        "socketpair", machine, _unless_argument(0, int(socket.AF_UNIX), errno.EAFNOSUPPORT)
    )
    program += _when("ioctl", machine, _if_argument(1, (_TIOCSTI, _TIOCLINUX), errno.EPERM))
    # What waits in a socket is no process's memory, and some systems allow megabytes of it.
    larger = _if_argument(2, (_SO_SNDBUF, _SO_SNDBUFFORCE), errno.EPERM)
    program += _when("setsockopt", machine, larger)
    return [*program, _allow()]


def _when(name: str, machine: str, then: Program) -> Program:
    """Do `then`, which must end by returning, if the call is `name`."""
    wanted = number(name, machine)
    return [] if wanted is None else [(_EQUAL, 0, len(then), wanted), *then]


def _unless_argument(place: int, value: int, error: int) -> Program:
    return [_argument(place), (_EQUAL, 1, 0, value), _refuse(error), _allow()]


def _if_argument(place: int, values: tuple[int, int], error: int) -> Program:
    first, second = values
    chosen = [(_EQUAL, 1, 0, first), (_EQUAL, 0, 1, second)]
    return [_argument(place), *chosen, _refuse(error), _allow()]


def _argument(place: int) -> tuple[int, int, int, int]:
    """Load the low half of an argument; both architectures are little-endian."""
    return (_LOAD, 0, 0, 16 + 8 * place)


def _refuse(error: int) -> tuple[int, int, int, int]:
    return (_RETURN, 0, 0, 0x00050000 | error)


def _allow() -> tuple[int, int, int, int]:
    return (_RETURN, 0, 0, _ALLOW)
