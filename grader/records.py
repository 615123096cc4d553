"""The records of a run: what was graded, check by check, typed and validated when written and when read.

`results.jsonl` holds one `SubmissionRecord` a line, `run.json` one `RunRecord`. A record that breaks a rule (a score that
does not add up, points for what did not pass, an unknown word) can neither be made nor read. Fields that a later version
adds are ignored. `python -m grader.records` prints the JSON schema that is kept in schema/results.schema.json.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, TypeAlias, get_args

import msgspec
from msgspec import Meta

from .check import Aspect
from .messages import MAX_MESSAGE, cut
from .statuses import CheckOutcome, CheckStatus, ExerciseStatus

Points: TypeAlias = Annotated[float, Meta(ge=0)]
Seconds: TypeAlias = Annotated[float, Meta(ge=0)]
Message: TypeAlias = Annotated[str, Meta(max_length=MAX_MESSAGE)]
Seed: TypeAlias = Annotated[int, Meta(ge=-(2**63), le=2**63 - 1)]
Digest: TypeAlias = Annotated[str, Meta(pattern="^sha256:[0-9a-f]{64}$")]
Option: TypeAlias = bool | int | float | str | list[str] | None

_ENDING_LINES = re.compile("[\x7f-\x9f\u2028\u2029]")
"""What JSON leaves alone, and what ends a line for some readers, Python's splitlines among them, or steers a terminal."""


class RecordsError(Exception):
    """A record or its file is not as it must be; the text is one line for a person."""


class CheckRecord(msgspec.Struct, frozen=True):
    """What became of one check.

    Args:
        name: `function.scenario`.
        function: the function that is judged.
        aspect: the kind of claim.
        status: `passed`, or why not.
        score: `max_score` if it passed, otherwise 0.
        max_score: what the check is worth.
        mistake: name of the known mistake that explains the failure, if one does.
        message: what a student is told.
    """

    name: str
    function: str
    aspect: Aspect
    status: CheckStatus
    score: Points
    max_score: Points
    mistake: str | None
    message: Message | None

    def __post_init__(self) -> None:
        if not self.name.startswith(f"{self.function}."):
            raise ValueError(f"check {self.name} is not named after its function {self.function}")
        if self.score != (self.max_score if self.status == "passed" else 0):
            raise ValueError(
                f"check {self.name} is {self.status} with {self.score:g} of {self.max_score:g} points"
            )


class ExerciseRecord(msgspec.Struct, frozen=True):
    """What became of one exercise.

    Args:
        name: such as `ex05_autograd`.
        status: `graded`, or why no check could run.
        message: what is said about the exercise as a whole, if anything is.
        score: sum over the checks.
        max_score: sum over the checks.
        checks: every check of the exercise, in the page's order.
    """

    name: str
    status: ExerciseStatus
    message: Message | None
    score: Points
    max_score: Points
    checks: list[CheckRecord]

    def __post_init__(self) -> None:
        allowed = get_args(CheckOutcome) if self.status == "graded" else (self.status,)
        for check in self.checks:
            if check.status not in allowed:
                raise ValueError(
                    f"{self.name} is {self.status}, its check {check.name} {check.status}"
                )
        _add_up(self.name, self, self.checks)


class SubmissionRecord(msgspec.Struct, frozen=True):
    """One line of results.jsonl: a graded submission.

    Args:
        submission: the name of the entry that was handed in.
        digest: what was handed in, as a hash; equal digests mean equal content.
        seed: the run's seed.
        kit: the version of the kit.
        score: sum over the exercises.
        max_score: sum over the exercises.
        duration_s: seconds that grading took.
        flags: remarks for a person to look at; they never change a score.
        exercises: every exercise, in the kit's order.
    """

    submission: str
    digest: Digest
    seed: Seed
    kit: str
    score: Points
    max_score: Points
    duration_s: Seconds
    flags: list[str]
    exercises: list[ExerciseRecord]

    def __post_init__(self) -> None:
        _add_up(self.submission, self, self.exercises)


class RunRecord(msgspec.Struct, frozen=True, kw_only=True):
    """run.json: how a run was made.

    Args:
        seed: the seed, drawn or given.
        kit: the version of the kit.
        torch: the version of torch that graded.
        isolation: layers of isolation in force.
        isolation_missing: layers that this machine does not offer or that were not asked for.
        options: what was asked for on the command line.
        started: when, with its offset from UTC.
        durations_s: seconds by the name of what took them; `total` is the whole run.
    """

    seed: Seed
    kit: str
    torch: str
    isolation: list[str]
    isolation_missing: list[str]
    options: dict[str, Option]
    started: Annotated[datetime, Meta(tz=True)]
    durations_s: dict[str, Seconds]


def _add_up(
    name: str,
    whole: ExerciseRecord | SubmissionRecord,
    parts: Sequence[CheckRecord] | Sequence[ExerciseRecord],
) -> None:
    names = [part.name for part in parts]
    if len(set(names)) != len(names):
        raise ValueError(f"{name} names one of its parts twice")
    for field in ("score", "max_score"):
        said, found = getattr(whole, field), math.fsum(getattr(part, field) for part in parts)
        if not math.isclose(said, found, rel_tol=0, abs_tol=1e-6):
            raise ValueError(f"{name} says {field} {said:g}, its parts add up to {found:g}")


def message(words: str) -> str:
    """Make a text fit for a record: what cannot be written as UTF-8 escaped, at most 2,000 characters.

    >>> message("a lone surrogate: " + chr(0xDCFF))
    'a lone surrogate: \\\\udcff'
    """
    text = words[: MAX_MESSAGE + 1].encode("utf-8", "backslashreplace").decode("utf-8")
    return cut(text)


def encode(record: SubmissionRecord | RunRecord) -> bytes:
    """Write a record as one line of JSON, without the line's end.

    Raises:
        RecordsError: when it breaks a rule; values that are not finite count as such.
    """
    try:
        text = msgspec.json.encode(record).decode()
        line = _ENDING_LINES.sub(lambda found: f"\\u{ord(found[0]):04x}", text).encode()
        msgspec.json.decode(line, type=type(record))  # types are checked only when decoding
    except (msgspec.MsgspecError, ValueError, TypeError, OverflowError) as error:
        name = record.submission if isinstance(record, SubmissionRecord) else "the run"
        raise RecordsError(f"the record of {name} cannot be written: {error}") from error
    return line


def decode(line: bytes) -> SubmissionRecord:
    """Read one line of results.jsonl.

    Raises:
        RecordsError: when it is no JSON, or breaks a rule.
    """
    try:
        return msgspec.json.decode(line, type=SubmissionRecord)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise RecordsError(str(error)) from error


@dataclass(frozen=True)
class Results:
    """What results.jsonl holds.

    Args:
        records: by submission, in the order in which they first appear; the last record of a submission counts,
            because `--resume` appends.
        whole: bytes up to the end of the last whole line.
        dropped: a line about half a record at the end that was passed over, or None.
        lines: how many records the file holds, those that were replaced later among them.
    """

    records: dict[str, SubmissionRecord]
    whole: int
    dropped: str | None
    lines: int = 0


def read_results(path: Path, *, resume: bool = False) -> Results:
    """Read a results file.

    Args:
        path: `DIR/results.jsonl`.
        resume: whether a last line without its end, left by an interrupted run, is dropped.

    Raises:
        RecordsError: names file and line when the file cannot be read, or holds anything but records.
    """
    records: dict[str, SubmissionRecord] = {}
    whole = lines = 0
    try:
        with path.open("rb") as file:
            for number, line in enumerate(file, start=1):
                if not line.endswith(b"\n") and (resume or not _is_record(line)):
                    return Results(records, whole, _half_line(path, number, resume), lines)
                whole += len(line)
                if line.strip():
                    record = _decode_at(line, path, number)
                    records[record.submission] = record
                    lines += 1
    except (FileNotFoundError, NotADirectoryError):
        raise RecordsError(_no_results(path)) from None
    except OSError as error:
        raise RecordsError(f"{path} cannot be read: {error.strerror}") from error
    return Results(records, whole, None, lines)


def _no_results(path: Path) -> str:
    if not path.parent.is_dir():
        return f"{path.parent}: no such folder; give the one that `gradkit grade` wrote"
    return f"{path.parent} holds no {path.name}: give the folder that `gradkit grade` wrote"


def _decode_at(line: bytes, path: Path, number: int) -> SubmissionRecord:
    try:
        return decode(line)
    except RecordsError as error:
        raise RecordsError(f"{path}, line {number}, is not a record of this kit: {error}") from None


def _is_record(line: bytes) -> bool:
    """Whether an unfinished line lacks nothing but its end, as some editors leave it."""
    try:
        decode(line)
    except RecordsError:
        return False
    return True


def _half_line(path: Path, number: int, resume: bool) -> str:
    if not resume:
        raise RecordsError(
            f"{path}, line {number}, is cut off: `gradkit grade --resume` drops it and goes on"
        )
    return f"{path}, line {number}, was cut off and is dropped: its submission is graded again"


def read_run(path: Path) -> RunRecord:
    """Read run.json.

    Raises:
        RecordsError: names the file when it cannot be read or is no such record.
    """
    try:
        return msgspec.json.decode(path.read_bytes(), type=RunRecord)
    except OSError as error:
        raise RecordsError(f"{path} cannot be read: {error.strerror}") from error
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise RecordsError(f"{path} is not a run of this kit: {error}") from error


def schema() -> dict[str, Any]:
    """The JSON schema of one line of results.jsonl."""
    made = msgspec.json.schema(SubmissionRecord)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **made}


def schema_text() -> str:
    """The schema as it is kept in schema/results.schema.json."""
    return json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    print(schema_text(), end="")
