"""The submissions of a folder: one per entry, whatever its form."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from .disk import is_folder
from .names import ARCHIVES, decoded, is_junk, printable, suffix_of

_FORMS = (".zip", ".py", ".ipynb", *ARCHIVES)

_COURSE_FILES = {"nbgrader_config.py", "gradebook.db"}

_LOOSE_MODULE = re.compile(r"ex\d\d_\w+\.(?:py|ipynb)", re.IGNORECASE)

_CANVAS = re.compile(r"(?P<student>\w+_\d+|(?:LATE_)?anon_\w+)_\d+_.+\.(?:py|ipynb)", re.IGNORECASE)

_LISTED = 5
"""Names told before a note says "and more"."""


class SubmissionsError(Exception):
    """There is nothing to grade, in one line that says what was looked for and where."""


@dataclass(frozen=True)
class Submission:
    """One entry of a folder of submissions; nothing of it has been read.

    Args:
        name: what it is called in records; unique in its folder.
        folder: path of the folder that it is an entry of.
        entry: its own name there, as Python spells file names.
    """

    name: str
    folder: str
    entry: str


@dataclass(frozen=True)
class Findings:
    """The submissions of a folder by name, and lines about what was passed over or may be meant differently."""

    submissions: tuple[Submission, ...]
    notes: tuple[str, ...]


def find(root: Path, leave_out: Path | None = None) -> Findings:
    """The submissions in a folder, or in nbgrader's course folder.

    Args:
        root: the folder.
        leave_out: an entry that is no submission, such as the folder that results go to.

    Raises:
        SubmissionsError: when there is no such folder, or no submission in it.
    """
    try:
        folder = _submitted(root)
        handed_in, folders, stray = _sorted_out(folder, leave_out)
    except OSError as error:
        raise SubmissionsError(_said(root, error)) from None
    notes = (*_passed_over(stray), *_doubts(handed_in - folders))
    if not handed_in:
        raise SubmissionsError(". ".join([f"{printable(str(root))} holds no submission", *notes]))
    names = _names(handed_in, folders)
    found = [Submission(name, str(folder), entry) for entry, name in names.items()]
    return Findings(tuple(sorted(found, key=lambda submission: submission.name)), notes)


def _submitted(root: Path) -> Path:
    """The folder itself, or its `submitted` where it is an nbgrader course."""
    inner = root / "submitted"
    others = {item.name for item in os.scandir(root)} - {"submitted"}
    is_course = bool(others & _COURSE_FILES) or all(map(is_junk, others))
    if is_course and not inner.is_symlink() and next(inner.glob("*/*/*.ipynb"), None):
        return inner
    return root


def _sorted_out(folder: Path, leave_out: Path | None) -> tuple[set[str], set[str], set[str]]:
    """Names of the entries that are submissions, of those among them that are folders, and of the stray files."""
    handed_in, folders, stray = set(), set(), set()
    for item in os.scandir(folder):
        if leave_out and _is_same(item, leave_out):
            continue
        if is_junk(item.name):
            stray.add(item.name)
        elif is_folder(item.stat(follow_symlinks=False)):
            handed_in.add(item.name)
            folders.add(item.name)
        elif item.is_file(follow_symlinks=False) and suffix_of(item.name) not in _FORMS:
            stray.add(item.name)
        else:  # a link or a pipe too: it stands where somebody's work should be
            handed_in.add(item.name)
    return handed_in, folders, stray


def _is_same(item: os.DirEntry[str], other: Path) -> bool:
    try:
        return os.path.samestat(os.stat(item.path, follow_symlinks=False), os.stat(other))
    except OSError:
        return False


def _names(entries: set[str], folders: set[str]) -> dict[str, str]:
    """Each entry's name in records: `.zip` dropped unless that name is taken, and never two alike."""
    short = {
        entry: entry[:-4] if suffix_of(entry) == ".zip" and entry not in folders else entry
        for entry in entries
    }
    wanted = Counter(short.values())
    names: dict[str, str] = {}
    for entry in sorted(entries):
        name = first = decoded(short[entry] if wanted[short[entry]] == 1 else entry)
        number = 1
        while name in names.values():  # a byte written \xff and a name that spells it so
            number += 1
            name = f"{first} ({number})"
        names[entry] = name
    return names


def _passed_over(stray: set[str]) -> Iterable[str]:
    if stray:
        shown = [printable(decoded(name)) for name in sorted(stray)]
        more = f" and {len(shown) - _LISTED} more" if len(shown) > _LISTED else ""
        yield f"Passed over, being no submission: {', '.join(shown[:_LISTED])}{more}"


def _doubts(files: set[str]) -> Iterable[str]:
    """Lines for a folder whose files look like parts of submissions."""
    if len(files) > 1 and all(map(_LOOSE_MODULE.fullmatch, files)):
        yield (
            "Each module here counts as a submission of its own; "
            "if they are one person's, name the folder above"
        )
    matches = filter(None, map(_CANVAS.fullmatch, files))
    several = [who for who, n in Counter(m["student"] for m in matches).items() if n > 1]
    if several:
        yield (
            f"{printable(min(several))} has several files here, each of which counts as a "
            "submission of its own; move one person's files into one folder to grade them together"
        )


def _said(root: Path, error: OSError) -> str:
    shown = printable(str(root))
    if isinstance(error, FileNotFoundError):
        return f"There is no folder {shown}"
    if isinstance(error, NotADirectoryError):
        return f"{shown} is not a folder; name the folder that the submissions are in"
    return f"{shown} cannot be read: {(error.strerror or 'no reason given').lower()}"
