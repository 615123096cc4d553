"""Commands for whoever needs help with the exercises."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from .app import STUDENTS, app, refuse

Name = Annotated[str, typer.Argument(metavar="EXERCISE")]
Folder = Annotated[
    Path, typer.Option("--submission", metavar="DIR", help="Folder of your modules.")
]


@app.command(rich_help_panel=STUDENTS)
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
    from ..parts import WIDTH

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


@app.command(rich_help_panel=STUDENTS)
def reset(name: Name, folder: Folder = Path("exercises")) -> None:
    """Put the stub of an exercise back; what was there is kept as a backup."""
    from ..learner.reset import ResetFailed
    from ..learner.reset import reset as put_back

    exercise = _exercise(name)
    path = folder / f"{exercise}.py"
    there = path.exists()
    try:
        kept = put_back(exercise, folder)
    except ResetFailed as error:
        refuse(str(error))
    if kept is None and there:
        typer.echo(f"{path} is the stub already; nothing was changed")
    elif kept is None:
        typer.echo(f"{path} was missing; it is the stub now")
    else:
        typer.echo(f"{path} is the stub again; what you wrote is kept in {kept}")


def _exercise(name: str) -> str:
    """The one exercise that is meant."""
    from ..learner import names

    try:
        ((exercise, function),) = names.choose([name]).items()
    except names.UnknownName as error:
        refuse(str(error))
    if function is not None:
        refuse(f"{name}: name a whole exercise, {exercise}")
    return exercise


@app.command(rich_help_panel=STUDENTS)
def show(
    name: Name,
    folder: Folder = Path("exercises"),
    output: Annotated[
        Path | None,
        typer.Option(
            "--output", "-o", metavar="FILE", help="Where to draw; EXERCISE.svg unless told."
        ),
    ] = None,
) -> None:
    """Draw what an exercise is about, from your code: its data, a graph, the losses."""
    from ..learner.safe import safe
    from ..learner.show import NothingToShow, NotShown
    from ..learner.show import show as draw

    exercise = _exercise(name)
    try:
        path, remark = draw(exercise, folder, output)
    except NothingToShow as error:
        refuse(safe(str(error)))
    except NotShown as error:
        typer.echo(safe(str(error)))
        raise typer.Exit(1) from None
    typer.echo(f"wrote {path}")
    if remark:
        typer.echo(safe(remark))


@app.command(rich_help_panel=STUDENTS)
def doctor(
    folder: Folder = Path("exercises"),
    json: Annotated[bool, typer.Option("--json", help="Write what a program can read.")] = False,
) -> None:
    """Say what this machine offers, and what to do about what is missing."""
    from ..learner import doctor as examining
    from ..learner import machine

    told = examining.report(list(machine.look(folder)))
    if json:
        typer.echo(examining.as_json(told), nl=False)
    else:
        typer.echo("\n".join(examining.lines(told)))
    raise typer.Exit(0 if told.fine else 1)
