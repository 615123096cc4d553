"""Commands that hand grades to other systems."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from .app import app, refuse


@app.command()
def export(
    directory: Annotated[Path, typer.Argument(metavar="DIR", help="What `gradkit grade` wrote.")],
    to: Annotated[str, typer.Option(help="csv, canvas, moodle, gradescope or junit.")],
    into: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="Fill a column of this file, exported from Canvas or Moodle."
        ),
    ] = None,
    column: Annotated[
        str | None, typer.Option(metavar="NAME", help="The assignment's column.")
    ] = None,
    scale: Annotated[
        bool, typer.Option("--scale", help="Convert points to the maximum that FILE says.")
    ] = False,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Where to write, instead of into DIR.")
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Replace the output where it exists.")
    ] = False,
) -> None:
    """Write grades in another system's form."""
    from ..export.exporting import Request, export
    from ..export.table import ExportError
    from ..records import RecordsError

    request = Request(directory, to, into, column, scale=scale, output=output, force=force)
    try:
        done = export(request)
    except (ExportError, RecordsError) as error:
        refuse(str(error))
    for note in done.notes:
        typer.echo(note, err=True)
    typer.echo(done.summary)


@app.command()
def gradescope(
    out: Annotated[Path, typer.Argument(metavar="OUT.zip", help="The archive to upload.")],
    exercises: Annotated[
        str | None, typer.Option(metavar="NAMES", help="Only these, separated by commas.")
    ] = None,
    seed: Annotated[
        int | None, typer.Option(help="For the random inputs; drawn for each submission if unset.")
    ] = None,
    timeout: Annotated[
        float | None, typer.Option(min=1, metavar="SECONDS", help="For each exercise.")
    ] = None,
    memory: Annotated[
        int | None, typer.Option(min=64, metavar="MB", help="For each exercise.")
    ] = None,
    isolation: Annotated[
        str, typer.Option(help="auto, strict, or none if you trust your students.")
    ] = "auto",
    force: Annotated[
        bool, typer.Option("--force", help="Replace OUT.zip where it exists.")
    ] = False,
) -> None:
    """Build an autograder for Gradescope."""
    from ..export.autograder import build, decide
    from ..export.table import ExportError
    from ..records import RecordsError

    try:
        options = decide(
            exercises, seed=seed, timeout=timeout, memory_mb=memory, isolation=isolation
        )
        build(out, options, force=force)
    except (ExportError, RecordsError) as error:
        refuse(str(error))
    typer.echo(f"wrote {out}: upload it as the assignment's autograder")
