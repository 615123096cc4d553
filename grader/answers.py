"""A student's copy of the kit holds no answers; what needs them says so."""

from __future__ import annotations

from pathlib import Path


class NoAnswers(Exception):
    """Something needs answers that this copy of the kit does not hold; the message says what, in one line."""


def are_here(root: Path) -> bool:
    """Whether a copy of the kit holds the solutions."""
    return (root / "solutions").is_dir()


def need(what: str, root: Path) -> None:
    """Insist on the answers.

    Args:
        what: needs them, such as "gradkit grade".
        root: the kit's folder.

    Raises:
        NoAnswers: in a student's copy.
    """
    if not are_here(root):
        raise NoAnswers(f"{what} needs the solutions, which a student's copy does not hold")
