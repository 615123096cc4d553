"""A message taken apart again, so that a page can set its four parts as it likes: the inverse of `grader.messages`."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from ..messages import CODE, TITLES

_LABEL = re.compile(rf"({'|'.join(TITLES)}) +(?=\S)")


@dataclass
class Part:
    """One part of a message.

    Args:
        title: one of `messages.TITLES`.
        words: its text on one line; the page wraps it anew.
        code: lines of the student's own code below it, from a traceback.
    """

    title: str
    words: str
    code: list[str] = field(default_factory=list)


def parts_of(message: str) -> list[Part]:
    """The parts of a message, in its order; empty when it is not made of parts.

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
        elif CODE.match(line.strip()):
            found[-1].code.append(line.strip())
        else:
            found[-1].words += f" {line.strip()}"
    return found
