"""Which exercises and functions are meant by what a learner types."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from ..oracle import exercises
from .hints import hints_of

Chosen = dict[str, tuple[str, ...]]
"""The exercises that are meant, and of each the functions; none means all of them."""


class UnknownName(ValueError):
    """A name that is no exercise or function; the message says what there is."""


def choose(names: Iterable[str]) -> dict[str, str | None]:
    """Read names such as "ex05", "ex05_autograd.train" or, as a shell completes it, "exercises/ex05_autograd.py".

    Args:
        names: as typed; none means all exercises.

    Returns:
        For each exercise that is meant, the function that is meant, or None for all of them.

    Raises:
        UnknownName: when no exercise or function is called so.
    """
    chosen: dict[str, str | None] = {}
    for name in names:
        start, _, function = name.removeprefix("exercises/").removesuffix(".py").partition(".")
        found = [e for e in exercises() if start and (e == start or e.startswith(f"{start}_"))]
        if len(found) != 1:
            raise UnknownName(f"{name}: no such exercise; there are {', '.join(exercises())}")
        if function and function not in hints_of(found[0]):
            there = ", ".join(hints_of(found[0]))
            raise UnknownName(f"{name}: {found[0]} has no such function; it has {there}")
        chosen[found[0]] = function or None
    return chosen or dict.fromkeys(exercises())


def select(names: Iterable[str]) -> Chosen:
    """Read names as `choose` does, of which several may be of one exercise.

    Args:
        names: as typed; none means all exercises.

    Raises:
        UnknownName: when no exercise or function is called so.
    """
    chosen: Chosen = {}
    for name in names:
        ((exercise, function),) = choose([name]).items()
        if function is None or chosen.get(exercise) == ():
            chosen[exercise] = ()
        else:
            chosen[exercise] = tuple(dict.fromkeys((*chosen.get(exercise, ()), function)))
    return dict(sorted(chosen.items())) or dict.fromkeys(exercises(), ())


def no_folder(folder: Path) -> str:
    """What is said where the folder of the exercises is not there: mostly one is somewhere else."""
    return f"{folder}: no such folder here; go to the one that holds it, or name another with --submission"
