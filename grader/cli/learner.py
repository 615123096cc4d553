"""Commands for whoever does the exercises."""

from __future__ import annotations

import functools
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .app import STUDENTS, app, refuse

if TYPE_CHECKING:
    from ..learner.names import Chosen

Names = Annotated[
    list[str] | None,
    typer.Argument(metavar="[EXERCISE[.FUNCTION]]...", help="What to check; all unless told."),
]
Folder = Annotated[
    Path, typer.Option("--submission", metavar="DIR", help="Folder of the modules to check.")
]
Plain = Annotated[
    bool,
    typer.Option("--plain", help="Lines of text, also on a terminal: for a screen reader, say."),
]


@app.command(rich_help_panel=STUDENTS)
def check(
    names: Names = None,
    folder: Folder = Path("exercises"),
    plain: Plain = False,
    json: Annotated[bool, typer.Option("--json", help="Write what a program can read.")] = False,
) -> None:
    """Say what is done, what is begun, and the first thing to mend."""
    from ..learner import checking, output, report
    from ..learner.standing import first_to_mend

    chosen = _chosen(names, folder)
    examine = functools.partial(checking.check, folder, chosen)
    if json:
        standings = examine()
        sys.stdout.buffer.write(report.as_json(standings, folder))
    elif plain or not output.is_terminal():
        standings = examine()
        output.write_plain(report.plain(standings, folder))
    else:
        standings = report.draw(examine, folder, output.terminal())
    raise typer.Exit(0 if first_to_mend(standings) is None else 1)


def _chosen(names: list[str] | None, folder: Path) -> Chosen:
    """What is meant, once it is clear that there is something to check."""
    from ..learner.checking import NothingToCheck, look_into
    from ..learner.names import UnknownName, select

    try:
        chosen = select(names or ())
        look_into(folder, chosen, named=bool(names))
    except (UnknownName, NothingToCheck) as error:
        refuse(str(error))
    return chosen


@app.command(rich_help_panel=STUDENTS)
def watch(names: Names = None, folder: Folder = Path("exercises"), plain: Plain = False) -> None:
    """Check again whatever is saved, and say what has changed; q or Ctrl-C ends it."""
    from ..learner import output, session

    drawn = not plain and output.is_terminal() and sys.stdin.isatty()
    session.watch(folder, _chosen(names, folder), drawn=drawn)
