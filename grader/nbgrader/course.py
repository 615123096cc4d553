"""The folder of an nbgrader course: settings, header, and a notebook for each exercise.

Notebooks are made from `solutions/` each time, and kept nowhere else.
"""

from __future__ import annotations

import re
import shutil
from itertools import count
from pathlib import Path

from ..expectations import oracle_for
from ..options import PUBLISHED_SEED
from ..oracle import ROOT, exercises
from ..page import read_page
from .config import config_text
from .notebooks import header, notebook_of

CONFIG = "nbgrader_config.py"
REPLACED = "replaced"


class CourseError(Exception):
    """The folder cannot become a course, or is none; the message says why and what to do."""


def create(course: Path, course_id: str, seed: int, root: Path = ROOT) -> list[Path]:
    """Write a complete course.

    Args:
        course: a folder that is empty or does not exist yet.
        course_id: nbgrader's name for the course.
        seed: decides the random inputs at grading; recorded in the settings.
        root: the kit's folder, which holds `solutions`.

    Returns:
        What was written.

    Raises:
        CourseError: when the folder holds anything, or the name is none for a folder of the exchange.
        PageError: when a page breaks its format; nothing has been written then.
    """
    if set(course_id) & {"/", "\\"} or course_id != course_id.strip(" ."):
        raise CourseError(
            f"--course-id {course_id!r}: nbgrader names a folder so; leave out slashes, and spaces and dots at its ends"
        )
    if course.exists() and (not course.is_dir() or any(course.iterdir())):
        raise CourseError(
            f"{course} is there already; name a new folder, or rewrite the notebooks of a course with --update"
        )
    notebooks = _notebooks(course, root)
    settings = {course / CONFIG: config_text(course_id, seed), course / "header.ipynb": header()}
    written = _write({**settings, **notebooks})
    for name in ("submitted", "exchange"):
        (course / name).mkdir()
    # nbgrader asks for this, and warns of anything less: students put their notebooks there.
    (course / "exchange").chmod(0o777)
    return written


def update(course: Path, root: Path = ROOT) -> tuple[list[Path], list[Path]]:
    """Write the notebooks in a course's `source` again; those that are current are not touched.

    What stood there, with an instructor's changes perhaps, is kept in `replaced`, where nbgrader never looks: not in `source`,
    from which students would get it.

    Returns:
        What was written, and where what it replaced is kept.

    Raises:
        CourseError: when the folder is no course.
        PageError: when a page breaks its format; nothing has been written then.
    """
    if not (course / CONFIG).is_file():
        raise CourseError(f"{course} is no course: it has no {CONFIG}; make one without --update")
    notebooks = _notebooks(course, root)
    kept = [
        _keep(path, course / REPLACED)
        for path, text in notebooks.items()
        if path.is_file() and path.read_bytes() != text.encode()
    ]
    return _write(notebooks), kept


def course_id_of(course: Path) -> str:
    """A course's name from its folder's, in characters that nbgrader takes."""
    return re.sub(r"[^A-Za-z0-9_.-]+", "-", course.resolve().name).strip("-.") or "course"


def _notebooks(course: Path, root: Path) -> dict[Path, str]:
    made = {}
    for exercise in exercises(root):
        page = read_page(root / "solutions" / f"{exercise}.py")
        checks = oracle_for(exercise, PUBLISHED_SEED, root=root).checks
        made[course / "source" / exercise / f"{exercise}.ipynb"] = notebook_of(page, checks)
    return made


def _keep(path: Path, folder: Path) -> Path:
    """Copy a file to a folder, under a name that nothing there has."""
    folder.mkdir(exist_ok=True)
    names = (folder / f"{path.stem}-{number}{path.suffix}" for number in count(1))
    return Path(shutil.copy2(path, next(name for name in names if not name.exists())))


def _write(files: dict[Path, str]) -> list[Path]:
    written = []
    for path, text in files.items():
        if not path.is_file() or path.read_bytes() != text.encode():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="\n")
            written.append(path)
    return written
