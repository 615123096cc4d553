"""Which tier holds on this machine: found out by real children that try to climb the walls.

Asking for features would not do: there are systems on which unshare succeeds and whatever comes after it fails.
"""

from __future__ import annotations

import contextlib
import os
import socket
import tempfile
from collections.abc import Iterator

from .. import supervisor
from ..protocol import Layer, Limits, Noticed, Ready, Reply, Standing, Tier, Unfit
from ..wire import HEADER, Malformed, decode_reply, length_of
from . import landlock, namespaces
from .probe import Address, Targets, probe
from .properties import PROPERTIES, WATCHED, unwalled
from .view import View
from .walls import Walls

_MAY_LACK: dict[Tier, tuple[str, ...]] = {"isolated": (), "confined": ("disk space limited",)}
_LIMITS = Limits(scratch_mb=1)
_SECONDS = 5.0


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
    remarks: list[str] = []
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
            lasting = tier == "confined" or namespaces.can_separate_again()
            return Standing(tier, (separate, landlocked, *layers, *WATCHED), lasting)
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
        outside = os.path.join(tempfile.gettempdir(), f"gradkit-{os.getpid()}")
        targets = Targets(canary, outside, os.getpid(), walls.seen.hidden, tuple(addresses))
        given = supervisor.Descriptors(
            channel_there.fileno(), control_there.fileno(), printed.fileno()
        )
        child = os.fork()
        if child == 0:
            channel.close()
            control.close()
            try:
                supervisor.supervise(
                    walls, _LIMITS, given, lambda line: probe(line, targets, _LIMITS)
                )
            finally:
                os._exit(0)
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
def _listeners() -> Iterator[list[Address]]:
    """Something to reach, over the network and over an abstract socket; what of it this machine allows."""
    name = b"\0gradkit-%d" % os.getpid()
    wanted: list[Address] = [(socket.AF_INET, ("127.0.0.1", 0)), (socket.AF_UNIX, name)]
    with contextlib.ExitStack() as stack:
        addresses: list[Address] = []
        for family, address in wanted:
            with contextlib.suppress(OSError):
                listener = stack.enter_context(socket.socket(family))
                listener.bind(address)
                listener.listen()
                addresses.append((family, listener.getsockname()))
        yield addresses
