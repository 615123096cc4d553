"""What scenarios hand in to be watched, and small comparisons that several of them share."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from typing import Any

import torch
from torch import nn

from .facts import Fact, Facts, Many
from .observe import place, tensor
from .tensors import requires_grad, same


def named(prefix: str, facts: Facts) -> Facts:
    """The same facts, each under "prefix name"."""
    return {f"{prefix} {name}": fact for name, fact in facts.items()}


def moved(parameter: torch.Tensor, before: torch.Tensor) -> Facts:
    """Whether a parameter's numbers have changed: a claim about what stays needs one about what does not."""
    changed: Fact = not same(parameter, before)
    return {"the parameter has moved": changed}


def trainable(model: nn.Module) -> str:
    """The names of a model's parameters that require grad, or "none"."""
    names = (name for name, p in model.named_parameters() if requires_grad(p))
    return ", ".join(sorted(names)) or "none"


def steps_of(optimizer: torch.optim.Optimizer) -> list[str]:
    """A list that will hold a "step" for each step that the optimizer makes, with a closure or without."""
    steps: list[str] = []
    optimizer.register_step_post_hook(lambda *_: steps.append("step"))
    return steps


def turns(items: Iterable[Fact]) -> Many:
    """The items in order, repeats told once: what ran, in which turns, but not how often."""
    return Many(tuple(item for item, _ in groupby(items)))


class StepWatch:
    """A `train_step(x, y)` that learns nothing: it notes what it is given, and answers with losses of its own making.

    Args:
        device: where it wants its batches.
    """

    def __init__(self, device: str | torch.device = "cpu") -> None:
        self.device = device
        self.batches: list[tuple[Fact, Fact]] = []
        self.x_places: list[Fact] = []
        self.y_places: list[Fact] = []
        self.grad_modes: set[bool] = set()

    def __call__(self, x: torch.Tensor, y: torch.Tensor) -> float:
        """Note the batch; another loss for each, which its numbers decide."""
        self.batches.append((tensor(x), tensor(y)))
        self.x_places.append(place(x, self.device))
        self.y_places.append(place(y, self.device))
        self.grad_modes.add(torch.is_grad_enabled())
        return len(self.batches) + (x.sum() - 2 * y.sum()).item() / 10


class WatchedModel(nn.Module):
    """A linear model whose output depends on its mode, and which notes how each forward ran.

    In training mode the output is a + b x; in evaluation mode 1 is added.

    Args:
        layer: an nn.Linear(1, 1).

    Attributes:
        modes: for each forward, "train" or "eval".
        graphs: for each forward, whether grad mode was on.
    """

    def __init__(self, layer: nn.Linear) -> None:
        super().__init__()
        self.layer = layer
        self.modes: list[str] = []
        self.graphs: list[bool] = []

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Predict, and note mode and grad mode."""
        self.modes.append("train" if self.training else "eval")
        self.graphs.append(torch.is_grad_enabled())
        return self.layer(x) if self.training else self.layer(x) + 1


class WatchedLoss(nn.Module):
    """A symmetric loss that is no MSE, and notes how it was called: the mean of |y - yhat| ** power.

    Attributes:
        sizes: for each call, the number of points.
        graphs: for each call, whether grad mode was on.
    """

    def __init__(self, power: float = 1.5) -> None:
        super().__init__()
        self.power = power
        self.sizes: list[int] = []
        self.graphs: list[bool] = []

    def forward(self, y: torch.Tensor, yhat: torch.Tensor) -> torch.Tensor:
        """The loss, symmetric in its arguments."""
        self.sizes.append(len(y))
        self.graphs.append(torch.is_grad_enabled())
        return ((y - yhat).abs() + 0.1).pow(self.power).mean()


class WatchedSGD(torch.optim.SGD):
    """Plain SGD that notes the gradients which each of its steps uses.

    Attributes:
        gradients: for each step, the gradients of all parameters in a row, zeros where there is none.
    """

    def __init__(self, params: Iterable[torch.Tensor], lr: float) -> None:
        super().__init__(params, lr=lr)
        self.gradients: list[torch.Tensor] = []

    def step(self, closure: Any = None) -> Any:
        """One step, after `closure` if there is one."""
        loss = None
        if closure is not None:
            with torch.enable_grad():
                loss = closure()
        params = [p for group in self.param_groups for p in group["params"]]
        grads = [torch.zeros_like(p) if p.grad is None else p.grad for p in params]
        self.gradients.append(torch.cat([grad.detach().flatten() for grad in grads]))
        super().step()
        return loss
