"""The tiers: which layers a worker gets, and in what order they go up.

isolated    namespaces with a file system of its own, Landlock, seccomp, no capabilities, limits
confined    the same without namespaces, which many containers and some distributions refuse
none        limits only
"""

from __future__ import annotations

import os
import tempfile

from .. import linux
from ..limits import limit_processes
from ..protocol import Limits
from . import landlock, namespaces, privileges, seccomp, view

_SIGNALS_SINCE = 6
"""The version of Landlock that keeps signals and abstract sockets in."""


class Walls:
    """The walls of one worker.

    Args:
        tier: "isolated", "confined" or "none".
        scratch: an empty folder of the worker's own.
        limits: what it may use up.
    """

    def __init__(self, tier: str, scratch: str, limits: Limits) -> None:
        self._tier = tier
        self._scratch = scratch
        self._limits = limits

    def prepare(self) -> str:
        """Do the supervisor's part, before it forks the worker.

        Returns:
            What failed, or "".
        """
        linux.hide_memory(True)
        try:
            if self._tier == "isolated":
                namespaces.leave()
        except OSError as error:
            return str(error)
        return ""

    def enter(self) -> None:
        """Do the worker's part.

        Raises:
            OSError: when a layer cannot be put up.
        """
        if self._tier == "isolated":
            self._enter_isolated()
        elif self._tier == "confined":
            self._enter_confined()
        else:
            _settle_in(self._scratch)
        linux.hide_memory(True)
        linux.die_with_parent()

    def _enter_isolated(self) -> None:
        namespaces.enter_own_root(
            self._scratch, view.readable(), view.hidden(), self._limits.scratch_mb
        )
        _settle_in(namespaces.SCRATCH)
        self._give_up_rights(other_user=os.geteuid() == 0)
        limit_processes(self._limits.processes)
        writable = [(path, landlock.WRITE) for path in (namespaces.SCRATCH, "/dev/shm")]
        if landlock.version():
            landlock.apply([("/", landlock.READ), *writable, *_devices()])
        seccomp.apply(only_own_signals=False, named_sockets=True)

    def _enter_confined(self) -> None:
        _settle_in(self._scratch)
        scoped = landlock.version() >= _SIGNALS_SINCE
        rules = [*view.rules(), (self._scratch, landlock.WRITE), *_devices()]
        other_user = os.geteuid() == 0 and all_may_read()
        if other_user:
            os.chmod(self._scratch, 0o777)
        self._give_up_rights(other_user)
        if other_user:
            limit_processes(self._limits.processes)
        landlock.apply(rules)
        seccomp.apply(only_own_signals=not scoped, named_sockets=scoped)

    def _give_up_rights(self, other_user: bool) -> None:
        linux.gain_no_privileges()
        if other_user:
            privileges.become_spare_user()
        privileges.drop_capabilities()


def all_may_read() -> bool:
    """Whether users who own nothing can reach Python and its packages: not where they lie in a private home."""
    return all(_reachable(path) for path in view.readable())


def _reachable(path: str) -> bool:
    while path != "/":
        path = os.path.dirname(path)
        if not os.stat(path).st_mode & 0o001:
            return False
    return True


def _devices() -> list[tuple[str, int]]:
    readable = [(f"/dev/{name}", landlock.READ) for name in ("zero", "random", "urandom")]
    return [("/dev/null", landlock.WRITE), *readable]


def _settle_in(folder: str) -> None:
    """Make `folder` the place where the worker is and where temporary files go."""
    os.chdir(folder)
    os.environ["TMPDIR"] = os.environ["HOME"] = folder
    tempfile.tempdir = folder
