"""The command line: arguments only; the work is done elsewhere."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, NoReturn

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


@app.command()
def check(
    names: Annotated[
        list[str] | None,
        typer.Argument(metavar="[EXERCISE[.FUNCTION]]...", help="What to check; all unless told."),
    ] = None,
    submission: Annotated[
        Path, typer.Option(metavar="DIR", help="Folder of the modules to check.")
    ] = Path("exercises"),
) -> None:
    """Say what is done, what is begun, and the first thing to mend."""
    from . import learner

    if not submission.is_dir():
        _refuse(f"{submission}: no such folder")
    try:
        chosen = learner.choose(names or ())
    except learner.UnknownName as error:
        _refuse(str(error))
    findings = learner.check(submission, chosen)
    width = max(map(len, findings))
    for exercise, own in findings.items():
        earned = sum(finding.verdict.score for finding in own)
        possible = sum(finding.verdict.check.points for finding in own)
        state = learner.state_of(own)
        typer.echo(f"{exercise:<{width}}  {state:<9}  {earned:>3g} / {possible:g}")
    wrong = learner.first_to_mend(findings)
    if wrong is not None:
        at = wrong.verdict.check
        typer.echo(f"\n{at.exercise}.{at.id}\n{wrong.verdict.message}")
        raise typer.Exit(1)


@app.command()
def hint(name: Annotated[str, typer.Argument(metavar="EXERCISE.FUNCTION")]) -> None:
    """Give the next hint on a function; each call goes one deeper."""
    from . import learner

    try:
        ((exercise, function),) = learner.choose([name]).items()
    except learner.UnknownName as error:
        _refuse(str(error))
    if function is None:
        there = ", ".join(learner.hints_of(exercise))
        _refuse(f"{name}: name a function too, {exercise}.FUNCTION; it has {there}")
    typer.echo(learner.next_hint(exercise, function))


@app.command()
def build(
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; only say what is not current.")
    ] = False,
) -> None:
    """Regenerate exercises/ and the recorded observations from solutions/."""
    from . import build as builder
    from .expectations import stale, write
    from .oracle import ROOT, exercises
    from .page import PageError

    if not (ROOT / "solutions").is_dir():
        _refuse(
            f"{ROOT / 'solutions'}: no such folder; this copy of the kit has nothing to build from"
        )
    try:
        if check:
            old = [*builder.stale(ROOT), *(Path(e) for e in exercises() if stale(e))]
            _report(old)
        for path in builder.build(ROOT):
            typer.echo(f"wrote {path.relative_to(ROOT)}")
    except PageError as error:
        _refuse(str(error))
    for exercise in exercises():
        if not stale(exercise):
            continue
        try:
            typer.echo(f"wrote {write(exercise).relative_to(ROOT)}")
        except (ImportError, OSError, RuntimeError) as error:
            _refuse(f"{exercise} cannot be recorded: {error}")


def _report(old: list[Path]) -> None:
    for path in old:
        name = path.name if path.suffix else f"recorded/{path}.json"
        typer.echo(f"not current: {name}")
    raise typer.Exit(1 if old else 0)


def _refuse(words: str) -> NoReturn:
    typer.echo(words, err=True)
    raise typer.Exit(2)


def main() -> None:
    """Run the command line."""
    app()
