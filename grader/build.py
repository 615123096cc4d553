"""Making `exercises/` from `solutions/`: the student's stubs are never written by hand.

Pages are read as text; nothing in them is run.
"""

from __future__ import annotations

from pathlib import Path

from .page import read_page

PAGES = "ex[0-9][0-9]_*.py"


def build(root: Path) -> list[Path]:
    """Write the stub of every page under `root/solutions` to `root/exercises`.

    Stubs that are current are not touched. A stub whose page is gone stays too: deleting is for people.

    Returns:
        The paths that were written, sorted.

    Raises:
        PageError: a page breaks its format; nothing has been written then.
    """
    written = []
    for path, text in _stubs(root).items():
        if not _holds(path, text):
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="\n")
            written.append(path)
    return written


def stale(root: Path) -> list[Path]:
    """Find the stubs under `root/exercises` that differ from their page, are missing, or have none.

    Returns:
        Their paths, sorted; empty where all is current.

    Raises:
        PageError: a page breaks its format.
    """
    stubs = _stubs(root)
    outdated = [path for path, text in stubs.items() if not _holds(path, text)]
    extra = [path for path in (root / "exercises").glob(PAGES) if path not in stubs]
    return sorted(outdated + extra)


def _stubs(root: Path) -> dict[Path, str]:
    """What each stub should hold."""
    pages = sorted((root / "solutions").glob(PAGES))
    return {root / "exercises" / page.name: read_page(page).stub() for page in pages}


def _holds(path: Path, text: str) -> bool:
    return path.is_file() and path.read_bytes() == text.encode()
