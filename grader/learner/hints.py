"""Hints: three to a function, one deeper each time."""

from __future__ import annotations

from pathlib import Path

import msgspec

from ..expectations import read
from ..oracle import ROOT
from ..page import read_page

PROGRESS = Path(".gradkit") / "hints.json"
"""How deep one went into the hints of each function; in the folder where one works."""


def hints_of(exercise: str) -> dict[str, tuple[str, ...]]:
    """The three hints of each function, from the page, or from the recording in a copy that has no pages."""
    path = ROOT / "solutions" / f"{exercise}.py"
    if path.is_file():
        return {f.name: tuple(f.hints) for f in read_page(path).functions}
    recording = read(exercise)
    return dict(recording.hints) if recording else {}


def next_hint(exercise: str, function: str) -> str:
    """The next hint on a function, one deeper than the last time, and the deepest again at the end."""
    seen = _progress()
    hints = hints_of(exercise)[function]
    key = f"{exercise}.{function}"
    depth = min(seen.get(key, 0) + 1, len(hints))
    PROGRESS.parent.mkdir(exist_ok=True)
    PROGRESS.write_bytes(msgspec.json.encode({**seen, key: depth}))
    return f"Hint {depth} of {len(hints)}: {hints[depth - 1]}"


def _progress() -> dict[str, int]:
    try:
        return msgspec.json.decode(PROGRESS.read_bytes(), type=dict[str, int])
    except (OSError, msgspec.MsgspecError):
        return {}
