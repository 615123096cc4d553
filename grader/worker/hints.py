"""What a person should look at in what a student's code did: hints, never verdicts.

Two sources: Python's audit events, where the student's own code is the caller, and the names of torch, numpy and the standard
library that mean something else than before the import. Both can be evaded by who knows them.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from types import CodeType, FrameType
from typing import Any

_MAX_HINTS = 40

_EVENTS = {
    "gc.get_objects": "searched memory for objects",
    "gc.get_referrers": "searched memory for referrers",
    "gc.get_referents": "searched memory for referents",
    "sys._getframe": "looked at the frames of its callers",
    "sys._current_frames": "looked at the frames of other threads",
    "sys.addaudithook": "added an audit hook",
    "sys.settrace": "traced execution",
    "sys.setprofile": "profiled execution",
    "ctypes.dlopen": "loaded a library by ctypes",
    "ctypes.dlsym": "called into a library by ctypes",
    "ctypes.string_at": "read memory by ctypes",
    "ctypes.wstring_at": "read memory by ctypes",
    "ctypes.cdata": "read memory by ctypes",
    "os.kill": "sent a signal",
    "os.killpg": "sent a signal",
    "os.fork": "forked a process",
    "os.forkpty": "forked a process",
    "os.exec": "ran a program",
    "os.posix_spawn": "ran a program",
    "os.system": "ran a program",
    "subprocess.Popen": "ran a program",
    "socket.connect": "used the network",
    "socket.bind": "used the network",
    "socket.getaddrinfo": "used the network",
    "socket.sendto": "used the network",
    "signal.pthread_kill": "sent a signal",
}

_SUSPICIOUS_PATHS = ("/proc", "/sys", "/dev/mem", "solutions", "mistakes", "results.jsonl")

_TRANSPARENT = frozenset(
    {"codecs", "ctypes", "inspect", "io", "os", "pathlib", "shutil", "socket", "subprocess"}
)
"""Modules that act for whoever calls them: the caller behind them is meant."""

_originals: list[tuple[str, Any, dict[str, Any]]] = []


def listen(filename: str, notice: Callable[[str], None]) -> None:
    """Pass on, once each, the suspicious acts of code from `filename`, before they happen. Cannot be undone.

    Args:
        filename: the student's module.
        notice: called with a hint such as "sent a signal, line 12".
    """
    told: set[str] = set()

    def hear(event: str, arguments: tuple[Any, ...]) -> None:
        words = _EVENTS.get(event) or (_about_path(arguments[0]) if event == "open" else None)
        if words is None or len(told) >= _MAX_HINTS:
            return
        line = _line_behind(filename)
        hint = f"{words}, line {line}"
        if line and hint not in told:
            told.add(hint)
            notice(hint)

    sys.addaudithook(hear)


def remember() -> None:
    """Note what the public names of torch, numpy and a few modules of the standard library stand for."""
    if not _originals:
        _originals.extend((name, owner, dict(vars(owner))) for name, owner in _owners())


def replaced() -> list[str]:
    """The names that no longer stand for what they did when `remember` was called, such as "torch.allclose"."""
    found = []
    for owner_name, owner, originals in _originals:
        now = vars(owner)
        for name, original in originals.items():
            if now.get(name) is not original and not _private(name) and not _own_doing(now, name):
                found.append(f"{owner_name}.{name}")
    return found[:_MAX_HINTS]


def _owners() -> Iterator[tuple[str, Any]]:
    modules = (
        *("torch", "torch.autograd", "torch.cuda", "torch.nn", "torch.nn.functional"),
        *("torch.optim", "torch.testing", "torch.utils.data", "numpy", "numpy.random"),
        *("builtins", "json", "math", "os", "random", "struct", "sys", "time", "msgspec.msgpack"),
    )
    for name in modules:
        if name in sys.modules:
            yield name, sys.modules[name]
    torch = sys.modules["torch"]
    classes = (
        torch.Tensor,
        torch.nn.Module,
        torch.nn.Parameter,
        torch.nn.Linear,
        torch.optim.Optimizer,
        torch.optim.SGD,
        torch.Generator,
    )
    for kind in classes:
        yield f"{kind.__module__.split('.')[0]}.{kind.__qualname__}", kind


def _private(name: str) -> bool:
    return name.startswith("_") and not name.startswith("__")


_EXPECTED = frozenset({"stdin", "stdout", "stderr", "environ", "modules", "__builtins__"})


def _own_doing(now: dict[str, Any], name: str) -> bool:
    """Whether torch or this package itself may have changed the name, as torch.compile does."""
    scope = getattr(now.get(name), "__globals__", {})
    owner = str(scope.get("__name__", "")) if isinstance(scope, dict) else ""
    return name in _EXPECTED or owner.startswith("torch.")


def _about_path(path: Any) -> str | None:
    text = path.decode("utf-8", "replace") if isinstance(path, bytes) else path
    if isinstance(text, str) and any(word in text for word in _SUSPICIOUS_PATHS):
        return f"opened {text[:80]}"
    return None


def _line_behind(filename: str) -> int:
    """The line in `filename` that caused the audit event being handled, 0 if other code did."""
    frame = _this_frame()
    frame = frame.f_back.f_back if frame and frame.f_back else None
    while frame is not None:
        if _file(frame.f_code) == filename:
            return frame.f_lineno
        if str(frame.f_globals.get("__name__")).partition(".")[0] not in _TRANSPARENT:
            return 0
        frame = frame.f_back
    return 0


def _file(code: CodeType) -> str:
    return code.co_filename


def _this_frame() -> FrameType | None:
    """The caller's frame, found without sys._getframe, which is an audit event itself."""
    try:
        raise LookupError
    except LookupError as error:
        trace = error.__traceback__
    return trace.tb_frame.f_back if trace else None
