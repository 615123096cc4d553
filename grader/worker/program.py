"""The worker's loop: import the module, then run the checks that the judge names, and answer."""

from __future__ import annotations

import importlib
import io
import os
import sys
from dataclasses import dataclass
from os import read, write
from types import ModuleType
from typing import NoReturn

from .. import scenario
from ..check import Check, checks_of
from ..facts import Frame, NotStarted, Observed, Outcome, Raised, Unlike
from . import hints, limits, student
from .apart import apart
from .manifest import Manifest, replaced
from .protocol import (
    Answer,
    Import,
    Imported,
    Inspected,
    Noticed,
    Ready,
    Reply,
    Request,
    Run,
    Unfit,
)
from .wire import HEADER, decode_request, frame, length_of


@dataclass(frozen=True)
class Setting:
    """What is the same for all workers of a server.

    Args:
        checks: package of the check modules, such as "grader.checks".
        accelerator: the device of checks whose aspect is "device".
        originals: what public names stood for before any student's code ran.
    """

    checks: str
    accelerator: str
    originals: Manifest


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


def main(channel: Channel, setting: Setting, data_bytes: int) -> NoReturn:
    """Serve the judge until it goes away, and end the process at once: nothing that students registered runs.

    Args:
        channel: the line to the judge.
        setting: the server's.
        data_bytes: memory that the process has from the start.
    """
    status = 0
    try:
        _serve(channel, setting, data_bytes)
    except BaseException:  # students may have broken anything that this loop uses
        status = 1
    finally:
        os._exit(status)


def _serve(channel: Channel, setting: Setting, data_bytes: int) -> None:
    request = channel.receive()
    if not isinstance(request, Import):
        return
    source = request.source
    try:
        known = _prepare(request, setting, data_bytes)
    except Exception as error:
        channel.send(Unfit(f"{type(error).__name__}: {_utf8(str(error))[:400]}"))
        return
    channel.send(Ready())
    hints.report(source.filename, lambda words: _notice(channel, words))
    module = apart(student.load, source)
    if isinstance(module, Raised):
        channel.send(Imported(_sendable_error(module)))
        return
    channel.send(Imported(None))
    while request := channel.receive():
        if isinstance(request, Run):
            check = known[request.check]
            outcome = apart(scenario.run, check, module, request.seed, setting.accelerator)
            _answer(channel, request.nonce, outcome)
        else:
            for name in replaced(setting.originals):
                _notice(channel, f"replaced {name}")
            channel.send(Inspected())


def _prepare(request: Import, setting: Setting, data_bytes: int) -> dict[str, Check]:
    """Do all that may fail through the grader's own fault, and return the exercise's checks by their ids."""
    limits.apply(request.limits, data_bytes)
    name = f"{setting.checks}.{request.source.exercise}"
    known = checks_of(sys.modules.get(name) or importlib.import_module(name))
    _print_at_once()
    _forget_ourselves(setting.checks)
    return {check.info.id: check for check in known}


class _Nowhere:
    """Finds no package of ours, however it was installed."""

    def __init__(self, packages: set[str]) -> None:
        self._packages = packages

    def find_spec(self, name: str, path: object = None, target: object = None) -> None:
        """See importlib.abc.MetaPathFinder."""
        if name.partition(".")[0] in self._packages:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)


_forgotten: list[ModuleType] = []
"""Kept, since taking a module apart would write to all the memory that it lies in, and so copy it."""


def _forget_ourselves(checks: str) -> None:
    """Leave nothing of the grader for `import` to find; what runs keeps what it needs."""
    own = {__name__.partition(".")[0], checks.partition(".")[0]}
    for name in list(sys.modules):
        if name.partition(".")[0] in own:
            _forgotten.append(sys.modules.pop(name))
    sys.meta_path.insert(0, _Nowhere(own))
    sys.modules["__main__"] = ModuleType("__main__")
    # The command names folders of the judge's, and would differ from run to run.
    sys.argv[:] = sys.orig_argv[:] = [""]


def _print_at_once() -> None:
    """Leave nothing that was printed in a buffer, so that a crash or an answer finds it all written."""
    for name, descriptor in (("stdout", 1), ("stderr", 2)):
        # Unbuffered, as Python's own option -u does it.
        raw = io.FileIO(descriptor, "w", closefd=False)
        stream = io.TextIOWrapper(
            raw, encoding="utf-8", errors="backslashreplace", write_through=True
        )
        setattr(sys, name, stream)
        setattr(sys, f"__{name}__", stream)


def _notice(channel: Channel, hint: str) -> None:
    """Tell the judge something in passing; that this fails must not show to the code that caused it."""
    try:
        channel.send(Noticed(hint))
    except (OSError, ValueError):
        return


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
        Frame(line.line, _utf8(line.function), _utf8(line.source), line.cell)
        for line in error.frames
    )
    return Raised(_utf8(error.type), _utf8(error.message), frames)


def _utf8(text: str) -> str:
    """`text` without lone surrogates, which exist in Python's strings and in no encoding."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")
