"""What the public names of widely used modules stood for before a student's code ran, and which do no longer."""

from __future__ import annotations

from types import ModuleType
from typing import Any, TypeAlias

Manifest: TypeAlias = dict[str, tuple[Any, dict[str, Any]]]
"""By owner's name: the owner, and its public attributes."""

_PACKAGES = ("torch", "numpy")


def manifest() -> Manifest:
    """Take note of what torch's, numpy's and Python's most used names stand for."""
    import builtins
    import json
    import os

    import numpy
    import torch

    owners: tuple[ModuleType | type, ...] = (
        *(torch, torch.Tensor, torch.nn, torch.nn.Module, torch.nn.functional, torch.optim),
        *(torch.autograd, numpy, builtins, json, os),
    )
    return {_name(owner): (owner, _public(owner)) for owner in owners}


def replaced(before: Manifest) -> list[str]:
    """The names that stand for something else by now, such as "torch.allclose", up to twenty.

    What torch itself replaces, when its compiler is first used, is not told.
    """
    found = []
    for name, (owner, attributes) in before.items():
        now = vars(owner)
        for attribute, value in attributes.items():
            if now.get(attribute) is not value and not _own(now.get(attribute)):
                found.append(f"{name.removeprefix('builtins.')}.{attribute}")
    return found[:20]


def _public(owner: ModuleType | type) -> dict[str, Any]:
    return {name: value for name, value in vars(owner).items() if not name.startswith("_")}


def _name(owner: ModuleType | type) -> str:
    return f"{owner.__module__}.{owner.__name__}" if isinstance(owner, type) else owner.__name__


def _own(value: Any) -> bool:
    module = getattr(value, "__module__", None)
    return isinstance(module, str) and module.partition(".")[0] in _PACKAGES
