"""The worker's loop: import the module, then run the checks that the judge names, and answer."""

from __future__ import annotations

import importlib
import io
import os
import sys
from os import read, write
from types import ModuleType
from typing import NoReturn, TypeAlias

from .. import scenario
from ..check import Check, checks_of
from ..facts import Frame, NotStarted, Observed, Outcome, Raised, Unlike
from . import limits, student
from .apart import apart
from .protocol import (
    HEADER,
    Answer,
    Failed,
    Import,
    Imported,
    Ready,
    Reply,
    Request,
    Run,
    decode_request,
    frame,
    length_of,
)

Checks: TypeAlias = str
"""The package that holds the check modules, such as "grader.checks"."""


class Channel:
    """The worker's end of the line to the judge.

    Args:
        inward: descriptor to read requests from.
        outward: descriptor to write replies to.
    """

    def __init__(self, inward: int, outward: int) -> None:
        self._inward = inward
        self._outward = outward

    def receive(self) -> Request | None:
        """The next request; None when the judge has gone."""
        header = self._exactly(HEADER)
        body = self._exactly(length_of(header)) if header else b""
        return decode_request(body) if body else None

    def send(self, reply: Reply) -> None:
        """Send a reply whole.

        Raises:
            ValueError: when it cannot be put into a frame; nothing is sent then.
        """
        rest = memoryview(frame(reply))
        while rest:
            rest = rest[write(self._outward, rest) :]

    def _exactly(self, count: int) -> bytes:
        parts = []
        while count > 0:
            part = read(self._inward, count)
            if not part:
                return b""
            parts.append(part)
            count -= len(part)
        return b"".join(parts)


def main(channel: Channel, checks: Checks, accelerator: str) -> NoReturn:
    """Serve the judge until it goes away, and end the process at once: nothing that students registered runs."""
    status = 0
    try:
        _serve(channel, checks, accelerator)
    except BaseException:  # students may have broken anything that this loop uses
        status = 1
    finally:
        os._exit(status)


def _serve(channel: Channel, checks: Checks, accelerator: str) -> None:
    request = channel.receive()
    if not isinstance(request, Import):
        return
    try:
        known = _prepare(request, checks)
    except Exception as error:
        channel.send(Failed(_utf8(f"{type(error).__name__}: {error}")))
        return
    channel.send(Ready())
    module = apart(student.load, request.source)
    if isinstance(module, Raised):
        channel.send(Imported(_sendable_error(module)))
        return
    channel.send(Imported(None))
    while isinstance(request := channel.receive(), Run):
        outcome = apart(scenario.run, known[request.check], module, request.seed, accelerator)
        _answer(channel, request.nonce, outcome)


def _prepare(request: Import, checks: Checks) -> dict[str, Check]:
    """Do all that may fail through the grader's own fault, and return the exercise's checks by their ids."""
    limits.apply(request.limits)
    known = checks_of(_module(f"{checks}.{request.source.exercise}"))
    _print_at_once()
    sys.modules["__main__"] = ModuleType("__main__")
    return {check.info.id: check for check in known}


def _module(name: str) -> ModuleType:
    return sys.modules.get(name) or importlib.import_module(name)


def _print_at_once() -> None:
    """Leave nothing that was printed in a buffer, so that a crash or an answer finds it all written."""
    for name, descriptor in (("stdout", 1), ("stderr", 2)):
        raw = io.FileIO(descriptor, "w", closefd=False)
        stream = io.TextIOWrapper(
            raw,  # type: ignore[arg-type]  # unbuffered, as Python's own option -u does it
            encoding="utf-8",
            errors="backslashreplace",
            write_through=True,
        )
        setattr(sys, name, stream)
        setattr(sys, f"__{name}__", stream)


def _answer(channel: Channel, nonce: bytes, outcome: Outcome) -> None:
    try:
        channel.send(Answer(nonce, outcome))  # type: ignore[arg-type]  # `run` never stops itself
    except ValueError:
        channel.send(Answer(nonce, _sendable(outcome)))


def _sendable(outcome: Outcome) -> Observed | Raised | NotStarted:
    """The nearest thing to `outcome` that a frame can hold."""
    if isinstance(outcome, Raised):
        return _sendable_error(outcome)
    unlike = Unlike("a result of reasonable size", "a result that cannot be written down")
    return Observed({"result": unlike})


def _sendable_error(error: Raised) -> Raised:
    frames = tuple(
        Frame(line.line, _utf8(line.function), _utf8(line.source)) for line in error.frames
    )
    return Raised(_utf8(error.type), _utf8(error.message), frames)


def _utf8(text: str) -> str:
    """`text` without lone surrogates, which exist in Python's strings and in no encoding."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")
