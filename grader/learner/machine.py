"""What this machine offers, looked at piece by piece; nothing here raises over what it finds."""

from __future__ import annotations

import importlib.metadata
import platform
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import msgspec

from .. import answers
from ..expectations import stale
from ..oracle import ROOT, exercises
from ..worker import IsolationUnavailable, Layer, Limits, Server, Source, open_server
from . import dotprogram

if TYPE_CHECKING:
    from packaging.requirements import Requirement

State = Literal["ok", "lacking", "broken"]
"""Lacking is what one can do without."""

_SETUP = "pip install -c constraints.txt -e ."
_REPORT = "please report this, with all of these lines"
_ROOM_MB = 200
_MB = 2**20
_WAIT_SECONDS = 60.0

_LAYERS = {
    "namespaces": "allow user namespaces (sysctl kernel.apparmor_restrict_unprivileged_userns=0)",
    "Landlock": "a Linux kernel of 5.13 or later, with Landlock among its security modules",
}
_WALLS = "grade others' work on Linux, with what is lacking below; your own needs no walls"


class Found(msgspec.Struct, frozen=True):
    """One thing that was looked at.

    Args:
        name: what it is.
        state: how it is.
        saw: what there is, in a few words.
        advice: what to do about it, where something is lacking or broken.
    """

    name: str
    state: State
    saw: str
    advice: str = ""


def look(folder: Path) -> Iterator[Found]:
    """Look at everything, the quick things first.

    Args:
        folder: where the learner's modules are.
    """
    yield Found("Python", "ok", f"{platform.python_version()} on {platform.system()}")
    yield packages()
    yield from torch_and_devices()
    yield from isolation()
    yield dot_program()
    yield recordings()
    yield modules(folder)
    yield room()


def packages(distribution: str = "gradkit") -> Found:
    """The packages that the kit asks for, in the versions it asks for."""
    from packaging.requirements import Requirement

    try:
        asked = map(Requirement, importlib.metadata.requires(distribution) or ())
    except importlib.metadata.PackageNotFoundError:
        return Found("packages", "lacking", "gradkit itself is not installed", _SETUP)
    needed = [r for r in asked if r.marker is None or r.marker.evaluate({"extra": ""})]
    wrong = [problem for requirement in needed if (problem := _problem(requirement))]
    if wrong:
        return Found("packages", "broken", "; ".join(wrong), _SETUP)
    return Found("packages", "ok", f"{len(needed)} as asked for")


def _problem(requirement: Requirement) -> str:
    try:
        version = importlib.metadata.version(requirement.name)
    except importlib.metadata.PackageNotFoundError:
        return f"no {requirement.name}"
    fits = requirement.specifier.contains(version, prereleases=True)
    return "" if fits else f"{requirement.name} {version} is not {requirement.specifier}"


def torch_and_devices() -> Iterator[Found]:
    """PyTorch, and where it can compute."""
    try:
        import torch
    except Exception as error:  # a half-installed torch can raise anything
        yield Found("torch", "broken", _first_line(error), _SETUP)
        return
    kind = torch.version.cuda or torch.version.hip
    build = f"built for {kind}" if kind else "CPU build"
    yield Found("torch", "ok", f"{torch.__version__}, {build}")
    yield _simulated()
    if torch.cuda.is_available():
        yield Found("device cuda", "ok", torch.cuda.get_device_name(0))
    else:
        yield Found("device cuda", "lacking", "none", "not needed: the simulated one serves")
    if torch.backends.mps.is_available():
        yield Found("device mps", "ok", "there")
    elif sys.platform == "darwin":
        yield Found("device mps", "lacking", "none", "not needed: the simulated one serves")


def _simulated() -> Found:
    name = "device sim"
    try:
        import torch

        from .. import accelerator

        accelerator.install()
        total = torch.ones(2, device="sim").sum().item()
    except Exception as error:  # whatever a version of torch makes of the simulation
        return Found(name, "broken", _first_line(error), _SETUP)
    return Found(name, "ok" if total == 2 else "broken", "the simulated accelerator")


def isolation() -> Iterator[Found]:
    """A worker of its own for student code, and the walls around it."""
    try:
        with open_server(isolation="auto", preload="lazy") as server:
            yield _worker(server)
            advice = "" if server.tier != "none" else _WALLS
            yield Found("isolation", "lacking" if advice else "ok", f"tier {server.tier}", advice)
            yield from map(_layer, server.layers)
    except (IsolationUnavailable, OSError) as error:
        yield Found("worker", "broken", _first_line(error), _REPORT)


def _worker(server: Server) -> Found:
    name = exercises()[0]
    worker = server.start(Source(name, b"", f"{name}.py"), Limits())
    try:
        failure = worker.imported(_WAIT_SECONDS)
    finally:
        worker.close()
    if failure is not None:
        return Found("worker", "broken", _first_line(failure), _REPORT)
    return Found("worker", "ok", "student code runs in a process of its own")


def _layer(layer: Layer) -> Found:
    state: State = "ok" if layer.in_force else "lacking"
    saw = "holds" if layer.in_force else "does not hold"
    if layer.remark:
        saw += f" ({layer.remark})"
    return Found(layer.name, state, saw, "" if layer.in_force else _LAYERS.get(layer.name, ""))


def dot_program() -> Found:
    """The program that draws graphs."""
    program = dotprogram.find()
    try:
        if program is not None:
            return Found("dot program", "ok", dotprogram.version(program))
    except dotprogram.DotFailed as error:
        return Found("dot program", "lacking", str(error), dotprogram.install())
    return Found("dot program", "lacking", "none, to draw graphs", dotprogram.install())


def recordings() -> Found:
    """Whether the recorded observations fit the files that they were made from."""
    old = [exercise for exercise in exercises() if stale(exercise)]
    if not old:
        return Found("recordings", "ok", f"current for {len(exercises())} exercises")
    saw = f"not current: {', '.join(old)}"
    if answers.are_here(ROOT):
        return Found("recordings", "lacking", saw, "gradkit build, or checks take longer")
    return Found("recordings", "broken", saw, "files in grader/ have changed: get a fresh copy")


def modules(folder: Path) -> Found:
    """The learner's own files."""
    there = [exercise for exercise in exercises() if (folder / f"{exercise}.py").is_file()]
    saw = f"{len(there)} of {len(exercises())} in {folder}"
    if len(there) == len(exercises()):
        return Found("exercises", "ok", saw)
    advice = "run this in the kit's folder; gradkit reset EXERCISE brings one back"
    return Found("exercises", "lacking", saw, advice)


def room() -> Found:
    """Space for what workers write, and for results."""
    places = {str(Path.cwd()), tempfile.gettempdir()}
    free = min(shutil.disk_usage(place).free for place in places) // _MB
    saw = f"{free:,} MB free"
    if free < _ROOM_MB:
        return Found("disk", "broken", saw, f"make room in {' and '.join(sorted(places))}")
    return Found("disk", "ok", saw)


def _first_line(error: object) -> str:
    return re.split(r"[\r\n]", str(error) or type(error).__name__)[0][:200]
