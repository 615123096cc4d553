"""Optimizers, in other styles."""

import numpy as np
import torch
import torch.nn.functional as F
from torch import optim
from torch.optim import SGD

from . import alternative


@alternative("make_sgd")
def imported_by_name(params, lr):
    return SGD(list(params), lr)


@alternative("make_sgd")
def in_groups(params, lr):
    return optim.SGD([{"params": [p], "lr": lr} for p in params], lr=lr)


@alternative("make_sgd")
def with_the_options_spelt_out(params, lr):
    return torch.optim.SGD(params=tuple(params), lr=lr, momentum=0, weight_decay=0.0)


@alternative("make_sgd")
def one_group_after_the_other(params, lr):
    first, *rest = params
    optimizer = SGD([first], lr=lr)
    if rest:
        optimizer.add_param_group({"params": rest})
    return optimizer


@alternative("make_sgd")
def with_names(params, lr):
    return SGD([(f"tensor {i}", p) for i, p in enumerate(params)], lr=lr)


@alternative("optimizer_step")
def zeroes_first_and_last(loss, optimizer):
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    optimizer.zero_grad(set_to_none=False)


@alternative("optimizer_step")
def with_autograd_backward(loss, optimizer):
    torch.autograd.backward(loss)
    optimizer.step()
    for group in optimizer.param_groups:
        for p in group["params"]:
            p.grad = None


@alternative("optimizer_step")
def with_gradients_asked_for(loss, optimizer):
    params = [p for group in optimizer.param_groups for p in group["params"]]
    for p, grad in zip(params, torch.autograd.grad(loss, params), strict=True):
        p.grad = grad
    optimizer.step()
    for p in params:
        p.grad = None


@alternative("optimizer_step")
def with_a_closure(loss, optimizer):
    def closure():
        optimizer.zero_grad()
        loss.backward()
        return loss

    optimizer.step(closure)
    optimizer.zero_grad()


@alternative("train")
def zeroes_first(x, y, a, b, optimizer, n_epochs):
    losses = np.zeros(n_epochs)
    for epoch in range(n_epochs):
        optimizer.zero_grad()
        loss = F.mse_loss(a + b * x, y)
        loss.backward()
        optimizer.step()
        losses[epoch] = loss.item()
    return losses


@alternative("train")
def with_closures(x, y, a, b, optimizer, n_epochs):
    def closure():
        optimizer.zero_grad()
        loss = torch.mean((y - a - b * x) ** 2)
        loss.backward()
        return loss

    return tuple(float(optimizer.step(closure).detach()) for _ in range(n_epochs))


@alternative("train")
def with_autograd_grad(x, y, a, b, optimizer, n_epochs):
    losses = []
    while len(losses) < n_epochs:
        loss = (y - (a + b * x)).square().mean()
        a.grad, b.grad = torch.autograd.grad(loss, (a, b))
        optimizer.step()
        losses += [loss.detach()]
    return losses


@alternative("train")
def with_gradients_of_a_function(x, y, a, b, optimizer, n_epochs):
    def mse(line):
        return F.mse_loss(line[0] + line[1] * x, y)

    losses = torch.empty(n_epochs)
    for epoch in range(n_epochs):
        (a.grad, b.grad), loss = torch.func.grad_and_value(mse)((a.detach(), b.detach()))
        optimizer.step()
        losses[epoch] = loss
    return losses
