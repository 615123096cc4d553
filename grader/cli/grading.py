"""Commands for whoever grades a class."""

from __future__ import annotations

import contextlib
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from .app import INSTRUCTORS, app, chosen_exercises, need_answers, refuse

if TYPE_CHECKING:
    from ..records import SubmissionRecord

INTERRUPTED = 130
"""The exit code that shells give to what Ctrl-C has ended."""


@app.command(rich_help_panel=INSTRUCTORS)
def grade(
    submissions: Annotated[
        Path, typer.Argument(metavar="SUBMISSIONS", help="Folder; each entry is a submission.")
    ],
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="Folder for the results.")],
    jobs: Annotated[
        int | None, typer.Option(min=1, help="Submissions at once; one a core unless told.")
    ] = None,
    seed: Annotated[
        int | None,
        typer.Option(
            metavar="N",
            show_default=False,
            help="Decides the random inputs; drawn and recorded unless told.",
        ),
    ] = None,
    timeout: Annotated[
        float, typer.Option(min=1, help="Wall seconds for an exercise, all its checks together.")
    ] = 120,
    memory: Annotated[
        int,
        typer.Option(metavar="MB", min=64, help="Memory for an exercise, all processes together."),
    ] = 2048,
    exercises: Annotated[
        str | None,
        typer.Option(metavar="NAMES", help="Only these, such as ex05_autograd,ex06_graph."),
    ] = None,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on with the results in DIR; what is done stays.")
    ] = False,
    since: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            help="An earlier run: grade with its seed, and list whose points changed and why.",
        ),
    ] = None,
    scheduler: Annotated[
        str | None, typer.Option(metavar="ADDRESS", help="Grade on a Dask cluster.")
    ] = None,
    isolation: Annotated[
        Literal["auto", "strict", "none"],
        typer.Option(help="auto: the best this machine has; strict: all of it, or refuse."),
    ] = "auto",
    json: Annotated[bool, typer.Option("--json", help="The summary as JSON.")] = False,
) -> None:
    """Grade every submission, in isolation, and write grades, feedback and a web page.

    Exit code 1 means that the grader itself failed on a submission, which --resume grades again.
    """
    import msgspec

    from .. import regrade
    from ..grading.place import exercises_before, keep_exercises
    from ..grading.pool import PoolError
    from ..grading.run import Request, grade_class
    from ..grading.screen import ClassScreen, Patient, show
    from ..grading.settings import Settings
    from ..grading.summary import summarize
    from ..records import RecordsError
    from ..submissions import SubmissionsError
    from ..worker import IsolationUnavailable

    need_answers("grade")
    if seed is not None and not -(2**63) <= seed < 2**63:
        refuse(f"--seed {seed}: too large a number; at most 18 digits")
    chosen = chosen_exercises(exercises)
    errors = (SubmissionsError, RecordsError, IsolationUnavailable, PoolError)
    try:
        if resume and exercises:
            keep_exercises(out, chosen)
        elif resume:
            chosen = exercises_before(out) or chosen
        settings = Settings(0, chosen, timeout, memory, isolation)
        earlier = regrade.earlier(since) if since else None
        if since and seed is None:
            seed = regrade.seed_of(since)
        request = Request(submissions, out, settings, seed, jobs, resume, scheduler)
        with _terminable(), ClassScreen(Patient(stderr=True)).running() as screen:
            graded = grade_class(request, screen)
    except errors as error:
        refuse(str(error))
    except KeyboardInterrupt:
        typer.echo("Interrupted. What was graded by then is kept; go on with --resume.", err=True)
        raise typer.Exit(INTERRUPTED) from None
    summary = summarize(graded.records.values(), graded.run.seed, graded.left)
    if json:
        sys.stdout.buffer.write(msgspec.json.encode(summary) + b"\n")
    else:
        show(summary, out, Patient())
    if earlier is not None:
        _compare(earlier, graded.records, out, to_stderr=json)
    if summary.interrupted:
        raise typer.Exit(INTERRUPTED)
    raise typer.Exit(1 if summary.not_graded else 0)


def _compare(
    earlier: dict[str, SubmissionRecord],
    records: dict[str, SubmissionRecord],
    out: Path,
    *,
    to_stderr: bool,
) -> None:
    """List what changed since an earlier run, on the screen and in a file."""
    from .. import regrade
    from ..records import RecordsError

    found = regrade.compare(earlier, records)
    for line in regrade.lines(found):
        typer.echo(line, err=to_stderr)
    try:
        typer.echo(f"Changes in {regrade.write(out, found)}", err=to_stderr)
    except RecordsError as error:
        refuse(str(error))


@contextlib.contextmanager
def _terminable() -> Iterator[None]:
    """Let a request to terminate end the run as Ctrl-C does: cleanly, with what is done."""

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
