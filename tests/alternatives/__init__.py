"""Right answers in other styles: all must earn full marks, alone and combined."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from types import ModuleType
from typing import Any


@dataclass(frozen=True)
class Alternative:
    """Another right implementation of one function or class."""

    function: str
    name: str
    implementation: Any


def alternative(function: str) -> Callable[[Any], Alternative]:
    """Enter the function or class below as a right answer for `function`; its name says the style."""

    def decorate(implementation: Any) -> Alternative:
        return Alternative(function, implementation.__name__, implementation)

    return decorate


def alternatives_of(module: ModuleType) -> tuple[Alternative, ...]:
    """The alternatives that a module enters, in the order of its lines."""
    return tuple(value for value in vars(module).values() if isinstance(value, Alternative))
