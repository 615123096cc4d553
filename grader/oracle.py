"""What is expected: the reference's observations, and those of the known mistakes, for one seed.

Two oracles answer alike. `Live` runs solutions and mistakes in this process, which therefore must never run a student's code.
`Recorded` reads a file that `Live` once wrote, and needs neither torch nor any answer: so a student's copy of the kit
gives the same verdicts.
"""

from __future__ import annotations

import importlib
import importlib.util
import sys
import threading
import warnings
from functools import cached_property
from pathlib import Path
from types import ModuleType
from typing import Protocol

import msgspec

from .bank import Mistake, MistakeInfo, mistakes_of, with_replaced
from .check import Check, CheckInfo, checks_of
from .facts import Facts, Observed, Outcome

ROOT = Path(__file__).resolve().parent.parent

_ONE_AT_A_TIME = threading.Lock()
"""Scenarios seed and watch the process's global generators, and what is imported meanwhile may draw from them."""


class Suspect(msgspec.Struct, frozen=True):
    """A known mistake, and what it shows in each check of its function, by check id."""

    info: MistakeInfo
    outcomes: dict[str, Outcome]


class Picture(msgspec.Struct, frozen=True):
    """What there is to draw of an exercise.

    Args:
        info: of the scenario that sees it.
        facts: what it saw of the reference.
    """

    info: CheckInfo
    facts: Facts


class Oracle(Protocol):
    """Answers for one exercise and one seed."""

    checks: tuple[CheckInfo, ...]

    def expected(self, check: str) -> Facts:
        """The reference's facts in the check of that id."""

    def suspects(self, function: str) -> tuple[Suspect, ...]:
        """The known mistakes of a function with what they show."""

    def picture(self) -> Picture | None:
        """What there is to draw of the reference, if anything."""


class Recording(msgspec.Struct, frozen=True):
    """Everything one exercise's oracle can say, as it stands in a file, and what a copy without pages lacks.

    Args:
        digest: of the public sources that it was made from.
        answers: of the page and the mistakes that it was made from.
        seed: decided the random inputs.
        checks: those of the exercise.
        expected: the reference's facts, by check id.
        suspects: what the known mistakes show, by function.
        hints: by function.
        stub: the exercise's file as a student gets it.
        picture: what there is to draw of the reference.
    """

    digest: str
    answers: str
    seed: int
    checks: tuple[CheckInfo, ...]
    expected: dict[str, Facts]
    suspects: dict[str, tuple[Suspect, ...]]
    hints: dict[str, tuple[str, ...]]
    stub: str
    picture: Picture | None


class Recorded:
    """An oracle that reads a recording."""

    def __init__(self, recording: Recording) -> None:
        self.checks = recording.checks
        self._recording = recording

    def expected(self, check: str) -> Facts:
        """The reference's facts in the check of that id."""
        return self._recording.expected[check]

    def suspects(self, function: str) -> tuple[Suspect, ...]:
        """The known mistakes of a function with what they show."""
        return self._recording.suspects.get(function, ())

    def picture(self) -> Picture | None:
        """What there is to draw of the reference, if anything."""
        return self._recording.picture


class Live:
    """An oracle that runs the reference and the mistakes, each once.

    Args:
        exercise: such as "ex05_autograd".
        seed: the run's seed.
        accelerator: the device of the device checks.
        root: the kit's folder, which holds `solutions`.
    """

    def __init__(
        self, exercise: str, seed: int, accelerator: str = "sim", root: Path = ROOT
    ) -> None:
        with _ONE_AT_A_TIME:
            self._scenarios = {c.info.id: c for c in checks_of(load_checks(exercise))}
        self.checks = tuple(c.info for c in self._scenarios.values())
        self._exercise, self._seed, self._accelerator = exercise, seed, accelerator
        self._root = root
        self._expected: dict[str, Facts] = {}
        self._suspects: dict[str, tuple[Suspect, ...]] = {}

    @cached_property
    def reference(self) -> ModuleType:
        """The solution's module."""
        with _ONE_AT_A_TIME:
            return load_solution(self._exercise, self._root)

    def expected(self, check: str) -> Facts:
        """The reference's facts in the check of that id.

        Raises:
            RuntimeError: when the reference itself does not come through; a fault of the kit.
        """
        if check not in self._expected:
            self._expected[check] = self._facts(self._scenarios[check])
        return self._expected[check]

    def suspects(self, function: str) -> tuple[Suspect, ...]:
        """The known mistakes of a function with what they show."""
        if function not in self._suspects:
            with _ONE_AT_A_TIME:
                bank = mistakes_of(importlib.import_module(f"grader.mistakes.{self._exercise}"))
            self._suspects[function] = tuple(
                self._observe(m) for m in bank if m.info.function == function
            )
        return self._suspects[function]

    def picture(self) -> Picture | None:
        """What there is to draw of the reference, if anything."""
        name = f"grader.pictures.{self._exercise}"
        if importlib.util.find_spec(name) is None:
            return None
        (drawn,) = checks_of(importlib.import_module(name))
        return Picture(drawn.info, self._facts(drawn))

    def _facts(self, check: Check) -> Facts:
        outcome = self._run(check, self.reference)
        if not isinstance(outcome, Observed):
            raise RuntimeError(f"the reference fails {self._exercise}.{check.info.id}: {outcome}")
        return outcome.facts

    def _observe(self, known: Mistake) -> Suspect:
        module = with_replaced(self.reference, **{known.info.function: known.implementation})
        module.__file__ = sys.modules[f"grader.mistakes.{self._exercise}"].__file__
        own = (c for c in self._scenarios.values() if c.info.function == known.info.function)
        return Suspect(known.info, {c.info.id: self._run(c, module) for c in own})

    def _run(self, check: Check, module: object) -> Outcome:
        from . import accelerator, scenario  # torch: only a live oracle needs it
        from .worker import dynamo

        with _ONE_AT_A_TIME, warnings.catch_warnings():
            # A student should read of their own code's warnings alone.
            warnings.simplefilter("ignore")
            dynamo.defer()
            accelerator.install()
            return scenario.run(check, module, self._seed, self._accelerator)


def load_checks(exercise: str) -> ModuleType:
    """Import an exercise's checks; needs torch."""
    return importlib.import_module(f"grader.checks.{exercise}")


def load_solution(exercise: str, root: Path = ROOT) -> ModuleType:
    """Import a solution by its path, under a name of its own, so that nobody meets it by chance.

    Raises:
        FileNotFoundError: in a copy of the kit that has no solutions.
    """
    path = root / "solutions" / f"{exercise}.py"
    spec = importlib.util.spec_from_file_location(f"gradkit_reference_{exercise}", path)
    if spec is None or spec.loader is None or not path.is_file():
        raise FileNotFoundError(f"{path}: no such solution")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def exercises(root: Path = ROOT) -> tuple[str, ...]:
    """The names of the kit's exercises, in order: those that have checks."""
    return tuple(sorted(path.stem for path in (root / "grader" / "checks").glob("ex*.py")))
