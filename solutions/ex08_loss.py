"""Loss functions

A loss function says in one number how far predictions are from labels.
PyTorch has many, each as a class, and the class is not yet the function:
``nn.MSELoss`` has to be built first, with its settings, and the object that
comes out is what you call with labels and predictions.

One of those settings is the reduction: how the errors of the single points
become one number, or whether they do. After this page you can build the mean
squared error with any reduction, say what each one computes, and train with a
loss function that somebody else chose.

Tensors here are float32 and share one device, whichever it is; results stay
there. Change only what a docstring tells you to, and leave PyTorch's settings
(grad mode, default dtype and device, random generators) as you found them. The
page stands alone: torch and the standard library are all it needs.

Check yourself: ``pytest grader -k ex08`` (or ``gradkit check ex08``).
Stuck: ``gradkit hint ex08_loss.FUNCTION``.
"""

from collections.abc import Callable

import torch
from torch import nn


def make_mse(reduction: str = "mean") -> nn.MSELoss:
    """Build the mean squared error from PyTorch's own class.

    Args:
        reduction: "mean", "sum" or "none".

    Returns:
        an nn.MSELoss with that reduction, ready to be called.

    Example:
        >>> loss_fn = make_mse("sum")
        >>> loss_fn(torch.tensor([[1.0], [2.0]]), torch.tensor([[1.0], [5.0]]))
        tensor(9.)
    """
    # HINT 1: Is nn.MSELoss a function to call on tensors, or a maker of one?
    # HINT 2: Settings go to the class when it is built. Which one is asked?
    # HINT 3: Build an nn.MSELoss, pass the argument on under the name it has
    #   here too, and return the object uncalled.
    ### BEGIN SOLUTION
    return nn.MSELoss(reduction=reduction)
    ### END SOLUTION


# A reduction is more than a matter of taste. The gradient of the sum is n
# times the gradient of the mean, so a learning rate that suits one of them may
# be far too large for the other. And `backward()` needs one number to start
# from: with "none" there are as many as points.


def manual_mse(y: torch.Tensor, yhat: torch.Tensor, reduction: str = "mean") -> torch.Tensor:
    """Compute the squared error yourself, with each of the three reductions.

    "mean" averages the squared errors, "sum" adds them up, "none" leaves them
    one by one. The result keeps its graph, so that ``backward()`` can run from
    it as from PyTorch's own loss.

    Args:
        y: labels, any shape.
        yhat: predictions, same shape.
        reduction: one of the three words.

    Returns:
        a tensor: 0-d for "mean" and "sum", of y's shape for "none".

    Raises:
        ValueError: the reduction is any other word.

    Example:
        >>> y = torch.tensor([[1.0], [2.0]])
        >>> yhat = torch.tensor([[1.0], [5.0]])
        >>> manual_mse(y, yhat)
        tensor(4.5000)
        >>> manual_mse(y, yhat, "none")
        tensor([[0.],
                [9.]])
    """
    # HINT 1: What do the three results have in common before the last step?
    # HINT 2: Square the error once; tensors have methods for the rest. What
    #   shall happen to a word that you do not know?
    # HINT 3: Three ifs on the word, each with its own return, and after them
    #   a raise for everything else. Do not turn tensors into numbers.
    ### BEGIN SOLUTION
    squared_error = (y - yhat) ** 2
    if reduction == "mean":
        return squared_error.mean()
    if reduction == "sum":
        return squared_error.sum()
    if reduction == "none":
        return squared_error
    raise ValueError(f"reduction must be 'mean', 'sum' or 'none', not {reduction!r}")
    ### END SOLUTION


def train(
    x: torch.Tensor,
    y: torch.Tensor,
    a: torch.Tensor,
    b: torch.Tensor,
    loss_fn: Callable[..., torch.Tensor],
    optimizer: torch.optim.Optimizer,
    n_epochs: int,
) -> list[float]:
    """Train a line with whatever loss function and optimizer you get.

    In each epoch: predict a + b x for all points, compute the loss, and make
    one update. Every loss comes from loss_fn and every update from the
    optimizer; neither need be the one you expect. a and b are trained in place
    and stay trainable leaves.

    Args:
        x: features, shape (n, 1).
        y: labels, same shape.
        a: intercept, shape (1,), a trainable leaf without a gradient yet.
        b: slope, likewise.
        loss_fn: any callable that takes labels and predictions, in either
            order, and gives a scalar tensor.
        optimizer: any optimizer over a and b that steps without a closure.
        n_epochs: how many updates to make.

    Returns:
        n_epochs plain numbers that carry no graph: the loss of each epoch
        before its update.

    Example:
        >>> x = torch.tensor([[0.0], [1.0], [2.0]])
        >>> a = torch.zeros(1, requires_grad=True)
        >>> b = torch.zeros(1, requires_grad=True)
        >>> sgd = torch.optim.SGD([a, b], lr=0.1)
        >>> losses = train(x, 1 + 2 * x, a, b, nn.L1Loss(), sgd, 2)
        >>> [round(loss, 4) for loss in losses]
        [3.0, 2.8]
        >>> a, b
        (tensor([0.2000], requires_grad=True), tensor([0.2000], requires_grad=True))
    """
    # HINT 1: Which line of the loop still knows that the loss is the MSE?
    # HINT 2: Replace that line by a call. The update stays as it is with any
    #   optimizer: backward, step, zero_grad.
    # HINT 3: loss_fn takes labels and predictions and gives a tensor: keep
    #   the tensor for backward, and only its number for the list.
    ### BEGIN SOLUTION
    losses = []
    for _ in range(n_epochs):
        yhat = a + b * x
        loss = loss_fn(y, yhat)
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        losses.append(loss.item())
    return losses
    ### END SOLUTION
