"""Models and the training step

A model is a class that inherits from ``nn.Module``. It owns its parameters, it
finds those of the models inside it, and ``model.to(device)`` moves them all at
once. What it computes stands in ``forward``, yet nobody calls ``forward`` by
name: you call the model itself, ``model(x)``, and PyTorch does the rest.

After this page you can write a model in three ways (with parameters of your
own, with a layer inside, as a sequence of layers), count what there is to
train, and pack one update into a function that knows nothing about lines.

Models are float32, and may be moved to any device before they are used; x and
y live on the model's device. Random numbers come from torch's global
generator, which you never seed. Change only what a docstring tells you to, and
leave grad mode, default dtype and default device as you found them. The page
stands alone: torch and the standard library are all it needs.

Check yourself: ``pytest grader -k ex09`` (or ``gradkit check ex09``).
Stuck: ``gradkit hint ex09_model.FUNCTION``.
"""

from collections.abc import Callable

import torch
from torch import nn


class ManualLinearRegression(nn.Module):
    """A line with two parameters of its own.

    Its parameters are ``a`` and ``b``, and there are no others. Each is drawn
    as by ``torch.randn(1)``, a first.

    Example:
        >>> _ = torch.manual_seed(42)
        >>> model = ManualLinearRegression()
        >>> [(name, round(p.item(), 4)) for name, p in model.named_parameters()]
        [('a', 0.3367), ('b', 0.1288)]
        >>> model(torch.tensor([[0.0], [1.0]])).shape
        torch.Size([2, 1])
    """

    def __init__(self) -> None:
        """Draw a, then b."""
        raise NotImplementedError

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Predict a + b x: shape (n, 1) in, shape (n, 1) out."""
        raise NotImplementedError


# Assigning a module to an attribute of another one nests it. `parameters()` of
# the outer model then lists the inner one's too, to any depth, whether or not
# `forward` uses them.


class LayerLinearRegression(nn.Module):
    """A line made by a layer inside the model.

    The attribute ``linear`` is an nn.Linear with one input and one output. A
    prediction is what that layer returns.

    Example:
        >>> model = LayerLinearRegression()
        >>> [name for name, _ in model.named_parameters()]
        ['linear.weight', 'linear.bias']
        >>> x = torch.tensor([[0.0], [1.0]])
        >>> torch.equal(model(x), model.linear(x))
        True
    """

    def __init__(self) -> None:
        """Make the layer."""
        raise NotImplementedError

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Predict with the layer: shape (n, 1) in, shape (n, 1) out."""
        raise NotImplementedError


def make_sequential(device: torch.device | str) -> nn.Sequential:
    """Make the line without a class of your own.

    The nn.Sequential holds one layer, an nn.Linear with one input and one
    output. The layer may have any name.

    Args:
        device: where all parameters live; any device that PyTorch knows, so
            pass it on without asking which one it is.

    Example:
        >>> make_sequential("cpu")
        Sequential(
          (0): Linear(in_features=1, out_features=1, bias=True)
        )
    """
    raise NotImplementedError


def count_params(model: nn.Module) -> int:
    """Count the numbers that training can change.

    A matrix of 3 by 2 counts as six numbers. The parameters of nested models
    count, those that require no grad do not, and a tensor that is used in two
    places counts once. The model stays as it was.

    Example:
        >>> model = nn.Sequential(nn.Linear(3, 2), nn.Linear(2, 1))
        >>> count_params(model)
        11
        >>> _ = model[0].requires_grad_(False)
        >>> count_params(model)
        3
    """
    raise NotImplementedError


# Look at any of your training loops: its body needs a model, a loss function,
# an optimizer and some data, and only the data changes from call to call. So
# bind the first three once, and get back a function of the data alone.
#
# `model.train()` belongs to that body. In spite of its name it trains nothing:
# it switches the model, and all models inside it, to training mode. Layers
# such as dropout act in one way there and in another in evaluation mode.


def make_train_step(
    model: nn.Module,
    loss_fn: Callable[..., torch.Tensor],
    optimizer: torch.optim.Optimizer,
) -> Callable[[torch.Tensor, torch.Tensor], float]:
    """Make a function that performs one training step.

    Making it changes nothing. Each call ``train_step(x, y)`` puts the model in
    training mode before it predicts, makes one update, and leaves no gradient
    over on the parameters: each ``.grad`` is None or zeros afterwards.

    Args:
        model: any model, in either mode, without gradients yet.
        loss_fn: any callable that takes labels and predictions, in either
            order, and gives a scalar tensor.
        optimizer: any optimizer over the model's parameters that steps
            without a closure.

    Returns:
        train_step, which returns the loss before the update as a Python float.

    Example:
        >>> model = nn.Linear(1, 1, bias=False)
        >>> _ = nn.init.constant_(model.weight, 2.0)
        >>> sgd = torch.optim.SGD(model.parameters(), lr=0.1)
        >>> train_step = make_train_step(model, nn.MSELoss(), sgd)
        >>> x, y = torch.tensor([[1.0]]), torch.tensor([[0.0]])
        >>> round(train_step(x, y), 4), round(train_step(x, y), 4)
        (4.0, 2.56)
    """
    raise NotImplementedError


def train(
    model: nn.Module,
    loss_fn: Callable[..., torch.Tensor],
    optimizer: torch.optim.Optimizer,
    x: torch.Tensor,
    y: torch.Tensor,
    n_epochs: int,
) -> list[float]:
    """Train a model, whatever it is, on all the data in each epoch.

    An epoch is one training step as ``make_train_step`` describes it, on all
    of x and y. The model is trained in place.

    Args:
        model, loss_fn, optimizer: as for make_train_step.
        x: features, one row a point.
        y: labels, likewise.
        n_epochs: how many updates to make.

    Returns:
        n_epochs plain numbers that carry no graph: the loss of each epoch
        before its update.

    Example:
        >>> model = nn.Linear(1, 1, bias=False)
        >>> _ = nn.init.constant_(model.weight, 2.0)
        >>> sgd = torch.optim.SGD(model.parameters(), lr=0.1)
        >>> x, y = torch.tensor([[1.0]]), torch.tensor([[0.0]])
        >>> losses = train(model, nn.MSELoss(), sgd, x, y, 3)
        >>> [round(loss, 4) for loss in losses]
        [4.0, 2.56, 1.6384]
    """
    raise NotImplementedError
