"""The application that every command joins, and how bad input is refused."""

from __future__ import annotations

from typing import NoReturn

import typer

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Graded exercises for a step-by-step PyTorch tutorial.",
)


@app.callback()
def _gradkit() -> None:
    """Graded exercises for a step-by-step PyTorch tutorial."""


def refuse(words: str) -> NoReturn:
    """End with exit code 2 and one line on stderr: what cannot be done, and where."""
    typer.echo(words, err=True)
    raise typer.Exit(2)


def chosen_exercises(names: str | None) -> tuple[str, ...]:
    """The exercises of a list such as "ex05,ex06_graph", in the kit's order; all unless told."""
    from ..learner.names import UnknownName, choose

    wanted = [name.strip() for name in (names or "").split(",") if name.strip()]
    if names is not None and not wanted:
        refuse("--exercises names none")
    try:
        chosen = choose(wanted)
    except UnknownName as error:
        refuse(f"--exercises {error}")
    if functions := [name for name, function in chosen.items() if function]:
        refuse(f"--exercises {functions[0]}: whole exercises only, not functions")
    return tuple(sorted(chosen))
