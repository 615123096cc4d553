"""A learner's own lines: where a function stands, and the lines around one that raised."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path

from ..facts import Frame

_BEFORE, _AFTER = 2, 1
_WIDTH = 200


def text_of(path: Path) -> list[str]:
    """The lines of a module, none where it cannot be read."""
    try:
        return importlib.util.decode_source(path.read_bytes()).split("\n")
    except (OSError, SyntaxError, UnicodeDecodeError, LookupError):
        return []


def line_of(path: Path, function: str) -> int | None:
    """The number of the line where a function or class begins, None where there is no such thing."""
    start = re.compile(rf"\s*(async\s+def|def|class)\s+{re.escape(function)}\b")
    return next((n for n, line in enumerate(text_of(path), 1) if start.match(line)), None)


def around(path: Path, frame: Frame) -> list[str]:
    """The line that raised, with those around it, numbered; "> " marks it.

    Only that line where the file has changed meanwhile.
    """
    lines = text_of(path)
    first, last = max(1, frame.line - _BEFORE), min(len(lines), frame.line + _AFTER)
    if frame.line > len(lines) or lines[frame.line - 1].strip()[:_WIDTH] != frame.source:
        return [f"> {frame.line:>4} | {frame.source}"]
    return [
        f"{'>' if number == frame.line else ' '} {number:>4} | {lines[number - 1].rstrip()[:_WIDTH]}".rstrip()
        for number in range(first, last + 1)
    ]
