"""The folder that results go to: apart from what was handed in, and of one kind from its first run to its last."""

from __future__ import annotations

from pathlib import Path

from ..recording import GRADES, LOCK, RESULTS, RUN
from ..records import RecordsError, read_run
from ..report.writing import FEEDBACK, INDEX
from ..submissions import Found, SubmissionsError, shown


def without_results(found: Found, out: Path) -> Found:
    """Leave out the results' own folder where it lies among the submissions.

    Args:
        found: the submissions, one at least.
        out: where the results go.

    Raises:
        SubmissionsError: when results would be mixed with what was handed in, or nothing else is there.
    """
    # The way there is resolved, an entry is not: no student's link decides where results may go.
    out_, root = out.resolve(), Path(found.submissions[0].root).resolve()
    if out_ == root:
        raise SubmissionsError(f"--out {out} is the folder of submissions: choose another")
    own = [s for s in found.submissions if out_.is_relative_to(root / s.entry)]
    others = [s for s in found.submissions if s not in own]
    for submission in own:
        if out_ != root / submission.entry or not _only_results(out_):
            name = shown([submission.name])
            raise SubmissionsError(f"--out {out} lies in the submission {name}: choose another")
    if not others:
        raise SubmissionsError(f"{shown([str(root)])} holds no submission, only the results")
    notes = [f"{shown([s.name])} passed over: the results go there" for s in own]
    return Found(others, found.notes + notes)


def _only_results(out: Path) -> bool:
    """Whether a folder holds nothing that somebody handed in."""
    return out.is_dir() and (
        (out / RESULTS).exists() or {path.name for path in out.iterdir()} <= {RUN, LOCK}
    )


def keep_others_files(out: Path) -> None:
    """Refuse a folder in which files of other origin would be overwritten: a course of nbgrader's has a grades.csv too.

    Raises:
        RecordsError: names one of them.
    """
    if (out / RESULTS).exists() or (out / RUN).exists():
        return
    for name in (GRADES, INDEX, FEEDBACK):
        if (out / name).exists():
            raise RecordsError(f"{out / name} is there, and of no run: choose another folder")


def exercises_before(out: Path) -> tuple[str, ...] | None:
    """The exercises of the run whose results are in a folder, so that one that goes on keeps to them.

    Returns:
        Their names; None where no run is there, or it does not say.

    Raises:
        RecordsError: when run.json cannot be read.
    """
    if not (out / RUN).exists():
        return None
    names = read_run(out / RUN).options.get("exercises")
    return tuple(names) if isinstance(names, list) else None


def keep_exercises(out: Path, asked: tuple[str, ...]) -> None:
    """Refuse to go on with other exercises, which would replace every grade in the folder.

    Raises:
        RecordsError: when they are not those of the run that is there.
    """
    before = exercises_before(out)
    if before is not None and before != asked:
        raise RecordsError(
            f"{out} holds grades for {_listed(before)}: to go on, leave --exercises out; "
            "for others, choose another folder"
        )


def _listed(names: tuple[str, ...]) -> str:
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
