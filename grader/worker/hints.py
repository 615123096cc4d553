"""Tell the judge of calls that no exercise needs, where the student's own file makes them. Hints for people, never verdicts."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

MAX_HINTS = 20

_EVENTS = (
    *("gc.get_objects", "gc.get_referrers", "gc.get_referents", "sys._getframe"),
    *("sys._current_frames", "sys.settrace", "sys.setprofile", "sys.addaudithook"),
    *("os.kill", "os.killpg", "os.fork", "os.forkpty", "os.exec", "os.posix_spawn", "os.system"),
    *("subprocess.Popen", "ctypes.dlopen", "ctypes.dlsym", "ctypes.string_at"),
    *("socket.__new__", "socket.connect", "socket.bind", "code.__new__"),
)
_PASSED_THROUGH = (
    *("socket.py", "subprocess.py", "pathlib.py", "ctypes/__init__.py", "os.py"),
    "inspect.py",
)
"""Files of the standard library through which a caller gets at such a call."""

_MEMORY = "/proc/"


def report(filename: str, tell: Callable[[str], None]) -> None:
    """From now on, `tell` of every such call that comes from `filename`, before it is made. Cannot be undone.

    Args:
        filename: the student's file, as its code calls it.
        tell: takes a few words, such as "called gc.get_objects".
    """
    told: set[str] = set()
    interesting = frozenset(_EVENTS)

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        if event == "open":
            path = arguments[0]
            if not (isinstance(path, str) and path.startswith(_MEMORY)):
                return
            words = "opened a file in /proc"
        elif event in interesting:
            words = f"called {event.removesuffix('.__new__')}"
        else:
            return
        if words in told or len(told) >= MAX_HINTS or not _comes_from(filename):
            return
        told.add(words)
        tell(words)

    sys.addaudithook(hook)


def _comes_from(filename: str) -> bool:
    frame = _caller()
    while frame and frame.f_code.co_filename.endswith(_PASSED_THROUGH):
        frame = frame.f_back
    return frame is not None and frame.f_code.co_filename == filename


def _caller() -> FrameType | None:
    """The frame that made the audited call. sys._getframe is audited itself, and would call for ever."""
    try:
        raise LookupError
    except LookupError as error:
        trace = error.__traceback__
    frame = trace.tb_frame if trace else None
    for _ in range(3):  # this function, _comes_from, hook
        frame = frame.f_back if frame else None
    return frame
