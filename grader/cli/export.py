"""Commands that hand grades to other systems."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from .app import INSTRUCTORS, app, chosen_exercises, need_answers, refuse


@app.command(rich_help_panel=INSTRUCTORS)
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


@app.command(rich_help_panel=INSTRUCTORS)
def gradescope(
    out: Annotated[Path, typer.Argument(metavar="OUT.zip", help="The archive to upload.")],
    exercises: Annotated[
        str | None,
        typer.Option(metavar="NAMES", help="Only these, such as ex05_autograd,ex06_graph."),
    ] = None,
    seed: Annotated[
        int | None,
        typer.Option(
            min=-(2**63),
            max=2**63 - 1,
            show_default=False,
            help="Decides the random inputs; drawn for each submission unless told.",
        ),
    ] = None,
    timeout: Annotated[
        float,
        typer.Option(
            min=1,
            help="Wall seconds for an exercise; all together must fit Gradescope's own limit.",
        ),
    ] = 40,
    memory: Annotated[
        int,
        typer.Option(metavar="MB", min=64, help="Memory for an exercise, all processes together."),
    ] = 2048,
    isolation: Annotated[
        Literal["auto", "strict", "none"],
        typer.Option(help="auto: solutions hidden, or no grade; strict: all of it; none: trust."),
    ] = "auto",
    force: Annotated[
        bool, typer.Option("--force", help="Replace OUT.zip where it exists.")
    ] = False,
) -> None:
    """Build an autograder for Gradescope."""
    from ..export.autograde import Options
    from ..export.autograder import build
    from ..export.table import ExportError
    from ..records import RecordsError

    need_answers("gradescope")
    chosen = chosen_exercises(exercises)
    try:
        build(out, Options(chosen, seed, timeout, memory, isolation), force=force)
    except (ExportError, RecordsError) as error:
        refuse(str(error))
    typer.echo(f"wrote {out}: upload it as the assignment's autograder")
