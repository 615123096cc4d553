"""Commands for whoever needs help with the exercises."""

from __future__ import annotations

from typing import Annotated

import typer

from .app import app, refuse

Name = Annotated[str, typer.Argument(metavar="EXERCISE")]


@app.command()
def hint(
    name: Annotated[str, typer.Argument(metavar="EXERCISE.FUNCTION")],
    depth: Annotated[
        int | None,
        typer.Option(min=1, max=3, help="Give this hint instead of the next; 1 begins again."),
    ] = None,
) -> None:
    """Give the next hint on a function; each call goes one deeper."""
    import textwrap

    from ..learner import hints, names
    from ..messages import WIDTH

    try:
        ((exercise, function),) = names.choose([name]).items()
    except names.UnknownName as error:
        refuse(str(error))
    if function is None:
        there = ", ".join(hints.hints_of(exercise))
        refuse(f"{name}: name a function too, {exercise}.FUNCTION; it has {there}")
    memory = hints.Hints()
    given = memory.give(exercise, function, depth)
    typer.echo(textwrap.fill(str(given), WIDTH, break_on_hyphens=False))
    more = f"gradkit hint {exercise}.{function}"
    if given.depth == given.count:
        typer.echo(f"\nThat is the last one. To begin again:\n{more} --depth 1")
    else:
        typer.echo(f"\nOne deeper: {more}{'' if memory.kept else f' --depth {given.depth + 1}'}")
    if memory.trouble:
        typer.echo(memory.trouble, err=True)
