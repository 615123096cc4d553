"""Expected observations kept in files, one an exercise, for the published seed.

With them the self-check needs neither torch on the judging side nor any answer: a student's copy of the kit has the files and no
solution. A file counts only while the sources that it was made from are unchanged; otherwise the live oracle is asked.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

import msgspec

from .answers import need
from .facts import Raised
from .options import PUBLISHED_SEED
from .oracle import ROOT, Live, Oracle, Recorded, Recording, Suspect
from .page import read_page

_SHARED = (
    *("check", "scenario", "observe", "tensors", "draw", "slate", "watch", "facts", "bank"),
    *("accelerator", "cells", "dot", "statuses"),
)
"""The modules that every scenario runs, beside those of `sim/`."""


def oracle_for(exercise: str, seed: int, accelerator: str = "sim", root: Path = ROOT) -> Oracle:
    """The cheapest oracle that is up to date.

    Args:
        exercise: such as "ex05_autograd".
        seed: the run's seed.
        accelerator: the device of the device checks.
        root: the kit's folder.

    Raises:
        NoAnswers: in a student's copy, where no recording fits.
    """
    recording = read(exercise, root) if accelerator == "sim" else None
    if recording is not None and recording.seed == seed and _current(recording, exercise, root):
        return Recorded(recording)
    insist(seed, accelerator, root)
    need(f"{exercise}, whose files in grader/ have changed,", root)
    return Live(exercise, seed, accelerator, root)


def insist(seed: int, accelerator: str, root: Path = ROOT) -> None:
    """Refuse what no recording was made for, where there is nothing but recordings.

    Raises:
        NoAnswers: in a student's copy, for another seed or device than the self-check's own.
    """
    if accelerator != "sim":
        need(f"--device {accelerator}", root)
    if seed != PUBLISHED_SEED:
        need(f"--seed {seed}", root)


def read(exercise: str, root: Path = ROOT) -> Recording | None:
    """An exercise's recording, or None where there is none that can be read."""
    try:
        text = _path(exercise, root).read_bytes()
        return msgspec.json.decode(text, type=Recording)
    except (OSError, msgspec.MsgspecError):
        return None


def write(exercise: str, root: Path = ROOT) -> Path:
    """Observe reference and mistakes with the published seed, and keep what was seen."""
    live = Live(exercise, PUBLISHED_SEED, "sim", root)
    functions = tuple(dict.fromkeys(check.function for check in live.checks))
    page = read_page(root / "solutions" / f"{exercise}.py")
    recording = Recording(
        digest=digest(_public(exercise, root)),
        answers=digest(_answers(exercise, root)),
        seed=PUBLISHED_SEED,
        checks=live.checks,
        expected={check.id: live.expected(check.id) for check in live.checks},
        suspects={f: tuple(map(_without_lines, live.suspects(f))) for f in functions},
        hints={function.name: tuple(function.hints) for function in page.functions},
        stub=page.stub(),
        picture=live.picture(),
    )
    path = _path(exercise, root)
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(msgspec.json.format(msgspec.json.encode(recording), indent=1) + b"\n")
    return path


def stale(exercise: str, root: Path = ROOT) -> bool:
    """Whether an exercise's recording is missing, or older than what it was made from."""
    recording = read(exercise, root)
    return recording is None or not _current(recording, exercise, root)


def digest(files: Iterable[Path]) -> str:
    """A digest of the contents of files, in their order."""
    total = hashlib.sha256()
    for path in files:
        total.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return f"sha256:{total.hexdigest()}"


def _without_lines(suspect: Suspect) -> Suspect:
    """A known mistake without the lines of its code that raised: they tell nothing apart, and students read recordings."""
    outcomes = {
        check: msgspec.structs.replace(outcome, frames=())
        if isinstance(outcome, Raised)
        else outcome
        for check, outcome in suspect.outcomes.items()
    }
    return Suspect(suspect.info, outcomes)


def _current(recording: Recording, exercise: str, root: Path) -> bool:
    if recording.digest != digest(_public(exercise, root)):
        return False
    answers = _answers(exercise, root)
    # A student's copy has no answers to be newer than the recording.
    return not answers or recording.answers == digest(answers)


def _public(exercise: str, root: Path) -> list[Path]:
    grader = root / "grader"
    devices = sorted((grader / "sim").glob("*.py"))
    shared = [grader / f"{name}.py" for name in _SHARED]
    scenarios = [grader / folder / f"{exercise}.py" for folder in ("checks", "pictures")]
    return [*shared, *devices, *(path for path in scenarios if path.is_file())]


def _answers(exercise: str, root: Path) -> list[Path]:
    candidates = [root / "solutions", root / "grader" / "mistakes"]
    return [path for folder in candidates if (path := folder / f"{exercise}.py").is_file()]


def _path(exercise: str, root: Path) -> Path:
    return root / "grader" / "recorded" / f"{exercise}.json"
