"""Examine what a learner asks about."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec

from ..check import CheckInfo
from ..oracle import exercises
from ..selfcheck import SelfCheck
from .names import Chosen, no_folder
from .standing import Standing


class NothingToCheck(ValueError):
    """The folder cannot be checked; the message says why."""


def look_into(folder: Path, chosen: Chosen, *, named: bool) -> None:
    """See whether a folder can be checked at all.

    Args:
        folder: where the learner's modules are.
        chosen: see `names.select`.
        named: whether the exercises were named one by one, and so must all be there.

    Raises:
        NothingToCheck: when there is no such folder, or it may not be read, or no such exercise in it.
    """
    try:
        there = {path.name for path in folder.iterdir()}
    except FileNotFoundError:
        raise NothingToCheck(no_folder(folder)) from None
    except OSError as error:
        raise NothingToCheck(f"{folder} cannot be read: {error.strerror}") from None
    wanted = [f"{exercise}.py" for exercise in chosen]
    missing = [name for name in wanted if name not in there]
    if named and missing:
        raise NothingToCheck(f"{folder / missing[0]}: no such file")
    if missing == wanted:
        raise NothingToCheck(f"{folder}: no exercise in it, such as {exercises()[0]}.py")


def checks_of(running: SelfCheck, chosen: Chosen) -> dict[str, list[CheckInfo]]:
    """The checks of the chosen exercises and functions."""
    return {
        exercise: [c for c in running.checks(exercise) if not functions or c.function in functions]
        for exercise, functions in chosen.items()
    }


def check(
    folder: Path,
    chosen: Chosen,
    tell: Callable[[Sequence[Standing]], None] = lambda standings: None,
) -> list[Standing]:
    """Check the chosen exercises of a folder.

    Args:
        folder: where the learner's modules are.
        chosen: see `names.select`.
        tell: is called at the start, and whenever an exercise is done with.
    """
    with SelfCheck(folder) as running:
        wanted = checks_of(running, chosen)
        begun = running.begin({e: [c.id for c in checks] for e, checks in wanted.items()})
        standings = [Standing(e, tuple(c), checking=True) for e, c in wanted.items()]
        tell(standings)
        for place, exercise in enumerate(wanted):
            examined = begun[exercise].result()
            standings[place] = msgspec.structs.replace(
                standings[place], examined=examined, checking=False
            )
            tell(standings)
    return standings
