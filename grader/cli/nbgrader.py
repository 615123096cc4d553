"""The command that makes an nbgrader course."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Annotated

import typer

from .app import INSTRUCTORS, app, need_answers, refuse


@app.command(rich_help_panel=INSTRUCTORS)
def nbgrader(
    course: Annotated[Path, typer.Argument(metavar="COURSE", help="Folder of the course.")],
    course_id: Annotated[
        str, typer.Option(help="nbgrader's name for the course; the folder's unless told.")
    ] = "",
    seed: Annotated[
        int | None,
        typer.Option(
            min=0, help="Decides the random inputs at grading; drawn and noted unless told."
        ),
    ] = None,
    update: Annotated[
        bool, typer.Option("--update", help="Only rewrite the notebooks in source/ of a course.")
    ] = False,
) -> None:
    """Write a complete nbgrader course folder: settings, header, a notebook for each exercise."""
    from ..grading.settings import draw_seed
    from ..nbgrader.course import CourseError, course_id_of, create
    from ..nbgrader.course import update as rewrite
    from ..page import PageError
    from ..report.words import many

    need_answers("nbgrader")
    if update and (course_id or seed is not None):
        refuse("--update keeps the course's name and seed: leave out --course-id and --seed")
    kept: list[Path] = []
    try:
        if update:
            written, kept = rewrite(course)
        else:
            name = course_id or course_id_of(course)
            written = create(course, name, draw_seed() if seed is None else seed)
    except (CourseError, PageError) as error:
        refuse(str(error))
    except OSError as error:
        refuse(f"{error.filename or course} cannot be written: {error.strerror}")
    typer.echo(f"wrote {many(len(written), 'file')} to {course}")
    for path in kept:
        typer.echo(f"kept what was there: {path}")
    if not update:
        typer.echo(f"next: cd {shlex.quote(str(course))} && nbgrader generate_assignment ex01_data")
