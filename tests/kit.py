"""What several test modules need: exercises run in this process, wrong and right answers, points."""

from __future__ import annotations

import ast
import importlib
from functools import cache
from typing import Any

from grader import accelerator, scenario
from grader.bank import Mistake, mistakes_of, with_replaced
from grader.check import Check, checks_of
from grader.facts import Outcome
from grader.judge import Verdict, judge
from grader.oracle import ROOT, Live, exercises, load_checks, load_solution

from .alternatives import Alternative, alternatives_of

SEEDS = (11, 12, 13)
EXERCISES = exercises()


@cache
def oracle(exercise: str, seed: int = SEEDS[0]) -> Live:
    """The live oracle of an exercise, made once a seed."""
    return Live(exercise, seed)


@cache
def checks(exercise: str) -> tuple[Check, ...]:
    """An exercise's checks, with their scenarios."""
    return checks_of(load_checks(exercise))


def worth(*exercises: str) -> float:
    """The points of exercises."""
    return sum(check.info.points for exercise in exercises for check in checks(exercise))


@cache
def reference(exercise: str) -> Any:
    """The solution's module."""
    return load_solution(exercise)


@cache
def mistakes(exercise: str) -> tuple[Mistake, ...]:
    """The known mistakes of an exercise."""
    return mistakes_of(importlib.import_module(f"grader.mistakes.{exercise}"))


@cache
def alternatives(exercise: str) -> tuple[Alternative, ...]:
    """The right answers in other styles."""
    return alternatives_of(importlib.import_module(f"tests.alternatives.{exercise}"))


@cache
def functions(exercise: str) -> tuple[str, ...]:
    """The functions and classes of an exercise that a student writes, in the page's order."""
    page = ast.parse((ROOT / "solutions" / f"{exercise}.py").read_text(encoding="utf-8"))
    written = [n for n in page.body if isinstance(n, ast.FunctionDef | ast.ClassDef)]
    return tuple(node.name for node in written if not node.name.startswith("_"))


def outcomes(
    exercise: str, module: Any, seed: int = SEEDS[0], only: str | None = None
) -> dict[str, Outcome]:
    """Run all checks (or those of one function) on a module, in this process."""
    accelerator.install()
    return {
        c.info.id: scenario.run(c, module, seed)
        for c in checks(exercise)
        if only in (None, c.info.function)
    }


def verdicts(
    exercise: str, module: Any, seed: int = SEEDS[0], only: str | None = None
) -> tuple[Verdict, ...]:
    """The verdicts on a module, judged by the live oracle."""
    return judge(oracle(exercise, seed), outcomes(exercise, module, seed, only))


def replaced(exercise: str, function: str, implementation: Any) -> Any:
    """The reference with one function replaced."""
    module = with_replaced(reference(exercise), **{function: implementation})
    code = getattr(implementation, "__code__", None)
    module.__file__ = (
        code.co_filename if code else importlib.import_module(implementation.__module__).__file__
    )
    return module


def unearned(found: tuple[Verdict, ...]) -> str:
    """The verdicts that are not passes, for an assertion's message."""
    return "\n".join(
        f"{v.check.exercise}.{v.check.id} {v.status} [{v.mistake}]\n{v.message}"
        for v in found
        if v.status != "passed"
    )
