"""Finding the submissions in a folder, and naming them."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from .folder import Folder
from .limits import why
from .names import exercise_in, is_litter, is_online_text, is_zip, owner, shown, text_of
from .reading import Submission

_NBGRADER = frozenset(
    {
        "source",
        "release",
        "submitted",
        "autograded",
        "feedback",
        "nbgrader_config.py",
        "gradebook.db",
        "header.ipynb",
    }
)
_OTHER_ARCHIVES = (".tar", ".gz", ".tgz", ".bz2", ".xz", ".7z", ".rar")


class SubmissionsError(Exception):
    """There is nothing to grade; the text is one line that says where and why."""


@dataclass
class Found:
    """What is in a folder of submissions.

    Args:
        submissions: ordered by their file names.
        notes: one line for each thing that was passed over or looks like a slip.
    """

    submissions: list[Submission] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def find(root: str | os.PathLike[str], exercises: tuple[str, ...]) -> Found:
    """List the submissions in `root`: its folders, its zips, and its single modules and notebooks.

    A link or a pipe is listed too, and found unreadable when read, so that nobody is lost. In nbgrader's course folder,
    what is in `submitted` counts.

    Args:
        root: the folder of submissions.
        exercises: the names of all exercises, by which single modules are recognised.

    Raises:
        SubmissionsError: when `root` is no folder, cannot be listed, or holds no submission.
    """
    found = Found()
    root = os.fspath(root)
    names = _names_in(root)
    if _is_course(root, names):
        root = os.path.join(root, "submitted")
        found.notes.append(f"{shown([root])}: an nbgrader course, of which this folder is graded")
        names = _names_in(root)
    entries = _entries(root, names, exercises, found)
    if not entries:
        raise SubmissionsError(_nothing(root, found))
    found.submissions = [
        Submission(name, root, entry) for entry, name in _named(root, entries).items()
    ]
    found.notes += _slips(entries, exercises)
    return found


def _names_in(root: str) -> list[str]:
    if not os.path.exists(root):
        raise SubmissionsError(f"{shown([root])}: no such folder")
    if not os.path.isdir(root):
        raise SubmissionsError(
            f"{shown([root])} is no folder: give the folder that holds the submissions"
        )
    try:
        return sorted(os.listdir(root), key=os.fsencode)
    except OSError as error:
        raise SubmissionsError(f"{shown([root])} cannot be listed: {why(error)}") from error


def _is_course(root: str, names: Iterable[str]) -> bool:
    visible = {name for name in names if not is_litter(name)}
    alone = visible <= _NBGRADER or "nbgrader_config.py" in visible
    place = Path(root, "submitted")
    return "submitted" in visible and alone and place.is_dir() and not place.is_symlink()


def _entries(root: str, names: list[str], exercises: tuple[str, ...], found: Found) -> list[str]:
    """The names that are submissions; each of the others leaves a note."""
    with_files = {owner(name) for name in names if not is_online_text(name)}
    entries = []
    with Folder(root) as folder:
        for name in names:
            if reason := _passed_over(folder, name, exercises, with_files):
                found.notes.append(f"{shown([name])} passed over: {reason}")
            else:
                entries.append(name)
    return entries


def _passed_over(
    folder: Folder, name: str, exercises: tuple[str, ...], with_files: set[str | None]
) -> str:
    """Why an entry is no submission; empty if it is one."""
    if is_litter(name):
        return "hidden, or left by a system"
    if is_online_text(name) and owner(name) in with_files:
        return "typed into a form; the files are graded"
    try:
        plain = folder.kind(name) == "file"
    except OSError:
        plain = False
    if not plain or is_zip(name) or exercise_in(name, exercises, entry=True):
        return ""
    if name.lower().endswith(_OTHER_ARCHIVES):
        return "of all archives only .zip is opened; unpack it into a folder"
    return "neither a folder, a zip, nor a module or notebook of an exercise to grade"


def _named(root: str, entries: list[str]) -> dict[str, str]:
    """Names by entry: `.zip` dropped unless that leaves a name that another has."""
    full = {entry: text_of(entry) for entry in entries}
    short = {
        entry: name[:-4] if is_zip(name) and not os.path.isdir(os.path.join(root, entry)) else name
        for entry, name in full.items()
    }
    wanted, whole = Counter(short.values()), Counter(full.values())
    names: dict[str, str] = {}
    taken: set[str] = set()
    for entry in entries:
        shortened = short[entry] != full[entry]
        free = wanted[short[entry]] == 1 and whole[short[entry]] == 0
        name = short[entry] if shortened and free else full[entry]
        names[entry] = _untaken(name, taken)
        taken.add(names[entry])
    return names


def _untaken(name: str, taken: set[str]) -> str:
    r"""Tell apart two names that are one once bytes are written as `\xNN`."""
    number, free = 1, name
    while free in taken:
        number += 1
        free = f"{name} ({number})"
    return free


def _slips(entries: list[str], exercises: tuple[str, ...]) -> list[str]:
    """Notes on entries that look as if several were one person's."""
    notes = []
    exact = [e for e in entries if (says := exercise_in(e, exercises)) and says.exact]
    if len(exact) > 1:
        notes.append(
            f"{shown([exact[0]])} and {len(exact) - 1} more are graded as {len(exact)} submissions; "
            "if they are one person's, give the folder above this one"
        )
    handed_in = Counter(filter(None, map(owner, entries)))
    several = [(person, number) for person, number in handed_in.items() if number > 1]
    if several:
        person, number = several[0]
        alike = f", and so it is with {len(several)} people in all" if len(several) > 1 else ""
        notes.append(
            f"{shown([person])}: {number} entries are graded as {number} submissions{alike}; "
            "put each person's into one folder to grade them as one (docs/instructors.md has the commands)"
        )
    return notes


def _nothing(root: str, found: Found) -> str:
    strays = len(found.notes)
    passed = "" if not strays else f"; passed over {strays}, for one: {found.notes[-1]}"
    return f"{shown([root])} holds no submission{passed}"
