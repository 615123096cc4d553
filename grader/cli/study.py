"""Commands for whoever needs help with the exercises."""

from __future__ import annotations

from typing import Annotated

import typer

from .app import app, refuse


@app.command()
def hint(name: Annotated[str, typer.Argument(metavar="EXERCISE.FUNCTION")]) -> None:
    """Give the next hint on a function; each call goes one deeper."""
    from ..learner import hints, names

    try:
        ((exercise, function),) = names.choose([name]).items()
    except names.UnknownName as error:
        refuse(str(error))
    if function is None:
        there = ", ".join(hints.hints_of(exercise))
        refuse(f"{name}: name a function too, {exercise}.FUNCTION; it has {there}")
    typer.echo(hints.next_hint(exercise, function))
