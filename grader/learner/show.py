"""`gradkit show`: what an exercise is about, drawn from the learner's code, which runs in a worker as for a check."""

from __future__ import annotations

from pathlib import Path

from .. import messages
from ..check import CheckInfo
from ..compare import Difference
from ..expectations import oracle_for
from ..facts import Absent, Facts, NotStarted, Observed, Outcome, Raised, Stopped, Unlike
from ..options import PUBLISHED_SEED
from ..oracle import ROOT, Picture
from ..recording import write_whole
from ..records import RecordsError
from ..selfcheck import PATIENCE, read_module
from ..worker import Limits, Source, open_server
from . import dotprogram, drawing

MARK = "drawn by gradkit show"
"""Stands in every file written here, which therefore may be written again."""

_LOOKED_AT = 4096


class NothingToShow(ValueError):
    """What is asked for cannot be drawn, or not be written there; the message says why."""


class NotShown(Exception):
    """The learner's code gave nothing to draw; the message is for the learner."""


def showable(root: Path = ROOT) -> tuple[str, ...]:
    """The exercises that have something to see."""
    return tuple(sorted(path.stem for path in (root / "grader" / "pictures").glob("ex*.py")))


def show(exercise: str, folder: Path, output: Path | None = None) -> tuple[Path, str]:
    """Draw an exercise into a file.

    Args:
        exercise: such as "ex06_graph".
        folder: where the learner's modules are.
        output: the file to write; one named after the exercise, in the folder where one works, unless told.

    Returns:
        The file that was written, and a remark, which may be empty.

    Raises:
        NothingToShow: when this cannot be drawn, or not be written there.
        NotShown: when the learner's code gave nothing to draw.
    """
    picture = oracle_for(exercise, PUBLISHED_SEED).picture()
    if picture is None:
        raise NothingToShow(f"{exercise} has no picture; these have: {', '.join(showable())}")
    path = output or Path(f"{exercise}.svg")
    if path.suffix != ".svg":
        raise NothingToShow(f"{path}: name a file that ends in .svg")
    _insist_on_own(path)
    facts = _facts(picture.info, folder)
    try:
        if picture.info.aspect == "graph":
            return _write_graph(drawing.graph(facts), path)
        text = _plot(picture, facts)
    except drawing.NotDrawable as error:
        found = [Difference(error.name, None, error.fact)]
        raise NotShown(messages.failed(picture.info, found, "", "")) from error
    return _write(text, path), ""


def _plot(picture: Picture, facts: Facts) -> str:
    if picture.info.aspect == "data":
        return drawing.points(picture.info.claim, facts)
    return drawing.curves(picture.info.claim, facts, picture.facts)


def _write_graph(text: str, path: Path) -> tuple[Path, str]:
    """The graph as a picture, or where the dot program cannot draw it as text."""
    program = dotprogram.find()
    problem = f"there is no dot program to draw it; to get it: {dotprogram.install()}"
    if program is not None:
        try:
            return _write(dotprogram.draw(program, text), path), ""
        except dotprogram.DotFailed as error:
            problem = str(error)
    path = path.with_suffix(".dot")
    _insist_on_own(path)
    return _write(f"// {MARK}\n{text}", path), f"This is the graph as text: {problem}"


def _write(text: str, path: Path) -> Path:
    marked = text.replace("<svg", f"<!-- {MARK} -->\n<svg", 1)
    try:
        write_whole(path, marked.encode())
    except RecordsError as error:
        raise NothingToShow(str(error)) from error
    return path


def _insist_on_own(path: Path) -> None:
    """Leave files alone that something else has written."""
    try:
        with path.open("rb") as file:
            own = MARK.encode() in file.read(_LOOKED_AT)
    except FileNotFoundError:
        return
    except OSError as error:
        raise NothingToShow(f"{path} cannot be written: {error.strerror}") from error
    if not own:
        raise NothingToShow(f"{path} is in the way; name another file with --output")


def _facts(info: CheckInfo, folder: Path) -> Facts:
    """What the scenario sees of the learner's code."""
    path = folder / f"{info.exercise}.py"
    try:
        source = Source(info.exercise, read_module(path), str(path))
    except OSError as error:
        raise NothingToShow(f"{path} cannot be read: {error.strerror}") from error
    with open_server(preload="lazy", checks="grader.pictures") as server:
        worker = server.start(source, Limits())
        try:
            failure = worker.imported(PATIENCE)
            if failure is not None:
                raise NotShown(_import_failed(info.exercise, failure))
            outcome = worker.run(info.id, PUBLISHED_SEED, PATIENCE)
        finally:
            worker.close()
    if isinstance(outcome, Observed) and not isinstance(outcome.facts.get("result"), Unlike):
        return outcome.facts
    raise NotShown(_told(info, outcome))


def _import_failed(exercise: str, failure: Raised | Stopped) -> str:
    if isinstance(failure, Raised):
        return messages.import_failed(f"{exercise}.py", failure)
    return f"While {exercise}.py was imported: {messages.stopped(failure)}"


def _told(info: CheckInfo, outcome: Outcome) -> str:
    """Why there is nothing to draw."""
    if isinstance(outcome, Raised):
        last = outcome.frames[-1] if outcome.frames else None
        if last and outcome.type == "NotImplementedError" and last.source.startswith("raise"):
            return f"Not started: {last.function}"
        return messages.raised(info, outcome, "", "")
    if isinstance(outcome, NotStarted):
        return f"Not started: {info.function}"
    if isinstance(outcome, Absent):
        return messages.absent(info, outcome)
    if isinstance(outcome, Stopped):
        return messages.stopped(outcome)
    return messages.failed(info, [Difference("", None, outcome.facts["result"])], "", "")
