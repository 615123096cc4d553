"""Autograd: gradients by backward, updates outside the graph, frozen layers."""

from __future__ import annotations

from typing import Any

import torch
from torch import nn

from grader.check import check
from grader.draw import Draw
from grader.facts import Fact
from grader.observe import floats, gradient, instance, leaf, number, place, tensor
from grader.tensors import same
from grader.watch import moved, named, trainable

# --- backward_pass


@check("backward_pass", aspect="numbers", look="Tensor.backward", tidy=True)
def returns_the_loss_as_a_float(exercise: Any, draw: Draw, device: str) -> dict[str, Any]:
    """Returns the mean squared error of a + b x, a float without a graph.

    The loss is the mean of (y - yhat) ** 2 over all points, and item() makes a plain number of it. The
    data and the parameters are only read.
    """
    x, y = draw.points(draw.integer(5, 9))
    a, b = draw.parameter(), draw.parameter()
    loss = exercise.backward_pass(a, b, x, y)
    return {"loss": number(loss), "a": tensor(a), "x": tensor(x), "y": tensor(y)}


@check("backward_pass", aspect="gradient", look="Tensor.grad")
def leaves_the_gradients_in_grad(exercise: Any, draw: Draw, device: str) -> dict[str, Any]:
    """Afterwards a.grad and b.grad hold the derivatives of the mean squared error.

    backward() adds each leaf's derivative of the loss to its .grad, and moves no parameter.
    """
    x, y = draw.points(draw.integer(5, 9))
    a, b = draw.parameter(), draw.parameter()
    exercise.backward_pass(a, b, x, y)
    return {
        "a.grad": gradient(a),
        "b.grad": gradient(b),
        "backward has been here": a.grad is not None,
        "a afterwards": tensor(a),
        "x requires grad": x.requires_grad,
        **named("a", leaf(a)),
        **named("b", leaf(b)),
    }


@check("backward_pass", aspect="device", look="Tensor.item")
def works_where_the_tensors_are(exercise: Any, draw: Draw, device: str) -> dict[str, Any]:
    """Works with tensors on any device, and leaves the gradients there.

    The numbers are the same on every device. All tensors of one operation must be on one; only numbers
    leave it, by item().
    """
    x, y = draw.points(6, device)
    a, b = draw.parameter(device=device), draw.parameter(device=device)
    loss = exercise.backward_pass(a, b, x, y)
    return {
        "loss": number(loss),
        "a.grad": gradient(a),
        "b.grad": gradient(b),
        "a.grad is on": place(a.grad, device),
    }


# --- update_params


@check("update_params", aspect="numbers", look="torch.no_grad", tidy=True)
def takes_one_step_downhill(exercise: Any, draw: Draw, device: str) -> dict[str, Any]:
    """Subtracts lr times its gradient from each parameter, in place.

    The gradient points uphill, so each number of a parameter goes the other way, by lr times its own
    gradient. All parameters of the list move, and they are the result: nothing is returned.
    """
    params = [draw.parameter(), draw.parameter(3), draw.parameter(1, 2)]
    _give_gradients(params, draw)
    result = exercise.update_params(params, draw.uniform(0.2, 0.7))
    facts = {f"parameter {i}": tensor(p) for i, p in enumerate(params)}
    _give_gradients(params, draw)
    with torch.no_grad():
        exercise.update_params(params, draw.uniform(0.2, 0.7))
        switched_on = torch.is_grad_enabled()
    return {
        **facts,
        "parameter 0 after a second step, under no_grad()": tensor(params[0]),
        "grad mode is on after a step under no_grad()": switched_on,
        "returns None": result is None,
    }


@check("update_params", aspect="gradient", look="torch.no_grad")
def each_parameter_stays_a_trainable_leaf(exercise: Any, draw: Draw, device: str) -> dict[str, Any]:
    """Each parameter moves and stays the same leaf that requires grad, with its .grad untouched.

    An assignment makes a new tensor, the result of an operation: no leaf, and without .grad. Gradients are
    only read; clearing them is a step of its own.
    """
    a, b = draw.parameter(), draw.parameter(2)
    params, before = [a, b], a.detach().clone()
    _give_gradients(params, draw)
    exercise.update_params(params, 0.5)
    facts = {**moved(a, before), **named("a", leaf(a)), **named("b", leaf(b))}
    facts |= {"a.grad": gradient(a), "b.grad": gradient(b)}
    w = draw.tensor(2)
    with torch.enable_grad():
        loss = (a * 3).sum() + (b * w).sum()
        a.grad = b.grad = None
        loss.backward()
    return {
        **facts,
        "the list still holds a and b": params[0] is a and params[1] is b,
        "a.grad of a later loss": gradient(a),
        "b.grad of a later loss": gradient(b),
    }


@check("update_params", aspect="device", look="Tensor.device")
def updates_where_the_parameters_are(exercise: Any, draw: Draw, device: str) -> dict[str, Any]:
    """Updates parameters on any device, which stay there as trainable leaves.

    The numbers are the same on every device. A gradient lives where its parameter lives; nothing has to
    be moved.
    """
    params = [draw.parameter(device=device), draw.parameter(2, device=device)]
    _give_gradients(params, draw)
    exercise.update_params(params, 0.3)
    return {
        "first parameter": tensor(params[0]),
        "second parameter": tensor(params[1]),
        "it is on": place(params[0], device),
        **leaf(params[1]),
    }


# --- zero_grads


@check("zero_grads", aspect="device", look="Tensor.grad", tidy=True)
def no_gradient_is_left_over(exercise: Any, draw: Draw, device: str) -> dict[str, Any]:
    """Afterwards every .grad is None or zero, also beside one that was None, on any device; no parameter has moved.

    backward() adds to .grad; whatever is left there ends up in the next update. Before the first backward
    pass, .grad is None. Numbers and flags of the parameters themselves stay.
    """
    facts: dict[str, Any] = {}
    for where, name in ((device, ""), ("cpu", " on the CPU")):
        shapes = ((), (2,), (2, 3), (), ())
        params = [draw.parameter(*shape, device=where) for shape in shapes]
        _give_gradients([*params[:3], params[4]], draw)
        push = draw.tensor(1, device=where)
        params[1].grad = torch.cat([push, -push])
        before = gradient(params[0])
        exercise.zero_grads(params)
        facts |= {f"gradient {i} left over{name}": gradient(p) for i, p in enumerate(params)}
    return {
        **facts,
        "first parameter": tensor(params[0]),
        **leaf(params[0]),
        "first gradient beforehand": before,
    }


# --- train


@check("train", aspect="numbers", look="Tensor.grad", tidy=True)
def trains_a_and_b_in_place(exercise: Any, draw: Draw, device: str) -> dict[str, Any]:
    """After n_epochs updates, a and b hold the numbers of gradient descent on the MSE.

    Each update goes lr times the gradient of its own epoch downhill: that of the mean over all points. It
    moves the very tensors that were handed in.
    """
    x, y = draw.points(draw.integer(17, 23))
    a, b = draw.parameter(), draw.parameter()
    lr, n_epochs = draw.uniform(0.03, 0.2), draw.integer(4, 7)
    exercise.train(x, y, a, b, lr, n_epochs)
    return {"a": tensor(a, n_epochs), "b": tensor(b, n_epochs), "x": tensor(x), "y": tensor(y)}


@check("train", aspect="numbers", look="list.append")
def records_the_loss_before_each_update(exercise: Any, draw: Draw, device: str) -> dict[str, Any]:
    """Returns n_epochs floats, the loss before each update; lr = 0.1, n_epochs = 1000 by default.

    The list begins empty in each call; the first loss belongs to the parameters as handed in.
    """
    x, y = draw.points(draw.integer(6, 9))
    a, b = draw.parameter(), draw.parameter()
    n_epochs = draw.integer(3, 6)
    losses = exercise.train(x, y, a, b, draw.uniform(0.03, 0.2), n_epochs)
    default_lr = exercise.train(x, y, draw.parameter(), draw.parameter(), n_epochs=2)
    a, b = draw.parameter(), draw.parameter()
    on_the_line = (a + b * x).detach()
    default_epochs = exercise.train(x, on_the_line, a, b, 0.0)
    return {
        "losses": floats(losses, n_epochs),
        "losses with the default lr": floats(default_lr, 2),
        "epochs by default": len(default_epochs),
    }


@check("train", aspect="gradient", look="torch.no_grad")
def leaves_trainable_leaves_without_gradient(
    exercise: Any, draw: Draw, device: str
) -> dict[str, Any]:
    """Afterwards a and b have moved, are leaves that require grad, and have no gradient left over.

    Training moves the tensors that were handed in, and lets their gradients go after each update, the last
    one too: what is left in .grad would be added to the gradient of the next training.
    """
    x, y = draw.points(7)
    a, b = draw.parameter(), draw.parameter()
    before = a.detach().clone()
    exercise.train(x, y, a, b, 0.1, 3)
    return {
        **moved(a, before),
        "b": tensor(b, 3),
        **named("a", leaf(a)),
        **named("b", leaf(b)),
        "a.grad left over": gradient(a),
        "b.grad left over": gradient(b),
    }


@check("train", aspect="device", look="Tensor.item")
def trains_where_the_tensors_are(exercise: Any, draw: Draw, device: str) -> dict[str, Any]:
    """Trains on any device; a and b stay there.

    The numbers are the same on every device. What takes part in one operation must be on one.
    """
    x, y = draw.points(6, device)
    a, b = draw.parameter(device=device), draw.parameter(device=device)
    losses = exercise.train(x, y, a, b, 0.1, 3)
    return {
        "losses": floats(losses, 3),
        "a": tensor(a, 3),
        "a is on": place(a, device),
        **named("a", leaf(a)),
    }


# --- freeze


@check("freeze", aspect="gradient", look="requires_grad", tidy=True)
def no_parameter_requires_grad(exercise: Any, draw: Draw, device: str) -> dict[str, Any]:
    """Afterwards no parameter requires grad, nested ones included, and the very model is returned.

    parameters() walks through nested layers; requires_grad is a flag of each tensor, and all that changes.
    """
    model = nn.Sequential(draw.linear(2, 3), nn.Sequential(draw.linear(3, 2), draw.linear(2, 1)))
    model.add_module("fc", draw.linear(1, 1))
    model.register_parameter("scale", nn.Parameter(draw.tensor(1)))
    weight = model[0].weight
    model[0].bias.requires_grad_(False)
    result = exercise.freeze(model)
    return {
        "still require grad": trainable(model),
        "returns the very model": result is model,
        "same parameters": model[0].weight is weight,
        "first weight": tensor(model[0].weight),
        "output": tensor(model(draw.tensor(4, 2))),
        "gradient that reaches the first weight": _reached(model, weight, draw),
    }


# --- replace_head


@check("replace_head", aspect="api", look="nn.Linear", tidy=True, generator="drawn")
def the_new_head_fits(exercise: Any, draw: Draw, device: str) -> dict[str, Any]:
    """model.fc becomes a fresh nn.Linear with the old number of inputs, n_classes outputs and a bias.

    A Linear layer takes as many inputs as the layer before it gives, and draws its own starting values.
    """
    model, another, n_classes = _classifier(draw), _classifier(draw), draw.integer(3, 6)
    old = model.fc
    old_weight = old.weight.detach().clone()
    result = exercise.replace_head(model, n_classes)
    exercise.replace_head(another, n_classes)
    head = instance(model.fc, nn.Linear, "an nn.Linear as model.fc")
    return {
        "inputs and outputs": [head.in_features, head.out_features],
        "weight's shape": list(head.weight.shape),
        "has a bias": head.bias is not None,
        "a new layer": head is not old,
        "starting values": _starting_values(head.weight.detach(), old_weight),
        "the next model's head starts alike": same(another.fc.weight, head.weight),
        "returns the very model": result is model,
        "output's shape": list(model(draw.tensor(2, 4)).shape),
    }


@check("replace_head", aspect="gradient", look="requires_grad")
def only_the_head_is_trainable(exercise: Any, draw: Draw, device: str) -> dict[str, Any]:
    """Afterwards the new head alone is trainable; everything older is frozen.

    Freeze what is there, then add what shall learn: a new layer's parameters require grad.
    """
    model = _classifier(draw)
    old, body = model.fc, model.body[0].weight.detach().clone()
    exercise.replace_head(model, 3)
    model(draw.tensor(5, 4)).pow(2).sum().backward()
    graded = sorted(name for name, p in model.named_parameters() if p.grad is not None)
    return {
        "trainable": trainable(model),
        "the old head is gone": model.fc is not old,
        "get a gradient": ", ".join(graded),
        "of the old head require grad": trainable(old),
        "the body is unchanged": same(model.body[0].weight, body),
    }


@check("replace_head", aspect="device", look="Tensor.device")
def the_head_is_on_the_models_device(exercise: Any, draw: Draw, device: str) -> dict[str, Any]:
    """The new head is made on the device of the old one's weight, wherever other layers are.

    Layers are made on the CPU unless told otherwise, and meet only what is on their own device. Sizes and
    bias are the same on each.
    """
    model, split = _classifier(draw, device), _classifier(draw)
    model.fc = nn.Linear(5, 7, bias=False, device=device)
    split.fc = nn.Linear(5, 7, device=device)
    exercise.replace_head(model, 2)
    exercise.replace_head(split, 2)
    return {
        "model.fc has a bias": model.fc.bias is not None,
        "model.fc is on": place(model.fc.weight, device),
        "output's shape": list(model(draw.tensor(3, 4, device=device)).shape),
        "below it a body on the CPU, it is on": place(split.fc.weight, device),
        **leaf(model.fc.weight),
    }


def _give_gradients(params: list[torch.Tensor], draw: Draw) -> None:
    for p in params:
        p.grad = draw.tensor(*p.shape, device=p.device)


def _reached(model: nn.Module, weight: Any, draw: Draw) -> Fact:
    """What a backward pass through the model leaves on a weight; it cannot be told other than by freezing it."""
    with torch.enable_grad():
        model(draw.tensor(2, 2, requires_grad=True)).sum().backward()
    return gradient(weight)


def _starting_values(new: torch.Tensor, old: torch.Tensor) -> str:
    """Whether a layer's numbers are its own; how they were drawn is left open."""
    values = new.flatten().tolist()
    if set(values) & set(old.flatten().tolist()):
        return "copied from the old layer"
    return "drawn" if len(set(values)) == len(values) else "one number again and again"


def _classifier(draw: Draw, device: str = "cpu") -> Any:
    model = nn.Sequential()
    model.add_module("body", nn.Sequential(draw.linear(4, 5), nn.ReLU()))
    model.add_module("fc", draw.linear(5, 7))
    return model.to(device)
