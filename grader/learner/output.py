"""Where a learner's results go: drawn on a terminal, as plain lines elsewhere."""

from __future__ import annotations

import io
import os
import sys

from rich.console import Console
from rich.text import Text


def is_terminal() -> bool:
    """Whether a person looks at a terminal that can draw."""
    return sys.stdout.isatty() and os.environ.get("TERM") != "dumb"


def terminal() -> Console:
    """The terminal, on which nothing is highlighted or read as markup."""
    return Console(highlight=False, markup=False, emoji=False)


def write_plain(text: Text | str) -> None:
    """Write lines without colour; a character that the receiver lacks is written out."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")
    print(str(text).rstrip("\n"), flush=True)
