"""What is put up around a worker in each tier, in the only order that works."""

from __future__ import annotations

import os
import sys

import msgspec

from .. import linux
from ..protocol import Limits, Tier
from . import landlock, namespaces, privileges, seccomp
from .view import DEVICES, FILES, View

_SCOPED_SINCE = 6
"""Landlock's version from which on it keeps signals and abstract sockets inside."""


class Walls(msgspec.Struct, frozen=True):
    """What is asked for around every worker of a server.

    Args:
        tier: how much.
        seen: what workers may read, where the tier can limit it.
    """

    tier: Tier
    seen: View

    def around_family(self) -> None:
        """Separate the children that this process, a supervisor, will have.

        Raises:
            OSError: when that fails.
        """
        if self.tier == "isolated":
            namespaces.separate_processes()

    def around_worker(self, limits: Limits, scratch: str, spare_user: int) -> None:
        """Wall in this process, for good.

        Args:
            limits: for the size of the scratch folder and the number of processes.
            scratch: an empty folder; the worker's own, or where its file system is built.
            spare_user: whom to become, where this process is root.

        Raises:
            OSError: when any of it fails.
        """
        if self.tier == "isolated":
            _isolate(self.seen, limits, scratch, spare_user)
        elif self.tier == "confined":
            _confine(self.seen, limits, scratch, spare_user)
        # A change of user has undone this.
        linux.die_with_parent()


def _isolate(seen: View, limits: Limits, scratch: str, spare_user: int) -> None:
    owner = os.geteuid() or spare_user
    namespaces.separate_the_rest()
    namespaces.change_root(seen, scratch, limits.scratch_mb, owner)
    os.environ["TMPDIR"] = os.environ["HOME"] = namespaces.SCRATCH
    if os.geteuid() == 0:
        privileges.become(spare_user)
    _limit_processes(limits)
    privileges.drop_all()
    if landlock.version():
        landlock.apply(_rules(["/"], [namespaces.SCRATCH, namespaces.SHARED_MEMORY]))
    seccomp.apply(only_own_signals=False, named_sockets=True)


def _confine(seen: View, limits: Limits, scratch: str, spare_user: int) -> None:
    rules = _rules([*seen.readable(), *FILES], [scratch])
    # In a private home, where Python may lie, a spare user would not find it.
    spare = os.geteuid() == 0 and privileges.open_to_all(sys.prefix, sys.base_prefix)
    if spare:
        os.chown(scratch, spare_user, spare_user)
        privileges.become(spare_user)
        _limit_processes(limits)
    privileges.drop_all()
    landlock.apply(rules)
    scoped = landlock.version() >= _SCOPED_SINCE
    seccomp.apply(only_own_signals=not scoped, named_sockets=scoped, shared_user=not spare)


def _rules(readable: list[str], writable: list[str]) -> list[tuple[str, int]]:
    rules = [(path, landlock.READ) for path in readable]
    rules += [(path, landlock.WRITE) for path in (*writable, *DEVICES)]
    return [(path, access) for path, access in rules if os.path.exists(path)]


def _limit_processes(limits: Limits) -> None:
    """Where the user is the worker's own; elsewhere the processes of everybody would be counted."""
    import resource

    resource.setrlimit(resource.RLIMIT_NPROC, (limits.processes, limits.processes))
