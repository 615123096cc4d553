"""Writing the page and the feedback files into a run's folder."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ..recording import RESULTS, RUN, write_whole
from ..records import RecordsError, SubmissionRecord, read_results, read_run
from ..submissions import file_names
from . import feedback, index
from .catalogue import Catalogue
from .markdown import as_markdown
from .words import FEEDBACK_MARK, in_order

INDEX, FEEDBACK = "index.html", "feedback"


@dataclass(frozen=True)
class Written:
    """What a report consists of.

    Args:
        page: the class's page.
        feedback: the feedback files, two for each submission.
        removed: feedback files of an earlier report whose submissions are no longer there.
    """

    page: Path
    feedback: list[Path]
    removed: list[Path]


def write(directory: Path) -> Written:
    """Write index.html and feedback/ from results.jsonl, over what was there; run.json tells how, where there is one.

    Args:
        directory: the run's folder.

    Raises:
        RecordsError: when one of the two is damaged, or the report cannot be written.
    """
    results = read_results(directory / RESULTS)
    run = read_run(directory / RUN) if (directory / RUN).exists() else None
    records = sorted(results.records.values(), key=lambda record: in_order(record.submission))
    files = file_names(record.submission for record in records)
    catalogue = Catalogue()
    folder, page = directory / FEEDBACK, directory / INDEX
    try:
        folder.mkdir(exist_ok=True)
        # Before the new ones are written: where case does not count, an old name may be a new one.
        removed = list(_remove_old(folder, set(files.values())))
        written = [
            path for r in records for path in _feedback(folder / files[r.submission], r, catalogue)
        ]
        name = directory.resolve().name
        _put(page, index.as_html(name, records, run, files, catalogue))
    except OSError as error:
        where = error.filename or directory
        raise RecordsError(f"{where} cannot be written: {error.strerror}") from error
    return Written(page, written, removed)


def _feedback(stem: Path, record: SubmissionRecord, catalogue: Catalogue) -> Iterator[Path]:
    exercises = feedback.feedback_of(record, catalogue)
    # A name may have dots of its own, so the ending is added and not replaced.
    yield _put(Path(f"{stem}.html"), feedback.as_html(record, exercises))
    yield _put(Path(f"{stem}.md"), as_markdown(record, exercises))


def _remove_old(folder: Path, current: set[str]) -> Iterator[Path]:
    """Remove what an earlier report wrote for submissions that are gone; files of other origin stay."""
    for path in sorted(folder.iterdir()):
        stem, _, ending = path.name.rpartition(".")
        if ending in ("html", "md") and stem not in current and _is_ours(path):
            path.unlink()
            yield path


def _is_ours(path: Path) -> bool:
    if not path.is_file() or path.is_symlink():
        return False
    with path.open("rb") as file:
        return FEEDBACK_MARK.encode() in file.read(200)


def _put(path: Path, text: str) -> Path:
    # What can be made again need not wait for the disk.
    write_whole(path, text.encode(), lasting=False)
    return path
