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
    from ..report.words import many

    try:
        written = write(directory)
    except RecordsError as error:
        refuse(str(error))
    typer.echo(f"wrote {written.page} and {many(len(written.feedback), 'file')} of feedback")
    if written.removed:
        gone = f"{many(len(written.removed), 'file')} of feedback"
        typer.echo(f"removed {gone} to submissions that are gone from the results")
