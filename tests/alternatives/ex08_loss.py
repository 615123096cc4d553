"""Loss functions, in other styles."""

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn
from torch.nn import MSELoss

from . import alternative


@alternative("make_mse")
def imported_by_name(reduction="mean"):
    return MSELoss(reduction=reduction)


@alternative("make_mse")
def set_afterwards(reduction="mean"):
    loss = nn.MSELoss()
    loss.reduction = reduction
    return loss


@alternative("make_mse")
def a_subclass(reduction="mean"):
    class MyLoss(nn.MSELoss):
        pass

    return MyLoss(None, None, reduction)


@alternative("manual_mse")
def with_if_and_else(y, yhat, reduction="mean"):
    squared = torch.square(yhat - y)
    if reduction == "none":
        return squared
    if reduction == "sum":
        return torch.sum(squared)
    if reduction == "mean":
        return squared.sum() / squared.numel()
    raise ValueError(reduction)


@alternative("manual_mse")
def with_a_dict_of_functions(y, yhat, reduction="mean"):
    ways = {"mean": torch.mean, "sum": torch.sum, "none": lambda t: t}
    if reduction not in ways:
        raise ValueError("reduction must be one of " + ", ".join(ways))
    return ways[reduction]((y - yhat).pow(2))


@alternative("manual_mse")
def with_match_and_functional(y, yhat, reduction="mean"):
    match reduction:
        case "mean" | "sum" | "none":
            return F.mse_loss(yhat, y, reduction=reduction)
        case _:
            raise ValueError


@alternative("manual_mse")
def letting_torch_refuse(y, yhat, reduction="mean"):
    return nn.MSELoss(reduction=reduction)(y, yhat)


@alternative("manual_mse")
def element_by_element(y, yhat, reduction="mean"):
    pairs = zip(y.flatten(), yhat.flatten(), strict=True)
    squares = torch.stack([(one - other) ** 2 for one, other in pairs])
    if reduction == "none":
        return squares.reshape(y.shape)
    if reduction in ("sum", "mean"):
        return sum(squares) / (squares.numel() if reduction == "mean" else 1)
    raise ValueError


@alternative("train")
def with_the_arguments_turned(x, y, a, b, loss_fn, optimizer, n_epochs):
    losses = np.empty(n_epochs, dtype=np.float32)
    for epoch in range(n_epochs):
        optimizer.zero_grad()
        loss = loss_fn(a + b * x, y)
        loss.backward()
        optimizer.step()
        losses[epoch] = loss.item()
    return losses


@alternative("train")
def with_closures(x, y, a, b, loss_fn, optimizer, n_epochs):
    def closure():
        optimizer.zero_grad()
        loss = loss_fn(y, b * x + a)
        loss.backward()
        return loss

    return [optimizer.step(closure).item() for _ in range(n_epochs)]


@alternative("train")
def with_autograd_grad(x, y, a, b, loss_fn, optimizer, n_epochs):
    losses = ()
    for _ in range(n_epochs):
        loss = loss_fn(y, torch.add(a, torch.mul(b, x)))
        a.grad, b.grad = torch.autograd.grad(loss, [a, b])
        optimizer.step()
        losses += (loss.detach(),)
    return losses
