"""Hints: three to a function, one deeper each time."""

from __future__ import annotations

from pathlib import Path

import msgspec

from ..expectations import read
from ..oracle import ROOT
from ..page import read_page
from ..recording import write_whole
from ..records import RecordsError

PROGRESS = Path(".gradkit") / "hints.json"
"""How deep one went into the hints of each function; in the folder where one works."""


class Hint(msgspec.Struct, frozen=True):
    """One hint on a function.

    Args:
        depth: which of them, from 1.
        count: how many there are.
        text: its sentence or two.
    """

    depth: int
    count: int
    text: str

    def __str__(self) -> str:
        return f"Hint {self.depth} of {self.count}: {self.text}"


class Hints:
    """The hints one has had: kept in a file for the next time, and in memory where that cannot be.

    Args:
        path: of the file.

    Attributes:
        kept: whether the next call will know how deep one went.
        trouble: what is the matter with the file, in a sentence; empty where nothing is.
    """

    def __init__(self, path: Path = PROGRESS) -> None:
        self.kept = False
        self.trouble = ""
        self._path = path
        self._depths = self._read()

    def give(self, exercise: str, function: str, depth: int | None = None) -> Hint:
        """The next hint on a function, one deeper than the last time, and the deepest again at the end.

        Args:
            exercise: such as "ex05_autograd".
            function: one of its functions.
            depth: go there instead, from 1.
        """
        texts = hints_of(exercise)[function]
        key = f"{exercise}.{function}"
        wanted = self._depths.get(key, 0) + 1 if depth is None else depth
        reached = max(1, min(wanted, len(texts)))
        self._depths[key] = reached
        self._write()
        return Hint(reached, len(texts), texts[reached - 1])

    def _read(self) -> dict[str, int]:
        try:
            return msgspec.json.decode(self._path.read_bytes(), type=dict[str, int])
        except FileNotFoundError:
            return {}
        except OSError as error:
            self.trouble = f"{self._path} cannot be read ({error.strerror}); hints begin anew"
        except msgspec.MsgspecError:
            self.trouble = f"{self._path} was damaged; hints begin anew"
        return {}

    def _write(self) -> None:
        try:
            self._path.parent.mkdir(exist_ok=True)
            write_whole(self._path, msgspec.json.encode(self._depths))
            self.kept = True
        except (OSError, RecordsError):
            self.trouble = f"{self._path} cannot be written; how deep you went will be forgotten"


def hints_of(exercise: str) -> dict[str, tuple[str, ...]]:
    """The three hints of each function, from the page, or from the recording in a copy that has no pages."""
    path = ROOT / "solutions" / f"{exercise}.py"
    if path.is_file():
        return {f.name: tuple(f.hints) for f in read_page(path).functions}
    recording = read(exercise)
    return dict(recording.hints) if recording else {}
