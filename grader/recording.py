"""Writing a run into its folder: results.jsonl line by line, then run.json and grades.csv.

One run at a time: the folder is locked while a `ResultsWriter` is open. Every line is on the disk before `append`
returns, and a line that does not fit is taken back, so that an interruption costs only the submissions in flight.
"""

from __future__ import annotations

import csv
import io
import os
import weakref
from collections.abc import Iterable, Sequence
from pathlib import Path

from .records import (
    RecordsError,
    Results,
    RunRecord,
    SubmissionRecord,
    encode,
    read_results,
)

RESULTS, RUN, GRADES, LOCK = "results.jsonl", "run.json", "grades.csv", ".lock"

_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
_SEPARATORS = ";\t|\r"
"""What some spreadsheet or reader takes for the end of a cell or line, and the csv module leaves unquoted."""

_LOCKED_BYTE = 1 << 30
"""Windows forbids reading a locked byte: lock one far behind the process id that the file holds."""


class ResultsWriter:
    """The results file of a run, open for appending and locked against a second run.

    Args:
        directory: the run's folder, made where it does not exist.
        resume: go on with the results that are there; otherwise there must be none.

    Attributes:
        before: what was there already.

    Raises:
        RecordsError: when the folder cannot be written, another run is writing into it, it holds results and `resume` is
            False, or the results there are damaged. Nothing has been changed then.
    """

    before: Results

    def __init__(self, directory: Path, *, resume: bool = False) -> None:
        self.path = directory / RESULTS
        self._lock = self._results = -1
        try:
            directory.mkdir(parents=True, exist_ok=True)
            self._lock = _locked(directory)
            self.before = self._what_was_there(resume)
            flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | getattr(os, "O_BINARY", 0)
            self._results = os.open(self.path, flags, 0o666)
            os.ftruncate(self._results, self.before.whole)
        except FileExistsError as error:
            self.close()
            raise RecordsError(
                f"{directory} is no folder: choose another for the results"
            ) from error
        except OSError as error:
            self.close()
            raise RecordsError(f"{directory} cannot be written: {error.strerror}") from error
        except RecordsError:
            self.close()
            raise
        _close_after_fork(self)

    def _what_was_there(self, resume: bool) -> Results:
        if not self.path.exists() or self.path.stat().st_size == 0:
            return Results({}, 0, None)
        if not resume:
            raise RecordsError(
                f"{self.path} exists: add --resume to go on with it, or choose another folder"
            )
        return read_results(self.path, resume=True)

    def append(self, record: SubmissionRecord) -> None:
        """Write one record; it is on the disk when this returns.

        Raises:
            RecordsError: when the record breaks a rule, or cannot be written as a whole; the file is as before.
        """
        line = encode(record) + b"\n"
        start = os.fstat(self._results).st_size
        try:
            written = 0
            while written < len(line):
                written += os.write(self._results, line[written:])
            os.fsync(self._results)
        except OSError as error:
            os.ftruncate(self._results, start)
            raise RecordsError(f"{self.path} cannot be written: {error.strerror}") from error

    def drop_replaced(self) -> None:
        """Leave only the last record of each submission, where a resumed run has graded some again.

        Raises:
            RecordsError: when the file cannot be read or written; it is as before then.
        """
        results = read_results(self.path)
        if results.lines > len(results.records):
            write_whole(self.path, b"".join(encode(r) + b"\n" for r in results.records.values()))

    def close(self) -> None:
        """Let go of the file and of the lock; closing twice is harmless."""
        for descriptor in (self._results, self._lock):
            if descriptor >= 0:
                os.close(descriptor)
        self._results = self._lock = -1

    def __enter__(self) -> ResultsWriter:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()


def _close_after_fork(writer: ResultsWriter) -> None:
    """Forked workers must neither write results nor keep the lock of a run that was killed."""
    here = weakref.ref(writer)

    def close() -> None:
        if (found := here()) is not None:
            found.close()

    if hasattr(os, "register_at_fork"):
        os.register_at_fork(after_in_child=close)


def _locked(directory: Path) -> int:
    """Lock the folder for this process; the system lets go of it however the process ends."""
    descriptor = os.open(directory / LOCK, os.O_RDWR | os.O_CREAT, 0o666)
    try:
        _lock(descriptor)
    except OSError:
        owner = os.read(descriptor, 20).decode("ascii", "replace").strip() or "unknown"
        os.close(descriptor)
        raise RecordsError(
            f"another run (process {owner}) is writing into {directory}: wait for it, or choose another folder"
        ) from None
    os.ftruncate(descriptor, 0)
    os.write(descriptor, f"{os.getpid()}\n".encode())
    return descriptor


if os.name == "nt":  # pragma: no cover
    import msvcrt

    def _lock(descriptor: int) -> None:
        os.lseek(descriptor, _LOCKED_BYTE, os.SEEK_SET)
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]
        finally:
            os.lseek(descriptor, 0, os.SEEK_SET)
else:
    import fcntl

    def _lock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


def write_run(directory: Path, run: RunRecord) -> None:
    """Write run.json.

    Raises:
        RecordsError: when the record breaks a rule or the file cannot be written.
    """
    write_whole(directory / RUN, encode(run) + b"\n")


def write_grades(directory: Path, records: Iterable[SubmissionRecord]) -> None:
    """Write grades.csv: one row a submission, ordered by name; submission, score, max_score, then each exercise.

    Raises:
        RecordsError: when the file cannot be written.
    """
    write_whole(directory / GRADES, grades(records))


def grades(records: Iterable[SubmissionRecord]) -> bytes:
    """The content of grades.csv."""
    rows = sorted(records, key=lambda record: record.submission)
    exercises = list(dict.fromkeys(e.name for record in rows for e in record.exercises))
    table: list[list[str | float | None]] = [["submission", "score", "max_score", *exercises]]
    for record in rows:
        scores = {exercise.name: exercise.score for exercise in record.exercises}
        own = [scores.get(exercise) for exercise in exercises]
        table.append([record.submission, record.score, record.max_score, *own])
    return csv_of(table)


def csv_of(rows: Iterable[Sequence[str | float | None]]) -> bytes:
    """Rows as CSV that a spreadsheet may open: no cell starts a formula, and every cell stays one."""
    text = io.StringIO()
    for row in rows:
        cells = [_written(value) for value in row]
        risky = any(mark in str(value) for value in cells for mark in _SEPARATORS)
        writer = csv.writer(
            text, lineterminator="\n", quoting=csv.QUOTE_NONNUMERIC if risky else csv.QUOTE_MINIMAL
        )
        writer.writerow(cells)
    return text.getvalue().encode()


def _written(value: str | float | None) -> str | float | None:
    if isinstance(value, str):
        return cell(value)
    return None if value is None else round(value, 6)


def cell(text: str) -> str:
    """Make a text that no spreadsheet takes for a formula, with a leading apostrophe where needed.

    >>> cell("=1+1"), cell("alice")
    ("'=1+1", 'alice')
    """
    harmless = not text.lstrip().startswith(_FORMULA) and not text.startswith(("\t", "\r", "\n"))
    return text if harmless else f"'{text}"


def write_whole(path: Path, content: bytes, *, lasting: bool = True) -> None:
    """Write a file as a whole or not at all.

    Args:
        path: who opens it meanwhile sees the old one or the new one.
        content: of the new one.
        lasting: whether it is on the disk for good when this returns.

    Raises:
        RecordsError: when it cannot be written; a file that was there is as before.
    """
    draft = path.with_name(f"{path.name}.part")
    try:
        with draft.open("wb") as file:
            file.write(content)
            file.flush()
            if lasting:
                os.fsync(file.fileno())
        os.replace(draft, path)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise RecordsError(f"{path} cannot be written: {error.strerror}") from error
