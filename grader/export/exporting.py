"""One export as it is asked for on the command line: from DIR/results.jsonl to files.

What the kit names itself, in DIR, is made anew each time. What a person names is overwritten only when told, and the file that
was given with --into never.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ..recording import GRADES, RESULTS, grades, write_whole
from ..records import RecordsError, SubmissionRecord, read_results
from ..submissions import file_names, shown
from . import fresh, gradescope
from .filling import SYSTEMS, fill, ungraded
from .junit import junit
from .table import ExportError

FORMS = ("csv", "canvas", "moodle", "gradescope", "junit")


@dataclass(frozen=True)
class Request:
    """What is asked for.

    Args:
        directory: the folder of a run.
        form: one of `FORMS`.
        into: the file of which a column is filled.
        column: the header of that column, or of the one that is made.
        scale: whether points are converted to the file's maximum.
        output: where to write; the kit chooses if None.
        force: whether `output` may be overwritten.
    """

    directory: Path
    form: str
    into: Path | None = None
    column: str | None = None
    scale: bool = False
    output: Path | None = None
    force: bool = False


@dataclass(frozen=True)
class Exported:
    """What was written, in a line, and a line for everything that a person must know."""

    summary: str
    notes: list[str] = field(default_factory=list)


def export(request: Request) -> Exported:
    """Write grades in another system's form.

    Raises:
        ExportError: when what is asked for makes no sense, or the file to fill is of another kind.
        RecordsError: when the results are missing or damaged, or the output cannot be written.
    """
    _check(request)
    records = _records(request.directory)
    if request.form in SYSTEMS:
        return _system(request, records)
    if request.form == "gradescope":
        return _gradescope(request, records)
    content, name = (
        (grades(records), GRADES) if request.form == "csv" else (junit(records), "junit.xml")
    )
    return _written(request, name, content, _number_of(records))


def _check(request: Request) -> None:
    if request.form not in FORMS:
        *most, last = FORMS
        raise ExportError(f"--to {request.form}: choose {', '.join(most)} or {last}")
    if request.form not in SYSTEMS and (request.into or request.column or request.scale):
        raise ExportError("--into, --column and --scale go with --to canvas and --to moodle")
    if request.scale and not request.into:
        raise ExportError("--scale goes with --into, whose file says the maximum")


def _records(directory: Path) -> list[SubmissionRecord]:
    records = read_results(directory / RESULTS).records
    if not records:
        raise ExportError(f"{directory / RESULTS} holds no submission yet")
    return sorted(records.values(), key=lambda record: record.submission)


def _system(request: Request, records: list[SubmissionRecord]) -> Exported:
    name = f"{request.form}.csv"
    if request.into:
        filled = fill(
            records, request.into, request.form, column=request.column, scale=request.scale
        )
        return _written(request, name, filled.content, filled.summary, filled.notes)
    make, title = fresh.FILES[request.form]
    content = make(records, request.column or title)
    notes = [
        f"not graded: {shown([record.submission])}: {waiting}; no grade written"
        for record in records
        if (waiting := ungraded(record))
    ]
    return _written(request, name, content, _number_of(records), notes)


def _gradescope(request: Request, records: list[SubmissionRecord]) -> Exported:
    contents = {record.submission: gradescope.results(record) for record in records}
    if len(records) == 1:
        (content,) = contents.values()
        return _written(request, "gradescope/results.json", content, _number_of(records))
    folder = request.output or request.directory / "gradescope"
    names = file_names(contents)
    files = {folder / names[name] / "results.json": text for name, text in contents.items()}
    _write(files, request)
    return Exported(f"wrote {folder}/: {_number_of(records)}")


def _written(
    request: Request, name: str, content: bytes, summary: str, notes: Iterable[str] = ()
) -> Exported:
    path = request.output or request.directory / name
    _write({path: content}, request)
    return Exported(f"wrote {path}: {summary}", list(notes))


def _write(files: Mapping[Path, bytes], request: Request) -> None:
    for path in files:
        _may_write(path, request)
    for path, content in files.items():
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise RecordsError(f"{path.parent} cannot be written: {error.strerror}") from error
        write_whole(path, content)


def _may_write(path: Path, request: Request) -> None:
    if request.into and path.exists() and os.path.samefile(path, request.into):
        raise ExportError(f"{path} is the file to fill, which stays as it is: choose another -o")
    results = request.directory / RESULTS
    if path.is_dir() or (path.exists() and os.path.samefile(path, results)):
        raise ExportError(f"{path} cannot be replaced by an export: choose another -o")
    if request.output and path.exists() and not request.force:
        raise ExportError(f"{path} exists: add --force to replace it, or choose another -o")


def _number_of(records: list[SubmissionRecord]) -> str:
    return "1 submission" if len(records) == 1 else f"{len(records)} submissions"
