"""The marks on a page: comments that say where an answer begins and ends, and which lines are hints."""

from __future__ import annotations

import io
import re
import tokenize
from typing import NamedTuple

BEGIN, END = "### BEGIN SOLUTION", "### END SOLUTION"
MARK = re.compile(r"#+ *(BEGIN|END) +SOLUTION\b", re.IGNORECASE)
"""What its author meant as a mark, spelled right or not."""

_HINT = re.compile(r"#+ *HINT\b *(\d*) *:? *(.*)", re.IGNORECASE)


class Hint(NamedTuple):
    """A hint comment: its lines, the number that it was given, and its text."""

    lines: range
    number: str
    text: str


def without_answers(source: str) -> str:
    """Drop hints, and put `raise NotImplementedError` where each answer was, right below what precedes it."""
    source = without_hints(source)
    comments = comments_of(source)
    kept: list[str] = []
    in_answer = False
    for number, line in enumerate(source.split("\n"), start=1):
        comment = comments.get(number)
        if comment == BEGIN:
            in_answer = True
            kept.append(line.replace(BEGIN, "raise NotImplementedError"))
        elif comment == END:
            in_answer = False
        elif not in_answer:
            kept.append(line)
    return "\n".join(kept)


def without_hints(source: str) -> str:
    """Drop hints, and blank lines above an answer; answers and their marks stay."""
    comments = comments_of(source)
    hint_lines = {line for hint in hints_of(comments) for line in hint.lines}
    kept: list[str] = []
    for number, line in enumerate(source.split("\n"), start=1):
        if comments.get(number) == BEGIN:
            while not kept[-1].strip():
                kept.pop()
        if number not in hint_lines:
            kept.append(line)
    return "\n".join(kept)


def comments_of(source: str) -> dict[int, str]:
    """The comments by line. What looks like one inside a string is none."""
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    return {token.start[0]: token.string for token in tokens if token.type == tokenize.COMMENT}


def hints_of(comments: dict[int, str]) -> list[Hint]:
    """Join each hint with the comment lines that directly follow it."""
    hints: list[Hint] = []
    for line, comment in comments.items():
        if match := _HINT.match(comment):
            hints.append(Hint(range(line, line + 1), match[1], match[2].strip()))
        elif hints and hints[-1].lines.stop == line and not MARK.match(comment):
            start, text = hints[-1].lines.start, comment.lstrip("#").strip()
            hints[-1] = Hint(range(start, line + 1), hints[-1].number, f"{hints[-1].text} {text}")
    return hints


def indentation(line: str) -> int:
    """The blanks that a line begins with."""
    return len(line) - len(line.lstrip())
