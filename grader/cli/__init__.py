"""The command line: arguments only; the work is done elsewhere.

    learner      check: for whoever does the exercises
    study        hint: help with them
    author       build: for whoever writes them

Each command imports what it needs when it runs, so that `--help` answers at once.
"""

from __future__ import annotations

from . import author, learner, study
from .app import app

__all__ = ["app", "author", "learner", "main", "study"]


def main() -> None:
    """Run the command line."""
    app()
