"""Messages in a narrow window: their lines wrapped anew, so that the second stands under the first's words."""

from __future__ import annotations

import re
import textwrap

from ..messages import CODE, TITLES, WIDTH

_MORE = re.compile(rf" {{10}}(?!{CODE.pattern})(?=\S)")
"""The start of a line that goes on with the part before it; a line of the student's own code stands for itself."""

_PART = re.compile(rf"({'|'.join(TITLES)}) ")


def narrowed(message: str, width: int) -> str:
    """A message of four parts for a window that is narrower than the message; others stay as they are.

    Args:
        message: as `grader.messages` makes it.
        width: columns of the window.
    """
    if width >= WIDTH or not _PART.match(message):
        return message
    lines: list[str] = []
    for line in message.split("\n"):
        if lines and _MORE.match(line):
            lines[-1] += f" {line.strip()}"
        else:
            lines.append(line)
    return "\n".join(hung(line, width, 10) for line in lines)


def hung(line: str, width: int, indent: int) -> str:
    """A line wrapped, all lines but the first indented; in a very narrow window none is."""
    room = width if width > 2 * indent else WIDTH
    return textwrap.fill(line, room, subsequent_indent=" " * indent, break_on_hyphens=False)
