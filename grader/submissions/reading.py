"""The modules of a submission: which file counts for each exercise, and its code or what is the matter with it."""

from __future__ import annotations

import difflib
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import msgspec

from . import archive, disk, notebook
from .entries import (
    MAX_BYTES,
    MAX_MODULE,
    Budget,
    Entry,
    RefusedError,
    UnreadableError,
    too_large,
)
from .finding import Submission
from .names import ARCHIVES, Kind, decoded, exercise_in, printable, suffix_of

_MAX_ZIPS = 2
"""Zips inside one another: Moodle's or Canvas's, and the student's own in it."""

_MAX_FLAGS = 10
"""Things that a flag each tells of, for a submission."""


class Source(msgspec.Struct, frozen=True, tag="source"):
    """An exercise's code: what was handed in for a module, the code cells of a notebook."""

    filename: str
    code: bytes


class Problem(msgspec.Struct, frozen=True, tag="problem"):
    """Why there is no code; the message is a sentence on one line."""

    status: Literal["missing", "unreadable"]
    message: str


class Contents(msgspec.Struct, frozen=True):
    """What was read of a submission.

    Args:
        exercises: for every exercise asked for, in that order, its code or what is the matter.
        flags: lines for the person who grades.
        digest: "sha256:..." of the code, problems and flags: equal for a folder and a zip of it, whatever the order and dates.
    """

    exercises: dict[str, Source | Problem]
    flags: tuple[str, ...]
    digest: str


@dataclass(frozen=True)
class _Candidate:
    """A file that is an exercise by its name, with its code, or the trouble with it."""

    entry: Entry
    kind: Kind
    code: bytes
    trouble: str

    @property
    def rank(self) -> tuple[int, bool]:
        """What counts first: nearer to the top, then a module before a notebook."""
        return self.entry.depth, self.kind == "notebook"


def read(submission: Submission, exercises: tuple[str, ...]) -> Contents:
    """Read a submission; whatever is the matter with it is in the result, never raised.

    Args:
        submission: as found.
        exercises: names of the exercises to look for, such as "ex05_autograd".
    """
    try:
        found, others = _taken_in(submission, exercises)
    except (RefusedError, UnreadableError, OSError) as error:
        why = disk.said(error) if isinstance(error, OSError) else str(error)
        subject = "" if isinstance(error, RefusedError) else f"{_shown(submission)} "
        problem = Problem("unreadable", _sentence(f"The submission was not read: {subject}{why}"))
        return _contents(dict.fromkeys(exercises, problem), [])
    results = {name: _chosen(name, found[name], others) for name in exercises}
    flags = [flag for name in exercises for flag in _not_chosen(name, found[name])]
    return _contents(results, [*flags, *_troubles(others)])


def _taken_in(
    submission: Submission, exercises: tuple[str, ...]
) -> tuple[dict[str, list[_Candidate]], list[Entry]]:
    """The files that are exercises, in order of rank, and everything else."""
    found: dict[str, list[_Candidate]] = {name: [] for name in exercises}
    others: list[Entry] = []
    for entry in _entries(submission):
        match = exercise_in(entry.name, exercises)
        if match is None or entry.hides:
            others.append(entry)
        else:
            found[match[0]].append(_read(entry, match[1]))
    for candidates in found.values():
        candidates.sort(key=lambda candidate: (candidate.rank, candidate.entry.place))
    return found, sorted(others, key=lambda entry: entry.place)


def _entries(submission: Submission) -> Iterator[Entry]:
    budget, name = Budget(), submission.entry
    with disk.opened(submission.folder) as top:
        status = top.look(name)
        if disk.is_folder(status):
            with top.inside(name) as folder:
                yield from _unzipped(disk.walk(folder, budget), budget)
            return
        entry = disk.entry(top, name, (decoded(name),), status)
        suffix = suffix_of(name)
        if suffix in (".py", ".ipynb"):
            yield entry
        elif entry.trouble:
            raise UnreadableError(entry.trouble)
        elif suffix in ARCHIVES:
            raise UnreadableError(_other_archive(suffix))
        else:
            inside = archive.entries(entry.read(MAX_BYTES), (), budget)
            yield from _unzipped(inside, budget, zips=1)


def _unzipped(entries: Iterator[Entry], budget: Budget, zips: int = 0) -> Iterator[Entry]:
    """The entries, those in a zip among them in its place; `zips` says how many zips they are in already."""
    for entry in entries:
        suffix = suffix_of(entry.name)
        if suffix == ".zip":
            yield from _inside(entry, budget, zips)
        elif suffix in ARCHIVES:
            yield Entry(entry.place, trouble=_other_archive(suffix), hides=True)
        else:
            yield entry


def _inside(entry: Entry, budget: Budget, zips: int) -> Iterator[Entry]:
    try:
        if entry.trouble:
            raise UnreadableError(entry.trouble)
        if zips >= _MAX_ZIPS:
            raise UnreadableError("is a zip in a zip in a zip, and is not opened")
        inside = archive.entries(entry.read(MAX_BYTES), entry.place, budget)
        yield from _unzipped(inside, budget, zips + 1)
    except UnreadableError as error:
        yield Entry(entry.place, trouble=str(error), hides=True)


def _other_archive(suffix: str) -> str:
    return f"is a {suffix} archive, which is not read; hand in a folder or a .zip"


def _read(entry: Entry, kind: Kind) -> _Candidate:
    try:
        if entry.trouble:
            raise UnreadableError(entry.trouble)
        if kind == "module":
            return _Candidate(entry, kind, entry.read(MAX_MODULE), "")
        code = notebook.module(entry.read(MAX_BYTES))  # its pictures may be large, its code may not
        if len(code) > MAX_MODULE:
            raise too_large(MAX_MODULE)
        return _Candidate(entry, kind, code, "")
    except UnreadableError as error:
        return _Candidate(entry, kind, b"", str(error))


def _chosen(exercise: str, candidates: list[_Candidate], others: list[Entry]) -> Source | Problem:
    if not candidates:
        return _absent(exercise, others)
    best = [one for one in candidates if one.rank == candidates[0].rank]
    first = best[0]
    if len(best) > 1:
        names = " and ".join(one.entry.shown for one in best[:2])
        return Problem("unreadable", _sentence(f"{names} are both {exercise}; hand in one"))
    if first.trouble:
        return Problem("unreadable", _sentence(f"{first.entry.shown} {first.trouble}"))
    return Source(first.entry.shown, first.code)


def _absent(exercise: str, others: list[Entry]) -> Problem:
    """Not there; or perhaps in something that cannot be opened; or under a name that is nearly right."""
    for entry in others:
        if entry.hides:
            return Problem("unreadable", _sentence(f"{entry.shown} {entry.trouble}"))
    names = [entry.name for entry in others if suffix_of(entry.name) in (".py", ".ipynb")]
    close = difflib.get_close_matches(f"{exercise}.py", names, n=1, cutoff=0.8)
    hint = f"; was {printable(close[0])} meant?" if close else "."
    return Problem("missing", f"There is no {exercise}.py{hint}")


def _not_chosen(exercise: str, candidates: list[_Candidate]) -> Iterator[str]:
    rest = [one.entry.shown for one in candidates if one.rank != candidates[0].rank]
    if rest:
        more = f" and {len(rest) - 1} more" if len(rest) > 1 else ""
        yield f"{exercise}: {candidates[0].entry.shown} counts, {rest[0]}{more} does not"


def _troubles(others: list[Entry]) -> Iterator[str]:
    told = [f"{entry.shown} {entry.trouble}" for entry in others if entry.trouble]
    yield from told[:_MAX_FLAGS]
    if len(told) > _MAX_FLAGS:
        yield f"{len(told) - _MAX_FLAGS} more such files and folders"


def _contents(exercises: dict[str, Source | Problem], flags: list[str]) -> Contents:
    digest = hashlib.sha256()
    for name in sorted(exercises):
        result = exercises[name]
        if isinstance(result, Source):
            _add(digest, name, "source", result.code)
        else:
            _add(digest, name, result.status, result.message.encode("utf-8"))
    for flag in flags:
        _add(digest, "", "flag", flag.encode("utf-8"))
    return Contents(exercises, tuple(flags), f"sha256:{digest.hexdigest()}")


def _add(digest: hashlib._Hash, name: str, kind: str, content: bytes) -> None:
    """Lengths go first, so that no content can pass for another split in two."""
    digest.update(f"{name} {kind} {len(content)}\n".encode())
    digest.update(content)


def _shown(submission: Submission) -> str:
    return printable(decoded(submission.entry))


def _sentence(text: str) -> str:
    return f"{text[0].upper() if text.startswith('the ') else text[0]}{text[1:]}."
