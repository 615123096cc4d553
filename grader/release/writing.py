"""Write the student's copy of the kit, whole or not at all."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

from ..build import PAGES
from ..expectations import stale
from ..oracle import ROOT, exercises
from ..page import read_page
from .project import for_students

_AS_THEY_ARE = (
    *("constraints.txt", "LICENSE", ".gitignore"),
    *("docs/students.md", "docs/accelerator.md", "schema/results.schema.json"),
)
_SUFFIXES = {".py", ".json", ".html", ".css", ".js"}
_ANSWERS = {"mistakes"}
"""Folders of `grader` that hold answers."""

_STUDENT = Path(__file__).parent / "student"


class ReleaseFailed(Exception):
    """Nothing was written; the message says why."""


def release(out: Path, root: Path = ROOT) -> int:
    """Write a student's copy.

    Args:
        out: its folder, which does not exist yet or is empty.
        root: the kit's folder.

    Returns:
        How many files it has.

    Raises:
        ReleaseFailed: when it cannot be written.
        PageError: a page breaks its format; nothing has been written then.
    """
    _refuse(out, root)
    files = dict(contents(root))
    draft = out.with_name(f"{out.name}.part")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        draft.mkdir()
        for name, content in files.items():
            path = draft / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        if out.is_dir():
            out.rmdir()
        draft.rename(out)
    except FileExistsError:
        raise ReleaseFailed(f"{draft} is in the way; move it elsewhere") from None
    except OSError as error:
        shutil.rmtree(draft, ignore_errors=True)
        raise ReleaseFailed(f"{out} cannot be written: {error.strerror}") from error
    return len(files)


def contents(root: Path = ROOT) -> Iterator[tuple[str, bytes]]:
    """The files of a student's copy: their paths in it, and what they hold."""
    for page in sorted((root / "solutions").glob(PAGES)):
        yield f"exercises/{page.name}", read_page(page).stub().encode()
    for path in sorted((root / "grader").rglob("*")):
        if path.is_file() and path.suffix in _SUFFIXES and _is_for_students(path, root):
            yield path.relative_to(root).as_posix(), path.read_bytes()
    for name in _AS_THEY_ARE:
        yield name, (root / name).read_bytes()
    for path in sorted(_STUDENT.iterdir()):
        yield path.name, path.read_bytes()
    yield "pyproject.toml", for_students((root / "pyproject.toml").read_text("utf-8")).encode()


def _is_for_students(path: Path, root: Path) -> bool:
    folders = path.relative_to(root / "grader").parts[:-1]
    return not (_ANSWERS | {"release", "__pycache__"}) & set(folders)


def _refuse(out: Path, root: Path) -> None:
    """Refuse a place where something is, and a kit whose recordings would not serve its students."""
    if out.is_symlink() or (out.exists() and not out.is_dir()):
        raise ReleaseFailed(f"{out} is in the way: not a folder")
    if out.is_dir() and any(out.iterdir()):
        raise ReleaseFailed(f"{out} is not empty; name a new folder")
    if out.resolve().is_relative_to(root):
        raise ReleaseFailed(f"{out} is inside the kit; name a folder elsewhere")
    if old := [exercise for exercise in exercises(root) if stale(exercise, root)]:
        raise ReleaseFailed(f"recordings are not current ({', '.join(old)}): run gradkit build")
