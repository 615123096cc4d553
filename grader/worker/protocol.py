"""What the processes say to each other: typed messages, in frames of a length and MessagePack.

Everything that comes from a worker is decoded strictly and checked for size: a worker runs student code, and may send
anything.
"""

from __future__ import annotations

import math
from typing import Literal, TypeAlias

import msgspec

from ..facts import Absent, Fact, Many, NotStarted, Numbers, Observed, Raised, Unlike

Tier = Literal["isolated", "confined", "none"]
Isolation = Literal["strict", "auto", "confined", "none"]

MAX_FRAME = 4 * 2**20
HEADER = 4

_MAX_TEXT = 4_000
_MAX_DEPTH = 20


class IsolationUnavailable(Exception):
    """This machine lacks a layer of isolation that was asked for: which, in one line."""


class Malformed(Exception):
    """A frame that no honest worker sends."""


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
        processes: processes that exist at once.
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
    """Server to judge, first: which tier of isolation holds here, and what it gives."""

    tier: Tier
    layers: tuple[Layer, ...]


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
            "flood" (of output), "swarm" (of processes).
        number: exit status or signal.
    """

    how: Literal["exit", "signal", "silent", "out_of_memory", "flood", "swarm", "lost"]
    number: int = 0


Request: TypeAlias = Import | Run | Inspect
Reply: TypeAlias = Ready | Unfit | Imported | Answer | Noticed | Inspected

_encoder = msgspec.msgpack.Encoder()
_replies = msgspec.msgpack.Decoder(Reply, strict=True)
_requests = msgspec.msgpack.Decoder(Request, strict=True)


def frame(message: msgspec.Struct) -> bytes:
    """Encode a message with its length before it.

    Raises:
        ValueError: when it is larger than a frame may be, or holds what cannot be encoded.
    """
    try:
        body = _encoder.encode(message)
    except (TypeError, OverflowError, UnicodeError, RecursionError) as error:
        raise ValueError(str(error)) from error
    if len(body) > MAX_FRAME:
        raise ValueError(f"{len(body)} bytes are more than a frame holds")
    return len(body).to_bytes(HEADER, "little") + body


def length_of(header: bytes) -> int:
    """The length of the body that follows `header`.

    Raises:
        Malformed: when it is more than a frame may hold.
    """
    length = int.from_bytes(header, "little")
    if length > MAX_FRAME:
        raise Malformed(f"a frame of {length} bytes")
    return length


def decode_request(body: bytes) -> Request:
    """Decode what the judge sent; it is trusted."""
    return _requests.decode(body)


def decode_reply(body: bytes) -> Reply:
    """Decode what a worker sent; it is not trusted.

    Raises:
        Malformed: when it is anything that an honest worker would not send.
    """
    try:
        reply = _replies.decode(body)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise Malformed(str(error)) from error
    if isinstance(reply, Imported) and reply.error is not None:
        _check(reply.error)
    if isinstance(reply, Answer):
        _check(reply.outcome)
    if isinstance(reply, Noticed):
        _check_text(reply.hint)
    return reply


def _check(outcome: Observed | Raised | NotStarted | Absent) -> None:
    if isinstance(outcome, Observed):
        for name, fact in outcome.facts.items():
            _check_text(name)
            _check_fact(fact, _MAX_DEPTH)
    elif isinstance(outcome, Raised):
        if len(outcome.frames) > _MAX_DEPTH:
            raise Malformed("too many frames")
        lines = [text for line in outcome.frames for text in (line.function, line.source)]
        for text in (outcome.type, outcome.message, *lines):
            _check_text(text)
    elif isinstance(outcome, Absent):
        _check_text(outcome.saw or "")


def _check_fact(fact: Fact, depth: int) -> None:
    if depth == 0:
        raise Malformed("facts too deep")
    if isinstance(fact, Many):
        for item in fact.items:
            _check_fact(item, depth - 1)
    elif isinstance(fact, Numbers):
        _check_text(fact.dtype)
        wrong_length = len(fact.data) != 8 * math.prod(fact.shape[:64])
        if wrong_length or len(fact.shape) > 64 or min(fact.shape, default=0) < 0:
            raise Malformed("numbers that do not fit their shape")
        if not 1 <= fact.steps <= 10**6:
            raise Malformed("an impossible number of steps")
    elif isinstance(fact, Unlike):
        _check_text(fact.expected + fact.saw)
    elif isinstance(fact, str):
        _check_text(fact)


def _check_text(text: str) -> None:
    if len(text) > _MAX_TEXT:
        raise Malformed("a text longer than any that is sent")
