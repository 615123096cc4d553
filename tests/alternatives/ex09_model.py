"""Models and the training step, in other styles. Classes are named as functions are: by the style."""

import functools
import math
from collections import OrderedDict

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from . import alternative

# --- ManualLinearRegression


@alternative("ManualLinearRegression")
class registered_by_name(nn.Module):
    def __init__(self, **options):
        super().__init__(**options)
        for name in "ab":
            self.register_parameter(name, nn.Parameter(torch.empty(1).normal_()))

    def forward(self, x):
        return torch.addcmul(self.a, self.b, x)


@alternative("ManualLinearRegression")
class drawn_together(nn.Module):
    a: nn.Parameter
    b: nn.Parameter

    def __init__(self):
        super().__init__()
        drawn = torch.randn(2, requires_grad=True)
        self.b = nn.Parameter(drawn[1:].detach().clone())
        self.a = nn.Parameter(drawn[:1].detach().clone())

    def forward(self, x):
        return F.linear(x, self.b.unsqueeze(1), self.a)


@alternative("ManualLinearRegression")
class initialised_in_place(nn.Module):
    def __init__(self):
        nn.Module.__init__(self)
        self.a, self.b = (nn.Parameter(nn.init.normal_(torch.zeros((1,)))) for _ in range(2))
        self.register_buffer("one", torch.ones(1))

    def forward(self, input):
        columns = torch.cat([self.one.expand_as(input), input], dim=1)
        return columns @ torch.cat([self.a, self.b]).reshape(2, 1)


@alternative("ManualLinearRegression")
class adds_to_the_product_in_place(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = nn.Parameter(torch.randn(1, requires_grad=True, dtype=torch.float))
        self.b = nn.Parameter(torch.normal(0.0, 1.0, (1,)))

    def forward(self, x, *, scale=1):
        yhat = x * self.b * scale
        yhat += self.a
        return yhat


# --- LayerLinearRegression


@alternative("ManualLinearRegression")
class with_numbers_of_a_stack(nn.Module):
    def __init__(self):
        super().__init__()
        for name, value in zip("ab", [torch.randn(1) for _ in range(2)], strict=True):
            setattr(self, name, nn.Parameter(value))

    @property
    def line(self):
        return torch.stack((self.a, self.b))

    def predict(self, x):
        return torch.cat([torch.ones_like(x), x], dim=-1) @ self.line

    forward = predict


@alternative("LayerLinearRegression")
class calls_forward_by_name(nn.Module):
    def __init__(self):
        nn.Module.__init__(self)
        self.add_module("linear", nn.Linear(in_features=1, out_features=1, bias=True))

    def forward(self, x):
        return self.linear.forward(x)


@alternative("LayerLinearRegression")
class functional(nn.Module):
    def __init__(self, n_inputs=1):
        super().__init__()
        self.linear = nn.Linear(n_inputs, 1)

    def forward(self, x):
        return F.linear(x, self.linear.weight, self.linear.bias)


class _Affine(nn.Linear):
    """A Linear layer of one's own."""


@alternative("LayerLinearRegression")
class also_in_a_sequence(nn.Module):
    def __init__(self):
        super().__init__()
        self.linear = _Affine(1, 1)
        self.body = nn.Sequential(self.linear)

    def forward(self, x):
        return self.body(x)


@alternative("LayerLinearRegression")
class by_hand_with_the_weight(nn.Module):
    def __init__(self):
        super().__init__()
        self.linear = nn.Linear(1, 1).requires_grad_(True)

    def forward(self, x):
        return x @ self.linear.weight.T + self.linear.bias


# --- make_sequential


@alternative("LayerLinearRegression")
class a_sequence_itself(nn.Sequential):
    def __init__(self):
        super().__init__(OrderedDict(linear=nn.Linear(1, 1)))


@alternative("make_sequential")
def made_on_the_device(device):
    return nn.Sequential(nn.Linear(1, 1, device=device))


@alternative("make_sequential")
def with_a_name(device):
    model = nn.Sequential(OrderedDict([("line", nn.Linear(1, 1))]))
    model.to(device=device)
    return model


@alternative("make_sequential")
def under_a_default_device(device):
    with torch.device(device):
        return nn.Sequential(nn.Linear(1, 1))


@alternative("make_sequential")
def appended_and_moved_one_by_one(device):
    model = nn.Sequential()
    model.append(nn.Linear(1, 1).to(torch.device(device), dtype=torch.float32))
    return model


@alternative("make_sequential")
def moved_through_data(device):
    model = nn.Sequential(nn.Linear(1, 1))
    for p in model.parameters():
        p.data = p.data.to(device)
    return model


# --- count_params


@alternative("make_sequential")
def a_subclass_made_on_no_device(device):
    class Line(nn.Sequential):
        pass

    line = Line(nn.Linear(1, 1, device="meta")).to_empty(device=device)
    line[0].reset_parameters()
    return line


@alternative("count_params")
def with_numpy(model):
    return np.sum([np.prod(p.shape) for p in model.parameters() if p.requires_grad])


@alternative("count_params")
def in_a_loop(model):
    total = 0
    for _, p in model.named_parameters():
        if not p.requires_grad:
            continue
        total += math.prod(p.size())
    return total


@alternative("count_params")
def by_a_set_of_all_layers(model):
    tensors = {id(p): p for layer in model.modules() for p in layer.parameters(recurse=False)}
    return sum(p.nelement() for p in tensors.values() if p.requires_grad)


@alternative("count_params")
def as_one_vector(model):
    trainable = filter(lambda p: p.requires_grad, model.parameters())
    return len(nn.utils.parameters_to_vector(trainable))


@alternative("count_params")
def reduced(model):
    return functools.reduce(lambda n, p: n + p.numel() * p.requires_grad, model.parameters(), 0)


# --- make_train_step


@alternative("make_train_step")
def zeroes_first_and_last(model, loss_fn, optimizer):
    def train_step(x, y):
        model.train(True)
        optimizer.zero_grad(set_to_none=False)
        yhat = model(x)
        loss = loss_fn(yhat, y)
        loss.backward()
        optimizer.step()
        model.zero_grad(set_to_none=False)
        return loss.item()

    return train_step


@alternative("make_train_step")
def with_a_closure(model, loss_fn, optimizer):
    def train_step(x, y):
        model.train()

        def closure():
            optimizer.zero_grad()
            loss = loss_fn(model(x), y)
            loss.backward()
            return loss

        loss = optimizer.step(closure)
        optimizer.zero_grad()
        return float(loss.detach())

    return train_step


class _Step:
    def __init__(self, model, loss_fn, optimizer):
        self.model, self.loss_fn, self.optimizer = model, loss_fn, optimizer

    def __call__(self, x, y):
        for layer in self.model.modules():
            layer.training = True
        loss = self.loss_fn(y, self.model.forward(x))
        params = list(self.model.parameters())
        for p, grad in zip(params, torch.autograd.grad(loss, params), strict=True):
            p.grad = grad
        self.optimizer.step()
        for p in params:
            p.grad = None
        return loss.tolist()


@alternative("make_train_step")
def an_object_that_can_be_called(model, loss_fn, optimizer):
    return _Step(model, loss_fn, optimizer)


def _step(model, loss_fn, optimizer, x, y):
    was_training = model.training
    model.train()
    with torch.enable_grad():
        loss = loss_fn(y, model(x))
        loss.backward()
    optimizer.step()
    optimizer.zero_grad()
    model.train(was_training)
    return np.float64(loss.item())


@alternative("make_train_step")
def bound_by_partial(model, loss_fn, optimizer):
    return functools.partial(_step, model, loss_fn, optimizer)


# --- train


@alternative("make_train_step")
def a_coroutine(model, loss_fn, optimizer):
    def steps():
        loss = None
        while True:
            x, y = yield loss
            model.train()
            value = loss_fn(y, model(x))
            value.backward()
            optimizer.step()
            optimizer.zero_grad(set_to_none=False)
            loss = value.item()

    running = steps()
    next(running)
    return lambda x, y: running.send((x, y))


@alternative("make_train_step")
def with_gradients_asked_for(model, loss_fn, optimizer):
    def train_step(features, labels):
        for layer in model.modules():
            layer.training = True
        loss = loss_fn(labels, model(features))
        params = [p for group in optimizer.param_groups for p in group["params"]]
        try:
            for p, grad in zip(params, torch.autograd.grad(loss, params), strict=True):
                p.grad = grad
            optimizer.step()
        finally:
            model.zero_grad()
        return loss.tolist()

    return train_step


@alternative("train")
def zeroes_first(model, loss_fn, optimizer, x, y, n_epochs):
    model.train()
    losses = []
    for _ in range(n_epochs):
        optimizer.zero_grad()
        loss = loss_fn(model(x), y)
        loss.backward()
        optimizer.step()
        losses.append(loss.detach())
    return tuple(losses)


@alternative("train")
def into_an_array(model, loss_fn, optimizer, x, y, n_epochs):
    losses = np.zeros(n_epochs)
    step = zeroes_first_and_last.implementation(model, loss_fn, optimizer)
    for epoch in range(n_epochs):
        losses[epoch] = step(x, y)
    return losses


@alternative("train")
def with_steps_of_closures(model, loss_fn, optimizer, x, y, n_epochs):
    losses = []

    def closure():
        model.zero_grad()
        loss = loss_fn(model(x), y)
        loss.backward()
        losses.append(loss.detach().cpu().numpy())
        return loss

    for _ in range(n_epochs):
        model.train()
        optimizer.step(closure)
    return losses


@alternative("train")
def into_a_tensor_and_back_to_evaluation(model, loss_fn, optimizer, x, y, n_epochs):
    losses = torch.empty(n_epochs)
    model.train()
    for epoch in range(n_epochs):
        loss = loss_fn(y, model(x))
        loss.backward()
        losses[epoch] = loss.detach()
        optimizer.step()
        optimizer.zero_grad()
    model.eval()
    return losses
