"""Which tier holds on this machine: found out by real children that try to climb the walls.

Asking for features would not do: there are systems on which unshare succeeds and whatever comes after it fails.
"""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import tempfile
import time
from collections.abc import Callable, Iterator
from typing import NoReturn

from .. import linux, supervisor
from ..protocol import (
    HEADER,
    Layer,
    Limits,
    Malformed,
    Noticed,
    Ready,
    Reply,
    Standing,
    Tier,
    Unfit,
    decode_reply,
    frame,
    length_of,
)
from . import landlock
from .properties import PROPERTIES, WATCHED, unwalled
from .view import View
from .walls import Walls

_MAY_LACK: dict[Tier, tuple[str, ...]] = {"isolated": (), "confined": ("disk space limited",)}
_LIMITS = Limits(scratch_mb=1)
_SECONDS = 5.0
_NEW_USER = 0x10000000


def standing(isolation: str, seen: View, canary: str) -> Standing:
    """The best tier that holds, and what it gives.

    Args:
        isolation: "auto" or "strict" for the best there is, "confined" for the best without namespaces, "none" for no
            walls.
        seen: what workers may read.
        canary: a file that they must not.
    """
    if isolation == "none":
        return unwalled("not asked for")
    remarks = []
    tiers: tuple[Tier, ...] = ("isolated", "confined")
    for tier in tiers[isolation == "confined" :]:
        holes = climb(Walls(tier, seen), canary)
        if set(holes) <= set(_MAY_LACK[tier]):
            layers = [Layer(name, name not in holes, holes.get(name, "")) for name in PROPERTIES]
            had = landlock.version()
            landlocked = Layer(
                "Landlock", had > 0, f"version {had}" if had else "not in this kernel"
            )
            separate = Layer("namespaces", tier == "isolated", "; ".join(remarks))
            return Standing(tier, (separate, landlocked, *layers, *WATCHED))
        remarks.append(f"{tier}: {'; '.join(f'{k}: {v}' for k, v in holes.items())}")
    return unwalled("; ".join(remarks))


def climb(walls: Walls, canary: str) -> dict[str, str]:
    """Try to get over the walls.

    Returns:
        What failed to hold, by property, and what was managed; {"set-up": why} where they cannot be put up.
    """
    channel, channel_there = socket.socketpair()
    control, control_there = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with _listeners() as addresses, tempfile.TemporaryFile() as printed:
        judge = os.getpid()
        given = [channel_there.fileno(), control_there.fileno(), printed.fileno()]
        child = os.fork()
        if child == 0:
            channel.close()
            control.close()
            supervisor.main(
                walls, _LIMITS, given, lambda line: _probe(line, walls, canary, judge, addresses)
            )
        channel_there.close()
        control_there.close()
        holes = dict(_holes(channel))
        control.close()
        if not holes.get("set-up") and not _closes(channel):
            holes["every process ended"] = "a daemon outlived its worker"
        channel.close()
        os.waitpid(child, 0)
    return holes


def _holes(channel: socket.socket) -> Iterator[tuple[str, str]]:
    """What the child reports, until it says that it is through."""
    channel.settimeout(_SECONDS)
    try:
        while not isinstance(reply := _receive(channel), Ready):
            if isinstance(reply, Unfit):
                yield "set-up", reply.remark
                return
            if isinstance(reply, Noticed):
                name, _, managed = reply.hint.partition(": ")
                yield name, managed
    except (OSError, Malformed):
        yield "set-up", "the child that tries the walls did not answer"


def _receive(channel: socket.socket) -> Reply:
    header = channel.recv(HEADER, socket.MSG_WAITALL)
    return decode_reply(channel.recv(length_of(header), socket.MSG_WAITALL))


def _closes(channel: socket.socket) -> bool:
    """Whether everybody who holds the other end has gone."""
    try:
        return channel.recv(1) == b""
    except OSError:
        return False


@contextlib.contextmanager
def _listeners() -> Iterator[list[tuple[int, tuple[str, int] | bytes]]]:
    """Something to reach, over the network and over an abstract socket; what of it this machine allows."""
    name = b"\0gradkit-%d" % os.getpid()
    wanted: list[tuple[int, tuple[str, int] | bytes]] = [
        (socket.AF_INET, ("127.0.0.1", 0)),
        (socket.AF_UNIX, name),
    ]
    with contextlib.ExitStack() as stack:
        addresses = []
        for family, address in wanted:
            with contextlib.suppress(OSError):
                listener = stack.enter_context(socket.socket(family))
                listener.bind(address)
                listener.listen()
                addresses.append((family, listener.getsockname()))
        yield addresses


def _probe(channel: int, walls: Walls, canary: str, judge: int, addresses: list) -> NoReturn:
    """Try everything, from inside. Whatever can be done is a hole."""
    outside = os.path.join(os.path.dirname(canary), f"gradkit-{os.getpid()}")
    attempts: list[tuple[str, str, Callable[[], object]]] = [
        ("no reading of other files", f"read {canary}", lambda: open(canary).close()),
        ("no writing to other files", f"wrote {outside}", lambda: _write(outside)),
        ("no signals to other processes", "found the judge", lambda: os.kill(judge, 0)),
        ("no other programs", "started a program", lambda: _start_program()),
        ("no further namespaces", "made one", lambda: linux.call("unshare", _NEW_USER)),
        ("disk space limited", "no limit", lambda: _write("large", 2 * _LIMITS.scratch_mb)),
    ]
    for hidden in walls.seen.hidden:
        attempts.append((PROPERTIES[0], f"listed {hidden}", lambda place=hidden: _list(place)))
    for family, address in addresses:
        words = f"connected to {address!r}"
        attempts.append(
            ("no network", words, lambda f=family, a=address: socket.socket(f).connect(a))
        )
    for name, managed, attempt in attempts:
        try:
            attempt()
        except OSError:
            continue
        os.write(channel, frame(Noticed(f"{name}: {managed}")))
    _leave_daemon()
    os.write(channel, frame(Ready()))
    time.sleep(_SECONDS)
    os._exit(0)


def _write(path: str, megabytes: int = 0) -> None:
    """Write a file, and take it away again where that worked."""
    with open(path, "xb", buffering=0) as file:
        for _ in range(megabytes):
            if file.write(bytes(2**20)) < 2**20:
                raise OSError("the disk is full")
    os.unlink(path)


def _list(folder: str) -> None:
    if not os.listdir(folder):
        raise OSError("nothing there")


def _start_program() -> None:
    os.waitpid(os.posix_spawn("/bin/true", ["true"], {}), 0)


def _leave_daemon() -> None:
    """A process that nobody waits for, in a session of its own, which ignores what it can."""
    child = os.fork()
    if child:
        os.waitpid(child, 0)
        return
    os.setsid()
    if os.fork():
        os._exit(0)
    for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
        signal.signal(number, signal.SIG_IGN)
    time.sleep(4 * _SECONDS)
    os._exit(0)
