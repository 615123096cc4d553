"""Examine what a learner asks about, and sum up what was found."""

from __future__ import annotations

from pathlib import Path

from ..examine import Finding
from ..selfcheck import SelfCheck


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
