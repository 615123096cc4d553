"""Import a student's module from its bytes, and say why when that fails."""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import importlib.util
import io
import linecache
import re
import sys
from types import ModuleType

from ..facts import Raised
from ..scenario import frame, frames_of, message_of
from .protocol import Source


class _Submitted(importlib.abc.SourceLoader):
    """Gives the bytes that were handed in; no folder of the student's is ever searched."""

    def __init__(self, source: Source) -> None:
        self._source = source

    def get_filename(self, fullname: str) -> str:
        return self._source.filename

    def get_data(self, path: str | bytes) -> bytes:
        if path == self._source.filename:
            return self._source.text
        raise OSError(f"{path!r} is not part of the submission")


def load(source: Source) -> ModuleType | Raised:
    """Import `source` as a fresh module, registered under its name.

    Returns:
        The module, or what importing it raised, exits included.
    """
    remember_lines(source)
    loader = _Submitted(source)
    spec = importlib.machinery.ModuleSpec(source.exercise, loader, origin=source.filename)
    spec.has_location = True
    spec.cached = None
    module = importlib.util.module_from_spec(spec)
    sys.modules[source.exercise] = module
    try:
        # `python` itself insists on this; an import need not, before Python 3.12.
        importlib.util.decode_source(source.text)
        loader.exec_module(module)
    except BaseException as error:  # whatever the student's code raises is what is reported
        return _raised(error, source)
    return module


def remember_lines(source: Source) -> None:
    """Let tracebacks show the module's lines, although no file of that name need exist."""
    # Not splitlines: to Python, a form feed ends no line.
    lines = list(io.StringIO(_text(source.text), newline=None))
    linecache.cache[source.filename] = (len(source.text), None, lines, source.filename)


def _text(source: bytes) -> str:
    try:
        return importlib.util.decode_source(source)
    except (SyntaxError, UnicodeDecodeError, LookupError):
        return source.decode("utf-8", "replace")


def _raised(error: BaseException, source: Source) -> Raised:
    frames = frames_of(error.__traceback__, source.filename)
    kind, message = type(error).__name__[:80], message_of(error)
    if not frames:
        line = _line_of(error, source)
        if isinstance(error, UnicodeDecodeError):
            kind, message = "SyntaxError", f"(unicode error) {message}"
        elif b"\0" in source.text and isinstance(error, ValueError | SyntaxError):
            kind, message = "SyntaxError", "the file contains null bytes"
        elif isinstance(error, SyntaxError):
            message = _without_place(str(error.msg))
        if line:
            frames = (frame(source.filename, line, "<module>"),)
    return Raised(kind, message, frames)


def _line_of(error: BaseException, source: Source) -> int:
    """The line at which the source cannot be read, 0 where nobody knows."""
    if isinstance(error, UnicodeDecodeError):
        place = error.start
    elif b"\0" in source.text:
        place = source.text.index(b"\0")
    else:
        line = getattr(error, "lineno", None)
        return line if isinstance(line, int) else 0
    return source.text.count(b"\n", 0, place) + 1


def _without_place(message: str) -> str:
    """Python repeats the place of a syntax error in some of its messages; the frame tells it already."""
    return re.sub(r" \(\S+\.py, line \d+\)$", "", message)[:500]
