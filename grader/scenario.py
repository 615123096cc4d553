"""Run one check's scenario on one exercise module, and say what came of it. Used for everybody's code alike."""

from __future__ import annotations

import hashlib
import linecache
import sys
from collections.abc import Iterator
from types import CodeType, TracebackType
from typing import Any

from . import cells, observe, slate
from .check import Check
from .draw import Draw
from .facts import (
    LEFT,
    MAX_TEXT,
    Absent,
    Facts,
    Frame,
    NotStarted,
    Observed,
    Outcome,
    Raised,
    Unlike,
)

_MAX_FRAMES = 5


def run(check: Check, exercise: Any, seed: int, accelerator: str = "sim") -> Outcome:
    """Run a check's scenario on `exercise`.

    Args:
        check: what to run.
        exercise: the student's module, or anything with the same attributes.
        seed: the run's seed.
        accelerator: the device that checks of the aspect "device" run on.

    Returns:
        The outcome; nothing that the exercise does makes this function raise, except for leaving the process.
    """
    target = getattr(exercise, check.info.function, None)
    if not callable(target):
        present = hasattr(exercise, check.info.function)
        return Absent(observe.describe(target) if present else None)
    loaded = len(sys.modules)
    try:
        facts = _facts(check, exercise, seed, accelerator)
        if facts.get(LEFT, "nothing") != "nothing" and len(sys.modules) > loaded:
            # Importing a library for the first time may draw random numbers, which is no act of the student's.
            facts = _facts(check, exercise, seed, accelerator)
        return Observed(facts)
    except observe.Unusable as unusable:
        return Observed({"result": Unlike(unusable.expected, unusable.saw)})
    except BaseException as error:  # whatever the student's code raises is an outcome
        return _raised(error, exercise, target, check)
    finally:
        slate.clean(0)


def _facts(check: Check, exercise: Any, seed: int, accelerator: str) -> Facts:
    name = f"{check.info.exercise}.{check.info.id}"
    slate.clean(_start(seed, name))
    device = accelerator if check.info.aspect == "device" else "cpu"
    before = slate.snapshot() if check.tidy else {}
    seen = check.scenario(exercise, Draw(seed, name), device)
    facts = {label: observe.fact(value) for label, value in seen.items()}
    if check.tidy:
        facts[LEFT] = slate.left_behind(before, check.generator)
    return facts


def _start(seed: int, name: str) -> int:
    return int.from_bytes(hashlib.sha256(f"{seed}/{name}/start".encode()).digest()[:4], "little")


def _raised(error: BaseException, exercise: Any, target: Any, check: Check) -> Outcome:
    file = _file_of(exercise)
    innermost = [code for code, _ in _walk(error.__traceback__)][-1]
    if isinstance(error, NotImplementedError) and innermost in set(_bodies(target)):
        return NotStarted()
    frames = frames_of(error.__traceback__, file)
    kind = type(error).__name__
    if not frames and not isinstance(error, SystemExit | KeyboardInterrupt | MemoryError):
        # Raised by torch or by the scenario over a result of the wrong kind, with none of the student's lines to show.
        saw = f"using the result gave {kind}: {message_of(error)}"
        return Observed({"result": Unlike(check.info.claim, saw[:MAX_TEXT])})
    return Raised(kind[:80], message_of(error), frames)


def frames_of(trace: TracebackType | None, file: str) -> tuple[Frame, ...]:
    """The last lines of a traceback that are in `file`, outermost first."""
    own = [(code, line) for code, line in _walk(trace) if code.co_filename == file]
    return tuple(frame(file, line, code.co_name) for code, line in own[-_MAX_FRAMES:])


def frame(file: str, line: int, function: str) -> Frame:
    """A line of the student's file; of a notebook's, it is counted within its cell."""
    source = linecache.getline(file, line).strip()[:200]
    cell = 0
    if file.endswith(".ipynb"):
        cell, line = cells.place(linecache.getlines(file), line)
    return Frame(line, function[:80], source, cell)


def message_of(error: BaseException) -> str:
    """The error's own words, cut to a reasonable length; its own `__str__` may fail."""
    try:
        return str(error)[:MAX_TEXT]
    except BaseException:  # a student's exception class can do anything when printed
        return "(the error cannot be printed)"


def _walk(trace: TracebackType | None) -> Iterator[tuple[CodeType, int]]:
    while trace is not None:
        yield trace.tb_frame.f_code, trace.tb_lineno
        trace = trace.tb_next


def _file_of(exercise: Any) -> str:
    return str(getattr(exercise, "__file__", "<exercise>"))


def _bodies(target: Any) -> Iterator[CodeType]:
    """The code of a function, under its decorators, or of a class's own methods."""
    if isinstance(target, type):
        for value in vars(target).values():
            yield from _bodies(getattr(value, "__func__", value))
        return
    seen: set[int] = set()
    while target is not None and id(target) not in seen:
        seen.add(id(target))
        if isinstance(code := getattr(target, "__code__", None), CodeType):
            yield code
        target = getattr(target, "__wrapped__", None)
