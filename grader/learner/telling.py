"""The first thing to mend, as a learner reads it: the message, their own lines, the numbers side by side."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rich.text import Text

from ..examine import Finding
from ..messages import tail
from ..parts import WIDTH, hung, parts_of
from .chart import points
from .lines import around, line_of
from .safe import safe
from .sidebyside import table
from .standing import Place, Standing, first_to_mend, next_place

_MARGIN = "  "
_WHOLE_FILE = ("import_error", "unreadable", "not_graded")
"""Statuses that concern no function in particular."""


def told(finding: Finding, folder: Path, width: int = WIDTH) -> Text:
    """All that is to be said of a check that failed.

    Args:
        finding: of that check.
        folder: where the learner's modules are.
        width: columns of the window.
    """
    verdict, check = finding.verdict, finding.verdict.check
    path = folder / f"{check.exercise}.py"
    text = Text()
    if verdict.status not in _WHOLE_FILE:
        place = _place(path, line_of(path, check.function))
        text.append(safe(f"{place}  {check.id}\n"), "bold")
    text.append_text(_message(verdict.message or verdict.status, min(width, WIDTH)))
    if verdict.frames:
        frame = verdict.frames[-1]
        where = f"{_place(path, frame.line)}, in {frame.function}"
        _add(text, where, around(path, frame), marked=">")
    _add(text, "", table(verdict.differences))
    if finding.output.strip():
        _add(text, "Printed while your code ran", tail(finding.output).split("\n"))
    text.rstrip()
    return text


def not_started(place: Place, standing: Standing, folder: Path, width: int = WIDTH) -> Text:
    """What is asked of a function that nobody has begun."""
    path = folder / f"{place.exercise}.py"
    text = Text()
    text.append(safe(f"{_place(path, line_of(path, place.function))}  {place.function}"), "bold")
    text.append("\nNot started. What is asked of it:\n")
    for check in standing.checks:
        if check.function == place.function:
            lines = hung("  - ", check.claim, min(width, WIDTH))
            text.append("".join(f"{line}\n" for line in lines))
    text.rstrip()
    return text


def next_step(standings: Sequence[Standing]) -> Text:
    """What to do next, and the command that gives a hint on it, on a line of its own."""
    place = next_place(standings)
    if place is None:
        return _nothing_left(standings)
    wrong = first_to_mend(standings)
    if wrong is not None and wrong.verdict.status == "not_graded":
        return Text("Next: gradkit doctor, which says what this machine offers")
    if wrong is not None and wrong.verdict.status in _WHOLE_FILE:
        file = Text(f"{place.exercise}.py", "bold")
        return Text("Next: ").append_text(file).append(", whose checks wait until it can be read")
    line = Text("Next: ").append(str(place), "bold")
    if wrong is None:
        line.append(", not started")
    return line.append(f"\nHint: gradkit hint {place}")


def _nothing_left(standings: Sequence[Standing]) -> Text:
    """That all is done; where files are missing, it is only what is there that is."""
    missing = [f"{s.exercise}.py" for s in standings if s.state == "missing"]
    if not missing:
        return Text(f"Done: {points(standings)}.", "bold green")
    others = len(missing) - 1
    more = f" and {others} more file{'s' if others > 1 else ''}" if others else ""
    done = f"Done: {points(standings)}. " if len(missing) < len(standings) else ""
    return Text(f"{done}Missing: {missing[0]}{more}.")


def _message(message: str, width: int) -> Text:
    """A message, the titles of its parts in bold."""
    parts = parts_of(safe(message))
    if not parts:
        return Text(f"{safe(message)}\n")
    text = Text()
    for part in parts:
        whole = "\n".join(part.lines(width))
        text.append(part.title, "bold").append(f"{whole[len(part.title) :]}\n")
    return text


def _add(text: Text, title: str, lines: Sequence[str], marked: str | None = None) -> None:
    if lines:
        text.append("\n")
    if lines and title:
        text.append(f"{safe(title)}\n", "bold")
    for line in lines:
        style = "bold" if marked and line.startswith(marked) else ""
        text.append(f"{_MARGIN}{safe(line)}\n", style)


def _place(path: Path, line: int | None) -> str:
    """A place as terminals and editors make it clickable."""
    return f"{path}:{line}" if line else str(path)
