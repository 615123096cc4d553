"""The program in the Gradescope autograder: grades the submission in front of it, and writes results.json whatever happens.

python -m grader.export.autograde /autograder
"""

from __future__ import annotations

import sys
import traceback
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from ..recording import write_whole
from ..worker.protocol import Isolation, IsolationUnavailable
from .gradescope import failure, results

if TYPE_CHECKING:
    from ..grading import Grader

OPTIONS = "autograder.json"
"""Beside the kit in the archive: the `Options`."""

_SECRECY = "no reading of other files"


class Options(msgspec.Struct, frozen=True):
    """What was decided when the archive was built.

    Args:
        exercises: the names of those to grade.
        seed: decides the random inputs; drawn for each submission if None.
        timeout: wall seconds for an exercise.
        memory_mb: for an exercise.
        isolation: "auto", "strict" or "none".
    """

    exercises: tuple[str, ...]
    seed: int | None
    timeout: float
    memory_mb: int
    isolation: Isolation


class CannotGrade(Exception):
    """The grader must not go on; the text is for a student to pass on."""


def main(root: Path) -> None:
    """Grade root/submission and write root/results/results.json."""
    try:
        content = _graded(root)
    except Exception as error:  # whatever it is, it must not end in points, nor in silence
        traceback.print_exc()
        known = isinstance(error, CannotGrade | IsolationUnavailable)
        content = failure(str(error) if known else f"it met an unexpected {type(error).__name__}")
    write_whole(root / "results" / "results.json", content)


def _graded(root: Path) -> bytes:
    # Imported here, so that a kit which was not installed rightly is told as any other failure.
    from ..grading import Grader, Settings
    from ..grading.settings import draw_seed
    from ..submissions import Submission, read

    options = msgspec.json.decode((root / "source" / OPTIONS).read_bytes(), type=Options)
    handed_in = root / "submission"
    if not handed_in.is_dir():
        raise CannotGrade("there is no submission where Gradescope puts it")
    settings = Settings(
        seed=draw_seed() if options.seed is None else options.seed,
        exercises=options.exercises,
        timeout=options.timeout,
        memory_mb=options.memory_mb,
        isolation=options.isolation,
        hidden=(str(handed_in), str(root / "results")),
    )
    with Grader(settings) as grader:
        _insist_on_secrecy(grader, options.isolation)
        entry = Submission("submission", str(root), "submission")
        record = grader.submission(read(entry, options.exercises))
    for flag in record.flags:
        print(f"look at: {flag}")
    return results(record)


def _insist_on_secrecy(grader: Grader, isolation: Isolation) -> None:
    """No grades where a student's code could read the solutions, unless the instructor has said so."""
    hidden = any(layer.name == _SECRECY and layer.in_force for layer in grader.layers)
    if isolation != "none" and not hidden:
        raise CannotGrade("this machine cannot hide the solutions from the code that it grades")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
