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

    need_answers("nbgrader")
    try:
        if update:
            written = rewrite(course)
        else:
            name = course_id or course_id_of(course)
            written = create(course, name, draw_seed() if seed is None else seed)
    except (CourseError, PageError) as error:
        refuse(str(error))
    except OSError as error:
        refuse(f"{error.filename or course} cannot be written: {error.strerror}")
    typer.echo(f"wrote {len(written)} files to {course}")
    if not update:
        typer.echo(f"next: cd {shlex.quote(str(course))} && nbgrader generate_assignment ex01_data")
