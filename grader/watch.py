"""What scenarios hand in to be watched, and small comparisons that several of them share."""

from __future__ import annotations

from typing import Any

import torch
from torch import nn

from .facts import Fact, Facts


def same(one: Any, other: Any) -> bool:
    """Whether two names stand for the very same object."""
    return one is other


def named(prefix: str, facts: Facts) -> Facts:
    """The same facts, each under "prefix name"."""
    return {f"{prefix} {name}": fact for name, fact in facts.items()}


def moved(parameter: torch.Tensor, before: torch.Tensor) -> Facts:
    """Whether a parameter's numbers have changed: a claim about what stays needs one about what does not."""
    changed: Fact = not torch.equal(parameter.detach().cpu(), before.detach().cpu())
    return {"the parameter has moved": changed}


def frozen(model: nn.Module) -> bool:
    """Whether a model has parameters, none of which requires grad."""
    flags = [p.requires_grad for p in model.parameters()]
    return bool(flags) and not any(flags)
