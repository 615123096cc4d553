"""Reading one submission: for every exercise its source, or the reason why there is none."""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Literal

from .archive import files_in_zip
from .folder import Folder, check_regular, files_in, kind_of
from .limits import (
    MAX_ARCHIVES,
    MAX_BYTES,
    MAX_MODULE,
    Budget,
    File,
    TooMuch,
    Unreadable,
    closed,
    why,
    within,
)
from .names import ExerciseFile, exercise_in, is_zip, owner_in, shown
from .notebook import NotANotebook, module_of

MAX_FLAGS = 20

_ALMOST = (".py", ".ipynb", ".py.txt", ".ipynb.txt", ".ipynb.json")
"""Endings of what may be an exercise under another name; some editors and browsers add one of their own."""

_NUMBER = re.compile(r"ex\d\d", re.ASCII | re.IGNORECASE)
"""What an exercise's name begins with, by which a file under a wrong name can be told from another exercise's."""


@dataclass(frozen=True)
class Submission:
    """Something that was handed in, not read yet.

    Args:
        name: its name in records.
        root: the folder of submissions.
        entry: its file name in there.
    """

    name: str
    root: str
    entry: str


@dataclass(frozen=True)
class Source:
    """The code of one exercise.

    Args:
        filename: where it was found, from the top of the submission.
        code: a module's bytes as handed in, in whatever encoding they declare; a notebook's code cells as a module.
    """

    filename: str
    code: bytes


@dataclass(frozen=True)
class Problem:
    """Why there is no code for an exercise.

    Args:
        status: `missing` when it was not handed in, `unreadable` when it cannot be opened.
        message: one line that says what, where and, if anything helps, what to do.
    """

    status: Literal["missing", "unreadable"]
    message: str


@dataclass(frozen=True)
class ReadSubmission:
    """A submission that was read.

    Args:
        name: its name in records.
        digest: "sha256:..." of all that can influence its record: sources, problems and flags. Neither the times in a
            zip nor the order of files count.
        flags: remarks for a person.
        exercises: by name, in the order asked for.
    """

    name: str
    digest: str
    flags: tuple[str, ...]
    exercises: dict[str, Source | Problem]


@dataclass(frozen=True)
class _Candidate:
    says: ExerciseFile
    where: tuple[str, ...]
    content: bytes | Unreadable

    @property
    def rank(self) -> tuple[int, bool, bool]:
        """The lowest counts: nearest the top, a module, under the exercise's own name."""
        return len(self.where), self.says.notebook, not self.says.exact


@dataclass
class _Gathered:
    exercises: tuple[str, ...]
    budget: Budget = field(default_factory=Budget)
    candidates: list[_Candidate] = field(default_factory=list)
    strangers: list[tuple[str, ...]] = field(default_factory=list)
    unopened: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)


def read(submission: Submission, exercises: tuple[str, ...]) -> ReadSubmission:
    """Read a submission; whatever is wrong with it ends in its own result.

    Args:
        submission: what `find` found.
        exercises: the names of the exercises.
    """
    gathered = _Gathered(exercises)
    try:
        with Folder(submission.root) as root:
            _gather(_files_of(root, submission.entry, gathered.budget), gathered)
        _one_owner(gathered.candidates)
    except (TooMuch, OSError) as error:
        reason = why(error) if isinstance(error, OSError) else str(error)
        problem = Problem("unreadable", f"the submission is not read: {reason}")
        return _result(submission.name, dict.fromkeys(exercises, problem), [])
    chosen = {exercise: _choose(exercise, gathered) for exercise in exercises}
    return _result(submission.name, chosen, _flags(gathered))


def _files_of(root: Folder, entry: str, budget: Budget) -> Iterator[File]:
    try:
        status = root.status(entry)
        if kind_of(status) == "folder":
            with Folder(entry, root) as folder:
                yield from files_in(folder, budget)
            return
        check_regular(status)
    except OSError as error:
        yield closed((entry,), f"cannot be opened: {why(error)}", entry=True)
    except Unreadable as error:
        yield closed((entry,), str(error), entry=True)
    else:
        yield File((entry,), partial(root.read, entry), entry=True)


def _gather(files: Iterable[File], gathered: _Gathered, archives: int = 0) -> None:
    """Read the files that hold exercises, in zips too, and note what cannot be opened."""
    for file in files:
        name = file.where[-1] if file.where else ""
        if says := exercise_in(name, gathered.exercises, entry=file.entry):
            gathered.candidates.append(_Candidate(says, file.where, _content(file, says)))
        elif file.closed:
            gathered.unopened.append(f"{shown(file.where) or 'the folder'} {file.closed}")
        elif is_zip(name):
            try:
                inside = _unzipped(file, gathered.budget, archives)
                _gather(inside, gathered, archives + 1)
            except Unreadable as error:
                gathered.unopened.append(f"{shown(file.where)} {error}")
        elif file.link:
            gathered.links.append(f"{shown(file.where)} is a link and was not followed")
        elif name.lower().endswith(_ALMOST):
            gathered.strangers.append(file.where)


def _content(file: File, says: ExerciseFile) -> bytes | Unreadable:
    try:
        return file.read(MAX_BYTES if says.notebook else MAX_MODULE)
    except Unreadable as error:
        return error


def _unzipped(file: File, budget: Budget, archives: int) -> Iterator[File]:
    if archives == MAX_ARCHIVES:
        raise Unreadable("is a zip in a zip in a zip and was not opened; hand in one zip")
    content = file.read(MAX_BYTES)
    budget.archive(len(content))
    yield from files_in_zip(content, budget, () if file.entry else file.where)


def _one_owner(candidates: Iterable[_Candidate]) -> None:
    """Refuse a whole class's download, lest one person be graded with several people's work.

    Raises:
        TooMuch: when the names say that the files are several people's.
    """
    owners = sorted(set(filter(None, (owner_in(candidate.where) for candidate in candidates))))
    if len(owners) > 1:
        raise TooMuch(
            f"it holds files of several people, {shown([owners[0]])} and {shown([owners[1]])} among them; "
            "unpack a class's download into the folder of submissions"
        )


def _choose(exercise: str, gathered: _Gathered) -> Source | Problem:
    """The file that counts for an exercise, or why none does."""
    ranked = _ranked(exercise, gathered)
    if not ranked and gathered.unopened:
        return Problem("unreadable", gathered.unopened[0])
    if not ranked:
        return Problem("missing", _missing(exercise, gathered.strangers))
    best, *others = ranked
    if others and others[0].rank == best.rank:
        both = f"{shown(best.where)} and {shown(others[0].where)}"
        return Problem("unreadable", f"two files hold it, {both}; hand in one of them")
    try:
        return Source(shown(best.where), _code(best))
    except (Unreadable, NotANotebook) as error:
        return Problem("unreadable", f"{shown(best.where)} {error}")


def _missing(exercise: str, strangers: Iterable[tuple[str, ...]]) -> str:
    """Say that an exercise is not there, and which file may be it under another name."""
    words = f"no {exercise}.py or {exercise}.ipynb was handed in"
    number = _NUMBER.match(exercise)
    perhaps = sorted(
        shown(where)
        for where in strangers
        if (found := _NUMBER.search(where[-1])) is None
        or (number is not None and found[0].lower() == number[0])
    )
    if not perhaps:
        return words
    more = f" and {len(perhaps) - 1} more" if len(perhaps) > 1 else ""
    return f"{words}; there is {perhaps[0]}{more}"


def _ranked(exercise: str, gathered: _Gathered) -> list[_Candidate]:
    found = (c for c in gathered.candidates if c.says.exercise == exercise)
    return sorted(found, key=lambda c: (c.rank, [os.fsencode(part) for part in c.where]))


def _code(candidate: _Candidate) -> bytes:
    if isinstance(candidate.content, Unreadable):
        raise candidate.content
    if not candidate.says.notebook:
        return candidate.content
    code = module_of(candidate.content)
    within(len(code), MAX_MODULE)
    return code


def _flags(gathered: _Gathered) -> list[str]:
    passed_over = []
    for exercise in gathered.exercises:
        ranked = _ranked(exercise, gathered)
        passed_over += [
            f"{exercise}: {shown(other.where)} is passed over, {shown(ranked[0].where)} counts"
            for other in ranked[1:]
            if other.rank != ranked[0].rank
        ]
    flags = passed_over + gathered.unopened + gathered.links
    more = len(flags) - MAX_FLAGS
    return flags if more <= 0 else [*flags[:MAX_FLAGS], f"and {more} more remarks on its files"]


def _result(name: str, chosen: dict[str, Source | Problem], flags: list[str]) -> ReadSubmission:
    facts = [[exercise, *_facts(found)] for exercise, found in sorted(chosen.items())]
    digest = hashlib.sha256(json.dumps([facts, flags]).encode()).hexdigest()
    return ReadSubmission(name, f"sha256:{digest}", tuple(flags), chosen)


def _facts(found: Source | Problem) -> list[str]:
    if isinstance(found, Problem):
        return [found.status, found.message]
    return ["source", found.filename, hashlib.sha256(found.code).hexdigest()]
