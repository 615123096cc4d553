"""Optimizers

Until now each parameter was moved by hand and each gradient wiped by hand. An
optimizer is told once which tensors it looks after. From then on ``step()``
moves all of them and ``zero_grad()`` clears all their gradients. The recipe
for the move is the optimizer's own business, so the same loop trains with
plain gradient descent, with momentum or with Adam.

After this page you can build an optimizer, make one update in the right
order, and write a training loop that any optimizer can drive.

Data and parameters are float32 and share one device, whichever it is. Change
only what a docstring tells you to, and leave PyTorch's settings (grad mode,
default dtype and device, random generators) as you found them. The page stands
alone: torch and the standard library are all it needs.

Check yourself: ``pytest grader -k ex07`` (or ``gradkit check ex07``).
Stuck: ``gradkit hint ex07_optimizer.FUNCTION``.
"""

from collections.abc import Iterable

import torch


def make_sgd(params: Iterable[torch.Tensor], lr: float) -> torch.optim.SGD:
    """Build a plain stochastic gradient descent optimizer.

    It looks after exactly these tensors and no others. Apart from the
    learning rate, all settings stay at SGD's defaults: no momentum, no decay.

    Args:
        params: any iterable of trainable leaves, of any shapes: a list, or
            the generator that ``model.parameters()`` gives.
        lr: the learning rate.

    Example:
        >>> w = torch.tensor([1.0, 2.0], requires_grad=True)
        >>> optimizer = make_sgd([w], 0.5)
        >>> w.sum().backward()
        >>> optimizer.step()
        >>> w
        tensor([0.5000, 1.5000], requires_grad=True)
    """
    raise NotImplementedError


# An optimizer never sees the loss. The only thing that passes from one to the
# other is `.grad`: the backward pass writes it, the step reads it. So the
# order of the calls matters, and PyTorch does not complain about a wrong one.


def optimizer_step(loss: torch.Tensor, optimizer: torch.optim.Optimizer) -> None:
    """Make one update from a loss that is computed already.

    The gradients come from this loss and the optimizer makes one step with
    them. Afterwards no gradient is left over on its parameters: each ``.grad``
    is None or zeros. Each parameter stays the same tensor, with new values.

    Args:
        loss: a scalar tensor with its graph.
        optimizer: any optimizer from torch.optim that steps without being
            given a closure; its parameters have no gradient yet.

    Example:
        >>> w = torch.tensor([1.0], requires_grad=True)
        >>> optimizer = make_sgd([w], 0.1)
        >>> optimizer_step((3 * w).sum(), optimizer)
        >>> w
        tensor([0.7000], requires_grad=True)
        >>> optimizer_step((3 * w).sum(), optimizer)
        >>> w
        tensor([0.4000], requires_grad=True)
    """
    raise NotImplementedError


def train(
    x: torch.Tensor,
    y: torch.Tensor,
    a: torch.Tensor,
    b: torch.Tensor,
    optimizer: torch.optim.Optimizer,
    n_epochs: int,
) -> list[float]:
    """Train a line, with an optimizer in the driving seat.

    In each epoch: predict a + b x for all points, take the mean squared error,
    and make one update. a and b are trained in place and stay trainable
    leaves. Only the optimizer may move them, since you are not told which one
    it is: SGD, SGD with momentum, Adam or another.

    Args:
        x: features, shape (n, 1).
        y: labels, same shape.
        a: intercept, shape (1,), a trainable leaf without a gradient yet.
        b: slope, likewise.
        optimizer: it looks after a and b, and steps without a closure.
        n_epochs: how many updates to make.

    Returns:
        n_epochs plain numbers that carry no graph: the loss of each epoch
        before its update.

    Example:
        >>> x = torch.tensor([[0.0], [1.0], [2.0]])
        >>> a = torch.zeros(1, requires_grad=True)
        >>> b = torch.zeros(1, requires_grad=True)
        >>> losses = train(x, 1 + 2 * x, a, b, make_sgd([a, b], 0.1), 200)
        >>> len(losses), round(losses[0], 4), round(losses[-1], 4)
        (200, 11.6667, 0.0)
        >>> round(a.item(), 3), round(b.item(), 3)
        (1.0, 2.0)
    """
    raise NotImplementedError
