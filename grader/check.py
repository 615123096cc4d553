"""What a check is: one claim about one function, worth points, and the scenario that observes it.

A check's module is `grader/checks/exNN_topic.py`; a check is a function there, decorated with `@check`. Its docstring's first
paragraph is the claim that a student reads; what follows is the rule of PyTorch or numpy behind it.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass, replace
from types import ModuleType
from typing import TYPE_CHECKING, Any, Literal, get_args

import msgspec

if TYPE_CHECKING:
    from .draw import Draw

Aspect = Literal["numbers", "device", "gradient", "mode", "graph", "data", "api"]
ASPECTS: tuple[str, ...] = get_args(Aspect)

Generator = Literal["untouched", "drawn", "seeded"]
"""How far a scenario's code may go with torch's global generator."""

Scenario = Callable[[Any, "Draw", str], "dict[str, Any]"]
"""`scenario(exercise, draw, device)`: uses the exercise's module, returns the facts it saw."""


class CheckInfo(msgspec.Struct, frozen=True):
    """All that can be said of a check without running it.

    Args:
        exercise: such as "ex05_autograd".
        function: the function or class of the exercise that is judged.
        name: the scenario's name, a sentence in snake case.
        aspect: what kind of claim it is.
        points: what it is worth.
        claim: what must hold, in a sentence without a full stop.
        why: the rule behind it, for a failure that no known mistake explains.
        look: what to look up.
        place: its position among the exercise's checks.
    """

    exercise: str
    function: str
    name: str
    aspect: Aspect
    points: float
    claim: str
    why: str
    look: str
    place: int = 0

    @property
    def id(self) -> str:
        """The name in records and node ids: `function.name`."""
        return f"{self.function}.{self.name}"


@dataclass(frozen=True)
class Check:
    """A claim together with the scenario that observes it.

    Args:
        info: everything that is said about it.
        scenario: `scenario(exercise, draw, device)` -> facts by name.
        tidy: whether what the code left behind (grad mode, defaults, generators) is part of the claim.
        generator: what the code may do with torch's global generator, where `tidy`.
    """

    info: CheckInfo
    scenario: Scenario
    tidy: bool
    generator: Generator


def check(
    function: str,
    *,
    aspect: Aspect,
    points: float = 1,
    look: str,
    tidy: bool = False,
    generator: Generator = "untouched",
) -> Callable[[Scenario], Check]:
    """Make a check of the scenario below it.

    Args:
        function: name of the function or class that is judged; gets the blame and the points.
        aspect: the kind of claim.
        points: what passing is worth.
        look: what a student should look up when it fails, such as "torch.no_grad".
        tidy: also claim that grad mode, default dtype and device, and generators are left as found.
        generator: with `tidy`, whether torch's global generator may be drawn from or seeded.
    """

    def decorate(scenario: Scenario) -> Check:
        claim, _, why = inspect.cleandoc(scenario.__doc__ or "").partition("\n\n")
        name, exercise = scenario.__name__, scenario.__module__.rpartition(".")[2]
        info = CheckInfo(
            exercise,
            function,
            name,
            aspect,
            float(points),
            claim=" ".join(claim.split()).removesuffix("."),
            why=" ".join(why.split()),
            look=look,
        )
        return Check(info, scenario, tidy, generator)

    return decorate


def checks_of(module: ModuleType) -> tuple[Check, ...]:
    """The checks that a module defines, in the order of its lines."""
    found = [value for value in vars(module).values() if isinstance(value, Check)]
    return tuple(
        replace(check, info=msgspec.structs.replace(check.info, place=place))
        for place, check in enumerate(found)
    )
