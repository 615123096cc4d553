"""What one submission's author reads, put together for the page and for Markdown alike.

A message is shown as the self-check shows it. Seed, flags and the names of mistakes stay with the instructor.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from markupsafe import Markup

from ..parts import Part, parts_of
from ..records import CheckRecord, ExerciseRecord, SubmissionRecord
from .catalogue import Catalogue
from .rendering import render
from .tally import is_ungraded
from .words import FEEDBACK_MARK, NOT_FINAL, NOT_STARTED, OUTCOMES, STATUSES, sentence, untouched


@dataclass
class Finding:
    """Checks of one function that did not pass, with the message they share.

    Args:
        function: the function that was judged.
        status: what became of them, in words.
        message: as it stands in the record; may be empty.
        names: what the checks are called, as sentences.
        lost: the points at stake.
    """

    function: str
    status: str
    message: str
    names: list[str] = field(default_factory=list)
    lost: float = 0.0

    @property
    def parts(self) -> list[Part]:
        """The message in its four parts; empty when it has none."""
        return parts_of(self.message)


@dataclass(frozen=True)
class ExerciseFeedback:
    """One exercise of one submission.

    Args:
        name: such as "ex05_autograd".
        score: points earned.
        max_score: points possible.
        status: in words.
        remark: what it means that no check could run, in a sentence; may be empty.
        message: why, from the record; may be empty.
        findings: what did not pass.
        passed: what did: claims by function.
        not_started: functions that were left as they were.
    """

    name: str
    score: float
    max_score: float
    status: str
    remark: str
    message: str
    findings: list[Finding]
    passed: dict[str, list[str]]
    not_started: list[str]


def feedback_of(record: SubmissionRecord, catalogue: Catalogue) -> list[ExerciseFeedback]:
    """A submission's exercises, in the record's order."""
    return [_exercise(exercise, catalogue) for exercise in record.exercises]


def as_html(record: SubmissionRecord, exercises: list[ExerciseFeedback]) -> str:
    """The page."""
    return render(
        "feedback.html",
        styles=("base.css", "feedback.css"),
        mark=Markup(FEEDBACK_MARK),
        record=record,
        not_final=NOT_FINAL if is_ungraded(record) else "",
        exercises=exercises,
    )


def _exercise(exercise: ExerciseRecord, catalogue: Catalogue) -> ExerciseFeedback:
    passed: dict[str, list[str]] = {}
    for check in exercise.checks:
        if check.status == "passed":
            claim = catalogue.claim(exercise.name, check.name)
            passed.setdefault(check.function, []).append(claim)
    not_started = (c.function for c in exercise.checks if c.status == "not_attempted")
    return ExerciseFeedback(
        name=exercise.name,
        score=exercise.score,
        max_score=exercise.max_score,
        status=_status(exercise),
        remark=STATUSES[exercise.status][2],
        message=exercise.message or "",
        findings=list(_findings(exercise.checks)) if exercise.status == "graded" else [],
        passed=passed,
        not_started=list(dict.fromkeys(not_started)),
    )


def _status(exercise: ExerciseRecord) -> str:
    if exercise.status != "graded":
        return STATUSES[exercise.status][1]
    if untouched(exercise):
        return NOT_STARTED[1]
    return "done" if exercise.score == exercise.max_score else "begun"


def _findings(checks: list[CheckRecord]) -> Iterator[Finding]:
    """Checks of a function that say the same become one finding."""
    found: dict[tuple[str, ...], Finding] = {}
    for check in checks:
        if check.status in OUTCOMES:
            key = (check.function, OUTCOMES[check.status], check.message or "")
            finding = found.setdefault(key, Finding(*key))
            finding.names.append(sentence(check.name))
            finding.lost += check.max_score
    yield from found.values()
