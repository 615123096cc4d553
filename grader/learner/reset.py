"""Putting a stub back: what the learner wrote is kept first, under a name that nothing had before."""

from __future__ import annotations

import os
from pathlib import Path
from typing import BinaryIO

from ..expectations import read
from ..oracle import ROOT
from ..page import read_page
from ..recording import write_whole
from ..records import RecordsError
from .names import no_folder

BACKUPS = Path(".gradkit") / "backups"
"""Where earlier texts are kept; in the folder where one works."""


class ResetFailed(Exception):
    """Nothing was changed; the message says why."""


def reset(exercise: str, folder: Path) -> Path | None:
    """Put the stub of an exercise back.

    Args:
        exercise: such as "ex05_autograd".
        folder: where the learner's modules are.

    Returns:
        Where the learner's text is kept; None where there was none, or nothing but the stub.

    Raises:
        ResetFailed: when that cannot be done; the learner's text is as it was.
    """
    stub = stub_of(exercise).encode()
    path = folder / f"{exercise}.py"
    text = _read(path)
    if text == stub:
        return None
    kept = _keep(exercise, text) if text is not None else None
    try:
        write_whole(Path(os.path.realpath(path)), stub)
    except RecordsError as error:
        raise ResetFailed(str(error)) from error
    return kept


def stub_of(exercise: str) -> str:
    """The stub, from the page, or from the recording in a copy that has no pages.

    Raises:
        ResetFailed: when neither is there.
    """
    page = ROOT / "solutions" / f"{exercise}.py"
    if page.is_file():
        return read_page(page).stub()
    recording = read(exercise)
    if recording is None:
        raise ResetFailed(f"the stub of {exercise} is missing from this copy of the kit")
    return recording.stub


def _read(path: Path) -> bytes | None:
    """What the learner wrote; None where there is no file, and room for one."""
    if path.exists() and not path.is_file():
        raise ResetFailed(f"{path} is in the way: no regular file")
    try:
        return path.read_bytes()
    except FileNotFoundError:
        if path.parent.is_dir():
            return None
        raise ResetFailed(no_folder(path.parent)) from None
    except OSError as error:
        raise ResetFailed(f"{path} cannot be read: {error.strerror}") from error


def _keep(exercise: str, text: bytes) -> Path:
    """Write a text to a new file, and see to it that it is on the disk."""
    try:
        BACKUPS.mkdir(parents=True, exist_ok=True)
        with _new_file(exercise) as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        problem = f"no backup can be kept in {BACKUPS} ({error.strerror}); nothing was changed"
        raise ResetFailed(problem) from error
    return Path(file.name)


def _new_file(exercise: str) -> BinaryIO:
    number = 1
    while True:
        try:
            return (BACKUPS / f"{exercise}-{number}.py").open("xb")
        except FileExistsError:
            number += 1
