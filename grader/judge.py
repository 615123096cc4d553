"""The verdict on a function's checks: what was seen against what was expected, and which known mistake explains it."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from . import messages
from .check import CheckInfo
from .compare import Difference, agree, differences, same_outcome
from .facts import Absent, Frame, NotStarted, Observed, Outcome, Raised, Stopped
from .oracle import Oracle, Suspect
from .statuses import CheckStatus


class Verdict(msgspec.Struct, frozen=True):
    """What one check came to.

    Args:
        check: the check.
        status: what became of it.
        mistake: the known mistake that explains it, by name.
        message: what a person reads; None where there is nothing to say.
        differences: the facts that differ, for whoever shows more than the first of them.
        frames: the student's own lines that led to an exception, outermost first.
    """

    check: CheckInfo
    status: CheckStatus
    mistake: str | None = None
    message: str | None = None
    differences: tuple[Difference, ...] = ()
    frames: tuple[Frame, ...] = ()

    @property
    def score(self) -> float:
        """The points earned: all or none."""
        return self.check.points if self.status == "passed" else 0.0


def judge(oracle: Oracle, outcomes: Mapping[str, Outcome]) -> tuple[Verdict, ...]:
    """Judge the outcomes of one exercise's checks.

    Args:
        oracle: the exercise's.
        outcomes: by check id; all those of a function together help the diagnosis.

    Returns:
        A verdict for each outcome, in the order of the exercise's checks.
    """
    return tuple(_verdict(oracle, c, outcomes) for c in oracle.checks if c.id in outcomes)


def _verdict(oracle: Oracle, check: CheckInfo, outcomes: Mapping[str, Outcome]) -> Verdict:
    outcome = outcomes[check.id]
    if isinstance(outcome, Observed):
        found = differences(oracle.expected(check.id), outcome.facts)
        if not found:
            return Verdict(check, "passed")
        name, why, look = _explain(oracle, check, outcomes, found)
        words = messages.failed(check, found, why, look)
        return Verdict(check, "failed", name, words, tuple(found))
    if isinstance(outcome, Raised):
        name, why, look = _explain(oracle, check, outcomes, [])
        words = messages.raised(check, outcome, why, look or check.look)
        return Verdict(check, "error", name, words, frames=outcome.frames)
    if isinstance(outcome, NotStarted):
        return Verdict(check, "not_attempted", None, "Not started")
    if isinstance(outcome, Absent):
        return Verdict(check, "missing", None, messages.absent(check, outcome))
    assert isinstance(outcome, Stopped)
    return Verdict(check, outcome.reason, None, messages.stopped(outcome))


def _explain(
    oracle: Oracle, check: CheckInfo, outcomes: Mapping[str, Outcome], found: list[Difference]
) -> tuple[str | None, str, str]:
    """Name, rule and what to look up of the known mistake behind it; no name where none is.

    It shows the same in this check, fails none that is passed, and agrees best in the function's others.
    """
    suspects = oracle.suspects(check.function)
    seen = outcomes[check.id]
    alike = [s for s in suspects if same_outcome(s.outcomes[check.id], seen)]
    if not alike and found:
        alike = [s for s in suspects if _explains_part(oracle, check, s, found)]
    possible = (s for s in alike if not _refuted(oracle, s, outcomes))
    best = max(possible, key=lambda s: _agreement(s, outcomes), default=None)
    return (best.info.name, best.info.why, best.info.look) if best else (None, "", "")


def _refuted(oracle: Oracle, suspect: Suspect, outcomes: Mapping[str, Outcome]) -> bool:
    """Whether the code passes a check that the mistake fails."""
    return any(
        name in outcomes
        and _passes(oracle, name, outcomes[name])
        and not _passes(oracle, name, outcome)
        for name, outcome in suspect.outcomes.items()
    )


def _passes(oracle: Oracle, check: str, outcome: Outcome) -> bool:
    return isinstance(outcome, Observed) and not differences(oracle.expected(check), outcome.facts)


def _agreement(suspect: Suspect, outcomes: Mapping[str, Outcome]) -> int:
    return sum(
        name in outcomes and same_outcome(outcome, outcomes[name])
        for name, outcome in suspect.outcomes.items()
    )


def _explains_part(
    oracle: Oracle, check: CheckInfo, suspect: Suspect, found: list[Difference]
) -> bool:
    """Whether every fact that the mistake changes is changed here in the same way, the one that is told among them."""
    outcome = suspect.outcomes[check.id]
    if not isinstance(outcome, Observed):
        return False
    here = {difference.name: difference.saw for difference in found}
    its = differences(oracle.expected(check.id), outcome.facts)
    if found[0].name not in {difference.name for difference in its}:
        return False
    return all(d.name in here and agree(d.saw, here[d.name], alike=True) for d in its)
