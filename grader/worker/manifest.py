"""What the public names of widely used modules stood for before a student's code ran, and which do no longer."""

from __future__ import annotations

import sys
from types import FunctionType, ModuleType
from typing import Any, TypeAlias

Manifest: TypeAlias = dict[str, tuple[Any, dict[str, Any]]]
"""By owner's name: the owner, and what its names stand for."""

_PACKAGES = ("torch", "numpy")
_OURS = ("observe", "tensors", "scenario", "slate", "watch", "worker.program", "worker.apart")
"""Modules of ours that make facts of what a student's code did, and answers of facts."""


def manifest(checks: str) -> Manifest:
    """Take note of what the most used names of torch, numpy and Python stand for, and of what judges rely on in this process.

    Args:
        checks: package of the check modules.
    """
    import builtins
    import json
    import math
    import os
    import random
    import time

    import numpy
    import torch

    owners: tuple[ModuleType | type, ...] = (
        *(torch, torch.Tensor, torch.nn, torch.nn.Module, torch.nn.Linear, torch.nn.functional),
        *(torch.nn.Parameter, torch.optim, torch.optim.Optimizer, torch.optim.SGD, torch.autograd),
        *(numpy, builtins, json, math, os, random, time),
    )
    package = __name__.partition(".")[0]
    own_names = {f"{package}.{name}" for name in _OURS}
    ours = [m for n, m in sys.modules.items() if n in own_names or n.startswith(f"{checks}.")]
    # Ours first: only so many are told, and nobody shall hide behind others.
    return {_name(owner): (owner, _names(owner)) for owner in (*ours, *owners)}


def replaced(before: Manifest) -> list[str]:
    """The names that stand for something else by now, such as "torch.allclose", up to twenty.

    What torch itself replaces, when its compiler is first used, is not told.
    """
    found = []
    for owner_name, (owner, names) in before.items():
        now = _names(owner)
        for name, value in names.items():
            if now.get(name) is not value and not _theirs(now.get(name)):
                found.append(f"{owner_name.removeprefix('builtins.')}.{name}")
    return found[:20]


def _names(owner: ModuleType | type) -> dict[str, Any]:
    """What can be reached by the owner's names: the public ones, inherited ones too; all that we wrote ourselves."""
    if isinstance(owner, type):
        found = {n: v for base in reversed(owner.__mro__) for n, v in vars(base).items()}
    else:
        found = dict(vars(owner))
    if not _is_ours(owner):
        return {name: value for name, value in found.items() if not name.startswith("_")}
    return found | _within(found)


def _within(names: dict[str, Any]) -> dict[str, Any]:
    """The code of functions, and of the methods of our own classes, which can be exchanged while the names stay."""
    found = {}
    for name, value in names.items():
        if isinstance(value, FunctionType):
            found[f"{name}.__code__"] = value.__code__
        elif isinstance(value, type) and _is_ours(value):
            found |= {f"{name}.{method}": code for method, code in vars(value).items()}
    return found


def _is_ours(owner: ModuleType | type) -> bool:
    module = owner.__module__ if isinstance(owner, type) else owner.__name__
    return module.partition(".")[0] == __name__.partition(".")[0]


def _name(owner: ModuleType | type) -> str:
    return f"{owner.__module__}.{owner.__name__}" if isinstance(owner, type) else owner.__name__


def _theirs(value: Any) -> bool:
    module = getattr(value, "__module__", None)
    return isinstance(module, str) and module.partition(".")[0] in _PACKAGES
