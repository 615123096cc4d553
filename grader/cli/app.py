"""The application that every command joins, and how bad input is refused."""

from __future__ import annotations

import errno
import importlib.metadata
import os
import sys
from collections.abc import Sequence
from typing import Annotated, Any, NoReturn

import typer
from typer.core import TyperGroup
from typer.exceptions import TyperException

from ..answers import NoAnswers

STUDENTS, INSTRUCTORS, AUTHORS = "For students", "For instructors", "For authors"
"""The parts of the help; each command names its own."""


class _OneLine(TyperGroup):
    """Says in one line what is wrong with a command's words, as everything else that is refused."""

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        windows_expand_args: bool = True,
        **extra: Any,
    ) -> Any:
        """See click's `main`."""
        given = (args, prog_name, complete_var, False, windows_expand_args)
        try:
            code = super().main(*given, **extra)
        except TyperException as error:
            # There are no words where none were given, and help was shown.
            if words := error.format_message():
                typer.echo(f"{words.replace('Value error, ', '')} (-h says more)", err=True)
            code = 2
        except NoAnswers as error:
            typer.echo(str(error), err=True)
            code = 2
        except OSError as error:
            if error.errno != errno.ENOSPC:
                raise
            # What could not be written must not be tried again as the process ends.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            what = error.filename or "this output, or a temporary file,"
            typer.echo(f"{what} cannot be written: {error.strerror}", err=True)
            code = 2
        if standalone_mode:
            sys.exit(code if isinstance(code, int) else 0)
        return code


app = typer.Typer(
    cls=_OneLine,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Graded exercises for a step-by-step PyTorch tutorial.",
)


def _say_version(wanted: bool) -> None:
    if wanted:
        typer.echo(importlib.metadata.version("gradkit"))
        raise typer.Exit


@app.callback()
def _gradkit(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_say_version, is_eager=True, help="Say the version."),
    ] = False,
) -> None:
    """Graded exercises for a step-by-step PyTorch tutorial."""
    try:
        os.getcwd()
    except FileNotFoundError:  # torch cannot be loaded from such a place
        refuse("the current folder has been removed: go to one that is there")


def refuse(words: str) -> NoReturn:
    """End with exit code 2 and one line on stderr: what cannot be done, and where."""
    typer.echo(words, err=True)
    raise typer.Exit(2)


def need_answers(command: str) -> None:
    """Refuse a command that a student's copy of the kit cannot carry out."""
    from .. import answers
    from ..oracle import ROOT

    answers.need(f"gradkit {command}", ROOT)


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
