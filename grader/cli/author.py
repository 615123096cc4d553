"""Commands for whoever writes the exercises."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from .app import app, refuse


@app.command()
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

    if not (ROOT / "solutions").is_dir():
        refuse(
            f"{ROOT / 'solutions'}: no such folder; this copy of the kit has nothing to build from"
        )
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


def _report(old: list[Path]) -> None:
    for path in old:
        name = path.name if path.suffix else f"recorded/{path}.json"
        typer.echo(f"not current: {name}")
    raise typer.Exit(1 if old else 0)
