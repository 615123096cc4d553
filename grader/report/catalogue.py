"""The kit's own words about checks and mistakes, which no submission can influence."""

from __future__ import annotations

from ..bank import MistakeInfo
from ..check import CheckInfo
from ..expectations import read
from ..oracle import exercises
from .words import sentence


class Catalogue:
    """What this kit says; a name that only another version knows speaks for itself."""

    def __init__(self) -> None:
        self._checks: dict[tuple[str, str], CheckInfo] = {}
        self._mistakes: dict[tuple[str, str, str], MistakeInfo] = {}
        for exercise in exercises():
            if recording := read(exercise):
                self._checks |= {(exercise, check.id): check for check in recording.checks}
                self._mistakes |= {
                    (exercise, function, suspect.info.name): suspect.info
                    for function, suspects in recording.suspects.items()
                    for suspect in suspects
                }

    def claim(self, exercise: str, check: str) -> str:
        """What a check claims, in a sentence without a full stop."""
        known = self._checks.get((exercise, check))
        return known.claim if known else sentence(check)

    def why(self, exercise: str, check: str) -> str:
        """The rule behind a check; empty where it is not known."""
        known = self._checks.get((exercise, check))
        return known.why if known else ""

    def mistake(self, exercise: str, function: str, name: str) -> MistakeInfo:
        """What is known of a mistake: the rule it breaks, and what to look up."""
        known = self._mistakes.get((exercise, function, name))
        return known or MistakeInfo(function, name, sentence(name), "")
