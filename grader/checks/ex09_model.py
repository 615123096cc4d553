"""Models: parameters that are registered, layers, and the training step that fits any of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn, optim

from grader.check import check
from grader.draw import Draw
from grader.observe import (
    describe,
    floats,
    function,
    gradient,
    instance,
    integer,
    leaf,
    place,
    tensor,
)
from grader.tensors import same
from grader.watch import WatchedLoss, WatchedModel, WatchedSGD, moved, named, turns

# --- ManualLinearRegression


@check(
    "ManualLinearRegression", aspect="numbers", look="nn.Parameter", tidy=True, generator="drawn"
)
def has_the_parameters_a_and_b_alone(exercise: Any, draw: Draw, device: str) -> dict[str, Any]:
    """Its parameters are a and b and no others, each as by torch.randn(1), a first.

    A tensor becomes a parameter of the model when it is an nn.Parameter. Each model draws its own from torch's
    global generator, one number for a and then one for b, and nothing else.
    """
    facts: dict[str, Any] = {}
    for turn in ("", " of a second model"):
        model = instance(exercise.ManualLinearRegression(), nn.Module, "an nn.Module")
        names = sorted(name for name, _ in model.named_parameters())
        facts[f"parameters{turn}"] = ", ".join(names) or "none"
        facts |= {f"a{turn}": tensor(model.a), f"b{turn}": tensor(model.b)}
    return {**facts, **named("a", leaf(model.a)), **named("b", leaf(model.b))}


@check("ManualLinearRegression", aspect="device", look="nn.Module.to")
def predicts_with_its_parameters_anywhere(exercise: Any, draw: Draw, device: str) -> dict[str, Any]:
    """The model gives a + b x for a column x, on the device it was moved to, and learns there.

    .to(device) moves what is registered as a parameter. forward computes with a and b themselves, not with
    copies or bare numbers, and keeps x's shape.
    """
    model = instance(exercise.ManualLinearRegression(), nn.Module, "an nn.Module").to(device)
    x = _column(draw, device)
    _fill([model.a, model.b], draw)
    output = instance(model(x), torch.Tensor, "a tensor")
    facts = {"prediction": tensor(output), "for one point": tensor(model(x[:1]))}
    _backward(output, draw)
    return {
        **facts,
        "the prediction carries a graph": output.requires_grad,
        "a is on": place(model.a, device),
        "the prediction is on": place(output, device),
        "a.grad": gradient(model.a),
        "b.grad": gradient(model.b),
        "a afterwards": tensor(model.a),
        "x afterwards": tensor(x),
    }


# --- LayerLinearRegression


@check("LayerLinearRegression", aspect="device", look="nn.Linear", tidy=True, generator="drawn")
def predicts_with_its_layer(exercise: Any, draw: Draw, device: str) -> dict[str, Any]:
    """The attribute linear is an nn.Linear(1, 1); the model returns what it returns, on any device.

    A layer that is assigned to an attribute belongs to the model: its parameters are the model's. forward
    gives back what that layer makes of x, as it is.
    """
    model = instance(exercise.LayerLinearRegression(), nn.Module, "an nn.Module")
    facts = _line_layer(model.linear)
    if exercise.LayerLinearRegression().linear is model.linear:
        return {**facts, "another model has a layer of its own": False}
    model = model.to(device)
    weight = model.linear.weight
    _fill(model.linear.parameters(), draw)
    x = _column(draw, device)
    output = instance(model(x), torch.Tensor, "a tensor")
    _backward(output, draw)
    return {
        **facts,
        "another model has a layer of its own": True,
        "the weight is a parameter of the model": any(p is weight for p in model.parameters()),
        "the weight is on": place(weight, device),
        "prediction": tensor(output),
        "for one point": tensor(model(x[:1])),
        "the prediction is on": place(output, device),
        "the prediction carries a graph": output.requires_grad,
        "weight.grad": gradient(weight),
        "bias.grad": gradient(model.linear.bias),
    }


# --- make_sequential


@check("make_sequential", aspect="device", look="nn.Sequential", tidy=True, generator="drawn")
def is_one_linear_layer_on_the_device(exercise: Any, draw: Draw, device: str) -> dict[str, Any]:
    """Gives an nn.Sequential of one nn.Linear(1, 1), all of it on the device handed in.

    nn.Sequential takes its layers one by one; a single nn.Linear makes the line. Layers are made on the CPU
    unless told otherwise; the device may come as a string or a torch.device.
    """
    devices: dict[str, Any] = {
        'given "cpu",': "cpu",
        "given a device's name,": device,
        "given a torch.device,": torch.device(device),
    }
    models = {
        name: instance(exercise.make_sequential(where), nn.Sequential, "an nn.Sequential")
        for name, where in devices.items()
    }
    facts: dict[str, Any] = {}
    for name, model in models.items():
        facts |= named(name, _line_sequence(model, devices[name], draw))
    first, *_, last = models.values()
    return {**facts, "each call makes a new model": first is not last}


# --- count_params


@check("count_params", aspect="numbers", look="Tensor.numel", tidy=True)
def counts_the_trainable_numbers(exercise: Any, draw: Draw, device: str) -> dict[str, Any]:
    """Counts every number that requires grad, nested ones too, a shared tensor once, as an int.

    parameters() walks through all layers and gives a tensor once, and numel() counts all its numbers;
    buffers and frozen ones do not learn. Counting changes nothing, and the mode does not matter.
    """
    n = draw.integer(3, 6)
    nested = nn.Sequential(draw.linear(n, 2), nn.Sequential(nn.Sequential(draw.linear(2, 3))))
    partly = nn.Sequential(draw.linear(n, n), nn.BatchNorm1d(n), draw.linear(n, 4))
    partly[0].requires_grad_(False)
    partly[2].bias.requires_grad_(False)
    tied = nn.Sequential(draw.linear(n, n), nn.Tanh(), draw.linear(n, n))
    tied[2].weight = tied[0].weight
    models = {
        "nested layers": nested,
        "frozen in part": partly,
        "a shared tensor": tied,
        "equal values": nn.ParameterList([torch.ones(1), torch.ones(1)]),
        "a tensor of three dimensions": nn.ParameterList([draw.tensor(2, n, 3)]),
        "nested layers, in evaluation mode": nested.eval(),
    }
    counts = {name: integer(exercise.count_params(model)) for name, model in models.items()}
    flags = [p.requires_grad for p in partly.parameters()]
    return {**counts, "requires_grad afterwards": flags}


# --- make_train_step


@check("make_train_step", aspect="numbers", look="closure", tidy=True)
def makes_one_update_a_call(exercise: Any, draw: Draw, device: str) -> dict[str, Any]:
    """Each call makes one update with the loss and optimizer handed in; it returns the loss before.

    A step is one prediction, one backward() and one step() with the model, loss and optimizer that the inner
    function remembers; .item() gives a Python float.
    """
    model, other = draw.linear(2, 3), draw.linear(2, 3)
    start, others = model.weight.detach().clone(), tensor(other.weight)
    train_step = _made(exercise, model, _sgd(model, draw))
    _made(exercise, other, _sgd(other, draw))
    facts = {"making it moves nothing": same(model.weight, start)}
    batches = [(draw.tensor(n, 2), draw.tensor(n, 3)) for n in (draw.integer(4, 6), 1, 3)]
    losses = [train_step(x, y) for x, y in batches]
    return {
        **facts,
        "losses": floats(losses, 3),
        "each loss is": turns(_kind(loss) for loss in losses),
        "weight": tensor(model.weight, 3),
        "bias": tensor(model.bias, 3),
        "the model of another train_step is unmoved": tensor(other.weight) == others,
        "x afterwards": tensor(batches[0][0]),
        "y afterwards": tensor(batches[0][1]),
        "x requires grad afterwards": batches[0][0].requires_grad,
    }


@check("make_train_step", aspect="device", look="Optimizer.zero_grad")
def each_step_uses_the_gradient_of_its_own_batch(
    exercise: Any, draw: Draw, device: str
) -> dict[str, Any]:
    """On any device, each step uses the gradient of its own batch alone, and leaves none over.

    backward() adds to what is already in .grad, so it is cleared after each step. What it has computed from
    the batch's loss is used once, as it is.
    """
    model = draw.linear(2, 1, device)
    optimizer = WatchedSGD(model.parameters(), draw.uniform(0.1, 0.4))
    train_step = exercise.make_train_step(model, F.smooth_l1_loss, optimizer)
    left: dict[str, Any] = {}
    for turn, n in enumerate((draw.integer(3, 6), 2, draw.integer(3, 6)), 1):
        train_step(draw.tensor(n, 2, device=device), draw.tensor(n, 1, device=device))
        left[f"weight.grad left over by step {turn}"] = gradient(model.weight)
        left[f"bias.grad left over by step {turn}"] = gradient(model.bias)
    return {
        "gradients used": [tensor(used, 3) for used in optimizer.gradients],
        **left,
        "the weight is on": place(model.weight, device),
        **named("the weight", leaf(model.weight)),
    }


@check("make_train_step", aspect="mode", look="nn.Module.train")
def each_step_runs_in_training_mode(exercise: Any, draw: Draw, device: str) -> dict[str, Any]:
    """Each call puts the whole model in training mode before it predicts, whatever was before.

    Between two steps somebody may evaluate the model; train() reaches the layers inside it too.
    """
    inner = WatchedModel(draw.linear(3, 2))
    body: Any = nn.Sequential(draw.linear(2, 3), inner)
    model = WatchedModel(body).eval()
    start, facts = body[0].weight.detach().clone(), {}
    train_step = _made(exercise, model, _sgd(model, draw))
    for turn, before in enumerate(("as it was", "as it was", "eval", "train"), 1):
        if before != "as it was":
            model.train(before == "train")
        inner.modes.clear()
        train_step(draw.tensor(5, 2), draw.tensor(5, 2))
        facts[f"a layer inside it ran in mode, step {turn}"] = turns(inner.modes)
    return {
        **facts,
        "the model itself ran in mode": turns(model.modes),
        **moved(body[0].weight, start),
    }


# --- train


@check("train", aspect="numbers", look="nn.Module.train", tidy=True)
def makes_one_update_an_epoch(exercise: Any, draw: Draw, device: str) -> dict[str, Any]:
    """Makes n_epochs updates on all points, in training mode, and returns the loss before each.

    Model, loss and optimizer are the ones handed in; an epoch is a single training step on all of x and y,
    whatever the loss is by then.
    """
    watched = WatchedModel(draw.linear(3, 1))
    model: Any = nn.Sequential(draw.linear(2, 3), watched).eval()
    n, n_epochs = draw.integer(17, 23), draw.integer(3, 5)
    x, y, loss_fn = draw.tensor(n, 2), draw.tensor(n, 1), _loss(draw)
    losses = exercise.train(model, loss_fn, _sgd(model, draw), x, y, n_epochs)
    fits = draw.linear(2, 1)
    learned = exercise.train(fits, nn.MSELoss(), _sgd(fits, draw), x, fits(x).detach(), 4)
    return {
        "the model ran in mode": turns(watched.modes),
        "points at a time": turns(loss_fn.sizes),
        "losses": floats(losses, n_epochs),
        "first weight": tensor(model[0].weight, n_epochs),
        "last bias": tensor(watched.layer.bias, n_epochs),
        "losses where all is learned already": floats(learned),
        "x afterwards": tensor(x),
        "y afterwards": tensor(y),
        "x requires grad afterwards": x.requires_grad,
    }


@check("train", aspect="device", look="Optimizer.zero_grad")
def each_epoch_uses_its_own_gradient(exercise: Any, draw: Draw, device: str) -> dict[str, Any]:
    """On any device, each update uses the gradient of its own epoch alone, without older ones.

    backward() adds to what is already in .grad; cleared before or after the update, it starts from nothing.
    The numbers are the same on every device.
    """
    model = draw.linear(3, 1, device)
    optimizer = WatchedSGD(model.parameters(), draw.uniform(0.1, 0.4))
    x, y = draw.tensor(6, 3, device=device), draw.tensor(6, 1, device=device)
    losses = exercise.train(model, _loss(draw), optimizer, x, y, 3)
    return {
        "gradients used": [tensor(used, 3) for used in optimizer.gradients],
        "losses": floats(losses, 3),
        "the weight is on": place(model.weight, device),
        **named("the weight", leaf(model.weight)),
    }


def _kind(loss: Any) -> str:
    return "a Python float" if isinstance(loss, float) else describe(loss)


def _fill(params: Iterable[torch.Tensor], draw: Draw) -> None:
    """Give each parameter a number from 1 to 3: which one it started with no longer matters."""
    with torch.no_grad():
        for p in params:
            p.fill_(draw.uniform(1, 3))


def _column(draw: Draw, device: str | torch.device) -> torch.Tensor:
    """x of shape (n, 1) at which a line from `_fill` has values of both signs."""
    x = np.concatenate([[[-5.0], [6.0]], draw.array(draw.integer(1, 4), 1)])
    return torch.from_numpy(draw.uniform(0.8, 1.2) * x).float().to(device)


def _backward(output: torch.Tensor, draw: Draw) -> None:
    """Give the parameters behind a prediction the gradient of a random loss, if there is a graph."""
    loss = (output * draw.tensor(*output.shape, device=output.device)).sum()
    if loss.requires_grad:
        loss.backward()


def _line_layer(layer: Any) -> dict[str, Any]:
    instance(layer, nn.Linear, "an nn.Linear")
    return {
        "inputs and outputs": [layer.in_features, layer.out_features],
        "has a bias": layer.bias is not None,
    }


def _line_sequence(model: nn.Sequential, device: str | torch.device, draw: Draw) -> dict[str, Any]:
    layer: Any = next(iter(model), None)
    facts = {"layers": len(model), **_line_layer(layer)}
    _fill(layer.parameters(), draw)
    x = _column(draw, layer.weight.device)
    return {
        **facts,
        "weight is on": place(layer.weight, device),
        "bias is on": place(layer.bias, device),
        **named("weight", leaf(layer.weight)),
        "prediction": tensor(model(x)),
    }


def _loss(draw: Draw) -> WatchedLoss:
    return WatchedLoss(draw.uniform(1.3, 1.8))


def _sgd(model: nn.Module, draw: Draw) -> optim.Optimizer:
    return optim.SGD(model.parameters(), lr=draw.uniform(0.02, 0.2), momentum=0.9)


def _made(exercise: Any, model: nn.Module, optimizer: optim.Optimizer) -> Callable[..., Any]:
    train_step = exercise.make_train_step(model, WatchedLoss(), optimizer)
    return function(train_step, "a function train_step(x, y)")
