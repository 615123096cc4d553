"""Commands for whoever does the exercises."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from .app import app, refuse


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
    from ..learner import checking
    from ..learner import names as naming

    if not submission.is_dir():
        refuse(f"{submission}: no such folder")
    try:
        chosen = naming.choose(names or ())
    except naming.UnknownName as error:
        refuse(str(error))
    findings = checking.check(submission, chosen)
    width = max(map(len, findings))
    for exercise, own in findings.items():
        earned = sum(finding.verdict.score for finding in own)
        possible = sum(finding.verdict.check.points for finding in own)
        state = checking.state_of(own)
        typer.echo(f"{exercise:<{width}}  {state:<9}  {earned:>3g} / {possible:g}")
    wrong = checking.first_to_mend(findings)
    if wrong is not None:
        at = wrong.verdict.check
        typer.echo(f"\n{at.exercise}.{at.id}\n{wrong.verdict.message}")
        raise typer.Exit(1)
