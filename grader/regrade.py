"""What a regrade changed: whose points, from what to what, and why.

    earlier = regrade.earlier(Path("first"))        before the new run: a folder that cannot be read is refused at once
    found = regrade.compare(earlier, records)
    regrade.write(Path("second"), found)            changes.csv
    print("\\n".join(regrade.lines(found)))

Why is what differs between the two records: the content that was handed in, the version of the kit, the seed, the exercises, of
which those of both runs are compared; and if none of these does, the checks speak for themselves.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import msgspec

from .recording import RESULTS, RUN, csv_of, write_whole
from .records import CheckRecord, SubmissionRecord, read_results, read_run
from .submissions import shown

CHANGES = "changes.csv"


@dataclass(frozen=True)
class CheckChange:
    """A check that came out otherwise.

    Args:
        name: `exercise.function.scenario`.
        before: what the earlier run has; None if it has no such check.
        after: what the new run has; None if it has no such check.
    """

    name: str
    before: CheckRecord | None
    after: CheckRecord | None

    @property
    def points(self) -> float:
        """What the change is worth."""
        return (self.after.score if self.after else 0) - (self.before.score if self.before else 0)

    def __str__(self) -> str:
        words = [
            check.status.replace("_", " ") if check else "no such check"
            for check in (self.before, self.after)
        ]
        return f"{self.name}: {' -> '.join(words)}"


@dataclass(frozen=True)
class Change:
    """A submission whose points changed.

    Args:
        before: its record in the earlier run, of the exercises that both runs have.
        after: its record in the new one, of the same.
        checks: the checks whose points or status changed, in the page's order.
        reasons: what differs between the two runs, in a phrase each.
    """

    before: SubmissionRecord
    after: SubmissionRecord
    checks: tuple[CheckChange, ...]
    reasons: tuple[str, ...]

    @property
    def why(self) -> str:
        """The reasons in a phrase; where there is none, that is worth a look."""
        return ", ".join(self.reasons) or "same content, kit and seed"


@dataclass(frozen=True)
class Regrade:
    """What came of comparing two runs; all in order of the submissions' names.

    Args:
        changes: submissions whose points changed.
        same: how many kept theirs, check by check.
        new: submissions that only the new run has.
        gone: submissions that only the earlier run has.
    """

    changes: tuple[Change, ...]
    same: int
    new: tuple[SubmissionRecord, ...]
    gone: tuple[SubmissionRecord, ...]


def earlier(directory: Path) -> dict[str, SubmissionRecord]:
    """The records of an earlier run.

    Args:
        directory: what `gradkit grade` wrote.

    Raises:
        RecordsError: names the folder or file, when there are none or they are damaged.
    """
    return read_results(directory / RESULTS).records


def seed_of(directory: Path) -> int:
    """The seed of an earlier run, with which only what was handed in, or the kit, can make a difference.

    Raises:
        RecordsError: when run.json cannot be read.
    """
    return read_run(directory / RUN).seed


def compare(
    before: Mapping[str, SubmissionRecord], after: Mapping[str, SubmissionRecord]
) -> Regrade:
    """Compare two runs, in the exercises that both have.

    Args:
        before: the earlier run's records by submission.
        after: the new run's.
    """
    both = sorted(before.keys() & after.keys())
    compared = [_change(before[name], after[name]) for name in both]
    changes = tuple(change for change in compared if any(check.points for check in change.checks))
    return Regrade(
        changes,
        len(both) - len(changes),
        tuple(after[name] for name in sorted(after.keys() - before.keys())),
        tuple(before[name] for name in sorted(before.keys() - after.keys())),
    )


def lines(regrade: Regrade) -> list[str]:
    """The comparison for a person, as plain lines."""
    return list(_lines(regrade))


def write(directory: Path, regrade: Regrade) -> Path:
    """Write changes.csv: one row for each submission that changed, is new or is gone.

    Raises:
        RecordsError: when it cannot be written.
    """
    path = directory / CHANGES
    write_whole(path, csv_of([["submission", "before", "after", "why", "checks"], *_rows(regrade)]))
    return path


def _change(before: SubmissionRecord, after: SubmissionRecord) -> Change:
    both = _exercises(before) & _exercises(after)
    was, now = _only(before, both), _only(after, both)
    old, new = _checks(was), _checks(now)
    changed = [
        CheckChange(name, old.get(name), new.get(name))
        for name in dict.fromkeys([*new, *old])
        if _outcome(old.get(name)) != _outcome(new.get(name))
    ]
    return Change(was, now, tuple(changed), tuple(_reasons(before, after)))


def _only(record: SubmissionRecord, names: set[str]) -> SubmissionRecord:
    """A record of fewer exercises."""
    kept = [exercise for exercise in record.exercises if exercise.name in names]
    return msgspec.structs.replace(
        record,
        exercises=kept,
        score=math.fsum(exercise.score for exercise in kept),
        max_score=math.fsum(exercise.max_score for exercise in kept),
    )


def _exercises(record: SubmissionRecord) -> set[str]:
    return {exercise.name for exercise in record.exercises}


def _checks(record: SubmissionRecord) -> dict[str, CheckRecord]:
    return {
        f"{exercise.name}.{check.name}": check
        for exercise in record.exercises
        for check in exercise.checks
    }


def _outcome(check: CheckRecord | None) -> tuple[str, float] | None:
    return (check.status, check.score) if check else None


def _reasons(before: SubmissionRecord, after: SubmissionRecord) -> Iterator[str]:
    same = _exercises(before) == _exercises(after)
    if same and before.digest != after.digest:  # a digest is of the exercises that were graded
        yield "content changed"
    if before.kit != after.kit:
        yield f"kit {before.kit} -> {after.kit}"
    if before.seed != after.seed:
        yield f"seed {before.seed} -> {after.seed}"
    if not same:
        yield "other exercises; those of both runs are compared"


def _lines(regrade: Regrade) -> Iterator[str]:
    yield (
        f"Since the earlier run: {_count(regrade.changes, 'changed')}, {regrade.same} the same, "
        f"{_count(regrade.new, 'new')}, {_count(regrade.gone, 'gone')}"
    )
    for change in regrade.changes:
        was, now = change.before, change.after
        yield f"{shown([was.submission])}: {_of(was)} -> {_of(now)} ({change.why})"
        for check in change.checks:
            yield f"    {check}, {check.points:+g}"
    for record in regrade.new:
        yield f"{shown([record.submission])}: new, {_of(record)}"
    for record in regrade.gone:
        yield f"{shown([record.submission])}: gone, had {_of(record)}"


def _count(found: tuple[object, ...], word: str) -> str:
    return f"{len(found)} {word}"


def _of(record: SubmissionRecord) -> str:
    return f"{record.score:g} of {record.max_score:g}"


def _rows(regrade: Regrade) -> Iterator[list[str | float | None]]:
    for change in regrade.changes:
        was, now = change.before, change.after
        checks = "; ".join(map(str, change.checks))
        yield [was.submission, was.score, now.score, change.why, checks]
    for record in regrade.new:
        yield [record.submission, None, record.score, "new", None]
    for record in regrade.gone:
        yield [record.submission, record.score, None, "gone", None]
