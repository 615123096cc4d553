"""The command that writes what people look at after a run."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from .app import INSTRUCTORS, app, refuse


@app.command(rich_help_panel=INSTRUCTORS)
def report(
    directory: Annotated[Path, typer.Argument(metavar="DIR", help="Folder of a graded class.")],
) -> None:
    """(Re)write the web page and the feedback files from DIR/results.jsonl."""
    from ..records import RecordsError
    from ..report import write

    if not directory.is_dir():
        refuse(f"{directory}: no such folder")
    try:
        written = write(directory)
    except RecordsError as error:
        refuse(str(error))
    typer.echo(f"wrote {written.page} and {len(written.feedback)} files of feedback")
    if written.removed:
        typer.echo(
            f"removed {len(written.removed)} files of feedback to submissions that are gone from the results"
        )
