"""The worker's loop: import the module, then run the checks that the judge names, and answer."""

from __future__ import annotations

import importlib
import io
import os
import sys
from _thread import allocate_lock
from collections.abc import Callable
from os import read, write
from types import ModuleType
from typing import NoReturn

from .. import scenario
from ..check import Check, checks_of
from ..facts import Frame, NotStarted, Observed, Outcome, Raised, Unlike
from . import hints, limits, student
from .apart import apart
from .protocol import (
    HEADER,
    Answer,
    Import,
    Imported,
    Inspect,
    Inspected,
    Noticed,
    Ready,
    Reply,
    Request,
    Run,
    Unfit,
    decode_request,
    frame,
    length_of,
)


class Channel:
    """The worker's end of the line to the judge.

    Args:
        inward: descriptor to read requests from.
        outward: descriptor to write replies to.
    """

    def __init__(self, inward: int, outward: int) -> None:
        self._inward = inward
        self._outward = outward
        self._writing = allocate_lock()

    def receive(self) -> Request | None:
        """The next request; None when the judge has gone."""
        header = self._exactly(HEADER)
        body = self._exactly(length_of(header)) if header else b""
        return decode_request(body) if body else None

    def send(self, reply: Reply) -> None:
        """Send a reply whole, from any thread.

        Raises:
            ValueError: when it cannot be put into a frame; nothing is sent then.
        """
        rest = memoryview(frame(reply))
        with self._writing:
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


def main(
    channel: Channel, checks: str, accelerator: str, wall_in: Callable[[], None] = lambda: None
) -> NoReturn:
    """Serve the judge until it goes away, and end the process at once: nothing that students registered runs.

    Args:
        channel: the line to the judge.
        checks: package of the check modules, such as "grader.checks".
        accelerator: the device of checks whose aspect is "device".
        wall_in: puts the walls around this process, before any student's code.
    """
    status = 0
    try:
        request = channel.receive()
        if isinstance(request, Import):
            _serve(channel, request, checks, accelerator, wall_in)
    except BaseException:  # students may have broken anything that this loop uses
        status = 1
    finally:
        os._exit(status)


def _serve(
    channel: Channel, request: Import, checks: str, accelerator: str, wall_in: Callable[[], None]
) -> None:
    try:
        known = _prepare(request, checks, wall_in)
    except Exception as error:
        channel.send(Unfit(_utf8(f"{type(error).__name__}: {error}")[:500]))
        return
    channel.send(Ready())
    hints.listen(request.source.filename, lambda hint: channel.send(Noticed(_utf8(hint))))
    module = apart(student.load, request.source)
    if isinstance(module, Raised):
        channel.send(Imported(_sendable_error(module)))
        _answer_all(channel, {}, None, accelerator)
        return
    channel.send(Imported(None))
    _answer_all(channel, known, module, accelerator)


def _answer_all(
    channel: Channel, known: dict[str, Check], module: ModuleType | None, accelerator: str
) -> None:
    while request := channel.receive():
        if isinstance(request, Run):
            outcome = apart(scenario.run, known[request.check], module, request.seed, accelerator)
            _answer(channel, request.nonce, outcome)
        elif isinstance(request, Inspect):
            for name in hints.replaced():
                channel.send(Noticed(_utf8(f"replaced {name}")))
            channel.send(Inspected())


def _prepare(request: Import, checks: str, wall_in: Callable[[], None]) -> dict[str, Check]:
    """Do all that may fail through the grader's own fault, and return the exercise's checks by their ids."""
    name = f"{checks}.{request.source.exercise}"
    known = checks_of(sys.modules.get(name) or importlib.import_module(name))
    _print_at_once()
    wall_in()
    limits.apply(request.limits)
    sys.modules["__main__"] = ModuleType("__main__")
    return {check.info.id: check for check in known}


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
