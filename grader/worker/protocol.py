"""What the processes say to each other, as typed messages."""

from __future__ import annotations

from typing import Literal, TypeAlias

import msgspec

from ..facts import Absent, NotStarted, Observed, Raised

Tier = Literal["isolated", "confined", "none"]
Isolation = Literal["strict", "auto", "confined", "none"]


class IsolationUnavailable(Exception):
    """This machine lacks a layer of isolation that was asked for: which, in one line."""


class Source(msgspec.Struct, frozen=True):
    """A module to import.

    Args:
        exercise: the module's name, such as "ex05_autograd".
        text: its source; Python's own encoding rules apply. May be a syntax error.
        filename: how tracebacks call it, such as "exercises/ex05_autograd.py".
    """

    exercise: str
    text: bytes
    filename: str


class Limits(msgspec.Struct, frozen=True):
    """What one worker may use up.

    Args:
        memory_mb: of all its processes together, beyond what a worker has from the start.
        cpu_s: seconds of computing per process; the judge's own clock ends most workers long before.
        processes: processes that exist at once, and their threads.
        file_mb: size of any one file.
        open_files: open files per process.
        scratch_mb: size of the folder that it may write to, where that can be limited.
        output_kib: how much of what it prints is kept.
        flood_mb: how much it may print before it is stopped.
    """

    memory_mb: int = 2048
    cpu_s: int = 600
    processes: int = 64
    file_mb: int = 64
    open_files: int = 256
    scratch_mb: int = 128
    output_kib: int = 64
    flood_mb: int = 50


class Layer(msgspec.Struct, frozen=True):
    """One thing that isolation is for, or rests on.

    Args:
        name: such as "no network".
        in_force: whether it holds on this machine.
        remark: why not, or how.
    """

    name: str
    in_force: bool
    remark: str = ""


class Standing(msgspec.Struct, frozen=True):
    """Server to judge, first: which tier of isolation holds here, and what it gives.

    Args:
        tier: which.
        layers: what it gives and lacks.
        lasting: whether a supervisor can serve one worker after the other.
    """

    tier: Tier
    layers: tuple[Layer, ...]
    lasting: bool = False


class Import(msgspec.Struct, frozen=True, tag="import"):
    """Judge to worker, first: import this module, within these limits."""

    source: Source
    limits: Limits


class Run(msgspec.Struct, frozen=True, tag="run"):
    """Judge to worker: run a check. The nonce is fresh, and unknown until the module is imported."""

    nonce: bytes
    check: str
    seed: int


class Ready(msgspec.Struct, frozen=True, tag="ready"):
    """Worker to judge, before any of the student's code runs: the process exists and is walled in."""


class Unfit(msgspec.Struct, frozen=True, tag="unfit"):
    """Worker to judge, in place of `Ready`: the grader's own code failed; `remark` says how."""

    remark: str


class Imported(msgspec.Struct, frozen=True, tag="imported"):
    """Worker to judge: the module is imported, or why not."""

    error: Raised | None


class Answer(msgspec.Struct, frozen=True, tag="answer"):
    """Worker to judge: what came of the check that carried this nonce."""

    nonce: bytes
    outcome: Observed | Raised | NotStarted | Absent


class Noticed(msgspec.Struct, frozen=True, tag="noticed"):
    """Worker to judge, at any time: something that a person should look at. A hint, never a verdict."""

    hint: str


class Inspect(msgspec.Struct, frozen=True, tag="inspect"):
    """Judge to worker, last: say what the student's code has replaced."""


class Inspected(msgspec.Struct, frozen=True, tag="inspected"):
    """Worker to judge: all that was replaced has been noticed."""


class Ended(msgspec.Struct, frozen=True, tag="ended"):
    """Supervisor to judge: how the worker's process ended.

    Args:
        how: "exit", "signal", "silent" (it has not ended, but no longer talks), or
            "lost" (its supervisor has gone); or why it was ended: "out_of_memory",
            "flood" (of output), "swarm" (of processes and threads).
        number: exit status or signal.
    """

    how: Literal["exit", "signal", "silent", "out_of_memory", "flood", "swarm", "lost"]
    number: int = 0


Request: TypeAlias = Import | Run | Inspect
Reply: TypeAlias = Ready | Unfit | Imported | Answer | Noticed | Inspected
