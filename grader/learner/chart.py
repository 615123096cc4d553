"""The map of the exercises: a line each, a mark for every function.

The marks differ by shape, the states are written out, and nothing is said by colour alone.
"""

from __future__ import annotations

from collections.abc import Sequence

from rich.text import Text

from .standing import Standing, State

_STYLES = {
    "done": "green",
    "begun": "yellow",
    "untouched": "dim",
    "missing": "dim",
    "unchecked": "red",
}
_ROUND = {"done": "●", "begun": "◐", "untouched": "○", "missing": "·", "unchecked": "?"}
_ASCII = {"done": "#", "begun": "+", "untouched": ".", "missing": " ", "unchecked": "?"}


def chart(standings: Sequence[Standing], encoding: str = "utf-8", here: str | None = None) -> Text:
    """The map, with a legend below it; of a single exercise, its functions.

    Args:
        standings: where the learner stands with each exercise.
        encoding: of the terminal; one that lacks round marks gets others.
        here: the exercise that is pointed to.
    """
    marks = _marks(encoding)
    lines = [
        _line(standing, marks, "> " if standing.exercise == here else "  ")
        for standing in standings
    ]
    if len(standings) == 1:
        lines = [_heading(standings[0]), *_functions(standings[0], marks)]
    total = Text(f"  {points(standings)}", "bold")
    return Text("\n").join([*lines, Text(), _legend(marks), total])


def short_chart(standings: Sequence[Standing], encoding: str = "utf-8") -> Text:
    """The map in two columns and without words, for a window that is not high; an ellipsis follows what is being checked."""
    marks = _marks(encoding)
    half = (len(standings) + 1) // 2
    rows = []
    for place, left in enumerate(standings[:half]):
        row = _cell(left, marks)
        if place + half < len(standings):
            row.append_text(_cell(standings[place + half], marks))
        row.rstrip()
        rows.append(row)
    return Text("\n").join(rows)


def plain_line(standing: Standing) -> str:
    """One exercise in words, in columns."""
    state = "checking" if standing.checking else standing.state
    return f"{standing.exercise:<21}  {state:<9}  {standing.score:>3g} / {standing.max_score:g}"


SHORT_CHART_WIDTH = 77
"""What `short_chart` needs."""


def points(standings: Sequence[Standing]) -> str:
    """All points together."""
    score = sum(standing.score for standing in standings)
    return f"{score:g} of {sum(standing.max_score for standing in standings):g} points"


def _line(standing: Standing, marks: dict[str, str], pointer: str) -> Text:
    state = "checking" if standing.checking else standing.state
    line = Text(f"{pointer}{standing.exercise:<21}  ")
    _add_marks(line, standing, marks, width=15)
    line.append(f"{state:<9}", _STYLES.get(state, "cyan"))
    line.append(f"  {standing.score:>3g} / {standing.max_score:>2g}")
    return line


def _cell(standing: Standing, marks: dict[str, str]) -> Text:
    cell = Text(f"  {standing.exercise:<21} ")
    _add_marks(cell, standing, marks, width=8, apart="")
    pending = "…" if standing.checking else ""
    cell.append(f"{standing.score:>2g}/{f'{standing.max_score:g}{pending}':<4}")
    return cell


def _heading(standing: Standing) -> Text:
    return Text(f"  {standing.exercise}", "bold")


def _functions(standing: Standing, marks: dict[str, str]) -> list[Text]:
    width = max(map(len, standing.functions))
    lines = []
    for function, state in standing.functions.items():
        word = "checking" if standing.checking else state
        passed = sum(f.verdict.status == "passed" for f in standing.of(function))
        own = [check for check in standing.checks if check.function == function]
        earned = sum(finding.verdict.score for finding in standing.of(function))
        possible = sum(check.points for check in own)
        line = Text("  ").append(marks[state], _STYLES[state]).append(f"  {function:<{width}}  ")
        line.append(f"{word:<9}", _STYLES.get(word, "cyan"))
        line.append(f"  {passed} of {len(own)} checks  {earned:>3g} / {possible:>2g}")
        lines.append(line)
    return lines


def _add_marks(
    line: Text, standing: Standing, marks: dict[str, str], *, width: int, apart: str = " "
) -> None:
    states: list[State] = list(standing.functions.values())
    for state in states:
        line.append(marks[state], _STYLES[state]).append(apart)
    line.append(" " * (width - len(states) * (1 + len(apart))))


def _legend(marks: dict[str, str]) -> Text:
    words = (f"{marks[state]} {state}" for state in ("done", "begun", "untouched"))
    return Text(f"  {'   '.join(words)}   (one mark a function)", "dim")


def _marks(encoding: str) -> dict[str, str]:
    return _ROUND if encoding.lower().startswith("utf") else _ASCII
