"""The bank of known mistakes: wrong implementations, each with its name, the rule it breaks, and what to look at.

A mistake's module is `grader/mistakes/exNN_topic.py`; a mistake is a function or class there, decorated with `@mistake`. Its
docstring is the rule (the "Why" that a student reads); its body is the wrong implementation. Only the judging side ever
imports these modules.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from types import ModuleType, SimpleNamespace
from typing import Any

import msgspec


class MistakeInfo(msgspec.Struct, frozen=True):
    """All that can be said of a mistake without running it.

    Args:
        function: the function or class that it gets wrong.
        name: short, in kebab or plain words, such as "rebinds".
        why: the rule of PyTorch or numpy that it breaks.
        look: what to look up.
        same_as: names of mistakes of this function that no scenario could tell from it.
    """

    function: str
    name: str
    why: str
    look: str
    same_as: tuple[str, ...] = ()


@dataclass(frozen=True)
class Mistake:
    """A wrong implementation, and what is said of it."""

    info: MistakeInfo
    implementation: Any


def mistake(
    function: str, *, look: str, name: str | None = None, same_as: tuple[str, ...] = ()
) -> Callable[[Any], Mistake]:
    """Enter the function or class below into the bank.

    Args:
        function: what it gets wrong.
        look: what to look up.
        name: the mistake's name; the function's own name with dashes unless given.
        same_as: names of equivalent mistakes of the same function.
    """

    def decorate(implementation: Any) -> Mistake:
        why = " ".join(inspect.cleandoc(implementation.__doc__ or "").split())
        called = name or implementation.__name__.strip("_").replace("_", "-")
        info = MistakeInfo(function, called, why.removesuffix("."), look, same_as)
        return Mistake(info, implementation)

    return decorate


def mistakes_of(module: ModuleType) -> tuple[Mistake, ...]:
    """The mistakes that a module enters, in the order of its lines."""
    return tuple(value for value in vars(module).values() if isinstance(value, Mistake))


def with_replaced(module: Any, **replacements: Any) -> SimpleNamespace:
    """A copy of an exercise's module in which some functions are replaced."""
    return SimpleNamespace(**{**vars(module), **replacements})
