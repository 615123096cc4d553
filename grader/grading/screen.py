"""What is seen while a class is graded, and the summary: a bar on a terminal, plain lines where output is piped.

Progress and remarks go to stderr, the summary to stdout. Names and flags are other people's text: no markup, no control characters.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
)
from rich.table import Table
from rich.text import Text

from ..records import SubmissionRecord
from ..report.words import many, points
from ..submissions import Found
from ..visible import on_one_line
from ..worker import Layer
from .summary import Summary

_SHOWN_NAMES = 10
_SHOWN_NOTES = 20


class Patient(Console):
    """A console that falls silent once it cannot be written to: no grade depends on who looks on."""

    def on_broken_pipe(self) -> None:
        """See Console, which would end the process here."""
        self._fall_silent()

    def __exit__(self, *raised: Any) -> None:
        """See Console, which writes here what was printed."""
        try:
            super().__exit__(*raised)
        except OSError:  # a full disk
            self._fall_silent()

    def _fall_silent(self) -> None:
        self.quiet = True
        os.dup2(os.open(os.devnull, os.O_WRONLY), self.file.fileno())


class Rate(ProgressColumn):
    """Submissions a minute, over the time since the first of them was started."""

    def render(self, task: Task) -> Text:
        """See ProgressColumn."""
        elapsed = task.finished_time if task.finished else task.elapsed
        if not elapsed or not task.completed:
            return Text("")
        return Text(f"{60 * task.completed / elapsed:.0f}/min", style="progress.data.speed")


class ClassScreen:
    """Tells how the grading of a class goes; use `running` around it."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._progress: Progress | None = None
        self._task: TaskID | None = None
        self._total = self._count = self._kept = 0

    @contextlib.contextmanager
    def running(self) -> Iterator[ClassScreen]:
        """Show progress, and take it away in the end."""
        with contextlib.ExitStack() as held:
            if self._console.is_interactive:
                self._progress = held.enter_context(
                    Progress(
                        TextColumn("grading"),
                        BarColumn(),
                        MofNCompleteColumn(),
                        Rate(),
                        TimeRemainingColumn(),
                        console=self._console,
                        transient=True,
                    )
                )
            yield self

    def found(self, found: Found, seed: int) -> None:
        """See `Screen.found`."""
        self._total = len(found.submissions)
        for note in found.notes[:_SHOWN_NOTES]:
            self._say(note)
        if len(found.notes) > _SHOWN_NOTES:
            self._say(f"and {len(found.notes) - _SHOWN_NOTES} more notes like these")
        self._say(f"{many(self._total, 'submission')}, seed {seed}")

    def standing(self, tier: str, layers: tuple[Layer, ...]) -> None:
        """See `Screen.standing`."""
        lacking = [layer for layer in layers if not layer.in_force]
        if not lacking:
            self._say(f"isolation: {tier}, every layer in force")
        else:
            self._say(f"WARNING: isolation is not complete here ({tier}). Not in force:", "yellow")
            for layer in lacking:
                remark = f" ({layer.remark})" if layer.remark else ""
                self._say(f"  - {layer.name}{remark}", "yellow")
            self._say("  Grade only what you trust, or insist with --isolation strict.", "yellow")
        if self._progress is not None:
            self._task = self._progress.add_task("grading", total=self._total)

    def done(self, record: SubmissionRecord) -> None:
        """See `Screen.done`."""
        words = f"{points(record.score)} / {points(record.max_score)}"
        self._advance(f"{record.submission}  {words}")

    def kept(self, name: str) -> None:
        """See `Screen.kept`."""
        self._kept += 1
        self._advance(f"{name}  unchanged, not graded again")

    def _advance(self, words: str) -> None:
        self._count += 1
        if self._progress is not None and self._task is not None:
            self._progress.advance(self._task)
        else:
            self._say(f"{self._count}/{self._total}  {words}")

    def _say(self, words: str, style: str = "") -> None:
        self._console.print(Text(on_one_line(words), style=style), soft_wrap=True)


def show(summary: Summary, out: Path, console: Console) -> None:
    """Print a summary.

    Args:
        summary: of the class.
        out: the run's folder.
        console: for stdout.
    """

    def say(words: str, style: str = "") -> None:
        console.print(Text(on_one_line(words), style=style), soft_wrap=True)

    if summary.interrupted:
        words = f"Interrupted: {many(summary.left, 'submission')} left. Go on with --resume."
        say(words, "yellow")
    if summary.mean is not None and summary.median is not None:
        say(
            f"{many(summary.submissions, 'submission')}: mean {points(summary.mean)}, "
            f"median {points(summary.median)} of {points(summary.max_score)} points",
            "bold",
        )
    if summary.mistakes:
        say("Most frequent mistakes:")
        console.print(_mistakes(summary))
    not_imported = [f"{n.submission} ({n.exercise})" for n in summary.not_imported]
    _names("Could not be imported", not_imported, say)
    ended = [f"{n.submission} ({n.exercise}, {n.status})" for n in summary.ended]
    _names("Crashed, endless or out of memory", ended, say)
    _names("Could not be read, at least in part", summary.unreadable, say)
    _names("Flagged, worth a look", summary.flagged, say)
    _names("NOT GRADED, the grader's own fault; go on with --resume", summary.not_graded, say)
    say(f"Results in {out}: grades.csv, results.jsonl, index.html, feedback/")


def _mistakes(summary: Summary) -> Table:
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
    table.add_column(justify="right")
    for mistake in summary.mistakes:
        where = f"{mistake.exercise}.{mistake.function}"
        table.add_row(f"  {mistake.submissions}", Text(mistake.name), Text(where))
    return table


def _names(title: str, names: list[str], say: Callable[[str], None]) -> None:
    if names:
        more = f" and {len(names) - _SHOWN_NAMES} more" if len(names) > _SHOWN_NAMES else ""
        say(f"{title}: {', '.join(names[:_SHOWN_NAMES])}{more}")
