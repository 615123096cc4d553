"""What grading depends on besides the submission itself."""

from __future__ import annotations

import secrets

import msgspec

from ..worker import Limits
from ..worker.protocol import Isolation

TIMEOUT = 120.0
"""Wall seconds for an exercise, unless told otherwise."""

MEMORY_MB = Limits().memory_mb

_MOST_PATIENCE = 10.0
_SHARE = 4
"""A check gets a quarter of its exercise's time at most, so that one which never ends leaves time for the others."""


class Settings(msgspec.Struct, frozen=True):
    """What the records of a run depend on.

    Args:
        seed: decides the random inputs.
        exercises: the names of those to grade, in the kit's order.
        timeout: wall seconds for an exercise: import, all its checks, and fresh workers after a crash.
        memory_mb: for all processes of one worker together, beyond what a worker has from the start.
        isolation: "auto" for the best to be had, "strict" for all of it or nothing, "none".
        hidden: folders that student code must not see: submissions, results.
    """

    seed: int
    exercises: tuple[str, ...]
    timeout: float = TIMEOUT
    memory_mb: int = MEMORY_MB
    isolation: Isolation = "auto"
    hidden: tuple[str, ...] = ()

    @property
    def patience(self) -> float:
        """Wall seconds for the import of a module, and for each of its checks."""
        return min(_MOST_PATIENCE, self.timeout / _SHARE)

    @property
    def limits(self) -> Limits:
        """What one worker may use up."""
        return Limits(memory_mb=self.memory_mb)


def draw_seed() -> int:
    """A seed that nobody can have known; short enough to be typed."""
    return secrets.randbelow(2**31)
