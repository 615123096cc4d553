"""The four parts of a message: set as text of any width, and read from that text again."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable
from dataclasses import dataclass, field

TITLES = ("Expected", "Saw", "Why", "Look at")
"""In their order."""

WIDTH = 79

_INDENT = 10
_CODE_INDENT = _INDENT + 2
"""What stands further in than a part's words is code."""

_LABEL = re.compile(rf"({'|'.join(TITLES)}) +(?=\S)")


@dataclass
class Part:
    """One part of a message.

    Args:
        title: one of `TITLES`.
        words: its text, on one line.
        code: lines of the student's own code, from a traceback.
    """

    title: str
    words: str
    code: list[str] = field(default_factory=list)

    def lines(self, width: int = WIDTH) -> list[str]:
        """The part as lines of text, the first with its title; code is wrapped in a narrow window only."""
        told = hung(f"{self.title:<{_INDENT}}", self.words, width)
        indent = " " * _CODE_INDENT
        for line in self.code:
            told += hung(indent, line, width) if width < WIDTH else [indent + line]
        return told


def text_of(parts: Iterable[Part]) -> str:
    """The parts that say something, as a message."""
    return "\n".join(line for part in parts if part.words.strip() for line in part.lines())


def parts_of(message: str) -> list[Part]:
    """The inverse of `text_of`: the parts of a message; none when it is not made of parts.

    >>> [part.words for part in parts_of("Expected  2.0\\nSaw       4.0, which is\\n          twice that")]
    ['2.0', '4.0, which is twice that']
    """
    found: list[Part] = []
    for line in message.split("\n"):
        label = _LABEL.match(line)
        if label:
            found.append(Part(label[1], line[label.end() :]))
        elif not found:
            return []
        elif line.startswith(" " * _CODE_INDENT):
            found[-1].code.append(line.strip())
        else:
            found[-1].words += f" {line.strip()}"
    return found


def hung(before: str, words: str, width: int) -> list[str]:
    """Words in a column of their own, beside what stands before the first of them.

    Args:
        before: what stands there.
        words: to be wrapped.
        width: columns. In a window too narrow for a column the lines stay long.
    """
    room = width if width > 2 * len(before) else WIDTH
    lines = textwrap.wrap(words, room - len(before), break_long_words=False, break_on_hyphens=False)
    first, *rest = lines or [""]
    return [before + first, *(" " * len(before) + line for line in rest)]
