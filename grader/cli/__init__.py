"""The command line: arguments only; the work is done elsewhere.

    learner      check, hint: for whoever does the exercises
    author       build: for whoever writes them

Each command imports what it needs when it runs, so that `--help` answers at once.
"""

from __future__ import annotations

from . import author, learner
from .app import app

__all__ = ["app", "author", "learner", "main"]


def main() -> None:
    """Run the command line."""
    app()
