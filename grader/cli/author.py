"""Commands for whoever writes the exercises."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from .app import AUTHORS, INSTRUCTORS, app, need_answers, refuse


@app.command(rich_help_panel=AUTHORS)
def build(
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; only say what is not current.")
    ] = False,
) -> None:
    """Regenerate exercises/ and the recorded observations from solutions/."""
    from .. import build as builder
    from ..expectations import stale, write
    from ..oracle import ROOT, exercises
    from ..page import PageError

    need_answers("build")
    try:
        if check:
            old = [*builder.stale(ROOT), *(Path(e) for e in exercises() if stale(e))]
            _report(old)
        for path in builder.build(ROOT):
            typer.echo(f"wrote {path.relative_to(ROOT)}")
    except PageError as error:
        refuse(str(error))
    for exercise in exercises():
        if not stale(exercise):
            continue
        try:
            typer.echo(f"wrote {write(exercise).relative_to(ROOT)}")
        except (ImportError, OSError, RuntimeError) as error:
            refuse(f"{exercise} cannot be recorded: {error}")


@app.command(rich_help_panel=INSTRUCTORS)
def release(
    out: Annotated[Path, typer.Argument(metavar="OUT", help="Folder of the copy, a new one.")],
) -> None:
    """Write the student's copy of the kit, with no answer in it."""
    need_answers("release")  # first: a student's copy has no grader/release/ to import
    from ..page import PageError
    from ..release import ReleaseFailed
    from ..release import release as write_copy

    try:
        count = write_copy(out)
    except (ReleaseFailed, PageError) as error:
        refuse(str(error))
    typer.echo(f"wrote {count} files to {out}; in that folder, make check sets it up")


def _report(old: list[Path]) -> None:
    for path in old:
        name = path.name if path.suffix else f"recorded/{path}.json"
        typer.echo(f"not current: {name}")
    raise typer.Exit(1 if old else 0)
