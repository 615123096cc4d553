"""What `gradkit check` and `gradkit hint` say to a learner."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import msgspec

from .examine import Finding
from .expectations import read
from .oracle import ROOT, exercises
from .page import read_page
from .selfcheck import SelfCheck

PROGRESS = Path(".gradkit") / "hints.json"
"""How deep one went into the hints of each function; in the folder where one works."""


class UnknownName(ValueError):
    """A name that is no exercise or function; the message says what there is."""


def choose(names: Iterable[str]) -> dict[str, str | None]:
    """Read names such as "ex05", "ex05_autograd" or "ex05_autograd.train".

    Args:
        names: as typed; none means all exercises.

    Returns:
        For each exercise that is meant, the function that is meant, or None for all of them.

    Raises:
        UnknownName: when no exercise or function is called so.
    """
    chosen: dict[str, str | None] = {}
    for name in names:
        start, _, function = name.removesuffix(".py").partition(".")
        found = [e for e in exercises() if start and (e == start or e.startswith(f"{start}_"))]
        if len(found) != 1:
            raise UnknownName(f"{name}: no such exercise; there are {', '.join(exercises())}")
        if function and function not in hints_of(found[0]):
            there = ", ".join(hints_of(found[0]))
            raise UnknownName(f"{name}: {found[0]} has no such function; it has {there}")
        chosen[found[0]] = function or None
    return chosen or dict.fromkeys(exercises())


def check(folder: Path, chosen: dict[str, str | None]) -> dict[str, list[Finding]]:
    """Check the chosen exercises of a folder; findings by exercise, in the page's order."""
    with SelfCheck(folder) as running:
        wanted = {
            exercise: [c.id for c in running.checks(exercise) if function in (None, c.function)]
            for exercise, function in chosen.items()
        }
        running.begin(wanted)
        return {e: [running.finding(e, check) for check in ids] for e, ids in wanted.items()}


def state_of(findings: list[Finding]) -> str:
    """One word for an exercise: "done", "begun" or "untouched"."""
    statuses = {finding.verdict.status for finding in findings}
    if statuses == {"passed"}:
        return "done"
    return "untouched" if statuses == {"not_attempted"} else "begun"


def first_to_mend(findings: dict[str, list[Finding]]) -> Finding | None:
    """The first check that failed; stubs that nobody has begun do not count."""
    fine = ("passed", "not_attempted")
    everything = (finding for own in findings.values() for finding in own)
    return next((f for f in everything if f.verdict.status not in fine), None)


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
