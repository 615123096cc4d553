"""A submission's feedback as Markdown, for systems that show that.

Text that a student can influence stands in code, inline or fenced, with fences longer than any run of backticks inside: there no
markup counts and nothing becomes a link.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..records import SubmissionRecord
from ..visible import on_one_line, visible
from .feedback import ExerciseFeedback, Finding
from .tally import is_ungraded
from .words import FEEDBACK_MARK, NOT_FINAL, many, points


def as_markdown(record: SubmissionRecord, exercises: list[ExerciseFeedback]) -> str:
    """The whole file."""
    lines = [FEEDBACK_MARK, "", f"# Feedback for {inline(record.submission)}", ""]
    lines += [f"**{points(record.score)} of {many(record.max_score, 'point')}**", ""]
    if is_ungraded(record):
        lines += [NOT_FINAL, ""]
    lines += ["| exercise | points | status |", "| --- | ---: | --- |"]
    lines += [
        f"| {inline(e.name)} | {points(e.score)} of {points(e.max_score)} | {e.status} |"
        for e in exercises
    ]
    for exercise in exercises:
        lines += ["", *_exercise(exercise)]
    return "\n".join(lines) + "\n"


def inline(text: str) -> str:
    """Text as code within a line.

    >>> inline("a`b"), inline("`")
    ('``a`b``', '`` ` ``')
    """
    line = on_one_line(text)
    fence = "`" * (_longest_run(line) + 1)
    pad = " " if line.startswith("`") or line.endswith("`") or not line.strip() else ""
    return f"{fence}{pad}{line}{pad}{fence}"


def block(text: str) -> str:
    """Text as code on lines of its own."""
    lines = visible(text)
    fence = "`" * max(3, _longest_run(lines) + 1)
    return f"{fence}text\n{lines}\n{fence}"


def _exercise(exercise: ExerciseFeedback) -> Iterator[str]:
    score = f"{points(exercise.score)} of {points(exercise.max_score)}"
    yield f"## {inline(exercise.name)}: {score}"
    if exercise.message:
        yield f"\n{block(exercise.message)}"
    if exercise.remark:
        yield f"\n{exercise.remark}"
    for finding in exercise.findings:
        yield from _finding(finding)
    if exercise.passed:
        yield "\n### Passed\n"
    for function, claims in exercise.passed.items():
        yield f"- {inline(function)}"
        yield from (f"  - {_escaped(claim)}" for claim in claims)
    if exercise.not_started:
        yield f"\n### Not started\n\n{', '.join(map(inline, exercise.not_started))}"


def _finding(finding: Finding) -> Iterator[str]:
    names = "; ".join(map(_escaped, finding.names))
    yield f"\n### {inline(finding.function)}: {names}"
    yield f"\n{finding.status.capitalize()}, {many(finding.lost, 'point')} to earn."
    if finding.message:
        yield f"\n{block(finding.message)}"


def _escaped(words: str) -> str:
    """The kit's own words; none of their signs is markup."""
    return re.sub(r"([\\`*_\[\]<>|~&])", r"\\\1", words)


def _longest_run(text: str) -> int:
    return max(map(len, re.findall("`+", text)), default=0)
